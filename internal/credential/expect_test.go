package credential

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/signing"
)

// bound signs the alumni credential under a did:key with a proof that has the
// members besides the usual ones.
func bound(t *testing.T, members map[string]any) []byte {
	t.Helper()
	keys, err := signing.NewKeyset(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := keys.Signer(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	did := signing.KeyDID(signer.KeyID())
	content, err := parseStrict([]byte(strings.Replace(alumni, "https://vc.example/issuers/5678", did, 1)))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	proof := o.proof(did, signer.KeyID(), nil)
	maps.Copy(proof, members)
	message, err := secured{content: content}.message(suiteRDFC, nil, proof)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := signer.Sign(t.Context(), message)
	if err != nil {
		t.Fatal(err)
	}
	proof["proofValue"], content["proof"] = encodeProofValue(signature), proof
	document, err := marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// VC Data Integrity 1.0, §4.3: what the verifier expects and the proof does not
// say is an error; what it does not ask is not.
func TestProofMeetsExpectation(t *testing.T) {
	one := map[string]any{"domain": "a.example", "challenge": "1235abcd6789"}
	two := map[string]any{"domain": []any{"a.example", "b.example"}}
	tests := []struct {
		name   string
		proof  map[string]any
		expect Expectation
		ok     bool
	}{
		{"nothing asked", nil, Expectation{}, true},
		{"nothing asked of a bound proof", one, Expectation{}, true},
		{"purpose", nil, Expectation{Purpose: "assertionMethod"}, true},
		{"another purpose", nil, Expectation{Purpose: "authentication"}, false},
		{"domain and challenge", one, Expectation{Domain: "a.example", Challenge: "1235abcd6789"}, true},
		{"another domain", one, Expectation{Domain: "b.example"}, false},
		{"one of two domains", two, Expectation{Domain: "b.example"}, true},
		{"neither of two domains", two, Expectation{Domain: "c.example"}, false},
		{"another challenge", one, Expectation{Challenge: "1"}, false},
		{"domain asked of a proof for anywhere", nil, Expectation{Domain: "a.example"}, false},
		{"challenge asked of a proof without one", nil, Expectation{Challenge: "1"}, false},
	}
	for _, tt := range tests {
		v, err := Verify(bound(t, tt.proof), signing.DIDKeys{}, time.Now())
		if err != nil {
			t.Errorf("%s: Verify: %v", tt.name, err)
			continue
		}
		if err := tt.expect.MetBy(v.Proofs); (err == nil) != tt.ok || err != nil && !errors.Is(err, ErrProof) {
			t.Errorf("%s: got %v, want ok %t", tt.name, err, tt.ok)
		}
	}
}

// VC Data Integrity 1.0, §2.1: expires is a dateTimeStamp, domain a text or
// texts, challenge a text. A proof that says otherwise does not hold, however
// well it is signed.
func TestMalformedProofBoundsAreRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		members map[string]any
		want    error
	}{
		"expires is no date":        {map[string]any{"expires": "2099-01-01"}, ErrMalformed},
		"expires without an offset": {map[string]any{"expires": "2099-01-01T00:00:00"}, ErrMalformed},
		"expired":                   {map[string]any{"expires": "2026-01-02T00:00:00Z"}, ErrExpired},
		"no domain in the list":     {map[string]any{"domain": []any{}}, ErrMalformed},
		"domain is a number":        {map[string]any{"domain": 1.0}, ErrMalformed},
		"challenge is a list":       {map[string]any{"domain": "a.example", "challenge": []any{"1"}}, ErrMalformed},
		"created without an offset": {map[string]any{"created": "2026-01-01T00:00:00"}, ErrMalformed},
	} {
		if _, err := Verify(bound(t, tt.members), signing.DIDKeys{}, time.Now()); !errors.Is(err, ErrProof) || !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v and %v", name, err, ErrProof, tt.want)
		}
	}
}
