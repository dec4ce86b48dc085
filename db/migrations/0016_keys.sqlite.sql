-- A certificate's person is that of its application. All else that a certificate
-- refers to is a foreign key here; PostgreSQL has triggers, see there.

-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER certificate_refers AFTER INSERT ON certificate
    WHEN NEW.application IS NOT NULL AND NOT EXISTS (SELECT 1 FROM application WHERE id = NEW.application AND person = NEW.person)
BEGIN
    SELECT RAISE(ABORT, 'INSERT into certificate is refused: its person has no such application');
END;
-- +goose StatementEnd
