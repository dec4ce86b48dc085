-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER amendment_refuses_delete BEFORE DELETE ON amendment
BEGIN
    SELECT RAISE(ABORT, 'DELETE of amendment is refused: amendments are never deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER amendment_refuses_update BEFORE UPDATE ON amendment
    WHEN OLD.state <> 'proposed' OR NEW.id <> OLD.id OR NEW.result <> OLD.result OR NEW.kind <> OLD.kind
        OR NEW.reason <> OLD.reason OR NEW.mark <> OLD.mark OR NEW.raw <> OLD.raw OR NEW.deduction <> OLD.deduction
        OR NEW.final <> OLD.final OR NEW.proposed_by <> OLD.proposed_by OR NEW.version <> OLD.version
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of amendment is refused: what was proposed never changes, nor what was decided');
END;
-- +goose StatementEnd
