package db

import (
	"context"
	"time"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

const linkColumns = "code, certificate, purpose, fields, expires_on, created_at, revoked_at"

type linkRow struct {
	Code        string                         `db:"code"`
	Certificate registry.Number                `db:"certificate"`
	Purpose     string                         `db:"purpose"`
	Fields      document[[]registry.LinkField] `db:"fields"`
	ExpiresOn   civil.Date                     `db:"expires_on"`
	CreatedAt   stamp                          `db:"created_at"`
	RevokedAt   stamp                          `db:"revoked_at"`
}

func (r linkRow) link() registry.Link {
	return registry.Link{
		Code: r.Code, Certificate: r.Certificate, Purpose: r.Purpose, Fields: r.Fields.value,
		ExpiresOn: r.ExpiresOn, CreatedAt: r.CreatedAt.Time, RevokedAt: r.RevokedAt.Time,
	}
}

// Link implements [registry.Reader].
func (t *tx) Link(ctx context.Context, code string) (registry.Link, error) {
	var row linkRow
	err := t.get(ctx, &row, `SELECT `+linkColumns+` FROM link WHERE code = $1`, code)
	return row.link(), found(err, registry.LinkNotFound, "link")
}

// Links implements [registry.Reader].
func (t *tx) Links(ctx context.Context, n registry.Number) ([]registry.Link, error) {
	var rows []linkRow
	if err := t.all(ctx, &rows, `SELECT `+linkColumns+` FROM link WHERE certificate = $1 ORDER BY created_at DESC, code`, n); err != nil {
		return nil, wrap(err, "links of certificate "+string(n))
	}
	var uses []struct {
		Link   string `db:"link"`
		UsedAt stamp  `db:"used_at"`
		Origin string `db:"origin"`
	}
	err := t.all(ctx, &uses, `
		SELECT u.link, u.used_at, u.origin
		FROM link_use u
		JOIN link l ON l.code = u.link
		WHERE l.certificate = $1
		ORDER BY u.used_at DESC`, n)
	if err != nil {
		return nil, wrap(err, "uses of links of certificate "+string(n))
	}
	links := each(rows, linkRow.link)
	for i := range links {
		for _, u := range uses {
			if u.Link == links[i].Code {
				links[i].Uses = append(links[i].Uses, registry.LinkUse{At: u.UsedAt.Time, From: u.Origin})
			}
		}
	}
	return links, nil
}

// InsertLink implements [registry.Writer].
func (t *tx) InsertLink(ctx context.Context, l registry.Link) error {
	return wrap(t.insert(ctx, "link ("+linkColumns+")", []any{
		l.Code, l.Certificate, l.Purpose, document[[]registry.LinkField]{l.Fields}, l.ExpiresOn, stamp{l.CreatedAt}, stamp{l.RevokedAt},
	}), "insert link")
}

// RevokeLink implements [registry.Writer].
func (t *tx) RevokeLink(ctx context.Context, code string, at time.Time) error {
	n, err := t.change(ctx, `UPDATE link SET revoked_at = $1 WHERE code = $2 AND revoked_at IS NULL`, stamp{at}, code)
	return once(n, err, "link")
}

// InsertLinkUse implements [registry.Writer].
func (t *tx) InsertLinkUse(ctx context.Context, code string, u registry.LinkUse) error {
	return wrap(t.insert(ctx, "link_use (link, used_at, origin)", []any{code, stamp{u.At}, u.From}), "insert use of a link")
}
