-- One withdrawal and one correction of a certificate may wait side by side, so
-- that neither keeps the other from being proposed. Who proposed one may take
-- it back, which is to refuse it; it takes effect by another person only.

-- +goose Up
DROP INDEX status_change_proposed;
CREATE UNIQUE INDEX status_change_proposed ON status_change (certificate, kind) WHERE state = 'proposed';
ALTER TABLE status_change
    DROP CONSTRAINT status_change_check1,
    ADD CONSTRAINT status_change_two_people CHECK (state <> 'effective' OR decided_by <> proposed_by);
