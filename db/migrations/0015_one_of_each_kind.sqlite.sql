-- One withdrawal and one correction of a certificate may wait side by side, so
-- that neither keeps the other from being proposed. Who proposed one may take
-- it back, which is to refuse it; it takes effect by another person only.
--
-- SQLite cannot drop a CHECK, so the table is made again, and with it what
-- goes when a table is dropped: its indexes and guards.

-- +goose Up
CREATE TABLE status_change_next (
    id             TEXT PRIMARY KEY,
    certificate    TEXT NOT NULL REFERENCES certificate (number),
    kind           TEXT NOT NULL,
    reason_code    TEXT NOT NULL,
    reason         TEXT NOT NULL,
    state          TEXT NOT NULL,
    effective_on   DATE,
    proposed_by    TEXT NOT NULL,
    proposed_at    TIMESTAMPTZ NOT NULL,
    decided_by     TEXT NOT NULL,
    decided_at     TIMESTAMPTZ,
    answer         TEXT NOT NULL,
    person_version INTEGER NOT NULL DEFAULT 0,
    CHECK (state <> 'effective' OR effective_on IS NOT NULL),
    CONSTRAINT status_change_two_people CHECK (state <> 'effective' OR decided_by <> proposed_by)
);
INSERT INTO status_change_next (id, certificate, kind, reason_code, reason, state, effective_on,
    proposed_by, proposed_at, decided_by, decided_at, answer, person_version)
SELECT id, certificate, kind, reason_code, reason, state, effective_on,
    proposed_by, proposed_at, decided_by, decided_at, answer, person_version
FROM status_change;
DROP TABLE status_change;
ALTER TABLE status_change_next RENAME TO status_change;

CREATE INDEX status_change_certificate ON status_change (certificate);
CREATE UNIQUE INDEX status_change_proposed ON status_change (certificate, kind) WHERE state = 'proposed';

-- +goose StatementBegin
CREATE TRIGGER status_change_refuses_delete BEFORE DELETE ON status_change
BEGIN
    SELECT RAISE(ABORT, 'DELETE of status_change is refused: status changes are never deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER status_change_refuses_update BEFORE UPDATE ON status_change
    WHEN OLD.state <> 'proposed' OR NEW.id <> OLD.id OR NEW.certificate <> OLD.certificate
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of status_change is refused: a decided status change never changes');
END;
-- +goose StatementEnd
