package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/translog"
)

// A hold is the reason why the certificates of a register must not be changed,
// if there is one: the publisher of its log finds it, every change asks for it.
type hold struct{ reason atomic.Pointer[error] }

// set keeps the reason; nil ends the hold.
func (h *hold) set(reason error) { h.reason.Store(&reason) }

// err is the reason, or nil.
func (h *hold) err() error {
	if reason := h.reason.Load(); reason != nil {
		return *reason
	}
	return nil
}

// origin is the name of the register's log as it was first published, which
// stays when the address changes; "" means that nothing was published yet.
func (r *register) origin(ctx context.Context) (string, error) {
	checkpoint, err := r.store.Log().Checkpoint(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	origin, _, _ := strings.Cut(string(checkpoint), "\n")
	return origin, err
}

// The times of the publisher.
const (
	// publishEvery is how often it looks for entries of the log that no
	// checkpoint covers yet: well within the second in which one is promised.
	publishEvery = 250 * time.Millisecond
	// lastPublish is how long the last checkpoint may take when a server stops.
	lastPublish = 5 * time.Second
)

// A publishing signs and publishes checkpoints of a register's log, and puts
// the register on hold while its log must not be signed.
type publishing struct {
	publisher *translog.Publisher
	hold      *hold
	log       *slog.Logger
	now       func() time.Time
	identity  func() (translog.Identity, error)
	said      string // the error logged last: once, not four times a second

	mu        sync.Mutex
	witnesses map[string]witnessing // by name
}

// publishing is the publisher of a register's log, with the witnesses of its policy.
func (f proofFlags) publishing(p *program, reg *register, office *proof.Office, log *slog.Logger) (*publishing, error) {
	b := &publishing{
		publisher: translog.NewPublisher(office.Origin(), reg.store.Log(), office.LogSigners, reg.mark),
		hold:      reg.hold, log: log, now: p.now, identity: office.Identity, witnesses: map[string]witnessing{},
	}
	var err error
	if b.publisher.Witnesses, err = office.Trust().Policy().Witnesses(http.DefaultClient); err != nil {
		return nil, fail("见证策略 %s 有误：%v", "the witness policy %s has a fault: %v", f.Witnesses, err)
	}
	for _, w := range b.publisher.Witnesses {
		b.witnesses[w.Name()] = witnessing{}
	}
	return b, nil
}

// once publishes what there is.
func (b *publishing) once(ctx context.Context) {
	b.report(ctx, b.publisher.Publish(ctx))
}

// run publishes until ctx ends, and then what was committed last.
func (b *publishing) run(ctx context.Context) {
	tick := time.NewTicker(publishEvery)
	defer tick.Stop()
	b.publisher.Witnessed = func(w *translog.Witness, err error) { b.reportWitness(ctx, w.Name(), err) }
	b.publisher.Run(ctx, tick.C, func(err error) { b.report(ctx, err) })
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastPublish)
	defer cancel()
	b.once(last)
}

// report holds or releases the register and logs what is new. A fault that
// says nothing about the log, such as a full disk, changes no hold.
func (b *publishing) report(ctx context.Context, err error) {
	switch todo := remedy(err); {
	case err == nil && b.hold.err() != nil:
		b.hold.set(nil)
		b.log.InfoContext(ctx, "register no longer on hold")
	case err == nil:
	case todo != "":
		b.hold.set(err)
		if b.said != err.Error() {
			b.log.ErrorContext(ctx, "register on hold", "error", err, "remedy", todo)
		}
	case b.said != err.Error():
		b.log.ErrorContext(ctx, "checkpoint not published", "error", err)
	}
	b.said = ""
	if err != nil {
		b.said = err.Error()
	}
}

// reportWitness notes what became of a request to a witness, and logs when it
// begins or ceases to cosign. The register goes on either way: its checkpoint
// then has fewer cosignatures.
func (b *publishing) reportWitness(ctx context.Context, name string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.witnesses[name]
	switch {
	case err == nil && (s.said != "" || s.at.IsZero()):
		b.log.InfoContext(ctx, "witness cosigns", "witness", name)
	case err == nil || s.said == err.Error():
	case remedy(err) != "":
		b.log.ErrorContext(ctx, "witness saw another log", "witness", name, "error", err, "remedy", "find out which database the witness saw before issuing anything: see docs/operations.md, Witnesses")
	default:
		b.log.WarnContext(ctx, "witness does not cosign", "witness", name, "error", err)
	}
	if err == nil {
		s.said, s.at = "", b.now()
	} else {
		s.said = err.Error()
		s.failures++
	}
	b.witnesses[name] = s
}

// remedy is what a person must do about a log that must not be signed, or ""
// for errors that only delay a checkpoint.
func remedy(err error) string {
	switch {
	case errors.Is(err, translog.ErrNoMark):
		return "if this is a further server, or the mark was lost and the database is the newest: certreg log adopt --trust FILE"
	case errors.Is(err, translog.ErrShrunk), errors.Is(err, translog.ErrInconsistent), errors.Is(err, translog.ErrOrigin):
		return "the database is not the one whose log was signed last: restore the newest database"
	}
	return ""
}
