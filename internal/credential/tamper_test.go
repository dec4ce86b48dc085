package credential_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
)

// A tampering is one way to make more of a credential than it is.
type tampering struct {
	name   string
	change func(t testing.TB, document string) string
}

// replace exchanges a text that must occur.
func replace(old, with string) func(testing.TB, string) string {
	return func(t testing.TB, document string) string {
		t.Helper()
		if !strings.Contains(document, old) {
			t.Fatalf("credential does not contain %q", old)
		}
		return strings.ReplaceAll(document, old, with)
	}
}

// edit changes the members of the document.
func edit(change func(document map[string]any)) func(testing.TB, string) string {
	return func(t testing.TB, document string) string {
		t.Helper()
		var members map[string]any
		if err := json.Unmarshal([]byte(document), &members); err != nil {
			t.Fatal(err)
		}
		change(members)
		return mustJSON(t, members)
	}
}

// member walks down objects; tests know the document's form.
func member(document map[string]any, path ...string) map[string]any {
	for _, name := range path {
		document = document[name].(map[string]any)
	}
	return document
}

func eachProof(document map[string]any, change func(map[string]any)) {
	for _, p := range document["proof"].([]any) {
		change(p.(map[string]any))
	}
}

func moveDate(proof map[string]any) { proof["created"] = "2026-05-07T07:08:09Z" }

func cutSignature(proof map[string]any) { proof["proofValue"] = proof["proofValue"].(string)[:80] }

// tamperings are tried on this verifier and on those from npm, which accept a
// proof set as soon as one of its proofs holds; so both proofs are changed.
func tamperings(stranger register) []tampering {
	return []tampering{
		{"holder's name", replace("张三", "李四")},
		{"certificate number", replace(`"licenseNumber":"2610001200300001"`, `"licenseNumber":"2610001200300002"`)},
		{"level raised", replace(`"value":"3"`, `"value":"1"`)},
		{"occupation", replace("客户服务管理师", "消防设施操作员")},
		{"day of issue", replace("2026-05-06T00:00:00+08:00", "2016-05-06T00:00:00+08:00")},
		{"commitment to the ID number", replace("hmac-sha256$", "hmac-sha256$0")},
		{"status entry moved", replace("94567", "94568")},
		{"status removed", edit(func(d map[string]any) { delete(d, "credentialStatus") })},
		{"issuing body", replace("南京第三鉴定站", "国家鉴定中心")},
		{"issuer exchanged", replace("did:web:register.example.cn", stranger.issuer.DID)},
		{"claim added", edit(func(d map[string]any) { member(d, "credentialSubject")["role"] = "考评员" })},
		{"evidence digest", edit(func(d map[string]any) {
			d["evidence"].([]any)[0].(map[string]any)["digestMultibase"] = "uEiAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		})},
		{"proofs of another credential", edit(func(d map[string]any) { d["id"] = "https://register.example.cn/credentials/9/1" })},
		{"proof date moved", edit(func(d map[string]any) { eachProof(d, moveDate) })},
		{"proof for another purpose", edit(func(d map[string]any) {
			eachProof(d, func(p map[string]any) { p["proofPurpose"] = "authentication" })
		})},
		{"signature cut", edit(func(d map[string]any) { eachProof(d, cutSignature) })},
		{"signatures exchanged", edit(func(d map[string]any) {
			proofs := d["proof"].([]any)
			a, b := proofs[0].(map[string]any), proofs[1].(map[string]any)
			a["proofValue"], b["proofValue"] = b["proofValue"], a["proofValue"]
		})},
		{"context taken away", edit(func(d map[string]any) { d["@context"] = d["@context"].([]any)[:2] })},
		{"contexts in another order", edit(func(d map[string]any) {
			c := d["@context"].([]any)
			c[0], c[1] = c[1], c[0]
		})},
		{"end of validity added", edit(func(d map[string]any) { d["validUntil"] = "9999-01-01T00:00:00Z" })},
	}
}

func TestEveryTamperingIsRefused(t *testing.T) {
	r, stranger := newRegister(t, "register.example.cn"), newRegister(t, "register.example.com")
	document := string(r.sign(t, sample(t)))
	keys := r.directory(t)
	keys[stranger.issuer.DID] = stranger.directory(t)[stranger.issuer.DID] // a known but other issuer
	cases := tamperings(stranger)
	cases = append(cases,
		tampering{"not signed", edit(func(d map[string]any) { delete(d, "proof") })},
		tampering{"no proof left", edit(func(d map[string]any) { d["proof"] = []any{} })},
		tampering{"date of one proof moved", edit(func(d map[string]any) { moveDate(d["proof"].([]any)[0].(map[string]any)) })},
		tampering{"signature of one proof cut", edit(func(d map[string]any) { cutSignature(d["proof"].([]any)[1].(map[string]any)) })},
		tampering{"proof of an unknown kind added", edit(func(d map[string]any) {
			d["proof"] = append(d["proof"].([]any), map[string]any{"type": "DataIntegrityProof", "cryptosuite": "none"})
		})},
		tampering{"member given twice", replace(`"licenseNumber":`, `"licenseNumber":"1","licenseNumber":`)},
		tampering{"member in other case", replace(`"licenseNumber":`, `"LicenseNumber":"1","licenseNumber":`)},
		tampering{"undefined member", edit(func(d map[string]any) { d["rank"] = "1" })},
		tampering{"context added", edit(func(d map[string]any) {
			d["@context"] = append(d["@context"].([]any), "https://www.w3.org/ns/credentials/undefined-terms/v2")
		})},
		// eddsa-jcs-2022 itself lets contexts be appended (vc-di-eddsa §3.3.2), and
		// the npm library does: here nobody may add to what was signed.
		tampering{"context of one's own", edit(func(d map[string]any) {
			d["@context"] = append(d["@context"].([]any), "https://evil.example/context")
		})},
		tampering{"bundled context appended, one proof left", edit(func(d map[string]any) {
			d["@context"] = append(d["@context"].([]any), "https://www.w3.org/ns/credentials/examples/v2")
			d["proof"] = d["proof"].([]any)[1:]
		})},
		tampering{"second document", func(_ testing.TB, d string) string { return d + d }},
	)
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			changed := tt.change(t, document)
			v, err := credential.Verify([]byte(changed), keys, checked)
			if !errors.Is(err, credential.ErrProof) && !errors.Is(err, credential.ErrMalformed) {
				t.Errorf("Verify: got %v, %v, want %v or %v", v, err, credential.ErrProof, credential.ErrMalformed)
			}
		})
	}
}

// Signing with a key of one's own under the register's name, or under one's
// own name with the register's content, must not pass for the register's.
func TestForgedIssuerIsRefused(t *testing.T) {
	r, forger := newRegister(t, "register.example.cn"), newRegister(t, "register.example.cn")
	forged := forger.sign(t, sample(t))
	if _, err := credential.Verify(forged, r.directory(t), checked); !errors.Is(err, signing.ErrUnknownKey) {
		t.Errorf("forger's key: got %v, want %v", err, signing.ErrUnknownKey)
	}
	// The forger's signature under the register's key name.
	renamed := strings.ReplaceAll(string(forged), forger.signer(t).KeyID(), r.signer(t).KeyID())
	if _, err := credential.Verify([]byte(renamed), r.directory(t), checked); !errors.Is(err, signing.ErrBadSignature) {
		t.Errorf("forged signature: got %v, want %v", err, signing.ErrBadSignature)
	}
}

// One bit changed anywhere leaves nothing that verifies as something else.
func TestNoFlippedBitPasses(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	document, keys := r.sign(t, sample(t)), r.directory(t)
	for i := 0; i < len(document); i += 7 {
		changed := append([]byte{}, document...)
		changed[i] ^= 1
		if _, err := credential.Verify(changed, keys, checked); err == nil {
			t.Fatalf("bit flipped at %d (%q): got no error", i, document[max(0, i-20):min(i+20, len(document))])
		}
	}
}
