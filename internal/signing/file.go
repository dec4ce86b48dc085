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

// fileFormat names the layout of the keyset file; it is also the associated
// data under which a sealed file is encrypted.
const fileFormat = "certreg-keyset/1"

// A Sealer encrypts the keys at rest. A Tink AEAD primitive is one.
type Sealer interface {
	Encrypt(plaintext, associatedData []byte) ([]byte, error)
	Decrypt(ciphertext, associatedData []byte) ([]byte, error)
}

// keysetFile is the file: either the keys or, sealed, their encryption.
type keysetFile struct {
	Format string    `json:"format"`
	Keys   []fileKey `json:"keys,omitempty"`
	Sealed []byte    `json:"sealed,omitempty"`
}

// A fileKey is one key. Without a secret the private half is elsewhere.
type fileKey struct {
	Public        string    `json:"publicKeyMultibase"`
	Secret        string    `json:"secretKeyMultibase,omitempty"`
	NotBefore     time.Time `json:"notBefore"`
	NotAfter      time.Time `json:"notAfter,omitzero"`
	CompromisedAt time.Time `json:"compromisedAt,omitzero"`
}

// Load reads a keyset file. The file must be readable by its owner only. The
// sealer is nil for a file in the clear; a file that is sealed when it should
// not be, or the reverse, is refused, so that a keyset cannot be swapped for a
// plain one. It reports [fs.ErrNotExist] when there is no file.
func Load(path string, sealer Sealer) (*Keyset, error) {
	data, err := keyfile.Read(path)
	if err != nil {
		return nil, err
	}
	set, err := decodeKeyset(data, sealer)
	if err != nil {
		return nil, fmt.Errorf("keyset %s: %w", path, err)
	}
	return set, nil
}

// Save writes the keyset file, sealed unless sealer is nil. A crash leaves the
// old file or the new one, whole. Keys whose signer was attached are written
// without their secret, which the file never had.
func (s *Keyset) Save(path string, sealer Sealer) error {
	data, err := s.encode(sealer)
	if err != nil {
		return fmt.Errorf("keyset %s: %w", path, err)
	}
	return keyfile.Replace(path, data)
}

func (s *Keyset) encode(sealer Sealer) ([]byte, error) {
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
	if sealer != nil {
		plain, err := json.Marshal(file)
		if err != nil {
			return nil, err
		}
		sealed, err := sealer.Encrypt(plain, []byte(fileFormat))
		if err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
		file = keysetFile{Format: fileFormat, Sealed: sealed}
	}
	data, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

func decodeKeyset(data []byte, sealer Sealer) (*Keyset, error) {
	file, err := decodeFile(data)
	if err != nil {
		return nil, err
	}
	switch {
	case sealer == nil && file.Sealed != nil:
		return nil, errors.New("sealed, and no key to open it was given")
	case sealer != nil && file.Sealed == nil:
		return nil, errors.New("not sealed, though a key to open it was given")
	case sealer != nil:
		plain, err := sealer.Decrypt(file.Sealed, []byte(fileFormat))
		if err != nil {
			return nil, fmt.Errorf("open seal: %w", err)
		}
		if file, err = decodeFile(plain); err != nil {
			return nil, err
		}
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
