package registry_test

import (
	"strings"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// nextEdition is csm-2007 with the identifier id and one more year asked for in 3.1.
func nextEdition(t *testing.T, w *world, id string) []byte {
	t.Helper()
	rules, ok := w.Library().ByID("csm-2007")
	if !ok {
		t.Fatal("csm-2007 is not embedded")
	}
	text := strings.ReplaceAll(string(rules.Canonical()), `"csm-2007"`, `"`+id+`"`)
	return []byte(strings.ReplaceAll(text, `"P6Y"`, `"P7Y"`))
}

func TestEditionIsPublishedByTwoAndGovernsFromItsDay(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		before := w.apply(sitting, false)
		_, err := w.SubmitEdition(ctx, w.chief, []byte(`{"format":"certreg.ruleset/1"}`))
		wantCode(t, err, registry.InvalidInput)
		e, err := w.SubmitEdition(ctx, w.chief, nextEdition(t, w, "csm-2026"))
		if err != nil || e.State != registry.EditionDraft {
			t.Fatalf("submit = %+v, %v", e, err)
		}
		_, err = w.SubmitEdition(ctx, w.chief, nextEdition(t, w, "csm-2026"))
		wantCode(t, err, registry.EditionExists)
		_, err = w.ScheduleEdition(ctx, w.chief, e.Digest, day(t, "2026-03-10"))
		wantCode(t, err, registry.EditionNotReviewed)
		_, err = w.ReviewEdition(ctx, w.chief, e.Digest, true, "")
		wantCode(t, err, registry.EditionSamePerson)
		if _, err = w.ReviewEdition(ctx, w.deputy, e.Digest, true, "核对原文"); err != nil {
			t.Fatal(err)
		}
		_, err = w.ScheduleEdition(ctx, w.chief, e.Digest, day(t, "2026-03-01"))
		wantCode(t, err, registry.InvalidInput)
		if _, err = w.ScheduleEdition(ctx, w.chief, e.Digest, day(t, "2026-03-10")); err != nil {
			t.Fatal(err)
		}
		w.wantState(t, e.Digest, registry.EditionScheduled)
		rules, err := w.Rules(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for on, want := range map[string]string{"2026-03-09": "csm-2007", "2026-03-10": "csm-2026"} {
			if got, ok := rules.Governing(occupation, day(t, on)); !ok || got.ID() != want {
				t.Errorf("on %s %s governs, want %s", on, got.ID(), want)
			}
		}
		w.clock.set(t, "2026-03-10")
		w.wantState(t, e.Digest, registry.EditionInForce)
		if after := w.apply(sitting, false); after.Decided.RuleSet != "csm-2026" || before.Decided.RuleSet != "csm-2007" {
			t.Errorf("decided by %s before and %s after", before.Decided.RuleSet, after.Decided.RuleSet)
		}
		report, err := w.AuditDecisions(ctx, w.auditor, nil)
		if err != nil || report.Decisions != 2 || len(report.Discrepancies) != 0 {
			t.Errorf("AuditDecisions = %+v, %v", report, err)
		}
		w.supersede(t)
	})
}

// supersede publishes one more edition and checks what becomes of the first.
func (w *world) supersede(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	e, err := w.SubmitEdition(ctx, w.chief, nextEdition(t, w, "csm-2027"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.ReviewEdition(ctx, w.deputy, e.Digest, true, ""); err != nil {
		t.Fatal(err)
	}
	_, err = w.ScheduleEdition(ctx, w.chief, e.Digest, day(t, "2026-03-10"))
	wantCode(t, err, registry.InvalidInput) // the earlier one begins on that day
	if _, err := w.ScheduleEdition(ctx, w.chief, e.Digest, day(t, "2026-03-11")); err != nil {
		t.Fatal(err)
	}
	refused, err := w.SubmitEdition(ctx, w.chief, nextEdition(t, w, "csm-2028"))
	if err != nil {
		t.Fatal(err)
	}
	if refused, err = w.ReviewEdition(ctx, w.deputy, refused.Digest, false, "与原文不符"); err != nil || refused.State != registry.EditionRefused {
		t.Errorf("refused = %+v, %v", refused, err)
	}
	w.clock.set(t, "2026-03-11")
	_, err = w.ReviewEdition(ctx, w.auditor, e.Digest, true, "")
	wantCode(t, err, registry.Forbidden)
	states := map[registry.EditionState]int{}
	editions, err := w.Editions(ctx, w.auditor)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range editions {
		states[e.State]++
	}
	if states[registry.EditionInForce] != 1 || states[registry.EditionSuperseded] != 1 || states[registry.EditionRefused] != 1 {
		t.Errorf("states = %v, want one in force, one superseded, one refused", states)
	}
}

// Who submitted a draft may take it back, and its identifier is free again.
func TestSubmittersTakeEditionsBack(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		document := nextEdition(t, w, "csm-2026")
		e := must(t)(w.SubmitEdition(ctx, w.chief, document)).(registry.Edition)
		e, err := w.ReviewEdition(ctx, w.chief, e.Digest, false, "抄录有误，另行提交")
		if err != nil || e.State != registry.EditionRefused || e.ReviewedBy != "chief" {
			t.Fatalf("taken back: got %+v, %v, want it refused by the chief", e, err)
		}
		_, err = w.ReviewEdition(ctx, w.deputy, e.Digest, true, "")
		wantCode(t, err, registry.EditionDecided)
		_, err = w.ScheduleEdition(ctx, w.chief, e.Digest, day(t, "2026-03-10"))
		wantCode(t, err, registry.EditionNotReviewed)
		mended := strings.ReplaceAll(string(document), `"P7Y"`, `"P8Y"`)
		if e, err = w.SubmitEdition(ctx, w.chief, []byte(mended)); err != nil || e.State != registry.EditionDraft {
			t.Errorf("submitted again: got %+v, %v, want a draft", e, err)
		}
	})
}

func (w *world) wantState(t *testing.T, digest string, want registry.EditionState) {
	t.Helper()
	editions, err := w.Editions(t.Context(), w.auditor)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range editions {
		if e.Digest == digest && e.State != want {
			t.Errorf("edition is %s, want %s", e.State, want)
		}
	}
}
