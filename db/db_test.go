package db_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// at is the instant at which everything in these tests happens.
var at = time.Date(2026, 8, 1, 4, 30, 0, 123456000, time.UTC)

func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

// id makes an identifier of the form the register uses, in the order of n.
func id(kind, n int) string { return fmt.Sprintf("01900000-%04d-7000-8000-%012d", kind, n) }

// Identifiers of the fixture.
var (
	nation   = id(1, 1)
	province = id(1, 2)
	centre   = id(1, 3)
	other    = id(1, 4) // another province
	season   = id(2, 1)
	sitting  = id(3, 1)
)

func write(t testing.TB, s *db.DB, f func(registry.Writer) error) {
	t.Helper()
	if err := s.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func read[T any](t testing.TB, s *db.DB, f func(registry.Reader) (T, error)) T {
	t.Helper()
	var got T
	err := s.Read(t.Context(), func(r registry.Reader) (err error) {
		got, err = f(r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// code is the code of a registry error, or the text of another one.
func code(err error) string {
	if e, ok := errors.AsType[*registry.Error](err); ok {
		return string(e.Code)
	}
	return fmt.Sprint(err)
}

func body(n string, parent string, path string, kind registry.BodyKind, number string) registry.Body {
	return registry.Body{
		ID: n, Parent: parent, Path: path, Kind: kind, Code: registry.InstitutionCode(number),
		Name: registry.Text{ZH: "机构" + number, EN: "Body " + number}, CreatedAt: at, Version: 1,
	}
}

// seed enters the bodies, a season and a sitting.
func seed(t testing.TB, s *db.DB) {
	t.Helper()
	write(t, s, func(w registry.Writer) error {
		ctx := t.Context()
		top := "/" + nation + "/"
		return errors.Join(
			w.InsertBody(ctx, body(nation, "", top, registry.NationalCentre, "00000000")),
			w.InsertBody(ctx, body(province, nation, top+province+"/", registry.ProvincialCentre, "11000000")),
			w.InsertBody(ctx, body(centre, province, top+province+"/"+centre+"/", registry.AssessmentCentre, "11001001")),
			w.InsertBody(ctx, body(other, nation, top+other+"/", registry.ProvincialCentre, "31000000")),
			w.InsertSeason(ctx, registry.Season{
				ID: season, Occupation: "csm", Scheme: "csm-two-years", Name: registry.Text{ZH: "考期", EN: "Season"},
				Registration: registry.Days{From: day(t, "2026-07-01"), Until: day(t, "2026-08-31")},
				Examination:  registry.Days{From: day(t, "2026-10-01"), Until: day(t, "2026-10-31")},
				CreatedAt:    at, Version: 1,
			}),
			w.InsertSitting(ctx, sittingOn(t, sitting, "2026-10-12")),
		)
	})
}

func sittingOn(t testing.TB, id, on string) registry.Sitting {
	t.Helper()
	return registry.Sitting{ID: id, Season: season, Scheme: "csm-two-years", Body: centre, Occupation: "csm", Level: 3, On: day(t, on), Capacity: 100, CreatedAt: at, Version: 1}
}

func person(n int) registry.Person {
	return registry.Person{
		ID: id(4, n), Name: fmt.Sprintf("王小%d", n), Document: registry.Document{Kind: registry.Passport, Number: fmt.Sprintf("E%08d", n)},
		Sex: registry.Female, Body: centre, CreatedAt: at, Version: 1,
	}
}

func application(t testing.TB, n int) registry.Application {
	t.Helper()
	return registry.Application{
		ID: id(5, n), Code: fmt.Sprintf("APPL-%d", n), Person: id(4, n), Sitting: sitting, Body: centre, Occupation: "csm", Level: 3,
		Components: []string{"theory", "skills"}, Status: registry.Admitted, Ticket: ticket(n),
		Decided: registry.Decided{
			AsOf: day(t, "2026-08-01"), RuleSet: "csm-2007", RuleSetDigest: "sha256:aa", FactsDigest: "sha256:bb", Outcome: "eligible",
			Condition: "3.1", Facts: []byte(`{"born":"1990-03-07"}`), Explanation: []byte(`{"outcome":"eligible"}`), Digest: "sha256:cc",
		},
		AppliedAt: at, Version: 1,
	}
}

func ticket(n int) string { return fmt.Sprintf("110010012610123%04d", n) }

func result(n int, component string) registry.Result {
	number := map[string]int{"theory": 1, "skills": 2}[component]
	return registry.Result{
		ID: id(6, n*10+number), Application: id(5, n), Ticket: ticket(n), Component: component, Mark: registry.Scored, Raw: 7050, Final: 7050,
		EnteredBy: "clerk", EnteredAt: at, Version: 1,
	}
}

func confirmed(r registry.Result) registry.Result {
	r.ConfirmedBy, r.ConfirmedAt = "head", at
	r.Version++
	return r
}

func certificate(t testing.TB, n int) registry.Certificate {
	t.Helper()
	p := person(n)
	return registry.Certificate{
		Number: registry.Number(fmt.Sprintf("26110010013%05d", n)), Scheme: registry.National16, Occupation: "csm", Level: 3,
		Person: p.ID, Application: id(5, n), Body: centre, Route: registry.RouteExam, Holder: p.Name, Document: p.Document,
		IssuedOn: day(t, "2026-08-01"), IssuedAt: at, Code: fmt.Sprintf("CODE-%d", n), Paper: fmt.Sprintf("P%08d", n),
		Evidence: "sha256:dd", Salt: []byte{1, 2, 3}, Place: registry.Place{List: 1, Index: n}, Status: registry.StatusValid, StatusOn: day(t, "2026-08-01"), Version: 1,
	}
}

func uses(n int) []registry.Use {
	number := registry.Number(fmt.Sprintf("26110010013%05d", n))
	return []registry.Use{{Certificate: number, Result: result(n, "theory").ID}, {Certificate: number, Result: result(n, "skills").ID}}
}

// reprint supersedes the paper of a certificate by another with a place of its own.
func reprint(t testing.TB, s *db.DB, before registry.Certificate, paper string, index int) registry.Certificate {
	t.Helper()
	next := before
	next.Paper, next.Place.Index = paper, index
	write(t, s, func(w registry.Writer) error {
		return errors.Join(w.UpdateCertificate(t.Context(), next), w.InsertReplacement(t.Context(), before, registry.Print{
			Certificate: next.Number, Paper: paper, Version: next.Version + 1, Holder: next.Holder, Document: next.Document,
			Place: next.Place, Reason: "lost", At: at, By: "head",
		}))
	})
	next.Version++
	return next
}

// admit enters people with their admitted application and confirmed results.
func admit(t testing.TB, s *db.DB, from, until int) {
	t.Helper()
	write(t, s, func(w registry.Writer) error {
		ctx := t.Context()
		var entered, checked []registry.Result
		for n := from; n <= until; n++ {
			if err := errors.Join(w.InsertPerson(ctx, person(n)), w.InsertApplication(ctx, application(t, n))); err != nil {
				return err
			}
			for _, c := range []string{"theory", "skills"} {
				entered, checked = append(entered, result(n, c)), append(checked, confirmed(result(n, c)))
			}
		}
		return errors.Join(w.PutResults(ctx, entered), w.PutResults(ctx, checked))
	})
}

func TestOpenRefuses(t *testing.T) {
	v := dbtest.NewVault(t)
	tests := []struct {
		name string
		c    db.Config
		want string
	}{
		{"no vault", db.Config{URL: "sqlite:x"}, "vault"},
		{"no path", db.Config{URL: "sqlite:", Vault: v}, "path"},
		{"another engine", db.Config{URL: "mysql://u:secret@h/d", Vault: v}, "sqlite: or postgres://"},
		{"a directory that is not there", db.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "no", "x.db"), Vault: v}, "no such file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := db.Open(t.Context(), tt.c)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("Open: err = %v, want one that says %q", err, tt.want)
			}
		})
	}
}

func TestOpenRefusesOtherKeys(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		s := dbtest.Open(t, c)
		seed(t, s)
		admit(t, s, 1, 1)
		c.Vault = dbtest.NewVault(t)
		if _, err := db.Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), "other keys") {
			t.Errorf("Open with other keys: err = %v, want a refusal", err)
		}
	})
}

func TestPathsAreTakenLiterally(t *testing.T) {
	c := dbtest.SQLite(t)
	c.URL = "sqlite:" + filepath.Join(t.TempDir(), "a b%20c?mode=ro#数据.db")
	s := dbtest.Open(t, c)
	seed(t, s)
	if found, err := filepath.Glob(strings.ReplaceAll(strings.TrimPrefix(c.URL, "sqlite:"), "?", "[?]")); err != nil || len(found) != 1 {
		t.Errorf("files of that name: got %v, %v, want 1", found, err)
	}
}
