package translog_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certreg/certreg/internal/translog"
)

// serve returns a client of the log under the prefix /log, over HTTP.
func serve(tb testing.TB, s translog.Reader) (*translog.Client, string) {
	tb.Helper()
	server := httptest.NewServer(http.StripPrefix("/log", newHandler(tb, s)))
	tb.Cleanup(server.Close)
	prefix, err := url.Parse(server.URL + "/log")
	if err != nil {
		tb.Fatal(err)
	}
	return translog.NewClient(prefix, server.Client()), prefix.String()
}

func TestAuditOverHTTP(t *testing.T) {
	id := identity(t, newSigner(1))
	for _, size := range []int{0, 1, 256, 4096, 4106, 10_000} {
		s := newLog(t, size)
		client, _ := serve(t, s)
		var last, seen int64
		auditor := translog.Auditor{
			Reader: client, Identity: id,
			Progress: func(done, total int64) {
				if done <= last || total != int64(size) {
					t.Errorf("progress: got %d of %d after %d", done, total, last)
				}
				last = done
			},
			Entry: func(index int64, entry []byte) error {
				if index != seen || !bytes.Equal(entry, s.entries[index]) {
					t.Errorf("entry %d: got %s as number %d", seen, entry, index)
				}
				seen++
				return nil
			},
		}
		c, err := auditor.Verify(t.Context())
		if err != nil || c.Head != s.head {
			t.Errorf("Verify: got %v, %v, want %v", c, err, s.head)
		}
		if last != int64(size) || seen != int64(size) {
			t.Errorf("audit of %d: progress to %d, %d entries seen", size, last, seen)
		}
		if size == 0 {
			continue
		}
		proof, err := translog.Prove(t.Context(), client, int64(size/2))
		if err != nil {
			t.Fatalf("Prove over HTTP: %v", err)
		}
		if _, _, err := proof.Verify(id); err != nil {
			t.Errorf("proof made over HTTP: %v", err)
		}
	}
}

func TestAuditFindsEveryTampering(t *testing.T) {
	const size = 4_500 // level 1 is partial and complete before the last chunk
	id := identity(t, newSigner(1))
	good := newLog(t, size)
	flip := func(level, index int64, at int) func(*memStore) {
		return func(s *memStore) { s.tiles[[2]int64{level, index}][at] ^= 1 }
	}
	for name, tamper := range map[string]func(*memStore){
		"entry changed": func(s *memStore) {
			s.entries[700] = bytes.Replace(s.entries[700], []byte("issued"), []byte("issues"), 1)
		},
		"entries swapped":       func(s *memStore) { s.entries[5], s.entries[6] = s.entries[6], s.entries[5] },
		"full tile":             flip(0, 3, 8191),
		"partial tile":          flip(0, 17, 0),
		"upper tile":            flip(1, 0, 40),
		"last of an upper tile": flip(1, 0, 16*32+1),
		"entry and its hash, not the tiles above": func(s *memStore) {
			forged := newStore()
			forged.append(t, append(entries(t, 0, 700), entries(t, 900, 1000)...)...)
			copy(s.entries[512:], forged.entries[512:768])
			s.tiles[[2]int64{0, 2}] = forged.tiles[[2]int64{0, 2}]
		},
		"whole log rewritten under an old signature": func(s *memStore) {
			forged := newStore()
			forged.append(t, entries(t, 1, size+1)...)
			s.tiles, s.entries, s.head = forged.tiles, forged.entries, forged.head
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := good.clone()
			tamper(s)
			client, _ := serve(t, s)
			for way, r := range map[string]translog.Reader{"over HTTP": client, "from storage": s} {
				c, err := (&translog.Auditor{Reader: r, Identity: id}).Verify(t.Context())
				if !errors.Is(err, translog.ErrInconsistent) {
					t.Errorf("%s: got %v, %v, want %v", way, c, err, translog.ErrInconsistent)
				}
			}
		})
	}
}

func TestAuditRefuses(t *testing.T) {
	s := newLog(t, 300)
	client, _ := serve(t, s)
	auditor := translog.Auditor{Reader: client, Identity: identity(t, newSigner(7))}
	if _, err := auditor.Verify(t.Context()); !errors.Is(err, translog.ErrUnsigned) {
		t.Errorf("another key: got %v, want %v", err, translog.ErrUnsigned)
	}
	auditor.Identity = identity(t, newSigner(1))
	stop := errors.New("stop")
	auditor.Entry = func(int64, []byte) error { return stop }
	if _, err := auditor.Verify(t.Context()); !errors.Is(err, stop) {
		t.Errorf("entry refused: got %v, want %v", err, stop)
	}
	auditor.Entry = nil
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := auditor.Verify(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want %v", err, context.Canceled)
	}
	s.entries = s.entries[:299]
	if _, err := auditor.Verify(t.Context()); err == nil {
		t.Error("entry missing: got no error")
	}
}

// A copy of the log in files, partial tiles dropped where full ones exist, is
// as good as the server.
func TestAuditOfFiles(t *testing.T) {
	s := newLog(t, 600)
	early := s.checkpoint
	h := newHandler(t, s)
	s.append(t, entries(t, 600, 1024)...)
	publish(t, s, newSigner(1))
	dir := t.TempDir()
	for _, path := range []string{
		"checkpoint", "tile/0/000", "tile/0/001", "tile/0/002", "tile/0/003", "tile/1/000.p/4", "tile/1/000.p/2",
		"tile/entries/000", "tile/entries/001", "tile/entries/002", "tile/entries/003",
	} {
		resp := get(t, h, http.MethodGet, "/"+path)
		name := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, body(t, resp.Body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	id := identity(t, newSigner(1))
	auditor := translog.Auditor{Reader: translog.NewFileClient(os.DirFS(dir)), Identity: id}
	now, err := auditor.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before, err := id.Open(early)
	if err != nil {
		t.Fatal(err)
	}
	if err := translog.VerifyConsistency(t.Context(), auditor.Reader, before.Head, now.Head); err != nil {
		t.Errorf("consistency of the copy: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "checkpoint"), early, 0o600); err != nil {
		t.Fatal(err)
	}
	// The partial tiles of the early checkpoint are gone; the full ones serve.
	if got, err := auditor.Verify(t.Context()); err != nil || got.Size != 600 {
		t.Errorf("audit of the early checkpoint: got %v, %v, want 600 entries", got, err)
	}
	if err := os.Truncate(filepath.Join(dir, "tile", "entries", "001"), 5_000); err != nil {
		t.Fatal(err)
	}
	if _, err := auditor.Verify(t.Context()); !errors.Is(err, translog.ErrInconsistent) {
		t.Errorf("truncated bundle: got %v, want %v", err, translog.ErrInconsistent)
	}
}

func TestClientBoundsWhatItReads(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/checkpoint") {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		_, _ = w.Write(make([]byte, 1<<20))
	}))
	defer server.Close()
	prefix, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := translog.NewClient(prefix, server.Client())
	if _, err := client.Checkpoint(t.Context()); err == nil || !strings.Contains(err.Error(), "418") {
		t.Errorf("Checkpoint: got %v, want an error with the status", err)
	}
	if _, err := client.Tiles(t.Context(), translog.EdgeTiles(1)); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("Tiles: got %v, want an error about the size", err)
	}
}
