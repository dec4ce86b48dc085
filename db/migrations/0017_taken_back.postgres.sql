-- Who proposed an amendment of a result or submitted an edition may take it back,
-- which is to refuse it, as with changes of certificates; it comes about by another
-- person only.

-- +goose Up
ALTER TABLE amendment
    DROP CONSTRAINT amendment_check,
    ADD CONSTRAINT amendment_two_people CHECK (state = 'refused' OR decided_by <> proposed_by);
ALTER TABLE edition
    DROP CONSTRAINT edition_check1,
    ADD CONSTRAINT edition_two_people CHECK (state = 'refused' OR reviewed_by <> submitted_by);
