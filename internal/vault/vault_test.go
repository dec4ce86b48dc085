package vault_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certreg/certreg/internal/keyfile"
	"github.com/certreg/certreg/internal/vault"
)

func newKeyset(t *testing.T) *vault.Keyset {
	t.Helper()
	k, err := vault.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func open(t *testing.T, k *vault.Keyset) *vault.Vault {
	t.Helper()
	v, err := k.Vault()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func seal(t *testing.T, v *vault.Vault, plain string, c vault.Cell) []byte {
	t.Helper()
	sealed, err := v.Seal([]byte(plain), c)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSealedValuesOpenInTheirCellOnly(t *testing.T) {
	v := open(t, newKeyset(t))
	home := vault.Cell{Table: "person", Column: "identity", Row: "p1"}
	sealed := seal(t, v, "王小明", home)
	if bytes.Contains(sealed, []byte("王小明")) {
		t.Error("the sealed value shows the plain one")
	}
	tests := []struct {
		name string
		cell vault.Cell
		ok   bool
	}{
		{"its own cell", home, true},
		{"another row", vault.Cell{Table: "person", Column: "identity", Row: "p2"}, false},
		{"another column", vault.Cell{Table: "person", Column: "note", Row: "p1"}, false},
		{"another table", vault.Cell{Table: "certificate", Column: "identity", Row: "p1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plain, err := v.Open(sealed, tt.cell)
			if (err == nil) != tt.ok {
				t.Fatalf("Open: err = %v, want ok %v", err, tt.ok)
			}
			if tt.ok && string(plain) != "王小明" {
				t.Errorf("Open: got %q, want the value sealed", plain)
			}
		})
	}
}

func TestTamperedValuesDoNotOpen(t *testing.T) {
	v := open(t, newKeyset(t))
	home := vault.Cell{Table: "person", Column: "identity", Row: "p1"}
	sealed := seal(t, v, "x", home)
	for i := range sealed {
		bad := slices.Clone(sealed)
		bad[i] ^= 1
		if _, err := v.Open(bad, home); err == nil {
			t.Errorf("byte %d changed: opened, want an error", i)
		}
	}
	if _, err := open(t, newKeyset(t)).Open(sealed, home); err == nil {
		t.Error("opened with another keyset, want an error")
	}
}

func TestRotationKeepsOldValuesReadable(t *testing.T) {
	k := newKeyset(t)
	before := open(t, k)
	cell := vault.Cell{Table: "person", Column: "identity", Row: "p1"}
	old := seal(t, before, "old", cell)
	oldIndex, err := before.Index("person.document", "110101199003070011")
	if err != nil {
		t.Fatal(err)
	}
	if before.Stale(old) {
		t.Error("Stale before rotation: got true, want false")
	}
	if err := k.Rotate(); err != nil {
		t.Fatal(err)
	}
	if k.Len() != 2 {
		t.Errorf("Len after Rotate: got %d, want 2", k.Len())
	}
	after := open(t, k)
	if plain, err := after.Open(old, cell); err != nil || string(plain) != "old" {
		t.Errorf("Open after rotation: got %q, %v, want the old value", plain, err)
	}
	if !after.Stale(old) {
		t.Error("Stale after rotation: got false, want true")
	}
	fresh := seal(t, after, "old", cell)
	if after.Stale(fresh) {
		t.Error("Stale of a value sealed after rotation: got true, want false")
	}
	indexes, err := after.Indexes("person.document", "110101199003070011")
	if err != nil || len(indexes) != 2 || !slices.ContainsFunc(indexes, func(i []byte) bool { return bytes.Equal(i, oldIndex) }) {
		t.Errorf("Indexes after rotation: got %d values, %v, want 2 with the old one", len(indexes), err)
	}
	if err := k.Retire(); err != nil {
		t.Fatal(err)
	}
	last := open(t, k)
	if _, err := last.Open(old, cell); err == nil {
		t.Error("Open of an old value after Retire: got it, want an error")
	}
	if _, err := last.Open(fresh, cell); err != nil {
		t.Errorf("Open of a fresh value after Retire: %v", err)
	}
}

func TestIndexesDependOnColumnAndKey(t *testing.T) {
	v := open(t, newKeyset(t))
	a, errA := v.Index("person.document", "x")
	b, errB := v.Index("person.document", "x")
	c, errC := v.Index("person.name", "x")
	d, errD := open(t, newKeyset(t)).Index("person.document", "x")
	if err := errors.Join(errA, errB, errC, errD); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("the same value has two indexes")
	}
	if bytes.Equal(a, c) || bytes.Equal(a, d) {
		t.Error("another column or keyset gives the same index")
	}
}

// newKEK returns a key-encryption key.
func newKEK(t *testing.T) *keyfile.KEK {
	t.Helper()
	kek, err := keyfile.ParseKEK(base64.StdEncoding.EncodeToString(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return kek
}

func TestKeysetFile(t *testing.T) {
	cell := vault.Cell{Table: "t", Column: "c", Row: "r"}
	for name, kek := range map[string]*keyfile.KEK{"in the clear": nil, "wrapped": newKEK(t)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "keyset.json")
			k := newKeyset(t)
			sealed := seal(t, open(t, k), "v", cell)
			if err := k.Create(path, kek); err != nil {
				t.Fatal(err)
			}
			if err := newKeyset(t).Create(path, kek); !errors.Is(err, fs.ErrExist) {
				t.Errorf("second Create: err = %v, want ErrExist", err)
			}
			if err := k.Rotate(); err != nil {
				t.Fatal(err)
			}
			if err := k.Save(path, kek); err != nil {
				t.Fatal(err)
			}
			again, err := vault.Load(path, kek)
			if err != nil {
				t.Fatal(err)
			}
			if plain, err := open(t, again).Open(sealed, cell); err != nil || string(plain) != "v" {
				t.Errorf("Open after Load: got %q, %v", plain, err)
			}
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"no keys": `{"format":"certreg-vault/1"}`, "another format": `{"format":"certreg-keyset/1"}`,
		"another member": `{"format":"certreg-vault/1","keys":[]}`, "no JSON": "TELLTALE",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Load(path, nil); err == nil || strings.Contains(err.Error(), "TELLTALE") {
			t.Errorf("%s: got %v, want an error that does not quote the file", name, err)
		}
	}
	if _, err := vault.Load(filepath.Join(dir, "absent"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: err = %v, want ErrNotExist", err)
	}
}

func BenchmarkSeal(b *testing.B) {
	k, err := vault.NewKeyset()
	if err != nil {
		b.Fatal(err)
	}
	v, err := k.Vault()
	if err != nil {
		b.Fatal(err)
	}
	plain := make([]byte, 200)
	for b.Loop() {
		if _, err := v.Seal(plain, vault.Cell{Table: "person", Column: "identity", Row: "p1"}); err != nil {
			b.Fatal(err)
		}
	}
}
