package db_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// BenchmarkLog is the rate of additions to a log that is nearly empty and to
// one of a million entries: entries alone, and certificates with all that
// belongs to them. Each is committed, with its tiles and the new head, when it
// counts. Tessera's own rate is BenchmarkTessera of package translog.
func BenchmarkLog(b *testing.B) {
	bench(b, func(b *testing.B, s *db.DB, r *registry.Registry) {
		waiting := examined(b, s, 1, 9000)
		certify := func() registry.Number {
			if len(waiting) == 0 {
				b.Fatal("too many rounds: -benchtime 1s or less")
			}
			cert, _, err := r.IssueOne(b.Context(), registry.Operator("head"), waiting[0])
			if err != nil {
				b.Fatal(err)
			}
			waiting = waiting[1:]
			return cert.Number
		}
		number, present := certify(), int64(1)
		for _, size := range []int64{1, 1_000_000} {
			for present < size {
				n := min(size-present, 10_000)
				appendLog(b, s, number, int(n))
				present += n
			}
			for _, batch := range []int{1, 1000} {
				b.Run(fmt.Sprintf("%d present, %d a transaction", size, batch), func(b *testing.B) {
					for b.Loop() {
						appendLog(b, s, number, batch)
					}
					b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "entries/s")
				})
			}
			b.Run(fmt.Sprintf("%d present, certificates", size), func(b *testing.B) {
				for b.Loop() {
					certify()
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "certificates/s")
			})
		}
	})
}

// logged counts the entries that benchmarks made, so that no two are alike.
var logged atomic.Int64

// appendLog adds entries to the log in a transaction of their own.
func appendLog(b *testing.B, s *db.DB, n registry.Number, count int) {
	b.Helper()
	entries := make([]registry.LogEntry, count)
	for i := range entries {
		salt := translog.NewSalt()
		record := fmt.Appendf(nil, `{"number":"%s","entry":%d,"holder":"测试","evidence":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}`, n, logged.Add(1))
		leaf, err := translog.Leaf{At: at, Number: string(n), Event: string(registry.CertificateIssued), Digest: salt.Digest(record)}.Encode()
		if err != nil {
			b.Fatal(err)
		}
		entries[i] = registry.LogEntry{Number: n, Event: registry.CertificateIssued, Leaf: leaf, Salt: salt, Record: record}
	}
	err := s.Write(b.Context(), func(w registry.Writer) error { return w.Append(b.Context(), nil, entries) })
	if err != nil {
		b.Error(err)
	}
}
