package db

import (
	"context"

	"github.com/certreg/certreg/registry"
)

const bodyColumns = "id, parent, path, kind, code, name_zh, name_en, created_at, version"

type bodyRow struct {
	ID        string                   `db:"id"`
	Parent    optional                 `db:"parent"`
	Path      string                   `db:"path"`
	Kind      registry.BodyKind        `db:"kind"`
	Code      registry.InstitutionCode `db:"code"`
	NameZH    string                   `db:"name_zh"`
	NameEN    string                   `db:"name_en"`
	CreatedAt stamp                    `db:"created_at"`
	Version   int                      `db:"version"`
}

func (r bodyRow) body() registry.Body {
	return registry.Body{
		ID: r.ID, Parent: string(r.Parent), Path: r.Path, Kind: r.Kind, Code: r.Code,
		Name: registry.Text{ZH: r.NameZH, EN: r.NameEN}, CreatedAt: r.CreatedAt.Time, Version: r.Version,
	}
}

// Body implements [registry.Reader].
func (t *tx) Body(ctx context.Context, id string) (registry.Body, error) {
	var row bodyRow
	err := t.get(ctx, &row, `SELECT `+bodyColumns+` FROM body WHERE id = $1`, id)
	return row.body(), found(err, registry.BodyNotFound, "body "+id)
}

// BodyByCode implements [registry.Reader].
func (t *tx) BodyByCode(ctx context.Context, code registry.InstitutionCode) (registry.Body, error) {
	var row bodyRow
	err := t.get(ctx, &row, `SELECT `+bodyColumns+` FROM body WHERE code = $1`, code)
	return row.body(), found(err, registry.BodyNotFound, "body of code "+string(code))
}

// Bodies implements [registry.Reader].
func (t *tx) Bodies(ctx context.Context, f registry.BodyFilter) ([]registry.Body, error) {
	var w where
	w.under("id", f.Scope)
	is(&w, "kind", f.Kind)
	var rows []bodyRow
	if err := t.all(ctx, &rows, `SELECT `+bodyColumns+` FROM body`+w.page("id", f.Page), w.args...); err != nil {
		return nil, wrap(err, "bodies")
	}
	return each(rows, bodyRow.body), nil
}

// InsertBody implements [registry.Writer].
func (t *tx) InsertBody(ctx context.Context, b registry.Body) error {
	return wrap(t.insert(ctx, "body ("+bodyColumns+")", []any{
		b.ID, optional(b.Parent), b.Path, b.Kind, b.Code, b.Name.ZH, b.Name.EN, stamp{b.CreatedAt}, b.Version,
	}), "insert body "+b.ID)
}

// UpdateBody implements [registry.Writer]. Place, kind and code of a body stay.
func (t *tx) UpdateBody(ctx context.Context, b registry.Body) error {
	n, err := t.change(ctx, `
		UPDATE body
		SET name_zh = $1, name_en = $2, version = version + 1
		WHERE id = $3 AND version = $4`,
		b.Name.ZH, b.Name.EN, b.ID, b.Version)
	return once(n, err, "body "+b.ID)
}

// each converts rows.
func each[R, T any](rows []R, convert func(R) T) []T {
	list := make([]T, len(rows))
	for i, r := range rows {
		list[i] = convert(r)
	}
	return list
}
