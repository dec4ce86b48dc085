package translog

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	immutable   = "public, max-age=31536000, immutable"
	revalidate  = "public, no-cache" // kept, but asked for again each time
	neverStored = "no-store"
)

// A handler serves a log as C2SP tlog-tiles.
type handler struct {
	reader Reader
	log    *slog.Logger
	// size is the largest published tree seen so far, which spares looking up
	// the checkpoint for each tile.
	size atomic.Int64
}

// NewHandler serves a log as C2SP tlog-tiles at /checkpoint, /tile/L/N and
// /tile/entries/N, to be mounted with [http.StripPrefix] under the log's
// prefix. Only what a published checkpoint covers is served, so that what
// caches keep for ever is what was signed. Faults of the reader go to the log
// and are told as 500, or 503 when time ran out.
func NewHandler(r Reader, log *slog.Logger) http.Handler {
	h := &handler{reader: r, log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /checkpoint", h.handle(h.checkpoint))
	mux.HandleFunc("GET /tile/{level}/{path...}", h.handle(h.tile))
	return mux
}

func (h *handler) handle(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := serve(w, r)
		if err == nil {
			return
		}
		status := http.StatusInternalServerError
		switch {
		case errors.Is(err, fs.ErrNotExist):
			status = http.StatusNotFound
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			status = http.StatusServiceUnavailable
		default:
			h.log.ErrorContext(r.Context(), "transparency log", "path", r.URL.Path, "error", err)
		}
		w.Header().Set("Cache-Control", neverStored)
		http.Error(w, http.StatusText(status), status)
	}
}

func (h *handler) checkpoint(w http.ResponseWriter, r *http.Request) error {
	msg, head, err := published(r.Context(), h.reader)
	if err != nil {
		return err
	}
	h.sawSize(head.Size)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", revalidate)
	serveContent(w, r, msg)
	return nil
}

func (h *handler) tile(w http.ResponseWriter, r *http.Request) error {
	t, err := parseTilePath(strings.TrimPrefix(r.URL.Path, "/"))
	if err != nil {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	if err := h.covered(r.Context(), t); err != nil {
		return err
	}
	data, err := h.read(r.Context(), t)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s is published and missing", ErrInconsistent, tilePath(t))
	}
	if err != nil {
		return err
	}
	if t.L == entriesLevel {
		w.Header().Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			if data, err = compress(data); err != nil {
				return err
			}
			w.Header().Set("Content-Encoding", "gzip")
		}
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", immutable)
	serveContent(w, r, data)
	return nil
}

func (h *handler) read(ctx context.Context, t tlog.Tile) ([]byte, error) {
	if t.L != entriesLevel {
		data, err := h.reader.Tiles(ctx, []tlog.Tile{t})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", tilePath(t), err)
		}
		return data[0], nil
	}
	from := t.N << TileHeight
	entries, err := h.reader.Entries(ctx, from, from+int64(t.W))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", tilePath(t), err)
	}
	return entryBundle(entries)
}

// covered reports [fs.ErrNotExist] unless the published tree fills the tile.
func (h *handler) covered(ctx context.Context, t tlog.Tile) error {
	fills := func(size int64) bool { return tileAt(max(t.L, 0), t.N, size).W >= t.W }
	if fills(h.size.Load()) {
		return nil
	}
	_, head, err := published(ctx, h.reader)
	if err != nil {
		return err
	}
	h.sawSize(head.Size)
	if !fills(head.Size) {
		return fmt.Errorf("%s in a tree of %d: %w", tilePath(t), head.Size, fs.ErrNotExist)
	}
	return nil
}

// sawSize remembers a published size; forgetting a larger one costs a look-up.
func (h *handler) sawSize(size int64) {
	if size > h.size.Load() {
		h.size.Store(size)
	}
}

// serveContent adds an entity tag and answers conditional, range and HEAD
// requests.
func serveContent(w http.ResponseWriter, r *http.Request, data []byte) {
	sum := sha256.Sum256(data)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3) as far as gzip goes.
func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, weighted := strings.Cut(strings.TrimSpace(coding), ";q=")
		if name == "gzip" {
			weight, err := strconv.ParseFloat(q, 64)
			return !weighted || err == nil && weight > 0
		}
	}
	return false
}

func compress(data []byte) ([]byte, error) {
	var buf bytes.Buffer
	// Half of an entry is its digest, which no effort makes smaller.
	zw, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := zw.Write(data); err != nil {
		return nil, err
	}
	if err := zw.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
