package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A witnessing is what is known of one witness of the log.
type witnessing struct {
	said     string    // the error logged last, "" once it cosigned
	at       time.Time // when it cosigned last; zero if it did not
	failures int       // since the server started
}

// metrics serves the state of the log and its witnesses in the text format of
// Prometheus. It tells nothing that /log/checkpoint does not, but for failures.
func (b *publishing) metrics(w http.ResponseWriter, r *http.Request) {
	text, err := b.measure(r.Context())
	if err != nil {
		b.log.ErrorContext(r.Context(), "metrics", "error", err)
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = fmt.Fprint(w, text) // a client that is gone cannot be told so
}

func (b *publishing) measure(ctx context.Context) (string, error) {
	head, err := b.publisher.Store.Head(ctx)
	if err != nil {
		return "", err
	}
	published, err := b.published(ctx)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	family := func(name, kind, help string) {
		fmt.Fprintf(&text, "# HELP %[1]s %[3]s\n# TYPE %[1]s %[2]s\n", name, kind, help)
	}
	one := func(name, help string, value int64) {
		family(name, "gauge", help)
		fmt.Fprintf(&text, "%s %d\n", name, value)
	}
	one("certreg_log_entries", "Entries of the transparency log.", head.Size)
	one("certreg_log_published_entries", "Entries that the published checkpoint covers.", published)
	onHold := int64(0)
	if b.hold.err() != nil {
		onHold = 1
	}
	one("certreg_on_hold", "Whether certificates must not be issued or changed.", onHold)

	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.witnesses) == 0 {
		return text.String(), nil
	}
	names := slices.Sorted(maps.Keys(b.witnesses))
	family("certreg_witness_cosigned_seconds", "gauge", "When the witness cosigned last, as Unix time; 0 if it has not since the server started.")
	for _, name := range names {
		at := int64(0)
		if s := b.witnesses[name]; !s.at.IsZero() {
			at = s.at.Unix()
		}
		fmt.Fprintf(&text, "certreg_witness_cosigned_seconds{witness=%q} %d\n", name, at)
	}
	family("certreg_witness_failures_total", "counter", "Requests to the witness that failed.")
	for _, name := range names {
		fmt.Fprintf(&text, "certreg_witness_failures_total{witness=%q} %d\n", name, b.witnesses[name].failures)
	}
	return text.String(), nil
}

// published is the size of the published tree, 0 if there is none yet.
func (b *publishing) published(ctx context.Context) (int64, error) {
	checkpoint, err := b.publisher.Store.Checkpoint(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	id, err := b.identity()
	if err != nil {
		return 0, err
	}
	tree, err := id.Open(checkpoint)
	return tree.Size, err
}
