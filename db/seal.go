package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/vault"
	"github.com/certreg/certreg/registry"
)

// The cells in which personal data is sealed.
func identityCell(person string) vault.Cell {
	return vault.Cell{Table: "person", Column: "identity", Row: person}
}

func factsCell(application string) vault.Cell {
	return vault.Cell{Table: "application", Column: "facts", Row: application}
}

func explanationCell(application string) vault.Cell {
	return vault.Cell{Table: "application", Column: "explanation", Row: application}
}

func imageCell(photo string) vault.Cell {
	return vault.Cell{Table: "photo", Column: "image", Row: photo}
}

func holderCell(n registry.Number) vault.Cell {
	return vault.Cell{Table: "certificate", Column: "holder", Row: string(n)}
}

func paperCell(paper string) vault.Cell {
	return vault.Cell{Table: "replacement", Column: "old_holder", Row: paper}
}

func resultCell(idempotency string) vault.Cell {
	return vault.Cell{Table: "idempotency", Column: "result", Row: idempotency}
}

func secretCell(entry int64) vault.Cell {
	return vault.Cell{Table: "log_entry", Column: "secret", Row: strconv.FormatInt(entry, 10)}
}

func statusCell(list int) vault.Cell {
	return vault.Cell{Table: "status_list", Column: "secret", Row: strconv.Itoa(list)}
}

// An identity is who someone is, as it is sealed: one value, so that nothing of
// it can be read or exchanged without the rest. Birth date and sex are in it
// because a citizen ID number is half made of them.
type identity struct {
	Name   string                `json:"name"`
	Kind   registry.DocumentKind `json:"kind"`
	Number string                `json:"number"`
	Born   civil.Date            `json:"born,omitzero"`
	Sex    registry.Sex          `json:"sex,omitempty"`
	Salt   []byte                `json:"salt,omitempty"` // of a certificate's commitment to the number
}

func (t *tx) sealIdentity(id identity, c vault.Cell) ([]byte, error) {
	plain, err := json.Marshal(id)
	if err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	return t.vault.Seal(plain, c)
}

func (t *tx) openIdentity(sealed []byte, c vault.Cell) (identity, error) {
	var id identity
	plain, err := t.vault.Open(sealed, c)
	if err != nil {
		return id, err
	}
	if err := json.Unmarshal(plain, &id); err != nil {
		return identity{}, errors.New("identity: not as it is sealed") // the cause would quote it
	}
	return id, nil
}

// An indexed is the keyed digests by which a person is found again.
type indexed struct{ document, name []byte }

// index makes the digests. A claim, by whose identifier it is called, is never
// found by its document.
func (id identity) index(v *vault.Vault, claim string) (indexed, error) {
	kind, key := "person.document", documentKey(id.Kind, id.Number)
	if claim != "" {
		kind, key = "person.claim", claim
	}
	document, err := v.Index(kind, key)
	if err != nil {
		return indexed{}, err
	}
	name, err := v.Index("person.name", registry.FoldName(id.Name))
	return indexed{document: document, name: name}, err
}

func documentKey(kind registry.DocumentKind, number string) string {
	return string(kind) + "/" + number
}

// checkVault reports whether the vault opens what is in the register, whose
// schema may be older than this program.
func (t *tx) checkVault(ctx context.Context) error {
	var row personRow
	err := t.get(ctx, &row, `SELECT id, identity FROM person ORDER BY id DESC LIMIT 1`)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open register: %w", err)
	}
	if _, err := t.person(row); err != nil {
		return errors.New("open register: its records were sealed with other keys than those given")
	}
	return nil
}
