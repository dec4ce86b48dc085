package translog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// checkpointPath is where a log's checkpoint is, below its prefix.
const checkpointPath = "checkpoint"

// tilePath returns the path of a tile or entry bundle below the log's prefix,
// such as "tile/0/x001/234.p/7" or "tile/entries/000".
func tilePath(t tlog.Tile) string {
	level, rest := "entries", t
	if t.L != entriesLevel {
		level = fmt.Sprint(t.L)
	}
	rest.L = 0
	// tlog writes the height first, C2SP fixes it: tile/8/0/NNN is tile/L/NNN.
	return "tile/" + level + strings.TrimPrefix(rest.Path(), "tile/8/0")
}

// parseTilePath reads a path as tilePath writes it.
func parseTilePath(path string) (tlog.Tile, error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok {
		return tlog.Tile{}, fmt.Errorf("%q is not a tile path", path)
	}
	if bundle, ok := strings.CutPrefix(rest, "entries/"); ok {
		rest = "data/" + bundle
	}
	t, err := tlog.ParseTilePath("tile/8/" + rest)
	if err != nil || tilePath(t) != path {
		return tlog.Tile{}, fmt.Errorf("%q is not a tile path", path)
	}
	return t, nil
}

// entryBundle writes entries one after the other, each after its length in 16
// bits, big-endian (C2SP tlog-tiles, "Log entries").
func entryBundle(entries [][]byte) ([]byte, error) {
	var data []byte
	for _, entry := range entries {
		if len(entry) > MaxEntry {
			return nil, fmt.Errorf("entry of %d bytes: at most %d fit", len(entry), MaxEntry)
		}
		data = binary.BigEndian.AppendUint16(data, uint16(len(entry)))
		data = append(data, entry...)
	}
	return data, nil
}

// parseEntryBundle reads at least n entries from a bundle and returns the
// first n.
func parseEntryBundle(data []byte, n int) ([][]byte, error) {
	entries := make([][]byte, 0, n)
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, errors.New("entry bundle ends inside an entry")
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end:end])
		data = data[end:]
	}
	if len(entries) < n {
		return nil, fmt.Errorf("entry bundle has %d entries, want %d", len(entries), n)
	}
	return entries[:n], nil
}
