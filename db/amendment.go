package db

import (
	"context"

	"github.com/certreg/certreg/registry"
)

const amendmentColumns = `id, result, kind, reason, mark, raw, deduction, final, state,
	proposed_by, proposed_at, decided_by, decided_at, answer, version`

type amendmentRow struct {
	ID         string                 `db:"id"`
	Result     string                 `db:"result"`
	Kind       registry.AmendmentKind `db:"kind"`
	Reason     string                 `db:"reason"`
	Mark       registry.Mark          `db:"mark"`
	Raw        registry.Score         `db:"raw"`
	Deduction  registry.Score         `db:"deduction"`
	Final      registry.Score         `db:"final"`
	State      registry.ChangeState   `db:"state"`
	ProposedBy string                 `db:"proposed_by"`
	ProposedAt stamp                  `db:"proposed_at"`
	DecidedBy  string                 `db:"decided_by"`
	DecidedAt  stamp                  `db:"decided_at"`
	Answer     string                 `db:"answer"`
	Version    int                    `db:"version"`
}

func (r amendmentRow) amendment() registry.Amendment {
	return registry.Amendment{
		ID: r.ID, Result: r.Result, Kind: r.Kind, Reason: r.Reason, Mark: r.Mark, Raw: r.Raw, Deduction: r.Deduction, Final: r.Final,
		State: r.State, ProposedBy: r.ProposedBy, ProposedAt: r.ProposedAt.Time, DecidedBy: r.DecidedBy, DecidedAt: r.DecidedAt.Time,
		Answer: r.Answer, Version: r.Version,
	}
}

// Amendments implements [registry.Reader].
func (t *tx) Amendments(ctx context.Context, result string) ([]registry.Amendment, error) {
	var rows []amendmentRow
	err := t.all(ctx, &rows, `SELECT `+amendmentColumns+` FROM amendment WHERE result = $1 ORDER BY version, id`, result)
	if err != nil {
		return nil, wrap(err, "amendments of result "+result)
	}
	return each(rows, amendmentRow.amendment), nil
}

// InsertAmendment implements [registry.Writer].
func (t *tx) InsertAmendment(ctx context.Context, m registry.Amendment) error {
	return wrap(t.insert(ctx, "amendment ("+amendmentColumns+")", []any{
		m.ID, m.Result, m.Kind, m.Reason, m.Mark, m.Raw, m.Deduction, m.Final, m.State,
		m.ProposedBy,
		stamp{m.ProposedAt},
		m.DecidedBy,
		stamp{m.DecidedAt},
		m.Answer, m.Version,
	}), "insert amendment "+m.ID)
}

// UpdateAmendment implements [registry.Writer]. An amendment is decided once,
// and only while it waits.
func (t *tx) UpdateAmendment(ctx context.Context, m registry.Amendment) error {
	n, err := t.change(ctx, `
		UPDATE amendment
		SET state = $1, decided_by = $2, decided_at = $3, answer = $4
		WHERE id = $5 AND state = 'proposed'`,
		m.State, m.DecidedBy, stamp{m.DecidedAt}, m.Answer, m.ID)
	return once(n, err, "amendment "+m.ID)
}
