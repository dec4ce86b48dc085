package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// fill enters a register with something to choose from: six people, of whom
// the first three hold certificates, a second sitting, a foreign person.
func fill(t *testing.T, s *db.DB) {
	t.Helper()
	ctx := t.Context()
	seed(t, s)
	admit(t, s, 1, 6)
	for n := 1; n <= 3; n++ {
		issue(t, s, n)
	}
	write(t, s, func(w registry.Writer) error {
		later := sittingOn(t, id(3, 2), "2026-10-20")
		later.Level, later.Body = 2, other
		away := person(7)
		away.Body = other
		foreign := application(t, 7)
		foreign.Sitting, foreign.Body, foreign.Level, foreign.Status, foreign.Ticket = later.ID, other, 2, registry.Submitted, ""
		stopped := certificate(t, 2)
		stopped.Status = registry.StatusSuspended
		return errors.Join(
			w.InsertSitting(ctx, later), w.InsertPerson(ctx, away), w.InsertApplication(ctx, foreign), w.UpdateCertificate(ctx, stopped),
			w.InsertSeason(ctx, registry.Season{
				ID: id(2, 2), Occupation: "another", Registration: registry.Days{From: at2(t), Until: at2(t)},
				Examination: registry.Days{From: at2(t), Until: at2(t)}, CreatedAt: at, Version: 1,
			}),
			w.InsertKey(ctx, registry.Key{ID: id(8, 1), Hash: []byte{1}, Body: centre, Role: registry.Auditor, CreatedAt: at}),
			w.InsertKey(ctx, registry.Key{ID: id(8, 2), Hash: []byte{1}, Body: other, Role: registry.Auditor, CreatedAt: at}),
			w.Append(ctx, []registry.Entry{
				{At: at, Action: registry.SeasonAnnounced, Kind: "season", Subject: season, By: "a"},
				{At: at, Action: registry.KeyCreated, Kind: "key", Subject: id(8, 2), Body: other, By: "a"},
			}, nil),
		)
	})
}

// A lister is one kind of list: the identifiers it gives for a scope and page.
type lister func(ctx context.Context, r registry.Reader, scope string, p registry.Page) ([]string, error)

func ids[T any](items []T, err error, id func(T) string) ([]string, error) {
	list := []string{}
	for _, item := range items {
		list = append(list, id(item))
	}
	return list, err
}

func listers() map[string]lister {
	return map[string]lister{
		"bodies": func(ctx context.Context, r registry.Reader, scope string, p registry.Page) ([]string, error) {
			l, err := r.Bodies(ctx, registry.BodyFilter{Scope: scope, Page: p})
			return ids(l, err, func(b registry.Body) string { return b.ID })
		},
		"keys": func(ctx context.Context, r registry.Reader, scope string, p registry.Page) ([]string, error) {
			l, err := r.Keys(ctx, registry.KeyFilter{Scope: scope, Page: p})
			return ids(l, err, func(k registry.Key) string { return k.ID })
		},
		"sittings": func(ctx context.Context, r registry.Reader, scope string, p registry.Page) ([]string, error) {
			l, err := r.Sittings(ctx, registry.SittingFilter{Scope: scope, Page: p})
			return ids(l, err, func(s registry.Sitting) string { return s.ID })
		},
		"applications": func(ctx context.Context, r registry.Reader, scope string, p registry.Page) ([]string, error) {
			l, err := r.Applications(ctx, registry.ApplicationFilter{Scope: scope, Page: p})
			return ids(l, err, func(a registry.Application) string { return a.ID })
		},
		"certificates": func(ctx context.Context, r registry.Reader, scope string, p registry.Page) ([]string, error) {
			l, err := r.Certificates(ctx, registry.CertificateFilter{Scope: scope, Page: p})
			return ids(l, err, func(c registry.Certificate) string { return string(c.Number) })
		},
	}
}

func TestListsKeepToTheirScope(t *testing.T) {
	centrePath := "/" + nation + "/" + province + "/" + centre + "/"
	want := map[string]map[string]int{ // by list, by scope
		"bodies":       {"/": 4, "/" + nation + "/": 4, "/" + nation + "/" + province + "/": 2, centrePath: 1, "/x/": 0, "": 0},
		"keys":         {"/": 2, "/" + nation + "/": 2, "/" + nation + "/" + province + "/": 1, centrePath: 1, "/x/": 0, "": 0},
		"sittings":     {"/": 2, "/" + nation + "/": 2, "/" + nation + "/" + province + "/": 1, centrePath: 1, "/x/": 0, "": 0},
		"applications": {"/": 7, "/" + nation + "/": 7, "/" + nation + "/" + other + "/": 1, centrePath: 6, "/x/": 0, "": 0},
		"certificates": {"/": 3, "/" + nation + "/": 3, "/" + nation + "/" + other + "/": 0, centrePath: 3, "/x/": 0, "": 0},
	}
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		fill(t, s)
		for name, list := range listers() {
			for scope, n := range want[name] {
				got := read(t, s, func(r registry.Reader) ([]string, error) {
					return list(t.Context(), r, scope, registry.Page{Limit: 100})
				})
				if len(got) != n || !slices.IsSorted(got) {
					t.Errorf("%s under %q: got %v, want %d in order", name, scope, got, n)
				}
			}
		}
	})
}

func TestPagesGiveTheWholeList(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		fill(t, s)
		for name, list := range listers() {
			whole := read(t, s, func(r registry.Reader) ([]string, error) { return list(t.Context(), r, "/", registry.Page{Limit: 100}) })
			var paged []string
			p := registry.Page{Limit: 2}
			for {
				some := read(t, s, func(r registry.Reader) ([]string, error) { return list(t.Context(), r, "/", p) })
				if len(some) > 2 {
					t.Fatalf("%s: a page of %d, want 2 at most", name, len(some))
				}
				paged = append(paged, some...)
				if len(some) < 2 {
					break
				}
				p.After = some[1]
			}
			if !slices.Equal(paged, whole) {
				t.Errorf("%s: got %v by pages, want %v", name, paged, whole)
			}
		}
	})
}

// A filtered is how long the list of a filter must be.
type filtered struct {
	name string
	f    func(context.Context, registry.Reader) (int, error)
	want int
}

func filters(t *testing.T) []filtered {
	t.Helper()
	all := registry.Page{Limit: 100}
	sittings := func(f registry.SittingFilter) func(context.Context, registry.Reader) (int, error) {
		return func(ctx context.Context, r registry.Reader) (int, error) {
			l, err := r.Sittings(ctx, f)
			return len(l), err
		}
	}
	applications := func(f registry.ApplicationFilter) func(context.Context, registry.Reader) (int, error) {
		return func(ctx context.Context, r registry.Reader) (int, error) {
			l, err := r.Applications(ctx, f)
			return len(l), err
		}
	}
	certificates := func(f registry.CertificateFilter) func(context.Context, registry.Reader) (int, error) {
		return func(ctx context.Context, r registry.Reader) (int, error) {
			l, err := r.Certificates(ctx, f)
			return len(l), err
		}
	}
	journal := func(f registry.JournalFilter) func(context.Context, registry.Reader) (int, error) {
		return func(ctx context.Context, r registry.Reader) (int, error) {
			l, err := r.Journal(ctx, f)
			return len(l), err
		}
	}
	return []filtered{
		{"sittings of a season", sittings(registry.SittingFilter{Scope: "/", Season: season, Page: all}), 2},
		{"sittings of a body", sittings(registry.SittingFilter{Scope: "/", Body: other, Page: all}), 1},
		{"sittings of a level", sittings(registry.SittingFilter{Scope: "/", Occupation: "csm", Level: 3, Page: all}), 1},
		{"sittings from their day", sittings(registry.SittingFilter{Scope: "/", From: day(t, "2026-10-12"), Page: all}), 2},
		{"sittings from the day after", sittings(registry.SittingFilter{Scope: "/", From: day(t, "2026-10-13"), Page: all}), 1},
		{"applications for a sitting", applications(registry.ApplicationFilter{Scope: "/", Sitting: sitting, Page: all}), 6},
		{"applications of a person", applications(registry.ApplicationFilter{Scope: "/", Person: id(4, 2), Page: all}), 1},
		{"applications of a status", applications(registry.ApplicationFilter{Scope: "/", Status: registry.Submitted, Page: all}), 1},
		{"certificates of a sitting", certificates(registry.CertificateFilter{Scope: "/", Sitting: sitting, Page: all}), 3},
		{"certificates of another sitting", certificates(registry.CertificateFilter{Scope: "/", Sitting: id(3, 2), Page: all}), 0},
		{"certificates of a body", certificates(registry.CertificateFilter{Scope: "/", Body: centre, Page: all}), 3},
		{"certificates of a level", certificates(registry.CertificateFilter{Scope: "/", Occupation: "csm", Level: 2, Page: all}), 0},
		{"suspended certificates", certificates(registry.CertificateFilter{Scope: "/", Status: registry.StatusSuspended, Page: all}), 1},
		{"the whole journal", journal(registry.JournalFilter{Scope: "/"}), 5},
		{"the journal from the top", journal(registry.JournalFilter{Scope: "/" + nation + "/"}), 5},
		{"the journal of a province", journal(registry.JournalFilter{Scope: "/" + nation + "/" + province + "/"}), 3},
		{"the journal of nobody", journal(registry.JournalFilter{}), 0},
		{"a subject", journal(registry.JournalFilter{Scope: "/", Kind: "season", Subject: season}), 1},
		{"an action", journal(registry.JournalFilter{Scope: "/", Action: registry.CertificateIssued}), 3},
		{"entries after one", journal(registry.JournalFilter{Scope: "/", After: 3}), 2},
		{"two entries", journal(registry.JournalFilter{Scope: "/", Limit: 2}), 2},
	}
}

func TestFilters(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		fill(t, s)
		for _, tt := range filters(t) {
			got := read(t, s, func(r registry.Reader) (int, error) { return tt.f(t.Context(), r) })
			if got != tt.want {
				t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
			}
		}
		counted := read(t, s, func(r registry.Reader) (string, error) {
			l, err := r.Sittings(t.Context(), registry.SittingFilter{Scope: "/"})
			if err != nil || len(l) != 2 {
				return "", fmt.Errorf("%d sittings: %w", len(l), err)
			}
			return fmt.Sprint(l[0].Applied, l[0].Admitted, l[1].Applied, l[1].Admitted), nil
		})
		if counted != "0 6 1 0" {
			t.Errorf("applied and admitted of both sittings: got %s, want 0 6 1 0", counted)
		}
	})
}

func TestPersonWithin(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		fill(t, s)
		write(t, s, func(w registry.Writer) error { // one whom the command line registered
			p := person(8)
			p.Body = ""
			return w.InsertPerson(t.Context(), p)
		})
		for _, tt := range []struct {
			person int
			scope  string
			want   bool
		}{
			{1, "/", true},
			{8, "/", true},
			{1, "/" + nation + "/", true},
			{1, "/" + nation + "/" + other + "/", false},
			{7, "/" + nation + "/" + other + "/", true},
			{7, "/" + nation + "/" + province + "/", false},
			{8, "/" + nation + "/", false},
			{1, "", false},
		} {
			got := read(t, s, func(r registry.Reader) (bool, error) { return r.PersonWithin(t.Context(), id(4, tt.person), tt.scope) })
			if got != tt.want {
				t.Errorf("person %d within %q: got %v, want %v", tt.person, tt.scope, got, tt.want)
			}
		}
	})
}

func TestAttempts(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		fill(t, s)
		people := make([]string, 0, 1500) // more than one query takes
		for n := range 1500 {
			people = append(people, id(4, n))
		}
		got := read(t, s, func(r registry.Reader) (map[string][]registry.Attempt, error) {
			return r.Attempts(t.Context(), people, "csm", 3)
		})
		if len(got) != 3 {
			t.Errorf("people with attempts: got %d, want the 3 whose results are not used", len(got))
		}
		for n := 4; n <= 6; n++ {
			if a := got[id(4, n)]; len(a) != 2 || a[0].Result.Application != id(5, n) || a[0].On != day(t, "2026-10-12") || a[0].Person != id(4, n) {
				t.Errorf("attempts of person %d: got %+v", n, a)
			}
		}
		serials := read(t, s, func(r registry.Reader) (map[string]int, error) { return r.Serials(t.Context(), "national-16/") })
		if len(serials) != 1 || serials["national-16/2026/11001001/3"] != 3 {
			t.Errorf("serials: got %v, want one series at 3", serials)
		}
	})
}
