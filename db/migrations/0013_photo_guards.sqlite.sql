-- What a paper shows, it shows for good. An image may be sealed again.

-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER photo_refuses_update BEFORE UPDATE ON photo
    WHEN NEW.id <> OLD.id OR NEW.person <> OLD.person OR NEW.put_at <> OLD.put_at
        OR OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of photo is refused: another photo is another row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER photo_use_refuses_update BEFORE UPDATE ON photo_use
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of photo_use is refused: what a paper shows never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER photo_use_refuses_delete BEFORE DELETE ON photo_use
BEGIN
    SELECT RAISE(ABORT, 'DELETE of photo_use is refused: what a paper shows never changes');
END;
-- +goose StatementEnd
