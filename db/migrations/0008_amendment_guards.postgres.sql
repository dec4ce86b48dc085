-- +goose Up
CREATE TRIGGER amendment_refuses_delete BEFORE DELETE ON amendment FOR EACH ROW
    EXECUTE FUNCTION refuse('amendments are never deleted');
CREATE TRIGGER amendment_refuses_update BEFORE UPDATE ON amendment FOR EACH ROW
    WHEN (OLD.state <> 'proposed' OR NEW.id <> OLD.id OR NEW.result <> OLD.result OR NEW.kind <> OLD.kind
        OR NEW.reason <> OLD.reason OR NEW.mark <> OLD.mark OR NEW.raw <> OLD.raw OR NEW.deduction <> OLD.deduction
        OR NEW.final <> OLD.final OR NEW.proposed_by <> OLD.proposed_by OR NEW.version <> OLD.version)
    EXECUTE FUNCTION refuse('what was proposed never changes, nor what was decided');
CREATE TRIGGER amendment_refuses_truncate BEFORE TRUNCATE ON amendment EXECUTE FUNCTION refuse('it is kept for good');
