package registry_test

import (
	"errors"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// A certificate is due from the sitting that completed the examination, not
// from an earlier one that was failed.
func TestOnlyTheCompletingSittingIssues(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		april := w.sitting(3, "2026-04-18", 30)
		a := w.apply(april, true)
		w.clock.set(t, "2026-04-20")
		w.mark(april, "60", "59", a)
		w.clock.set(t, "2026-05-10")
		w.season = w.announce("2026-05-01", "2026-05-31", "2026-06-01", "2026-06-30")
		june := w.sitting(3, "2026-06-20", 30)
		again := must(t)(w.Apply(ctx, w.clerk, registry.NewApplication{Person: a.Person, Sitting: june.ID, RetakeOf: a.ID})).(registry.Application)
		again = must(t)(w.Admit(ctx, w.clerk, again.ID, again.Version)).(registry.Application)
		w.clock.set(t, "2026-06-22")
		w.mark(june, "", "60", again)
		done, err := w.IssueSitting(ctx, w.head, april.ID)
		if err != nil || len(done.Issued) != 0 || len(done.NotDue) != 1 || done.NotDue[0].Reason != registry.NotPassed {
			t.Errorf("the failed sitting issues %+v, %v", done, err)
		}
		cert, _, err := w.IssueOne(ctx, w.head, again.ID)
		if err != nil || cert.Application != again.ID {
			t.Errorf("certificate of application %s, %v, want %s", cert.Application, err, again.ID)
		}
		// Who holds the certificate has nothing left to sit.
		w.clock.set(t, "2026-07-02")
		w.season = w.announce("2026-07-01", "2026-07-31", "2026-08-01", "2026-08-31")
		august := w.sitting(3, "2026-08-15", 30)
		_, err = w.Apply(ctx, w.clerk, registry.NewApplication{Person: a.Person, Sitting: august.ID, RetakeOf: again.ID})
		wantCode(t, err, registry.NothingToSit)
	})
}

func TestHeldSittingsTakeNobody(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		w.season = w.announce("2026-03-01", "2026-04-30", "2026-04-01", "2026-04-30")
		sitting := w.sitting(3, "2026-04-11", 30)
		waiting, p := w.apply(sitting, false), w.person()
		w.clock.set(t, "2026-04-12")
		_, err := w.Apply(t.Context(), w.clerk, registry.NewApplication{Person: p.ID, Sitting: sitting.ID, Facts: levelThree(t)})
		wantCode(t, err, registry.SittingHeld)
		_, err = w.Admit(t.Context(), w.clerk, waiting.ID, waiting.Version)
		wantCode(t, err, registry.SittingHeld)
	})
}

func TestLookUpTellsTheReasonOfTheStatus(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert := certified(t, s)
		ctx := t.Context()
		rec, err := w.ChangeStatus(ctx, w.chief, registry.NewStatusChange{
			Certificate: cert.Number, Version: 1, Kind: registry.Withdraw, ReasonCode: "false-documents", Reason: "伪造",
		})
		if err != nil || rec.Certificate.Version != 1 {
			t.Fatalf("proposal: version %d, %v, want the certificate untouched", rec.Certificate.Version, err)
		}
		_, err = w.ChangeStatus(ctx, w.chief, registry.NewStatusChange{Certificate: cert.Number, Version: 1, Kind: registry.Suspend, ReasonCode: "investigation", Reason: "调查"})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.set(t, "2026-04-21")
		if _, err := w.DecideStatusChange(ctx, w.deputy, registry.StatusDecision{Certificate: cert.Number, Change: rec.Changes[0].ID, Accept: true}); err != nil {
			t.Fatal(err)
		}
		l, err := w.LookUp(ctx, registry.Query{Number: string(cert.Number)})
		if err != nil || l.Status != registry.StatusWithdrawn || l.ReasonCode != "false-documents" {
			t.Errorf("LookUp = %s because %s, %v, want withdrawn because false-documents", l.Status, l.ReasonCode, err)
		}
	})
}

func TestPersonKnownElsewhereCanApplyHere(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		p := w.person()
		if _, err := w.Person(ctx, w.stranger, p.ID); !errors.Is(err, registry.ErrNotFound) {
			t.Errorf("before the document was shown: %v", err)
		}
		known, created, err := w.RegisterPerson(ctx, w.stranger, registry.NewPerson{Name: p.Name, Document: p.Document})
		if err != nil || created || known.ID != p.ID {
			t.Fatalf("RegisterPerson = %s, created %v, %v", known.ID, created, err)
		}
		if _, err := w.Person(ctx, w.stranger, p.ID); err != nil {
			t.Errorf("after the document was shown: %v", err)
		}
	})
}

func TestFactsFitThePerson(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		sitting := w.sitting(3, "2026-04-18", 30)
		const rest = `"education":[{"level":"college","field":"related","awarded":"2015-07-01"}],"work":[],"certificates":[],"training":[]}`
		for born, want := range map[string]registry.Code{`"1999-01-01"`: registry.InvalidInput, `"1980-01"`: ""} {
			_, err := w.Apply(t.Context(), w.clerk, registry.NewApplication{
				Person: w.person().ID, Sitting: sitting.ID, Facts: facts(t, `{"born":`+born+`,`+rest),
			})
			if want == "" {
				if err != nil {
					t.Errorf("born %s: %v", born, err)
				}
				continue
			}
			wantCode(t, err, want)
		}
	})
}

// Two centres issue for the same people at once: one certificate in force each.
func TestParallelSittingsGiveOneCertificate(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		first := w.sitting(3, "2026-04-18", 30)
		var applications []registry.Application
		for range 8 {
			applications = append(applications, w.apply(first, true))
		}
		w.season = w.announce("2026-03-01", "2026-03-31", "2026-04-01", "2026-04-30")
		second := w.sitting(3, "2026-04-19", 30)
		var others []registry.Application
		for _, a := range applications {
			o := must(t)(w.Apply(ctx, w.clerk, registry.NewApplication{Person: a.Person, Sitting: second.ID, Facts: levelThree(t)})).(registry.Application)
			others = append(others, must(t)(w.Admit(ctx, w.clerk, o.ID, o.Version)).(registry.Application))
		}
		w.clock.set(t, "2026-04-20")
		w.mark(first, "60", "60", applications...)
		w.mark(second, "60", "60", others...)
		errs := parallel(4, func(i int) error {
			_, err := w.IssueSitting(ctx, w.head, []string{first.ID, second.ID}[i%2])
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		certs, _, err := w.Certificates(ctx, w.head, registry.CertificateFilter{})
		if err != nil || len(certs) != 8 {
			t.Errorf("%d certificates for 8 people, %v", len(certs), err)
		}
	})
}

// What a certificate rests on cannot be decided again.
func TestRedecideKeepsEvidence(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		student := facts(t, `{"student":[{"level":"college","field":"own","finalYear":true,"graduates":"2026-07-01"}],"education":[],"work":[],"certificates":[],"training":[]}`)
		_, err := w.Apply(ctx, w.clerk, registry.NewApplication{Person: w.person().ID, Sitting: sitting.ID, Facts: student})
		wantCode(t, err, registry.ApplicationNotEligible) // csm-2007 takes no students
		a := w.apply(sitting, false)
		b, err := w.Redecide(ctx, w.clerk, a.ID, a.Version, facts(t, `{"education":[{"level":"bachelor","field":"own","awarded":"2012-07-01"}],"work":[],"certificates":[],"training":[]}`))
		if err != nil || b.Decided.FactsDigest == a.Decided.FactsDigest {
			t.Fatalf("Redecide before admission: %v", err)
		}
		b = must(t)(w.Admit(ctx, w.clerk, b.ID, b.Version)).(registry.Application)
		_, err = w.Redecide(ctx, w.clerk, b.ID, b.Version, levelThree(t))
		wantCode(t, err, registry.ApplicationClosed)
	})
}
