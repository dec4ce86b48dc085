-- Who proposed an amendment of a result or submitted an edition may take it back,
-- which is to refuse it, as with changes of certificates; it comes about by another
-- person only.
--
-- SQLite cannot drop a CHECK, so the tables are made again, and with them what
-- goes when a table is dropped: indexes and guards. Uses of results refer to
-- amendments: that they do is checked at the end.

-- +goose Up
PRAGMA defer_foreign_keys = ON;

-- By this SQLite finds the uses of an amendment that goes.
CREATE INDEX result_use_amendment ON result_use (amendment);

CREATE TABLE amendment_before AS SELECT * FROM amendment;
DROP TABLE amendment;
CREATE TABLE amendment (
    id          TEXT PRIMARY KEY,
    result      TEXT NOT NULL REFERENCES result (id),
    kind        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    mark        TEXT NOT NULL,
    raw         INTEGER NOT NULL,
    deduction   INTEGER NOT NULL,
    final       INTEGER NOT NULL,
    state       TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    decided_by  TEXT NOT NULL,
    decided_at  TIMESTAMPTZ,
    answer      TEXT NOT NULL,
    version     INTEGER NOT NULL CHECK (version > 1),
    CHECK (state = 'proposed' OR decided_by <> ''),
    CONSTRAINT amendment_two_people CHECK (state = 'refused' OR decided_by <> proposed_by)
);
INSERT INTO amendment (id, result, kind, reason, mark, raw, deduction, final, state,
    proposed_by, proposed_at, decided_by, decided_at, answer, version)
SELECT id, result, kind, reason, mark, raw, deduction, final, state,
    proposed_by, proposed_at, decided_by, decided_at, answer, version
FROM amendment_before;
DROP TABLE amendment_before;
DROP INDEX result_use_amendment;

CREATE INDEX amendment_result ON amendment (result);
CREATE UNIQUE INDEX amendment_proposed ON amendment (result) WHERE state = 'proposed';
CREATE UNIQUE INDEX amendment_effective ON amendment (result, version) WHERE state = 'effective';

-- +goose StatementBegin
CREATE TRIGGER amendment_refuses_delete BEFORE DELETE ON amendment
BEGIN
    SELECT RAISE(ABORT, 'DELETE of amendment is refused: amendments are never deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER amendment_refuses_update BEFORE UPDATE ON amendment
    WHEN OLD.state <> 'proposed' OR NEW.id <> OLD.id OR NEW.result <> OLD.result OR NEW.kind <> OLD.kind
        OR NEW.reason <> OLD.reason OR NEW.mark <> OLD.mark OR NEW.raw <> OLD.raw OR NEW.deduction <> OLD.deduction
        OR NEW.final <> OLD.final OR NEW.proposed_by <> OLD.proposed_by OR NEW.version <> OLD.version
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of amendment is refused: what was proposed never changes, nor what was decided');
END;
-- +goose StatementEnd

CREATE TABLE edition_before AS SELECT * FROM edition;
DROP TABLE edition;
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
    CONSTRAINT edition_two_people CHECK (state = 'refused' OR reviewed_by <> submitted_by)
);
INSERT INTO edition (digest, ruleset, occupation, document, state, governs_from,
    submitted_by, submitted_at, reviewed_by, reviewed_at, note, version)
SELECT digest, ruleset, occupation, document, state, governs_from,
    submitted_by, submitted_at, reviewed_by, reviewed_at, note, version
FROM edition_before;
DROP TABLE edition_before;

CREATE UNIQUE INDEX edition_ruleset ON edition (ruleset) WHERE state <> 'refused';

-- +goose StatementBegin
CREATE TRIGGER edition_refuses_update BEFORE UPDATE ON edition
    WHEN NEW.digest <> OLD.digest OR NEW.document <> OLD.document OR OLD.state IN ('refused', 'scheduled')
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of edition is refused: editions are superseded, never edited');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER edition_refuses_delete BEFORE DELETE ON edition
BEGIN
    SELECT RAISE(ABORT, 'DELETE of edition is refused: editions are superseded, never edited');
END;
-- +goose StatementEnd
