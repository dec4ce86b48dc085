package credential_test

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mr-tron/base58"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
)

// foreign is a credential of another shape than the register's, as the W3C
// test suites send them, with the issuer's DID left open.
const foreign = `{
	"@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
	"type": ["VerifiableCredential", "ExampleDegreeCredential"],
	"issuer": {"id": "ISSUER", "name": [{"@value": "大学", "@language": "zh"}, {"@value": "University", "@language": "en"}]},
	"validFrom": "2020-01-01T00:00:00Z",
	"credentialSubject": {"id": "did:example:holder", "degree": {"type": "ExampleBachelorDegree", "gpa": 3.7}}
}`

// didKey returns a did:key issuer.
func didKey(t testing.TB) (string, signing.Signer) {
	t.Helper()
	signer := newRegister(t, "register.example.cn").signer(t)
	return signing.KeyDID(signer.KeyID()), signer
}

// with adds members to the foreign credential.
func with(t testing.TB, did, members string) []byte {
	t.Helper()
	document := strings.Replace(foreign, "ISSUER", did, 1)
	if members != "" {
		document = strings.Replace(document, `"validFrom"`, members+`, "validFrom"`, 1)
	}
	if !json.Valid([]byte(document)) {
		t.Fatalf("test document is not JSON: %s", document)
	}
	return []byte(document)
}

func TestSignDocumentVerifies(t *testing.T) {
	did, signer := didKey(t)
	for name, options := range map[string]credential.Options{
		"statements": {At: signedAt}, "JSON": {At: signedAt, JSON: true}, "named proof": {At: signedAt, ProofID: "urn:uuid:1"},
	} {
		t.Run(name, func(t *testing.T) {
			document, err := credential.SignDocument(t.Context(), did, signer, with(t, did, ""), options)
			if err != nil {
				t.Fatal(err)
			}
			if v, err := credential.Verify(document, signing.DIDKeys{}, checked); err != nil || len(v.Proofs) != 1 || v.Issuer != did {
				t.Errorf("Verify: got %+v, %v, want one proof by %s", v, err, did)
			}
			for _, change := range [][2]string{{"3.7", "4"}, {"大学", "小学"}, {"did:example:holder", "did:example:thief"}, {"2020-01-01", "2019-01-01"}} {
				changed := replace(change[0], change[1])(t, string(document))
				if _, err := credential.Verify([]byte(changed), signing.DIDKeys{}, checked); !errors.Is(err, credential.ErrProof) {
					t.Errorf("%s for %s: got %v, want %v", change[1], change[0], err, credential.ErrProof)
				}
			}
			var members struct {
				Proof []json.RawMessage `json:"proof"`
			}
			if err := json.Unmarshal(document, &members); err != nil || len(members.Proof) != 1 {
				t.Errorf("proof: got %v, %v, want a list of one", members.Proof, err)
			}
		})
	}
}

// A key may sign as itself: the did:key of the register's key is an issuer of
// its own, apart from the register's DID, and no other key is.
func TestSignDocumentAsTheKeyItself(t *testing.T) {
	r, other := newRegister(t, "register.example.cn"), newRegister(t, "register.example.cn")
	signer := r.signer(t)
	own, foreign := signing.KeyDID(signer.KeyID()), signing.KeyDID(other.signer(t).KeyID())
	signed, err := credential.SignDocument(t.Context(), r.issuer.DID, signer, with(t, own, ""), credential.Options{At: signedAt})
	if err != nil {
		t.Fatal(err)
	}
	v, err := credential.Verify(signed, signing.DIDKeys{}, checked)
	if err != nil || v.Issuer != own {
		t.Errorf("Verify: got issuer %s, %v, want %s", v.Issuer, err, own)
	}
	if _, err := credential.Verify(signed, r.directory(t), checked); !errors.Is(err, signing.ErrUnknownKey) {
		t.Errorf("as the register's: got %v, want %v", err, signing.ErrUnknownKey)
	}
	if _, err := credential.SignDocument(t.Context(), r.issuer.DID, signer, with(t, foreign, ""), credential.Options{At: signedAt}); !errors.Is(err, credential.ErrMalformed) {
		t.Errorf("another key's name: got %v, want %v", err, credential.ErrMalformed)
	}
}

// A chain of proofs holds only whole: VC Data Integrity 1.0, §2.1.2.
func TestProofChain(t *testing.T) {
	did, signer := didKey(t)
	document := with(t, did, "")
	for _, o := range []credential.Options{
		{At: signedAt, ProofID: "urn:uuid:1"},
		{At: signedAt, ProofID: "urn:uuid:2", JSON: true, PreviousProof: []string{"urn:uuid:1"}},
		{At: signedAt, PreviousProof: []string{"urn:uuid:1", "urn:uuid:2"}},
	} {
		var err error
		if document, err = credential.SignDocument(t.Context(), did, signer, document, o); err != nil {
			t.Fatal(err)
		}
	}
	if v, err := credential.Verify(document, signing.DIDKeys{}, checked); err != nil || len(v.Proofs) != 3 {
		t.Fatalf("Verify: got %d proofs, %v, want 3", len(v.Proofs), err)
	}
	for name, change := range map[string]func(testing.TB, string) string{
		"first proof gone": edit(func(d map[string]any) { d["proof"] = d["proof"].([]any)[1:] }),
		"previousProof is a number": edit(func(d map[string]any) {
			d["proof"].([]any)[2].(map[string]any)["previousProof"] = 1
		}),
		"previousProof names itself": edit(func(d map[string]any) {
			d["proof"].([]any)[1].(map[string]any)["previousProof"] = "urn:uuid:2"
		}),
		"previousProof dropped": edit(func(d map[string]any) { delete(d["proof"].([]any)[2].(map[string]any), "previousProof") }),
		"previousProof shortened": edit(func(d map[string]any) {
			d["proof"].([]any)[2].(map[string]any)["previousProof"] = []any{"urn:uuid:1"}
		}),
	} {
		if _, err := credential.Verify([]byte(change(t, string(document))), signing.DIDKeys{}, checked); !errors.Is(err, credential.ErrProof) {
			t.Errorf("%s: got %v, want %v", name, err, credential.ErrProof)
		}
	}
	missing := credential.Options{At: signedAt, PreviousProof: []string{"urn:uuid:9"}}
	if _, err := credential.SignDocument(t.Context(), did, signer, document, missing); !errors.Is(err, credential.ErrMalformed) {
		t.Errorf("chain to a missing proof: got %v, want %v", err, credential.ErrMalformed)
	}
}

func TestSignDocumentHoldsTheDataModel(t *testing.T) {
	did, signer := didKey(t)
	drop := func(name string) func(string) string {
		return func(s string) string { return strings.Replace(s, `"`+name+`"`, `"x`+name+`"`, 1) }
	}
	swap := func(old, with string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, with, 1) }
	}
	for name, change := range map[string]func(string) string{
		"no context":              drop("@context"),
		"no type":                 drop("type"),
		"no issuer":               drop("issuer"),
		"no subject":              drop("credentialSubject"),
		"another first context":   swap(`"https://www.w3.org/ns/credentials/v2", `, ""),
		"context not bundled":     swap("examples/v2", "examples/v9"),
		"type without credential": swap(`"VerifiableCredential", `, ""),
		"issuer is no address":    swap(did, "nobody"),
		"somebody else's issuer":  swap(did, "did:web:a.cn"),
		"validFrom without zone":  swap("00:00:00Z", "00:00:00"),
		"validFrom is a day":      swap("2020-01-01T00:00:00Z", "2020-01-01"),
		"undefined term":          swap(`, "https://www.w3.org/ns/credentials/examples/v2"`, ""),
	} {
		changed := []byte(change(string(with(t, did, ""))))
		if _, err := credential.SignDocument(t.Context(), did, signer, changed, credential.Options{At: signedAt}); !errors.Is(err, credential.ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, credential.ErrMalformed)
		}
	}
}

func TestSignDocumentChecksTypes(t *testing.T) {
	did, signer := didKey(t)
	tests := []struct {
		members string
		ok      bool
	}{
		{`"id": "urn:uuid:1"`, true},
		{`"id": "not an address"`, false},
		{`"id": ["urn:uuid:1"]`, false},
		{`"name": "文凭", "description": {"@value": "文凭", "@language": "zh", "@direction": "ltr"}`, true},
		{`"name": 5`, false},
		{`"description": {"@value": "x", "url": "y"}`, false},
		{`"validUntil": "2019-01-01T00:00:00Z"`, false},
		{`"credentialStatus": {"type": "T"}`, true},
		{`"credentialStatus": {"id": "urn:uuid:1"}`, false},
		{`"credentialStatus": []`, false},
		{`"credentialSchema": {"id": "https://a.cn/s", "type": "T"}`, true},
		{`"credentialSchema": [{"id": "https://a.cn/s", "type": "T"}, {"id": "https://a.cn/t", "type": "T"}]`, true},
		{`"credentialSchema": {"type": "T"}`, false},
		{`"credentialSchema": {"id": "https://a.cn/s"}`, false},
		{`"credentialSchema": "https://a.cn/s"`, false},
		{`"refreshService": {"id": "https://a.cn/r", "type": "T"}`, true},
		{`"refreshService": {"id": "https://a.cn/r"}`, false},
		{`"refreshService": {"id": "r", "type": "T"}`, false},
		{`"refreshService": "https://a.cn/r"`, false},
		{`"refreshService": {"id": "https://a.cn/r", "type": 4}`, false},
		{`"termsOfUse": {"type": "T"}`, true},
		{`"termsOfUse": {"id": "urn:uuid:1"}`, false},
		{`"evidence": [{"type": ["T"]}]`, true},
		{`"evidence": [{}]`, false},
		{`"proof": "z"`, false},
	}
	for _, tt := range tests {
		_, err := credential.SignDocument(t.Context(), did, signer, with(t, did, tt.members), credential.Options{At: signedAt})
		if (err == nil) != tt.ok || err != nil && !errors.Is(err, credential.ErrMalformed) {
			t.Errorf("%s: got %v, want ok %t", tt.members, err, tt.ok)
		}
	}
}

func TestRelatedResources(t *testing.T) {
	did, signer := didKey(t)
	published, err := os.ReadFile("contexts/credentials-v2.jsonld")
	if err != nil {
		t.Fatal(err)
	}
	sum256, sum384 := sha256.Sum256(published), sha512.Sum384(published)
	sri := func(name string, sum []byte) string { return name + "-" + base64.StdEncoding.EncodeToString(sum) }
	multihash := append([]byte{0x12, 32}, sum256[:]...)
	resource := func(members string) string {
		return `"relatedResource": [{"id": "https://www.w3.org/ns/credentials/v2"` + members + `}]`
	}
	wrong := strings.Repeat("A", 43) + "="
	tests := []struct {
		name, members string
		want          error
	}{
		{"SRI SHA-256", resource(`, "digestSRI": "` + sri("sha256", sum256[:]) + `"`), nil},
		{"SRI SHA-384", resource(`, "digestSRI": "` + sri("sha384", sum384[:]) + `"`), nil},
		{"multibase base58btc", resource(`, "digestMultibase": "z` + base58.Encode(multihash) + `"`), nil},
		{"multibase base64url", resource(`, "digestMultibase": "u` + base64.RawURLEncoding.EncodeToString(multihash) + `"`), nil},
		{
			"multibase SHA-384",
			resource(`, "digestMultibase": "u` + base64.RawURLEncoding.EncodeToString(append([]byte{0x20, 48}, sum384[:]...)) + `"`), nil,
		},
		{"digest of something else", resource(`, "digestSRI": "sha256-` + wrong + `"`), credential.ErrRelatedResource},
		{"one of two digests wrong", resource(`, "digestSRI": "sha256-` + wrong + `", "digestMultibase": "z` + base58.Encode(multihash) + `"`), credential.ErrRelatedResource},
		{"unknown document", `"relatedResource": {"id": "https://a.cn/x.png", "digestSRI": "sha256-` + wrong + `"}`, nil},
		{"SHA-256 without a header", resource(`, "digestMultibase": "u` + base64.RawURLEncoding.EncodeToString(sum256[:]) + `"`), nil},
		{"of something else without a header", resource(`, "digestMultibase": "u` + wrong[:43] + `"`), credential.ErrRelatedResource},
		{"no digest", resource(""), credential.ErrMalformed},
		{"no id", `"relatedResource": [{"digestSRI": "sha256-` + wrong + `"}]`, credential.ErrMalformed},
		{"not an object", `"relatedResource": ["https://a.cn/x.png"]`, credential.ErrMalformed},
		{"SRI cut", resource(`, "digestSRI": "sha256-AAAA"`), credential.ErrMalformed},
		{"SRI of an unknown algorithm", resource(`, "digestSRI": "md5-AAAA"`), credential.ErrMalformed},
		{"multibase of an unknown algorithm", resource(`, "digestMultibase": "uEQAA"`), credential.ErrMalformed},
		{"digest is a number", resource(`, "digestMultibase": 5`), credential.ErrMalformed},
		{
			"named twice", `"relatedResource": [{"id": "https://a.cn/x", "digestSRI": "sha256-` + wrong + `"}, {"id": "https://a.cn/x", "digestSRI": "sha256-` + wrong + `"}]`,
			credential.ErrMalformed,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			document, err := credential.SignDocument(t.Context(), did, signer, with(t, did, tt.members), credential.Options{At: signedAt})
			if !errors.Is(err, tt.want) {
				t.Fatalf("SignDocument: got %v, want %v", err, tt.want)
			}
			if err != nil {
				return
			}
			if _, err := credential.Verify(document, signing.DIDKeys{}, checked); err != nil {
				t.Errorf("Verify: %v", err)
			}
		})
	}
}

func TestVerifyByTime(t *testing.T) {
	did, signer := didKey(t)
	limited, err := credential.SignDocument(t.Context(), did, signer,
		with(t, did, `"validUntil": "2027-01-01T00:00:00Z"`), credential.Options{At: signedAt})
	if err != nil {
		t.Fatal(err)
	}
	open, err := credential.SignDocument(t.Context(), did, signer, with(t, did, ""), credential.Options{At: signedAt})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name     string
		document []byte
		at       time.Time
		want     error
	}{
		{"before its end", limited, signedAt, nil},
		{"at its end", limited, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), nil},
		{"after its end", limited, time.Date(2027, 1, 1, 0, 0, 1, 0, time.UTC), credential.ErrExpired},
		{"clock a little behind", limited, time.Date(2019, 12, 31, 23, 55, 0, 0, time.UTC), nil},
		{"before its beginning", limited, time.Date(2019, 12, 31, 23, 54, 59, 0, time.UTC), credential.ErrNotYetValid},
		{"proof expired", edited(t, open, "expires", "2026-06-01T00:00:00Z"), checked, credential.ErrExpired},
		{"proof that was given an end", edited(t, open, "expires", "2099-06-01T00:00:00Z"), checked, credential.ErrProof},
		{"proof without a date", edited(t, open, "created", "soon"), checked, credential.ErrProof},
	}
	for _, tt := range tests {
		if _, err := credential.Verify(tt.document, signing.DIDKeys{}, tt.at); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
}

// edited sets a member of the first proof.
func edited(t *testing.T, document []byte, name, value string) []byte {
	t.Helper()
	return []byte(edit(func(d map[string]any) { d["proof"].([]any)[0].(map[string]any)[name] = value })(t, string(document)))
}

// A token or key service may fail; nothing half signed comes out.
func TestSignerFailureIsTold(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	broken := brokenSigner{r.signer(t)}
	var l credential.StatusList
	_, badge := credential.Sign(t.Context(), r.issuer, broken, sample(t), signedAt)
	_, list := credential.SignStatusList(t.Context(), r.issuer, broken, page(t, &l))
	_, document := credential.SignDocument(t.Context(), r.issuer.DID, broken, with(t, r.issuer.DID, ""), credential.Options{At: signedAt})
	_, code := credential.EncodeQR(t.Context(), sampleQR(), broken)
	for name, err := range map[string]error{"Sign": badge, "SignStatusList": list, "SignDocument": document, "EncodeQR": code} {
		if !errors.Is(err, errToken) {
			t.Errorf("%s: got %v, want %v", name, err, errToken)
		}
	}
}

var errToken = errors.New("token removed")

type brokenSigner struct{ signing.Signer }

func (brokenSigner) Sign(context.Context, []byte) ([]byte, error) { return nil, errToken }

func TestReadBadgeRefuses(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	document := string(r.sign(t, sample(t)))
	for name, changed := range map[string]string{
		"not JSON":          "{",
		"another type":      replace("OpenBadgeCredential", "AlumniCredential")(t, document),
		"no version":        replace("2610001200300001/2\"", "2610001200300001/x\"")(t, document),
		"level in words":    replace(`"value":"3"`, `"value":"three"`)(t, document),
		"no day":            replace("2026-05-06T00", "2026-05-00T00")(t, document),
		"commitment cut":    replace("hmac-sha256$", "hmac-sha256$0")(t, document),
		"status index":      replace(`"statusListIndex":"17"`, `"statusListIndex":"017"`)(t, document),
		"evidence digest":   replace(`"digestMultibase":"u`, `"digestMultibase":"m`)(t, document),
		"foreign shape":     string(with(t, r.issuer.DID, "")),
		"status entry type": replace("BitstringStatusListEntry", "StatusList2021Entry")(t, document),
	} {
		if s, err := credential.ReadBadge([]byte(changed)); !errors.Is(err, credential.ErrMalformed) {
			t.Errorf("%s: got %+v, %v, want %v", name, s, err, credential.ErrMalformed)
		}
	}
}
