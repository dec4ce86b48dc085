package translog

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// A Proof shows, to anybody who knows the log's [Identity] and without asking
// anyone, that an entry is in the log. As JSON it can travel with the document
// it proves:
//
//	{"index":41,"size":1000,"hashes":["base64 of 32 bytes",…],"checkpoint":"origin\nsize\nroot\n\n— signatures\n","leaf":"{…}"}
type Proof struct {
	// Index is the position of the entry, from 0.
	Index int64 `json:"index"`
	// Size is the number of entries in the tree of the checkpoint.
	Size int64 `json:"size"`
	// Hashes is the inclusion proof of RFC 6962 §2.1.1, from the sibling of
	// the leaf upwards.
	Hashes []tlog.Hash `json:"hashes"`
	// Checkpoint is the signed note, with every signature it had.
	Checkpoint string `json:"checkpoint"`
	// Leaf is the entry itself: see [ParseLeaf].
	Leaf string `json:"leaf"`
}

// Prove returns the proof that the entry at the index is in the latest
// published checkpoint. It reports [ErrUnpublished] for an entry that is newer
// than that, so for about a second after it was made, and [ErrInconsistent] if
// storage does not belong to the checkpoint.
func Prove(ctx context.Context, r Reader, index int64) (Proof, error) {
	msg, head, err := published(ctx, r)
	if err != nil {
		return Proof{}, err
	}
	if index < 0 || index >= head.Size {
		return Proof{}, fmt.Errorf("entry %d: %w: it covers %d", index, ErrUnpublished, head.Size)
	}
	hashes, err := prove(ctx, r, head, func(tree tlog.HashReader) ([]tlog.Hash, error) {
		return tlog.ProveRecord(head.Size, index, tree)
	})
	if err != nil {
		return Proof{}, fmt.Errorf("prove entry %d: %w", index, err)
	}
	entries, err := r.Entries(ctx, index, index+1)
	if err != nil {
		return Proof{}, fmt.Errorf("entry %d: %w", index, err)
	}
	if len(entries) != 1 || tlog.CheckRecord(hashes, head.Size, head.Root, index, tlog.RecordHash(entries[0])) != nil {
		return Proof{}, fmt.Errorf("entry %d: %w: it is not what the tree says", index, ErrInconsistent)
	}
	return Proof{Index: index, Size: head.Size, Hashes: hashes, Checkpoint: string(msg), Leaf: string(entries[0])}, nil
}

// Verify checks that the proof's entry is in the log and returns the leaf and
// the checkpoint that covers it. Whether the leaf is about the document in hand
// is for the caller to see, by its number and by [Salt.Digest]. It reports
// [ErrOrigin], [ErrUnsigned] and [ErrInconsistent].
func (p Proof) Verify(id Identity) (Leaf, Checkpoint, error) {
	c, err := id.Open([]byte(p.Checkpoint))
	if err != nil {
		return Leaf{}, Checkpoint{}, fmt.Errorf("log proof: %w", err)
	}
	if c.Size != p.Size {
		return Leaf{}, Checkpoint{}, fmt.Errorf("log proof: %w: made for %d entries, checkpoint has %d", ErrInconsistent, p.Size, c.Size)
	}
	if err := tlog.CheckRecord(p.Hashes, c.Size, c.Root, p.Index, tlog.RecordHash([]byte(p.Leaf))); err != nil {
		return Leaf{}, Checkpoint{}, fmt.Errorf("log proof: %w: %w", ErrInconsistent, err)
	}
	leaf, err := ParseLeaf([]byte(p.Leaf))
	if err != nil {
		return Leaf{}, Checkpoint{}, fmt.Errorf("log proof: %w", err)
	}
	return leaf, c, nil
}

// ProveConsistency returns the proof of RFC 6962 §2.1.2 that the tree of size
// old is the beginning of the tree head, which the reader's tiles must belong
// to.
func ProveConsistency(ctx context.Context, r Reader, head Head, old int64) ([]tlog.Hash, error) {
	if old == 0 || old == head.Size {
		return nil, nil
	}
	return prove(ctx, r, head, func(tree tlog.HashReader) ([]tlog.Hash, error) {
		return tlog.ProveTree(head.Size, old, tree)
	})
}

// CheckConsistency checks a proof of [ProveConsistency]. It reports
// [ErrShrunk] and [ErrInconsistent].
func CheckConsistency(proof []tlog.Hash, older, newer Head) error {
	switch {
	case newer.Size < older.Size:
		return fmt.Errorf("%w: %d entries, had %d", ErrShrunk, newer.Size, older.Size)
	case older.Size == 0:
		return nil
	case older.Size == newer.Size:
		if older.Root != newer.Root {
			return fmt.Errorf("%w: two trees of %d entries", ErrInconsistent, newer.Size)
		}
		return nil
	}
	if err := tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return fmt.Errorf("%w: tree of %d does not continue that of %d: %w", ErrInconsistent, newer.Size, older.Size, err)
	}
	return nil
}

// VerifyConsistency checks, from the tiles of the newer tree, that it
// continues the older one: nothing was removed, changed or put in between. It
// reports [ErrShrunk] and [ErrInconsistent].
func VerifyConsistency(ctx context.Context, r Reader, older, newer Head) error {
	if older.Size == 0 || newer.Size <= older.Size {
		return CheckConsistency(nil, older, newer)
	}
	proof, err := ProveConsistency(ctx, r, newer, older.Size)
	if err != nil {
		return err
	}
	return CheckConsistency(proof, older, newer)
}

// published returns the latest checkpoint of the reader and its head, whoever
// signed it.
func published(ctx context.Context, r Reader) ([]byte, Head, error) {
	msg, err := r.Checkpoint(ctx)
	if err != nil {
		return nil, Head{}, fmt.Errorf("checkpoint: %w", err)
	}
	c, err := peek(msg)
	if err != nil {
		return nil, Head{}, err
	}
	return msg, c.Head, nil
}
