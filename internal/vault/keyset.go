package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// A Keyset is the keys of a register: one Tink keyset that seals and one that
// makes indexes. Each has a primary key, which new values are made with, and
// older keys, which are still read with. Who loses it loses every name and
// document number in the register.
type Keyset struct {
	seal  *keyset.Handle
	index *keyset.Handle
}

// keysetFormat names the layout of a keyset file; it is also the associated
// data under which a sealed one is encrypted.
const keysetFormat = "certreg-vault/1"

// keysetFile is the file: the keys, or their encryption.
type keysetFile struct {
	Format string          `json:"format"`
	Seal   json.RawMessage `json:"seal,omitempty"`
	Index  json.RawMessage `json:"index,omitempty"`
	Sealed []byte          `json:"sealed,omitempty"`
}

// NewKeyset makes a keyset with fresh keys.
func NewKeyset() (*Keyset, error) {
	k := &Keyset{}
	var err error
	if k.seal, err = keyset.NewHandle(aead.AES256GCMKeyTemplate()); err != nil {
		return nil, fmt.Errorf("new keyset: %w", err)
	}
	if k.index, err = keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate()); err != nil {
		return nil, fmt.Errorf("new keyset: %w", err)
	}
	return k, nil
}

// Rotate adds fresh keys and makes them primary. What older keys made stays
// readable; the register's records move to the new keys when they are sealed
// again, after which [Keyset.Retire] may drop the older ones.
func (k *Keyset) Rotate() error {
	seal, err := rotated(k.seal, aead.AES256GCMKeyTemplate())
	if err != nil {
		return err
	}
	index, err := rotated(k.index, prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return err
	}
	k.seal, k.index = seal, index
	return nil
}

func rotated(h *keyset.Handle, template *tinkpb.KeyTemplate) (*keyset.Handle, error) {
	m := keyset.NewManagerFromHandle(h)
	id, err := m.Add(template)
	if err != nil {
		return nil, fmt.Errorf("rotate keyset: %w", err)
	}
	if err := m.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("rotate keyset: %w", err)
	}
	return m.Handle()
}

// Retire drops every key but the primary ones. Values that were not sealed
// again since the last rotation are lost with them.
func (k *Keyset) Retire() error {
	seal, err := retired(k.seal)
	if err != nil {
		return err
	}
	index, err := retired(k.index)
	if err != nil {
		return err
	}
	k.seal, k.index = seal, index
	return nil
}

func retired(h *keyset.Handle) (*keyset.Handle, error) {
	m := keyset.NewManagerFromHandle(h)
	info := h.KeysetInfo()
	for _, key := range info.GetKeyInfo() {
		if key.GetKeyId() == info.GetPrimaryKeyId() {
			continue
		}
		if err := m.Delete(key.GetKeyId()); err != nil {
			return nil, fmt.Errorf("retire key: %w", err)
		}
	}
	return m.Handle()
}

// Len is the number of keys that seal: 1 unless the keyset was rotated and the
// older keys are still there.
func (k *Keyset) Len() int { return k.seal.Len() }

// Parse reads a keyset as [Keyset.Save] writes it, for instance from the
// environment. kek is nil for a keyset in the clear; one that is encrypted when
// it should not be, or the reverse, is refused.
func Parse(data []byte, kek *KEK) (*Keyset, error) {
	file, err := decodeFile[keysetFile](data)
	if err != nil {
		return nil, fmt.Errorf("keyset: %w", err)
	}
	switch {
	case file.Format != keysetFormat:
		return nil, fmt.Errorf("keyset: format is %q, want %q", file.Format, keysetFormat)
	case kek == nil && file.Sealed != nil:
		return nil, errors.New("keyset: encrypted, and no key-encryption key was given")
	case kek != nil && file.Sealed == nil:
		return nil, errors.New("keyset: in the clear, though a key-encryption key was given")
	case kek != nil:
		plain, err := kek.Decrypt(file.Sealed, []byte(keysetFormat))
		if err != nil {
			return nil, errors.New("keyset: the key-encryption key does not open it")
		}
		return Parse(plain, nil)
	}
	k := &Keyset{}
	if k.seal, err = readHandle(file.Seal); err != nil {
		return nil, fmt.Errorf("keyset: sealing keys: %w", err)
	}
	if k.index, err = readHandle(file.Index); err != nil {
		return nil, fmt.Errorf("keyset: index keys: %w", err)
	}
	if _, err := k.Vault(); err != nil {
		return nil, err
	}
	return k, nil
}

// encode writes the keyset as [Parse] reads it.
func (k *Keyset) encode(kek *KEK) ([]byte, error) {
	file := keysetFile{Format: keysetFormat}
	var err error
	if file.Seal, err = writeHandle(k.seal); err != nil {
		return nil, err
	}
	if file.Index, err = writeHandle(k.index); err != nil {
		return nil, err
	}
	if kek != nil {
		plain, err := json.Marshal(file)
		if err != nil {
			return nil, err
		}
		file = keysetFile{Format: keysetFormat}
		if file.Sealed, err = kek.Encrypt(plain, []byte(keysetFormat)); err != nil {
			return nil, err
		}
	}
	return encodeFile(file)
}

// A KEK is a key-encryption key: it encrypts keyset files, so that the keyset
// may lie beside the register and only the KEK elsewhere.
type KEK struct {
	aead   tink.AEAD
	handle *keyset.Handle
}

const kekFormat = "certreg-kek/1"

type kekFile struct {
	Format string          `json:"format"`
	Key    json.RawMessage `json:"key"`
}

// NewKEK makes a fresh key-encryption key.
func NewKEK() (*KEK, error) {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("new key-encryption key: %w", err)
	}
	return newKEK(h)
}

func newKEK(h *keyset.Handle) (*KEK, error) {
	a, err := aead.New(h)
	if err != nil {
		return nil, fmt.Errorf("key-encryption key: %w", err)
	}
	return &KEK{aead: a, handle: h}, nil
}

// ParseKEK reads a key-encryption key as [KEK.Save] writes it.
func ParseKEK(data []byte) (*KEK, error) {
	file, err := decodeFile[kekFile](data)
	if err != nil {
		return nil, fmt.Errorf("key-encryption key: %w", err)
	}
	if file.Format != kekFormat {
		return nil, fmt.Errorf("key-encryption key: format is %q, want %q", file.Format, kekFormat)
	}
	h, err := readHandle(file.Key)
	if err != nil {
		return nil, fmt.Errorf("key-encryption key: %w", err)
	}
	return newKEK(h)
}

func (k *KEK) encode() ([]byte, error) {
	key, err := writeHandle(k.handle)
	if err != nil {
		return nil, err
	}
	return encodeFile(kekFile{Format: kekFormat, Key: key})
}

// Encrypt encrypts plaintext, bound to associatedData.
func (k *KEK) Encrypt(plaintext, associatedData []byte) ([]byte, error) {
	return k.aead.Encrypt(plaintext, associatedData)
}

// Decrypt decrypts what [KEK.Encrypt] made with the same associatedData.
func (k *KEK) Decrypt(ciphertext, associatedData []byte) ([]byte, error) {
	return k.aead.Decrypt(ciphertext, associatedData)
}

func readHandle(data json.RawMessage) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(data)))
}

func writeHandle(h *keyset.Handle) (json.RawMessage, error) {
	var buf bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&buf)); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
