package translog_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/certreg/certreg/internal/translog"
)

// A reference is the tree as package tlog stores it, hash by hash.
type reference []tlog.Hash

func (r *reference) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		hashes[i] = (*r)[x]
	}
	return hashes, nil
}

func (r *reference) add(t interface{ Fatal(...any) }, n int64, entry []byte) {
	hashes, err := tlog.StoredHashes(n, entry, r)
	if err != nil {
		t.Fatal(err)
	}
	*r = append(*r, hashes...)
}

func (r *reference) head(t interface{ Fatal(...any) }, n int64) translog.Head {
	root, err := tlog.TreeHash(n, r)
	if err != nil {
		t.Fatal(err)
	}
	return translog.Head{Size: n, Root: root}
}

// However entries are batched, roots and tiles are those of package tlog.
func TestAppendIsTheTreeOfTlog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ref reference
		var edge translog.Edge
		tiles := map[[2]int64]translog.Tile{}
		for _, size := range rapid.SliceOfN(rapid.IntRange(0, 700), 1, 8).Draw(t, "batches") {
			before := edge.Head()
			var batch [][]byte
			for i := range size {
				entry := []byte{byte(i), byte(i >> 8), byte(before.Size)}
				batch = append(batch, entry)
				ref.add(t, before.Size+int64(i), entry)
			}
			next, changed, err := edge.Append(batch...)
			if err != nil {
				t.Fatal(err)
			}
			if got := edge.Head(); got != before {
				t.Fatalf("edge changed by Append: got %v, want %v", got, before)
			}
			edge = next
			if got, want := edge.Head(), ref.head(t, edge.Head().Size); got != want {
				t.Fatalf("head: got %v, want %v", got, want)
			}
			for _, tile := range changed {
				tiles[[2]int64{int64(tile.ID.L), tile.ID.N}] = tile
			}
		}
		checkTiles(t, tiles, &ref, edge.Head())
	})
}

// checkTiles compares the stored tiles, all of them, with the tree of tlog and
// reads the edge back.
func checkTiles(t *rapid.T, tiles map[[2]int64]translog.Tile, ref *reference, head translog.Head) {
	want := tlog.NewTiles(translog.TileHeight, 0, head.Size)
	if len(tiles) != len(want) {
		t.Fatalf("tiles of a tree of %d: got %d, want %d", head.Size, len(tiles), len(want))
	}
	for _, id := range want {
		tile := tiles[[2]int64{int64(id.L), id.N}]
		data, err := tlog.ReadTileData(id, ref)
		if err != nil {
			t.Fatal(err)
		}
		if tile.ID != id || !bytes.Equal(tile.Data, data) {
			t.Fatalf("tile %s: got %s with %d bytes, want other content", id.Path(), tile.ID.Path(), len(tile.Data))
		}
	}
	var data [][]byte
	for _, id := range translog.EdgeTiles(head.Size) {
		data = append(data, tiles[[2]int64{int64(id.L), id.N}].Data)
	}
	edge, err := translog.NewEdge(head, data)
	if err != nil {
		t.Fatal(err)
	}
	if got := edge.Head(); got != head {
		t.Fatalf("head of the edge read back: got %v, want %v", got, head)
	}
}

func TestEdgeTiles(t *testing.T) {
	tests := []struct {
		size int64
		want []tlog.Tile
	}{
		{0, nil},
		{1, []tlog.Tile{{H: 8, L: 0, N: 0, W: 1}}},
		{255, []tlog.Tile{{H: 8, L: 0, N: 0, W: 255}}},
		{256, []tlog.Tile{{H: 8, L: 1, N: 0, W: 1}}},
		// The example of C2SP tlog-tiles, "Partial Tiles".
		{70_000, []tlog.Tile{{H: 8, L: 0, N: 273, W: 112}, {H: 8, L: 1, N: 1, W: 17}, {H: 8, L: 2, N: 0, W: 1}}},
	}
	for _, tt := range tests {
		if got := translog.EdgeTiles(tt.size); !slices.Equal(got, tt.want) {
			t.Errorf("EdgeTiles(%d): got %v, want %v", tt.size, got, tt.want)
		}
	}
}

func TestNewEdgeRefusesAnAlteredTree(t *testing.T) {
	s := newLog(t, 700)
	row := s.tiles[[2]int64{0, 2}]
	other := slices.Clone(row)
	other[5] ^= 1
	level1 := s.tiles[[2]int64{1, 0}]
	if _, err := translog.NewEdge(s.head, [][]byte{append(slices.Clone(row), "grown meanwhile"...), level1}); err != nil {
		t.Errorf("longer row: got %v, want no error", err)
	}
	for name, data := range map[string][][]byte{
		"altered tile": {other, level1},
		"short tile":   {row[:32], level1},
		"no tile":      {nil, level1},
	} {
		if _, err := translog.NewEdge(s.head, data); !errors.Is(err, translog.ErrInconsistent) {
			t.Errorf("%s: got %v, want %v", name, err, translog.ErrInconsistent)
		}
	}
	if _, err := translog.NewEdge(s.head, [][]byte{row}); err == nil {
		t.Error("tile missing: got an edge, want an error")
	}
}

func TestAppendRefusesALongEntry(t *testing.T) {
	if _, _, err := (translog.Edge{}).Append(make([]byte, translog.MaxEntry)); err != nil {
		t.Errorf("longest entry: got %v, want no error", err)
	}
	_, _, err := translog.Edge{}.Append(nil, make([]byte, translog.MaxEntry+1))
	if err == nil || !strings.Contains(err.Error(), "entry 1") {
		t.Errorf("too long entry: got %v, want an error that names entry 1", err)
	}
}
