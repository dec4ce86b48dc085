package db

import (
	"context"
	"slices"
)

type seriesRow struct {
	Name       string `db:"name"`
	LastSerial int    `db:"last_serial"`
}

// NextSerials implements [registry.Writer]. The rows of the series stay locked
// until the transaction ends, so another one takes its serials after this one
// has kept or given back its own. They are locked in the order of their names,
// so that two transactions do not wait for each other.
func (t *tx) NextSerials(ctx context.Context, series []string, n int) ([]int, error) {
	var args []any
	for _, name := range slices.Sorted(slices.Values(series)) {
		args = append(args, name, n)
	}
	var rows []seriesRow
	err := t.all(ctx, &rows, `
		INSERT INTO series (name, last_serial) VALUES `+tuples(len(series), 2, 0)+`
		ON CONFLICT (name) DO UPDATE SET last_serial = series.last_serial + excluded.last_serial
		RETURNING name, last_serial`, args...)
	if err != nil {
		return nil, wrap(err, "next serials")
	}
	first := make([]int, len(series))
	for _, r := range rows {
		first[slices.Index(series, r.Name)] = r.LastSerial - n + 1
	}
	return first, nil
}

// Serials implements [registry.Reader].
func (t *tx) Serials(ctx context.Context, prefix string) (map[string]int, error) {
	var rows []seriesRow
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
