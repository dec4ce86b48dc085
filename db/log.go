package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// A Log is the transparency log of a register as its publisher and its readers
// need it. Entries are added by the register's own transactions only.
type Log struct{ db *DB }

var _ translog.Store = Log{}

// Log returns the transparency log kept in d.
func (d *DB) Log() Log { return Log{d} }

// A secret is what a log entry commits to, as it is sealed.
type secret struct {
	Salt   translog.Salt   `json:"salt"`
	Record json.RawMessage `json:"record"`
	Blind  translog.Salt   `json:"blind,omitzero"`
}

// A growth is what entries add to the tree: the index of the first, and the
// tiles that have grown.
type growth struct {
	first int64
	tiles []translog.Tile
}

// grow adds entries to the tree and moves the head, which locks it. The edge that
// the last transaction of this program left serves unless another program has
// added to the log since, or that transaction was not committed.
func (t *tx) grow(ctx context.Context, entries []registry.LogEntry) (growth, error) {
	leaves := make([][]byte, len(entries))
	for i, e := range entries {
		leaves[i] = e.Leaf
	}
	edge := t.edges.Load()
	for range 2 {
		var err error
		if edge == nil {
			if edge, err = t.lockEdge(ctx); err != nil {
				return growth{}, err
			}
		}
		next, tiles, err := edge.Append(leaves...)
		if err != nil {
			return growth{}, err
		}
		was, is := edge.Head(), next.Head()
		query, args := t.carrying(`UPDATE log_head SET size = $1, root = $2 WHERE id = 1 AND size = $3 AND root = $4`,
			is.Size, is.Root[:], was.Size, was.Root[:])
		n, err := t.change(ctx, query, args...)
		if err != nil {
			return growth{}, err
		}
		if n == 1 {
			t.edges.Store(&next)
			return growth{was.Size, tiles}, nil
		}
		edge = nil
	}
	return growth{}, errors.New("the head moved although it was locked")
}

// appendLog enters what the tree has grown by.
func (t *tx) appendLog(ctx context.Context, entries []registry.LogEntry, g growth) error {
	err := t.insertEach(ctx, "log_entry (idx, certificate, event, leaf, secret)", len(entries), func(i int) ([]any, error) {
		e := entries[i]
		e.Index = g.first + int64(i)
		sealed, err := t.sealSecret(e)
		return []any{e.Index, e.Number, e.Event, e.Leaf, sealed}, err
	})
	if err != nil {
		return err
	}
	var grown [][]any
	for _, tile := range g.tiles {
		if tile.ID.L > 0 || tile.ID.W == translog.TileWidth {
			grown = append(grown, []any{tile.ID.L, tile.ID.N, tile.Data})
		}
	}
	_, err = t.upsert(ctx, "log_tile (tile_level, idx, data)", " ON CONFLICT (tile_level, idx) DO UPDATE SET data = excluded.data", grown...)
	return wrap(err, "tiles")
}

func (t *tx) sealSecret(e registry.LogEntry) ([]byte, error) {
	plain, err := json.Marshal(secret{Salt: e.Salt, Record: e.Record, Blind: e.Blind})
	if err != nil {
		return nil, fmt.Errorf("secret of a log entry: %w", err)
	}
	return t.vault.Seal(plain, secretCell(e.Index))
}

type headRow struct {
	Size int64  `db:"size"`
	Root []byte `db:"root"`
}

func (r headRow) head() (translog.Head, error) {
	h := translog.Head{Size: r.Size}
	if copy(h.Root[:], r.Root) != tlog.HashSize {
		return translog.Head{}, fmt.Errorf("root of %d bytes", len(r.Root))
	}
	return h, nil
}

// lockEdge takes the head for this transaction and returns the edge of its tree.
func (t *tx) lockEdge(ctx context.Context) (*translog.Edge, error) {
	var row headRow
	if err := t.get(ctx, &row, `UPDATE log_head SET size = size WHERE id = 1 RETURNING size, root`); err != nil {
		return nil, err
	}
	head, err := row.head()
	if err != nil {
		return nil, err
	}
	data, err := t.tiles(ctx, translog.EdgeTiles(head.Size))
	if err != nil {
		return nil, err
	}
	edge, err := translog.NewEdge(head, data)
	return &edge, err
}

func (t *tx) tiles(ctx context.Context, ids []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(ids))
	for i, id := range ids {
		var err error
		if data[i], err = t.tile(ctx, id); err != nil {
			return nil, fmt.Errorf("tile %s: %w", id.Path(), err)
		}
	}
	return data, nil
}

// tile reads a tile. The last one at level 0 is not stored until it is full: it
// changes with every entry, and is nothing but the hashes of entries.
func (t *tx) tile(ctx context.Context, id tlog.Tile) ([]byte, error) {
	var data []byte
	err := t.get(ctx, &data, `SELECT data FROM log_tile WHERE tile_level = $1 AND idx = $2`, id.L, id.N)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if whole := id.W * tlog.HashSize; len(data) >= whole {
		return data[:whole], nil
	}
	if id.L > 0 || id.W == translog.TileWidth {
		return nil, fs.ErrNotExist
	}
	first := id.N * translog.TileWidth
	leaves, err := t.leaves(ctx, first, first+int64(id.W))
	if err != nil {
		return nil, err
	}
	data = nil
	for _, leaf := range leaves {
		h := tlog.RecordHash(leaf)
		data = append(data, h[:]...)
	}
	return data, nil
}

// leaves reads the entries from index from up to to.
func (t *tx) leaves(ctx context.Context, from, to int64) (leaves [][]byte, err error) {
	if err := t.all(ctx, &leaves, `SELECT leaf FROM log_entry WHERE idx >= $1 AND idx < $2 ORDER BY idx`, from, to); err != nil {
		return nil, err
	}
	if int64(len(leaves)) != to-from {
		return nil, fs.ErrNotExist
	}
	return leaves, nil
}

// LogEntries implements [registry.Reader].
func (t *tx) LogEntries(ctx context.Context, n registry.Number) ([]registry.LogEntry, error) {
	var rows []struct {
		Index  int64           `db:"idx"`
		Event  registry.Action `db:"event"`
		Leaf   []byte          `db:"leaf"`
		Secret []byte          `db:"secret"`
	}
	if err := t.all(ctx, &rows, `SELECT idx, event, leaf, secret FROM log_entry WHERE certificate = $1 ORDER BY idx`, n); err != nil {
		return nil, wrap(err, "log of certificate "+string(n))
	}
	entries := make([]registry.LogEntry, len(rows))
	for i, r := range rows {
		plain, err := t.vault.Open(r.Secret, secretCell(r.Index))
		if err != nil {
			return nil, wrap(err, "log entry "+strconv.FormatInt(r.Index, 10))
		}
		var s secret
		if err := json.Unmarshal(plain, &s); err != nil {
			return nil, errors.New("log entry: not as it is sealed") // the cause would quote it
		}
		entries[i] = registry.LogEntry{Index: r.Index, Number: n, Event: r.Event, Leaf: r.Leaf, Salt: s.Salt, Record: s.Record, Blind: s.Blind}
	}
	return entries, nil
}

// read runs f on one state of the register.
func (l Log) read(ctx context.Context, f func(*tx) error) error {
	return l.db.canceled(ctx, l.db.run(ctx, l.db.read, snapshot, f))
}

// Head implements [translog.Store].
func (l Log) Head(ctx context.Context) (head translog.Head, err error) {
	err = l.read(ctx, func(t *tx) error {
		var row headRow
		err := t.get(ctx, &row, `SELECT size, root FROM log_head WHERE id = 1`)
		if err == nil {
			head, err = row.head()
		}
		return wrap(err, "log head")
	})
	return head, err
}

// Tiles implements [translog.Reader].
func (l Log) Tiles(ctx context.Context, ids []tlog.Tile) (data [][]byte, err error) {
	err = l.read(ctx, func(t *tx) error {
		data, err = t.tiles(ctx, ids)
		return err
	})
	return data, err
}

// Entries implements [translog.Reader].
func (l Log) Entries(ctx context.Context, from, to int64) (entries [][]byte, err error) {
	err = l.read(ctx, func(t *tx) error {
		if entries, err = t.leaves(ctx, from, to); err != nil {
			return fmt.Errorf("log entries from %d to %d: %w", from, to, err)
		}
		return nil
	})
	return entries, err
}

// Checkpoint implements [translog.Reader].
func (l Log) Checkpoint(ctx context.Context) (note []byte, err error) {
	err = l.read(ctx, func(t *tx) error {
		err := t.get(ctx, &note, `SELECT note FROM log_checkpoint WHERE id = 1`)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("checkpoint: %w", fs.ErrNotExist)
		}
		return wrap(err, "checkpoint")
	})
	return note, err
}

// StoreCheckpoint implements [translog.Store].
func (l Log) StoreCheckpoint(ctx context.Context, size int64, note []byte) error {
	return l.db.transact(ctx, func(t *tx) error {
		return wrap(t.exec(ctx, `
			INSERT INTO log_checkpoint (id, size, note) VALUES (1, $1, $2)
			ON CONFLICT (id) DO UPDATE SET size = excluded.size, note = excluded.note
			WHERE log_checkpoint.size <= excluded.size`, size, note), "store checkpoint")
	})
}
