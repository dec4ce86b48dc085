package signing

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"
)

// A Keyset is the register's own keys, past, present and announced. It is a
// value of its owner: methods that change it are not safe for concurrent use,
// and the change lasts only when it is saved.
type Keyset struct {
	entries []entry
}

// An entry is a key with its signer, nil when that is not at hand.
type entry struct {
	key    Key
	signer Signer
}

// NewKeyset returns a keyset with one fresh key, active from the instant.
func NewKeyset(from time.Time) (*Keyset, error) {
	s := &Keyset{}
	if err := s.generate(from); err != nil {
		return nil, err
	}
	return s, nil
}

// generate adds a fresh key active from the instant.
func (s *Keyset) generate(from time.Time) error {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return fmt.Errorf("new Ed25519 key: %w", err)
	}
	s.add(Key{NotBefore: instant(from)}, NewSigner(private))
	return nil
}

// add keeps the key of a signer.
func (s *Keyset) add(key Key, signer Signer) {
	key.Public = signer.Public()
	s.entries = append(s.entries, entry{key: key, signer: signer})
}

// Keys returns the public keys, oldest first.
func (s *Keyset) Keys() Keys {
	keys := make(Keys, 0, len(s.entries))
	for _, e := range s.entries {
		keys = append(keys, e.key)
	}
	slices.SortStableFunc(keys, func(a, b Key) int { return a.NotBefore.Compare(b.NotBefore) })
	return keys
}

// Signer returns the signer of the newest key that is active at the instant
// and whose private half is at hand. It reports [ErrNotActive] when there is
// none.
func (s *Keyset) Signer(at time.Time) (Signer, error) {
	signers, err := s.Signers(at)
	if err != nil {
		return nil, err
	}
	return signers[0], nil
}

// Signers returns the signers of every key that is active at the instant,
// newest first: during a rotation's overlap what is meant for strangers, who
// learn of a new key late, is signed with both. It reports as [Keyset.Signer].
func (s *Keyset) Signers(at time.Time) ([]Signer, error) {
	var active []*entry
	for i := range s.entries {
		if e := &s.entries[i]; e.signer != nil && !e.key.Suspect() && e.key.Accepts(at) == nil {
			active = append(active, e)
		}
	}
	if len(active) == 0 {
		return nil, fmt.Errorf("%w: no key signs at %s", ErrNotActive, at.UTC().Format(time.RFC3339))
	}
	slices.SortStableFunc(active, func(a, b *entry) int { return b.key.NotBefore.Compare(a.key.NotBefore) })
	signers := make([]Signer, len(active))
	for i, e := range active {
		signers[i] = e.signer
	}
	return signers, nil
}

// Rotate adds a fresh key that signs from the instant on, and ends every open
// key that much later, so that a signature begun with the old key still
// counts. An instant ahead of now lets the new key be published before it is
// used.
func (s *Keyset) Rotate(from time.Time, overlap time.Duration) error {
	end := instant(from.Add(overlap))
	for i := range s.entries {
		if key := &s.entries[i].key; key.NotAfter.IsZero() || key.NotAfter.After(end) {
			key.NotAfter = end
		}
	}
	return s.generate(from)
}

// Compromise marks a key as lost from the instant on. It never signs again,
// and an earlier mark is never moved later. It reports [ErrUnknownKey].
func (s *Keyset) Compromise(id string, from time.Time) error {
	i, err := s.index(id)
	if err != nil {
		return err
	}
	key := &s.entries[i].key
	if !key.Suspect() || from.Before(key.CompromisedAt) {
		key.CompromisedAt = instant(from)
	}
	return nil
}

// Attach lets a signer outside the file, such as a hardware token, sign for
// the key of the set that it holds. It reports [ErrUnknownKey] if the set does
// not list that key.
func (s *Keyset) Attach(signer Signer) error {
	i, err := s.index(signer.KeyID())
	if err != nil {
		return err
	}
	s.entries[i].signer = signer
	return nil
}

func (s *Keyset) index(id string) (int, error) {
	i := slices.IndexFunc(s.entries, func(e entry) bool { return e.key.ID() == id })
	if i < 0 {
		return 0, fmt.Errorf("%w: %s", ErrUnknownKey, id)
	}
	return i, nil
}

// instant is the precision in which key times are kept and published: whole
// seconds, UTC.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// NewSigner returns a signer that holds private in memory.
func NewSigner(private ed25519.PrivateKey) Signer {
	public := private.Public().(ed25519.PublicKey) //nolint:errcheck,forcetypeassert // crypto/ed25519 documents this type
	return &localSigner{private: private, public: public, id: KeyID(public)}
}

// A localSigner is a private key in this process.
type localSigner struct {
	private ed25519.PrivateKey
	public  ed25519.PublicKey
	id      string
}

func (s *localSigner) KeyID() string { return s.id }

// String keeps the private key out of anything printed.
func (s *localSigner) String() string { return s.id }

func (s *localSigner) Public() ed25519.PublicKey { return s.public }

func (s *localSigner) Sign(_ context.Context, message []byte) ([]byte, error) {
	return ed25519.Sign(s.private, message), nil
}
