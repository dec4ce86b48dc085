CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO goose_db_version VALUES (1,0,1,'2026-11-22 02:15:24');
INSERT INTO goose_db_version VALUES (2,1,1,'2026-11-22 02:15:24');
INSERT INTO goose_db_version VALUES (3,2,1,'2026-11-22 02:15:24');
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
INSERT INTO body VALUES ('01900000-0001-7000-8000-000000000001',NULL,'/01900000-0001-7000-8000-000000000001/','national','00000000','机构00000000','Body 00000000','2026-08-01T04:30:00.123456Z',1);
INSERT INTO body VALUES ('01900000-0001-7000-8000-000000000002','01900000-0001-7000-8000-000000000001','/01900000-0001-7000-8000-000000000001/01900000-0001-7000-8000-000000000002/','province','11000000','机构11000000','Body 11000000','2026-08-01T04:30:00.123456Z',1);
INSERT INTO body VALUES ('01900000-0001-7000-8000-000000000003','01900000-0001-7000-8000-000000000002','/01900000-0001-7000-8000-000000000001/01900000-0001-7000-8000-000000000002/01900000-0001-7000-8000-000000000003/','centre','11001001','机构11001001','Body 11001001','2026-08-01T04:30:00.123456Z',1);
INSERT INTO body VALUES ('01900000-0001-7000-8000-000000000004','01900000-0001-7000-8000-000000000001','/01900000-0001-7000-8000-000000000001/01900000-0001-7000-8000-000000000004/','province','31000000','机构31000000','Body 31000000','2026-08-01T04:30:00.123456Z',1);
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
INSERT INTO season VALUES ('01900000-0002-7000-8000-000000000001','csm','csm-two-years','考期','Season','2026-07-01','2026-08-31','2026-10-01','2026-10-31',NULL,'2026-08-01T04:30:00.123456Z',1);
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
INSERT INTO sitting VALUES ('01900000-0003-7000-8000-000000000001','01900000-0002-7000-8000-000000000001','01900000-0001-7000-8000-000000000003','csm',3,'2026-10-12',100,'2026-08-01T04:30:00.123456Z',1,0);
CREATE TABLE person (
    id             TEXT PRIMARY KEY,
    identity       BYTEA NOT NULL,
    document_index BYTEA NOT NULL UNIQUE,
    name_index     BYTEA NOT NULL,
    body           TEXT REFERENCES body (id),
    created_at     TIMESTAMPTZ NOT NULL,
    version        INTEGER NOT NULL CHECK (version > 0)
);
INSERT INTO person VALUES ('01900000-0004-7000-8000-000000000001',X'01C2519B5C78F103315248225D887E71FFD4CBD6A8203329C8A6B2E2C50AFEF7007537A1A6F41CB1DCA633C62BC2194240DD9CC7286BD2B1C70CC308801FFFDE9BA4FA4100B7433AA4B80D66B6003868B2950EEEEA4D8B180520142964ABFF8591F14116FEC0B70035',X'3AAC10A69212A2C6067D92098B7455AB601B2C00DE5578D1ABB45AC201451248',X'37BED9C26A8C5CBBF5874FE56D15B08541B02088A848659A308A370399B1A39C','01900000-0001-7000-8000-000000000003','2026-08-01T04:30:00.123456Z',1);
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
INSERT INTO application VALUES ('01900000-0005-7000-8000-000000000001','APPL-1','01900000-0004-7000-8000-000000000001','01900000-0003-7000-8000-000000000001','01900000-0002-7000-8000-000000000001','01900000-0001-7000-8000-000000000003','csm',3,'["theory","skills"]',NULL,'admitted','','1100100126101230001','2026-08-01','csm-2007','sha256:aa','sha256:bb','eligible','3.1',NULL,X'01C2519B5C3731EDDF43BC68447355A4E087A52AD70A8714FC2B1A3230083D15E40214B2ABEA2427F086AA5F56FEAB982409B1A26AD1',X'01C2519B5CCE840108F37E29298B657820CC7BDABECEB443EA27A0F4BBEE3CBF09ADE61513B67A4D3318607CFE55AC82A75536BED19FEA','sha256:cc','2026-08-01T04:30:00.123456Z',1);
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
INSERT INTO result VALUES ('01900000-0006-7000-8000-000000000011','01900000-0005-7000-8000-000000000001','theory','scored',7050,0,7050,'','clerk','2026-08-01T04:30:00.123456Z','head','2026-08-01T04:30:00.123456Z',2);
INSERT INTO result VALUES ('01900000-0006-7000-8000-000000000012','01900000-0005-7000-8000-000000000001','skills','scored',7050,0,7050,'','clerk','2026-08-01T04:30:00.123456Z','head','2026-08-01T04:30:00.123456Z',2);
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
INSERT INTO certificate VALUES ('2611001001300001','national-16','csm',3,'01900000-0004-7000-8000-000000000001','01900000-0005-7000-8000-000000000001','01900000-0001-7000-8000-000000000003','exam',X'01C2519B5CF75CE59B02D05D95CABD6354919C6C4AD967B027860B7152CA7DBE825047ECB3FD42F1B6B3CC5A7E21D46077DB81B919743753B0FD8B9986F4FC0A4968EA00B4AC28167E3014E621EED4944FEE7AFE7B38FFED6C1F2CC21F96EB698E7E5BECCE1458FF','2026-08-01','2026-08-01T04:30:00.123456Z','CODE-1','P00000001','sha256:dd',1,1,'valid','2026-08-01',1);
CREATE TABLE result_use (
    result      TEXT PRIMARY KEY REFERENCES result (id),
    certificate TEXT NOT NULL REFERENCES certificate (number)
);
INSERT INTO result_use VALUES ('01900000-0006-7000-8000-000000000011','2611001001300001');
INSERT INTO result_use VALUES ('01900000-0006-7000-8000-000000000012','2611001001300001');
CREATE TABLE print (
    paper       TEXT PRIMARY KEY,
    certificate TEXT NOT NULL REFERENCES certificate (number),
    reason      TEXT NOT NULL,
    printed_at  TIMESTAMPTZ NOT NULL,
    printed_by  TEXT NOT NULL
);
INSERT INTO print VALUES ('P00000001','2611001001300001','','2026-08-01T04:30:00.123456Z','clerk');
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
CREATE TABLE status_list (
    list   INTEGER PRIMARY KEY,
    secret BYTEA NOT NULL
);
CREATE TABLE series (
    name        TEXT PRIMARY KEY,
    last_serial BIGINT NOT NULL CHECK (last_serial > 0)
);
INSERT INTO series VALUES ('national-16/2026/11001001/3',1);
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
INSERT INTO journal VALUES (1,'2026-08-01T04:30:00.123456Z','certificate-issued','certificate','2611001001300001','01900000-0001-7000-8000-000000000003','clerk','','','','','null');
CREATE TABLE journal_head (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL
);
INSERT INTO journal_head VALUES (1,1);
CREATE TABLE idempotency (
    id          TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    result      BYTEA NOT NULL,
    saved_at    TIMESTAMPTZ NOT NULL
);
CREATE TABLE log_entry (
    idx         BIGINT PRIMARY KEY,
    certificate TEXT NOT NULL REFERENCES certificate (number),
    event       TEXT NOT NULL,
    leaf        BYTEA NOT NULL,
    secret      BYTEA NOT NULL
);
CREATE TABLE log_tile (
    tile_level INTEGER NOT NULL,
    idx        BIGINT NOT NULL,
    data       BYTEA NOT NULL,
    PRIMARY KEY (tile_level, idx)
);
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
CREATE TABLE link (
    code        TEXT PRIMARY KEY,
    certificate TEXT NOT NULL REFERENCES certificate (number),
    purpose     TEXT NOT NULL,
    fields      TEXT NOT NULL,
    expires_on  DATE NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    revoked_at  TIMESTAMPTZ
);
CREATE TABLE link_use (
    link    TEXT NOT NULL REFERENCES link (code),
    used_at TIMESTAMPTZ NOT NULL,
    origin  TEXT NOT NULL
);
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
CREATE INDEX sitting_season ON sitting (season);
CREATE INDEX sitting_body ON sitting (body);
CREATE INDEX sitting_held_on ON sitting (held_on);
CREATE INDEX person_name_index ON person (name_index);
CREATE UNIQUE INDEX application_live ON application (person, season, level) WHERE status IN ('submitted', 'admitted');
CREATE INDEX application_sitting ON application (sitting, status);
CREATE INDEX application_person ON application (person);
CREATE INDEX application_body ON application (body);
CREATE INDEX certificate_changed ON certificate (status_list) WHERE status <> 'valid';
CREATE INDEX certificate_person ON certificate (person);
CREATE INDEX certificate_body ON certificate (body, number);
CREATE INDEX result_use_certificate ON result_use (certificate);
CREATE INDEX print_certificate ON print (certificate);
CREATE INDEX status_change_certificate ON status_change (certificate);
CREATE INDEX journal_subject ON journal (subject, seq);
CREATE INDEX journal_action ON journal (action, seq);
CREATE INDEX journal_body ON journal (body, seq);
CREATE INDEX log_entry_certificate ON log_entry (certificate, idx);
CREATE INDEX link_certificate ON link (certificate, created_at);
CREATE INDEX link_use_link ON link_use (link, used_at);
CREATE UNIQUE INDEX edition_ruleset ON edition (ruleset) WHERE state <> 'refused';
CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of journal is refused: the journal is append-only');
END;
CREATE TRIGGER journal_refuses_delete BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'DELETE of journal is refused: the journal is append-only');
END;
CREATE TRIGGER journal_head_refuses_delete BEFORE DELETE ON journal_head
BEGIN
    SELECT RAISE(ABORT, 'DELETE of journal_head is refused: the journal is append-only');
END;
CREATE TRIGGER journal_head_refuses_update BEFORE UPDATE ON journal_head
    WHEN NEW.seq < OLD.seq
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of journal_head is refused: the journal is append-only');
END;
CREATE TRIGGER series_refuses_delete BEFORE DELETE ON series
BEGIN
    SELECT RAISE(ABORT, 'DELETE of series is refused: serials are never given again');
END;
CREATE TRIGGER series_refuses_update BEFORE UPDATE ON series
    WHEN NEW.last_serial < OLD.last_serial OR NEW.name <> OLD.name
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of series is refused: serials are never given again');
END;
CREATE TRIGGER certificate_refuses_delete BEFORE DELETE ON certificate
BEGIN
    SELECT RAISE(ABORT, 'DELETE of certificate is refused: certificates are withdrawn or cancelled, never deleted');
END;
CREATE TRIGGER certificate_refuses_update BEFORE UPDATE ON certificate
    WHEN NEW.number <> OLD.number OR NEW.scheme <> OLD.scheme OR NEW.occupation <> OLD.occupation
        OR NEW.level <> OLD.level OR NEW.person <> OLD.person OR NEW.application IS DISTINCT FROM OLD.application
        OR NEW.body <> OLD.body OR NEW.route <> OLD.route OR NEW.issued_on <> OLD.issued_on
        OR NEW.issued_at <> OLD.issued_at OR NEW.code <> OLD.code OR NEW.evidence <> OLD.evidence
        OR NEW.status_list <> OLD.status_list OR NEW.status_index <> OLD.status_index
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of certificate is refused: this part of a certificate never changes');
END;
CREATE TRIGGER result_use_refuses_update BEFORE UPDATE ON result_use
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of result_use is refused: what a certificate rests on never changes');
END;
CREATE TRIGGER result_use_refuses_delete BEFORE DELETE ON result_use
BEGIN
    SELECT RAISE(ABORT, 'DELETE of result_use is refused: what a certificate rests on never changes');
END;
CREATE TRIGGER print_refuses_update BEFORE UPDATE ON print
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of print is refused: prints are never changed');
END;
CREATE TRIGGER print_refuses_delete BEFORE DELETE ON print
BEGIN
    SELECT RAISE(ABORT, 'DELETE of print is refused: prints are never changed');
END;
CREATE TRIGGER status_change_refuses_delete BEFORE DELETE ON status_change
BEGIN
    SELECT RAISE(ABORT, 'DELETE of status_change is refused: status changes are never deleted');
END;
CREATE TRIGGER status_change_refuses_update BEFORE UPDATE ON status_change
    WHEN OLD.state <> 'proposed' OR NEW.id <> OLD.id OR NEW.certificate <> OLD.certificate
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of status_change is refused: a decided status change never changes');
END;
CREATE TRIGGER result_refuses_delete BEFORE DELETE ON result
BEGIN
    SELECT RAISE(ABORT, 'DELETE of result is refused: results are never deleted');
END;
CREATE TRIGGER result_refuses_update BEFORE UPDATE ON result
    WHEN OLD.confirmed_by <> ''
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of result is refused: a confirmed result never changes');
END;
CREATE TRIGGER log_entry_refuses_update BEFORE UPDATE ON log_entry
    WHEN NEW.idx <> OLD.idx OR NEW.certificate <> OLD.certificate OR NEW.event <> OLD.event OR NEW.leaf <> OLD.leaf
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of log_entry is refused: the log is append-only');
END;
CREATE TRIGGER log_entry_refuses_delete BEFORE DELETE ON log_entry
BEGIN
    SELECT RAISE(ABORT, 'DELETE of log_entry is refused: the log is append-only');
END;
CREATE TRIGGER log_tile_refuses_update BEFORE UPDATE ON log_tile
    WHEN substr(NEW.data, 1, length(OLD.data)) <> OLD.data
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of log_tile is refused: the log is append-only');
END;
CREATE TRIGGER log_tile_refuses_delete BEFORE DELETE ON log_tile
BEGIN
    SELECT RAISE(ABORT, 'DELETE of log_tile is refused: the log is append-only');
END;
CREATE TRIGGER log_head_refuses_update BEFORE UPDATE ON log_head
    WHEN NEW.size < OLD.size
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of log_head is refused: the log is append-only');
END;
CREATE TRIGGER log_head_refuses_delete BEFORE DELETE ON log_head
BEGIN
    SELECT RAISE(ABORT, 'DELETE of log_head is refused: the log is append-only');
END;
CREATE TRIGGER status_list_refuses_delete BEFORE DELETE ON status_list
BEGIN
    SELECT RAISE(ABORT, 'DELETE of status_list is refused: places in status lists are given once');
END;
CREATE TRIGGER link_use_refuses_update BEFORE UPDATE ON link_use
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of link_use is refused: uses of links are never changed');
END;
CREATE TRIGGER link_use_refuses_delete BEFORE DELETE ON link_use
BEGIN
    SELECT RAISE(ABORT, 'DELETE of link_use is refused: uses of links are never changed');
END;
CREATE TRIGGER edition_refuses_update BEFORE UPDATE ON edition
    WHEN NEW.digest <> OLD.digest OR NEW.document <> OLD.document OR OLD.state IN ('refused', 'scheduled')
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of edition is refused: editions are superseded, never edited');
END;
CREATE TRIGGER edition_refuses_delete BEFORE DELETE ON edition
BEGIN
    SELECT RAISE(ABORT, 'DELETE of edition is refused: editions are superseded, never edited');
END;
