package translog

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Leaf is what the log says about one event of one certificate. It is
// public, for ever: it names neither a person nor an ID number.
//
// As an entry it is one JSON object in the canonical form of RFC 8785, so that
// equal leaves are equal bytes:
//
//	{"at":"2026-11-22T01:20:46.123456Z","digest":"64 hexadecimal digits","event":"certificate-issued","number":"…"}
//
// The leaf hash of RFC 6962 is SHA-256(0x00 ‖ those bytes).
type Leaf struct {
	// At is when the event was recorded: UTC, to the microsecond.
	At time.Time
	// Digest commits to the record without telling it: see [Salt.Digest].
	Digest string
	// Event is the kind of event, a code of small letters and hyphens.
	Event string
	// Number is the certificate number as given.
	Number string
}

// leafJSON has the fields of a Leaf in the order of RFC 8785.
type leafJSON struct {
	At     string `json:"at"`
	Digest string `json:"digest"`
	Event  string `json:"event"`
	Number string `json:"number"`
}

const (
	leafTime    = "2006-01-02T15:04:05.000000Z"
	maxLeafText = 128 // bytes in Event and in Number
	lowerCase   = "abcdefghijklmnopqrstuvwxyz"
	hexDigits   = "0123456789abcdef"
)

// Encode returns the leaf as an entry of the log. At is rounded down to the
// microsecond. A leaf with an empty or malformed field is refused.
func (l Leaf) Encode() ([]byte, error) {
	if err := l.check(); err != nil {
		return nil, fmt.Errorf("log leaf: %w", err)
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(leafJSON{
		At: l.At.UTC().Truncate(time.Microsecond).Format(leafTime), Digest: l.Digest, Event: l.Event, Number: l.Number,
	})
	if err != nil {
		return nil, fmt.Errorf("log leaf: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// ParseLeaf reads an entry written by [Leaf.Encode] and refuses any other
// spelling of the same leaf.
func ParseLeaf(entry []byte) (Leaf, error) {
	var text leafJSON
	if err := json.Unmarshal(entry, &text); err != nil {
		return Leaf{}, fmt.Errorf("log leaf: %w", err)
	}
	at, err := time.Parse(leafTime, text.At)
	if err != nil {
		return Leaf{}, fmt.Errorf("log leaf: %w", err)
	}
	l := Leaf{At: at, Digest: text.Digest, Event: text.Event, Number: text.Number}
	canonical, err := l.Encode()
	if err != nil {
		return Leaf{}, err
	}
	if !bytes.Equal(canonical, entry) {
		return Leaf{}, errors.New("log leaf: not in canonical form")
	}
	return l, nil
}

func (l Leaf) check() error {
	switch {
	case l.At.Year() < 1 || l.At.Year() > 9999:
		return errors.New("time is out of range")
	case len(l.Digest) != 2*sha256.Size || strings.Trim(l.Digest, hexDigits) != "":
		return errors.New("digest is not SHA-256 in small hexadecimal digits")
	case l.Event == "" || len(l.Event) > maxLeafText || strings.Trim(l.Event, lowerCase+"-") != "":
		return errors.New("event is not a code")
	case l.Number == "" || len(l.Number) > maxLeafText || !utf8.ValidString(l.Number) || strings.ContainsFunc(l.Number, unprintable):
		return errors.New("number is empty, too long or has characters that cannot be printed")
	}
	return nil
}

// unprintable tells, among others, the characters that RFC 8785 and
// encoding/json write differently.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}

// A Salt makes a digest of something guessable unguessable. Each record has
// its own, kept with the record and shown only together with it. Erasing salt
// and record leaves a digest that tells nothing.
type Salt [16]byte

// NewSalt returns a random salt.
func NewSalt() Salt {
	var s Salt
	rand.Read(s[:]) // never fails, as crypto/rand documents
	return s
}

// MarshalText writes the salt in hexadecimal digits.
func (s Salt) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Salt) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(s) || len(text)%2 != 0 {
		return fmt.Errorf("salt of %d characters", len(text))
	}
	_, err := hex.Decode(s[:], text)
	return err
}

// Digest returns SHA-256(salt ‖ record) in small hexadecimal digits. The record
// must be in a canonical form, so that whoever holds it can compute the digest
// again; the salt being of fixed length, no two pairs share one input.
func (s Salt) Digest(record []byte) string {
	h := sha256.New()
	h.Write(s[:])
	h.Write(record)
	return hex.EncodeToString(h.Sum(nil))
}
