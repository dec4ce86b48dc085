package db

import (
	"context"
	"database/sql"
	"errors"

	"github.com/certreg/certreg/registry"
)

const personColumns = "id, identity, body, claimed, corrected_by, created_at, version"

type personRow struct {
	ID          string             `db:"id"`
	Identity    []byte             `db:"identity"`
	Body        optional           `db:"body"`
	Claimed     bool               `db:"claimed"`
	CorrectedBy document[[]string] `db:"corrected_by"`
	CreatedAt   stamp              `db:"created_at"`
	Version     int                `db:"version"`
}

func (t *tx) person(r personRow) (registry.Person, error) {
	id, err := t.openIdentity(r.Identity, identityCell(r.ID))
	if err != nil {
		return registry.Person{}, wrap(err, "person "+r.ID)
	}
	return registry.Person{
		ID: r.ID, Name: id.Name, Document: registry.Document{Kind: id.Kind, Number: id.Number}, Born: id.Born, Sex: id.Sex,
		Body: string(r.Body), Claimed: r.Claimed, CreatedAt: r.CreatedAt.Time, Version: r.Version,
		CorrectedBy: append([]string(nil), r.CorrectedBy.value...), // nil for nobody
	}, nil
}

// Person implements [registry.Reader].
func (t *tx) Person(ctx context.Context, id string) (registry.Person, error) {
	var row personRow
	err := t.get(ctx, &row, `SELECT `+personColumns+` FROM person WHERE id = $1`, id)
	if err != nil {
		return registry.Person{}, found(err, registry.PersonNotFound, "person "+id)
	}
	return t.person(row)
}

// PersonByDocument implements [registry.Reader]. The index is searched for under
// every key of the vault, newest or not.
func (t *tx) PersonByDocument(ctx context.Context, d registry.Document) (registry.Person, error) {
	indexes, err := t.vault.Indexes("person.document", documentKey(d.Kind, d.Number))
	if err != nil {
		return registry.Person{}, err
	}
	for _, index := range indexes {
		var row personRow
		err := t.get(ctx, &row, `SELECT `+personColumns+` FROM person WHERE document_index = $1`, index)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return registry.Person{}, wrap(err, "person by document")
		}
		return t.person(row)
	}
	return registry.Person{}, registry.NotFound(registry.PersonNotFound)
}

// PersonWithin implements [registry.Reader].
func (t *tx) PersonWithin(ctx context.Context, id, scope string) (bool, error) {
	var registered, applied where
	registered.and("id = ?", id)
	registered.under("body", scope)
	applied.and("person = ?", id)
	applied.under("body", scope)
	for _, q := range []struct {
		table string
		where
	}{{"person", registered}, {"application", applied}, {"person_reach", applied}} {
		var n int
		if err := t.get(ctx, &n, `SELECT COUNT(*) FROM `+q.table+q.text, q.args...); err != nil {
			return false, wrap(err, "reach of person "+id)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, nil
}

// PutPersonReach implements [registry.Writer].
func (t *tx) PutPersonReach(ctx context.Context, person, body string) error {
	_, err := t.upsert(ctx, "person_reach (person, body)", " ON CONFLICT (person, body) DO NOTHING", []any{person, body})
	return wrap(err, "reach of person "+person)
}

// InsertPerson implements [registry.Writer].
func (t *tx) InsertPerson(ctx context.Context, p registry.Person) error {
	sealed, index, err := t.sealPerson(p)
	if err != nil {
		return wrap(err, "insert person "+p.ID)
	}
	return wrap(t.insert(ctx, "person ("+personColumns+", document_index, name_index)", []any{
		p.ID, sealed, optional(p.Body), p.Claimed, correctors(p), stamp{p.CreatedAt}, p.Version, index.document, index.name,
	}), "insert person "+p.ID)
}

// UpdatePerson implements [registry.Writer]. The body that registered a person stays.
func (t *tx) UpdatePerson(ctx context.Context, p registry.Person) error {
	sealed, index, err := t.sealPerson(p)
	if err != nil {
		return wrap(err, "update person "+p.ID)
	}
	n, err := t.change(ctx, `
		UPDATE person
		SET identity = $1, document_index = $2, name_index = $3, claimed = $4, corrected_by = $5, version = version + 1
		WHERE id = $6 AND version = $7`,
		sealed, index.document, index.name, p.Claimed, correctors(p), p.ID, p.Version)
	return once(n, err, "person "+p.ID)
}

// ConfirmPerson implements [registry.Writer].
func (t *tx) ConfirmPerson(ctx context.Context, id string, version int) error {
	n, err := t.change(ctx, `
		UPDATE person
		SET corrected_by = '[]'
		WHERE id = $1 AND version = $2 AND corrected_by <> '[]'`,
		id, version)
	return once(n, err, "person "+id)
}

// correctors is the JSON of who corrected a person, [] for nobody.
func correctors(p registry.Person) document[[]string] {
	return document[[]string]{append([]string{}, p.CorrectedBy...)}
}

// claimOf is what a claim is indexed by in place of its document, or "".
func claimOf(p registry.Person) string {
	if p.Claimed {
		return p.ID
	}
	return ""
}

// ReplaceClaim implements [registry.Writer].
func (t *tx) ReplaceClaim(ctx context.Context, application, claim, person string) error {
	n, err := t.change(ctx, `UPDATE application SET person = $1 WHERE id = $2 AND person = $3`, person, application, claim)
	if err := once(n, err, "application "+application); err != nil {
		return err
	}
	_, err = t.change(ctx, `
		DELETE FROM person
		WHERE id = $1 AND claimed AND NOT EXISTS (SELECT 1 FROM application WHERE person = $1)`, claim)
	return wrap(err, "claim "+claim)
}

func (t *tx) sealPerson(p registry.Person) ([]byte, indexed, error) {
	id := identity{Name: p.Name, Kind: p.Document.Kind, Number: p.Document.Number, Born: p.Born, Sex: p.Sex}
	index, err := id.index(t.vault, claimOf(p))
	if err != nil {
		return nil, indexed{}, err
	}
	sealed, err := t.sealIdentity(id, identityCell(p.ID))
	return sealed, index, err
}
