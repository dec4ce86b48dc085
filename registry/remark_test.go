package registry_test

import (
	"errors"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// wantField wants an error of a code whose first field is at pointer.
func wantField(t *testing.T, err error, code registry.Code, pointer string) {
	t.Helper()
	e, ok := errors.AsType[*registry.Error](err)
	if !ok || e.Code != code || len(e.Fields) == 0 || e.Fields[0].Pointer != pointer || e.Fields[0].Detail.ZH == "" || e.Fields[0].Detail.EN == "" {
		t.Errorf("err = %v, want %s at %s", err, code, pointer)
	}
}

// entries is how many entries the journal has, of 200 at most.
func (w *world) entries() int {
	w.t.Helper()
	entries, next, err := w.Journal(w.t.Context(), w.auditor, registry.JournalFilter{Limit: 200})
	if err != nil || next != 0 {
		w.t.Fatalf("journal: got %d entries and more from %d, %v", len(entries), next, err)
	}
	return len(entries)
}

// No text that anybody writes into the register takes an identity number.
func TestTextsNameNobody(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		a, unmarked, waiting := w.apply(sitting, true), w.apply(sitting, true), w.apply(sitting, false)
		edition := must(t)(w.SubmitEdition(ctx, w.chief, nextEdition(t, w, "csm-2026"))).(registry.Edition)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "61.5", "88", a)
		cert, _, err := w.IssueOne(ctx, w.head, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		withdrawal := must(t)(w.alter(cert, registry.Withdraw)).(registry.StatusChange)
		res := w.resultOf(a, "skills")
		amendment := registry.NewAmendment{Sitting: sitting.ID, Result: res.ID, Version: res.Version, Kind: registry.Review, Reason: "复核", Raw: "89"}
		proposed := must(t)(w.ProposeAmendment(ctx, w.clerk, amendment)).(registry.ResultRecord).Amendments[0]
		before := w.entries()

		text := "张某，身份证 320102 19800101 " + citizenNumber(1)[14:]
		amendment.Result, amendment.Reason = w.resultOf(a, "theory").ID, text
		for name, tt := range map[string]struct {
			at string
			do func() error
		}{
			"reason of a suspension": {"/reason", func() error {
				_, err := w.ChangeStatus(ctx, w.chief, registry.NewStatusChange{Certificate: cert.Number, Version: 1, Kind: registry.Suspend, ReasonCode: "other", Reason: text})
				return err
			}},
			"answer to a withdrawal": {"/reason", func() error {
				_, err := w.DecideStatusChange(ctx, w.deputy, registry.StatusDecision{Certificate: cert.Number, Change: withdrawal.ID, Answer: text})
				return err
			}},
			"reason of another print": {"/reason", func() error { _, err := w.Reissue(ctx, w.head, cert.Number, 1, text); return err }},
			"reason of a rejection":   {"/reason", func() error { _, err := w.Reject(ctx, w.clerk, waiting.ID, 1, text); return err }},
			"reason to withdraw an application": {"/reason", func() error {
				_, err := w.WithdrawApplication(ctx, w.clerk, waiting.ID, 1, text)
				return err
			}},
			"reason of a result": {"/results/0/reason", func() error {
				_, err := w.EnterResults(ctx, w.clerk, sitting.ID, []registry.Entered{{Ticket: unmarked.Ticket, Component: "theory", Void: true, Reason: text}})
				return err
			}},
			"reason of an amendment": {"/reason", func() error { _, err := w.ProposeAmendment(ctx, w.clerk, amendment); return err }},
			"answer to an amendment": {"/reason", func() error {
				_, err := w.DecideAmendment(ctx, w.deputy, registry.AmendmentDecision{Sitting: sitting.ID, Result: res.ID, Amendment: proposed.ID, Answer: text})
				return err
			}},
			"note of a review": {"/note", func() error { _, err := w.ReviewEdition(ctx, w.deputy, edition.Digest, true, text); return err }},
			"purpose of a link": {"/purpose", func() error {
				_, err := w.MakeLink(ctx, registry.HolderProof{Code: cert.Code, Name: cert.Holder}, "", registry.NewLink{Purpose: text, ExpiresOn: day(t, "2026-05-01")})
				return err
			}},
		} {
			t.Run(name, func(t *testing.T) { wantField(t, tt.do(), registry.IdentityInText, tt.at) })
		}
		if after := w.entries(); after != before {
			t.Errorf("journal: got %d entries, want %d as before", after, before)
		}
	})
}

// What is wrong about a person is not told in words: a correction has its code.
func TestCorrectionsTakeNoText(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert := certified(t, s)
		ctx := t.Context()
		w.rename(cert, "测试改")
		in := registry.NewStatusChange{Certificate: cert.Number, Version: 1, Kind: registry.Correct, ReasonCode: "name-changed", Reason: "原名测试1。"}
		_, err := w.ChangeStatus(ctx, w.chief, in)
		wantField(t, err, registry.InvalidInput, "/reason")
		change := must(t)(w.proposeCorrection(cert.Number)).(registry.StatusChange)
		for _, accept := range []bool{true, false} {
			_, err = w.DecideStatusChange(ctx, w.deputy, registry.StatusDecision{Certificate: cert.Number, Change: change.ID, Accept: accept, Answer: "同意改为测试改。"})
			wantField(t, err, registry.InvalidInput, "/reason")
		}
		rec, err := w.decide(w.deputy, change, true)
		if err != nil || rec.Changes[0].Reason != "" || rec.Changes[0].Answer != "" || rec.Prints[1].Reason != "name-changed" {
			t.Errorf("corrected: got %+v, %v, want the code alone", rec, err)
		}
	})
}
