// Package dbtest gives tests a fresh register on every engine.
//
// PostgreSQL is the server that CERTREG_TEST_POSTGRES names by URL, or else a
// private one that is started once for each test program where the machine has
// PostgreSQL installed. Without either the PostgreSQL tests are skipped, and
// fail when CERTREG_TEST_REQUIRE is 1.
package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/internal/vault"
)

// Engines runs f as a subtest on each engine, with a register that is empty
// and closed and dropped afterwards.
func Engines(t *testing.T, f func(t *testing.T, s *db.DB)) {
	t.Helper()
	Configs(t, func(t *testing.T, c db.Config) { f(t, Open(t, c)) })
}

// Configs is [Engines] for tests that open the register themselves, or more
// than once: it names a database without any schema.
func Configs(t *testing.T, f func(t *testing.T, c db.Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// Open opens and migrates a register that is closed when the test ends.
func Open(t testing.TB, c db.Config) *db.DB {
	t.Helper()
	s, err := db.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close register: %v", err)
		}
	})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// SQLite names a file that does not exist yet, in the test's own directory.
func SQLite(t testing.TB) db.Config {
	t.Helper()
	return db.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "register.db"), Vault: NewVault(t)}
}

// Postgres names a new database, which is dropped when the test ends. It skips
// or fails the test where there is no server.
func Postgres(t testing.TB) db.Config {
	t.Helper()
	server, err := postgres()
	if err != nil {
		if os.Getenv("CERTREG_TEST_REQUIRE") == "1" {
			t.Fatalf("PostgreSQL is required: %v", err)
		}
		t.Skipf("NOT TESTED ON POSTGRESQL: %v", err)
	}
	name := fmt.Sprintf("certreg_test_%d_%d", os.Getpid(), databases.Add(1))
	// The order of texts is as in English, not as in C: what relies on the order
	// of bytes shows itself.
	run(t, server.url, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'")
	t.Cleanup(func() { run(t, server.url, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	own := *server.url
	own.Path = "/" + name
	return db.Config{URL: own.String(), Vault: NewVault(t)}
}

var databases atomic.Int64

// run runs one statement on the server itself.
func run(t testing.TB, server *url.URL, statement string) {
	t.Helper()
	conn, err := sql.Open("postgres", server.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// NewVault makes a vault with fresh keys.
func NewVault(t testing.TB) *vault.Vault {
	t.Helper()
	keys, err := vault.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	v, err := keys.Vault()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// postgres is the server of this test program; a private one is started by the
// first test that needs it.
var postgres = sync.OnceValues(func() (*server, error) {
	named := os.Getenv("CERTREG_TEST_POSTGRES")
	if named == "" {
		return startServer()
	}
	at, err := url.Parse(named)
	if err != nil {
		return nil, errors.New("CERTREG_TEST_POSTGRES is no URL")
	}
	return &server{url: at}, nil
})
