package translog

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// cosignatureV1 is the signature type of Ed25519 cosignatures (C2SP
// tlog-cosignature).
const cosignatureV1 = 0x04

// A Witness is somebody else who follows the log and cosigns only trees that
// continue what they saw, so that the register cannot show different logs to
// different people. It speaks C2SP tlog-witness.
type Witness struct {
	verifier note.Verifier
	endpoint string
	client   *http.Client
	// size is the tree the witness cosigned last, as far as is known.
	size int64
}

// NewWitness returns the witness with the cosignature key, spelled as a C2SP
// verifier key of type 0x04, that takes checkpoints under the URL prefix.
func NewWitness(key string, prefix *url.URL, client *http.Client) (*Witness, error) {
	verifier, err := newCosignatureVerifier(key)
	if err != nil {
		return nil, err
	}
	return &Witness{verifier: verifier, endpoint: prefix.JoinPath("add-checkpoint").String(), client: client}, nil
}

// cosign asks all witnesses at once and returns the checkpoint with the
// cosignatures that came in time.
func (p *Publisher) cosign(ctx context.Context, msg []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, p.WitnessTimeout)
	defer cancel()
	signatures, errs := make([]string, len(p.Witnesses)), make([]error, len(p.Witnesses))
	var asked sync.WaitGroup
	for i, w := range p.Witnesses {
		asked.Go(func() { signatures[i], errs[i] = w.cosign(ctx, p.Store, msg) })
	}
	asked.Wait()
	return append(msg, strings.Join(signatures, "")...), errors.Join(errs...)
}

// cosign submits a checkpoint and returns the witness's signature line. The
// proof is made from the tiles of the reader.
func (w *Witness) cosign(ctx context.Context, r Reader, msg []byte) (string, error) {
	line, err := w.submit(ctx, r, msg)
	if conflict, ok := errors.AsType[*conflictError](err); ok {
		// It saw another tree last than we remember; its answer says which.
		w.size = conflict.size
		line, err = w.submit(ctx, r, msg)
	}
	if err != nil {
		return "", fmt.Errorf("witness %s: %w", w.verifier.Name(), err)
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
			return nil, errors.New("it cosigned another tree of this size")
		}
		return nil, &conflictError{size}
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

// A cosignatureVerifier checks Ed25519 cosignatures (C2SP tlog-cosignature,
// "Ed25519 signed message").
type cosignatureVerifier struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosignatureVerifier(vkey string) (note.Verifier, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	hash, encoded, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || name == "" || len(key) != 1+ed25519.PublicKeySize || key[0] != cosignatureV1 {
		return nil, fmt.Errorf("witness key %q: not an Ed25519 cosignature key", vkey)
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	v := &cosignatureVerifier{name: name, hash: binary.BigEndian.Uint32(sum[:]), key: key[1:]}
	if hash != fmt.Sprintf("%08x", v.hash) {
		return nil, fmt.Errorf("witness key %q: key hash is %08x", vkey, v.hash)
	}
	return v, nil
}

func (v *cosignatureVerifier) Name() string { return v.name }

func (v *cosignatureVerifier) KeyHash() uint32 { return v.hash }

func (v *cosignatureVerifier) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	signed := fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, msg)
	return ed25519.Verify(v.key, signed, sig[8:])
}
