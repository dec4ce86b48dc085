package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/certreg/certreg/registry"
)

// No page of a register on hold shows a yes, and none says that a certificate
// was never issued.
func TestNothingIsGreenOnHold(t *testing.T) {
	s := newSite(t)
	cert, gone := s.certificate(s.contents.Valid), s.certificate(s.contents.Withdrawn)
	number, never := string(cert.Number), string(cert.Number[:11])+"99999"
	holder := url.Values{"code": {cert.Code}, "last": {cert.Document.Number[len(cert.Document.Number)-4:]}}
	with := func(deed string) url.Values {
		return url.Values{"code": holder["code"], "last": holder["last"], "go": {deed}}
	}
	pdf, credential := post(t, s, "/holder", 200, with("pdf")), post(t, s, "/holder", 200, with("credential"))
	list := func(as string) url.Values {
		return url.Values{"list": {number + "," + cert.Holder + "\n" + never + "\n" + string(gone.Number)}, "as": {as}}
	}
	receipt := post(t, s, "/verify/many", 200, list("receipt"))
	link, err := s.registry.MakeLink(t.Context(), registry.HolderProof{Code: cert.Code, Name: cert.Holder}, "192.0.2.1", registry.NewLink{Purpose: "应聘", ExpiresOn: s.registry.Today()})
	if err != nil {
		t.Fatal(err)
	}
	s.onHold.Store(true)
	amber := func(name, page string) {
		t.Helper()
		if !strings.Contains(page, "暂不能确认") || strings.Contains(page, "is-yes") || strings.Contains(page, "is-dashed") || strings.Contains(page, "姓名与登记一致") {
			t.Errorf("%s: got %.2500s, want that it cannot be confirmed, and nothing green", name, page)
		}
	}
	for _, address := range []string{"/verify/" + number, "/verify/" + number + "?paper=" + cert.Paper, "/verify/" + number + "?paper=P99999999", "/verify/" + never, "/v/" + cert.Code, "/v/" + cert.Code + "/1"} {
		amber(address, get(t, s, address, 200))
	}
	amber("unknown code", get(t, s, "/v/0000-0000-0000-0000-0/1", 503))
	amber("name", post(t, s, "/verify", 200, url.Values{"number": {number}, "name": {cert.Holder}}))
	amber("list", post(t, s, "/verify/many", 200, list("")))
	table := post(t, s, "/verify/many", 200, list("csv"))
	amber("download", table)
	if strings.Count(table, "暂不能确认") != 2 || strings.Count(table, "已撤销") != 1 || strings.Contains(table, "有效") {
		t.Errorf("download: got %s, want two that cannot be confirmed and one withdrawn", table)
	}
	for name, file := range map[string]string{"PDF": pdf, "credential": credential, "receipt": receipt, "receipt of now": post(t, s, "/verify/many", 200, list("receipt"))} {
		_, page := upload(t, s, "/verify/file", []byte(file))
		amber(name, page)
	}
	for name, page := range map[string]string{
		"holder": post(t, s, "/holder", 503, holder), "holder's PDF": post(t, s, "/holder", 503, with("pdf")), "link": get(t, s, "/l/"+link.Code, 503),
	} {
		if !strings.Contains(page, "登记系统正在核对") || strings.Contains(page, cert.Holder) {
			t.Errorf("%s: got %.2500s, want that the register is on hold", name, page)
		}
	}
	if strings.Contains(s.log.String(), "page failed") {
		t.Errorf("log: got %s, want no fault", s.log)
	}
	s.onHold.Store(false)
	for _, address := range []string{"/verify/" + number, "/v/" + cert.Code + "/1", "/l/" + link.Code} {
		if page := get(t, s, address, 200); !strings.Contains(page, "verdict is-yes") {
			t.Errorf("%s after the hold: got %.1500s, want a yes", address, page)
		}
	}
}

// A paper that was superseded stays so, and nothing is said of its certificate.
func TestASupersededPaperOnHold(t *testing.T) {
	s := newSite(t)
	s.onHold.Store(true)
	page := get(t, s, "/verify/"+string(s.contents.Corrected)+"?paper="+s.contents.SupersededPaper, 200)
	if !strings.Contains(page, "已被新证书取代") || !strings.Contains(page, "版取代") || strings.Contains(page, "证书本身有效") || strings.Contains(page, "登记内容") || strings.Contains(page, "is-yes") {
		t.Errorf("got %.2500s, want that the paper was superseded, by which, and no more", page)
	}
}
