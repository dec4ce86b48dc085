package api_test

import (
	"bytes"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	printed "github.com/certreg/certreg/internal/document"
)

// A name that was corrected occurs in nothing that shows the certificate: who
// has changed a name need not tell the former.
func TestAFormerNameIsNowhere(t *testing.T) {
	o := newOffice(t)
	const former, name = "欧阳静", "欧阳静怡"
	number := o.certify(former, "2026-05-18")
	o.clock.set(t, "2026-05-20")
	o.publish()
	path, code := "/v1/certificates/"+number, o.codeOf(number)
	proof := object{"code": code, "last": citizenNumber(1)[14:]}
	link := object{"code": code, "last": proof["last"], "purpose": "应聘", "fields": []string{"name"}, "expiresOn": "2026-06-30"}
	earlier := o.post("/v1/holder/links", "", link).want(201).at("code")
	o.do(o.patchPerson(number, object{"name": name, "reasonCode": "name-changed"})).want(200)
	change := o.do(o.correction(number, o.get(path+"/record", o.chief).etag())).want(201).at("changes.0.id")
	o.post(path+"/status-changes/"+change+"/decision", o.chief, object{"accept": true}).want(200).is("holder", name)
	o.publish()

	asked := object{"items": []object{{"number": number}, {"number": number, "name": name}, {"number": number, "paper": "P00000001"}, {"number": number, "version": 1}}}
	answers := map[string]answer{
		"document": o.get(path+"/document", o.auditor), "credential": o.get(path+"/credential", o.auditor), "log proof": o.get(path+"/log-proof", o.auditor),
		"receipt": o.post("/v1/verifications", "", asked), "holder": o.post("/v1/holder", "", proof),
		"holder's document": o.post("/v1/holder/document", "", proof), "holder's credential": o.post("/v1/holder/credential", "", proof),
		"look-up": o.get(path, ""), "look-up of the old paper": o.get(path+"?paper=P00000001", ""),
		"old QR code": o.get("/v1/verification-codes/"+queryEscape(code)+"?version=1", ""), "QR code": o.get("/v1/verification-codes/"+queryEscape(code)+"?version=2", ""),
		"link of before":  o.do(call{method: http.MethodGet, path: "/v1/links/" + earlier}),
		"link made after": o.do(call{method: http.MethodGet, path: "/v1/links/" + o.post("/v1/holder/links", "", link).want(201).at("code")}),
	}
	for what, a := range answers {
		text := string(a.want(200).raw)
		if strings.HasPrefix(text, "%PDF-") {
			text = textOf(t, a.raw)
		}
		if strings.Contains(strings.ReplaceAll(text, name, ""), former) {
			t.Errorf("%s tells the former name: %s", what, text)
		}
	}
	for _, what := range []string{"document", "holder's document", "log proof"} {
		o.do(proofOf(string(answers[what].raw))).want(200).is("verdict", "authentic", "logged", "true", "holder", name, "version", "2", "today.0.verdict", "valid")
	}
}

// textOf is what a PDF certificate says: its file, what is attached and, where
// pdftotext is installed, its page.
func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	credential, logProof, err := printed.Extract(pdf)
	if err != nil || len(logProof) == 0 {
		t.Fatalf("got the log proof %s, %v, want one", logProof, err)
	}
	text := string(pdf) + string(credential) + string(logProof)
	if _, err := exec.LookPath("pdftotext"); err != nil {
		return text
	}
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	page, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return text + string(page)
}
