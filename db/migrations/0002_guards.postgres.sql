-- What is written once stays: the engine itself refuses to change it.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal FOR EACH ROW
    EXECUTE FUNCTION refuse('the journal is append-only');
CREATE TRIGGER journal_refuses_delete BEFORE DELETE ON journal FOR EACH ROW
    EXECUTE FUNCTION refuse('the journal is append-only');
CREATE TRIGGER journal_head_refuses_delete BEFORE DELETE ON journal_head FOR EACH ROW
    EXECUTE FUNCTION refuse('the journal is append-only');
CREATE TRIGGER journal_head_refuses_update BEFORE UPDATE ON journal_head FOR EACH ROW
    WHEN (NEW.seq < OLD.seq)
    EXECUTE FUNCTION refuse('the journal is append-only');
CREATE TRIGGER series_refuses_delete BEFORE DELETE ON series FOR EACH ROW
    EXECUTE FUNCTION refuse('serials are never given again');
CREATE TRIGGER series_refuses_update BEFORE UPDATE ON series FOR EACH ROW
    WHEN (NEW.last_serial < OLD.last_serial OR NEW.name <> OLD.name)
    EXECUTE FUNCTION refuse('serials are never given again');
CREATE TRIGGER certificate_refuses_delete BEFORE DELETE ON certificate FOR EACH ROW
    EXECUTE FUNCTION refuse('certificates are withdrawn or cancelled, never deleted');
CREATE TRIGGER certificate_refuses_update BEFORE UPDATE ON certificate FOR EACH ROW
    WHEN (NEW.number <> OLD.number OR NEW.scheme <> OLD.scheme OR NEW.occupation <> OLD.occupation
        OR NEW.level <> OLD.level OR NEW.person <> OLD.person OR NEW.application IS DISTINCT FROM OLD.application
        OR NEW.body <> OLD.body OR NEW.route <> OLD.route OR NEW.issued_on <> OLD.issued_on
        OR NEW.issued_at <> OLD.issued_at OR NEW.code <> OLD.code OR NEW.evidence <> OLD.evidence
        OR NEW.status_list <> OLD.status_list OR NEW.status_index <> OLD.status_index)
    EXECUTE FUNCTION refuse('this part of a certificate never changes');
CREATE TRIGGER result_use_refuses_update BEFORE UPDATE ON result_use FOR EACH ROW
    EXECUTE FUNCTION refuse('what a certificate rests on never changes');
CREATE TRIGGER result_use_refuses_delete BEFORE DELETE ON result_use FOR EACH ROW
    EXECUTE FUNCTION refuse('what a certificate rests on never changes');
CREATE TRIGGER print_refuses_update BEFORE UPDATE ON print FOR EACH ROW
    EXECUTE FUNCTION refuse('prints are never changed');
CREATE TRIGGER print_refuses_delete BEFORE DELETE ON print FOR EACH ROW
    EXECUTE FUNCTION refuse('prints are never changed');
CREATE TRIGGER status_change_refuses_delete BEFORE DELETE ON status_change FOR EACH ROW
    EXECUTE FUNCTION refuse('status changes are never deleted');
CREATE TRIGGER status_change_refuses_update BEFORE UPDATE ON status_change FOR EACH ROW
    WHEN (OLD.state <> 'proposed' OR NEW.id <> OLD.id OR NEW.certificate <> OLD.certificate)
    EXECUTE FUNCTION refuse('a decided status change never changes');
CREATE TRIGGER result_refuses_delete BEFORE DELETE ON result FOR EACH ROW
    EXECUTE FUNCTION refuse('results are never deleted');
CREATE TRIGGER result_refuses_update BEFORE UPDATE ON result FOR EACH ROW
    WHEN (OLD.confirmed_by <> '')
    EXECUTE FUNCTION refuse('a confirmed result never changes');

CREATE TRIGGER journal_refuses_truncate BEFORE TRUNCATE ON journal EXECUTE FUNCTION refuse('it is kept for good');
CREATE TRIGGER journal_head_refuses_truncate BEFORE TRUNCATE ON journal_head EXECUTE FUNCTION refuse('it is kept for good');
CREATE TRIGGER series_refuses_truncate BEFORE TRUNCATE ON series EXECUTE FUNCTION refuse('it is kept for good');
CREATE TRIGGER certificate_refuses_truncate BEFORE TRUNCATE ON certificate EXECUTE FUNCTION refuse('it is kept for good');
CREATE TRIGGER result_use_refuses_truncate BEFORE TRUNCATE ON result_use EXECUTE FUNCTION refuse('it is kept for good');
CREATE TRIGGER print_refuses_truncate BEFORE TRUNCATE ON print EXECUTE FUNCTION refuse('it is kept for good');
CREATE TRIGGER status_change_refuses_truncate BEFORE TRUNCATE ON status_change EXECUTE FUNCTION refuse('it is kept for good');
CREATE TRIGGER result_refuses_truncate BEFORE TRUNCATE ON result EXECUTE FUNCTION refuse('it is kept for good');
CREATE TRIGGER log_entry_refuses_update BEFORE UPDATE ON log_entry FOR EACH ROW
    WHEN (NEW.idx <> OLD.idx OR NEW.certificate <> OLD.certificate OR NEW.event <> OLD.event OR NEW.leaf <> OLD.leaf)
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER log_entry_refuses_delete BEFORE DELETE ON log_entry FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER log_tile_refuses_update BEFORE UPDATE ON log_tile FOR EACH ROW
    WHEN (substring(NEW.data FROM 1 FOR length(OLD.data)) <> OLD.data)
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER log_tile_refuses_delete BEFORE DELETE ON log_tile FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER log_head_refuses_update BEFORE UPDATE ON log_head FOR EACH ROW
    WHEN (NEW.size < OLD.size)
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER log_head_refuses_delete BEFORE DELETE ON log_head FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER status_list_refuses_delete BEFORE DELETE ON status_list FOR EACH ROW
    EXECUTE FUNCTION refuse('places in status lists are given once');
CREATE TRIGGER link_use_refuses_update BEFORE UPDATE ON link_use FOR EACH ROW
    EXECUTE FUNCTION refuse('uses of links are never changed');
CREATE TRIGGER link_use_refuses_delete BEFORE DELETE ON link_use FOR EACH ROW
    EXECUTE FUNCTION refuse('uses of links are never changed');
CREATE TRIGGER edition_refuses_update BEFORE UPDATE ON edition FOR EACH ROW
    WHEN (NEW.digest <> OLD.digest OR NEW.document <> OLD.document OR OLD.state IN ('refused', 'scheduled'))
    EXECUTE FUNCTION refuse('editions are superseded, never edited');
CREATE TRIGGER edition_refuses_delete BEFORE DELETE ON edition FOR EACH ROW
    EXECUTE FUNCTION refuse('editions are superseded, never edited');
