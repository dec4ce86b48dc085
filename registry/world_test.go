package registry_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

const occupation = "customer-service-manager"

// A clock that tests set. It moves only when told.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// set moves the clock to noon, China time, of a day.
func (c *clock) set(t testing.TB, on string) {
	t.Helper()
	y, m, d := day(t, on).YMD()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Date(y, m, d, 4, 0, 0, 0, time.UTC)
}

// A world is a small register with one national centre, two provinces with a
// centre each, and a season with sittings of level 3 at the first centre.
type world struct {
	*registry.Registry
	t     testing.TB
	clock *clock
	root  registry.Caller // the operator

	national, province, otherProvince, centre, otherCentre registry.Body
	// callers
	chief, deputy, guide, head, clerk, second, stranger, neighbour, auditor registry.Caller
	season                                                                  registry.Season
	people                                                                  int
}

// newWorld builds a world on 2026-03-02 in registration for April.
func newWorld(t testing.TB, store registry.Store) *world {
	t.Helper()
	library, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: &clock{}, root: registry.Operator("operator")}
	w.clock.set(t, "2026-03-02")
	w.Registry, err = registry.New(registry.Config{Store: store, Library: library, Now: w.clock.now, CoversSince: 2007})
	if err != nil {
		t.Fatal(err)
	}
	w.national = w.body("", registry.NationalCentre, "00000001")
	w.province = w.body(w.national.ID, registry.ProvincialCentre, "10000001")
	w.otherProvince = w.body(w.national.ID, registry.ProvincialCentre, "11000001")
	w.centre = w.body(w.province.ID, registry.AssessmentCentre, "10012003")
	w.otherCentre = w.body(w.otherProvince.ID, registry.AssessmentCentre, "11012001")
	w.chief = w.caller(w.national, registry.National, "chief")
	w.deputy = w.caller(w.national, registry.National, "deputy")
	w.auditor = w.caller(w.national, registry.Auditor, "auditor")
	w.guide = w.caller(w.province, registry.Province, "guide")
	w.neighbour = w.caller(w.otherProvince, registry.Province, "neighbour")
	w.head = w.caller(w.centre, registry.CentreManager, "head")
	w.clerk = w.caller(w.centre, registry.CentreClerk, "clerk")
	w.second = w.caller(w.centre, registry.CentreClerk, "second")
	w.stranger = w.caller(w.otherCentre, registry.CentreManager, "stranger")
	w.season = w.announce("2026-03-01", "2026-03-31", "2026-04-01", "2026-04-30")
	return w
}

func (w *world) body(parent string, kind registry.BodyKind, code string) registry.Body {
	w.t.Helper()
	return must(w.t)(w.AddBody(w.t.Context(), w.root, registry.NewBody{
		Parent: parent, Kind: kind, Code: code, Name: registry.Text{ZH: "机构" + code, EN: "Body " + code},
	})).(registry.Body)
}

func (w *world) caller(b registry.Body, role registry.Role, subject string) registry.Caller {
	w.t.Helper()
	_, token, err := w.CreateKey(w.t.Context(), w.root, registry.NewKey{Body: b.ID, Role: role, Subject: subject})
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := w.Authenticate(w.t.Context(), token)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) announce(regFrom, regUntil, examFrom, examUntil string) registry.Season {
	w.t.Helper()
	return must(w.t)(w.AnnounceSeason(w.t.Context(), w.chief, registry.NewSeason{
		Occupation: occupation, Name: registry.Text{ZH: "考期", EN: "Season"},
		Registration: registry.Days{From: day(w.t, regFrom), Until: day(w.t, regUntil)},
		Examination:  registry.Days{From: day(w.t, examFrom), Until: day(w.t, examUntil)},
	})).(registry.Season)
}

func (w *world) sitting(level int, on string, capacity int) registry.Sitting {
	w.t.Helper()
	return must(w.t)(w.ScheduleSitting(w.t.Context(), w.head, registry.NewSitting{
		Season: w.season.ID, Body: w.centre.ID, Level: level, On: day(w.t, on), Capacity: capacity,
	})).(registry.Sitting)
}

// person registers a new synthetic person; identity numbers count upwards.
func (w *world) person() registry.Person {
	w.t.Helper()
	w.people++
	p, _, err := w.RegisterPerson(w.t.Context(), w.clerk, registry.NewPerson{
		Name: fmt.Sprintf("测试%d", w.people), Document: registry.Document{Kind: registry.CitizenID, Number: citizenNumber(w.people)},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// citizenNumber is the n-th of a run of synthetic numbers that are well formed.
func citizenNumber(n int) string {
	born := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n/900)
	head := fmt.Sprintf("320102%s%03d", born.Format("20060102"), 100+n%900)
	for _, c := range "0123456789X" {
		if _, err := registry.NewDocument(registry.CitizenID, head+string(c), civil.Of(born.AddDate(1, 0, 0))); err == nil {
			return head + string(c)
		}
	}
	return ""
}

// levelThree is facts that meet condition 3.3: a college diploma in a related major.
func levelThree(t testing.TB) *eligibility.Facts {
	t.Helper()
	return facts(t, `{"education":[{"level":"college","field":"related","awarded":"2015-07-01"}],"work":[],"certificates":[],"training":[]}`)
}

func facts(t testing.TB, s string) *eligibility.Facts {
	t.Helper()
	f, err := eligibility.ParseFacts([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// apply registers a person, applies and, unless only that is wanted, admits.
func (w *world) apply(s registry.Sitting, admitted bool) registry.Application {
	w.t.Helper()
	p := w.person()
	a := must(w.t)(w.Apply(w.t.Context(), w.clerk, registry.NewApplication{Person: p.ID, Sitting: s.ID, Facts: levelThree(w.t)})).(registry.Application)
	if admitted {
		a = must(w.t)(w.Admit(w.t.Context(), w.clerk, a.ID, a.Version)).(registry.Application)
	}
	return a
}

// mark enters and confirms the same scores for applications of a sitting.
func (w *world) mark(s registry.Sitting, theory, skills string, applications ...registry.Application) {
	w.t.Helper()
	var lines []registry.Entered
	for _, a := range applications {
		for _, c := range a.Components {
			lines = append(lines, registry.Entered{Ticket: a.Ticket, Component: c, Raw: map[string]string{"theory": theory, "skills": skills}[c]})
		}
	}
	if _, err := w.EnterResults(w.t.Context(), w.clerk, s.ID, lines); err != nil {
		w.t.Fatal(err)
	}
	w.confirm(w.second, s)
}

// confirm confirms the results of a sitting as they are.
func (w *world) confirm(by registry.Caller, s registry.Sitting) registry.Confirmation {
	w.t.Helper()
	sheet := must(w.t)(w.ResultsOfSitting(w.t.Context(), by, s.ID, "")).(registry.ResultSheet)
	return must(w.t)(w.ConfirmResults(w.t.Context(), by, registry.Confirming{Sitting: s.ID, Read: sheet.Tag})).(registry.Confirmation)
}

// must returns a function that gives back the value of a call that must not fail.
func must(t testing.TB) func(any, error) any {
	return func(v any, err error) any {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
