package signing_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/signing"
)

func TestWebDID(t *testing.T) {
	tests := []struct{ host, want string }{
		{"register.example.cn", "did:web:register.example.cn"},
		{"Register.Example.CN", "did:web:register.example.cn"},
		{"localhost:8080", "did:web:localhost%3A8080"},
		{"", ""},
		{"a/b", ""},
		{"https://a.cn", ""},
		{"a.cn:", ""},
		{"a.cn:80:90", ""},
		{"..", ""},
		{"用户.cn", ""},
	}
	for _, tt := range tests {
		got, err := signing.WebDID(tt.host)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("WebDID(%q): got %q, %v, want %q", tt.host, got, err, tt.want)
		}
	}
}

func TestDocumentPublishesWhatVerifies(t *testing.T) {
	const did = "did:web:register.example.cn"
	set := newKeyset(t)
	retired := signerAt(t, set, start).KeyID()
	if err := set.Rotate(start.Add(time.Hour), 0); err != nil {
		t.Fatal(err)
	}
	lost := signerAt(t, set, start.Add(time.Hour)).KeyID()
	if err := set.Compromise(lost, start.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := set.Rotate(start.Add(2*time.Hour), 0); err != nil {
		t.Fatal(err)
	}
	current := signerAt(t, set, start.Add(2*time.Hour)).KeyID()

	data, err := signing.Document(did, set.Keys())
	if err != nil {
		t.Fatal(err)
	}
	asserts := string(data[strings.Index(string(data), `"assertionMethod"`):])
	for id, want := range map[string]bool{retired: true, lost: false, current: true} {
		if got := strings.Contains(asserts, id); got != want {
			t.Errorf("assertionMethod lists %s: got %t, want %t", id, got, want)
		}
	}
	if strings.Contains(string(data), `"expires"`) {
		t.Error("a retired key carries expires: what it signed would no longer verify")
	}

	gotDID, keys, err := signing.ParseDocument(data)
	if err != nil || gotDID != did || len(keys) != 3 {
		t.Fatalf("ParseDocument: got %s, %d keys, %v, want %s, 3 keys", gotDID, len(keys), err, did)
	}
	key, err := signing.Directory{did: keys}.Key(signing.VerificationMethod(did, lost))
	if err != nil {
		t.Fatal(err)
	}
	if got := key.Accepts(start.Add(3 * time.Hour)); !errors.Is(got, signing.ErrCompromised) {
		t.Errorf("lost key: got %v, want %v", got, signing.ErrCompromised)
	}
}

func TestParseDocumentRefuses(t *testing.T) {
	set := newKeyset(t)
	data, err := signing.Document("did:web:a.cn", set.Keys())
	if err != nil {
		t.Fatal(err)
	}
	good, id := string(data), set.Keys()[0].ID()
	other := newKeyset(t).Keys()[0].ID()
	for name, text := range map[string]string{
		"not JSON":                "[",
		"no DID":                  strings.Replace(good, `"id": "did:web:a.cn",`, `"id": "a.cn",`, 1),
		"foreign controller":      strings.Replace(good, `"controller": "did:web:a.cn"`, `"controller": "did:web:b.cn"`, 1),
		"key under another name":  strings.Replace(good, `"publicKeyMultibase": "`+id, `"publicKeyMultibase": "`+other, 1),
		"not a Multikey":          strings.Replace(good, `"Multikey"`, `"JsonWebKey"`, 1),
		"not allowed to assert":   strings.Replace(good, `"assertionMethod"`, `"authentication"`, 1),
		"public key out of shape": strings.Replace(good, `"publicKeyMultibase": "z6Mk`, `"publicKeyMultibase": "z6M`, 1),
	} {
		if did, keys, err := signing.ParseDocument([]byte(text)); err == nil {
			t.Errorf("%s: got %s with %d keys, want an error", name, did, len(keys))
		}
	}
}

func TestDirectoryKnowsOnlyItsOwn(t *testing.T) {
	id := newKeyset(t).Keys()[0].ID()
	for _, method := range []string{"", "did:web:a.cn", "did:web:a.cn#" + id, "did:key:" + id + "#" + id} {
		if _, err := (signing.Directory{}).Key(method); !errors.Is(err, signing.ErrUnknownKey) {
			t.Errorf("Directory.Key(%q): got %v, want %v", method, err, signing.ErrUnknownKey)
		}
	}
	method := signing.VerificationMethod(signing.KeyDID(id), id)
	if key, err := (signing.DIDKeys{}).Key(method); err != nil || key.ID() != id {
		t.Errorf("DIDKeys.Key(%q): got %s, %v, want %s", method, key.ID(), err, id)
	}
	for _, method := range []string{"", "did:key:" + id, "did:key:z#z", "did:web:a.cn#" + id} {
		if _, err := (signing.DIDKeys{}).Key(method); !errors.Is(err, signing.ErrUnknownKey) {
			t.Errorf("DIDKeys.Key(%q): got %v, want %v", method, err, signing.ErrUnknownKey)
		}
	}
}
