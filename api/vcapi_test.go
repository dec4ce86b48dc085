package api_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/certreg/certreg/api"
	"github.com/certreg/certreg/internal/signing"
)

// sample is a credential of the register for the VC API to sign.
func sample(issuer string) object {
	return object{
		"@context": []string{"https://www.w3.org/ns/credentials/v2"}, "type": []string{"VerifiableCredential"},
		"issuer": issuer, "credentialSubject": object{"id": "did:example:holder"},
	}
}

// TestTheVCAPISignsAndVerifies goes through what W3C test suites call.
func TestTheVCAPISignsAndVerifies(t *testing.T) {
	o := newOffice(t)
	issuer, _, _ := o.anchors()
	signed := o.post("/credentials/issue", "", object{"credential": sample(issuer), "options": object{}}).want(201).is("proof.0.cryptosuite", "eddsa-rdfc-2022", "issuer", issuer)
	o.post("/credentials/verify", "", object{"verifiableCredential": json.RawMessage(signed.raw)}).want(200).is("verified", "true")
	altered := strings.Replace(string(signed.raw), "did:example:holder", "did:example:thief", 1)
	o.post("/credentials/verify", "", object{"verifiableCredential": json.RawMessage(altered)}).refused(400, "").is("errors.0.pointer", "/verifiableCredential")
	o.post("/credentials/issue", "", object{"credential": sample("did:web:other.example")}).refused(400, "").is("errors.0.pointer", "/credential")
	broken := sample(issuer)
	broken["refreshService"] = "soon"
	o.post("/credentials/issue", "", object{"credential": broken}).refused(400, "")
}

// TestTheVCAPITakesOptions asks for a cryptosuite and a key's own name when
// issuing, and for a purpose, domain and challenge when verifying.
func TestTheVCAPITakesOptions(t *testing.T) {
	o := newOffice(t)
	did := o.get("/.well-known/did.json", "").want(200)
	key := signing.KeyDID(did.at("verificationMethod.0.publicKeyMultibase"))
	issue := func(options object) answer {
		return o.post("/credentials/issue", "", object{"credential": sample(key), "options": options})
	}
	signed := issue(object{"cryptosuite": "eddsa-jcs-2022", "credentialId": "urn:uuid:1"}).want(201).is("proof.0.cryptosuite", "eddsa-jcs-2022", "issuer", key)
	issue(object{"cryptosuite": "ecdsa-rdfc-2019"}).refused(422, "")
	verify := func(options object) answer {
		return o.post("/credentials/verify", "", object{"verifiableCredential": json.RawMessage(signed.raw), "options": options})
	}
	verify(object{"checks": []string{"proof"}, "expectedProofPurpose": "assertionMethod"}).want(200).is("verified", "true", "checks.0", "proof")
	for _, options := range []object{{"expectedProofPurpose": "authentication"}, {"domain": "a.example"}, {"challenge": "1235abcd6789"}} {
		verify(options).refused(400, "").is("errors.0.pointer", "/verifiableCredential")
	}
}

// TestTheVCAPIRefusesWhatNoLongerCounts verifies a certificate's credential
// until it is withdrawn.
func TestTheVCAPIRefusesWhatNoLongerCounts(t *testing.T) {
	o := newOffice(t)
	number := o.certify("韩信", "2026-05-18")
	o.clock.set(t, "2026-05-19")
	badge := o.serve(call{method: http.MethodGet, path: "/v1/certificates/" + number + "/credential", key: o.head}).want(200)
	verify := func() answer {
		return o.post("/credentials/verify", "", object{"verifiableCredential": json.RawMessage(badge.raw)})
	}
	verify().want(200).is("checks.0", "proof", "checks.1", "credentialStatus")
	o.withdraw(number)
	verify().refused(400, "").is("errors.0.pointer", "/verifiableCredential")
}

// presentation was made with @digitalbazaar/vc under a did:key, DID here; the
// status list of the credential in it is not this register's.
const presentation = `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"],"holder":"DID","verifiableCredential":[
{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"DID","credentialSubject":{"id":"did:example:holder"},
"credentialStatus":{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"https://other.example/status/1"},
"proof":{"type":"DataIntegrityProof","created":"2026-01-02T00:00:00Z","cryptosuite":"eddsa-rdfc-2022","proofPurpose":"assertionMethod","verificationMethod":"DID#z6Mko2axqDswGbArB9CGYPiSDjsRgwwv3A9jLauWobye54uB",
"proofValue":"z2iRWDBRDb2c5jAWsNBBcADPE9MRRTAdGr9Vo4fqTucgT8P8YMX3nurf44hanRvFHjJiyUydTcBwVYidhJ49HA1Fn"}}],
"proof":{"type":"DataIntegrityProof","created":"2026-01-02T00:00:00Z","cryptosuite":"eddsa-rdfc-2022","proofPurpose":"authentication","challenge":"1235abcd6789","verificationMethod":"DID#z6Mko2axqDswGbArB9CGYPiSDjsRgwwv3A9jLauWobye54uB",
"proofValue":"z2hZfcziF5C3oCWJMkY7zy2quaqXGyTZDk8RZvVVnvS6z65HbqVijpqm8ysxLcDkZM6kui91U6TEso3AKwwVPh35r"}}`

// TestTheVCAPIVerifiesPresentations checks what the presentation was made for,
// and that it and the credential in it are as they were made.
func TestTheVCAPIVerifiesPresentations(t *testing.T) {
	o := newOffice(t)
	good := strings.ReplaceAll(presentation, "DID", "did:key:z6Mko2axqDswGbArB9CGYPiSDjsRgwwv3A9jLauWobye54uB")
	verify := func(document string, options object) answer {
		return o.post("/presentations/verify", "", object{"verifiablePresentation": json.RawMessage(document), "options": options})
	}
	got := verify(good, object{"expectedProofPurpose": "authentication", "challenge": "1235abcd6789"}).want(200)
	got.is("verified", "true", "checks.0", "proof", "warnings.0", "not fetched: https://other.example/status/1")
	for _, options := range []object{{"expectedProofPurpose": "assertionMethod"}, {"domain": "a.example"}, {"challenge": "another"}} {
		verify(good, options).refused(400, "").is("errors.0.pointer", "/verifiablePresentation")
	}
	for _, change := range [][2]string{{"did:example:holder", "did:example:thief"}, {"1235abcd6789", "another"}, {`"holder":`, `"id":"urn:a:1","holder":`}} {
		verify(strings.Replace(good, change[0], change[1], 1), object{}).refused(400, "")
	}
	o.post("/presentations/verify", "", object{}).refused(422, "")
}

// TestTheVCAPINamesForeignStatusLists verifies a credential whose status is
// told elsewhere: nothing is fetched, and the answer says so.
func TestTheVCAPINamesForeignStatusLists(t *testing.T) {
	o := newOffice(t)
	issuer, _, _ := o.anchors()
	credential := sample(issuer)
	const list = "https://other.example/status/1"
	credential["credentialStatus"] = object{
		"id": list + "#7", "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "7", "statusListCredential": list,
	}
	signed := o.post("/credentials/issue", "", object{"credential": credential}).want(201)
	got := o.post("/credentials/verify", "", object{"verifiableCredential": json.RawMessage(signed.raw)}).want(200)
	got.is("checks.0", "proof", "warnings.0", "not fetched: "+list)
}

func TestTheVCAPIIsOffUnlessAskedFor(t *testing.T) {
	o := newOffice(t)
	handler, err := api.New(api.Config{Registry: o.reg, Office: o.proofs, Logger: slog.New(slog.DiscardHandler), Now: o.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	for path, body := range map[string]object{"/credentials/issue": {"credential": object{}}, "/credentials/verify": {"verifiableCredential": object{}}, "/presentations/verify": {"verifiablePresentation": object{}}} {
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, call{method: http.MethodPost, path: path, body: body}.request(t))
		if rec.Code != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, rec.Code)
		}
	}
}
