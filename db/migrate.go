package db

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// The migrations: NNNN_name.sql for both engines, or a pair of
// NNNN_name.sqlite.sql and NNNN_name.postgres.sql where they cannot share one.
// They go forwards only; the way back is a backup.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

// A Migration is one step of the schema.
type Migration struct {
	Version   int64
	Name      string
	AppliedAt time.Time // zero: not yet
}

// Status lists every migration this program knows, in order.
func (d *DB) Status(ctx context.Context) ([]Migration, error) {
	p, err := d.provider()
	if err != nil {
		return nil, err
	}
	states, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("migration status: %w", err)
	}
	list := make([]Migration, len(states))
	for i, s := range states {
		name, _, _ := strings.Cut(path.Base(s.Source.Path), ".")
		list[i] = Migration{Version: s.Source.Version, Name: name, AppliedAt: s.AppliedAt}
	}
	return list, nil
}

// Migrate brings the schema up to date and returns what was applied. Several
// servers may do so at once: one works, the others wait and find nothing to do.
func (d *DB) Migrate(ctx context.Context) ([]Migration, error) {
	p, err := d.provider()
	if err != nil {
		return nil, err
	}
	var applied []Migration
	for {
		before, latest, err := p.GetVersions(ctx)
		if err != nil {
			return applied, fmt.Errorf("migrate: %w", err)
		}
		if before >= latest {
			return applied, nil
		}
		results, err := p.Up(ctx)
		if partial, ok := errors.AsType[*goose.PartialError](err); ok {
			results = partial.Applied // what went in before it failed
		}
		for _, r := range results {
			name, _, _ := strings.Cut(path.Base(r.Source.Path), ".")
			applied = append(applied, Migration{Version: r.Source.Version, Name: name})
		}
		if err == nil {
			return applied, nil
		}
		// SQLite has no lock that lasts over several transactions. Another
		// process may have applied the same migration first: then go on after it.
		after, _, versionErr := p.GetVersions(ctx)
		if versionErr != nil || after == before {
			return applied, fmt.Errorf("migrate: %w", err)
		}
	}
}

// versions is the version of the schema, 0 when there is none yet, and the
// latest this program knows.
func (d *DB) versions(ctx context.Context) (current, latest int64, err error) {
	p, err := d.provider()
	if err != nil {
		return 0, 0, err
	}
	if current, latest, err = p.GetVersions(ctx); err != nil {
		return 0, 0, fmt.Errorf("version of the schema: %w", err)
	}
	return current, latest, nil
}

func (d *DB) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	others, err := d.dialect.foreign(files)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{
		goose.WithExcludeNames(others), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()),
	}
	if d.dialect.goose == goose.DialectPostgres {
		// Asks every second, for ten minutes at most.
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
		if err != nil {
			return nil, fmt.Errorf("migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(d.dialect.goose, d.write.DB.DB, files, options...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}

// foreign lists the migration files that are for the other engine only.
func (d dialect) foreign(files fs.FS) ([]string, error) {
	names, err := fs.Glob(files, "*.*.sql")
	if err != nil {
		return nil, err
	}
	var foreign []string
	for _, name := range names {
		if !strings.HasSuffix(name, "."+d.name+".sql") {
			foreign = append(foreign, name)
		}
	}
	return foreign, nil
}
