package db_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// servers opens one register twice, as two servers do.
func servers(t *testing.T, c db.Config) []*db.DB {
	t.Helper()
	return []*db.DB{dbtest.Open(t, c), dbtest.Open(t, c)}
}

func TestSerialsHaveNoGapsAndNoDoubles(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		const writers, rounds = 8, 20
		both := servers(t, c)
		failure := errors.New("given back")
		var mu sync.Mutex
		var taken []int
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				for round := range rounds {
					n := 1 + (i+round)%3
					var first int
					err := both[i%2].Write(t.Context(), func(w registry.Writer) error {
						series := []string{"s", "r"}
						if i%3 == 0 {
							slices.Reverse(series) // the order they are named in does not make writers wait for each other
						}
						serials, err := w.NextSerials(t.Context(), series, n)
						if err != nil {
							return err
						}
						first = serials[slices.Index(series, "s")]
						if (i+round)%4 == 0 {
							return failure
						}
						return w.Append(t.Context(), []registry.Entry{{At: at, Subject: fmt.Sprint(first)}}, nil)
					})
					if errors.Is(err, failure) {
						continue
					}
					if err != nil {
						t.Errorf("writer %d, round %d: %v", i, round, err)
						return
					}
					mu.Lock()
					for k := range n {
						taken = append(taken, first+k)
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		slices.Sort(taken)
		for i, n := range taken {
			if n != i+1 {
				t.Fatalf("serial at place %d: got %d, want %d", i, n, i+1)
			}
		}
		entries := read(t, both[0], func(r registry.Reader) ([]registry.Entry, error) {
			return r.Journal(t.Context(), registry.JournalFilter{Scope: "/"})
		})
		last := 0
		for i, e := range entries {
			var first int
			if _, err := fmt.Sscan(e.Subject, &first); err != nil || e.Seq != int64(i+1) || first <= last {
				t.Fatalf("entry %d: got seq %d for serial %s after %d, want both in order", i, e.Seq, e.Subject, last)
			}
			last = first
		}
	})
}

func TestOneOfManyUsesAResult(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		const writers = 8
		both := servers(t, c)
		seed(t, both[0])
		admit(t, both[0], 1, writers)
		errs := make([]error, writers)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				cert := certificate(t, i+1)
				u := uses(1)
				for k := range u {
					u[k].Certificate = cert.Number
				}
				errs[i] = both[i%2].Write(t.Context(), func(w registry.Writer) error {
					return w.InsertCertificates(t.Context(), []registry.Certificate{cert}, u)
				})
			})
		}
		all.Wait()
		won := 0
		for i, err := range errs {
			switch {
			case err == nil:
				won++
			case code(err) != string(registry.AlreadyExists):
				t.Errorf("writer %d: err = %v, want AlreadyExists", i, err)
			}
		}
		list := read(t, both[1], func(r registry.Reader) ([]registry.Certificate, error) {
			return r.Certificates(t.Context(), registry.CertificateFilter{Scope: "/"})
		})
		if won != 1 || len(list) != 1 {
			t.Errorf("winners: got %d with %d certificates, want 1 with 1", won, len(list))
		}
	})
}

func TestWritesThatLoseARaceSeeTheWinner(t *testing.T) {
	s := dbtest.Open(t, dbtest.Postgres(t)) // writers of SQLite never overlap
	seed(t, s)
	p := person(1)
	runs := 0
	err := s.Write(t.Context(), func(w registry.Writer) error {
		runs++
		_, err := w.PersonByDocument(t.Context(), p.Document)
		if err == nil {
			return nil // the winner's
		}
		if !errors.Is(err, registry.ErrNotFound) {
			return err
		}
		winner := p
		winner.ID = id(4, 2)
		write(t, s, func(w registry.Writer) error { return w.InsertPerson(t.Context(), winner) })
		return w.InsertPerson(t.Context(), p)
	})
	if err != nil || runs != 2 {
		t.Errorf("Write: err = %v after %d runs, want none after 2", err, runs)
	}
}

func TestDeadlocksAreResolved(t *testing.T) {
	s := dbtest.Open(t, dbtest.Postgres(t))
	seed(t, s)
	write(t, s, func(w registry.Writer) error {
		return w.InsertSitting(t.Context(), sittingOn(t, id(3, 2), "2026-10-13"))
	})
	var met sync.WaitGroup
	met.Add(2)
	var all sync.WaitGroup
	for _, order := range [][]string{{sitting, id(3, 2)}, {id(3, 2), sitting}} {
		all.Go(func() {
			meet := sync.OnceFunc(func() { met.Done(); met.Wait() })
			err := s.Write(t.Context(), func(w registry.Writer) error {
				if err := w.LockSitting(t.Context(), order[0]); err != nil {
					return err
				}
				meet()
				return w.LockSitting(t.Context(), order[1])
			})
			if err != nil {
				t.Errorf("locks in the order %v: %v", order, err)
			}
		})
	}
	all.Wait()
}

func TestLocksAreNotWaitedForForever(t *testing.T) {
	c := dbtest.Postgres(t)
	if strings.Contains(c.URL, "?") {
		c.URL += "&lock_timeout=50"
	} else {
		c.URL += "?lock_timeout=50"
	}
	s := dbtest.Open(t, c)
	seed(t, s)
	write(t, s, func(w registry.Writer) error {
		if err := w.LockSitting(t.Context(), sitting); err != nil {
			return err
		}
		runs := 0
		err := s.Write(t.Context(), func(w registry.Writer) error {
			runs++
			return w.LockSitting(t.Context(), sitting)
		})
		if _, told := errors.AsType[*registry.Error](err); err == nil || told || runs != 4 {
			t.Errorf("waiting for a lock that is held: err = %v after %d runs, want the engine's own after 4", err, runs)
		}
		return nil
	})
}

func TestReadersSeeOneStateAndDoNotWait(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		name := func(r registry.Reader) string {
			t.Helper()
			b, err := r.Body(ctx, centre)
			if err != nil {
				t.Fatal(err)
			}
			return b.Name.EN
		}
		err := s.Read(ctx, func(r registry.Reader) error {
			before := name(r)
			b, err := r.Body(ctx, centre)
			if err != nil {
				return err
			}
			b.Name.EN = "Changed meanwhile"
			write(t, s, func(w registry.Writer) error {
				if err := w.UpdateBody(ctx, b); err != nil {
					return err
				}
				// Inside the open write another reader still reads the old state.
				return s.Read(ctx, func(r registry.Reader) error {
					if got := name(r); got != before {
						t.Errorf("beside an open write: got %q, want %q", got, before)
					}
					return nil
				})
			})
			if got := name(r); got != before {
				t.Errorf("after a write by others: got %q, want %q as at the beginning", got, before)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestHeadIsTakenLast: who waits for another does not hold the journal's head,
// for which everybody else would wait then.
func TestHeadIsTakenLast(t *testing.T) {
	s := dbtest.Open(t, dbtest.Postgres(t))
	seed(t, s)
	admit(t, s, 1, 1)
	write(t, s, func(w registry.Writer) error { return w.InsertPhoto(t.Context(), photo(1)) })
	issue(t, s, 1)
	shown := make(chan error, 1)
	write(t, s, func(w registry.Writer) error {
		if err := w.RetirePhoto(t.Context(), photo(1).ID, at); err != nil {
			return err
		}
		go func() {
			first := true
			shown <- s.Write(t.Context(), func(w registry.Writer) error {
				if !first {
					return nil // the photo is gone
				}
				first = false
				return errors.Join(
					w.InsertPhotoUses(t.Context(), []registry.PhotoUse{{Paper: certificate(t, 1).Paper, Photo: photo(1).ID}}),
					w.Append(t.Context(), []registry.Entry{{At: at, Action: registry.CertificateIssued, Kind: "certificate", By: "clerk"}}, nil),
				)
			})
		}()
		for waiting := 0; waiting == 0; {
			err := s.Raw().GetContext(t.Context(), &waiting, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
			if err != nil {
				return err
			}
		}
		if _, err := s.Raw().ExecContext(t.Context(), `SELECT seq FROM journal_head FOR UPDATE NOWAIT`); err != nil {
			t.Errorf("the head while another waits for a photo: %v, want it free", err)
		}
		return nil
	})
	if err := <-shown; err != nil {
		t.Error(err)
	}
}
