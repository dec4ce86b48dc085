package signing_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/signing"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func newKeyset(t *testing.T) *signing.Keyset {
	t.Helper()
	set, err := signing.NewKeyset(start)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func signerAt(t *testing.T, set *signing.Keyset, at time.Time) signing.Signer {
	t.Helper()
	s, err := set.Signer(at)
	if err != nil {
		t.Fatalf("Signer(%s): %v", at, err)
	}
	return s
}

// The key pair of W3C Data Integrity EdDSA Cryptosuites 1.0, appendix B.1.
func TestKeyIDIsMultikey(t *testing.T) {
	seed, err := hex.DecodeString("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")
	if err != nil {
		t.Fatal(err)
	}
	s := signing.NewSigner(ed25519.NewKeyFromSeed(seed))
	const want = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
	if got := s.KeyID(); got != want {
		t.Fatalf("KeyID: got %s, want %s", got, want)
	}
	if got := fmt.Sprintf("%v %+v", s, []any{s}); got != want+" ["+want+"]" {
		t.Errorf("printed signer: got %s, want its name alone", got)
	}
	public, err := signing.ParseKeyID(want)
	if err != nil || !public.Equal(s.Public()) {
		t.Errorf("ParseKeyID: got %x, %v, want %x", public, err, s.Public())
	}
}

func TestParseKeyIDRefuses(t *testing.T) {
	for _, id := range []string{
		"", "z", "z6Mk", "m6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
		"z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbT0I",  // not the base58 alphabet
		"zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP", // P-256
	} {
		if key, err := signing.ParseKeyID(id); err == nil {
			t.Errorf("ParseKeyID(%q): got %x, want an error", id, key)
		}
	}
}

func TestKeyAcceptsByDate(t *testing.T) {
	key := signing.Key{NotBefore: start, NotAfter: start.Add(48 * time.Hour)}
	lost := key
	lost.CompromisedAt = start.Add(24 * time.Hour)
	tests := []struct {
		name string
		key  signing.Key
		at   time.Duration
		want error
	}{
		{"the instant it begins", key, 0, nil},
		{"just before", key, -time.Second, signing.ErrNotActive},
		{"last second", key, 48*time.Hour - time.Second, nil},
		{"the instant it ends", key, 48 * time.Hour, signing.ErrNotActive},
		{"before the compromise", lost, 24*time.Hour - time.Second, nil},
		{"at the compromise", lost, 24 * time.Hour, signing.ErrCompromised},
		{"long after the compromise", lost, 1000 * time.Hour, signing.ErrCompromised},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.key.Accepts(start.Add(tt.at)); !errors.Is(got, tt.want) {
				t.Errorf("Accepts: got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestRotationOverlaps(t *testing.T) {
	set := newKeyset(t)
	first := signerAt(t, set, start)
	turn, overlap := start.AddDate(1, 0, 0), 24*time.Hour
	if err := set.Rotate(turn, overlap); err != nil {
		t.Fatal(err)
	}
	if got := signerAt(t, set, turn.Add(-time.Second)); got.KeyID() != first.KeyID() {
		t.Errorf("signer before the turn: got %s, want the first key", got.KeyID())
	}
	second := signerAt(t, set, turn)
	if second.KeyID() == first.KeyID() {
		t.Fatal("signer at the turn: got the first key, want the new one")
	}
	message := []byte("message")
	signature, err := first.Sign(t.Context(), message)
	if err != nil {
		t.Fatal(err)
	}
	old, err := set.Keys().ByID(first.KeyID())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		at   time.Time
		want error
	}{
		{"years before the check", start, nil},
		{"within the overlap", turn.Add(overlap - time.Second), nil},
		{"after the overlap", turn.Add(overlap), signing.ErrNotActive},
	} {
		if got := old.Verify(message, signature, tt.at); !errors.Is(got, tt.want) {
			t.Errorf("old key, signed %s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := old.Verify([]byte("other"), signature, start); !errors.Is(got, signing.ErrBadSignature) {
		t.Errorf("other message: got %v, want %v", got, signing.ErrBadSignature)
	}
}

func TestCompromisedKeySignsNoMore(t *testing.T) {
	set := newKeyset(t)
	lost := signerAt(t, set, start)
	from := start.Add(time.Hour)
	if err := set.Compromise(lost.KeyID(), from); err != nil {
		t.Fatal(err)
	}
	if err := set.Compromise(lost.KeyID(), from.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := set.Keys()[0].CompromisedAt; !got.Equal(from) {
		t.Errorf("CompromisedAt after a later report: got %s, want %s", got, from)
	}
	if _, err := set.Signer(start); !errors.Is(err, signing.ErrNotActive) {
		t.Errorf("Signer: got %v, want %v", err, signing.ErrNotActive)
	}
	if err := set.Rotate(from, 0); err != nil {
		t.Fatal(err)
	}
	if got := signerAt(t, set, from); got.KeyID() == lost.KeyID() {
		t.Error("Signer after rotation: got the compromised key")
	}
	if err := set.Compromise("z6Mk", from); !errors.Is(err, signing.ErrUnknownKey) {
		t.Errorf("Compromise of a stranger: got %v, want %v", err, signing.ErrUnknownKey)
	}
}
