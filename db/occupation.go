package db

import (
	"context"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

type openedLevelRow struct {
	Occupation string     `db:"occupation"`
	Level      int        `db:"level"`
	OpenedOn   civil.Date `db:"opened_on"`
}

// OpenedLevels implements [registry.Reader].
func (t *tx) OpenedLevels(ctx context.Context, occupation string) ([]registry.OpenedLevel, error) {
	var rows []openedLevelRow
	err := t.all(ctx, &rows, `
		SELECT occupation, level, opened_on
		FROM opened_level
		WHERE occupation = $1
		ORDER BY level`, occupation)
	if err != nil {
		return nil, wrap(err, "opened levels of "+occupation)
	}
	return each(rows, func(r openedLevelRow) registry.OpenedLevel { return registry.OpenedLevel(r) }), nil
}

// PutOpenedLevel implements [registry.Writer].
func (t *tx) PutOpenedLevel(ctx context.Context, l registry.OpenedLevel) error {
	_, err := t.upsert(ctx, "opened_level (occupation, level, opened_on)", `
		ON CONFLICT (occupation, level) DO UPDATE SET opened_on = excluded.opened_on`,
		[]any{l.Occupation, l.Level, l.OpenedOn})
	return wrap(err, "open level of "+l.Occupation)
}
