package db_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// bench runs f on each engine. For rates that mean something, name a server
// that writes to its disk in CERTREG_TEST_POSTGRES: the private one does not.
func bench(b *testing.B, f func(b *testing.B, s *db.DB, r *registry.Registry)) {
	for name, config := range map[string]func(testing.TB) db.Config{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := dbtest.Open(b, config(b))
			seed(b, s)
			r, err := office(s, "2026-10-20")
			if err != nil {
				b.Fatal(err)
			}
			f(b, s, r)
		})
	}
}

// examined enters the n-th sitting, whose people have passed, and returns
// their applications.
func examined(b *testing.B, s *db.DB, n, seats int) []string {
	b.Helper()
	var applications []string
	write(b, s, func(w registry.Writer) error {
		ctx := b.Context()
		held := sittingOn(b, id(30, n), "2026-10-12")
		held.Capacity = seats
		if err := w.InsertSitting(ctx, held); err != nil {
			return err
		}
		var entered, checked []registry.Result
		applications = nil
		for k := n*10000 + 1; k <= n*10000+seats; k++ {
			a := application(b, k)
			a.Sitting, a.Ticket = held.ID, fmt.Sprint(k)
			if err := errors.Join(w.InsertPerson(ctx, person(k)), w.InsertApplication(ctx, a)); err != nil {
				return err
			}
			for _, c := range []string{"theory", "skills"} {
				entered, checked = append(entered, result(k, c)), append(checked, confirmed(result(k, c)))
			}
			applications = append(applications, a.ID)
		}
		return errors.Join(w.PutResults(ctx, entered), w.PutResults(ctx, checked))
	})
	return applications
}

func BenchmarkLookUp(b *testing.B) {
	bench(b, func(b *testing.B, s *db.DB, r *registry.Registry) {
		examined(b, s, 1, 5000)
		done, err := r.IssueSitting(b.Context(), registry.Operator("head"), id(30, 1))
		if err != nil || len(done.Issued) != 5000 {
			b.Fatalf("issued %d, %v", len(done.Issued), err)
		}
		b.ResetTimer()
		b.RunParallel(func(p *testing.PB) {
			for i := 0; p.Next(); i++ {
				if _, err := r.LookUp(b.Context(), registry.Query{Number: string(done.Issued[i*7%5000].Number)}); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func BenchmarkIssueOne(b *testing.B) {
	bench(b, func(b *testing.B, s *db.DB, r *registry.Registry) {
		var waiting []string
		for n := 1; b.Loop(); {
			if len(waiting) == 0 {
				b.StopTimer()
				waiting = examined(b, s, n, 50)
				n++
				b.StartTimer()
			}
			if _, _, err := r.IssueOne(b.Context(), registry.Operator("head"), waiting[0]); err != nil {
				b.Fatal(err)
			}
			waiting = waiting[1:]
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "certificates/s")
	})
}

// BenchmarkIssueOneParallel is eight clerks who issue one certificate after the
// other, each from a sitting of their own.
func BenchmarkIssueOneParallel(b *testing.B) {
	const clerks, each = 8, 250
	bench(b, func(b *testing.B, s *db.DB, r *registry.Registry) {
		for n := 1; b.Loop(); n += clerks {
			b.StopTimer()
			waiting := make([][]string, clerks)
			for k := range clerks {
				waiting[k] = examined(b, s, n+k, each)
			}
			var all sync.WaitGroup
			b.StartTimer()
			for _, applications := range waiting {
				all.Go(func() {
					for _, a := range applications {
						if _, _, err := r.IssueOne(b.Context(), registry.Operator("head"), a); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
		}
		b.ReportMetric(float64(b.N*clerks*each)/b.Elapsed().Seconds(), "certificates/s")
	})
}

func BenchmarkIssueSitting(b *testing.B) {
	const seats = 1000
	bench(b, func(b *testing.B, s *db.DB, r *registry.Registry) {
		for n := 1; b.Loop(); n++ {
			b.StopTimer()
			examined(b, s, n, seats)
			b.StartTimer()
			if _, err := r.IssueSitting(b.Context(), registry.Operator("head"), id(30, n)); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*seats)/b.Elapsed().Seconds(), "certificates/s")
	})
}

// BenchmarkEnterResult enters one score of one candidate in a large sitting.
func BenchmarkEnterResult(b *testing.B) {
	bench(b, func(b *testing.B, s *db.DB, r *registry.Registry) {
		examined(b, s, 1, 1500)
		write(b, s, func(w registry.Writer) error {
			a := application(b, 9999)
			a.Sitting, a.Ticket = id(30, 1), "9999"
			return errors.Join(w.InsertPerson(b.Context(), person(9999)), w.InsertApplication(b.Context(), a))
		})
		line := []registry.Entered{{Ticket: "9999", Component: "theory", Raw: "60"}}
		for b.Loop() {
			if _, err := r.EnterResults(b.Context(), registry.Operator("clerk"), id(30, 1), line); err != nil {
				b.Fatal(err)
			}
		}
	})
}
