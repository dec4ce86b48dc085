-- What a paper shows, it shows for good. An image may be sealed again.

-- +goose Up
CREATE TRIGGER photo_refuses_update BEFORE UPDATE ON photo FOR EACH ROW
    WHEN (NEW.id <> OLD.id OR NEW.person <> OLD.person OR NEW.put_at <> OLD.put_at
        OR OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
    EXECUTE FUNCTION refuse('another photo is another row');
CREATE TRIGGER photo_use_refuses_update BEFORE UPDATE ON photo_use FOR EACH ROW
    EXECUTE FUNCTION refuse('what a paper shows never changes');
CREATE TRIGGER photo_use_refuses_delete BEFORE DELETE ON photo_use FOR EACH ROW
    EXECUTE FUNCTION refuse('what a paper shows never changes');
CREATE TRIGGER photo_use_refuses_truncate BEFORE TRUNCATE ON photo_use EXECUTE FUNCTION refuse('it is kept for good');
