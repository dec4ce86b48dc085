package translog

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// A Tile is the content of a tile as of some tree: ID.W hashes of 32 bytes,
// one after the other. A store keeps one row for each ID.L and ID.N and lets
// its data grow; ID.H is always [TileHeight].
type Tile struct {
	ID   tlog.Tile
	Data []byte
}

// An Edge is the right edge of a tree: the partial tiles, at most one at each
// level, which are all that is needed to append to it and to compute its root.
// The zero Edge is the empty tree. An Edge is never changed: appending returns
// another one, so that a transaction can be abandoned, and so that an edge can
// be kept for the next transaction if that one finds the same [Head].
type Edge struct {
	size   int64
	levels []partial
}

// A partial is a tile that is not full, with the roots of the full subtrees
// over its hashes: one for each bit of their number, largest first.
type partial struct {
	data     []byte
	subtrees []tlog.Hash
}

// fold takes the n-th hash, counted from 1, into the subtrees. With the last
// one that fits, the only subtree left is the tile's own root.
func (p *partial) fold(n int, h tlog.Hash) {
	for ; n%2 == 0; n /= 2 {
		last := len(p.subtrees) - 1
		h = tlog.NodeHash(p.subtrees[last], h)
		p.subtrees = p.subtrees[:last]
	}
	p.subtrees = append(p.subtrees, h)
}

// clone returns a copy with room for a full tile.
func (p partial) clone() partial {
	return partial{
		data:     append(make([]byte, 0, TileWidth*tlog.HashSize), p.data...),
		subtrees: append(make([]tlog.Hash, 0, TileHeight), p.subtrees...),
	}
}

// EdgeTiles returns the tiles that [NewEdge] needs for a tree of the size, as
// wide as they are in that tree: at most one for each level, so three for up
// to 16 million entries.
func EdgeTiles(size int64) []tlog.Tile {
	var tiles []tlog.Tile
	for level := 0; size>>(TileHeight*level) > 0; level++ {
		t := tileAt(level, size>>(TileHeight*(level+1)), size)
		if t.W > 0 {
			tiles = append(tiles, t)
		}
	}
	return tiles
}

// NewEdge returns the edge of a stored tree from the data of its [EdgeTiles],
// in their order. Data longer than the tile is wide is cut, as rows may have
// grown meanwhile; the edge keeps it. It reports [ErrInconsistent] if the tiles do not give the
// head's root, so nothing is ever added to a tree that somebody altered.
func NewEdge(head Head, data [][]byte) (Edge, error) {
	tiles := EdgeTiles(head.Size)
	if len(data) != len(tiles) {
		return Edge{}, fmt.Errorf("edge of tree %d: got %d tiles, want %d", head.Size, len(data), len(tiles))
	}
	e := Edge{size: head.Size}
	for i, t := range tiles {
		if len(data[i]) < t.W*tlog.HashSize {
			return Edge{}, fmt.Errorf("edge of tree %d: %w: %s is too short", head.Size, ErrInconsistent, tilePath(t))
		}
		for len(e.levels) <= t.L {
			e.levels = append(e.levels, partial{})
		}
		p := &e.levels[t.L]
		p.data = data[i][:t.W*tlog.HashSize]
		for n := range t.W {
			p.fold(n+1, tlog.Hash(p.data[n*tlog.HashSize:]))
		}
	}
	if e.Head() != head {
		return Edge{}, fmt.Errorf("edge of tree %d: %w: tiles and root differ", head.Size, ErrInconsistent)
	}
	return e, nil
}

// Head returns size and root of the tree.
func (e Edge) Head() Head {
	// RFC 6962 §2.1: the tree is a row of full subtrees, one for each bit of
	// its size, folded from the right.
	var root tlog.Hash
	empty := true
	for _, level := range e.levels {
		for _, h := range slices.Backward(level.subtrees) {
			if empty {
				root, empty = h, false
			} else {
				root = tlog.NodeHash(h, root)
			}
		}
	}
	if empty {
		root, _ = tlog.TreeHash(0, nil) // never fails: reads nothing
	}
	return Head{Size: e.size, Root: root}
}

// Append adds entries to the tree. It returns the edge of the larger tree and
// the tiles that are new or have grown, each with its whole content so far.
// Entries are up to [MaxEntry] bytes long.
func (e Edge) Append(entries ...[]byte) (Edge, []Tile, error) {
	next := Edge{size: e.size, levels: make([]partial, len(e.levels))}
	for i := range e.levels {
		next.levels[i] = e.levels[i].clone()
	}
	var changed []Tile
	for i, entry := range entries {
		if len(entry) > MaxEntry {
			return Edge{}, nil, fmt.Errorf("entry %d of the batch: %d bytes, at most %d fit", i, len(entry), MaxEntry)
		}
		next.size++
		changed = next.push(tlog.RecordHash(entry), changed)
	}
	for _, t := range next.tiles() {
		if next.size>>(TileHeight*t.ID.L) != e.size>>(TileHeight*t.ID.L) {
			changed = append(changed, Tile{ID: t.ID, Data: slices.Clone(t.Data)})
		}
	}
	return next, changed, nil
}

// tiles returns the edge as EdgeTiles names it.
func (e Edge) tiles() []Tile {
	ids := EdgeTiles(e.size)
	tiles := make([]Tile, len(ids))
	for i, id := range ids {
		tiles[i] = Tile{ID: id, Data: e.levels[id.L].data}
	}
	return tiles
}

// push adds the hash of the entry that made the tree e.size entries large, and
// carries full tiles to the level above.
func (e *Edge) push(h tlog.Hash, changed []Tile) []Tile {
	for level := 0; ; level++ {
		if level == len(e.levels) {
			e.levels = append(e.levels, partial{}.clone())
		}
		p := &e.levels[level]
		p.data = append(p.data, h[:]...)
		n := len(p.data) / tlog.HashSize
		p.fold(n, h)
		if n < TileWidth {
			return changed
		}
		index := e.size>>(TileHeight*(level+1)) - 1
		changed = append(changed, Tile{ID: tileAt(level, index, e.size), Data: p.data})
		h = p.subtrees[0]
		*p = partial{}.clone()
	}
}
