package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/proof"
)

// newPublishing opens a new register with an office and the publisher of its log.
func newPublishing(t *testing.T, log io.Writer) (*publishing, *register, *proof.Office) {
	t.Helper()
	data := t.TempDir()
	p := &program{now: time.Now}
	reg, err := registerFlags{Data: data}.open(t.Context(), p, upToDate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := reg.store.Close(); err != nil {
			t.Error(err)
		}
	})
	proofs := proofFlags{}.complete(data)
	office, err := proofs.office(t.Context(), p, reg, "https://certreg.example", "")
	if err != nil {
		t.Fatal(err)
	}
	publishing, err := proofs.publishing(p, reg, office, slog.New(slog.NewJSONHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return publishing, reg, office
}

// What was committed just before a server stopped is published before it ends.
func TestPublishesALastTime(t *testing.T) {
	publishing, reg, _ := newPublishing(t, io.Discard)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	publishing.run(ctx)
	if _, err := reg.store.Log().Checkpoint(t.Context()); err != nil {
		t.Errorf("checkpoint after the publisher was stopped: got %v, want one", err)
	}
}

// A register is on hold while the mark of its log is missing, says so once, and
// goes on when a person adopts the log.
func TestHoldEnds(t *testing.T) {
	var log bytes.Buffer
	publishing, reg, office := newPublishing(t, &log)
	publishing.once(t.Context())
	if err := reg.Ready(t.Context()); err != nil {
		t.Fatalf("a new register: got %v, want it ready", err)
	}
	mark := publishing.publisher.MarkFile
	if err := os.Rename(mark, filepath.Join(t.TempDir(), "lost")); err != nil {
		t.Fatal(err)
	}
	publishing.once(t.Context())
	publishing.once(t.Context())
	if err := reg.Ready(t.Context()); err == nil {
		t.Error("without the mark: the register is ready")
	}
	if got := strings.Count(log.String(), "register on hold"); got != 1 {
		t.Errorf("without the mark: said so %d times, want once: %s", got, log.String())
	}
	id, err := office.Identity()
	if err != nil {
		t.Fatal(err)
	}
	if err := publishing.publisher.Adopt(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	publishing.once(t.Context())
	if err := reg.Ready(t.Context()); err != nil {
		t.Errorf("after the log was adopted: got %v, want it ready", err)
	}
}
