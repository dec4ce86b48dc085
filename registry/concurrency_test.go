package registry_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// parallel runs f n times at once and returns what each reported.
func parallel(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	return errs
}

func TestParallelIssuingNeitherDoublesNorSkips(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sittings := []registry.Sitting{w.sitting(3, "2026-04-18", 30), w.sitting(3, "2026-04-19", 30)}
		var all []registry.Application
		for _, s := range sittings {
			var here []registry.Application
			for range 12 {
				here = append(here, w.apply(s, true))
			}
			w.clock.set(t, "2026-04-20")
			w.mark(s, "60", "60", here...)
			w.clock.set(t, "2026-03-02")
			all = append(all, here...)
		}
		w.clock.set(t, "2026-04-20")
		errs := parallel(8, func(i int) error {
			switch i % 4 {
			case 0, 1:
				_, err := w.IssueSitting(ctx, w.head, sittings[i%4].ID)
				return err
			default:
				for _, a := range all {
					if _, _, err := w.IssueOne(ctx, w.head, a.ID); err != nil {
						return err
					}
				}
				return nil
			}
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		certs, _, err := w.Certificates(ctx, w.head, registry.CertificateFilter{Page: registry.Page{Limit: 100}})
		if err != nil || len(certs) != 24 {
			t.Fatalf("%d certificates, %v, want 24", len(certs), err)
		}
		for i, c := range certs {
			if want := registry.Number(fmt.Sprintf("26100120033%05d", i+1)); c.Number != want {
				t.Errorf("certificate %d has number %s, want %s", i, c.Number, want)
			}
		}
		report, err := w.Audit(ctx, w.auditor, nil)
		if err != nil || len(report.Discrepancies) != 0 {
			t.Errorf("Audit = %+v, %v", report, err)
		}
	})
}

func TestLastSeatGoesToOne(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		sitting := w.sitting(3, "2026-04-18", 1)
		var waiting []registry.Application
		for range 6 {
			waiting = append(waiting, w.apply(sitting, false))
		}
		won := 0
		for _, err := range parallel(len(waiting), func(i int) error {
			_, err := w.Admit(t.Context(), w.clerk, waiting[i].ID, waiting[i].Version)
			return err
		}) {
			if err == nil {
				won++
				continue
			}
			wantCode(t, err, registry.SittingFull)
		}
		if won != 1 {
			t.Errorf("%d got the last seat, want 1", won)
		}
	})
}

func TestRetryAnswersTheSameResult(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		sitting := w.sitting(3, "2026-04-18", 30)
		p := w.person()
		in := registry.NewApplication{Person: p.ID, Sitting: sitting.ID, Facts: levelThree(t)}
		got := make([]registry.Application, 5)
		replays := make([]bool, 5)
		errs := parallel(5, func(i int) error {
			ctx := registry.WithIdempotency(t.Context(), &registry.Idempotency{Key: "k1", Fingerprint: "f"})
			var err error
			got[i], err = w.Apply(ctx, w.clerk, in)
			replays[i] = registry.Replayed(ctx)
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		fresh := 0
		for i := range got {
			if got[i].ID != got[0].ID || got[i].Code != got[0].Code {
				t.Errorf("answer %d is application %s, want %s", i, got[i].ID, got[0].ID)
			}
			if !replays[i] {
				fresh++
			}
		}
		if fresh != 1 {
			t.Errorf("%d fresh answers, want 1", fresh)
		}
		ctx := registry.WithIdempotency(t.Context(), &registry.Idempotency{Key: "k1", Fingerprint: "another"})
		_, err := w.Apply(ctx, w.clerk, in)
		wantCode(t, err, registry.IdempotencyReuse)
		_, err = w.Apply(t.Context(), w.clerk, in)
		wantCode(t, err, registry.ApplicationExists)
	})
}

func TestParallelRegistrationOfOnePerson(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ids := make([]string, 8)
		errs := parallel(len(ids), func(i int) error {
			p, _, err := w.RegisterPerson(t.Context(), w.clerk, registry.NewPerson{
				Name: "同一人", Document: registry.Document{Kind: registry.CitizenID, Number: "11010519491231002X"},
			})
			ids[i] = p.ID
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("person %s and %s for one document", id, ids[0])
			}
		}
	})
}

// Parallel withdrawals all take effect, and the status list tells every one.
func TestParallelWithdrawalsAreAllTold(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		var all []registry.Application
		for range 12 {
			all = append(all, w.apply(sitting, true))
		}
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "60", "60", all...)
		done, err := w.IssueSitting(ctx, w.head, sitting.ID)
		if err != nil {
			t.Fatal(err)
		}
		errs := parallel(len(done.Issued), func(i int) error {
			cert := done.Issued[i]
			rec, err := w.ChangeStatus(ctx, w.chief, registry.NewStatusChange{
				Certificate: cert.Number, Version: cert.Version, Kind: registry.Withdraw, ReasonCode: "misconduct", Reason: "替考",
			})
			if err != nil {
				return err
			}
			_, err = w.DecideStatusChange(ctx, w.deputy, registry.StatusDecision{Certificate: cert.Number, Change: rec.Changes[0].ID, Accept: true})
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		list, err := w.StatusList(ctx, done.Issued[0].Place.List)
		if err != nil || len(list.Revoked) != len(done.Issued) {
			t.Errorf("%d withdrawals are told, %v, want %d", len(list.Revoked), err, len(done.Issued))
		}
		report, err := w.Audit(ctx, w.auditor, nil)
		if err != nil || len(report.Discrepancies) != 0 {
			t.Errorf("Audit = %+v, %v", report.Discrepancies, err)
		}
	})
}
