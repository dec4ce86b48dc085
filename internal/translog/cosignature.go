package translog

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// cosignatureV1 is the signature type of Ed25519 cosignatures (C2SP
// tlog-cosignature).
const cosignatureV1 = 0x04

// A cosignatureVerifier checks Ed25519 cosignatures (C2SP tlog-cosignature,
// "Ed25519 signed message").
type cosignatureVerifier struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

// newCosignatureVerifier reads a verifier key of type 0x04.
func newCosignatureVerifier(vkey string) (*cosignatureVerifier, error) {
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
	return at <= math.MaxInt64 && ed25519.Verify(v.key, signed, sig[8:])
}

// cosigned returns when the witness says that it cosigned the checkpoint, or
// false if it did not.
func (v *cosignatureVerifier) cosigned(msg []byte) (time.Time, bool) {
	n, err := note.Open(msg, note.VerifierList(v))
	if err != nil {
		return time.Time{}, false
	}
	sig, err := base64.StdEncoding.DecodeString(n.Sigs[0].Base64)
	if err != nil || len(sig) < 12 {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(sig[4:])), 0), true
}

// signed reports whether the note has a good signature of the verifier. Other
// signatures, good or bad, change nothing.
func signed(msg []byte, v note.Verifier) bool {
	_, err := note.Open(msg, note.VerifierList(v))
	return err == nil
}
