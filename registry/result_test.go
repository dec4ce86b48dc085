package registry_test

import (
	"fmt"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// enter enters one score.
func (w *world) enter(by registry.Caller, s registry.Sitting, ticket, component, raw string) {
	w.t.Helper()
	if _, err := w.EnterResults(w.t.Context(), by, s.ID, []registry.Entered{{Ticket: ticket, Component: component, Raw: raw}}); err != nil {
		w.t.Fatal(err)
	}
}

// What is confirmed is what was read, and nothing else.
func TestResultsAreConfirmedAsRead(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		a, b := w.apply(sitting, true), w.apply(sitting, true)
		w.clock.set(t, "2026-04-20")
		for _, app := range []registry.Application{b, a} {
			w.enter(w.clerk, sitting, app.Ticket, "theory", "60")
			w.enter(w.clerk, sitting, app.Ticket, "skills", "61")
		}
		read := func(component string) registry.ResultSheet {
			t.Helper()
			return must(t)(w.ResultsOfSitting(ctx, w.second, sitting.ID, component)).(registry.ResultSheet)
		}
		confirm := func(component string, sheet registry.ResultSheet) error {
			_, err := w.ConfirmResults(ctx, w.second, registry.Confirming{Sitting: sitting.ID, Component: component, Read: sheet.Tag})
			return err
		}
		all, theory := read(""), read("theory")
		order := ""
		for _, r := range all.Results {
			order += fmt.Sprintln(r.Ticket, r.Component)
		}
		if want := fmt.Sprintf("%[1]s skills\n%[1]s theory\n%[2]s skills\n%[2]s theory\n", a.Ticket, b.Ticket); order != want {
			t.Errorf("order: got\n%swant\n%s", order, want)
		}
		if len(theory.Results) != 2 {
			t.Errorf("results in theory: got %d, want 2", len(theory.Results))
		}
		w.enter(w.clerk, sitting, a.Ticket, "skills", "59")
		wantCode(t, confirm("", all), registry.VersionChanged)
		wantCode(t, confirm("theory", all), registry.VersionChanged)
		wantCode(t, confirm("", registry.ResultSheet{}), registry.VersionChanged)
		if err := confirm("theory", theory); err != nil { // nothing in theory was changed
			t.Errorf("confirm theory: %v", err)
		}
		wantCode(t, confirm("theory", theory), registry.VersionChanged) // confirmed meanwhile
		if err := confirm("", read("")); err != nil {
			t.Errorf("confirm the rest: %v", err)
		}
		_, err := w.ResultsOfSitting(ctx, w.second, sitting.ID, "astrology")
		wantCode(t, err, registry.InvalidInput)
	})
}
