package translog_test

import (
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/certreg/certreg/internal/translog"
)

// get asks a handler; headers are pairs of name and value.
func get(t *testing.T, h http.Handler, method, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) []byte {
	t.Helper()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func newHandler(tb testing.TB, r translog.Reader) http.Handler {
	tb.Helper()
	return translog.NewHandler(r, slog.New(slog.NewTextHandler(tb.Output(), nil)))
}

func TestHandlerServesTheLayout(t *testing.T) {
	const tile, text = "application/octet-stream", "text/plain; charset=utf-8"
	const forever = "public, max-age=31536000, immutable"
	s := newLog(t, 70_000)
	s.append(t, entries(t, 70_000, 70_300)...) // committed, not published
	h := newHandler(t, s)
	tests := []struct {
		path        string
		status      int
		size        int // bytes; -1 for any
		contentType string
		cache       string
	}{
		{"/checkpoint", 200, -1, text, "public, no-cache"},
		{"/tile/0/000", 200, 8192, tile, forever},
		{"/tile/0/272", 200, 8192, tile, forever},
		{"/tile/0/273.p/112", 200, 112 * 32, tile, forever},
		{"/tile/0/273.p/1", 200, 32, tile, forever},
		{"/tile/0/000.p/7", 200, 7 * 32, tile, forever},
		{"/tile/1/000", 200, 8192, tile, forever},
		{"/tile/1/001.p/17", 200, 17 * 32, tile, forever},
		{"/tile/2/000.p/1", 200, 32, tile, forever},
		{"/tile/entries/000", 200, -1, tile, forever},
		{"/tile/entries/273.p/112", 200, -1, tile, forever},
		{"/tile/0/273.p/113", 404, -1, text, "no-store"}, // not published yet
		{"/tile/0/273", 404, -1, text, "no-store"},
		{"/tile/entries/273", 404, -1, text, "no-store"},
		{"/tile/1/001.p/18", 404, -1, text, "no-store"},
		{"/tile/3/000.p/1", 404, -1, text, "no-store"},
		{"/tile/63/000", 404, -1, text, "no-store"},
		{"/tile/0/0", 404, -1, text, "no-store"},
		{"/tile/00/000", 404, -1, text, "no-store"},
		{"/tile/0/000.p/0", 404, -1, text, "no-store"},
		{"/tile/0/000.p/256", 404, -1, text, "no-store"},
		{"/tile/0/x999/x999/x999/x999/x999/x999/x999/999", 404, -1, text, "no-store"},
		{"/tile/0/x072/x057/x594/x037/x927/936", 404, -1, text, "no-store"}, // 2⁵⁶
		{"/tile/entries/x072/x057/x594/x037/x927/936", 404, -1, text, "no-store"},
		{"/tile/data/000", 404, -1, text, "no-store"},
		{"/tile/-1/000", 404, -1, text, "no-store"},
		{"/tile/8/0/000", 404, -1, text, "no-store"},
		{"/elsewhere", 404, -1, text, ""},
	}
	for _, tt := range tests {
		resp := get(t, h, http.MethodGet, tt.path)
		data := body(t, resp.Body)
		if resp.StatusCode != tt.status || tt.size >= 0 && len(data) != tt.size {
			t.Errorf("%s: got %d, %d bytes, want %d, %d bytes", tt.path, resp.StatusCode, len(data), tt.status, tt.size)
		}
		if got := resp.Header.Get("Content-Type"); got != tt.contentType {
			t.Errorf("%s: Content-Type: got %q, want %q", tt.path, got, tt.contentType)
		}
		if got := resp.Header.Get("Cache-Control"); got != tt.cache {
			t.Errorf("%s: Cache-Control: got %q, want %q", tt.path, got, tt.cache)
		}
		if got := resp.Header.Get("ETag"); (got != "") != (tt.status == 200) {
			t.Errorf("%s: ETag: got %q", tt.path, got)
		}
	}
}

func TestHandlerAnswersConditionalRequests(t *testing.T) {
	s := newLog(t, 300)
	h := newHandler(t, s)
	for _, path := range []string{"/checkpoint", "/tile/0/000", "/tile/entries/001.p/44"} {
		tag := get(t, h, http.MethodGet, path).Header.Get("ETag")
		if got := get(t, h, http.MethodGet, path, "If-None-Match", tag).StatusCode; got != http.StatusNotModified {
			t.Errorf("%s again: got %d, want 304", path, got)
		}
		if got := get(t, h, http.MethodHead, path); got.StatusCode != http.StatusOK || len(body(t, got.Body)) > 0 {
			t.Errorf("HEAD %s: got %d with a body, want 200 without", path, got.StatusCode)
		}
		if got := get(t, h, http.MethodPost, path).StatusCode; got != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: got %d, want 405", path, got)
		}
	}
	tag := get(t, h, http.MethodGet, "/checkpoint").Header.Get("ETag")
	s.append(t, entries(t, 300, 301)...)
	publish(t, s, newSigner(1))
	if got := get(t, h, http.MethodGet, "/checkpoint", "If-None-Match", tag).StatusCode; got != 200 {
		t.Errorf("new checkpoint: got %d, want 200", got)
	}
	if got := get(t, h, http.MethodGet, "/tile/0/001.p/45").StatusCode; got != 200 {
		t.Errorf("tile of the new checkpoint: got %d, want 200", got)
	}
}

func TestEntryBundleFormat(t *testing.T) {
	s := newLog(t, 258)
	h := newHandler(t, s)
	plain := get(t, h, http.MethodGet, "/tile/entries/001.p/2")
	data := body(t, plain.Body)
	var want []byte
	for _, entry := range s.entries[256:] {
		want = append(binary.BigEndian.AppendUint16(want, uint16(len(entry))), entry...)
	}
	if string(data) != string(want) {
		t.Errorf("bundle: got %q, want %q", data, want)
	}
	for accept, compressed := range map[string]bool{
		"gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "identity": false, "": false,
	} {
		resp := get(t, h, http.MethodGet, "/tile/entries/001.p/2", "Accept-Encoding", accept)
		if got := resp.Header.Get("Content-Encoding") == "gzip"; got != compressed {
			t.Errorf("Accept-Encoding %q: compressed: got %t, want %t", accept, got, compressed)
			continue
		}
		if !compressed {
			continue
		}
		zr, err := gzip.NewReader(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got := body(t, zr); string(got) != string(want) {
			t.Errorf("compressed bundle: got %q, want %q", got, want)
		}
		if resp.Header.Get("ETag") == plain.Header.Get("ETag") {
			t.Error("compressed and plain bundle have one ETag")
		}
	}
}

func TestHandlerBeforeTheFirstCheckpoint(t *testing.T) {
	s := newStore()
	s.append(t, entries(t, 0, 300)...)
	h := newHandler(t, s)
	for _, path := range []string{"/checkpoint", "/tile/0/000", "/tile/entries/000"} {
		if got := get(t, h, http.MethodGet, path).StatusCode; got != 404 {
			t.Errorf("%s: got %d, want 404", path, got)
		}
	}
}

// A brokenStore fails to read tiles and entries.
type brokenStore struct {
	*memStore
	err error
}

func (s brokenStore) Tiles(context.Context, []tlog.Tile) ([][]byte, error) { return nil, s.err }

func TestHandlerTellsNothingOfFaults(t *testing.T) {
	for err, want := range map[error]int{errors.New("disk on fire"): 500, fs.ErrNotExist: 500, context.DeadlineExceeded: 503} {
		var log strings.Builder
		h := translog.NewHandler(brokenStore{newLog(t, 300), err}, slog.New(slog.NewTextHandler(&log, nil)))
		resp := get(t, h, http.MethodGet, "/tile/0/000")
		if text := string(body(t, resp.Body)); resp.StatusCode != want || strings.Contains(text, "fire") {
			t.Errorf("got %d %q, want %d and no reason", resp.StatusCode, text, want)
		}
		if got := strings.Contains(log.String(), "/tile/0/000"); got != (want == 500) {
			t.Errorf("log after %d: got %q", want, log.String())
		}
	}
}
