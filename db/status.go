package db

import (
	"context"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

const statusChangeColumns = `id, certificate, kind, reason_code, reason, state, effective_on,
	proposed_by, proposed_at, decided_by, decided_at, answer, person_version`

type statusChangeRow struct {
	ID          string               `db:"id"`
	Certificate registry.Number      `db:"certificate"`
	Kind        registry.StatusKind  `db:"kind"`
	ReasonCode  string               `db:"reason_code"`
	Reason      string               `db:"reason"`
	State       registry.ChangeState `db:"state"`
	EffectiveOn civil.Date           `db:"effective_on"`
	ProposedBy  string               `db:"proposed_by"`
	ProposedAt  stamp                `db:"proposed_at"`
	DecidedBy   string               `db:"decided_by"`
	DecidedAt   stamp                `db:"decided_at"`
	Answer      string               `db:"answer"`

	PersonVersion int `db:"person_version"`
}

func (r statusChangeRow) change() registry.StatusChange {
	return registry.StatusChange{
		ID: r.ID, Certificate: r.Certificate, Kind: r.Kind, ReasonCode: r.ReasonCode, Reason: r.Reason, State: r.State,
		On: r.EffectiveOn, ProposedBy: r.ProposedBy, ProposedAt: r.ProposedAt.Time,
		DecidedBy: r.DecidedBy, DecidedAt: r.DecidedAt.Time, Answer: r.Answer, PersonVersion: r.PersonVersion,
	}
}

// StatusChange implements [registry.Reader].
func (t *tx) StatusChange(ctx context.Context, n registry.Number, id string) (registry.StatusChange, error) {
	var row statusChangeRow
	err := t.get(ctx, &row, `SELECT `+statusChangeColumns+` FROM status_change WHERE certificate = $1 AND id = $2`, n, id)
	return row.change(), found(err, registry.StatusChangeNotFound, "status change "+id)
}

// StatusChanges implements [registry.Reader].
func (t *tx) StatusChanges(ctx context.Context, n registry.Number) ([]registry.StatusChange, error) {
	var rows []statusChangeRow
	err := t.all(ctx, &rows, `SELECT `+statusChangeColumns+` FROM status_change WHERE certificate = $1 ORDER BY id`, n)
	if err != nil {
		return nil, wrap(err, "status changes of certificate "+string(n))
	}
	return each(rows, statusChangeRow.change), nil
}

// InsertStatusChange implements [registry.Writer].
func (t *tx) InsertStatusChange(ctx context.Context, s registry.StatusChange) error {
	return wrap(t.insert(ctx, "status_change ("+statusChangeColumns+")", []any{
		s.ID, s.Certificate, s.Kind, s.ReasonCode, s.Reason, s.State, s.On,
		s.ProposedBy,
		stamp{s.ProposedAt},
		s.DecidedBy,
		stamp{s.DecidedAt},
		s.Answer,
		s.PersonVersion,
	}), "insert status change "+s.ID)
}

// UpdateStatusChange implements [registry.Writer]. A status change has no
// version: it is decided once, and only while it waits.
func (t *tx) UpdateStatusChange(ctx context.Context, s registry.StatusChange) error {
	n, err := t.change(ctx, `
		UPDATE status_change
		SET state = $1, effective_on = $2, decided_by = $3, decided_at = $4, answer = $5
		WHERE id = $6 AND state = 'proposed'`,
		s.State, s.On, s.DecidedBy, stamp{s.DecidedAt}, s.Answer, s.ID)
	return once(n, err, "status change "+s.ID)
}
