package db_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// tamperings are, by column of certificate, what somebody who may do anything
// to the database could write there.
func tamperings() map[string][]string {
	return map[string][]string{
		"number":      {`'9999999999999999'`},
		"scheme":      {`'national-23'`},
		"occupation":  {`'another'`},
		"level":       {`CASE WHEN level = 5 THEN 4 ELSE level + 1 END`},
		"person":      {`(SELECT MIN(id) FROM person WHERE id NOT IN (SELECT person FROM kept))`},
		"application": {`NULL`, `(SELECT MIN(id) FROM application WHERE id NOT IN (SELECT application FROM kept WHERE application IS NOT NULL))`},
		"body":        {`(SELECT MIN(id) FROM body WHERE id <> certificate.body)`},
		"route":       {`'competition'`},
		"holder": {
			`(SELECT holder FROM kept WHERE number = (SELECT MIN(number) FROM kept WHERE number <> certificate.number))`,
			`(SELECT identity FROM person WHERE id = certificate.person)`,
		},
		"issued_on":    {`'2020-01-01'`},
		"issued_at":    {`'2020-01-01T00:00:00.000000Z'`},
		"code":         {`'AAAAAAAAAAAAAAAA'`},
		"paper":        {`'P99999999'`},
		"evidence":     {`'sha256:00'`},
		"status_list":  {`status_list + 1`},
		"status_index": {`(SELECT MAX(status_index) + 1 FROM kept)`},
		"status":       {`'withdrawn'`, `'cancelled'`, `'suspended'`, `'nonsense'`},
		"status_on":    {`'2020-01-01'`},
		"version":      {`version + 1`},
	}
}

// Whatever column of a certificate is changed behind the register's back, the
// audit names the certificate.
func TestAuditNamesTheCertificateWhateverColumnWasChanged(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		r, contents := demonstration(t, s)
		conn := unguarded(t, s)
		exec := func(statement string, args ...any) {
			t.Helper()
			if _, err := conn.ExecContext(t.Context(), statement, args...); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		exec(`CREATE TABLE kept AS SELECT * FROM certificate`)
		for _, column := range columns(t, conn, "certificate") {
			values := tamperings()[column]
			if len(values) == 0 {
				t.Errorf("column %s: nobody says what the audit finds of it", column)
			}
			for _, value := range values {
				number := contents.Valid
				exec(`UPDATE certificate SET `+column+` = `+value+` WHERE number = $1`, number)
				found := audited(t, r)
				if !slices.ContainsFunc(found, func(d registry.Discrepancy) bool { return d.Certificate == number }) {
					t.Errorf("%s = %s: got %+v, want the certificate %s named", column, value, found, number)
				}
				if column == "number" {
					exec(`UPDATE certificate SET number = $1 WHERE number = `+value, number)
					continue
				}
				exec(`UPDATE certificate SET `+column+` = (SELECT `+column+` FROM kept WHERE kept.number = certificate.number) WHERE number = $1`, number)
			}
		}
		if found := audited(t, r); len(found) > 0 {
			t.Errorf("all put back: got %+v, want nothing found", found)
		}
	})
}

// columns is the columns of a table.
func columns(t *testing.T, conn *sqlx.Conn, table string) []string {
	t.Helper()
	rows, err := conn.QueryxContext(t.Context(), `SELECT * FROM `+table+` WHERE 1 = 0`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err := errors.Join(err, rows.Err()); err != nil {
		t.Fatal(err)
	}
	return names
}

// unguarded is a connection on which triggers and foreign keys hold nobody back.
func unguarded(t *testing.T, s *db.DB) *sqlx.Conn {
	t.Helper()
	conn, err := s.Raw().Connx(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	statements := []string{`SET session_replication_role = replica`}
	if strings.Contains(t.Name(), "sqlite") {
		statements = []string{
			`DROP TRIGGER certificate_refuses_update`, `DROP TRIGGER replacement_refuses_update`, `DROP TRIGGER replacement_refuses_delete`,
			`PRAGMA foreign_keys = OFF`,
		}
	}
	for _, statement := range statements {
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return conn
}

func audited(t *testing.T, r *registry.Registry) []registry.Discrepancy {
	t.Helper()
	report, err := r.Audit(t.Context(), registry.Operator("auditor"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return report.Discrepancies
}
