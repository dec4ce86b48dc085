// Package translogtest has a witness for tests of what logs publish.
package translogtest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/certreg/certreg/internal/translog"
)

// A Witness is one by the letter of C2SP tlog-witness. It answers below any
// submission prefix and remembers in memory only.
type Witness struct {
	// Name is that of its key.
	Name string
	// Key signs cosignatures.
	Key ed25519.PrivateKey
	// Log is the log it follows.
	Log translog.Identity
	// At is the time its cosignatures tell.
	At time.Time

	mu sync.Mutex
	// Head is the tree it cosigned last, and Statuses are its answers, to be
	// touched while it is not asked.
	Head     translog.Head
	Statuses []int
}

// VerifierKey spells the key as policies name it (C2SP signed-note).
func (w *Witness) VerifierKey() string {
	public, _ := w.Key.Public().(ed25519.PublicKey)
	return CosignatureKey(w.Name, public)
}

// CosignatureKey spells an Ed25519 cosignature key of a name.
func CosignatureKey(name string, public ed25519.PublicKey) string {
	key := append([]byte{0x04}, public...)
	return fmt.Sprintf("%s+%08x+%s", name, keyHash(name, key), base64.StdEncoding.EncodeToString(key))
}

func keyHash(name string, key []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	return binary.BigEndian.Uint32(sum[:])
}

// ServeHTTP implements [http.Handler].
func (w *Witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	status, answer := http.StatusBadRequest, ""
	if err == nil {
		status, answer = w.addCheckpoint(r.Method, r.URL.Path, string(body))
	}
	w.Statuses = append(w.Statuses, status)
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, answer)
}

func (w *Witness) addCheckpoint(method, path, body string) (int, string) {
	if method != http.MethodPost || !strings.HasSuffix(path, "/add-checkpoint") {
		return http.StatusNotFound, ""
	}
	head, msg, _ := strings.Cut(body, "\n\n")
	lines := strings.Split(head, "\n")
	var old int64
	if n, err := fmt.Sscanf(lines[0], "old %d", &old); n != 1 || err != nil {
		return http.StatusBadRequest, ""
	}
	c, err := w.Log.Open([]byte(msg))
	if err != nil {
		return http.StatusForbidden, ""
	}
	if old > c.Size {
		return http.StatusBadRequest, ""
	}
	if old != w.Head.Size {
		return http.StatusConflict, fmt.Sprintf("%d\n", w.Head.Size)
	}
	var proof []tlog.Hash
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return http.StatusBadRequest, ""
		}
		proof = append(proof, h)
	}
	if err := translog.CheckConsistency(proof, w.Head, c.Head); err != nil {
		if old == c.Size {
			return http.StatusConflict, fmt.Sprintf("%d\n", old)
		}
		return http.StatusUnprocessableEntity, ""
	}
	w.Head = c.Head
	return http.StatusOK, "— stranger.example AAAAAAAA\n" + w.cosign(msg)
}

// cosign returns the witness's line under a checkpoint.
func (w *Witness) cosign(msg string) string {
	text, _, _ := strings.Cut(msg, "\n\n")
	public, _ := w.Key.Public().(ed25519.PublicKey)
	sig := binary.BigEndian.AppendUint32(nil, keyHash(w.Name, append([]byte{0x04}, public...)))
	sig = binary.BigEndian.AppendUint64(sig, uint64(w.At.Unix()))
	sig = append(sig, ed25519.Sign(w.Key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s\n", w.At.Unix(), text))...)
	return fmt.Sprintf("— %s %s\n", w.Name, base64.StdEncoding.EncodeToString(sig))
}
