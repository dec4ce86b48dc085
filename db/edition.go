package db

import (
	"context"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

const editionColumns = `digest, ruleset, occupation, document, state, governs_from,
	submitted_by, submitted_at, reviewed_by, reviewed_at, note, version`

type editionRow struct {
	Digest      string                `db:"digest"`
	RuleSet     string                `db:"ruleset"`
	Occupation  string                `db:"occupation"`
	Document    string                `db:"document"`
	State       registry.EditionState `db:"state"`
	GovernsFrom civil.Date            `db:"governs_from"`
	SubmittedBy string                `db:"submitted_by"`
	SubmittedAt stamp                 `db:"submitted_at"`
	ReviewedBy  string                `db:"reviewed_by"`
	ReviewedAt  stamp                 `db:"reviewed_at"`
	Note        string                `db:"note"`
	Version     int                   `db:"version"`
}

func (r editionRow) edition() registry.Edition {
	return registry.Edition{
		Digest: r.Digest, RuleSet: r.RuleSet, Occupation: r.Occupation, Document: []byte(r.Document), State: r.State,
		GovernsFrom: r.GovernsFrom, SubmittedBy: r.SubmittedBy, SubmittedAt: r.SubmittedAt.Time,
		ReviewedBy: r.ReviewedBy, ReviewedAt: r.ReviewedAt.Time, Note: r.Note, Version: r.Version,
	}
}

// Edition implements [registry.Reader].
func (t *tx) Edition(ctx context.Context, digest string) (registry.Edition, error) {
	var row editionRow
	err := t.get(ctx, &row, `SELECT `+editionColumns+` FROM edition WHERE digest = $1`, digest)
	return row.edition(), found(err, registry.EditionNotFound, "edition "+digest)
}

// Editions implements [registry.Reader].
func (t *tx) Editions(ctx context.Context, state registry.EditionState) ([]registry.Edition, error) {
	var w where
	is(&w, "state", state)
	var rows []editionRow
	if err := t.all(ctx, &rows, `SELECT `+editionColumns+` FROM edition`+w.order("submitted_at, digest", 0), w.args...); err != nil {
		return nil, wrap(err, "editions")
	}
	return each(rows, editionRow.edition), nil
}

// InsertEdition implements [registry.Writer].
func (t *tx) InsertEdition(ctx context.Context, e registry.Edition) error {
	return wrap(t.insert(ctx, "edition ("+editionColumns+")", []any{
		e.Digest, e.RuleSet, e.Occupation, string(e.Document), e.State, e.GovernsFrom,
		e.SubmittedBy,
		stamp{e.SubmittedAt},
		e.ReviewedBy,
		stamp{e.ReviewedAt},
		e.Note, e.Version,
	}), "insert edition "+e.Digest)
}

// UpdateEdition implements [registry.Writer]. It writes how far the edition has come.
func (t *tx) UpdateEdition(ctx context.Context, e registry.Edition) error {
	n, err := t.change(ctx, `
		UPDATE edition
		SET state = $1, governs_from = $2, reviewed_by = $3, reviewed_at = $4, note = $5, version = version + 1
		WHERE digest = $6 AND version = $7`,
		e.State, e.GovernsFrom, e.ReviewedBy, stamp{e.ReviewedAt}, e.Note, e.Digest, e.Version)
	return once(n, err, "edition "+e.Digest)
}
