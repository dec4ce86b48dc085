// Package keyfile reads and writes files that hold keys: only their owner may
// reach them, a crash never leaves half of one, and a key-encryption key may
// wrap them. It does not know what is in them.
package keyfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Read reads a file of keys; kek is nil for one in the clear. It refuses one
// that others than its owner can reach, and reports [fs.ErrNotExist] when there
// is none, [ErrWrapped], [ErrNotWrapped] and [ErrOtherKEK].
func Read(path string, kek *KEK) ([]byte, error) {
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
	if data, err = kek.unwrap(data); err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return data, nil
}

// Create writes a new file of mode 0600, durably, wrapped unless kek is nil. It
// reports [fs.ErrExist] when there is one: keys are never overwritten by fresh
// ones.
func Create(path string, data []byte, kek *KEK) error {
	data, err := kek.wrap(data)
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
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

// Replace writes data beside path, wrapped unless kek is nil, and renames it
// into place, durably: a crash leaves the old file or the new one, whole.
func Replace(path string, data []byte, kek *KEK) error {
	data, err := kek.wrap(data)
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
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
