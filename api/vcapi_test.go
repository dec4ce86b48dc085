package api_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/certreg/certreg/api"
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
