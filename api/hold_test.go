package api_test

import (
	"net/http"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
)

// Whatever is asked of a register on hold, the answer is no yes, and nothing is
// signed that could be taken for one.
func TestNothingIsValidOnHold(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		o := newOfficeOn(t, s)
		number := o.certify("蔡伦", "2026-05-18")
		o.clock.set(t, "2026-05-19")
		o.publish()
		path, code, never := "/v1/certificates/"+number, o.codeOf(number), "2610012003399999"
		holder := object{"code": code, "name": "蔡伦"}
		link := o.post("/v1/holder/links", "", object{"code": code, "name": "蔡伦", "purpose": "应聘", "fields": []string{"name"}, "expiresOn": "2026-06-30"}).want(201)
		pdf, list := o.post("/v1/holder/document", "", holder).want(200), o.get("/status/revocation/1", "").want(200)
		sitting := o.get("/v1/sittings", o.head).want(200).at("items.0.id")
		o.onHold.Store(true)
		for _, look := range []string{path, path + "?name=%E8%94%A1%E4%BC%A6", path + "?name=%E8%94%A1%E9%82%95", path + "?version=1", path + "?version=2", "/v1/verification-codes/" + code, "/v1/certificates/" + never} {
			o.get(look, "").want(200).is("verdict", "unconfirmed", "status", "", "holder", "", "nameMatches", "", "paper", "")
		}
		receipt := o.post("/v1/verifications", "", object{"items": []object{{"number": number}, {"number": never}, {"number": "0610012003300001"}}}).want(200).
			is("items.0.verdict", "unconfirmed", "items.0.status", "", "items.1.verdict", "unconfirmed", "items.2.verdict", "outside-coverage")
		for _, file := range []answer{pdf, receipt} {
			o.do(proofOf(string(file.raw))).want(200).is("verdict", "authentic", "today.0.verdict", "unconfirmed", "today.0.status", "")
		}
		for _, c := range []call{
			{method: http.MethodGet, path: "/v1/verification-codes/0000-0000-0000-0000-0"},
			{method: http.MethodGet, path: "/status/revocation/1"},
			{method: http.MethodGet, path: "/status/suspension/1", header: http.Header{"If-None-Match": {list.etag()}}},
			{method: http.MethodGet, path: "/v1/links/" + link.at("code")},
			{method: http.MethodPost, path: "/v1/holder", body: holder},
			{method: http.MethodPost, path: "/v1/holder/document", body: holder},
			{method: http.MethodPost, path: "/v1/holder/credential", body: holder},
			{method: http.MethodGet, path: path + "/document", key: o.head},
			{method: http.MethodGet, path: path + "/credential", key: o.head},
			{method: http.MethodGet, path: path + "/log-proof", key: o.head},
			{method: http.MethodPost, path: "/v1/sittings/" + sitting + "/documents", key: o.head},
			{method: http.MethodGet, path: "/v1/sittings/" + sitting + "/credentials", key: o.head},
			{method: http.MethodPost, path: path + "/reissue", key: o.head, ifMatch: `"1"`, body: object{"reason": "遗失"}},
		} {
			if got := o.do(c).refused(503, "register-on-hold").header.Get("Retry-After"); got != "60" {
				t.Errorf("%s %s: Retry-After: got %q, want 60", c.method, c.path, got)
			}
		}
		o.onHold.Store(false)
		o.get(path, "").want(200).is("verdict", "valid")
		o.get("/v1/certificates/"+never, "").refused(404, "certificate-never-issued")
		o.do(call{method: http.MethodGet, path: "/status/revocation/1", header: http.Header{"If-None-Match": {list.etag()}}}).want(304)
		o.do(proofOf(string(pdf.raw))).want(200).is("verdict", "authentic", "today.0.verdict", "valid")
		o.nothingPersonalLogged("蔡伦")
	})
}
