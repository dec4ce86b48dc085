package db

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// Raw is the connections that write, for tests that go round the register.
func (d *DB) Raw() *sqlx.DB { return d.write.DB }

// MigrateTo brings the schema up to a version that was the latest once.
func (d *DB) MigrateTo(ctx context.Context, version int64) error {
	p, err := d.provider()
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return err
}

// MigrationFiles is the embedded migrations.
var MigrationFiles = migrationFiles
