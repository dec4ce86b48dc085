-- A superseded paper stays so. What it said may be sealed again.

-- +goose Up
CREATE TRIGGER replacement_refuses_update BEFORE UPDATE ON replacement FOR EACH ROW
    WHEN (NEW.new_paper IS DISTINCT FROM OLD.new_paper OR NEW.old_paper IS DISTINCT FROM OLD.old_paper
        OR NEW.certificate IS DISTINCT FROM OLD.certificate
        OR NEW.new_version IS DISTINCT FROM OLD.new_version OR NEW.new_list IS DISTINCT FROM OLD.new_list
        OR NEW.new_index IS DISTINCT FROM OLD.new_index OR NEW.old_list IS DISTINCT FROM OLD.old_list
        OR NEW.old_index IS DISTINCT FROM OLD.old_index)
    EXECUTE FUNCTION refuse('a superseded paper stays so');
CREATE TRIGGER replacement_refuses_delete BEFORE DELETE ON replacement FOR EACH ROW
    EXECUTE FUNCTION refuse('a superseded paper stays so');
CREATE TRIGGER replacement_refuses_truncate BEFORE TRUNCATE ON replacement EXECUTE FUNCTION refuse('it is kept for good');
