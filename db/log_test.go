package db_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// TestLogIsOneTree has two programs append to one log, in turns and at the same
// time, and abandon some of their transactions after having appended.
func TestLogIsOneTree(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		const writers, rounds = 4, 70
		both := servers(t, c)
		seed(t, both[0])
		admit(t, both[0], 1, 1)
		issue(t, both[0], 1)
		abandoned := errors.New("abandoned")
		want := make(chan string, writers*rounds*3)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				for round := range rounds {
					entries := make([]registry.LogEntry, 1+round%3)
					for k := range entries {
						entries[k] = logEntry(1)
						entries[k].Leaf = fmt.Appendf(nil, "%d %d %d", i, round, k)
					}
					drop := round%5 == i
					err := both[(i+round)%2].Write(t.Context(), func(w registry.Writer) error {
						err := w.Append(t.Context(), []registry.Entry{{At: at}}, entries)
						if err == nil && drop {
							err = abandoned
						}
						return err
					})
					if drop && errors.Is(err, abandoned) {
						continue
					}
					if err != nil {
						t.Errorf("writer %d, round %d: %v", i, round, err)
						return
					}
					for _, e := range entries {
						want <- string(e.Leaf)
					}
				}
			})
		}
		all.Wait()
		close(want)
		checkTree(t, both[0].Log(), want)
	})
}

// checkTree compares head and tiles of a log with a tree that is built anew over
// its entries, which are those wanted, in any order.
func checkTree(t *testing.T, log db.Log, want <-chan string) {
	t.Helper()
	head, err := log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	leaves, err := log.Entries(t.Context(), 0, head.Size)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, leaf := range leaves {
		there[string(leaf)] = true
	}
	wanted := 0
	for leaf := range want {
		wanted++
		if !there[leaf] {
			t.Errorf("committed entry %q is not in the log", leaf)
		}
	}
	if len(leaves) != wanted || len(there) != wanted {
		t.Errorf("entries: got %d, %d of them different, want %d", len(leaves), len(there), wanted)
	}
	anew, _, err := translog.Edge{}.Append(leaves...)
	if err != nil {
		t.Fatal(err)
	}
	if anew.Head() != head {
		t.Errorf("head: got %v, want %v", head, anew.Head())
	}
	reader := tlog.TileHashReader(tlog.Tree{N: head.Size, Hash: head.Root}, tiles{t, log})
	for i := range head.Size {
		if _, err := tlog.ProveRecord(head.Size, i, reader); err != nil {
			t.Fatalf("proof of entry %d: %v", i, err)
		}
	}
}

// tiles lets the tiles of a log be read by package tlog.
type tiles struct {
	t   *testing.T
	log db.Log
}

func (r tiles) Height() int { return translog.TileHeight }

func (r tiles) ReadTiles(ids []tlog.Tile) ([][]byte, error) { return r.log.Tiles(r.t.Context(), ids) }

func (r tiles) SaveTiles([]tlog.Tile, [][]byte) {}
