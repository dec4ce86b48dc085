package translog_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/certreg/certreg/internal/translog"
)

// BenchmarkAppend is what a transaction costs besides the database: appending
// a batch to a tree of 100,000 entries, after checking its stored edge or with
// the edge kept from the transaction before.
func BenchmarkAppend(b *testing.B) {
	s := newLog(b, 100_000-31) // nearly as wide an edge as there is
	var data [][]byte
	for _, t := range translog.EdgeTiles(s.head.Size) {
		data = append(data, s.tiles[[2]int64{int64(t.L), t.N}])
	}
	kept, err := translog.NewEdge(s.head, data)
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []int{1, 10, 100, 1000} {
		batch := entries(b, 0, size)
		for _, way := range []string{"stored", "kept"} {
			b.Run(fmt.Sprintf("%d on a %s edge", size, way), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					edge := kept
					if way == "stored" {
						if edge, err = translog.NewEdge(s.head, data); err != nil {
							b.Fatal(err)
						}
					}
					next, _, err := edge.Append(batch...)
					if err != nil {
						b.Fatal(err)
					}
					next.Head()
				}
				b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "entries/s")
			})
		}
	}
}

// BenchmarkMillion builds and audits a log of a million entries in memory.
func BenchmarkMillion(b *testing.B) {
	const size = 1_000_000
	all := entries(b, 0, size)
	id := identity(b, newSigner(1))
	var s *memStore
	b.Run("append in batches of 1000", func(b *testing.B) {
		for b.Loop() {
			s = newStore()
			for i := 0; i < size; i += 1000 {
				s.append(b, all[i:i+1000]...)
			}
		}
		b.ReportMetric(float64(b.N)*size/b.Elapsed().Seconds(), "entries/s")
	})
	publish(b, s, newSigner(1))
	b.Run("audit", func(b *testing.B) {
		for b.Loop() {
			if _, err := (&translog.Auditor{Reader: s, Identity: id}).Verify(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*size/b.Elapsed().Seconds(), "entries/s")
	})
	client, _ := serve(b, s)
	b.Run("audit over HTTP", func(b *testing.B) {
		for b.Loop() {
			if _, err := (&translog.Auditor{Reader: client, Identity: id}).Verify(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*size/b.Elapsed().Seconds(), "entries/s")
	})
	b.Run("prove", func(b *testing.B) {
		var i int64
		for b.Loop() {
			i = (i + 777_777) % size
			if _, err := translog.Prove(b.Context(), s, i); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("prove consistency", func(b *testing.B) {
		var i int64
		for b.Loop() {
			i = (i + 777_777) % size
			if _, err := translog.ProveConsistency(b.Context(), s, s.head, i); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("verify proof", func(b *testing.B) {
		proof, err := translog.Prove(b.Context(), s, 123_456)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, _, err := proof.Verify(id); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(toJSON(b, proof))), "bytes/proof")
	})
}

// BenchmarkReference stores the hashes one by one as package tlog does, for
// comparison with BenchmarkMillion.
func BenchmarkReference(b *testing.B) {
	all := entries(b, 0, 100_000)
	for b.Loop() {
		var ref reference
		for i, entry := range all {
			ref.add(b, int64(i), entry)
		}
		if _, err := tlog.TreeHash(int64(len(all)), &ref); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(all))/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkPublish signs a tree that grew by one, with its mark on disk.
func BenchmarkPublish(b *testing.B) {
	s := newLog(b, 100_000)
	s.checkpoint = nil
	p := newPublisher(s, filepath.Join(b.TempDir(), "mark"), newSigner(1))
	one := entries(b, 0, 1)
	for b.Loop() {
		s.append(b, one...)
		if err := p.Publish(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
