package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/certreg/certreg/internal/credential"
)

// codeOf is the verification code of a certificate, as it stands on the paper.
func (o *office) codeOf(number string) string {
	o.t.Helper()
	return o.get("/v1/certificates/"+number+"/record", o.head).want(200).at("verificationCode")
}

// TestAHolderShowsTheCertificate takes a holder from the code on the paper to a
// link that an employer opens, and back.
func TestAHolderShowsTheCertificate(t *testing.T) {
	o := newOffice(t)
	const name = "李时珍"
	number := o.certify(name, "2026-05-18")
	code := o.codeOf(number)
	o.get("/v1/certificates/"+number, "").want(200)
	o.clock.set(t, "2026-05-19")
	o.publish()
	last := citizenNumber(1)[14:]
	byName, byNumber := object{"code": code, "name": name}, object{"code": strings.ToLower(code), "last": strings.ToLower(last)}
	o.post("/v1/holder", "", byName).want(200).is("certificate.holder", "李**", "links", "[]")
	o.post("/v1/holder", "", byNumber).want(200).is("document.number", "320102********"+last)

	link := o.post("/v1/holder/links", "", object{"code": code, "last": last, "purpose": "应聘", "fields": []string{"name", "document", "results"}, "expiresOn": "2026-06-30"}).want(201)
	o.do(call{method: http.MethodGet, path: "/v1/links/" + link.at("code"), from: "192.0.2.17"}).want(200).
		is("certificate.status", "valid", "name", name, "purpose", "应聘", "expiresOn", "2026-06-30", "document", "320102********"+last, "results.0.final", "60")
	o.post("/v1/holder", "", byName).want(200).is("links.0.code", link.at("code"), "links.0.uses.0.from", "192.0.2.*", "links.0.address", publicURL+"/l/"+link.at("code"))
	revoke := object{"code": code, "name": name, "link": link.at("code")}
	for range 2 {
		o.post("/v1/holder/links/revocation", "", revoke).want(204)
	}
	o.get("/v1/links/"+link.at("code"), "").refused(404, "link-not-found")
	o.holderProofs(byNumber)
	o.nothingPersonalLogged(name)
}

// holderProofs fetches what a holder keeps.
func (o *office) holderProofs(by object) {
	o.t.Helper()
	signed := o.post("/v1/holder/credential", "", by).want(200)
	o.do(proofOf(string(signed.raw))).want(200).is("verdict", "authentic")
	o.do(proofOf(string(o.post("/v1/holder/document", "", by).want(200).raw))).want(200).is("kind", "pdf", "verdict", "authentic", "logged", "true")
	d := credential.Disclosure{IDNumber: citizenNumber(1)}
	if err := json.Unmarshal(o.post("/v1/holder/disclosure", "", by).want(200).raw, &d); err != nil {
		o.t.Fatal(err)
	}
	badge, err := credential.ReadBadge(signed.raw)
	if err != nil {
		o.t.Fatal(err)
	}
	if !badge.Commitment.Opens(d) {
		o.t.Error("the disclosure does not open the credential's commitment")
	}
}

// TestAHolderIsNotGuessed tries proofs until no more are taken.
func TestAHolderIsNotGuessed(t *testing.T) {
	o := newOffice(t)
	code := o.codeOf(o.certify("沈括", "2026-05-18"))
	try := func(from, last string) answer {
		t.Helper()
		return o.do(call{method: http.MethodPost, path: "/v1/holder", from: from, body: object{"code": code, "last": last}})
	}
	const attacker = "2001:db8::1"
	for i := range 20 {
		got := try(attacker, "0000").refused(404, "certificate-not-found")
		if i == 0 && (got.header.Get("RateLimit") != `"holder";r=19;t=6` || got.header.Get("RateLimit-Policy") != `"holder";q=10;w=60`) {
			t.Errorf("got headers %v, want what is left of the limit", got.header)
		}
	}
	right := citizenNumber(1)[14:]
	refused := try(attacker, right).refused(429, "")
	if got := refused.header.Get("Retry-After"); got != "6" {
		t.Errorf("Retry-After: got %q, want 6", got)
	}
	try("2001:db8::2", right).refused(429, "") // the same subscriber
	try("2001:db8:1::1", right).want(200)
	o.get("/v1/certificates/2610012003300001", "").want(200)
	o.clock.set(t, "2025-11-22")
	try(attacker, right).want(200)
}
