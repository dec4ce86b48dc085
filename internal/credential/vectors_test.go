package credential

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/certreg/certreg/internal/signing"
)

// alumni is the credential of W3C Data Integrity EdDSA Cryptosuites 1.0,
// appendix B.
const alumni = `{
	"@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
	"id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
	"type": ["VerifiableCredential", "AlumniCredential"],
	"name": "Alumni Credential",
	"description": "A minimum viable example of an Alumni Credential.",
	"issuer": "https://vc.example/issuers/5678",
	"validFrom": "2023-01-01T00:00:00Z",
	"credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"}
}`

func TestPublishedVectors(t *testing.T) {
	seed, err := hex.DecodeString("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")
	if err != nil {
		t.Fatal(err)
	}
	signer := signing.NewSigner(ed25519.NewKeyFromSeed(seed))
	content, err := parseStrict([]byte(alumni))
	if err != nil {
		t.Fatal(err)
	}
	d := secured{content: content}
	tests := []struct {
		name, hash, value string
		options           Options
	}{
		{
			"eddsa-rdfc-2022 (B.1)", "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017",
			"z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme",
			Options{},
		},
		{
			"eddsa-jcs-2022 (B.3)", "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19",
			"z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
			Options{JSON: true},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			canonical, err := d.statements()
			if tt.options.JSON {
				canonical, err = d.text()
			}
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(canonical)
			if got := hex.EncodeToString(sum[:]); got != tt.hash {
				t.Errorf("document hash: got %s, want %s", got, tt.hash)
			}
			proof := tt.options.proof(signing.KeyDID(signer.KeyID()), signer.KeyID(), content["@context"])
			proof["created"] = "2023-02-24T23:36:38Z"
			suite, _ := proof["cryptosuite"].(string)
			message, err := d.message(suite, nil, proof)
			if err != nil {
				t.Fatal(err)
			}
			signature, err := signer.Sign(t.Context(), message)
			if err != nil {
				t.Fatal(err)
			}
			if got := encodeProofValue(signature); got != tt.value {
				t.Errorf("proofValue: got %s, want %s", got, tt.value)
			}
		})
	}
}

// The digest that the data model publishes for its context, and those of the
// other bundled files as they were taken.
func TestContextsAreAsPublished(t *testing.T) {
	want := map[string]string{
		contextVC: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
	}
	for address, sum := range want {
		data, ok := bundled(address)
		got := sha256.Sum256(data)
		if !ok || hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s: got SHA-256 %x, want %s", address, got, sum)
		}
	}
}

func TestGeneralDocuments(t *testing.T) {
	twins := func(n int) string {
		return `"credentialSubject": [` + strings.TrimSuffix(strings.Repeat(`{"alumniOf": "x", "degree": {"type": "Degree"}},`, n), ",") + `]`
	}
	subject := `"credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"}`
	tests := []struct {
		name, document string
		ok             bool
	}{
		{"as published", alumni, true},
		{"twin blank nodes", strings.Replace(alumni, subject, twins(2), 1), true},
		{"too many twins", strings.Replace(alumni, subject, twins(4), 1), false},
		{"language and number", strings.Replace(alumni, `"alumniOf"`, `"n": 1.5, "m": {"@value": "校友", "@language": "zh"}, "alumniOf"`, 1), true},
		{"relative id", strings.Replace(alumni, "did:example:abcdefgh", "abcdefgh", 1), false},
		{"relative type", strings.Replace(alumni, `"alumniOf"`, `"@type": "../x", "alumniOf"`, 1), true}, // @vocab makes it absolute
		{"undefined term", strings.Replace(alumni, `, "https://www.w3.org/ns/credentials/examples/v2"`, "", 1), false},
		{"unknown context", strings.Replace(alumni, "examples/v2", "examples/v9", 1), false},
		{"address with a line end", strings.Replace(alumni, "did:example:abcdefgh", `did:example:a\nb`, 1), false},
		{"control character", strings.Replace(alumni, "The School", `The\u0001School`, 1), false},
		{"line ends and tabs", strings.Replace(alumni, "The School", `The\tSchool\r\n`, 1), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			content, err := parseStrict([]byte(tt.document))
			if err != nil {
				t.Fatal(err)
			}
			got, err := canonicalJSONLD(content)
			if (err == nil) != tt.ok || err != nil && !errors.Is(err, ErrMalformed) {
				t.Fatalf("canonicalJSONLD: got %v, want ok %t", err, tt.ok)
			}
			if !tt.ok {
				return
			}
			if want := reference(t, []byte(tt.document)); string(got) != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestParseStrictRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                ``,
		"a list":                 `[]`,
		"two values":             `{} {}`,
		"name given twice":       `{"a":1,"a":1}`,
		"nested name twice":      `{"a":[{"b":1,"\u0062":2}]}`,
		"lone surrogate":         `{"a":"\ud800"}`,
		"not UTF-8":              "{\"a\":\"\xff\"}",
		"number beyond float":    `{"a":9007199254740993}`,
		"number too large":       `{"a":1e400}`,
		"number too precise":     `{"a":0.10000000000000000001}`,
		"nested without end":     strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70),
		"longer than a megabyte": `{"a":"` + strings.Repeat("a", maxDocument) + `"}`,
	} {
		if got, err := parseStrict([]byte(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, ErrMalformed)
		}
	}
	for _, number := range []string{"0", "-0", "1", "100", "1e3", "0.30000000000000004", "-1.5E-7", "9007199254740992"} {
		if _, err := parseStrict([]byte(`{"a":` + number + `}`)); err != nil {
			t.Errorf("number %s: %v", number, err)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte(alumni))
	f.Add([]byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"a:b","credentialSubject":{"id":"c:d"},"proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","proofPurpose":"assertionMethod","verificationMethod":"a:b#z","proofValue":"z1"}}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		content, err := parseStrict(document)
		if err != nil || checkModel(content) != nil {
			return
		}
		if out, err := canonicalJSONLD(content); err == nil && len(out) == 0 {
			t.Error("canonical form of a credential is empty")
		}
	})
}
