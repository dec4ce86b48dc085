package registry_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// Results are kept for retries until two days have passed, and no longer.
func TestRetriesAreForgotten(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		in := registry.NewSeason{
			Occupation: occupation, Name: registry.Text{ZH: "考期", EN: "Season"},
			Registration: registry.Days{From: day(t, "2026-03-01"), Until: day(t, "2026-03-31")},
			Examination:  registry.Days{From: day(t, "2026-04-01"), Until: day(t, "2026-04-30")},
		}
		announce := func(key, fingerprint string) (id string, replayed bool) {
			t.Helper()
			ctx := registry.WithIdempotency(t.Context(), &registry.Idempotency{Key: key, Fingerprint: fingerprint})
			season, err := w.AnnounceSeason(ctx, w.chief, in)
			if err != nil {
				t.Fatal(err)
			}
			return season.ID, registry.Replayed(ctx)
		}
		first, _ := announce("k", "f")
		w.clock.set(t, "2026-03-04")
		if again, replayed := announce("k", "f"); again != first || !replayed {
			t.Errorf("after two days: got season %s, replayed %v, want %s again", again, replayed, first)
		}
		if n, err := w.ForgetRetries(t.Context()); err != nil || n != 0 {
			t.Errorf("forgotten after two days: got %d, %v, want none", n, err)
		}
		w.clock.set(t, "2026-03-05")
		second, replayed := announce("k", "another request")
		if second == first || replayed {
			t.Errorf("after three days: got season %s, replayed %v, want a new one", second, replayed)
		}
		if again, replayed := announce("k", "another request"); again != second || !replayed {
			t.Errorf("its retry: got season %s, replayed %v, want %s again", again, replayed, second)
		}
		for i := range 250 { // more than one transaction takes
			announce(fmt.Sprint("k", i), "f")
		}
		w.clock.set(t, "2026-03-08")
		if n, err := w.ForgetRetries(t.Context()); err != nil || n != 251 {
			t.Errorf("forgotten: got %d, %v, want 251", n, err)
		}
	})
}

// Issuing again after the first answer was forgotten issues nothing new.
func TestIssuingAgainIsSafeWithoutTheAnswer(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		sitting := w.sitting(3, "2026-04-18", 30)
		a := w.apply(sitting, true)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "60", "60", a)
		issue := func() registry.Issuance {
			t.Helper()
			ctx := registry.WithIdempotency(t.Context(), &registry.Idempotency{Key: "k", Fingerprint: "f"})
			done, err := w.IssueSitting(ctx, w.head, sitting.ID)
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		first := issue()
		w.clock.set(t, "2026-04-23")
		again := issue()
		if len(first.Issued) != 1 || len(again.Issued) != 0 || len(again.Existing) != 1 || again.Existing[0] != first.Issued[0].Number {
			t.Errorf("issued again: got %+v, want %s as existing", again, first.Issued[0].Number)
		}
	})
}

// Retries at once, after the first answer was forgotten, do the deed once.
func TestParallelRetriesAfterForgetting(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		apply := func(day, number string) []string {
			t.Helper()
			w.clock.set(t, day)
			ids := make([]string, 8)
			for i, err := range parallel(len(ids), func(i int) error {
				ctx := registry.WithIdempotency(t.Context(), &registry.Idempotency{Key: "k", Fingerprint: "f"})
				p, _, err := w.RegisterPerson(ctx, w.clerk, registry.NewPerson{Name: "测试", Document: registry.Document{Kind: registry.Passport, Number: number}})
				ids[i] = p.ID
				return err
			}) {
				if err != nil || ids[i] != ids[0] {
					t.Errorf("%s: got person %s, %v, want %s", day, ids[i], err, ids[0])
				}
			}
			return ids
		}
		first := apply("2026-03-02", "E12345678")
		if second := apply("2026-03-05", "E87654321"); second[0] == first[0] {
			t.Error("after three days: got the first answer again")
		}
	})
}

// An interrupted store refuses every season after it was written, and lets
// something else happen before that is rolled back.
type interrupted struct {
	registry.Store
	meanwhile func()
	parallel  bool // others may write meanwhile; in SQLite they come next
}

func (s interrupted) Write(ctx context.Context, f func(registry.Writer) error) error {
	var other sync.WaitGroup
	defer other.Wait()
	return s.Store.Write(ctx, func(w registry.Writer) error {
		return f(refusing{w, func() {
			other.Go(s.meanwhile)
			if s.parallel {
				other.Wait()
			}
		}})
	})
}

type refusing struct {
	registry.Writer
	meanwhile func()
}

func (w refusing) InsertSeason(ctx context.Context, n registry.Season) error {
	if err := w.Writer.InsertSeason(ctx, n); err != nil {
		return err
	}
	w.meanwhile()
	return registry.Changed()
}

// What a refused run has written is rolled back, also when it is answered with
// what a parallel request of the same key did.
func TestRefusedRunsLeaveNothing(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		announce := func(r *registry.Registry, fingerprint string) (registry.Season, bool, error) {
			ctx := registry.WithIdempotency(t.Context(), &registry.Idempotency{Key: "k", Fingerprint: fingerprint})
			season, err := r.AnnounceSeason(ctx, w.chief, registry.NewSeason{
				Occupation: occupation, Name: registry.Text{ZH: "考期", EN: "Season"}, Registration: w.season.Registration, Examination: w.season.Examination,
			})
			return season, registry.Replayed(ctx), err
		}
		interrupt := func(meanwhile func()) *registry.Registry {
			r, err := registry.New(registry.Config{
				Store:   interrupted{s, meanwhile, strings.HasSuffix(t.Name(), "/postgres")},
				Library: w.Library(), Now: w.clock.now,
			})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		_, replayed, err := announce(interrupt(func() {}), "f")
		if wantCode(t, err, registry.VersionChanged); replayed {
			t.Error("nobody did the deed: got a replay")
		}
		var did registry.Season
		answer, replayed, err := announce(interrupt(func() {
			var err error
			if did, _, err = announce(w.Registry, "f"); err != nil {
				t.Errorf("meanwhile: %v", err)
			}
		}), "f")
		if err != nil || !replayed || answer.ID != did.ID {
			t.Errorf("refused: got season %s, replayed %v, %v, want %s", answer.ID, replayed, err, did.ID)
		}
		_, _, err = announce(w.Registry, "another request")
		wantCode(t, err, registry.IdempotencyReuse)
		seasons, _, err := w.Seasons(t.Context(), registry.SeasonFilter{})
		if err != nil || len(seasons) != 2 || seasons[1].ID != did.ID {
			t.Errorf("seasons: got %+v, %v, want the world's and the one that was announced", seasons, err)
		}
		if got := w.actions(registry.SeasonAnnounced); got != 2 {
			t.Errorf("the journal tells of %d seasons, want 2", got)
		}
	})
}
