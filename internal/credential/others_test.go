package credential_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
)

// The other direction of TestIndependentVerifiers: what the reference library
// signs is accepted here, and nothing that was made of it.
func TestCredentialsOfOthers(t *testing.T) {
	var signed map[string]json.RawMessage
	node(t, "sign.mjs", nil, &signed)
	var other struct{ Proof []any }
	if err := json.Unmarshal(signed["other set"], &other); err != nil {
		t.Fatal(err)
	}
	proofs := func(d map[string]any) []any { return d["proof"].([]any) }
	tests := []struct {
		name, of string
		change   func(testing.TB, string) string
		proofs   int // that hold, or
		want     error
	}{
		{"one proof over the meaning", "rdfc", nil, 1, nil},
		{"one proof over the JSON", "jcs", nil, 1, nil},
		{"a set of both", "set", nil, 2, nil},
		{"the set in another order", "set", edit(func(d map[string]any) {
			d["proof"] = []any{proofs(d)[1], proofs(d)[0]}
		}), 2, nil},
		{"one of the set", "set", edit(func(d map[string]any) { d["proof"] = proofs(d)[1:] }), 1, nil},
		{"in future", "in future", nil, 0, credential.ErrNotYetValid},
		{"expired", "expired", nil, 0, credential.ErrExpired},
		{"expired, the end put off", "expired", replace("2020-01-02", "9999-01-02"), 0, credential.ErrProof},
		{"expired, the end taken away", "expired", edit(func(d map[string]any) { delete(d, "validUntil") }), 0, credential.ErrProof},
		{"meaning altered", "rdfc", replace("三级", "一级"), 0, credential.ErrProof},
		{"JSON altered", "jcs", replace("三级", "一级"), 0, credential.ErrProof},
		{"number altered", "jcs", replace("86.5", "96.5"), 0, credential.ErrProof},
		{"set altered", "set", replace("did:example:holder", "did:example:thief"), 0, credential.ErrProof},
		{"proof of another credential put in", "set", edit(func(d map[string]any) {
			d["proof"] = []any{proofs(d)[0], other.Proof[1]}
		}), 0, credential.ErrProof},
		{"proof of another credential added", "set", edit(func(d map[string]any) {
			d["proof"] = append(proofs(d), other.Proof[0])
		}), 0, credential.ErrProof},
		{"set as one list too many", "set", edit(func(d map[string]any) { d["proof"] = []any{d["proof"]} }), 0, credential.ErrMalformed},
		{"no proof", "rdfc", edit(func(d map[string]any) { delete(d, "proof") }), 0, credential.ErrProof},
		{"vocabulary exchanged", "rdfc", replace("https://a.example/#", "https://b.example/#"), 0, credential.ErrProof},
		{"vocabulary exchanged under the JSON", "jcs", replace("https://a.example/#", "https://b.example/#"), 0, credential.ErrProof},
		{"context not at hand", "rdfc", edit(func(d map[string]any) {
			d["@context"] = append(d["@context"].([]any), "https://evil.example/context")
		}), 0, credential.ErrMalformed},
		{"issuer exchanged", "set", edit(func(d map[string]any) { d["issuer"] = "did:web:register.example.cn" }), 0, credential.ErrProof},
	}
	for _, tt := range tests {
		document := string(signed[tt.of])
		if tt.change != nil {
			document = tt.change(t, document)
		}
		v, err := credential.Verify([]byte(document), signing.DIDKeys{}, time.Now())
		if !errors.Is(err, tt.want) || len(v.Proofs) != tt.proofs {
			t.Errorf("%s: got %d proofs, %v, want %d, %v", tt.name, len(v.Proofs), err, tt.proofs, tt.want)
		}
	}
}

// Presentations go the same way.
func TestPresentationsOfOthers(t *testing.T) {
	var signed map[string]json.RawMessage
	node(t, "sign.mjs", nil, &signed)
	for _, tt := range []struct {
		of     string
		change func(testing.TB, string) string
		count  int // of credentials, or
		want   error
	}{
		{"presentation rdfc", nil, 1, nil},
		{"presentation jcs", nil, 1, nil},
		{"presentation of two", nil, 2, nil},
		{"presentation of two", replace("三级", "一级"), 0, credential.ErrProof},
		{"presentation of two", edit(func(d map[string]any) { d["verifiableCredential"] = d["verifiableCredential"].([]any)[:1] }), 0, credential.ErrProof},
		{"presentation rdfc", replace("a challenge", "b challenge"), 0, credential.ErrProof},
		{"presentation jcs", replace("a.example", "b.example"), 0, credential.ErrProof},
		{"presentation by nobody", nil, 0, credential.ErrProof}, // the issuer's own word: W3C VCDM 2.0, §4.13.4
	} {
		document := string(signed[tt.of])
		if tt.change != nil {
			document = tt.change(t, document)
		}
		p, err := credential.VerifyPresentation([]byte(document), signing.DIDKeys{}, time.Now())
		if !errors.Is(err, tt.want) || len(p.Credentials) != tt.count {
			t.Errorf("%s: got %d credentials, %v, want %d, %v", tt.of, len(p.Credentials), err, tt.count, tt.want)
		}
		if err != nil {
			continue
		}
		if err := (credential.Expectation{Purpose: "authentication", Domain: "a.example", Challenge: "a challenge"}).MetBy(p.Proofs); err != nil {
			t.Errorf("%s: MetBy: %v", tt.of, err)
		}
		if err := (credential.Expectation{Challenge: "another"}).MetBy(p.Proofs); !errors.Is(err, credential.ErrProof) {
			t.Errorf("%s: another challenge: got %v, want %v", tt.of, err, credential.ErrProof)
		}
	}
}
