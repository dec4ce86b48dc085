package db

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"github.com/certreg/certreg/registry"
)

// StatusSecret implements [registry.Reader].
func (t *tx) StatusSecret(ctx context.Context, list int) ([]byte, bool, error) {
	var sealed []byte
	err := t.get(ctx, &sealed, `SELECT secret FROM status_list WHERE list = $1`, list)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	what := "status list " + strconv.Itoa(list)
	if err != nil {
		return nil, false, wrap(err, what)
	}
	secret, err := t.vault.Open(sealed, statusCell(list))
	return secret, err == nil, wrap(err, what)
}

// InsertStatusSecret implements [registry.Writer].
func (t *tx) InsertStatusSecret(ctx context.Context, list int, secret []byte) error {
	what := "begin status list " + strconv.Itoa(list)
	sealed, err := t.vault.Seal(secret, statusCell(list))
	if err != nil {
		return wrap(err, what)
	}
	return wrap(t.insert(ctx, "status_list (list, secret)", []any{list, sealed}), what)
}

// StatusList implements [registry.Reader].
func (t *tx) StatusList(ctx context.Context, list int) (registry.StatusList, error) {
	what := "status list " + strconv.Itoa(list)
	var begun int
	if err := t.get(ctx, &begun, `SELECT list FROM status_list WHERE list = $1`, list); err != nil {
		return registry.StatusList{}, found(err, registry.StatusListNotFound, what)
	}
	var rows []struct {
		Index  int                        `db:"place"`
		Status registry.CertificateStatus `db:"status"`
	}
	err := t.all(ctx, &rows, `
		SELECT status_index AS place, status
		FROM certificate
		WHERE status_list = $1 AND status <> 'valid'
		UNION ALL
		SELECT r.new_index, c.status
		FROM replacement r
		JOIN certificate c ON c.number = r.certificate AND c.paper = r.new_paper
		WHERE r.new_list = $1 AND c.status <> 'valid'
		UNION ALL
		SELECT old_index, ''
		FROM replacement
		WHERE old_list = $1
		ORDER BY place, status`, list)
	if err != nil {
		return registry.StatusList{}, wrap(err, what)
	}
	l := registry.StatusList{List: list}
	last := -1 // the place that was revoked last
	for _, r := range rows {
		switch {
		case r.Index == last: // superseded first, and so revoked, whatever became of the certificate
		case r.Status == registry.StatusSuspended:
			l.Suspended = append(l.Suspended, r.Index)
		default:
			l.Revoked = append(l.Revoked, r.Index)
			last = r.Index
		}
	}
	return l, nil
}
