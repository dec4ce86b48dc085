package translog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	maxCheckpoint = 1 << 16
	maxBundle     = TileWidth * (2 + MaxEntry)
	// fetchers is how many resources a Client asks for at a time.
	fetchers = 8
)

// A Client reads a log in the layout of C2SP tlog-tiles, from its URL or from
// files. It believes nothing and proves nothing: see [Auditor] and [Prove].
type Client struct {
	// fetch returns a resource of at most limit bytes; fs.ErrNotExist if
	// there is none.
	fetch func(ctx context.Context, path string, limit int64) ([]byte, error)
}

// NewClient reads the log under a URL prefix such as
// "https://register.example.cn/log".
func NewClient(prefix *url.URL, client *http.Client) *Client {
	return &Client{fetch: func(ctx context.Context, path string, limit int64) ([]byte, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, prefix.JoinPath(path).String(), nil)
		if err != nil {
			return nil, err
		}
		resp, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		switch resp.StatusCode {
		case http.StatusOK:
			return readLimited(resp.Body, limit)
		case http.StatusNotFound, http.StatusGone:
			return nil, fs.ErrNotExist
		default:
			return nil, fmt.Errorf("server answers %s", resp.Status)
		}
	}}
}

// NewFileClient reads a log that was copied to files.
func NewFileClient(fsys fs.FS) *Client {
	return &Client{fetch: func(ctx context.Context, path string, limit int64) ([]byte, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := fsys.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return readLimited(f, limit)
	}}
}

func readLimited(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("larger than %d bytes", limit)
	}
	return data, err
}

// Checkpoint implements [Reader].
func (c *Client) Checkpoint(ctx context.Context) ([]byte, error) {
	msg, err := c.fetch(ctx, checkpointPath, maxCheckpoint)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", checkpointPath, err)
	}
	return msg, nil
}

// Tiles implements [Reader].
func (c *Client) Tiles(ctx context.Context, tiles []tlog.Tile) ([][]byte, error) {
	return c.all(ctx, tiles, TileWidth*tlog.HashSize)
}

// Entries implements [Reader]. Servers need keep partial bundles only for
// published sizes, so to should be one, or a multiple of 256.
func (c *Client) Entries(ctx context.Context, from, to int64) ([][]byte, error) {
	if from < 0 || from >= to {
		return nil, nil
	}
	var bundles []tlog.Tile
	for n := from >> TileHeight; n<<TileHeight < to; n++ {
		b := tileAt(0, n, to)
		b.L = entriesLevel
		bundles = append(bundles, b)
	}
	data, err := c.all(ctx, bundles, maxBundle)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for i, b := range bundles {
		bundle, err := parseEntryBundle(data[i], b.W)
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %w", tilePath(b), ErrInconsistent, err)
		}
		entries = append(entries, bundle...)
	}
	return slices.Clip(entries[from-bundles[0].N<<TileHeight:]), nil
}

// all fetches tiles or bundles, several at a time.
func (c *Client) all(ctx context.Context, tiles []tlog.Tile, limit int64) ([][]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	data, errs := make([][]byte, len(tiles)), make([]error, len(tiles))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(fetchers, len(tiles)) {
		workers.Go(func() {
			for i := range next {
				if data[i], errs[i] = c.tile(ctx, tiles[i], limit); errs[i] != nil {
					cancel()
				}
			}
		})
	}
	for i := range tiles {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, err := range errs {
		// The others were cancelled because of the first failure.
		if err != nil && !errors.Is(err, context.Canceled) {
			return nil, err
		}
	}
	return data, errors.Join(errs...)
}

// tile fetches one tile or bundle. Servers may drop a partial one as soon as
// the full one is there.
func (c *Client) tile(ctx context.Context, t tlog.Tile, limit int64) ([]byte, error) {
	data, err := c.fetch(ctx, tilePath(t), limit)
	if errors.Is(err, fs.ErrNotExist) && t.W < TileWidth {
		full := t
		full.W = TileWidth
		data, err = c.fetch(ctx, tilePath(full), limit)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", tilePath(t), err)
	}
	if t.L == entriesLevel {
		return data, nil
	}
	if len(data) < t.W*tlog.HashSize {
		return nil, fmt.Errorf("%s: %w: %d bytes", tilePath(t), ErrInconsistent, len(data))
	}
	return data[:t.W*tlog.HashSize], nil
}
