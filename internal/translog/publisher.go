package translog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// ErrNoMark says that checkpoints were published before, but the file with the
// high-water mark is not there: see [Publisher.Adopt].
var ErrNoMark = errors.New("high-water mark is missing")

// A Store is the log's storage as its publisher needs it.
type Store interface {
	Reader
	// Head returns the newest committed tree.
	Head(ctx context.Context) (Head, error)
	// StoreCheckpoint makes the signed note the published checkpoint, unless
	// one of a larger tree is stored already, which is not an error.
	StoreCheckpoint(ctx context.Context, size int64, checkpoint []byte) error
}

// A Publisher signs the newest tree and publishes the checkpoint. It never
// signs a tree that does not continue every tree signed before: the largest
// one is remembered in a file outside the database, so that a database
// restored from an old backup, or altered, is not passed off as the register.
//
// Every process that publishes has a file of its own. All exported fields are
// set before use and not changed afterwards.
type Publisher struct {
	// Origin is the name of the log: see [Checkpoint].
	Origin string
	// Store keeps the log.
	Store Store
	// Signers returns the keys that sign now: during a change of keys the old
	// and the new one.
	Signers func() ([]Signer, error)
	// MarkFile is the path of the high-water mark, on durable storage that is
	// not restored together with the database.
	MarkFile string
	// Witnesses are asked to cosign each checkpoint after it was published.
	Witnesses []*Witness
	// Witnessed, if set, is told how each request to a witness ended.
	Witnessed func(w *Witness, err error)
	// Pause is the least time between two checkpoints when many changes come.
	Pause time.Duration
	// Grace is how much longer a checkpoint stays for its cosignatures to
	// arrive, so that they do so under a stream of changes, too.
	Grace time.Duration

	wake chan struct{}
}

// NewPublisher returns a publisher without witnesses that publishes at most
// ten times a second, and no change later than half a second after it was made.
func NewPublisher(origin string, store Store, signers func() ([]Signer, error), markFile string) *Publisher {
	return &Publisher{
		Origin: origin, Store: store, Signers: signers, MarkFile: markFile,
		Pause: 100 * time.Millisecond, Grace: 300 * time.Millisecond,
		wake: make(chan struct{}, 1),
	}
}

// Notify says that the log has grown. It never waits.
func (p *Publisher) Notify() {
	select {
	case p.wake <- struct{}{}:
	default: // one wake-up for many changes is enough
	}
}

// Run publishes at once, after each [Publisher.Notify] and at each tick, which
// finds what other processes committed and what failed before, until the
// context ends. Each attempt's outcome goes to report, nil for success. What
// was published is then shown to the witnesses, whose cosignatures are added
// when they come: a witness that is away delays nothing.
func (p *Publisher) Run(ctx context.Context, tick <-chan time.Time, report func(error)) {
	r := round{Publisher: p, answers: make(chan answer)}
	defer r.requests.Wait()
	for {
		msg, err := p.publish(ctx)
		if ctx.Err() != nil {
			return
		}
		report(err)
		if err == nil {
			r.ask(ctx, msg)
		}
		if !r.rest(ctx) || !r.wait(ctx, tick) {
			return
		}
	}
}

// Publish signs and stores the checkpoint of the newest tree, unless it is
// published already with all current keys. It reports [ErrShrunk],
// [ErrInconsistent] and [ErrNoMark] when the tree must not be signed; these
// need a person, who finds the newer database or, if it is lost, begins a new
// log under another origin. It must not run twice at the same time.
func (p *Publisher) Publish(ctx context.Context) error {
	_, err := p.publish(ctx)
	return err
}

// publish is Publish, returning the checkpoint that is now published.
func (p *Publisher) publish(ctx context.Context) ([]byte, error) {
	head, err := p.Store.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	stored, err := p.Store.Checkpoint(ctx)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("publish: %w", err)
	}
	if err := p.raiseMark(ctx, head, stored != nil); err != nil {
		return nil, fmt.Errorf("publish tree of %d: %w", head.Size, err)
	}
	signers, err := p.Signers()
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	if p.current(stored, head, signers) {
		return stored, nil
	}
	msg, err := Checkpoint{Origin: p.Origin, Head: head}.Sign(ctx, signers...)
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	if err := p.Store.StoreCheckpoint(ctx, head.Size, msg); err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	return msg, nil
}

// raiseMark makes sure that the tree continues what was signed before and
// remembers it, before it is signed.
func (p *Publisher) raiseMark(ctx context.Context, head Head, published bool) error {
	mark, err := p.mark(published)
	if err != nil || mark == head {
		return err
	}
	if err := VerifyConsistency(ctx, p.Store, mark, head); err != nil {
		return err
	}
	return writeMark(p.MarkFile, Checkpoint{Origin: p.Origin, Head: head})
}

// mark is the largest tree that was ever signed, the empty one if none was.
func (p *Publisher) mark(published bool) (Head, error) {
	mark, err := readMark(p.MarkFile, p.Origin)
	switch {
	case errors.Is(err, fs.ErrNotExist) && published:
		return Head{}, fmt.Errorf("%w: %s", ErrNoMark, p.MarkFile)
	case errors.Is(err, fs.ErrNotExist):
		return Head{}, nil
	}
	return mark, err
}

// Check reports why the newest tree must not be signed, as [Publisher.Publish]
// does, and changes nothing. It may run while another process publishes: what is
// read first is never newer than what is read after it.
func (p *Publisher) Check(ctx context.Context) error {
	_, err := p.Store.Checkpoint(ctx)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("check: %w", err)
	}
	mark, err := p.mark(err == nil)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	head, err := p.Store.Head(ctx)
	if err == nil {
		err = VerifyConsistency(ctx, p.Store, mark, head)
	}
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return nil
}

// Adopt starts the high-water mark anew from the published checkpoint, for a
// further process or after the file was lost. Whoever calls it vouches that the
// database is the newest, not a restored one: the identity, and a checkpoint
// known from elsewhere such as a witness, help to be sure. It refuses if there
// is a mark already.
func (p *Publisher) Adopt(ctx context.Context, id Identity) error {
	if _, err := readMark(p.MarkFile, p.Origin); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("adopt: %s is there", p.MarkFile), err)
	}
	msg, err := p.Store.Checkpoint(ctx)
	if err != nil {
		return fmt.Errorf("adopt: %w", err)
	}
	c, err := id.Open(msg)
	if err != nil {
		return fmt.Errorf("adopt: %w", err)
	}
	return writeMark(p.MarkFile, c)
}

// current says whether the stored checkpoint is of the tree and signed with
// all the keys and no former one.
func (p *Publisher) current(stored []byte, head Head, signers []Signer) bool {
	if stored == nil {
		return false
	}
	var verifiers []note.Verifier
	for _, s := range signers {
		v, err := newVerifier(p.Origin, s.Public())
		if err != nil {
			return false
		}
		verifiers = append(verifiers, v)
	}
	n, err := note.Open(stored, note.VerifierList(verifiers...))
	former := func(s note.Signature) bool { return s.Name == p.Origin }
	if err != nil || len(n.Sigs) != len(signers) || slices.ContainsFunc(n.UnverifiedSigs, former) {
		return false
	}
	c, err := parseCheckpointText(n.Text)
	return err == nil && c == Checkpoint{Origin: p.Origin, Head: head}
}
