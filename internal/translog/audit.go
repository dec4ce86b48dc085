package translog

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// auditChunk is how many entries an audit holds at a time: whole bundles.
const auditChunk = 16 * TileWidth

// An Auditor reads a whole log and checks that it is what its checkpoint says.
type Auditor struct {
	// Reader reads the log: a [Client], or the register's own storage.
	Reader Reader
	// Identity is whom to believe.
	Identity Identity
	// Progress, if set, is told how many entries of how many are done.
	Progress func(done, total int64)
	// Entry, if set, is shown each entry in turn; its error ends the audit.
	Entry func(index int64, entry []byte) error
}

// Verify opens the latest checkpoint, computes the tree again from all its
// entries, compares every tile, and returns the checkpoint. It reports
// [ErrOrigin], [ErrUnsigned] and [ErrInconsistent].
//
// That the log is whole does not say that it is the one seen before: keep the
// checkpoint and give it to [VerifyConsistency] next time.
func (a *Auditor) Verify(ctx context.Context) (Checkpoint, error) {
	msg, err := a.Reader.Checkpoint(ctx)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("audit log: %w", err)
	}
	c, err := a.Identity.Open(msg)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("audit log: %w", err)
	}
	var edge Edge
	for edge.size < c.Size {
		if edge, err = a.chunk(ctx, edge, c.Size); err != nil {
			return Checkpoint{}, fmt.Errorf("audit log: %w", err)
		}
		if a.Progress != nil {
			a.Progress(edge.size, c.Size)
		}
	}
	if err := a.compare(ctx, edge.tiles()); err != nil {
		return Checkpoint{}, fmt.Errorf("audit log: %w", err)
	}
	if edge.Head() != c.Head {
		return Checkpoint{}, fmt.Errorf("audit log: %w: the entries do not give the root of the checkpoint", ErrInconsistent)
	}
	return c, nil
}

// chunk appends the next entries to the edge and compares the tiles they fill.
func (a *Auditor) chunk(ctx context.Context, edge Edge, size int64) (Edge, error) {
	from, to := edge.size, min(edge.size+auditChunk, size)
	entries, err := a.Reader.Entries(ctx, from, to)
	if err != nil {
		return Edge{}, err
	}
	if int64(len(entries)) != to-from {
		return Edge{}, fmt.Errorf("%w: got %d entries from %d, want %d", ErrInconsistent, len(entries), from, to-from)
	}
	if a.Entry != nil {
		for i, entry := range entries {
			if err := a.Entry(from+int64(i), entry); err != nil {
				return Edge{}, fmt.Errorf("entry %d: %w", from+int64(i), err)
			}
		}
	}
	edge, changed, err := edge.Append(entries...)
	if err != nil {
		return Edge{}, err
	}
	full := slices.DeleteFunc(changed, func(t Tile) bool { return t.ID.W < TileWidth })
	return edge, a.compare(ctx, full)
}

// compare reads tiles and holds them against what they should be.
func (a *Auditor) compare(ctx context.Context, want []Tile) error {
	ids := make([]tlog.Tile, len(want))
	for i, t := range want {
		ids[i] = t.ID
	}
	got, err := a.Reader.Tiles(ctx, ids)
	if err != nil {
		return err
	}
	for i, t := range want {
		if !bytes.Equal(got[i], t.Data) {
			return fmt.Errorf("%w: %s is not what the entries give", ErrInconsistent, tilePath(t.ID))
		}
	}
	return nil
}
