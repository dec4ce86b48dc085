package db

import "github.com/jmoiron/sqlx"

// Raw is the connections that write, for tests that go round the register.
func (d *DB) Raw() *sqlx.DB { return d.write.DB }

// MigrationFiles is the embedded migrations.
var MigrationFiles = migrationFiles
