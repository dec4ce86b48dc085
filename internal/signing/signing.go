// Package signing keeps the register's Ed25519 keys: which key signs now,
// which keys signed before and until when, and which were lost to somebody
// else. It writes the keyset file and the DID documents under which the public
// keys are published. It does not know what is signed.
package signing

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/mr-tron/base58"
)

// The reasons a key or a signature is not accepted.
var (
	ErrUnknownKey   = errors.New("unknown key")
	ErrNotActive    = errors.New("key not active at that instant")
	ErrCompromised  = errors.New("key compromised at that instant")
	ErrBadSignature = errors.New("signature does not match")
)

// A Signer signs with one Ed25519 private key. The keyset file is one
// implementation; a PKCS#11 token or a cloud KMS can be another, which is why
// Sign takes a context and may fail.
type Signer interface {
	// KeyID names the key as [KeyID] does for Public.
	KeyID() string
	// Public is the key with which the signatures verify.
	Public() ed25519.PublicKey
	// Sign returns the 64-byte PureEd25519 signature (RFC 8032) of message.
	Sign(ctx context.Context, message []byte) ([]byte, error)
}

// A Key is a public key and the time in which its signatures count.
type Key struct {
	Public ed25519.PublicKey
	// NotBefore is the first instant at which the key may sign.
	NotBefore time.Time
	// NotAfter is the instant from which the key signs no more; zero while
	// that is undecided. What it signed before stays good.
	NotAfter time.Time
	// CompromisedAt is the instant from which somebody else may have held the
	// private key; zero if never. Signatures from then on are refused, and an
	// earlier date inside a signed text is only the signer's own claim: see
	// [Key.Suspect].
	CompromisedAt time.Time
}

// ID names the key: see [KeyID].
func (k Key) ID() string { return KeyID(k.Public) }

// Suspect reports whether the private key is known to have been lost, at
// whatever date. A signature that claims an earlier date may then be forged
// and back-dated; only evidence kept outside it, such as a position in the
// log, can tell.
func (k Key) Suspect() bool { return !k.CompromisedAt.IsZero() }

// Accepts says whether a signature made at the instant counts. It reports
// [ErrNotActive] or [ErrCompromised].
func (k Key) Accepts(at time.Time) error {
	switch {
	case k.Suspect() && !at.Before(k.CompromisedAt):
		return fmt.Errorf("%w: %s", ErrCompromised, k.ID())
	case at.Before(k.NotBefore), !k.NotAfter.IsZero() && !at.Before(k.NotAfter):
		return fmt.Errorf("%w: %s", ErrNotActive, k.ID())
	}
	return nil
}

// Verify checks a signature over message said to be made at the instant. It
// reports [ErrBadSignature] and what [Key.Accepts] reports.
func (k Key) Verify(message, signature []byte, at time.Time) error {
	if len(k.Public) != ed25519.PublicKeySize || !ed25519.Verify(k.Public, message, signature) {
		return ErrBadSignature
	}
	return k.Accepts(at)
}

// Keys are public keys, in no particular order.
type Keys []Key

// ByID returns the key with the identifier. It reports [ErrUnknownKey].
func (ks Keys) ByID(id string) (Key, error) {
	for _, k := range ks {
		if k.ID() == id {
			return k, nil
		}
	}
	return Key{}, fmt.Errorf("%w: %s", ErrUnknownKey, id)
}

// Multicodec prefixes of Multikey values (W3C Controlled Identifiers 1.0, §2.2.2).
const (
	publicPrefix = "\xed\x01" // ed25519-pub
	secretPrefix = "\x80\x26" // ed25519-priv
)

// KeyID is the Multikey form of a public key ("z6Mk…"): base58btc multibase of
// the multicodec prefix and the key. It is also the fragment that names the
// key in a DID URL.
func KeyID(public ed25519.PublicKey) string { return multibase(publicPrefix, public) }

// ParseKeyID returns the public key that id spells.
func ParseKeyID(id string) (ed25519.PublicKey, error) {
	raw, err := parseMultibase(publicPrefix, id)
	return ed25519.PublicKey(raw), err
}

func multibase(prefix string, key []byte) string {
	return "z" + base58.Encode(append([]byte(prefix), key...))
}

// parseMultibase reads a 32-byte key with the multicodec prefix.
func parseMultibase(prefix, text string) ([]byte, error) {
	const size = 32
	if len(text) < 2 || len(text) > 64 || text[0] != 'z' {
		return nil, errors.New("not a base58btc multibase key")
	}
	raw, err := base58.Decode(text[1:])
	if err != nil {
		return nil, fmt.Errorf("base58btc key: %w", err)
	}
	if len(raw) != len(prefix)+size || string(raw[:len(prefix)]) != prefix {
		return nil, errors.New("not an Ed25519 Multikey")
	}
	return raw[len(prefix):], nil
}
