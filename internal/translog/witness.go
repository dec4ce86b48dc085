package translog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The times of asking a witness.
const (
	// witnessTimeout is how long one request may take.
	witnessTimeout = 10 * time.Second
	// A witness that failed is asked again after firstRest, then after twice
	// that, at last every longestRest.
	firstRest   = time.Second
	longestRest = time.Minute
)

// A Witness is somebody else who follows the log and cosigns only trees that
// continue what they saw, so that the register cannot show different logs to
// different people. It speaks C2SP tlog-witness. [Policy.Witnesses] makes one.
type Witness struct {
	verifier *cosignatureVerifier
	endpoint string
	client   *http.Client

	// size is the tree the witness cosigned last, as far as is known.
	size int64
	// asked tells that an answer is awaited; size is the request's until then.
	asked bool
	// After a failure, the witness rests until the timer fires.
	failures int
	rest     *time.Timer
}

// newWitness returns the witness that takes checkpoints under the URL prefix.
func newWitness(v *cosignatureVerifier, prefix *url.URL, client *http.Client) *Witness {
	return &Witness{verifier: v, endpoint: prefix.JoinPath("add-checkpoint").String(), client: client}
}

// Name is the name of the witness's key.
func (w *Witness) Name() string { return w.verifier.name }

// ready reports whether the witness may be asked.
func (w *Witness) ready() bool {
	if w.asked {
		return false
	}
	if w.rest == nil {
		return true
	}
	select {
	case <-w.rest.C:
		w.rest = nil
		return true
	default:
		return false
	}
}

// answered notes how a request ended.
func (w *Witness) answered(err error) {
	w.asked = false
	if err == nil {
		w.failures = 0
		return
	}
	w.rest = time.NewTimer(min(firstRest<<min(w.failures, 10), longestRest))
	w.failures++
}

// cosign submits a checkpoint and returns the witness's signature line. The
// proof is made from the tiles of the reader.
func (w *Witness) cosign(ctx context.Context, r Reader, msg []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, witnessTimeout)
	defer cancel()
	line, err := w.submit(ctx, r, msg)
	if conflict, ok := errors.AsType[*conflictError](err); ok {
		// It saw another tree last than we remember; its answer says which.
		w.size = conflict.size
		line, err = w.submit(ctx, r, msg)
	}
	if err != nil {
		return "", fmt.Errorf("witness %s: %w", w.Name(), err)
	}
	return line, nil
}

// A conflictError is the witness's answer that it cosigned a tree of another
// size last.
type conflictError struct{ size int64 }

func (e *conflictError) Error() string { return fmt.Sprintf("it cosigned a tree of %d", e.size) }

func (w *Witness) submit(ctx context.Context, r Reader, msg []byte) (string, error) {
	c, err := peek(msg)
	if err != nil {
		return "", err
	}
	if w.size > c.Size {
		return "", fmt.Errorf("%w: it cosigned a tree of %d, this has %d", ErrShrunk, w.size, c.Size)
	}
	proof, err := ProveConsistency(ctx, r, c.Head, w.size)
	if err != nil {
		return "", err
	}
	answer, err := w.post(ctx, w.request(proof, msg))
	if err != nil {
		return "", err
	}
	line, err := w.signature(msg, answer)
	if err != nil {
		return "", err
	}
	w.size = c.Size
	return line, nil
}

func (w *Witness) request(proof []tlog.Hash, msg []byte) []byte {
	body := fmt.Appendf(nil, "old %d\n", w.size)
	for _, h := range proof {
		body = fmt.Appendf(body, "%s\n", h)
	}
	return append(append(body, '\n'), msg...)
}

func (w *Witness) post(ctx context.Context, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := readLimited(resp.Body, maxCheckpoint)
	if err != nil {
		return nil, err
	}
	switch resp.StatusCode {
	case http.StatusOK:
		return answer, nil
	case http.StatusConflict:
		size, err := strconv.ParseInt(strings.TrimSuffix(string(answer), "\n"), 10, 64)
		if err != nil || size < 0 || size == w.size {
			return nil, fmt.Errorf("%w: it cosigned another tree of this size", ErrInconsistent)
		}
		return nil, &conflictError{size}
	case http.StatusUnprocessableEntity:
		return nil, fmt.Errorf("%w: it cosigned a tree that this one does not continue", ErrInconsistent)
	default:
		return nil, fmt.Errorf("it answers %s", resp.Status)
	}
}

// signature returns the line of the answer that is the witness's good
// cosignature of the checkpoint; other lines are passed over.
func (w *Witness) signature(msg, answer []byte) (string, error) {
	text, _, _ := strings.Cut(string(msg), "\n\n")
	n, err := note.Open(append([]byte(text+"\n\n"), answer...), note.VerifierList(w.verifier))
	if err != nil {
		return "", fmt.Errorf("cosignature: %w", err)
	}
	return fmt.Sprintf("— %s %s\n", n.Sigs[0].Name, n.Sigs[0].Base64), nil
}
