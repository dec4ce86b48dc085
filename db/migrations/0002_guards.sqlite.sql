-- What is written once stays: the engine itself refuses to change it. REPLACE is
-- caught as well, because every connection turns recursive_triggers on.

-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of journal is refused: the journal is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER journal_refuses_delete BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'DELETE of journal is refused: the journal is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER journal_head_refuses_delete BEFORE DELETE ON journal_head
BEGIN
    SELECT RAISE(ABORT, 'DELETE of journal_head is refused: the journal is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER journal_head_refuses_update BEFORE UPDATE ON journal_head
    WHEN NEW.seq < OLD.seq
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of journal_head is refused: the journal is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER series_refuses_delete BEFORE DELETE ON series
BEGIN
    SELECT RAISE(ABORT, 'DELETE of series is refused: serials are never given again');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER series_refuses_update BEFORE UPDATE ON series
    WHEN NEW.last_serial < OLD.last_serial OR NEW.name <> OLD.name
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of series is refused: serials are never given again');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER certificate_refuses_delete BEFORE DELETE ON certificate
BEGIN
    SELECT RAISE(ABORT, 'DELETE of certificate is refused: certificates are withdrawn or cancelled, never deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER certificate_refuses_update BEFORE UPDATE ON certificate
    WHEN NEW.number <> OLD.number OR NEW.scheme <> OLD.scheme OR NEW.occupation <> OLD.occupation
        OR NEW.level <> OLD.level OR NEW.person <> OLD.person OR NEW.application IS DISTINCT FROM OLD.application
        OR NEW.body <> OLD.body OR NEW.route <> OLD.route OR NEW.issued_on <> OLD.issued_on
        OR NEW.issued_at <> OLD.issued_at OR NEW.code <> OLD.code OR NEW.evidence <> OLD.evidence
        OR NEW.status_list <> OLD.status_list OR NEW.status_index <> OLD.status_index
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of certificate is refused: this part of a certificate never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER result_use_refuses_update BEFORE UPDATE ON result_use
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of result_use is refused: what a certificate rests on never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER result_use_refuses_delete BEFORE DELETE ON result_use
BEGIN
    SELECT RAISE(ABORT, 'DELETE of result_use is refused: what a certificate rests on never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER print_refuses_update BEFORE UPDATE ON print
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of print is refused: prints are never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER print_refuses_delete BEFORE DELETE ON print
BEGIN
    SELECT RAISE(ABORT, 'DELETE of print is refused: prints are never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER status_change_refuses_delete BEFORE DELETE ON status_change
BEGIN
    SELECT RAISE(ABORT, 'DELETE of status_change is refused: status changes are never deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER status_change_refuses_update BEFORE UPDATE ON status_change
    WHEN OLD.state <> 'proposed' OR NEW.id <> OLD.id OR NEW.certificate <> OLD.certificate
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of status_change is refused: a decided status change never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER result_refuses_delete BEFORE DELETE ON result
BEGIN
    SELECT RAISE(ABORT, 'DELETE of result is refused: results are never deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER result_refuses_update BEFORE UPDATE ON result
    WHEN OLD.confirmed_by <> ''
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of result is refused: a confirmed result never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER log_entry_refuses_update BEFORE UPDATE ON log_entry
    WHEN NEW.idx <> OLD.idx OR NEW.certificate <> OLD.certificate OR NEW.event <> OLD.event OR NEW.leaf <> OLD.leaf
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of log_entry is refused: the log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER log_entry_refuses_delete BEFORE DELETE ON log_entry
BEGIN
    SELECT RAISE(ABORT, 'DELETE of log_entry is refused: the log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER log_tile_refuses_update BEFORE UPDATE ON log_tile
    WHEN substr(NEW.data, 1, length(OLD.data)) <> OLD.data
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of log_tile is refused: the log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER log_tile_refuses_delete BEFORE DELETE ON log_tile
BEGIN
    SELECT RAISE(ABORT, 'DELETE of log_tile is refused: the log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER log_head_refuses_update BEFORE UPDATE ON log_head
    WHEN NEW.size < OLD.size
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of log_head is refused: the log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER log_head_refuses_delete BEFORE DELETE ON log_head
BEGIN
    SELECT RAISE(ABORT, 'DELETE of log_head is refused: the log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER status_list_refuses_delete BEFORE DELETE ON status_list
BEGIN
    SELECT RAISE(ABORT, 'DELETE of status_list is refused: places in status lists are given once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER link_use_refuses_update BEFORE UPDATE ON link_use
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of link_use is refused: uses of links are never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER link_use_refuses_delete BEFORE DELETE ON link_use
BEGIN
    SELECT RAISE(ABORT, 'DELETE of link_use is refused: uses of links are never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER edition_refuses_update BEFORE UPDATE ON edition
    WHEN NEW.digest <> OLD.digest OR NEW.document <> OLD.document OR OLD.state IN ('refused', 'scheduled')
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of edition is refused: editions are superseded, never edited');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER edition_refuses_delete BEFORE DELETE ON edition
BEGIN
    SELECT RAISE(ABORT, 'DELETE of edition is refused: editions are superseded, never edited');
END;
-- +goose StatementEnd
