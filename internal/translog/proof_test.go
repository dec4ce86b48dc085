package translog_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/certreg/certreg/internal/translog"
)

// Every entry of every small tree, and entries round tile borders, are proved
// and verified offline from JSON.
func TestProofsVerifyOffline(t *testing.T) {
	id := identity(t, newSigner(1))
	for _, size := range []int{1, 2, 3, 7, 8, 255, 256, 257, 65_537} {
		s := newLog(t, size)
		for _, index := range []int{0, 1, 2, 6, 254, 255, 256, size / 2, size - 1} {
			if index >= size {
				continue
			}
			proof, err := translog.Prove(t.Context(), s, int64(index))
			if err != nil {
				t.Fatalf("Prove(%d of %d): %v", index, size, err)
			}
			var back translog.Proof
			if err := json.Unmarshal(toJSON(t, proof), &back); err != nil {
				t.Fatal(err)
			}
			leaf, c, err := back.Verify(id)
			if err != nil {
				t.Fatalf("Verify(%d of %d): %v", index, size, err)
			}
			want, err := translog.ParseLeaf(s.entries[index])
			if err != nil {
				t.Fatal(err)
			}
			if leaf != want || c.Head != s.head {
				t.Errorf("Verify(%d of %d): got %v in %v, want %v in %v", index, size, leaf, c.Head, want, s.head)
			}
		}
	}
}

func TestVerifyRefusesAForgedProof(t *testing.T) {
	s := newLog(t, 300)
	id := identity(t, newSigner(1))
	good, err := translog.Prove(t.Context(), s, 41)
	if err != nil {
		t.Fatal(err)
	}
	other, err := translog.NewIdentity("other.example.cn/log", newSigner(1).Public())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := good.Verify(other); !errors.Is(err, translog.ErrOrigin) {
		t.Errorf("another log: got %v, want %v", err, translog.ErrOrigin)
	}
	if _, _, err := good.Verify(identity(t, newSigner(9))); !errors.Is(err, translog.ErrUnsigned) {
		t.Errorf("another key: got %v, want %v", err, translog.ErrUnsigned)
	}
	tests := []struct {
		name  string
		forge func(*translog.Proof)
		want  error
	}{
		{"another leaf", func(p *translog.Proof) { p.Leaf = string(s.entries[42]) }, translog.ErrInconsistent},
		{"another number", func(p *translog.Proof) { p.Leaf = strings.Replace(p.Leaf, "041", "042", 1) }, translog.ErrInconsistent},
		{"another position", func(p *translog.Proof) { p.Index++ }, translog.ErrInconsistent},
		{"position past the end", func(p *translog.Proof) { p.Index = 300 }, translog.ErrInconsistent},
		{"negative position", func(p *translog.Proof) { p.Index = -1 }, translog.ErrInconsistent},
		{"another size", func(p *translog.Proof) { p.Size++ }, translog.ErrInconsistent},
		{"altered hash", func(p *translog.Proof) { p.Hashes[3][7] ^= 1 }, translog.ErrInconsistent},
		{"missing hash", func(p *translog.Proof) { p.Hashes = p.Hashes[1:] }, translog.ErrInconsistent},
		{"no hashes", func(p *translog.Proof) { p.Hashes = nil }, translog.ErrInconsistent},
		{"larger tree claimed", func(p *translog.Proof) {
			p.Checkpoint = strings.Replace(p.Checkpoint, "\n300\n", "\n301\n", 1)
		}, translog.ErrUnsigned},
		{"no signature", func(p *translog.Proof) { p.Checkpoint, _, _ = strings.Cut(p.Checkpoint, "—") }, translog.ErrUnsigned},
		{"no checkpoint", func(p *translog.Proof) { p.Checkpoint = "" }, translog.ErrUnsigned},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			forged := good
			forged.Hashes = slices.Clone(good.Hashes)
			tt.forge(&forged)
			if _, _, err := forged.Verify(id); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestProveRefuses(t *testing.T) {
	s := newLog(t, 600)
	s.append(t, entries(t, 600, 610)...) // not published yet
	for _, index := range []int64{-1, 600, 609, 610} {
		if _, err := translog.Prove(t.Context(), s, index); !errors.Is(err, translog.ErrUnpublished) {
			t.Errorf("Prove(%d): got %v, want %v", index, err, translog.ErrUnpublished)
		}
	}
	s.entries[3] = s.entries[4]
	if _, err := translog.Prove(t.Context(), s, 3); !errors.Is(err, translog.ErrInconsistent) {
		t.Errorf("altered entry: got %v, want %v", err, translog.ErrInconsistent)
	}
	s.tiles[[2]int64{0, 0}][100] ^= 1
	if _, err := translog.Prove(t.Context(), s, 200); !errors.Is(err, translog.ErrInconsistent) {
		t.Errorf("altered tile: got %v, want %v", err, translog.ErrInconsistent)
	}
}

func TestConsistency(t *testing.T) {
	var heads []translog.Head
	s := newStore()
	for i := range 600 {
		heads = append(heads, s.head)
		s.append(t, entries(t, i, i+1)...)
	}
	for _, newer := range []int{0, 1, 2, 255, 256, 257, 599} {
		for older := 0; older < len(heads); older += 1 + older/9 {
			got := translog.VerifyConsistency(t.Context(), s, heads[older], heads[newer])
			if older <= newer && got != nil {
				t.Errorf("%d in %d: got %v, want no error", older, newer, got)
			}
			if older > newer && !errors.Is(got, translog.ErrShrunk) {
				t.Errorf("%d in %d: got %v, want %v", older, newer, got, translog.ErrShrunk)
			}
		}
	}
	forked := heads[300]
	forked.Root[0] ^= 1
	for _, newer := range []translog.Head{heads[300], heads[599]} {
		if got := translog.VerifyConsistency(t.Context(), s, forked, newer); !errors.Is(got, translog.ErrInconsistent) {
			t.Errorf("fork at 300 in %d: got %v, want %v", newer.Size, got, translog.ErrInconsistent)
		}
	}
	proof, err := translog.ProveConsistency(t.Context(), s, heads[599], 300)
	if err != nil {
		t.Fatal(err)
	}
	if err := translog.CheckConsistency(proof, heads[300], heads[599]); err != nil {
		t.Errorf("CheckConsistency: got %v, want no error", err)
	}
	for name, hashes := range map[string][]tlog.Hash{"short": proof[1:], "none": nil} {
		if err := translog.CheckConsistency(hashes, heads[300], heads[599]); !errors.Is(err, translog.ErrInconsistent) {
			t.Errorf("%s proof: got %v, want %v", name, err, translog.ErrInconsistent)
		}
	}
}
