package demo_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/demo"
	"github.com/certreg/certreg/registry"
)

func library(t *testing.T) *eligibility.Library {
	t.Helper()
	l, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// load makes the demonstration at a time and returns the register with it.
func load(t *testing.T, now time.Time) (*registry.Registry, demo.Contents) {
	t.Helper()
	store := dbtest.Open(t, dbtest.SQLite(t))
	contents, err := demo.Load(t.Context(), demo.Config{Store: store, Library: library(t), Now: now})
	if err != nil {
		t.Fatalf("on %s: %v", now.Format(time.DateOnly), err)
	}
	reg, err := registry.New(registry.Config{Store: store, Library: library(t), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return reg, contents
}

// The days around which seasons begin and end, a leap day, the turn of a year
// and hours at which the day in China is not the one in UTC.
func TestLoadWorksOnEveryDay(t *testing.T) {
	for _, at := range []string{
		"2026-01-01T00:00:00Z", "2026-02-28T23:00:00Z", "2026-03-20T03:00:00Z", "2026-04-05T03:00:00Z", "2026-04-20T03:00:00Z",
		"2026-05-06T03:00:00Z", "2026-06-13T16:30:00Z", "2026-07-01T03:00:00Z", "2026-08-31T03:00:00Z", "2026-10-10T03:00:00Z",
		"2026-10-27T03:00:00Z", "2026-11-22T03:00:00Z", "2026-12-31T20:00:00Z", "2028-02-29T03:00:00Z", "2031-06-30T03:00:00Z",
	} {
		t.Run(at, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			reg, _ := load(t, now)
			open, err := reg.OpenSittings(t.Context(), demo.Occupation, 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(open) != 5 {
				t.Errorf("got %d sittings that take applications, want 5", len(open))
			}
			checkAudits(t, reg)
		})
	}
}

func checkAudits(t *testing.T, reg *registry.Registry) {
	t.Helper()
	by := registry.Operator("test")
	for name, audit := range map[string]func(context.Context, registry.Caller, func(int)) (registry.AuditReport, error){
		"certificates": reg.Audit, "decisions": reg.AuditDecisions,
	} {
		report, err := audit(t.Context(), by, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Discrepancies) > 0 {
			t.Errorf("audit of %s: got %v, want nothing", name, report.Discrepancies)
		}
	}
}

func TestLoadHoldsEveryStateOfTheChain(t *testing.T) {
	reg, contents := load(t, time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC))
	by := registry.Operator("test")
	total := 0
	for _, status := range registry.CertificateStatuses() {
		certs, _, err := reg.Certificates(t.Context(), by, registry.CertificateFilter{Status: status, Page: registry.Page{Limit: registry.MaxPage}})
		if err != nil {
			t.Fatal(err)
		}
		if len(certs) == 0 {
			t.Errorf("no certificate is %s", status)
		}
		total += len(certs)
	}
	if total < 20 {
		t.Errorf("got %d certificates, want 20 or more", total)
	}
	people := map[string]bool{}
	for _, status := range registry.ApplicationStatuses() {
		applications, _, err := reg.Applications(t.Context(), by, registry.ApplicationFilter{Status: status, Page: registry.Page{Limit: registry.MaxPage}})
		if err != nil {
			t.Fatal(err)
		}
		if len(applications) == 0 {
			t.Errorf("no application is %s", status)
		}
		for _, a := range applications {
			people[a.Person] = true
		}
	}
	if len(people) < 60 {
		t.Errorf("got %d people, want 60 or more", len(people))
	}
	rec, err := reg.CertificateRecord(t.Context(), by, contents.Reissued)
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Prints) != 2 {
		t.Errorf("reissued certificate: got %d prints, want 2", len(rec.Prints))
	}
	answers, err := reg.Verify(t.Context(), []registry.Query{{Number: string(contents.Corrected), Paper: contents.SupersededPaper}})
	if err != nil || answers[0].Verdict != registry.VerdictSuperseded {
		t.Errorf("first paper of the corrected certificate: got %+v, %v, want superseded", answers, err)
	}
	checkMarks(t, reg, by)
	checkKeys(t, reg, contents)
}

// checkMarks checks that results of every kind and every stage are there.
func checkMarks(t *testing.T, reg *registry.Registry, by registry.Caller) {
	t.Helper()
	sittings, _, err := reg.Sittings(t.Context(), by, registry.SittingFilter{Page: registry.Page{Limit: registry.MaxPage}})
	if err != nil {
		t.Fatal(err)
	}
	marks, levels, waiting := map[registry.Mark]int{}, map[int]bool{}, 0
	for _, s := range sittings {
		levels[s.Level] = true
		sheet, err := reg.ResultsOfSitting(t.Context(), by, s.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range sheet.Results {
			marks[r.Mark]++
			if !r.Confirmed() {
				waiting++
			}
		}
	}
	if marks[registry.Scored] == 0 || marks[registry.Absent] == 0 || marks[registry.Void] == 0 || waiting == 0 {
		t.Errorf("results: got %v, %d waiting for confirmation; want some of each", marks, waiting)
	}
	if !levels[1] || !levels[2] || !levels[3] {
		t.Errorf("levels of sittings: got %v, want 1, 2 and 3", levels)
	}
}

func checkKeys(t *testing.T, reg *registry.Registry, contents demo.Contents) {
	t.Helper()
	roles := map[registry.Role]bool{}
	for _, k := range contents.Keys {
		caller, err := reg.Authenticate(t.Context(), k.Token)
		if err != nil {
			t.Errorf("key of %s: %v", k.Subject, err)
		}
		roles[caller.Role] = true
	}
	for _, role := range registry.Roles() {
		if !roles[role] {
			t.Errorf("no key has the role %s", role)
		}
	}
}

func TestFourMonthsEarly(t *testing.T) {
	for _, day := range []string{"2026-11-22", "2026-10-31", "2028-02-29"} {
		on, err := civil.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		data, err := demo.FourMonthsEarly(on)
		if err != nil {
			t.Fatal(err)
		}
		facts, err := eligibility.ParseFacts(data)
		if err != nil {
			t.Fatal(err)
		}
		rules, ok := library(t).Governing(demo.Occupation, on)
		if !ok {
			t.Fatal("no edition governs")
		}
		d := rules.Explain(2, on, facts)
		if got, want := civil.Between(on, d.Earliest.On).TotalMonths(), 4; d.Outcome != eligibility.NotYet || got != want {
			t.Errorf("on %s: got %s with %d months to go, want not-yet with %d", day, d.Outcome, got, want)
		}
	}
}

// What a visitor was told must be readable at the next start.
func TestContentsSurviveJSON(t *testing.T) {
	_, contents := load(t, time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC))
	data, err := json.Marshal(contents)
	if err != nil {
		t.Fatal(err)
	}
	var again demo.Contents
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	if len(again.Keys) != len(contents.Keys) || again.Keys[0] != contents.Keys[0] || again.Valid != contents.Valid {
		t.Errorf("got %v, want %v", again, contents)
	}
}
