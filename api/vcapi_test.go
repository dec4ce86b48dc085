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
	for path, body := range map[string]object{"/credentials/issue": {"credential": object{}}, "/credentials/verify": {"verifiableCredential": object{}}} {
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, call{method: http.MethodPost, path: path, body: body}.request(t))
		if rec.Code != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, rec.Code)
		}
	}
}
