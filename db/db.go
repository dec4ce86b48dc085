// Package db keeps the register in SQLite or PostgreSQL. It implements
// [registry.Store]: every query is written once, in SQL both engines
// understand, and what differs between them is one struct, dialect.
//
// It does not know what the register's rules are; it keeps what the registry
// decides and refuses what can never be right: doubled numbers, a result used
// twice, a journal entry changed.
package db

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/internal/vault"
	"github.com/certreg/certreg/registry"
)

// A Config says where a register is kept.
type Config struct {
	// URL is "sqlite:PATH" for a file, which is created when it is not there,
	// or a "postgres://" URL as lib/pq reads it.
	URL string
	// Vault seals personal data. Its keys belong to the register: with others
	// it cannot be opened again.
	Vault *vault.Vault
}

// A DB is an open register. It is safe for concurrent use.
type DB struct {
	dialect dialect
	vault   *vault.Vault
	write   *pool
	read    *pool // of SQLite other connections than write, of PostgreSQL the same
	edges   atomic.Pointer[translog.Edge]
}

var _ registry.Store = (*DB)(nil)

// Open opens a register. Its schema may be older than this program, see
// [DB.Migrate]; one that is newer is refused, and so is a vault whose keys did
// not seal what is in the register.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Vault == nil {
		return nil, errors.New("db: a vault is required")
	}
	dialect, err := dialectOf(c.URL)
	if err != nil {
		return nil, err
	}
	d := &DB{dialect: dialect, vault: c.Vault}
	if d.write, d.read, err = dialect.open(ctx, c.URL); err != nil {
		return nil, fmt.Errorf("open register: %w", err)
	}
	if err := d.check(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// check refuses a register that this program cannot keep.
func (d *DB) check(ctx context.Context) error {
	current, latest, err := d.versions(ctx)
	switch {
	case err != nil:
		return err
	case current > latest:
		return fmt.Errorf("open register: its schema has version %d, this program knows versions up to %d: use a newer program", current, latest)
	case current == 0:
		return nil
	}
	return d.run(ctx, d.read, snapshot, func(t *tx) error { return t.checkVault(ctx) })
}

// Close ends all connections.
func (d *DB) Close() error {
	if d.read == d.write {
		return d.write.close()
	}
	return errors.Join(d.read.close(), d.write.close())
}

// Read implements [registry.Store]: f sees one snapshot, and neither waits for
// writers nor makes them wait.
func (d *DB) Read(ctx context.Context, f func(registry.Reader) error) error {
	return d.canceled(ctx, d.run(ctx, d.read, snapshot, func(t *tx) error { return f(t) }))
}

// reruns is how often Write runs f again when another transaction was in the way.
const reruns = 3

// Write implements [registry.Store]. What it reports when the reruns do not
// help is [registry.AlreadyExists] for a row with the same key, and the
// engine's own error, which is not the caller's, for a conflict of locks.
func (d *DB) Write(ctx context.Context, f func(registry.Writer) error) error {
	return d.transact(ctx, func(t *tx) error { return f(t) })
}

// transact runs f in a writing transaction, again when another was in the way.
func (d *DB) transact(ctx context.Context, f func(*tx) error) error {
	for again := reruns; ; again-- {
		err := d.run(ctx, d.write, writing, f)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil, !d.dialect.unique(err) && !d.dialect.contended(err):
			return d.canceled(ctx, err)
		case again > 0:
			continue
		case d.dialect.unique(err):
			return registry.Exists(err)
		}
		return fmt.Errorf("gave up after %d attempts: %w", reruns+1, err)
	}
}

// canceled makes an error that only says how a driver was stopped say that the
// context ended, and why.
func (d *DB) canceled(ctx context.Context, err error) error {
	cause := ctx.Err()
	if err == nil || cause == nil || errors.Is(err, cause) {
		return err
	}
	if _, told := errors.AsType[*registry.Error](err); told {
		return err
	}
	return fmt.Errorf("%w (%w)", cause, err)
}
