-- Keys: how they are compared, and when it is checked that they refer to something.

-- +goose Up

-- Texts here are identifiers, codes and digests: they are compared as bytes, as
-- SQLite does, and not as words of the language that the database was made for.
-- Lists then come in one order on both engines, and indexes cost less to keep.
-- Columns that a trigger's condition names cannot be altered, so the triggers
-- are taken away meanwhile.
-- +goose StatementBegin
DO $$
DECLARE
    guards text[];
    command text;
BEGIN
    SELECT array_agg(pg_get_triggerdef(t.oid) || CASE t.tgenabled
        WHEN 'A' THEN format('; ALTER TABLE %1$I ENABLE ALWAYS TRIGGER %2$I', c.relname, t.tgname)
        WHEN 'R' THEN format('; ALTER TABLE %1$I ENABLE REPLICA TRIGGER %2$I', c.relname, t.tgname)
        WHEN 'D' THEN format('; ALTER TABLE %1$I DISABLE TRIGGER %2$I', c.relname, t.tgname)
        ELSE '' END) INTO guards
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace;

    FOR command IN
        SELECT format('DROP TRIGGER %I ON %I', t.tgname, c.relname)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
    LOOP
        EXECUTE command;
    END LOOP;

    FOR command IN
        SELECT format('ALTER TABLE %I ', table_name) || string_agg(format('ALTER COLUMN %I TYPE text COLLATE "C"', column_name), ', ')
        FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'text' AND table_name <> 'goose_db_version'
        GROUP BY table_name
    LOOP
        EXECUTE command;
    END LOOP;

    FOREACH command IN ARRAY guards LOOP
        EXECUTE command;
    END LOOP;
END
$$;
-- +goose StatementEnd

-- What certificates and the uses of results refer to is checked once for all the
-- rows of a statement, as 0006_append does for what refers to certificates: row
-- by row it took half the time of issuing a sitting. A certificate's person must
-- be that of its application as well. SQLite keeps foreign keys.
--
-- Each is looked up by a subquery of its own, which is one look at an index: of a
-- join the plan is chosen when the tables are small, and kept.
-- +goose StatementBegin
CREATE FUNCTION refuse_unfounded_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unfounded text;
BEGIN
    SELECT number INTO unfounded
    FROM added
    WHERE (SELECT id FROM body WHERE id = added.body) IS NULL
        OR (SELECT person FROM application WHERE id = added.application) IS DISTINCT FROM added.person
            AND (added.application IS NOT NULL OR (SELECT id FROM person WHERE id = added.person) IS NULL)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'INSERT into certificate is refused: the body, the person or their application of % is not there', unfounded
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION refuse_unfounded_use() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unfounded text;
BEGIN
    SELECT result INTO unfounded
    FROM added
    WHERE (SELECT number FROM certificate WHERE number = added.certificate) IS NULL
        OR (SELECT id FROM result WHERE id = added.result) IS NULL
        OR amendment IS NOT NULL AND (SELECT id FROM amendment WHERE id = added.amendment) IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'INSERT into result_use is refused: result %, the amendment or the certificate is not there', unfounded
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION refuse_unknown_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unknown text;
BEGIN
    SELECT certificate INTO unknown
    FROM added
    WHERE (SELECT number FROM certificate WHERE number = added.certificate) IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'INSERT into % is refused: there is no certificate %', TG_TABLE_NAME, unknown USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION refuse_certified() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM certificate WHERE person = OLD.id) THEN
        RAISE EXCEPTION 'DELETE of person is refused: % has a certificate', OLD.id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER certificate_refers AFTER INSERT ON certificate REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unfounded_certificate();
DROP TRIGGER result_use_refers ON result_use;
CREATE TRIGGER result_use_refers AFTER INSERT ON result_use REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unfounded_use();

-- What is referred to stays. Results and amendments have their guards from before.
CREATE TRIGGER person_refuses_delete BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION refuse_certified();
CREATE TRIGGER body_refuses_delete BEFORE DELETE ON body FOR EACH ROW EXECUTE FUNCTION refuse('certificates name it');
CREATE TRIGGER application_refuses_delete BEFORE DELETE ON application FOR EACH ROW EXECUTE FUNCTION refuse('certificates rest on it');

ALTER TABLE certificate DROP CONSTRAINT certificate_application_fkey;
ALTER TABLE certificate DROP CONSTRAINT certificate_body_fkey;
ALTER TABLE certificate DROP CONSTRAINT certificate_person_fkey;
ALTER TABLE result_use DROP CONSTRAINT result_use_result_fkey;
ALTER TABLE result_use DROP CONSTRAINT result_use_amendment_fkey;
