package db

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/certreg/certreg/internal/vault"
	"github.com/certreg/certreg/registry"
)

// A sealedColumn is a column whose values are sealed, with the key that is
// their row in [vault.Cell], its type, and a key before the first.
type sealedColumn struct{ table, column, key, keyType, before string }

// sealedColumns is every sealed column of the schema.
func sealedColumns() []sealedColumn {
	return []sealedColumn{
		{"person", "identity", "id", "TEXT", ""},
		{"photo", "image", "id", "TEXT", ""},
		{"application", "facts", "id", "TEXT", ""},
		{"application", "explanation", "id", "TEXT", ""},
		{"certificate", "holder", "number", "TEXT", ""},
		{"replacement", "old_holder", "new_paper", "TEXT", ""},
		{"idempotency", "result", "id", "TEXT", ""},
		{"log_entry", "secret", "idx", "BIGINT", "-1"},
		{"status_list", "secret", "list", "BIGINT", "-1"},
	}
}

// resealBatch is how many rows one transaction of Reseal looks at: few enough
// that others who write hardly wait.
const resealBatch = 500

// Reseal seals every value again that was not sealed with the vault's primary
// key, and makes its index anew. It returns how many there were. The register
// stays in use meanwhile, and a run that was broken off is continued by the
// next. When it has ended, and every server had been given the new keys before
// it began, older keys may be retired. progress is called with the number of
// values looked at; it may be nil.
func (d *DB) Reseal(ctx context.Context, progress func(done int)) (resealed int, err error) {
	looked := 0
	for _, c := range sealedColumns() {
		after := c.before
		for {
			var n, changed int
			last := after
			err := d.transact(ctx, func(t *tx) (err error) {
				n, changed, last, err = t.reseal(ctx, c, after)
				return err
			})
			if err != nil {
				return resealed, wrap(err, "reseal "+c.table+"."+c.column)
			}
			resealed += changed
			looked += n
			if progress != nil {
				progress(looked)
			}
			if n < resealBatch {
				break
			}
			after = last
		}
	}
	return resealed, nil
}

// reseal seals what is stale in the rows after one key. It returns how many it
// looked at and changed, and the last key.
func (t *tx) reseal(ctx context.Context, c sealedColumn, after string) (looked, changed int, last string, err error) {
	var rows []struct {
		Key    string `db:"row_key"`
		Sealed []byte `db:"sealed"`
	}
	err = t.all(ctx, &rows, `SELECT CAST(`+c.key+` AS TEXT) AS row_key, `+c.column+` AS sealed FROM `+c.table+`
		WHERE `+c.key+` > CAST($1 AS `+c.keyType+`) AND `+c.column+` IS NOT NULL ORDER BY `+c.key+` LIMIT $2`, after, resealBatch)
	if err != nil {
		return 0, 0, after, err
	}
	for _, r := range rows {
		last = r.Key
		if !t.vault.Stale(r.Sealed) {
			continue
		}
		if err := t.resealOne(ctx, c, r.Key, r.Sealed); err != nil {
			return 0, 0, after, err
		}
		changed++
	}
	return len(rows), changed, last, nil
}

// resealOne replaces one value, unless it was replaced since it was read.
func (t *tx) resealOne(ctx context.Context, c sealedColumn, key string, old []byte) error {
	cell := vault.Cell{Table: c.table, Column: c.column, Row: key}
	plain, err := t.vault.Open(old, cell)
	if err != nil {
		return err
	}
	fresh, err := t.vault.Seal(plain, cell)
	if err != nil {
		return err
	}
	if c.table != "person" {
		return t.exec(ctx, `UPDATE `+c.table+` SET `+c.column+` = $1
			WHERE `+c.key+` = CAST($2 AS `+c.keyType+`) AND `+c.column+` = $3`, fresh, key, old)
	}
	var id identity
	if err := json.Unmarshal(plain, &id); err != nil {
		return errors.New("identity: not as it is sealed") // the cause would quote it
	}
	var claimed bool
	if err := t.get(ctx, &claimed, `SELECT claimed FROM person WHERE id = $1`, key); err != nil {
		return err
	}
	index, err := id.index(t.vault, claimOf(registry.Person{ID: key, Claimed: claimed}))
	if err != nil {
		return err
	}
	return t.exec(ctx, `
		UPDATE person
		SET identity = $1, document_index = $2, name_index = $3
		WHERE id = $4 AND identity = $5`,
		fresh, index.document, index.name, key, old)
}
