package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// An Idempotency makes a retry safe: an operation run under it leaves its
// result beside its changes, in the same transaction, and a second run with the
// same key answers that result instead of doing the deed again. Failures leave
// nothing, so a failed attempt may be retried under the same key.
type Idempotency struct {
	Key         string // chosen by the client
	Fingerprint string // digest of the request; another one under the same key is refused
	replayed    bool
}

// An IdempotencyRecord is what an operation left for its retries.
type IdempotencyRecord struct {
	Owner       string // identifier of the API key the request came with
	Key         string
	Fingerprint string
	Result      []byte // JSON of the result; the store keeps it encrypted
	At          time.Time
}

// RetryFor is how long the result of an operation is kept for its retries.
// After that its key is unknown again: the same request is another deed, which
// the register decides on as it stands then. Issuing again still answers the
// certificates that were issued, and what exists once is refused a second time.
const RetryFor = 48 * time.Hour

// forgetAtOnce is how many results one transaction of ForgetRetries removes:
// few enough that others who write hardly wait.
const forgetAtOnce = 200

// ForgetRetries removes the results that were kept for retries longer than
// [RetryFor], and returns how many there were.
func (r *Registry) ForgetRetries(ctx context.Context) (removed int, err error) {
	for {
		var n int
		err = r.store.Write(ctx, func(w Writer) (err error) {
			n, err = w.DeleteIdempotencyBefore(ctx, r.instant().Add(-RetryFor), forgetAtOnce)
			return err
		})
		removed += n
		if err != nil || n < forgetAtOnce {
			return removed, err
		}
	}
}

type idempotencyKey struct{}

// WithIdempotency returns a context under which the next writing operation is
// idempotent. in is written to: see [Replayed].
func WithIdempotency(ctx context.Context, in *Idempotency) context.Context {
	return context.WithValue(ctx, idempotencyKey{}, in)
}

// Replayed reports whether the operation run under ctx answered an earlier result.
func Replayed(ctx context.Context) bool {
	in := claimed(ctx)
	return in != nil && in.replayed
}

func claimed(ctx context.Context) *Idempotency {
	in, _ := ctx.Value(idempotencyKey{}).(*Idempotency)
	return in
}

// replay fills result from an earlier run and reports whether there was one. One
// that was kept too long counts as none; stale tells that it is there still.
func (in *Idempotency) replay(ctx context.Context, rd Reader, owner string, at time.Time, result any) (done, stale bool, err error) {
	in.replayed = false
	rec, found, err := rd.IdempotencyRecord(ctx, owner, in.Key)
	if err != nil || !found {
		return false, false, err
	}
	if at.Sub(rec.At) > RetryFor {
		return false, true, nil
	}
	if rec.Fingerprint != in.Fingerprint {
		return false, false, refuse(IdempotencyReuse, Text{
			ZH: "这个 Idempotency-Key 已用于另一个请求。", EN: "This Idempotency-Key was used for another request.",
		})
	}
	if err := json.Unmarshal(rec.Result, result); err != nil {
		return false, false, fmt.Errorf("idempotent result: %w", err)
	}
	in.replayed = true
	return true, false, nil
}

// begin fills result from an earlier run and reports whether there was one, or
// makes room for the result of this one, in the transaction of c.
func (in *Idempotency) begin(ctx context.Context, c *change, result any) (done bool, err error) {
	if in == nil {
		return false, nil
	}
	done, stale, err := in.replay(ctx, c, c.by.Key, c.at, result)
	if stale {
		err = c.DeleteIdempotency(ctx, c.by.Key, in.Key)
	}
	return done, err
}

// afterRefusal looks once more for an earlier run when the operation was
// refused: a parallel request with the same key may have done the deed since
// the first look, and its effect may be the very reason of the refusal. What
// the refused run wrote is rolled back by then, so the look is a reading one.
func (in *Idempotency) afterRefusal(ctx context.Context, r *Registry, by Caller, result any, refusal error) error {
	if _, ok := errors.AsType[*Error](refusal); !ok || in == nil {
		return refusal
	}
	return r.store.Read(ctx, func(rd Reader) error {
		done, _, err := in.replay(ctx, rd, by.Key, r.instant(), result)
		if err != nil || done {
			return err
		}
		return refusal
	})
}

// save leaves the result for retries, in the transaction of c.
func (in *Idempotency) save(ctx context.Context, c *change, result any) error {
	if in == nil {
		return nil
	}
	data, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("idempotent result: %w", err)
	}
	return c.SaveIdempotency(ctx, IdempotencyRecord{
		Owner: c.by.Key, Key: in.Key, Fingerprint: in.Fingerprint, Result: data, At: c.at,
	})
}
