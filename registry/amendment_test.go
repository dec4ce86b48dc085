package registry_test

import (
	"errors"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// resultOf is a result of an application as it counts.
func (w *world) resultOf(a registry.Application, component string) registry.Result {
	w.t.Helper()
	for _, res := range must(w.t)(w.ResultsOfApplication(w.t.Context(), w.chief, a.ID)).([]registry.Result) {
		if res.Component == component {
			return res
		}
	}
	w.t.Fatalf("application %s has no result in %s", a.ID, component)
	return registry.Result{}
}

// propose proposes an amendment of a result as it counts.
func (w *world) propose(by registry.Caller, a registry.Application, component string, in registry.NewAmendment) (registry.AmendmentDecision, error) {
	w.t.Helper()
	res := w.resultOf(a, component)
	in.Sitting, in.Result, in.Version, in.Reason = a.Sitting, res.ID, res.Version, "复核发现漏计。"
	rec, err := w.ProposeAmendment(w.t.Context(), by, in)
	if err != nil {
		return registry.AmendmentDecision{}, err
	}
	last := rec.Amendments[len(rec.Amendments)-1]
	return registry.AmendmentDecision{Sitting: a.Sitting, Result: res.ID, Amendment: last.ID, Accept: true}, nil
}

// amend proposes an amendment and has it accepted.
func (w *world) amend(a registry.Application, component string, in registry.NewAmendment) (registry.ResultRecord, error) {
	w.t.Helper()
	decision, err := w.propose(w.head, a, component, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.DecideAmendment(w.t.Context(), w.guide, decision)
}

func (w *world) auditFindsNothing() {
	w.t.Helper()
	report, err := w.Audit(w.t.Context(), w.auditor, nil)
	if err != nil || len(report.Discrepancies) != 0 {
		w.t.Errorf("Audit: got %+v, %v, want nothing", report.Discrepancies, err)
	}
}

func scored(raw string) registry.NewAmendment {
	return registry.NewAmendment{Kind: registry.Review, Raw: raw}
}

func void() registry.NewAmendment {
	return registry.NewAmendment{Kind: registry.Misconduct, Void: true}
}

// A review makes a pass of a fail; the certificate rests on it, and goes before
// the pass does.
func TestAmendments(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		a := w.apply(sitting, true)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "60", "59", a)
		w.clock.set(t, "2026-04-27")
		rec, err := w.amend(a, "skills", scored("61"))
		if err != nil || rec.Result.Final != 6100 || rec.Result.Version != 3 || rec.Confirmed.Final != 5900 || rec.Amendments[0].State != registry.Effective {
			t.Fatalf("amended: got %+v, %v, want 61, and 59 kept", rec, err)
		}
		if got := w.resultOf(a, "skills"); got != rec.Result {
			t.Errorf("as the store has it: got %+v, want %+v", got, rec.Result)
		}
		p, err := w.ProgressOf(ctx, a.Code)
		if err != nil || len(p.Results) != 2 || p.Results[0] != rec.Result || p.Results[0].AmendedAt != w.clock.now() {
			t.Errorf("what the applicant sees: got %+v, %v, want the amended result with its day", p.Results, err)
		}
		cert, _, err := w.IssueOne(ctx, w.head, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		w.auditFindsNothing()

		// It stays a pass: the certificate still rests on what it was issued for.
		if rec, err = w.amend(a, "skills", scored("65")); err != nil || rec.Result.Final != 6500 {
			t.Errorf("amended again: got %+v, %v, want 65", rec.Result, err)
		}
		w.auditFindsNothing()

		_, err = w.amend(a, "skills", void())
		wantCode(t, err, registry.ResultCertified)
		withdraw(t, w, cert)
		waiting := must(t)(w.ResultRecord(ctx, w.guide, a.Sitting, rec.Result.ID)).(registry.ResultRecord)
		rec, err = w.DecideAmendment(ctx, w.guide, registry.AmendmentDecision{
			Sitting: a.Sitting, Result: rec.Result.ID, Amendment: waiting.Amendments[2].ID, Accept: true,
		})
		if err != nil || rec.Result.Mark != registry.Void || rec.Result.Final != 0 {
			t.Errorf("after the withdrawal: got %+v, %v, want void", rec.Result, err)
		}
		w.auditFindsNothing()
		if got := w.actions(registry.ResultAmended); got != 3 {
			t.Errorf("the journal tells of %d amendments, want 3", got)
		}
	})
}

// actions counts the entries of the journal for an action.
func (w *world) actions(a registry.Action) int {
	w.t.Helper()
	entries, _, err := w.Journal(w.t.Context(), w.auditor, registry.JournalFilter{Action: a, Limit: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	return len(entries)
}

// Two subjects amend a result, and neither is who entered it first.
func TestAmendmentsTakeTwo(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		a := w.apply(sitting, true)
		w.clock.set(t, "2026-04-20")
		var lines []registry.Entered
		for _, c := range a.Components {
			lines = append(lines, registry.Entered{Ticket: a.Ticket, Component: c, Raw: "59"})
		}
		must(t)(w.EnterResults(ctx, w.guide, sitting.ID, lines))
		_, err := w.propose(w.head, a, "theory", scored("60"))
		wantCode(t, err, registry.ResultNotConfirmed)
		w.confirm(w.second, sitting)

		decision, err := w.propose(w.chief, a, "theory", scored("60"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.propose(w.clerk, a, "theory", scored("61"))
		wantCode(t, err, registry.AmendmentWaiting)
		for _, by := range []registry.Caller{w.chief, w.guide} { // who proposed it, who entered the result
			_, err = w.DecideAmendment(ctx, by, decision)
			wantCode(t, err, registry.AmendmentSamePerson)
		}
		for _, by := range []registry.Caller{w.head, w.clerk, w.auditor} {
			_, err = w.DecideAmendment(ctx, by, decision)
			wantCode(t, err, registry.Forbidden)
		}
		_, err = w.DecideAmendment(ctx, w.neighbour, decision)
		wantCode(t, err, registry.SittingNotFound)
		refusal := decision
		refusal.Accept = false
		rec, err := w.DecideAmendment(ctx, w.deputy, refusal)
		if err != nil || rec.Result.Final != 5900 || rec.Amendments[0].State != registry.Refused {
			t.Errorf("refused: got %+v, %v, want 59 as before", rec, err)
		}
		_, err = w.DecideAmendment(ctx, w.deputy, decision)
		wantCode(t, err, registry.AmendmentDecided)
		decision.Amendment = decision.Result
		_, err = w.DecideAmendment(ctx, w.deputy, decision)
		wantCode(t, err, registry.AmendmentNotFound)
	})
}

// Who proposed an amendment may take it back, whatever their role, and not
// accept it; nobody else's is theirs to refuse.
func TestProposersTakeAmendmentsBack(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		a := w.apply(sitting, true)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "60", "59", a) // entered by the clerk
		for i, by := range []registry.Caller{w.head, w.clerk, w.chief} {
			decision := must(t)(w.propose(by, a, "skills", scored("61"))).(registry.AmendmentDecision)
			_, err := w.DecideAmendment(ctx, by, decision)
			want := registry.Forbidden
			if by == w.chief {
				want = registry.AmendmentSamePerson
			}
			wantCode(t, err, want)
			decision.Accept = false
			for other, want := range map[registry.Caller]registry.Code{
				w.second: registry.Forbidden, w.auditor: registry.Forbidden, w.stranger: registry.SittingNotFound,
			} {
				_, err = w.DecideAmendment(ctx, other, decision)
				wantCode(t, err, want)
			}
			rec, err := w.DecideAmendment(ctx, by, decision)
			if err != nil || rec.Result.Final != 5900 || rec.Result.Version != 2 {
				t.Fatalf("taken back: got %+v, %v, want 59 as before", rec.Result, err)
			}
			if got := rec.Amendments[i]; got.State != registry.Refused || got.DecidedBy != by.Subject || got.ProposedBy != by.Subject {
				t.Errorf("taken back: got %+v, want it refused by %s", got, by.Subject)
			}
			_, err = w.DecideAmendment(ctx, by, decision)
			wantCode(t, err, registry.AmendmentDecided)
		}
		if got := w.actions(registry.ResultAmendmentRefused); got != 3 {
			t.Errorf("the journal tells of %d refusals, want 3", got)
		}
		if rec, err := w.amend(a, "skills", scored("61")); err != nil || rec.Result.Final != 6100 {
			t.Errorf("proposed again: got %+v, %v, want 61", rec.Result, err)
		}
		w.auditFindsNothing()
	})
}

func TestProposalsAreChecked(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		sitting, other := w.sitting(3, "2026-04-18", 30), w.sitting(3, "2026-04-19", 30)
		a := w.apply(sitting, true)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "60", "59", a)
		res := w.resultOf(a, "skills")
		good := registry.NewAmendment{Sitting: a.Sitting, Result: res.ID, Version: res.Version, Kind: registry.EntryError, Reason: "抄录有误。", Raw: "95"}
		for name, tt := range map[string]struct {
			by    registry.Caller
			spoil func(*registry.NewAmendment)
			want  registry.Code
		}{
			"no kind":             {w.head, func(in *registry.NewAmendment) { in.Kind = "" }, registry.InvalidInput},
			"no reason":           {w.head, func(in *registry.NewAmendment) { in.Reason = " " }, registry.InvalidInput},
			"no score":            {w.head, func(in *registry.NewAmendment) { in.Raw = "" }, registry.InvalidInput},
			"beyond the scale":    {w.head, func(in *registry.NewAmendment) { in.Raw = "101" }, registry.InvalidInput},
			"absent with a score": {w.head, func(in *registry.NewAmendment) { in.Absent = true }, registry.InvalidInput},
			"what it is already":  {w.head, func(in *registry.NewAmendment) { in.Raw = "59" }, registry.InvalidInput},
			"an old version":      {w.head, func(in *registry.NewAmendment) { in.Version-- }, registry.VersionChanged},
			"another sitting":     {w.head, func(in *registry.NewAmendment) { in.Sitting = other.ID }, registry.ResultNotFound},
			"no such result":      {w.head, func(in *registry.NewAmendment) { in.Result = a.ID }, registry.ResultNotFound},
			"somebody else's":     {w.stranger, func(*registry.NewAmendment) {}, registry.SittingNotFound},
			"an auditor":          {w.auditor, func(*registry.NewAmendment) {}, registry.Forbidden},
		} {
			in := good
			tt.spoil(&in)
			_, err := w.ProposeAmendment(t.Context(), tt.by, in)
			if e, ok := errors.AsType[*registry.Error](err); !ok || e.Code != tt.want {
				t.Errorf("%s: err = %v, want %s", name, err, tt.want)
			}
		}
		if rec, err := w.ProposeAmendment(t.Context(), w.clerk, good); err != nil || rec.Result.Final != 5900 {
			t.Errorf("proposed: got %+v, %v, want 59 until it is decided", rec.Result, err)
		}
	})
}

// A pass that is void by an amendment is sat again.
func TestAmendedPassIsNotKept(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		april := w.sitting(3, "2026-04-18", 30)
		a := w.apply(april, true)
		w.clock.set(t, "2026-04-20")
		w.mark(april, "60", "59", a)
		if _, err := w.amend(a, "theory", void()); err != nil {
			t.Fatal(err)
		}
		w.clock.set(t, "2026-05-10")
		w.season = w.announce("2026-05-01", "2026-05-31", "2026-06-01", "2026-06-30")
		june := w.sitting(3, "2026-06-20", 30)
		again, err := w.Apply(t.Context(), w.clerk, registry.NewApplication{Person: a.Person, Sitting: june.ID, RetakeOf: a.ID})
		if err != nil || len(again.Components) != 2 {
			t.Errorf("components of the retake: got %v, %v, want both", again.Components, err)
		}
	})
}

// Whatever comes first, issuing or amending: no certificate in force rests on a
// result that was not passed when both are done.
func TestAmendingRacesWithIssuing(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		april := w.sitting(3, "2026-04-18", 30)
		var first, second []registry.Application
		for range 6 {
			first = append(first, w.apply(april, true))
		}
		w.clock.set(t, "2026-04-20")
		w.mark(april, "60", "59", first...)
		w.clock.set(t, "2026-05-10")
		w.season = w.announce("2026-05-01", "2026-05-31", "2026-06-01", "2026-06-30")
		june := w.sitting(3, "2026-06-20", 30)
		for _, a := range first {
			again := must(t)(w.Apply(ctx, w.clerk, registry.NewApplication{Person: a.Person, Sitting: june.ID, RetakeOf: a.ID})).(registry.Application)
			second = append(second, must(t)(w.Admit(ctx, w.clerk, again.ID, again.Version)).(registry.Application))
		}
		w.clock.set(t, "2026-06-22")
		w.mark(june, "", "60", second...)
		decisions := make([]registry.AmendmentDecision, len(first))
		for i, a := range first {
			decisions[i] = must(t)(w.propose(w.head, a, "theory", void())).(registry.AmendmentDecision)
		}
		errs := parallel(2*len(first), func(i int) error {
			if i%2 == 0 {
				_, err := w.DecideAmendment(ctx, w.guide, decisions[i/2])
				return err
			}
			_, _, err := w.IssueOne(ctx, w.head, second[i/2].ID)
			return err
		})
		for i := range first {
			decided, issued := errs[2*i], errs[2*i+1]
			if (decided == nil) == (issued == nil) {
				t.Errorf("person %d: amending reports %v and issuing %v, want one of them to be refused", i, decided, issued)
			}
			if decided != nil {
				wantCode(t, decided, registry.ResultCertified)
			}
			if issued != nil {
				wantCode(t, issued, registry.CertificateNotDue)
			}
		}
		w.auditFindsNothing()
	})
}

func TestParallelProposalsAndDecisions(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		sitting := w.sitting(3, "2026-04-18", 30)
		a := w.apply(sitting, true)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "60", "59", a)
		decisions := make([]registry.AmendmentDecision, 6)
		once(t, registry.AmendmentWaiting, parallel(len(decisions), func(i int) (err error) {
			decisions[i], err = w.propose(w.head, a, "skills", scored("60"))
			return err
		}))
		var decision registry.AmendmentDecision
		for _, d := range decisions {
			if d.Amendment != "" {
				decision = d
			}
		}
		once(t, registry.AmendmentDecided, parallel(6, func(i int) error {
			_, err := w.DecideAmendment(t.Context(), []registry.Caller{w.guide, w.chief, w.deputy}[i%3], decision)
			return err
		}))
		if got := w.resultOf(a, "skills"); got.Final != 6000 || got.Version != 3 {
			t.Errorf("got %+v, want 60 at version 3", got)
		}
	})
}

// once fails the test unless one of the attempts succeeded and all others were refused so.
func once(t *testing.T, refused registry.Code, errs []error) {
	t.Helper()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
			continue
		}
		wantCode(t, err, refused)
	}
	if done != 1 {
		t.Errorf("%d of %d attempts succeeded, want one", done, len(errs))
	}
}
