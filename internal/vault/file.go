package vault

import (
	"fmt"

	"github.com/certreg/certreg/internal/keyfile"
)

// Load reads a keyset file. It reports as [keyfile.Read].
func Load(path string, kek *keyfile.KEK) (*Keyset, error) {
	data, err := keyfile.Read(path, kek)
	if err != nil {
		return nil, err
	}
	k, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// Create writes the keyset to a new file. It reports as [keyfile.Create].
func (k *Keyset) Create(path string, kek *keyfile.KEK) error {
	data, err := k.encode()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return keyfile.Create(path, data, kek)
}

// Save replaces the keyset file, after a rotation or to change its kek. A crash
// leaves the old file or the new one, whole.
func (k *Keyset) Save(path string, kek *keyfile.KEK) error {
	data, err := k.encode()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return keyfile.Replace(path, data, kek)
}
