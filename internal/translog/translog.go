// Package translog keeps the transparency log of the register: an append-only
// Merkle tree (RFC 6962, SHA-256) over short entries that prove without
// telling. It computes what an append changes, serves the tree as C2SP
// tlog-tiles, signs and publishes checkpoints, makes and checks proofs, and
// audits a whole log from outside.
//
// Storage is the caller's: one row per tile, its data growing to 256 hashes, and
// one row for the head. The last tile at level 0 need not be stored before it is
// full, for it is the hashes of its entries. Nothing here knows certificates, databases or
// where the signing keys are kept.
//
// Norms: RFC 6962 §2.1 and, of c2sp.org, tlog-tiles, tlog-checkpoint,
// signed-note, tlog-cosignature, tlog-witness and tlog-policy.
package translog

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	// TileHeight is the height of a tile in tree levels (C2SP tlog-tiles).
	TileHeight = 8
	// TileWidth is the number of hashes in a full tile, and of entries in a
	// full entry bundle.
	TileWidth = 1 << TileHeight
	// MaxEntry is the size in bytes of the longest entry: its length travels
	// in 16 bits.
	MaxEntry = 1<<16 - 1

	// entriesLevel is the level at which tlog.Tile counts entry bundles.
	entriesLevel = -1
)

// The reasons a log, a checkpoint or a proof is not accepted.
var (
	// ErrUnsigned says that none of the keys known for the log signed the
	// checkpoint, or that its signature does not match.
	ErrUnsigned = errors.New("checkpoint is not signed by the log")
	// ErrOrigin says that a checkpoint belongs to another log.
	ErrOrigin = errors.New("checkpoint is of another log")
	// ErrInconsistent says that what was read does not belong to the tree it
	// is said to belong to.
	ErrInconsistent = errors.New("log is inconsistent")
	// ErrShrunk says that a tree is smaller than one that was signed before.
	ErrShrunk = errors.New("log is smaller than it was")
	// ErrUnpublished says that no published checkpoint covers the entry yet.
	ErrUnpublished = errors.New("not in a published checkpoint yet")
)

// A Head is a tree: its number of entries and its root hash.
type Head struct {
	Size int64
	Root tlog.Hash
}

// A Reader reads a log. A [Client] reads one from outside.
type Reader interface {
	// Checkpoint returns the latest published checkpoint, a signed note. It
	// reports [fs.ErrNotExist] as long as none was published.
	Checkpoint(ctx context.Context) ([]byte, error)
	// Tiles returns the first W hashes, concatenated, of each tile. A tile
	// that has fewer is reported as [fs.ErrNotExist].
	Tiles(ctx context.Context, tiles []tlog.Tile) ([][]byte, error)
	// Entries returns the entries from index from up to, and without, index
	// to. It reports [fs.ErrNotExist] when there are not that many.
	Entries(ctx context.Context, from, to int64) ([][]byte, error)
}

// tileAt returns the tile at a level as wide as a tree of the size fills it; W
// is 0 if the tree does not reach it.
func tileAt(level int, index, size int64) tlog.Tile {
	t := tlog.Tile{H: TileHeight, L: level, N: index}
	switch last := size >> (TileHeight * (level + 1)); {
	case index < last:
		t.W = TileWidth
	case index == last:
		t.W = int(size >> (TileHeight * level) % TileWidth)
	}
	return t
}

// prove runs a proof of package tlog over the tiles of a tree, each checked
// against the head before it is used. It reports [ErrInconsistent] unless it
// was the reader that failed.
func prove(ctx context.Context, r Reader, head Head, proof func(tlog.HashReader) ([]tlog.Hash, error)) ([]tlog.Hash, error) {
	tiles := &tileReader{ctx: ctx, reader: r}
	hashes, err := proof(tlog.TileHashReader(tlog.Tree{N: head.Size, Hash: head.Root}, tiles))
	if tiles.err != nil {
		return nil, tiles.err
	}
	if err != nil {
		return nil, fmt.Errorf("%w: tree of %d: %w", ErrInconsistent, head.Size, err)
	}
	return hashes, nil
}

// A tileReader is a Reader as tlog wants it, for the length of one call.
type tileReader struct {
	ctx    context.Context
	reader Reader
	err    error
}

func (t *tileReader) Height() int { return TileHeight }

func (t *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data, err := t.reader.Tiles(t.ctx, tiles)
	t.err = err
	return data, err
}

func (t *tileReader) SaveTiles([]tlog.Tile, [][]byte) {}
