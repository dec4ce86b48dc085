package db_test

import (
	"testing"
	"time"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/demo"
	"github.com/certreg/certreg/registry"
)

// Whoever holds the database can change rows behind the register's back. The
// audit finds it, because log, journal and evidence still say the other thing.
func TestAuditFindsWhatWasChangedBehindTheRegister(t *testing.T) {
	tampering := []struct {
		name, sql, kind string
		arg             bool // the number of a valid certificate goes in
	}{
		{"a withdrawn certificate made valid", `UPDATE certificate SET status = 'valid' WHERE status = 'withdrawn'`, "log-differs", false},
		{"another paper", `UPDATE certificate SET paper = 'P99999999' WHERE number = $1`, "log-differs", true},
		{"a superseded paper in force again", `UPDATE certificate SET paper = (SELECT old_paper FROM replacement WHERE certificate = number) WHERE number IN (SELECT certificate FROM replacement)`, "log-differs", false},
		{"a superseding forgotten", `DELETE FROM replacement`, "log-differs", false},
		{"what a superseded paper said", `UPDATE replacement SET old_holder = (SELECT holder FROM certificate WHERE number = replacement.certificate)`, "unreadable", false},
		{"a version of a paper", `UPDATE replacement SET new_version = new_version + 1`, "papers-differ", false},
		{"a superseded place freed", `UPDATE replacement SET old_list = NULL, old_index = NULL`, "status-list-differs", false},
		{"facts of an application", `UPDATE application SET facts_digest = 'sha256:00' WHERE id = (SELECT application FROM certificate WHERE number = $1)`, "evidence-differs", true},
		{"a result it rests on made void", `
			INSERT INTO amendment (id, result, kind, reason, mark, raw, deduction, final, state, proposed_by, proposed_at, decided_by, decided_at, answer, version)
			SELECT 'x', result, 'misconduct', '', 'void', 0, 0, 0, 'effective', 'a', '2026-11-20T00:00:00.000000Z', 'b', '2026-11-20T00:00:00.000000Z', '', 3
			FROM result_use WHERE certificate = $1 ORDER BY result LIMIT 1`, "result-failed", true},
		{"a serial given to nobody", `UPDATE series SET last_serial = last_serial + 1 WHERE name LIKE 'national-16/%'`, "number-gap", false},
	}
	for _, tt := range tampering {
		t.Run(tt.name, func(t *testing.T) {
			dbtest.Engines(t, func(t *testing.T, s *db.DB) {
				r, contents := demonstration(t, s)
				clean, err := r.Audit(t.Context(), registry.Operator("auditor"), nil)
				if err != nil || len(clean.Discrepancies) != 0 || clean.Certificates < 20 {
					t.Fatalf("before: %+v, %v", clean, err)
				}
				var args []any
				if tt.arg {
					args = append(args, contents.Valid)
				}
				if _, err := unguarded(t, s).ExecContext(t.Context(), tt.sql, args...); err != nil {
					t.Fatal(err)
				}
				found, err := r.Audit(t.Context(), registry.Operator("auditor"), nil)
				if err != nil || len(found.Discrepancies) == 0 || found.Discrepancies[0].Kind != tt.kind {
					t.Errorf("after: %+v, %v, want %s", found.Discrepancies, err, tt.kind)
				}
			})
		})
	}
}

// demonstration fills the register and opens it at the end of its story.
func demonstration(t *testing.T, s *db.DB) (*registry.Registry, demo.Contents) {
	t.Helper()
	library, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	contents, err := demo.Load(t.Context(), demo.Config{Store: s, Library: library, Now: time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := office(s, "2026-11-22")
	if err != nil {
		t.Fatal(err)
	}
	return r, contents
}
