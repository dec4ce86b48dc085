package translog_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/certreg/certreg/internal/translog"
)

const origin = "register.example.cn/log"

var start = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

// A memStore is a log in memory, stored as a database would: one row for each
// tile, entry and checkpoint, and one for the head.
type memStore struct {
	mu         sync.Mutex
	tiles      map[[2]int64][]byte
	entries    [][]byte
	head       translog.Head
	checkpoint []byte
}

func newStore() *memStore {
	return &memStore{tiles: map[[2]int64][]byte{}, head: translog.Edge{}.Head()}
}

// clone is a backup of the store.
func (s *memStore) clone() *memStore {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := newStore()
	for id, data := range s.tiles {
		c.tiles[id] = slices.Clone(data)
	}
	c.entries, c.head, c.checkpoint = slices.Clone(s.entries), s.head, s.checkpoint
	return c
}

// append does what a transaction does: read the edge, append, write the tiles
// and the head.
func (s *memStore) append(tb testing.TB, entries ...[]byte) {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var data [][]byte
	for _, t := range translog.EdgeTiles(s.head.Size) {
		data = append(data, s.tiles[[2]int64{int64(t.L), t.N}])
	}
	edge, err := translog.NewEdge(s.head, data)
	if err != nil {
		tb.Fatal(err)
	}
	next, changed, err := edge.Append(entries...)
	if err != nil {
		tb.Fatal(err)
	}
	for _, t := range changed {
		s.tiles[[2]int64{int64(t.ID.L), t.ID.N}] = t.Data
	}
	s.entries = append(s.entries, entries...)
	s.head = next.Head()
}

func (s *memStore) Head(context.Context) (translog.Head, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.head, nil
}

func (s *memStore) Checkpoint(context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.checkpoint == nil {
		return nil, fs.ErrNotExist
	}
	return slices.Clone(s.checkpoint), nil
}

func (s *memStore) StoreCheckpoint(_ context.Context, _ int64, checkpoint []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checkpoint = checkpoint
	return nil
}

func (s *memStore) Tiles(_ context.Context, tiles []tlog.Tile) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var data [][]byte
	for _, t := range tiles {
		row := s.tiles[[2]int64{int64(t.L), t.N}]
		if len(row) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %d/%d: %w", t.L, t.N, fs.ErrNotExist)
		}
		data = append(data, row[:t.W*tlog.HashSize])
	}
	return data, nil
}

func (s *memStore) Entries(_ context.Context, from, to int64) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if to > int64(len(s.entries)) {
		return nil, fs.ErrNotExist
	}
	return s.entries[from:to], nil
}

// A signer is an Ed25519 key in memory.
type signer struct{ ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey {
	public, _ := s.PrivateKey.Public().(ed25519.PublicKey)
	return public
}

func (s signer) Sign(_ context.Context, message []byte) ([]byte, error) {
	return ed25519.Sign(s.PrivateKey, message), nil
}

// newSigner returns the n-th key of the tests.
func newSigner(n byte) signer {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = n
	return signer{ed25519.NewKeyFromSeed(seed)}
}

func identity(tb testing.TB, signers ...signer) translog.Identity {
	tb.Helper()
	var keys []ed25519.PublicKey
	for _, s := range signers {
		keys = append(keys, s.Public())
	}
	id, err := translog.NewIdentity(origin, keys...)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// entries returns the entries from..to of a register.
func entries(tb testing.TB, from, to int) [][]byte {
	tb.Helper()
	out := make([][]byte, 0, to-from)
	for i := from; i < to; i++ {
		leaf := translog.Leaf{
			At:     start.Add(time.Duration(i) * time.Second),
			Digest: translog.Salt{byte(i), byte(i >> 8)}.Digest([]byte("record")),
			Event:  "certificate-issued",
			Number: fmt.Sprintf("S%015d", i),
		}
		entry, err := leaf.Encode()
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, entry)
	}
	return out
}

// publish signs the head of the store without a publisher.
func publish(tb testing.TB, s *memStore, signers ...translog.Signer) {
	tb.Helper()
	head, err := s.Head(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	msg, err := translog.Checkpoint{Origin: origin, Head: head}.Sign(tb.Context(), signers...)
	if err != nil {
		tb.Fatal(err)
	}
	if err := s.StoreCheckpoint(tb.Context(), head.Size, msg); err != nil {
		tb.Fatal(err)
	}
}

// newLog returns a published log of n entries, made in batches.
func newLog(tb testing.TB, n int) *memStore {
	tb.Helper()
	s := newStore()
	for i := 0; i < n; i += 1000 {
		s.append(tb, entries(tb, i, min(i+1000, n))...)
	}
	publish(tb, s, newSigner(1))
	return s
}

func toJSON(tb testing.TB, v any) []byte {
	tb.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}
