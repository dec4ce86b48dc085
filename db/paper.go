package db

import (
	"context"
	"slices"

	"github.com/certreg/certreg/registry"
)

type printRow struct {
	Certificate registry.Number `db:"certificate"`
	Paper       string          `db:"paper"`
	Version     int             `db:"version"`
	StatusList  int             `db:"status_list"`
	StatusIndex int             `db:"status_index"`
	Reason      string          `db:"reason"`
	PrintedAt   stamp           `db:"printed_at"`
	PrintedBy   string          `db:"printed_by"`
	Successor   optional        `db:"successor"`
	Holder      []byte          `db:"holder"`     // of the certificate
	OldHolder   []byte          `db:"old_holder"` // nil when the paper said what its successor says
}

// Prints implements [registry.Reader].
func (t *tx) Prints(ctx context.Context, n registry.Number) ([]registry.Print, error) {
	what := "prints of certificate " + string(n)
	var rows []printRow
	err := t.all(ctx, &rows, `
		SELECT p.certificate, p.paper, COALESCE(made.new_version, 1) AS version,
			COALESCE(made.new_list, c.status_list) AS status_list, COALESCE(made.new_index, c.status_index) AS status_index,
			p.reason, p.printed_at, p.printed_by, ended.new_paper AS successor, c.holder, ended.old_holder
		FROM print p
		JOIN certificate c ON c.number = p.certificate
		LEFT JOIN replacement made ON made.new_paper = p.paper
		LEFT JOIN replacement ended ON ended.old_paper = p.paper
		WHERE p.certificate = $1
		ORDER BY version, p.paper`, n)
	if err != nil || len(rows) == 0 {
		return nil, wrap(err, what)
	}
	said, err := t.openIdentity(rows[0].Holder, holderCell(n))
	if err != nil {
		return nil, wrap(err, what)
	}
	prints := make([]registry.Print, len(rows))
	for i, r := range slices.Backward(rows) {
		if r.OldHolder != nil {
			if said, err = t.openIdentity(r.OldHolder, paperCell(string(r.Successor))); err != nil {
				return nil, wrap(err, what)
			}
		}
		prints[i] = registry.Print{
			Certificate: r.Certificate, Paper: r.Paper, Version: r.Version, Holder: said.Name,
			Document: registry.Document{Kind: said.Kind, Number: said.Number}, Place: registry.Place{List: r.StatusList, Index: r.StatusIndex},
			Reason: r.Reason, At: r.PrintedAt.Time, By: r.PrintedBy,
		}
	}
	return prints, nil
}

// InsertPrints implements [registry.Writer].
func (t *tx) InsertPrints(ctx context.Context, prints []registry.Print) error {
	rows := make([][]any, len(prints))
	for i, p := range prints {
		rows[i] = []any{p.Certificate, p.Paper, p.Reason, stamp{p.At}, p.By}
	}
	return wrap(t.insert(ctx, "print (certificate, paper, reason, printed_at, printed_by)", rows...), "insert prints")
}

// InsertReplacement implements [registry.Writer].
func (t *tx) InsertReplacement(ctx context.Context, before registry.Certificate, p registry.Print) error {
	what := "insert replacement of paper " + before.Paper
	said, err := t.sealIdentity(identity{
		Name: before.Holder, Kind: before.Document.Kind, Number: before.Document.Number, Salt: before.Salt,
	}, paperCell(p.Paper))
	if err != nil {
		return wrap(err, what)
	}
	if err := t.InsertPrints(ctx, []registry.Print{p}); err != nil {
		return err
	}
	const columns = "(new_paper, old_paper, certificate, new_version, old_holder, new_list, new_index, old_list, old_index)"
	return wrap(t.insert(ctx, "replacement "+columns, []any{
		p.Paper, before.Paper, p.Certificate, p.Version, said, p.Place.List, p.Place.Index, before.Place.List, before.Place.Index,
	}), what)
}
