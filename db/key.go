package db

import (
	"context"
	"time"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

const keyColumns = "id, hash, body, role, subject, created_at, expires_on, revoked_at"

type keyRow struct {
	ID        string        `db:"id"`
	Hash      []byte        `db:"hash"`
	Body      string        `db:"body"`
	Role      registry.Role `db:"role"`
	Subject   string        `db:"subject"`
	CreatedAt stamp         `db:"created_at"`
	ExpiresOn civil.Date    `db:"expires_on"`
	RevokedAt stamp         `db:"revoked_at"`
}

func (r keyRow) key() registry.Key {
	return registry.Key{
		ID: r.ID, Hash: r.Hash, Body: r.Body, Role: r.Role, Subject: r.Subject,
		CreatedAt: r.CreatedAt.Time, ExpiresOn: r.ExpiresOn, RevokedAt: r.RevokedAt.Time,
	}
}

// Key implements [registry.Reader].
func (t *tx) Key(ctx context.Context, id string) (registry.Key, error) {
	var row keyRow
	err := t.get(ctx, &row, `SELECT `+keyColumns+` FROM api_key WHERE id = $1`, id)
	return row.key(), found(err, registry.KeyNotFound, "key "+id)
}

// Keys implements [registry.Reader].
func (t *tx) Keys(ctx context.Context, f registry.KeyFilter) ([]registry.Key, error) {
	var w where
	w.under("body", f.Scope)
	var rows []keyRow
	if err := t.all(ctx, &rows, `SELECT `+keyColumns+` FROM api_key`+w.page("id", f.Page), w.args...); err != nil {
		return nil, wrap(err, "keys")
	}
	return each(rows, keyRow.key), nil
}

// InsertKey implements [registry.Writer].
func (t *tx) InsertKey(ctx context.Context, k registry.Key) error {
	return wrap(t.insert(ctx, "api_key ("+keyColumns+")", []any{
		k.ID, k.Hash, k.Body, k.Role, k.Subject, stamp{k.CreatedAt}, k.ExpiresOn, stamp{k.RevokedAt},
	}), "insert key "+k.ID)
}

// RevokeKey implements [registry.Writer]. The time of the first revocation stays.
func (t *tx) RevokeKey(ctx context.Context, id string, at time.Time) error {
	n, err := t.change(ctx, `UPDATE api_key SET revoked_at = COALESCE(revoked_at, $1) WHERE id = $2`, stamp{at}, id)
	if err == nil && n == 0 {
		return registry.NotFound(registry.KeyNotFound)
	}
	return wrap(err, "revoke key "+id)
}
