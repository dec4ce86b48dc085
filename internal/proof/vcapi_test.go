package proof_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/registry"
)

// A credential that its status list refuses is not examined as good, however
// well it is signed; and what was not looked at is said.
func TestExamineLooksAtTheStatus(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	badge := func(n registry.Number) []byte {
		t.Helper()
		document, err := b.Credential(t.Context(), b.certificate(n))
		if err != nil {
			t.Fatal(err)
		}
		return document
	}
	elsewhere := func(change func(entry map[string]any)) []byte {
		t.Helper()
		var members map[string]any
		if err := json.Unmarshal(badge(b.contents.Valid), &members); err != nil {
			t.Fatal(err)
		}
		delete(members, "proof")
		entry := members["credentialStatus"].([]any)[0].(map[string]any)
		change(entry)
		members["credentialStatus"] = entry
		document, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := b.Issue(t.Context(), document, false)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	const foreign = "https://other.example/status/revocation/1"
	tests := []struct {
		name     string
		document []byte
		want     error
		foreign  []string
	}{
		{"valid", badge(b.contents.Valid), nil, nil},
		{"withdrawn", badge(b.contents.Withdrawn), credential.ErrStatus, nil},
		{"suspended", badge(b.contents.Suspended), credential.ErrStatus, nil},
		{"list of another register", elsewhere(func(e map[string]any) { e["statusListCredential"] = foreign }), nil, []string{foreign}},
		{"list for another purpose", elsewhere(func(e map[string]any) { e["statusPurpose"] = "suspension" }), nil, []string{"https://register.example.cn/status/revocation/1"}},
		{"list never begun", elsewhere(func(e map[string]any) { e["statusListCredential"] = "https://register.example.cn/status/revocation/9" }), credential.ErrMalformed, nil},
		{"outside the list", elsewhere(func(e map[string]any) { e["statusListIndex"] = "131072" }), credential.ErrMalformed, nil},
	}
	for _, tt := range tests {
		x, err := b.Examine(t.Context(), tt.document, credential.Expectation{})
		if !errors.Is(err, tt.want) || !slices.Equal(x.Foreign, tt.foreign) {
			t.Errorf("%s: got %+v, %v, want %v and %q not fetched", tt.name, x, err, tt.want, tt.foreign)
		}
		if looked := err == nil && tt.foreign == nil; x.Status != looked {
			t.Errorf("%s: status looked at: got %t, want %t", tt.name, x.Status, looked)
		}
	}
}

// Test suites sign credentials under did:key names; those say who signed, and
// are never taken for the register's.
func TestExamineTakesKeysThatNameThemselves(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	others, err := signing.NewKeyset(now.AddDate(-1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := others.Signer(now)
	if err != nil {
		t.Fatal(err)
	}
	did := signing.KeyDID(signer.KeyID())
	document := []byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"` + did + `","credentialSubject":{"id":"did:example:holder"}}`)
	signed, err := credential.SignDocument(t.Context(), did, signer, document, credential.Options{At: now.Add(-time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Examine(t.Context(), signed, credential.Expectation{Purpose: "assertionMethod"}); err != nil {
		t.Errorf("Examine: %v", err)
	}
	if _, err := b.Examine(t.Context(), signed, credential.Expectation{Purpose: "authentication"}); !errors.Is(err, credential.ErrProof) {
		t.Errorf("for another purpose: got %v, want %v", err, credential.ErrProof)
	}
	renamed := strings.ReplaceAll(string(signed), did, "did:web:register.example.cn")
	if _, err := b.Examine(t.Context(), []byte(renamed), credential.Expectation{}); !errors.Is(err, signing.ErrUnknownKey) {
		t.Errorf("as the register: got %v, want %v", err, signing.ErrUnknownKey)
	}
	if _, err := b.Issue(t.Context(), document, false); !errors.Is(err, credential.ErrMalformed) {
		t.Errorf("Issue under another's key: got %v, want %v", err, credential.ErrMalformed)
	}
}
