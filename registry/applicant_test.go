package registry_test

import (
	"errors"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// applySelf applies for level 3 as somebody who types this name and number.
func (w *world) applySelf(s registry.Sitting, name, number string) registry.Application {
	w.t.Helper()
	return must(w.t)(w.ApplySelf(w.t.Context(), registry.SelfApplication{
		Person:  registry.NewPerson{Name: name, Document: registry.Document{Kind: registry.CitizenID, Number: number}},
		Sitting: s.ID, Facts: levelThree(w.t), From: "192.0.2.1",
	})).(registry.Application)
}

// Whoever types somebody's number learns nothing and stands in nobody's way.
func TestClaimsBlockNobody(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		real := w.apply(sitting, true)
		known := must(t)(w.Person(ctx, w.clerk, real.Person)).(registry.Person)

		before := w.applySelf(sitting, "冒名者", citizenNumber(900)) // nobody's yet
		false1 := w.applySelf(sitting, "冒名者", known.Document.Number)
		true1 := w.applySelf(sitting, known.Name, known.Document.Number)
		for _, a := range []registry.Application{before, false1, true1} {
			if a.Status != registry.Submitted || len(a.Components) != 2 || a.Person == known.ID {
				t.Errorf("applied: got %s with %v for %s, want the same of all three, for nobody known", a.Status, a.Components, a.Person)
			}
			p := must(t)(w.Person(ctx, w.clerk, a.Person)).(registry.Person)
			if !p.Claimed {
				t.Errorf("person %s: got one that is known, want a claim", p.ID)
			}
			progress, err := w.ProgressOf(ctx, a.Code)
			if err != nil || progress.Application.Status != registry.Submitted {
				t.Errorf("ProgressOf = %+v, %v", progress.Application, err)
			}
		}
		// Another centre registers whose number was claimed.
		p, created, err := w.RegisterPerson(ctx, w.stranger, registry.NewPerson{Name: "测试900", Document: registry.Document{Kind: registry.CitizenID, Number: citizenNumber(900)}})
		if err != nil || !created || p.Claimed {
			t.Errorf("RegisterPerson = %+v, created %v, %v, want a new person", p, created, err)
		}
		// The centre sees the documents.
		_, err = w.Admit(ctx, w.clerk, false1.ID, false1.Version)
		wantCode(t, err, registry.PersonNameDiffers)
		_, err = w.Admit(ctx, w.clerk, before.ID, before.Version)
		wantCode(t, err, registry.PersonNameDiffers)
		_, err = w.Admit(ctx, w.clerk, true1.ID, true1.Version)
		wantCode(t, err, registry.ApplicationExists)
		for _, a := range []registry.Application{false1, before, true1} {
			if _, err := w.Reject(ctx, w.clerk, a.ID, a.Version, "与证件不符。"); err != nil {
				t.Error(err)
			}
		}
	})
}

// A claim becomes the person of its document when the centre has seen it.
func TestClaimsBecomePeople(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		april := w.sitting(3, "2026-04-18", 30)
		fresh := w.applySelf(april, "测试900", citizenNumber(900))
		fresh = must(t)(w.Admit(ctx, w.clerk, fresh.ID, fresh.Version)).(registry.Application)
		p, created, err := w.RegisterPerson(ctx, w.clerk, registry.NewPerson{Name: "测试900", Document: registry.Document{Kind: registry.CitizenID, Number: citizenNumber(900)}})
		if err != nil || created || p.ID != fresh.Person || p.Claimed {
			t.Errorf("a new applicant: got %+v, created %v, %v, want person %s", p, created, err, fresh.Person)
		}

		a := w.apply(april, true)
		known := must(t)(w.Person(ctx, w.clerk, a.Person)).(registry.Person)
		w.clock.set(t, "2026-04-20")
		w.mark(april, "60", "59", a)
		w.clock.set(t, "2026-05-10")
		w.season = w.announce("2026-05-01", "2026-05-31", "2026-06-01", "2026-06-30")
		june := w.sitting(3, "2026-06-20", 30)
		again := w.applySelf(june, " "+known.Name, known.Document.Number)
		claim := again.Person
		again = must(t)(w.Admit(ctx, w.clerk, again.ID, again.Version)).(registry.Application)
		if again.Person != known.ID || len(again.Components) != 1 || again.Components[0] != "skills" {
			t.Errorf("admitted: got person %s with %v, want %s with what is not passed yet", again.Person, again.Components, known.ID)
		}
		if stored := must(t)(w.Application(ctx, w.clerk, again.ID)).(registry.Application); stored.Person != known.ID || stored.Version != again.Version {
			t.Errorf("stored: got person %s at version %d, want %s at %d", stored.Person, stored.Version, known.ID, again.Version)
		}
		if _, err := w.Person(ctx, w.root, claim); !errors.Is(err, registry.ErrNotFound) {
			t.Errorf("the claim: err = %v, want it gone", err)
		}
		w.clock.set(t, "2026-06-22")
		w.mark(june, "", "60", again)
		if _, _, err := w.IssueOne(ctx, w.head, again.ID); err != nil {
			t.Fatal(err)
		}
		w.clock.set(t, "2026-07-02")
		w.season = w.announce("2026-07-01", "2026-07-31", "2026-08-01", "2026-08-31")
		holder := w.applySelf(w.sitting(3, "2026-08-15", 30), known.Name, known.Document.Number)
		_, err = w.Admit(ctx, w.clerk, holder.ID, holder.Version)
		wantCode(t, err, registry.NothingToSit)
		w.auditFindsNothing()
	})
}

// A claim has one application, but registers hold claims with more from before
// that was so: each is settled by itself.
func TestClaimsHaveOneApplication(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx, sitting := t.Context(), w.sitting(3, "2026-04-18", 30)
		known := w.person()
		first := w.applySelf(sitting, known.Name, known.Document.Number)
		first = must(t)(w.Reject(ctx, w.clerk, first.ID, first.Version, "材料不全。")).(registry.Application)
		_, err := w.Apply(ctx, w.clerk, registry.NewApplication{Person: first.Person, Sitting: sitting.ID, Facts: levelThree(t)})
		wantCode(t, err, registry.PersonClaimed)

		second := first
		second.ID, second.Code, second.Status, second.Reason, second.Version = "00000000-0000-7000-8000-000000000001", "SECOND", registry.Submitted, "", 1
		if err := s.Write(ctx, func(wr registry.Writer) error { return wr.InsertApplication(ctx, second) }); err != nil {
			t.Fatal(err)
		}
		admitted, err := w.Admit(ctx, w.clerk, second.ID, second.Version)
		if err != nil || admitted.Person != known.ID {
			t.Errorf("admitted: got person %s, %v, want %s", admitted.Person, err, known.ID)
		}
		if rest, err := w.Application(ctx, w.clerk, first.ID); err != nil || rest.Person != first.Person || rest.Status != registry.Rejected {
			t.Errorf("the other application: got %+v, %v, want it as it was", rest, err)
		}
		w.auditFindsNothing()
	})
}

// A centre corrects what an applicant mistyped, before it admits.
func TestClaimsAreCorrected(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		known := w.person()
		a := w.applySelf(w.sitting(3, "2026-04-18", 30), known.Name, citizenNumber(900))
		_, err := w.CorrectPerson(t.Context(), w.clerk, a.Person, 1, registry.PersonCorrection{Document: known.Document, ReasonCode: registry.PersonReasons()[0]})
		if err != nil {
			t.Fatal(err)
		}
		if a, err = w.Admit(t.Context(), w.clerk, a.ID, a.Version); err != nil || a.Person != known.ID {
			t.Errorf("admitted: got person %s, %v, want %s", a.Person, err, known.ID)
		}
	})
}

// Clerks who admit claims of one document at once make one person of it, with
// one live application.
func TestParallelAdmissionsOfOneDocument(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		var claims []registry.Application
		for i := range 6 {
			sitting := w.sitting(3, []string{"2026-04-18", "2026-04-19"}[i%2], 30)
			claims = append(claims, w.applySelf(sitting, "测试900", citizenNumber(900)))
		}
		once(t, registry.ApplicationExists, parallel(len(claims), func(i int) error {
			_, err := w.Admit(t.Context(), w.clerk, claims[i].ID, claims[i].Version)
			return err
		}))
	})
}
