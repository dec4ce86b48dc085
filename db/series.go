package db

import (
	"context"
)

// NextSerials implements [registry.Writer]. The row of the series stays locked
// until the transaction ends, so another one takes its serials after this one
// has kept or given back its own.
func (t *tx) NextSerials(ctx context.Context, series string, n int) (int, error) {
	var last int
	err := t.get(ctx, &last, `
		INSERT INTO series (name, last_serial) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET last_serial = series.last_serial + excluded.last_serial
		RETURNING last_serial`, series, n)
	return last - n + 1, wrap(err, "series "+series)
}

// Serials implements [registry.Reader].
func (t *tx) Serials(ctx context.Context, prefix string) (map[string]int, error) {
	var rows []struct {
		Name       string `db:"name"`
		LastSerial int    `db:"last_serial"`
	}
	err := t.all(ctx, &rows, `SELECT name, last_serial FROM series WHERE substr(name, 1, $1) = $2`, len([]rune(prefix)), prefix)
	if err != nil {
		return nil, wrap(err, "series under "+prefix)
	}
	last := make(map[string]int, len(rows))
	for _, r := range rows {
		last[r.Name] = r.LastSerial
	}
	return last, nil
}
