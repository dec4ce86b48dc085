-- A superseded paper stays so. What it said may be sealed again.

-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER replacement_refuses_update BEFORE UPDATE ON replacement
    WHEN NEW.new_paper IS DISTINCT FROM OLD.new_paper OR NEW.old_paper IS DISTINCT FROM OLD.old_paper
        OR NEW.certificate IS DISTINCT FROM OLD.certificate
        OR NEW.new_version IS DISTINCT FROM OLD.new_version OR NEW.new_list IS DISTINCT FROM OLD.new_list
        OR NEW.new_index IS DISTINCT FROM OLD.new_index OR NEW.old_list IS DISTINCT FROM OLD.old_list
        OR NEW.old_index IS DISTINCT FROM OLD.old_index
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of replacement is refused: a superseded paper stays so');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER replacement_refuses_delete BEFORE DELETE ON replacement
BEGIN
    SELECT RAISE(ABORT, 'DELETE of replacement is refused: a superseded paper stays so');
END;
-- +goose StatementEnd
