package signing_test

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/certreg/certreg/internal/keyfile"
	"github.com/certreg/certreg/internal/signing"
)

// newKEK returns a key-encryption key.
func newKEK(t *testing.T) *keyfile.KEK {
	t.Helper()
	kek, err := keyfile.ParseKEK(base64.StdEncoding.EncodeToString(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return kek
}

func TestSaveAndLoad(t *testing.T) {
	for name, kek := range map[string]*keyfile.KEK{"in the clear": nil, "wrapped": newKEK(t)} {
		t.Run(name, func(t *testing.T) {
			set := newKeyset(t)
			if err := set.Rotate(start.Add(time.Hour), time.Minute); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "keys.json")
			for range 2 { // the second replaces the first
				if err := set.Save(path, kek); err != nil {
					t.Fatal(err)
				}
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != 0o600 {
				t.Errorf("mode: got %#o, want 0600", got)
			}
			back, err := signing.Load(path, kek)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(set.Keys(), back.Keys()); diff != "" {
				t.Errorf("keys after Load (-want +got):\n%s", diff)
			}
			at := start.Add(2 * time.Hour)
			if got, want := signerAt(t, back, at).KeyID(), signerAt(t, set, at).KeyID(); got != want {
				t.Errorf("signer after Load: got %s, want %s", got, want)
			}
			entries, err := os.ReadDir(filepath.Dir(path))
			if err != nil || len(entries) != 1 {
				t.Errorf("directory after Save: got %v, %v, want the file alone", entries, err)
			}
		})
	}
}

func TestCreateKeepsKeysThatAreThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := newKeyset(t).Create(path, nil); err != nil {
		t.Fatal(err)
	}
	if err := newKeyset(t).Create(path, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second Create: got %v, want %v", err, fs.ErrExist)
	}
}

func TestLoadRefuses(t *testing.T) {
	set, dir := newKeyset(t), t.TempDir()
	good := filepath.Join(dir, "good.json")
	if err := set.Save(good, nil); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	text, id := string(data), set.Keys()[0].ID()
	other := newKeyset(t).Keys()[0].ID()
	tests := []struct{ name, text, want string }{
		{"not JSON", "{", "EOF"},
		{"unknown field", strings.Replace(text, "notBefore", "notbefore2", 1), "unknown field"},
		{"another format", strings.Replace(text, "keyset/1", "keyset/9", 1), "format"},
		{"a foreign public key", strings.Replace(text, id, other, 1), "belong together"},
		{"not a key", strings.Replace(text, id, "zzz", 1), "key 1"},
		{"no keys", `{"format":"certreg-keyset/1"}`, "no keys"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(dir, "bad.json")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := signing.Load(path, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load: got %v, want an error with %q", err, tt.want)
			}
		})
	}
	if _, err := signing.Load(good, newKEK(t)); !errors.Is(err, keyfile.ErrNotWrapped) {
		t.Errorf("clear file where a wrapped one belongs: got %v, want %v", err, keyfile.ErrNotWrapped)
	}
	if err := os.Chmod(good, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := signing.Load(good, nil); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("group-readable file: got %v, want an error that names 0600", err)
	}
	if _, err := signing.Load(filepath.Join(dir, "none"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: got %v, want %v", err, fs.ErrNotExist)
	}
}

// A token keeps its key: the file lists the public half and the signer is
// attached after loading.
func TestAttachedSignerStaysOutOfTheFile(t *testing.T) {
	set, path := newKeyset(t), filepath.Join(t.TempDir(), "keys.json")
	token := tokenSigner{signerAt(t, set, start)}
	if err := set.Attach(token); err != nil {
		t.Fatal(err)
	}
	if err := set.Save(path, nil); err != nil {
		t.Fatal(err)
	}
	back, err := signing.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := back.Signer(start); !errors.Is(err, signing.ErrNotActive) {
		t.Errorf("Signer before Attach: got %v, want %v", err, signing.ErrNotActive)
	}
	if err := back.Attach(token); err != nil {
		t.Fatal(err)
	}
	if got := signerAt(t, back, start); got != signing.Signer(token) {
		t.Errorf("Signer after Attach: got %v, want the token", got)
	}
	if err := newKeyset(t).Attach(token); !errors.Is(err, signing.ErrUnknownKey) {
		t.Errorf("Attach of a foreign token: got %v, want %v", err, signing.ErrUnknownKey)
	}
}

// A tokenSigner stands for a key that cannot be copied.
type tokenSigner struct{ signing.Signer }
