package registry_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/registry"
)

// held is the register of w as a server on hold answers for it.
func (w *world) held(s *db.DB) *registry.Registry {
	w.t.Helper()
	library, err := eligibility.Embedded()
	if err != nil {
		w.t.Fatal(err)
	}
	held, err := registry.New(registry.Config{
		Store: s, Library: library, Now: w.clock.now, CoversSince: 2007, Hold: func() error { return errors.New("log is smaller than it was") },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return held
}

// A register on hold says no where a no stays one, or was one when it last knew
// (suspended), and else neither yes nor no.
func TestNoYesOnHold(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, first, last := reprinted(t, s)
		held, n := w.held(s), string(last.Number)
		number := registry.Lookup{Number: last.Number, OnHold: true, DataAsOf: w.clock.now()}
		unknown := registry.Query{Number: "2610012003399999"}
		want := func(q registry.Query, want registry.Verdict) {
			t.Helper()
			answers, err := held.Verify(t.Context(), []registry.Query{q})
			if err != nil || answers[0].Verdict != want {
				t.Errorf("%+v: got %+v, %v, want %s", q, answers, err, want)
			}
			l, err := held.LookUp(t.Context(), q)
			if refused, ok := errors.AsType[*registry.Error](err); ok && (refused.Code == registry.OutsideCoverage || refused.Code == registry.NumberUnreadable) {
				return
			}
			if err != nil || l.Verdict() != want {
				t.Errorf("look-up of %+v: got %s, %v, want %s", q, l.Verdict(), err, want)
			}
			number.Number = registry.NormaliseNumber(q.Number)
			if want == registry.VerdictUnconfirmed && !reflect.DeepEqual(l, number) {
				t.Errorf("look-up of %+v: told %+v, want no more than %+v", q, l, number)
			}
			if l.Status == registry.StatusValid {
				t.Errorf("look-up of %+v: told %+v, want no valid status", q, l)
			}
		}
		want(registry.Query{Number: n, Paper: last.Paper}, registry.VerdictUnconfirmed)
		want(registry.Query{Number: n, Paper: last.Paper, Name: last.Holder}, registry.VerdictUnconfirmed)
		want(registry.Query{Number: n, Version: 5}, registry.VerdictUnconfirmed)
		want(registry.Query{Number: n}, registry.VerdictUnconfirmed)
		want(registry.Query{Number: n, Version: 6}, registry.VerdictUnconfirmed) // it may have been printed since
		want(unknown, registry.VerdictUnconfirmed)                               // it may have been given since
		want(registry.Query{Number: n, Paper: first.Paper}, registry.VerdictSuperseded)
		want(registry.Query{Number: n, Name: first.Holder}, registry.VerdictUnconfirmed) // it may have been corrected since
		want(registry.Query{Number: "0610012003300001"}, registry.VerdictOutside)
		want(registry.Query{Number: "123"}, registry.VerdictUnreadable)
		suspended := must(t)(w.ChangeStatus(t.Context(), w.chief, registry.NewStatusChange{
			Certificate: last.Number, Version: last.Version, Kind: registry.Suspend, ReasonCode: "investigation", Reason: "核查",
		})).(registry.CertificateRecord)
		want(registry.Query{Number: n, Paper: last.Paper}, registry.VerdictSuspended)
		must(t)(w.ChangeStatus(t.Context(), w.chief, registry.NewStatusChange{
			Certificate: last.Number, Version: suspended.Certificate.Version, Kind: registry.Cancel, ReasonCode: "holder-request", Reason: "本人申请",
		}))
		want(registry.Query{Number: n, Paper: last.Paper}, registry.VerdictCancelled)
		want(registry.Query{Number: n, Paper: "P00000009"}, registry.VerdictCancelled)
	})
}

// What would be lost with an old database, or let in whom it was closed to in
// the meantime, is refused on hold.
func TestRefusedOnHold(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert := certified(t, s)
		held, ctx := w.held(s), t.Context()
		proof := registry.HolderProof{Code: cert.Code, Name: cert.Holder}
		in := registry.NewLink{Purpose: "应聘", ExpiresOn: w.Today().AddDays(1)}
		link := must(t)(w.MakeLink(ctx, proof, "192.0.2.7", in)).(registry.Link)
		for name, do := range map[string]func() error{
			"own view":     func() error { _, err := held.Holder(ctx, proof); return err },
			"new link":     func() error { _, err := held.MakeLink(ctx, proof, "192.0.2.7", in); return err },
			"end of link":  func() error { return held.RevokeLink(ctx, proof, "192.0.2.7", link.Code) },
			"link":         func() error { _, err := held.OpenLink(ctx, link.Code, "192.0.2.7"); return err },
			"status list":  func() error { _, err := held.StatusList(ctx, 1); return err },
			"unknown list": func() error { _, err := held.StatusList(ctx, 9); return err },
			"unknown code": func() error { _, err := held.LookUpCode(ctx, "0000-0000-0000-0000-0", 1); return err },
			"proposal": func() error {
				_, err := held.ChangeStatus(ctx, w.chief, registry.NewStatusChange{
					Certificate: cert.Number, Version: 1, Kind: registry.Withdraw, ReasonCode: "misconduct", Reason: "替考",
				})
				return err
			},
			"decision": func() error {
				_, err := held.DecideStatusChange(ctx, w.chief, registry.StatusDecision{Certificate: cert.Number, Change: "x"})
				return err
			},
			"reissue": func() error { _, err := held.Reissue(ctx, w.head, cert.Number, 1, "遗失"); return err },
		} {
			err := do()
			if err == nil {
				t.Errorf("%s: got none, want it refused", name)
				continue
			}
			wantCode(t, err, registry.RegisterOnHold)
		}
		if l, err := held.LookUpCode(ctx, cert.Code, 1); err != nil || l.Verdict() != registry.VerdictUnconfirmed || l.Holder != "" {
			t.Errorf("look-up by code: got %+v, %v, want unconfirmed, and nothing told", l, err)
		}
		if view, err := w.OpenLink(ctx, link.Code, "192.0.2.7"); err != nil || view.Lookup.Verdict() != registry.VerdictValid {
			t.Errorf("link after the hold: got %+v, %v, want it as before", view, err)
		}
	})
}
