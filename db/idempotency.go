package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/certreg/certreg/registry"
)

func idempotencyID(owner, key string) string { return owner + "/" + key }

// IdempotencyRecord implements [registry.Reader].
func (t *tx) IdempotencyRecord(ctx context.Context, owner, key string) (registry.IdempotencyRecord, bool, error) {
	var row struct {
		Fingerprint string `db:"fingerprint"`
		Result      []byte `db:"result"`
		SavedAt     stamp  `db:"saved_at"`
	}
	id := idempotencyID(owner, key)
	err := t.get(ctx, &row, `SELECT fingerprint, result, saved_at FROM idempotency WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return registry.IdempotencyRecord{}, false, nil
	}
	if err != nil {
		return registry.IdempotencyRecord{}, false, wrap(err, "idempotency record")
	}
	result, err := t.vault.Open(row.Result, resultCell(id))
	if err != nil {
		return registry.IdempotencyRecord{}, false, wrap(err, "idempotency record")
	}
	return registry.IdempotencyRecord{
		Owner: owner, Key: key, Fingerprint: row.Fingerprint, Result: result, At: row.SavedAt.Time,
	}, true, nil
}

// SaveIdempotency implements [registry.Writer].
func (t *tx) SaveIdempotency(ctx context.Context, r registry.IdempotencyRecord) error {
	id := idempotencyID(r.Owner, r.Key)
	sealed, err := t.vault.Seal(r.Result, resultCell(id))
	if err != nil {
		return wrap(err, "save idempotency record")
	}
	return wrap(t.insert(ctx, "idempotency (id, fingerprint, result, saved_at)", []any{
		id, r.Fingerprint, sealed, stamp{r.At},
	}), "save idempotency record")
}

// DeleteIdempotency implements [registry.Writer].
func (t *tx) DeleteIdempotency(ctx context.Context, owner, key string) error {
	return wrap(t.exec(ctx, `DELETE FROM idempotency WHERE id = $1`, idempotencyID(owner, key)), "delete idempotency record")
}

// DeleteIdempotencyBefore implements [registry.Writer].
func (t *tx) DeleteIdempotencyBefore(ctx context.Context, at time.Time, limit int) (int, error) {
	n, err := t.change(ctx, `
		DELETE FROM idempotency
		WHERE id IN (SELECT id FROM idempotency WHERE saved_at < $1 ORDER BY saved_at, id LIMIT $2)`, stamp{at}, limit)
	return n, wrap(err, "delete idempotency records")
}
