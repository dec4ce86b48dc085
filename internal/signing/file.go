package signing

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/certreg/certreg/internal/keyfile"
)

// fileFormat names the layout of the keyset file.
const fileFormat = "certreg-keyset/1"

type keysetFile struct {
	Format string    `json:"format"`
	Keys   []fileKey `json:"keys"`
}

// A fileKey is one key. Without a secret the private half is elsewhere.
type fileKey struct {
	Public        string    `json:"publicKeyMultibase"`
	Secret        string    `json:"secretKeyMultibase,omitempty"`
	NotBefore     time.Time `json:"notBefore"`
	NotAfter      time.Time `json:"notAfter,omitzero"`
	CompromisedAt time.Time `json:"compromisedAt,omitzero"`
}

// Load reads a keyset file. It reports as [keyfile.Read].
func Load(path string, kek *keyfile.KEK) (*Keyset, error) {
	data, err := keyfile.Read(path, kek)
	if err != nil {
		return nil, err
	}
	set, err := decodeKeyset(data)
	if err != nil {
		return nil, fmt.Errorf("keyset %s: %w", path, err)
	}
	return set, nil
}

// Create writes the keyset to a new file. It reports as [keyfile.Create].
func (s *Keyset) Create(path string, kek *keyfile.KEK) error {
	data, err := s.encode()
	if err != nil {
		return fmt.Errorf("keyset %s: %w", path, err)
	}
	return keyfile.Create(path, data, kek)
}

// Save replaces the keyset file, after a change or to change its kek. A crash
// leaves the old file or the new one, whole. Keys whose signer was attached are
// written without their secret, which the file never had.
func (s *Keyset) Save(path string, kek *keyfile.KEK) error {
	data, err := s.encode()
	if err != nil {
		return fmt.Errorf("keyset %s: %w", path, err)
	}
	return keyfile.Replace(path, data, kek)
}

func (s *Keyset) encode() ([]byte, error) {
	file := keysetFile{Format: fileFormat}
	for _, e := range s.entries {
		k := fileKey{
			Public: e.key.ID(), NotBefore: e.key.NotBefore, NotAfter: e.key.NotAfter, CompromisedAt: e.key.CompromisedAt,
		}
		if local, ok := e.signer.(*localSigner); ok {
			k.Secret = multibase(secretPrefix, local.private.Seed())
		}
		file.Keys = append(file.Keys, k)
	}
	data, err := json.MarshalIndent(file, "", "  ")
	return append(data, '\n'), err
}

func decodeKeyset(data []byte) (*Keyset, error) {
	file, err := decodeFile(data)
	if err != nil {
		return nil, err
	}
	set := &Keyset{}
	for i, k := range file.Keys {
		e, err := k.entry()
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		if _, err := set.index(e.key.ID()); err == nil {
			return nil, fmt.Errorf("key %d: listed twice", i+1)
		}
		set.entries = append(set.entries, e)
	}
	if len(set.entries) == 0 {
		return nil, errors.New("no keys")
	}
	return set, nil
}

func decodeFile(data []byte) (keysetFile, error) {
	var file keysetFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return keysetFile{}, err
	}
	if file.Format != fileFormat {
		return keysetFile{}, fmt.Errorf("format is %q, want %q", file.Format, fileFormat)
	}
	return file, nil
}

// entry checks that secret and public half belong together.
func (k fileKey) entry() (entry, error) {
	public, err := ParseKeyID(k.Public)
	if err != nil {
		return entry{}, err
	}
	e := entry{key: Key{Public: public, NotBefore: k.NotBefore, NotAfter: k.NotAfter, CompromisedAt: k.CompromisedAt}}
	if k.Secret == "" {
		return e, nil
	}
	seed, err := parseMultibase(secretPrefix, k.Secret)
	if err != nil {
		return entry{}, errors.New("secret key is not an Ed25519 Multikey")
	}
	e.signer = NewSigner(ed25519.NewKeyFromSeed(seed))
	if !e.signer.Public().Equal(public) {
		return entry{}, errors.New("secret and public key do not belong together")
	}
	return e, nil
}
