package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/certreg/certreg/internal/keyfile"
)

// Load reads a keyset file, see [Parse]. The file must be readable by its owner
// only. It reports [fs.ErrNotExist] when there is no file.
func Load(path string, kek *KEK) (*Keyset, error) {
	data, err := keyfile.Read(path)
	if err != nil {
		return nil, err
	}
	k, err := Parse(data, kek)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// LoadKEK reads the file of a key-encryption key, as [Load] reads a keyset.
func LoadKEK(path string) (*KEK, error) {
	data, err := keyfile.Read(path)
	if err != nil {
		return nil, err
	}
	k, err := ParseKEK(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// Create writes the keyset to a new file of mode 0600, encrypted unless kek is
// nil. It reports [fs.ErrExist] when there is a file: keys are never overwritten
// by fresh ones.
func (k *Keyset) Create(path string, kek *KEK) error {
	data, err := k.encode(kek)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return keyfile.Create(path, data)
}

// Create writes the key-encryption key to a new file of mode 0600. It reports
// [fs.ErrExist] when there is a file.
func (k *KEK) Create(path string) error {
	data, err := k.encode()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return keyfile.Create(path, data)
}

// Save replaces the keyset file, after a rotation or to change its kek. A crash
// leaves the old file or the new one, whole.
func (k *Keyset) Save(path string, kek *KEK) error {
	data, err := k.encode(kek)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return keyfile.Replace(path, data)
}

func decodeFile[T any](data []byte) (T, error) {
	var file T
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return file, errors.New("not a key file of this program") // the cause could quote key material
	}
	return file, nil
}

func encodeFile(file any) ([]byte, error) {
	data, err := json.MarshalIndent(file, "", "  ")
	return append(data, '\n'), err
}
