package db

import (
	"context"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// sittingSelect adds the season's scheme and counts what a sitting's applications take up; application_sitting
// answers both counts from the index.
const sittingSelect = `
	SELECT id, season, (SELECT scheme FROM season WHERE season.id = sitting.season) AS scheme, body, occupation, level, held_on, capacity, created_at, version,
		(SELECT COUNT(*) FROM application a WHERE a.sitting = sitting.id AND a.status = 'submitted') AS applied,
		(SELECT COUNT(*) FROM application a WHERE a.sitting = sitting.id AND a.status = 'admitted') AS admitted
	FROM sitting`

type sittingRow struct {
	ID         string     `db:"id"`
	Season     string     `db:"season"`
	Scheme     string     `db:"scheme"`
	Body       string     `db:"body"`
	Occupation string     `db:"occupation"`
	Level      int        `db:"level"`
	HeldOn     civil.Date `db:"held_on"`
	Capacity   int        `db:"capacity"`
	CreatedAt  stamp      `db:"created_at"`
	Version    int        `db:"version"`
	Applied    int        `db:"applied"`
	Admitted   int        `db:"admitted"`
}

func (r sittingRow) sitting() registry.Sitting {
	return registry.Sitting{
		ID: r.ID, Season: r.Season, Scheme: r.Scheme, Body: r.Body, Occupation: r.Occupation, Level: r.Level, On: r.HeldOn,
		Capacity: r.Capacity, Applied: r.Applied, Admitted: r.Admitted, CreatedAt: r.CreatedAt.Time, Version: r.Version,
	}
}

// Sitting implements [registry.Reader].
func (t *tx) Sitting(ctx context.Context, id string) (registry.Sitting, error) {
	var row sittingRow
	err := t.get(ctx, &row, sittingSelect+` WHERE id = $1`, id)
	return row.sitting(), found(err, registry.SittingNotFound, "sitting "+id)
}

// Sittings implements [registry.Reader].
func (t *tx) Sittings(ctx context.Context, f registry.SittingFilter) ([]registry.Sitting, error) {
	var w where
	w.under("body", f.Scope)
	is(&w, "season", f.Season)
	is(&w, "body", f.Body)
	is(&w, "occupation", f.Occupation)
	is(&w, "level", f.Level)
	if !f.From.IsZero() {
		w.and("held_on >= ?", f.From)
	}
	var rows []sittingRow
	if err := t.all(ctx, &rows, sittingSelect+w.page("id", f.Page), w.args...); err != nil {
		return nil, wrap(err, "sittings")
	}
	return each(rows, sittingRow.sitting), nil
}

// InsertSitting implements [registry.Writer].
func (t *tx) InsertSitting(ctx context.Context, s registry.Sitting) error {
	return wrap(t.insert(ctx, "sitting (id, season, body, occupation, level, held_on, capacity, created_at, version)", []any{
		s.ID, s.Season, s.Body, s.Occupation, s.Level, s.On, s.Capacity, stamp{s.CreatedAt}, s.Version,
	}), "insert sitting "+s.ID)
}

// UpdateSitting implements [registry.Writer]. Season, body and level of a sitting stay.
func (t *tx) UpdateSitting(ctx context.Context, s registry.Sitting) error {
	n, err := t.change(ctx, `
		UPDATE sitting
		SET held_on = $1, capacity = $2, version = version + 1
		WHERE id = $3 AND version = $4`,
		s.On, s.Capacity, s.ID, s.Version)
	return once(n, err, "sitting "+s.ID)
}

// LockSitting implements [registry.Writer]: writing to a row locks it in both
// engines, and the version, which callers compare, stays.
func (t *tx) LockSitting(ctx context.Context, id string) error {
	n, err := t.change(ctx, `UPDATE sitting SET locks = locks + 1 WHERE id = $1`, id)
	if err == nil && n == 0 {
		return registry.NotFound(registry.SittingNotFound)
	}
	return wrap(err, "lock sitting "+id)
}

// LockSittingOf implements [registry.Writer].
func (t *tx) LockSittingOf(ctx context.Context, application string) (registry.Sitting, error) {
	var row sittingRow
	err := t.get(ctx, &row, `
		UPDATE sitting
		SET locks = locks + 1
		WHERE id = (SELECT sitting FROM application WHERE id = $1)
		RETURNING id, season, (SELECT scheme FROM season WHERE season.id = sitting.season) AS scheme, body, occupation, level,
			held_on, capacity, created_at, version`, application)
	return row.sitting(), found(err, registry.ApplicationNotFound, "lock sitting of application "+application)
}
