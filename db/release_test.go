package db_test

import (
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/certreg/certreg"
	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/vault"
	"github.com/certreg/certreg/registry"
)

var update = flag.Bool("update", false, "dump the register of this version into testdata/release")

const releases = "testdata/release"

// TestReleasesUpgrade loads the register as each release left it, brings it up
// to date, and wants the schema of a new register and the old one's records.
// A release is dumped once, with -update, and never changed afterwards.
func TestReleasesUpgrade(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		_, engine, _ := strings.Cut(t.Name(), "/")
		if *update {
			dump(t, c, filepath.Join(releases, certreg.Version+"."+engine+".sql"))
		}
		dumps, err := filepath.Glob(filepath.Join(releases, "*."+engine+".sql"))
		if err != nil || len(dumps) == 0 {
			t.Fatalf("dumps for %s: got %v, %v, want some", engine, dumps, err)
		}
		fresh := schemaOf(t, dbtest.Open(t, another(t, engine)))
		for _, path := range dumps {
			c := another(t, engine)
			c.Vault = releaseVault(t)
			load(t, c, path)
			s := dbtest.Open(t, c)
			if diff := cmp.Diff(fresh, schemaOf(t, s)); diff != "" {
				t.Errorf("%s: the schema of a new register, and after the upgrade:\n%s", path, diff)
			}
			cert := read(t, s, func(r registry.Reader) (registry.Certificate, error) {
				return r.CertificateByCode(t.Context(), "CODE-1")
			})
			p := read(t, s, func(r registry.Reader) (registry.Person, error) {
				return r.PersonByDocument(t.Context(), person(1).Document)
			})
			if cert.Holder != p.Name || cert.Person != p.ID {
				t.Errorf("%s: certificate and person do not belong together", path)
			}
			admit(t, s, 2, 2)
			issue(t, s, 2)
		}
	})
}

// TestReprintsOfBeforeAreSuperseded upgrades a register whose only certificate
// was suspended, restored and printed again by a version that did not tell
// papers apart.
func TestReprintsOfBeforeAreSuperseded(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		_, engine, _ := strings.Cut(t.Name(), "/")
		c.Vault = releaseVault(t)
		load(t, c, filepath.Join(releases, "0.1.0."+engine+".sql"))
		execute(t, c, `
			INSERT INTO print (paper, certificate, reason, printed_at, printed_by)
			SELECT 'P00000002', number, 'lost', '2026-09-01T02:00:00.000000Z', 'head' FROM certificate;
			UPDATE certificate SET paper = 'P00000002', version = 4`)
		for i, event := range []registry.Action{registry.CertificateIssued, registry.CertificateSuspended, registry.CertificateRestored, registry.CertificateReissued} {
			execute(t, c, fmt.Sprintf(`
				INSERT INTO log_entry (idx, certificate, event, leaf, secret)
				SELECT %d, number, '%s', holder, holder FROM certificate`, i, event))
		}
		s := dbtest.Open(t, c)
		cert := read(t, s, func(r registry.Reader) (registry.Certificate, error) {
			return r.CertificateByCode(t.Context(), "CODE-1")
		})
		prints := read(t, s, func(r registry.Reader) ([]registry.Print, error) { return r.Prints(t.Context(), cert.Number) })
		if len(prints) != 2 || prints[0].Version != 1 || prints[1].Version != 4 || prints[1].Paper != cert.Paper || prints[0].Holder != cert.Holder {
			t.Fatalf("prints after the upgrade: got %+v, want versions 1 and 4", prints)
		}
		if prints[0].Place != cert.Place || prints[1].Place != cert.Place {
			t.Errorf("places: got %v and %v, want that of the certificate", prints[0].Place, prints[1].Place)
		}
		write(t, s, func(w registry.Writer) error {
			return w.InsertStatusSecret(t.Context(), cert.Place.List, []byte("secret"))
		})
		reprint(t, s, cert, "P00000003", 7777)
		list := read(t, s, func(r registry.Reader) (registry.StatusList, error) {
			return r.StatusList(t.Context(), cert.Place.List)
		})
		if len(list.Revoked) != 1 || list.Revoked[0] != cert.Place.Index {
			t.Errorf("status list after another print: got %+v, want the place the papers of before share", list)
		}
	})
}

// TestStatusChangesOfBeforeStay upgrades a register in which a withdrawal was
// refused and another one waits, when each took two people to refuse as well.
func TestStatusChangesOfBeforeStay(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		_, engine, _ := strings.Cut(t.Name(), "/")
		c.Vault = releaseVault(t)
		load(t, c, filepath.Join(releases, "0.1.0."+engine+".sql"))
		execute(t, c, `
			INSERT INTO status_change (id, certificate, kind, reason_code, reason, state, proposed_by, proposed_at, decided_by, decided_at, answer)
			SELECT '1', number, 'withdraw', 'misconduct', 'why', 'refused', 'head', '2026-09-01T02:00:00.000000Z', 'chief', '2026-09-02T02:00:00.000000Z', 'no' FROM certificate;
			INSERT INTO status_change (id, certificate, kind, reason_code, reason, state, proposed_by, proposed_at, decided_by, answer)
			SELECT '2', number, 'withdraw', 'other', 'because', 'proposed', 'head', '2026-09-03T02:00:00.000000Z', '', '' FROM certificate`)
		s := dbtest.Open(t, c)
		cert := read(t, s, func(r registry.Reader) (registry.Certificate, error) {
			return r.CertificateByCode(t.Context(), "CODE-1")
		})
		first := time.Date(2026, 9, 1, 2, 0, 0, 0, time.UTC)
		want := []registry.StatusChange{
			{
				ID: "1", Certificate: cert.Number, Kind: registry.Withdraw, ReasonCode: "misconduct", Reason: "why", State: registry.Refused,
				ProposedBy: "head", ProposedAt: first, DecidedBy: "chief", DecidedAt: first.AddDate(0, 0, 1), Answer: "no",
			},
			{ID: "2", Certificate: cert.Number, Kind: registry.Withdraw, ReasonCode: "other", Reason: "because", State: registry.Proposed, ProposedBy: "head", ProposedAt: first.AddDate(0, 0, 2)},
		}
		same(t, s, "status changes", want, func(r registry.Reader) ([]registry.StatusChange, error) {
			return r.StatusChanges(t.Context(), cert.Number)
		})
	})
}

// TestProposalsOfBeforeStay upgrades a register in which amendments and editions
// wait, were refused and came about, when it took two people to refuse as well.
func TestProposalsOfBeforeStay(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		_, engine, _ := strings.Cut(t.Name(), "/")
		c.Vault = releaseVault(t)
		load(t, c, filepath.Join(releases, "0.1.0."+engine+".sql"))
		before, err := db.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(before.MigrateTo(t.Context(), 16), before.Close()); err != nil {
			t.Fatal(err)
		}
		const then = "'2026-09-01T02:00:00.000000Z'"
		at := time.Date(2026, 9, 1, 2, 0, 0, 0, time.UTC)
		amendments := []registry.Amendment{amendment(1, 3, registry.Effective), amendment(2, 4, registry.Refused), amendment(3, 4, registry.Proposed)}
		for i := range amendments {
			m, decidedAt := &amendments[i], "NULL"
			m.ProposedAt = at
			if m.State != registry.Proposed {
				m.DecidedAt, decidedAt = at, then
			}
			execute(t, c, fmt.Sprintf(`
				INSERT INTO amendment (id, result, kind, reason, mark, raw, deduction, final, state, proposed_by, proposed_at, decided_by, decided_at, answer, version)
				VALUES ('%s', '%s', '%s', '%s', '%s', %d, %d, %d, '%s', '%s', %s, '%s', %s, '%s', %d)`,
				m.ID, m.Result, m.Kind, m.Reason, m.Mark, m.Raw, m.Deduction, m.Final, m.State, m.ProposedBy, then, m.DecidedBy, decidedAt, m.Answer, m.Version))
		}
		execute(t, c, fmt.Sprintf(`
			INSERT INTO result (id, application, component, mark, raw, deduction, final, reason, entered_by, entered_at, confirmed_by, confirmed_at, version)
			SELECT 'used', application, 'oral', mark, raw, deduction, final, reason, entered_by, entered_at, confirmed_by, confirmed_at, version FROM result WHERE id = '%s';
			INSERT INTO result_use (result, certificate, amendment) SELECT 'used', number, '%s' FROM certificate;
			INSERT INTO edition (digest, ruleset, occupation, document, state, governs_from, submitted_by, submitted_at, reviewed_by, reviewed_at, note, version)
			VALUES ('1', 'a', 'csm', '{}', 'scheduled', '2026-10-01', 'a', %[3]s, 'b', %[3]s, 'ok', 3), ('2', 'b', 'csm', '{}', 'refused', NULL, 'a', %[3]s, 'b', %[3]s, 'no', 2),
				('3', 'b', 'csm', '{}', 'draft', NULL, 'a', %[3]s, '', NULL, '', 1)`, amendments[0].Result, amendments[0].ID, then))
		editions := []registry.Edition{
			{Digest: "1", RuleSet: "a", State: registry.EditionScheduled, GovernsFrom: day(t, "2026-10-01"), ReviewedBy: "b", ReviewedAt: at, Note: "ok", Version: 3},
			{Digest: "2", RuleSet: "b", State: registry.EditionRefused, ReviewedBy: "b", ReviewedAt: at, Note: "no", Version: 2},
			{Digest: "3", RuleSet: "b", State: registry.EditionDraft, Version: 1},
		}
		for i := range editions {
			editions[i].Occupation, editions[i].Document, editions[i].SubmittedBy, editions[i].SubmittedAt = "csm", []byte("{}"), "a", at
		}

		s := dbtest.Open(t, c)
		same(t, s, "amendments", amendments, func(r registry.Reader) ([]registry.Amendment, error) {
			return r.Amendments(t.Context(), amendments[0].Result)
		})
		same(t, s, "editions", editions, func(r registry.Reader) ([]registry.Edition, error) { return r.Editions(t.Context(), "") })
		var uses int
		if err := s.Raw().GetContext(t.Context(), &uses, `SELECT count(*) FROM result_use u JOIN amendment m ON m.id = u.amendment`); err != nil || uses != 1 {
			t.Errorf("uses of an amended result: got %d, %v, want 1", uses, err)
		}
		write(t, s, func(w registry.Writer) error { // taken back
			m, e := amendments[2], editions[2]
			m.State, m.DecidedBy, m.DecidedAt = registry.Refused, m.ProposedBy, at
			e.State, e.ReviewedBy, e.ReviewedAt = registry.EditionRefused, e.SubmittedBy, at
			return errors.Join(w.UpdateAmendment(t.Context(), m), w.UpdateEdition(t.Context(), e))
		})
	})
}

// another names a new database of an engine.
func another(t *testing.T, engine string) db.Config {
	t.Helper()
	if engine == "sqlite" {
		return dbtest.SQLite(t)
	}
	return dbtest.Postgres(t)
}

// releaseVault opens the keys that every dump was sealed with; they are used
// nowhere else.
func releaseVault(t *testing.T) *vault.Vault {
	t.Helper()
	path := filepath.Join(releases, "keyset.json")
	data, err := os.ReadFile(path)
	if *update && errors.Is(err, fs.ErrNotExist) {
		keys, err := vault.NewKeyset()
		if err == nil {
			err = keys.Create(path, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		return releaseVault(t)
	}
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	v, err := keys.Vault()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// dump writes a small register as SQL.
func dump(t *testing.T, c db.Config, path string) {
	t.Helper()
	c.Vault = releaseVault(t)
	s := dbtest.Open(t, c)
	seed(t, s)
	admit(t, s, 1, 1)
	issue(t, s, 1)
	var text string
	if strings.HasPrefix(c.URL, "sqlite:") {
		text = dumpSQLite(t, s)
	} else {
		out, err := exec.CommandContext(t.Context(), "pg_dump", "--inserts", "--no-owner", "--no-privileges", c.URL).Output()
		if err != nil {
			t.Fatalf("pg_dump: %v", err)
		}
		for line := range strings.Lines(string(out)) {
			if !strings.HasPrefix(line, `\`) && !strings.HasPrefix(line, "--") { // psql's own commands and comments
				text += line
			}
		}
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// dumpSQLite is tables with their rows first and then all that watches over rows.
func dumpSQLite(t *testing.T, s *db.DB) string {
	t.Helper()
	var tables, rest []struct{ Name, SQL string }
	const objects = `SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' AND type `
	ctx := t.Context()
	if err := errors.Join(s.Raw().SelectContext(ctx, &tables, objects+`= 'table'`), s.Raw().SelectContext(ctx, &rest, objects+`<> 'table'`)); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, table := range tables {
		fmt.Fprintf(&b, "%s;\n", table.SQL)
		var columns, rows []string
		if err := s.Raw().SelectContext(ctx, &columns, `SELECT 'quote(' || name || ')' FROM pragma_table_info($1)`, table.Name); err != nil {
			t.Fatal(err)
		}
		if err := s.Raw().SelectContext(ctx, &rows, `SELECT `+strings.Join(columns, ` || ',' || `)+` FROM `+table.Name); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			fmt.Fprintf(&b, "INSERT INTO %s VALUES (%s);\n", table.Name, row)
		}
	}
	for _, object := range rest {
		fmt.Fprintf(&b, "%s;\n", object.SQL)
	}
	return b.String()
}

// load runs a dump on a connection of its own, without the register's settings.
func load(t *testing.T, c db.Config, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, c, string(text))
}

// execute runs statements without the register.
func execute(t *testing.T, c db.Config, statements string) {
	t.Helper()
	driver, dsn := "postgres", c.URL
	if file, ok := strings.CutPrefix(c.URL, "sqlite:"); ok {
		driver, dsn = "sqlite", file
	}
	conn, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(t.Context(), statements); err != nil {
		t.Fatalf("%.60s: %v", statements, err)
	}
}

// schemaOf lists everything in the schema, one definition to a line, sorted.
func schemaOf(t *testing.T, s *db.DB) []string {
	t.Helper()
	query := `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY sql`
	if s.Raw().DriverName() == "postgres" {
		query = `
			SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(collation_name, '') AS x
			FROM information_schema.columns WHERE table_schema = 'public'
			UNION ALL SELECT pg_get_constraintdef(oid) || ' on ' || conrelid::regclass FROM pg_constraint WHERE connamespace = 'public'::regnamespace
			UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
			UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
			UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
			ORDER BY x`
	}
	var list []string
	if err := s.Raw().SelectContext(t.Context(), &list, query); err != nil {
		t.Fatal(err)
	}
	return list
}
