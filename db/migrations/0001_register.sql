-- The register. The file runs on both engines, so it keeps to types and
-- constraints both understand: SQLite takes DATE, TIMESTAMPTZ and BYTEA as names.
-- Columns of type BYTEA that hold personal data are sealed, see db/seal.go.

-- +goose Up
CREATE TABLE body (
    id         TEXT PRIMARY KEY,
    parent     TEXT REFERENCES body (id),
    path       TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    code       TEXT NOT NULL UNIQUE,
    name_zh    TEXT NOT NULL,
    name_en    TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0)
);

CREATE TABLE api_key (
    id         TEXT PRIMARY KEY,
    hash       BYTEA NOT NULL,
    body       TEXT NOT NULL REFERENCES body (id),
    role       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_on DATE,
    revoked_at TIMESTAMPTZ
);

CREATE TABLE opened_level (
    occupation TEXT NOT NULL,
    level      INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
    opened_on  DATE NOT NULL,
    PRIMARY KEY (occupation, level)
);

CREATE TABLE season (
    id                 TEXT PRIMARY KEY,
    occupation         TEXT NOT NULL,
    scheme             TEXT NOT NULL,
    name_zh            TEXT NOT NULL,
    name_en            TEXT NOT NULL,
    registration_from  DATE NOT NULL,
    registration_until DATE NOT NULL,
    examination_from   DATE NOT NULL,
    examination_until  DATE NOT NULL,
    cutoff_on          DATE,
    created_at         TIMESTAMPTZ NOT NULL,
    version            INTEGER NOT NULL CHECK (version > 0),
    CHECK (registration_from <= registration_until),
    CHECK (examination_from <= examination_until)
);

-- locks is counted up to take the row's lock; it means nothing.
CREATE TABLE sitting (
    id         TEXT PRIMARY KEY,
    season     TEXT NOT NULL REFERENCES season (id),
    body       TEXT NOT NULL REFERENCES body (id),
    occupation TEXT NOT NULL,
    level      INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
    held_on    DATE NOT NULL,
    capacity   INTEGER NOT NULL CHECK (capacity > 0),
    created_at TIMESTAMPTZ NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    locks      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sitting_season ON sitting (season);
CREATE INDEX sitting_body ON sitting (body);
CREATE INDEX sitting_held_on ON sitting (held_on);

-- identity is sealed; the two indexes are keyed digests of the document and of
-- the folded name, by which a person is found again.
CREATE TABLE person (
    id             TEXT PRIMARY KEY,
    identity       BYTEA NOT NULL,
    document_index BYTEA NOT NULL UNIQUE,
    name_index     BYTEA NOT NULL,
    body           TEXT REFERENCES body (id),
    created_at     TIMESTAMPTZ NOT NULL,
    version        INTEGER NOT NULL CHECK (version > 0)
);
CREATE INDEX person_name_index ON person (name_index);

-- season is that of the sitting, repeated here for application_live.
CREATE TABLE application (
    id             TEXT PRIMARY KEY,
    code           TEXT NOT NULL UNIQUE,
    person         TEXT NOT NULL REFERENCES person (id),
    sitting        TEXT NOT NULL REFERENCES sitting (id),
    season         TEXT NOT NULL,
    body           TEXT NOT NULL,
    occupation     TEXT NOT NULL,
    level          INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
    components     TEXT NOT NULL,
    retake_of      TEXT REFERENCES application (id),
    status         TEXT NOT NULL,
    reason         TEXT NOT NULL,
    ticket         TEXT UNIQUE,
    as_of          DATE NOT NULL,
    ruleset        TEXT NOT NULL,
    ruleset_digest TEXT NOT NULL,
    facts_digest   TEXT NOT NULL,
    outcome        TEXT NOT NULL,
    condition      TEXT NOT NULL,
    due_by         DATE,
    facts          BYTEA NOT NULL,
    explanation    BYTEA NOT NULL,
    digest         TEXT NOT NULL,
    applied_at     TIMESTAMPTZ NOT NULL,
    version        INTEGER NOT NULL CHECK (version > 0),
    CHECK (status <> 'admitted' OR ticket IS NOT NULL)
);
CREATE UNIQUE INDEX application_live ON application (person, season, level) WHERE status IN ('submitted', 'admitted');
CREATE INDEX application_sitting ON application (sitting, status);
CREATE INDEX application_person ON application (person);
CREATE INDEX application_body ON application (body);

-- Scores are in hundredths of a point. confirmed_by is '' until confirmed.
CREATE TABLE result (
    id           TEXT PRIMARY KEY,
    application  TEXT NOT NULL REFERENCES application (id),
    component    TEXT NOT NULL,
    mark         TEXT NOT NULL,
    raw          INTEGER NOT NULL,
    deduction    INTEGER NOT NULL,
    final        INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    entered_by   TEXT NOT NULL,
    entered_at   TIMESTAMPTZ NOT NULL,
    confirmed_by TEXT NOT NULL,
    confirmed_at TIMESTAMPTZ,
    version      INTEGER NOT NULL CHECK (version > 0),
    UNIQUE (application, component),
    CHECK (confirmed_by <> entered_by)
);

-- holder is sealed. application is NULL for certificates of older records.
CREATE TABLE certificate (
    number       TEXT PRIMARY KEY,
    scheme       TEXT NOT NULL,
    occupation   TEXT NOT NULL,
    level        INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
    person       TEXT NOT NULL REFERENCES person (id),
    application  TEXT UNIQUE REFERENCES application (id),
    body         TEXT NOT NULL REFERENCES body (id),
    route        TEXT NOT NULL,
    holder       BYTEA NOT NULL,
    issued_on    DATE NOT NULL,
    issued_at    TIMESTAMPTZ NOT NULL,
    code         TEXT NOT NULL UNIQUE,
    paper        TEXT NOT NULL,
    evidence     TEXT NOT NULL,
    status_list  INTEGER NOT NULL,
    status_index INTEGER NOT NULL,
    status       TEXT NOT NULL,
    status_on    DATE NOT NULL,
    version      INTEGER NOT NULL CHECK (version > 0),
    UNIQUE (status_list, status_index)
);
CREATE INDEX certificate_changed ON certificate (status_list) WHERE status <> 'valid';
CREATE INDEX certificate_person ON certificate (person);
CREATE INDEX certificate_body ON certificate (body, number);

-- A result carries one certificate at most, for good.
CREATE TABLE result_use (
    result      TEXT PRIMARY KEY REFERENCES result (id),
    certificate TEXT NOT NULL REFERENCES certificate (number)
);
CREATE INDEX result_use_certificate ON result_use (certificate);

CREATE TABLE print (
    paper       TEXT PRIMARY KEY,
    certificate TEXT NOT NULL REFERENCES certificate (number),
    reason      TEXT NOT NULL,
    printed_at  TIMESTAMPTZ NOT NULL,
    printed_by  TEXT NOT NULL
);
CREATE INDEX print_certificate ON print (certificate);

CREATE TABLE status_change (
    id           TEXT PRIMARY KEY,
    certificate  TEXT NOT NULL REFERENCES certificate (number),
    kind         TEXT NOT NULL,
    reason_code  TEXT NOT NULL,
    reason       TEXT NOT NULL,
    state        TEXT NOT NULL,
    effective_on DATE,
    proposed_by  TEXT NOT NULL,
    proposed_at  TIMESTAMPTZ NOT NULL,
    decided_by   TEXT NOT NULL,
    decided_at   TIMESTAMPTZ,
    answer       TEXT NOT NULL,
    CHECK (state <> 'effective' OR effective_on IS NOT NULL),
    CHECK (decided_by <> proposed_by)
);
CREATE INDEX status_change_certificate ON status_change (certificate);

-- The secret, sealed, by which the places of a status list are shuffled.
CREATE TABLE status_list (
    list   INTEGER PRIMARY KEY,
    secret BYTEA NOT NULL
);

-- The last serial given in every series.
CREATE TABLE series (
    name        TEXT PRIMARY KEY,
    last_serial BIGINT NOT NULL CHECK (last_serial > 0)
);

CREATE TABLE journal (
    seq         BIGINT PRIMARY KEY,
    recorded_at TIMESTAMPTZ NOT NULL,
    action      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    staff       TEXT NOT NULL,
    role        TEXT NOT NULL,
    api_key     TEXT NOT NULL,
    origin      TEXT NOT NULL,
    request     TEXT NOT NULL,
    detail      TEXT NOT NULL
);
CREATE INDEX journal_subject ON journal (subject, seq);
CREATE INDEX journal_action ON journal (action, seq);
CREATE INDEX journal_body ON journal (body, seq);

-- One row: the number of the journal's last entry. Its lock is what makes
-- writers append one after the other.
CREATE TABLE journal_head (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL
);
INSERT INTO journal_head (id, seq) VALUES (1, 0);

-- id is owner and key; result is sealed.
CREATE TABLE idempotency (
    id          TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    result      BYTEA NOT NULL,
    saved_at    TIMESTAMPTZ NOT NULL
);

-- The transparency log. leaf is public; secret, sealed, is what it commits to.
CREATE TABLE log_entry (
    idx         BIGINT PRIMARY KEY,
    certificate TEXT NOT NULL REFERENCES certificate (number),
    event       TEXT NOT NULL,
    leaf        BYTEA NOT NULL,
    secret      BYTEA NOT NULL
);
CREATE INDEX log_entry_certificate ON log_entry (certificate, idx);

-- A tile's data grows to 256 hashes and then stays.
CREATE TABLE log_tile (
    tile_level INTEGER NOT NULL,
    idx        BIGINT NOT NULL,
    data       BYTEA NOT NULL,
    PRIMARY KEY (tile_level, idx)
);

-- One row each: the newest tree, whose lock makes appends take turns, and the
-- checkpoint that was published last.
CREATE TABLE log_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL,
    root BYTEA NOT NULL
);
CREATE TABLE log_checkpoint (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL,
    note BYTEA NOT NULL
);

-- What holders let others see.
CREATE TABLE link (
    code        TEXT PRIMARY KEY,
    certificate TEXT NOT NULL REFERENCES certificate (number),
    purpose     TEXT NOT NULL,
    fields      TEXT NOT NULL,
    expires_on  DATE NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    revoked_at  TIMESTAMPTZ
);
CREATE INDEX link_certificate ON link (certificate, created_at);

CREATE TABLE link_use (
    link    TEXT NOT NULL REFERENCES link (code),
    used_at TIMESTAMPTZ NOT NULL,
    origin  TEXT NOT NULL
);
CREATE INDEX link_use_link ON link_use (link, used_at);

-- Rule sets entered into the register.
CREATE TABLE edition (
    digest       TEXT PRIMARY KEY,
    ruleset      TEXT NOT NULL,
    occupation   TEXT NOT NULL,
    document     TEXT NOT NULL,
    state        TEXT NOT NULL,
    governs_from DATE,
    submitted_by TEXT NOT NULL,
    submitted_at TIMESTAMPTZ NOT NULL,
    reviewed_by  TEXT NOT NULL,
    reviewed_at  TIMESTAMPTZ,
    note         TEXT NOT NULL,
    version      INTEGER NOT NULL CHECK (version > 0),
    CHECK (state <> 'scheduled' OR governs_from IS NOT NULL),
    CHECK (reviewed_by <> submitted_by)
);
CREATE UNIQUE INDEX edition_ruleset ON edition (ruleset) WHERE state <> 'refused';
