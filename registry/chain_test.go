package registry_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// wantCode fails the test unless err is a registry error with the code.
func wantCode(t testing.TB, err error, code registry.Code) {
	t.Helper()
	if e, ok := errors.AsType[*registry.Error](err); !ok || e.Code != code {
		t.Errorf("err = %v, want %s", err, code)
	}
}

func TestChainFromApplicationToLookUp(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		april := w.sitting(3, "2026-04-18", 30)
		a := w.apply(april, true)
		if a.Ticket != "1001200326041830001" {
			t.Errorf("ticket = %s, want 1001200326041830001", a.Ticket)
		}

		w.clock.set(t, "2026-04-20")
		w.mark(april, "60", "59", a)
		_, _, err := w.IssueOne(ctx, w.head, a.ID)
		wantCode(t, err, registry.CertificateNotDue)

		// The retake: only what was not passed is sat again.
		w.clock.set(t, "2026-05-10")
		w.season = w.announce("2026-05-01", "2026-05-31", "2026-06-01", "2026-06-30")
		june := w.sitting(3, "2026-06-20", 30)
		again := must(t)(w.Apply(ctx, w.clerk, registry.NewApplication{Person: a.Person, Sitting: june.ID, RetakeOf: a.ID})).(registry.Application)
		if len(again.Components) != 1 || again.Components[0] != "skills" {
			t.Fatalf("components of the retake = %v, want [skills]", again.Components)
		}
		again = must(t)(w.Admit(ctx, w.clerk, again.ID, again.Version)).(registry.Application)
		w.clock.set(t, "2026-06-22")
		w.mark(june, "", "60", again)
		cert, created, err := w.IssueOne(ctx, w.head, again.ID)
		if err != nil || !created {
			t.Fatalf("IssueOne = %v, created %v", err, created)
		}
		if cert.Number != "2610012003300001" {
			t.Errorf("number = %s, want 2610012003300001", cert.Number)
		}
		repeat, created, err := w.IssueOne(ctx, w.head, again.ID)
		if err != nil || created || repeat.Number != cert.Number {
			t.Errorf("issued again: %s, created %v, %v", repeat.Number, created, err)
		}

		found, err := w.LookUp(ctx, registry.Query{Number: "２６１０ 0120 0330 0001", Name: "测试 1"})
		if err != nil || found.Status != registry.StatusValid || found.Holder != "测**" || found.NameMatches == nil || !*found.NameMatches {
			t.Errorf("LookUp = %+v, %v", found, err)
		}
		if other, err := w.LookUp(ctx, registry.Query{Number: string(cert.Number), Name: "测试2"}); err != nil || *other.NameMatches {
			t.Errorf("LookUp with a wrong name = %+v, %v", other, err)
		}
		withdraw(t, w, cert)
		if found, err = w.LookUp(ctx, registry.Query{Number: string(cert.Number)}); err != nil || found.Status != registry.StatusWithdrawn || found.ReasonCode != "false-documents" || found.NameMatches != nil {
			t.Errorf("LookUp after the withdrawal = %+v, %v", found, err)
		}
		report, err := w.Audit(ctx, w.auditor, nil)
		if err != nil || len(report.Discrepancies) != 0 || report.Certificates != 1 {
			t.Errorf("Audit = %+v, %v", report, err)
		}
	})
}

// withdraw proposes and decides a withdrawal, and tries it with one person first.
func withdraw(t *testing.T, w *world, cert registry.Certificate) {
	t.Helper()
	ctx := t.Context()
	rec, err := w.ChangeStatus(ctx, w.chief, registry.NewStatusChange{
		Certificate: cert.Number, Version: cert.Version, Kind: registry.Withdraw, ReasonCode: "false-documents", Reason: "学历证书为伪造",
	})
	if err != nil || rec.Certificate.Status != registry.StatusValid || len(rec.Changes) != 1 {
		t.Fatalf("proposal = %+v, %v", rec, err)
	}
	decision := registry.StatusDecision{Certificate: cert.Number, Change: rec.Changes[0].ID, Accept: true}
	_, err = w.DecideStatusChange(ctx, w.chief, decision)
	wantCode(t, err, registry.StatusSamePerson)
	if rec, err = w.DecideStatusChange(ctx, w.deputy, decision); err != nil || rec.Certificate.Status != registry.StatusWithdrawn {
		t.Fatalf("decision = %+v, %v", rec, err)
	}
	_, err = w.DecideStatusChange(ctx, w.deputy, decision)
	wantCode(t, err, registry.StatusChangeDecided)
}

func TestIssueSittingIsIdempotentAndWithoutGaps(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		var pass, fail []registry.Application
		for range 5 {
			pass = append(pass, w.apply(sitting, true))
			fail = append(fail, w.apply(sitting, true))
		}
		waiting := w.apply(sitting, true)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "75.5", "60", pass...)
		w.mark(sitting, "59.99", "100", fail...)

		done, err := w.IssueSitting(ctx, w.head, sitting.ID)
		if err != nil || len(done.Issued) != 5 || len(done.NotDue) != 6 {
			t.Fatalf("IssueSitting = %d issued, %d not due, %v", len(done.Issued), len(done.NotDue), err)
		}
		for i, c := range done.Issued {
			if want := registry.Number(fmt.Sprintf("2610012003300%03d", i+1)); c.Number != want {
				t.Errorf("number %d = %s, want %s", i, c.Number, want)
			}
		}
		for _, n := range done.NotDue {
			want := registry.NotPassed
			if n.Application == waiting.ID {
				want = registry.ResultsMissing
			}
			if n.Reason != want {
				t.Errorf("not due because %s, want %s", n.Reason, want)
			}
		}
		again, err := w.IssueSitting(ctx, w.head, sitting.ID)
		if err != nil || len(again.Issued) != 0 || len(again.Existing) != 5 {
			t.Errorf("issued again: %+v, %v", again, err)
		}
	})
}

func TestApplyRefusesWithTheDecision(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		p := w.person()
		_, err := w.Apply(ctx, w.clerk, registry.NewApplication{
			Person: p.ID, Sitting: sitting.ID,
			Facts: facts(t, `{"work":[{"from":"2020-07-01","to":null,"occupation":"own"}],"education":[],"certificates":[],"training":[]}`),
		})
		wantCode(t, err, registry.ApplicationNotEligible)
		e, _ := errors.AsType[*registry.Error](err)
		var decision struct {
			Outcome  string
			Earliest struct{ On, Condition string }
		}
		if err := json.Unmarshal(e.Decision, &decision); err != nil {
			t.Fatal(err)
		}
		if decision.Outcome != "not-yet" || decision.Earliest.On != "2026-07-01" || decision.Earliest.Condition != "3.1" {
			t.Errorf("decision = %+v, want not-yet, 2026-07-01 under 3.1", decision)
		}
		list, _, err := w.Applications(ctx, w.head, registry.ApplicationFilter{})
		if err != nil || len(list) != 0 {
			t.Errorf("a refused application was written: %v, %v", list, err)
		}
	})
}

func TestJournalTellsEveryChangeAndNoPersonalData(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		sitting := w.sitting(3, "2026-04-18", 30)
		a := w.apply(sitting, true)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "60", "60", a)
		if _, err := w.IssueSitting(t.Context(), w.head, sitting.ID); err != nil {
			t.Fatal(err)
		}
		entries, next, err := w.Journal(t.Context(), w.auditor, registry.JournalFilter{Limit: 200})
		if err != nil || next != 0 {
			t.Fatal(err, next)
		}
		actions := map[registry.Action]int{}
		for i, e := range entries {
			actions[e.Action]++
			if i > 0 && e.Seq <= entries[i-1].Seq {
				t.Errorf("entry %d follows %d", e.Seq, entries[i-1].Seq)
			}
			if text := fmt.Sprint(e); strings.Contains(text, "测试") || strings.Contains(text, citizenNumber(1)) {
				t.Errorf("personal data in the journal: %s", text)
			}
		}
		for _, want := range []registry.Action{registry.PersonRegistered, registry.ApplicationSubmitted, registry.ApplicationAdmitted, registry.ResultEntered, registry.ResultConfirmedBy, registry.CertificateIssued} {
			if actions[want] == 0 {
				t.Errorf("the journal has no %s", want)
			}
		}
		if _, _, err := w.Journal(t.Context(), w.clerk, registry.JournalFilter{}); !errors.Is(err, registry.ErrForbidden) {
			t.Errorf("a clerk reads the journal: %v", err)
		}
	})
}

// Whichever way an unknown major falls, one condition or another holds: the
// applicant is let in although no single condition can be cited.
func TestApplyEligibleByEveryCompletion(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		sitting := w.sitting(3, "2026-04-18", 30)
		a, err := w.Apply(t.Context(), w.clerk, registry.NewApplication{
			Person: w.person().ID, Sitting: sitting.ID,
			Facts: facts(t, `{"education":[{"level":"college","field":"unknown","awarded":"2015-07-01"}],
				"work":[{"from":"2022-01-01","to":null,"occupation":"own"}],"certificates":[],"training":[]}`),
		})
		if err != nil || a.Decided.Outcome != "eligible" || a.Decided.Condition != "" {
			t.Errorf("Apply: %q by %q, %v, want eligible without a condition", a.Decided.Outcome, a.Decided.Condition, err)
		}
	})
}
