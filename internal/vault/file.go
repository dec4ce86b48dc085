package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Load reads a keyset file, see [Parse]. The file must be readable by its owner
// only. It reports [fs.ErrNotExist] when there is no file.
func Load(path string, kek *KEK) (*Keyset, error) {
	data, err := readPrivate(path)
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
	data, err := readPrivate(path)
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
	return createPrivate(path, data)
}

// Create writes the key-encryption key to a new file of mode 0600. It reports
// [fs.ErrExist] when there is a file.
func (k *KEK) Create(path string) error {
	data, err := k.encode()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return createPrivate(path, data)
}

// Save replaces the keyset file, after a rotation or to change its kek. A crash
// leaves the old file or the new one, whole.
func (k *Keyset) Save(path string, kek *KEK) error {
	data, err := k.encode(kek)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return replacePrivate(path, data)
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

func readPrivate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("key file %s: mode is %#o, want 0600: others could read or change it", path, mode)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	return data, nil
}

func createPrivate(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close(), syncDir(path)); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	return nil
}

// replacePrivate writes data beside path and renames it into place, durably.
func replacePrivate(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".keyset-*") // mode 0600
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		if rm := os.Remove(tmp.Name()); !errors.Is(rm, fs.ErrNotExist) {
			err = errors.Join(err, rm)
		}
		return fmt.Errorf("key file: %w", err)
	}
	return syncDir(path)
}

// syncDir makes the directory entry of path durable.
func syncDir(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
