-- A log without entries has a head as well (RFC 6962 §2.1: the hash of nothing),
-- so that there is always a row to lock.

-- +goose Up
INSERT INTO log_head (id, size, root)
VALUES (1, 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
ON CONFLICT (id) DO NOTHING;

-- Hashes do not compress: trying to is what most of writing a tile costs.
ALTER TABLE log_tile ALTER COLUMN data SET STORAGE EXTERNAL;

-- A certificate is never deleted and never renumbered, see 0002_guards, so what
-- refers to one needs checking when it is entered and never again. A foreign key
-- checks row by row, which takes as long as entering the row; these triggers
-- check all the rows of a statement in one query. SQLite keeps foreign keys,
-- which cost nothing to speak of there.
-- +goose StatementBegin
CREATE FUNCTION refuse_unknown_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unknown text;
BEGIN
    SELECT certificate INTO unknown FROM added WHERE NOT EXISTS (SELECT 1 FROM certificate WHERE number = added.certificate) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'INSERT into % is refused: there is no certificate %', TG_TABLE_NAME, unknown USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER result_use_refers AFTER INSERT ON result_use REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unknown_certificate();
CREATE TRIGGER print_refers AFTER INSERT ON print REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unknown_certificate();
CREATE TRIGGER log_entry_refers AFTER INSERT ON log_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unknown_certificate();

ALTER TABLE result_use DROP CONSTRAINT result_use_certificate_fkey;
ALTER TABLE print DROP CONSTRAINT print_certificate_fkey;
ALTER TABLE log_entry DROP CONSTRAINT log_entry_certificate_fkey;
