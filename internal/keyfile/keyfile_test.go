package keyfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/certreg/certreg/internal/keyfile"
)

func TestFilesAreTheOwnersOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	if _, err := keyfile.Read(path, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: got %v, want fs.ErrNotExist", err)
	}
	if err := keyfile.Create(path, []byte("one"), nil); err != nil {
		t.Fatal(err)
	}
	if err := keyfile.Create(path, []byte("two"), nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created twice: got %v, want fs.ErrExist", err)
	}
	if err := keyfile.Replace(path, []byte("three"), nil); err != nil {
		t.Fatal(err)
	}
	if data, err := keyfile.Read(path, nil); err != nil || string(data) != "three" {
		t.Errorf("Read = %q, %v, want three", data, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v, want 0600", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := keyfile.Read(path, nil); err == nil {
		t.Error("a file that others can read is read")
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("%d files beside each other, %v, want 1", len(left), err)
	}
}
