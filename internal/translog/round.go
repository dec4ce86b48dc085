package translog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// A round is a running publisher between two checkpoints. Witnesses are asked
// beside it; everything else happens in one goroutine.
type round struct {
	*Publisher
	number   int // of the round
	awaited  int // answers to requests of this round
	answers  chan answer
	requests sync.WaitGroup
}

// An answer is how a request to a witness ended.
type answer struct {
	witness *Witness
	number  int // of the round it was asked in
	msg     []byte
	line    string
	err     error
}

// ask shows the checkpoint to the witnesses that have not cosigned it. An
// empty log gives them nothing to vouch for.
func (r *round) ask(ctx context.Context, msg []byte) {
	r.number++
	r.awaited = 0
	if c, err := peek(msg); err != nil || c.Size == 0 {
		return
	}
	for _, w := range r.Witnesses {
		if signed(msg, w.verifier) || !w.ready() {
			continue
		}
		w.asked = true
		r.awaited++
		number := r.number
		r.requests.Go(func() {
			line, err := w.cosign(ctx, r.Store, msg)
			select {
			case r.answers <- answer{w, number, msg, line, err}:
			case <-ctx.Done():
			}
		})
	}
}

// take notes an answer and publishes the cosignature.
func (r *round) take(ctx context.Context, a answer) {
	if a.number == r.number {
		r.awaited--
	} else {
		r.Notify() // the witness is free for the checkpoint of this round
	}
	err := r.add(ctx, a)
	a.witness.answered(err)
	if r.Witnessed != nil && ctx.Err() == nil {
		r.Witnessed(a.witness, err)
	}
}

// add adds a cosignature to the published checkpoint, unless that is of
// another tree by now or has one of this witness.
func (r *round) add(ctx context.Context, a answer) error {
	stored, err := r.Store.Checkpoint(ctx)
	if err != nil {
		return fmt.Errorf("cosignature of %s: %w", a.witness.Name(), err)
	}
	text, _, _ := bytes.Cut(a.msg, []byte("\n\n"))
	newest, _, _ := bytes.Cut(stored, []byte("\n\n"))
	superseded := !bytes.Equal(newest, text)
	switch {
	case superseded && errors.Is(a.err, ErrShrunk):
		return nil // another server of this register was faster
	case a.err != nil:
		return a.err
	case superseded || signed(stored, a.witness.verifier):
		return nil
	}
	c, err := peek(stored)
	if err == nil {
		err = r.Store.StoreCheckpoint(ctx, c.Size, append(stored, a.line...))
	}
	if err != nil {
		return fmt.Errorf("cosignature of %s: %w", a.witness.Name(), err)
	}
	return nil
}

// rest lets a checkpoint stand for the pause, and the grace longer for awaited
// cosignatures to arrive and be seen. It reports whether the context is still
// alive.
func (r *round) rest(ctx context.Context) bool {
	pause, grace := time.NewTimer(r.Pause), time.NewTimer(r.Pause+r.Grace)
	defer pause.Stop()
	defer grace.Stop()
	for {
		select {
		case <-pause.C:
			if r.awaited == 0 {
				return true
			}
		case <-grace.C:
			return true
		case a := <-r.answers:
			r.take(ctx, a)
			pause.Reset(r.Pause)
		case <-ctx.Done():
			return false
		}
	}
}

// wait returns true when there may be something to publish, and false when the
// context ends.
func (r *round) wait(ctx context.Context, tick <-chan time.Time) bool {
	for {
		select {
		case <-r.wake:
			return true
		case <-tick:
			return true
		case a := <-r.answers:
			r.take(ctx, a)
		case <-ctx.Done():
			return false
		}
	}
}
