package db_test

import (
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
)

func TestMigrate(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		s, err := db.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		before, err := s.Status(t.Context())
		if err != nil || len(before) == 0 || !before[0].AppliedAt.IsZero() {
			t.Fatalf("Status of a new database: got %v, %v, want nothing applied", before, err)
		}
		applied, err := s.Migrate(t.Context())
		if err != nil || len(applied) != len(before) {
			t.Fatalf("Migrate: got %v, %v, want %d migrations", applied, err, len(before))
		}
		after, err := s.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range after {
			if m.AppliedAt.IsZero() || strings.Contains(m.Name, ".") {
				t.Errorf("Status after Migrate: got %+v, want a name and a time", m)
			}
		}
		if again, err := s.Migrate(t.Context()); err != nil || len(again) != 0 {
			t.Errorf("second Migrate: got %v, %v, want nothing to do", again, err)
		}
	})
}

func TestConcurrentMigrationsHappenOnce(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		var all sync.WaitGroup
		var mu sync.Mutex
		total, known := 0, 0
		for range 5 {
			all.Go(func() {
				s, err := db.Open(t.Context(), c)
				if err != nil {
					t.Errorf("Open: %v", err)
					return
				}
				defer func() { _ = s.Close() }()
				applied, err := s.Migrate(t.Context())
				if err != nil {
					t.Errorf("Migrate: %v", err)
				}
				list, err := s.Status(t.Context())
				if err != nil {
					t.Errorf("Status: %v", err)
				}
				mu.Lock()
				defer mu.Unlock()
				total, known = total+len(applied), len(list)
			})
		}
		all.Wait()
		if total != known {
			t.Errorf("migrations applied by five at once: got %d, want %d", total, known)
		}
	})
}

func TestOpenRefusesANewerSchema(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		s := dbtest.Open(t, c)
		if _, err := s.Raw().ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, TRUE)`); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("Open: err = %v, want one that asks for a newer program", err)
		}
	})
}

func TestMigrationsAreComplete(t *testing.T) {
	names, err := fs.Glob(db.MigrationFiles, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("migrations: got %v, %v", names, err)
	}
	engines := map[string]int{}
	for _, name := range names {
		base, engine, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(name, "migrations/"), ".sql"), ".")
		switch engine {
		case "":
			engines[base] += 2
		case "sqlite", "postgres":
			engines[base]++
		default:
			t.Errorf("%s: for an engine %q that does not exist", name, engine)
		}
	}
	for base, n := range engines {
		if n != 2 {
			t.Errorf("%s: got files for %d engines, want both or one shared", base, n)
		}
	}
}

// TestTextsAreComparedAsBytes holds for columns that later migrations add, too:
// their texts are COLLATE "C" on PostgreSQL.
func TestTextsAreComparedAsBytes(t *testing.T) {
	s := dbtest.Open(t, dbtest.Postgres(t))
	var columns []string
	err := s.Raw().SelectContext(t.Context(), &columns, `
		SELECT table_name || '.' || column_name
		FROM information_schema.columns
		WHERE table_schema = current_schema() AND data_type = 'text' AND table_name <> 'goose_db_version'
			AND collation_name IS DISTINCT FROM 'C'`)
	if err != nil || len(columns) > 0 {
		t.Errorf("columns in the order of a language: got %v, %v, want none", columns, err)
	}
}
