package keyfile_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certreg/certreg/internal/keyfile"
)

// newKEK returns the n-th key-encryption key of the tests.
func newKEK(t *testing.T, n byte) *keyfile.KEK {
	t.Helper()
	kek, err := keyfile.ParseKEK(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{n}, 32)) + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return kek
}

func TestWrappedFilesOpenWithTheirKeyOnly(t *testing.T) {
	dir := t.TempDir()
	one, two := newKEK(t, 1), newKEK(t, 2)
	clear, wrapped, altered := filepath.Join(dir, "clear"), filepath.Join(dir, "wrapped"), filepath.Join(dir, "altered")
	secret := []byte(`{"format":"some","secret":"TELLTALE"}`)
	if err := errors.Join(keyfile.Create(clear, secret, nil), keyfile.Create(wrapped, []byte("before"), one), keyfile.Replace(wrapped, secret, one)); err != nil {
		t.Fatal(err)
	}
	stored, err := os.ReadFile(wrapped)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(stored, []byte("TELLTALE")) {
		t.Errorf("the wrapped file shows what it holds: %s", stored)
	}
	at := bytes.LastIndex(stored, []byte(`"`)) - 10
	stored[at] ^= 1
	if err := os.WriteFile(altered, stored, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, path string
		kek        *keyfile.KEK
		want       error
	}{
		{"clear", clear, nil, nil},
		{"wrapped", wrapped, one, nil},
		{"clear where a wrapped one belongs", clear, one, keyfile.ErrNotWrapped},
		{"wrapped without its key", wrapped, nil, keyfile.ErrWrapped},
		{"wrapped with another key", wrapped, two, keyfile.ErrOtherKEK},
		{"altered", altered, one, keyfile.ErrOtherKEK},
	} {
		got, err := keyfile.Read(tt.path, tt.kek)
		if !errors.Is(err, tt.want) || err == nil && !bytes.Equal(got, secret) {
			t.Errorf("%s: got %q, %v, want error %v", tt.name, got, err, tt.want)
		}
		if err != nil && tt.kek == nil && !strings.Contains(err.Error(), one.ID()) {
			t.Errorf("%s: got %v, want the name of the key that is needed", tt.name, err)
		}
	}
}

func TestParseKEK(t *testing.T) {
	for _, text := range []string{"", "short", strings.Repeat("A", 44), base64.StdEncoding.EncodeToString(make([]byte, 31)), base64.StdEncoding.EncodeToString(make([]byte, 33))} {
		if _, err := keyfile.ParseKEK(text); err == nil || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("ParseKEK of %d characters: got %v, want an error that does not quote it", len(text), err)
		}
	}
	kek := newKEK(t, 1)
	if got := fmt.Sprintf("%v %+v %s", kek, []any{kek}, kek); got != kek.ID()+" ["+kek.ID()+"] "+kek.ID() || len(kek.ID()) != 8 {
		t.Errorf("printed: got %s, want its name %s alone", got, kek.ID())
	}
	if newKEK(t, 2).ID() == kek.ID() {
		t.Error("two keys have one name")
	}
}
