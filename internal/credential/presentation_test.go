package credential

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/signing"
)

// What jsonld.js makes of the presentation below: each credential is a graph of
// its own, as the context of the data model says (§4.13).
const presentedQuads = `_:c14n1 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/2018/credentials#VerifiablePresentation> .
_:c14n1 <https://www.w3.org/2018/credentials#holder> <did:example:holder> .
_:c14n1 <https://www.w3.org/2018/credentials#verifiableCredential> _:c14n0 .
_:c14n1 <https://www.w3.org/2018/credentials#verifiableCredential> _:c14n4 .
_:c14n2 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/2018/credentials#VerifiableCredential> _:c14n0 .
_:c14n2 <https://www.w3.org/2018/credentials#credentialSubject> <did:example:holder> _:c14n0 .
_:c14n2 <https://www.w3.org/2018/credentials#issuer> <did:example:issuer> _:c14n0 .
_:c14n3 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/2018/credentials#VerifiableCredential> _:c14n4 .
_:c14n3 <https://www.w3.org/2018/credentials#credentialSubject> <did:example:other> _:c14n4 .
_:c14n3 <https://www.w3.org/2018/credentials#issuer> <did:example:issuer> _:c14n4 .
`

func presentable(issuer, subject string) map[string]any {
	return map[string]any{
		"@context": []any{contextVC}, "type": []any{"VerifiableCredential"}, "issuer": issuer,
		"credentialSubject": map[string]any{"id": subject},
	}
}

func presentationOf(holder string, credentials ...any) map[string]any {
	p := map[string]any{"@context": []any{contextVC}, "type": []any{"VerifiablePresentation"}, "verifiableCredential": append([]any{}, credentials...)}
	if holder != "" {
		p["holder"] = holder
	}
	return p
}

func TestPresentedCredentialsAreGraphs(t *testing.T) {
	p := presentationOf("did:example:holder", presentable("did:example:issuer", "did:example:holder"), presentable("did:example:issuer", "did:example:other"))
	if got, err := canonicalJSONLD(p); err != nil || string(got) != presentedQuads {
		t.Errorf("got %v\n%s\nwant\n%s", err, got, presentedQuads)
	}
	for _, c := range p["verifiableCredential"].([]any) {
		if _, ok := c.(map[string]any)["@graph"]; ok {
			t.Error("the presentation itself was changed")
		}
	}
}

// A person signs under a did:key.
type person struct {
	did    string
	signer signing.Signer
}

func newPerson(t *testing.T) person {
	t.Helper()
	set, err := signing.NewKeyset(time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := set.Signer(time.Unix(1_700_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	return person{signing.KeyDID(signer.KeyID()), signer}
}

// sign returns the document with one proof more.
func (p person) sign(t *testing.T, document map[string]any, suite, purpose string) map[string]any {
	t.Helper()
	proof := map[string]any{
		"type": proofType, "cryptosuite": suite, "proofPurpose": purpose, "challenge": "c",
		"created": "2026-01-01T00:00:00Z", "verificationMethod": signing.VerificationMethod(p.did, p.signer.KeyID()),
	}
	content := without(document, "proof")
	message, err := secured{content: content}.message(suite, nil, proof)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := p.signer.Sign(t.Context(), message)
	if err != nil {
		t.Fatal(err)
	}
	proof["proofValue"] = encodeProofValue(signature)
	proofs, _ := document["proof"].([]any)
	content["proof"] = append(proofs, proof)
	return content
}

func TestVerifyPresentation(t *testing.T) {
	holder, issuer := newPerson(t), newPerson(t)
	held := issuer.sign(t, presentable(issuer.did, holder.did), suiteRDFC, proofPurpose)
	own := holder.sign(t, presentable(holder.did, holder.did), suiteJCS, proofPurpose)
	expired := presentable(issuer.did, holder.did)
	expired["validUntil"] = "2026-02-01T00:00:00Z"
	ended := issuer.sign(t, expired, suiteRDFC, proofPurpose)
	member := func(p map[string]any, name string, value any) map[string]any {
		p[name] = value
		return p
	}
	tests := []struct {
		name     string
		document map[string]any
		want     error
		count    int
	}{
		{"one credential", presentationOf(holder.did, held), nil, 1},
		{"holder with members", member(presentationOf("", held), "holder", map[string]any{"id": holder.did, "name": "A"}), nil, 1},
		{"two credentials", presentationOf(holder.did, held, own), nil, 2},
		{"none", presentationOf(holder.did), nil, 0},
		{"nobody named", presentationOf("", held), nil, 1},
		{"own word unsigned", presentationOf(holder.did, presentable(holder.did, holder.did)), nil, 1},
		{"own word unsigned and out of date", presentationOf(holder.did, member(presentable(holder.did, holder.did), "validUntil", "2026-02-01T00:00:00Z")), ErrExpired, 0},
		{"own word of nobody named", presentationOf("", own), ErrProof, 0}, // §4.13.4
		{"another's word unsigned", presentationOf(holder.did, presentable(issuer.did, holder.did)), ErrProof, 0},
		{"another as holder", presentationOf(issuer.did, held), ErrProof, 0},
		{"ended credential", presentationOf(holder.did, ended), ErrExpired, 0},
		{"altered credential", presentationOf(holder.did, member(without(held, ""), "issuer", holder.did)), ErrProof, 0},
		{"not a credential", presentationOf(holder.did, map[string]any{"@context": []any{contextVC}, "id": "urn:a:1"}), ErrMalformed, 0},
		{"in an envelope", presentationOf(holder.did, map[string]any{
			"@context": []any{contextVC}, "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,eyJ",
		}), ErrMalformed, 0},
	}
	for _, tt := range tests {
		for _, suite := range []string{suiteRDFC, suiteJCS} {
			signed := holder.sign(t, tt.document, suite, presentationPurpose)
			checkPresented(t, tt.name+" "+suite, signed, tt.want, tt.count)
		}
	}
	for name, document := range map[string]map[string]any{ // no statements can be made of them
		"a text":           presentationOf(holder.did, "eyJ"),
		"another type":     member(presentationOf(holder.did, held), "type", []any{"VerifiableCredential"}),
		"holder not a URL": member(presentationOf("", held), "holder", "me"),
	} {
		checkPresented(t, name, holder.sign(t, document, suiteJCS, presentationPurpose), ErrMalformed, 0)
	}
}

func TestProofsOfPresentations(t *testing.T) {
	holder, issuer := newPerson(t), newPerson(t)
	held := issuer.sign(t, presentable(issuer.did, holder.did), suiteRDFC, proofPurpose)
	both := presentationOf(holder.did, held, issuer.sign(t, presentable(issuer.did, "did:example:other"), suiteJCS, proofPurpose))
	for _, suite := range []string{suiteRDFC, suiteJCS} {
		signed := holder.sign(t, both, suite, presentationPurpose)
		checkPresented(t, "good "+suite, signed, nil, 2)
		checkPresented(t, "set "+suite, holder.sign(t, signed, suiteJCS, presentationPurpose), nil, 2)
		checkPresented(t, "for assertions "+suite, holder.sign(t, both, suite, proofPurpose), ErrProof, 0)
		checkPresented(t, "by another "+suite, issuer.sign(t, both, suite, presentationPurpose), ErrProof, 0)
		for name, change := range map[string]func(map[string]any){
			"a credential taken away": func(p map[string]any) { p["verifiableCredential"] = both["verifiableCredential"].([]any)[:1] },
			"holder taken away":       func(p map[string]any) { delete(p, "holder") },
			"no proof":                func(p map[string]any) { delete(p, "proof") },
		} {
			altered := without(signed, "")
			change(altered)
			checkPresented(t, name+" "+suite, altered, ErrProof, 0)
		}
	}
	credential := holder.sign(t, presentable(holder.did, holder.did), suiteRDFC, presentationPurpose)
	data, err := marshal(credential)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(data, signing.DIDKeys{}, time.Unix(1_800_000_000, 0)); !errors.Is(err, ErrProof) {
		t.Errorf("credential signed to authenticate: got %v, want %v", err, ErrProof)
	}
}

func checkPresented(t *testing.T, name string, document map[string]any, want error, count int) {
	t.Helper()
	data, err := marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	p, err := VerifyPresentation(data, signing.DIDKeys{}, time.Unix(1_800_000_000, 0))
	if !errors.Is(err, want) || len(p.Credentials) != count {
		t.Errorf("%s: got %d credentials, %v, want %d, %v", name, len(p.Credentials), err, count, want)
	}
	if want == nil && (len(p.Proofs) == 0 || !strings.HasPrefix(p.Proofs[0].signer(), "did:key:")) {
		t.Errorf("%s: proofs: got %+v", name, p.Proofs)
	}
}
