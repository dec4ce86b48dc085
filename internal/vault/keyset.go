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
)

// A Keyset is the keys of a register: one Tink keyset that seals and one that
// makes indexes. Each has a primary key, which new values are made with, and
// older keys, which are still read with. Who loses it loses every name and
// document number in the register.
type Keyset struct {
	seal  *keyset.Handle
	index *keyset.Handle
}

// keysetFormat names the layout of a keyset file.
const keysetFormat = "certreg-vault/1"

type keysetFile struct {
	Format string          `json:"format"`
	Seal   json.RawMessage `json:"seal"`
	Index  json.RawMessage `json:"index"`
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

// Parse reads a keyset file that is in the clear.
func Parse(data []byte) (*Keyset, error) {
	var file keysetFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, errors.New("keyset: not a key file of this program") // the cause could quote key material
	}
	if file.Format != keysetFormat {
		return nil, fmt.Errorf("keyset: format is %q, want %q", file.Format, keysetFormat)
	}
	k := &Keyset{}
	var err error
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

// encode writes the keyset as it is in the clear.
func (k *Keyset) encode() ([]byte, error) {
	file := keysetFile{Format: keysetFormat}
	var err error
	if file.Seal, err = writeHandle(k.seal); err != nil {
		return nil, err
	}
	if file.Index, err = writeHandle(k.index); err != nil {
		return nil, err
	}
	data, err := json.MarshalIndent(file, "", "  ")
	return append(data, '\n'), err
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
