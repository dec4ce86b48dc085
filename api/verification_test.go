package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/registry"
)

const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// upload is a request to verify the certificates of a table.
func upload(media, table string) call {
	return call{method: http.MethodPost, path: "/v1/verifications", body: table, header: http.Header{"Content-Type": {media}}}
}

// proofOf is a request to check a proof.
func proofOf(data string) call {
	return call{method: http.MethodPost, path: "/v1/verifications/check", body: data, header: http.Header{"Content-Type": {"application/octet-stream"}}}
}

// workbook is an Excel file with these rows.
func workbook(t testing.TB, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestVerificationsInEveryForm asks the same as JSON, as CSV and as a workbook,
// and checks the receipts as their holder will.
func TestVerificationsInEveryForm(t *testing.T) {
	o := newOffice(t)
	number := o.certify("司马光", "2026-05-18")
	o.clock.set(t, "2026-05-19")
	o.publish()
	_, _, trust := o.anchors()
	const header = "姓名,证书编号\n"
	table := header + "司马光," + number + "\n司马迁," + number + "\n,26100\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(table)
	if err != nil {
		t.Fatal(err)
	}
	want := []registry.Verdict{registry.VerdictValid, registry.VerdictNameDiffers, registry.VerdictUnreadable}
	for name, c := range map[string]call{
		"JSON": {method: http.MethodPost, path: "/v1/verifications", body: object{"items": []object{
			{"number": number, "name": "司马光"}, {"number": number, "name": "司马迁"}, {"number": "26100"},
		}}},
		"CSV":     upload("text/csv; charset=utf-8", "\ufeff"+table),
		"GB18030": upload("text/csv", gb),
		"xlsx":    upload(mediaXLSX, workbook(t, []any{"证书编号", "姓名"}, []any{number, "司马光"}, []any{number, "司马迁"}, []any{"26100"})),
	} {
		got := o.do(c).want(200)
		finding, err := proof.Check(got.raw, trust, o.clock.now())
		if err != nil || finding.Verdict != proof.Authentic || finding.AsOf != o.clock.now() {
			t.Fatalf("%s: got %+v, %v, want an authentic receipt of now", name, finding, err)
		}
		var verdicts []registry.Verdict
		for _, item := range finding.Items {
			verdicts = append(verdicts, item.Verdict)
		}
		if !slices.Equal(verdicts, want) {
			t.Errorf("%s: got %v, want %v", name, verdicts, want)
		}
		if got.at("logSize") != "1" || got.at("items.0.holder") != "司马*" || got.at("items.1.holder") != "" {
			t.Errorf("%s: got %s, want the position in the log, and nothing of another's certificate", name, got.raw)
		}
		o.do(proofOf(string(got.raw))).want(200).is("kind", "receipt", "verdict", "authentic")
		o.do(proofOf(strings.Replace(string(got.raw), `"unreadable"`, `"valid"`, 1))).want(200).is("verdict", "altered")
	}
}

// A serial that was not read would make a superseded paper a valid one.
func TestColumnsThatAreNotKnownAreRefused(t *testing.T) {
	o := newOffice(t)
	for header, column := range map[string]string{"证书编号,姓名,纸张流水码": "纸张流水码", "number,serial,paper": "paper", "number,name,": "C"} {
		got := o.do(upload("text/csv", header+"\n2610012003200001,张伟,P00000001\n")).refused(422, "invalid-input")
		if !strings.Contains(got.at("detail"), column) {
			t.Errorf("%s: got %s, want the column %s named", header, got.raw, column)
		}
	}
}

// TestProofsAreFetchedAndChecked fetches every proof of a certificate and has
// the register check it.
func TestProofsAreFetchedAndChecked(t *testing.T) {
	o := newOffice(t)
	number := o.certify("郭子仪", "2026-05-18")
	o.clock.set(t, "2026-05-19")
	path := "/v1/certificates/" + number
	o.get(path+"/log-proof", o.head).refused(409, "")
	o.publish()
	for _, kind := range []string{"credential", "log-proof", "document"} {
		got := o.get(path+"/"+kind, o.auditor).want(200)
		want := kind
		if kind == "document" {
			want = "pdf"
		}
		o.do(proofOf(string(got.raw))).want(200).is("kind", want, "verdict", "authentic", "number", number)
		if strings.Contains(string(got.raw), citizenNumber(1)) {
			t.Errorf("%s: got the document number in it", kind)
		}
		o.get(path+"/"+kind, o.stranger).refused(404, "certificate-not-found")
		o.get(path+"/"+kind, "").refused(401, "unauthenticated")
	}
	o.sittingProofs(o.sittingOf(number), number)
}

// TestSuspectProofsAreNeverAuthentic has a paper superseded, its PDF altered
// and the key of both lost: what is wrong with a proof and what became of its
// paper are told beside each other.
func TestSuspectProofsAreNeverAuthentic(t *testing.T) {
	o := newOffice(t)
	number := o.certify("郭子仪", "2026-05-18")
	o.clock.set(t, "2026-05-19")
	o.publish()
	path := "/v1/certificates/" + number
	pdf, credential := string(o.get(path+"/document", o.head).want(200).raw), string(o.get(path+"/credential", o.head).want(200).raw)
	altered := strings.Replace(pdf, "/Title", "/Titlf", 1)
	if got := o.do(proofOf(altered)).want(200).is("verdict", "altered", "number", number, "version", "1", "paper", "P00000001"); strings.Contains(string(got.raw), `"today"`) {
		t.Errorf("altered around a valid certificate: got %s, want nothing of today", got.raw)
	}
	record := o.get(path+"/record", o.head).want(200)
	o.do(call{method: http.MethodPost, path: path + "/reissue", key: o.head, ifMatch: record.etag(), body: object{"reason": "遗失。"}}).want(200)
	superseded := []string{"today.0.verdict", "superseded", "today.0.supersededBy", "2"}
	o.do(proofOf(altered)).want(200).is("verdict", "altered").is(superseded...)
	o.do(proofOf(pdf)).want(200).is("verdict", "superseded").is(superseded...)
	o.clock.set(t, "2026-05-21")
	lost := o.keys.Keys()[0].ID()
	if err := o.keys.Rotate(o.clock.now(), time.Hour); err != nil {
		t.Fatal(err)
	}
	lose := func(days int, want ...string) {
		t.Helper()
		if err := o.keys.Compromise(lost, o.clock.now().AddDate(0, 0, -days)); err != nil {
			t.Fatal(err)
		}
		for _, data := range []string{pdf, credential} {
			o.do(proofOf(data)).want(200).is(want...)
		}
	}
	lose(1, append(superseded, "verdict", "doubtful")...) // after both were signed
	lose(10, "verdict", "altered")
}

// sittingOf is the sitting that a certificate was earned at.
func (o *office) sittingOf(number string) string {
	o.t.Helper()
	application := o.get("/v1/certificates/"+number+"/record", o.head).want(200).at("application")
	return o.get("/v1/applications/"+application, o.head).want(200).at("sitting")
}

// sittingProofs fetches what is made for a whole sitting, of one certificate.
func (o *office) sittingProofs(sitting, number string) {
	o.t.Helper()
	path := "/v1/sittings/" + sitting
	pdf := o.post(path+"/documents", o.head, nil).want(200)
	if !bytes.HasPrefix(pdf.raw, []byte("%PDF-")) {
		o.t.Errorf("got %.20q, want a PDF", pdf.raw)
	}
	lines := strings.Split(strings.TrimSpace(string(o.get(path+"/credentials", o.head).want(200).raw)), "\n")
	if len(lines) != 1 || !json.Valid([]byte(lines[0])) || !strings.Contains(lines[0], number) {
		o.t.Errorf("got %d credentials, want that of %s", len(lines), number)
	}
	o.get(path+"/credentials", o.stranger).refused(404, "sitting-not-found")
	empty := o.sitting(o.season, 3, "2026-05-20", 1)
	o.post("/v1/sittings/"+empty+"/documents", o.head, nil).refused(404, "certificate-not-found")
	if got := o.get("/v1/sittings/"+empty+"/credentials", o.head).want(200); len(got.raw) != 0 {
		o.t.Errorf("a sitting without certificates: got %s", got.raw)
	}
}

func TestLookUpByVerificationCode(t *testing.T) {
	o := newOffice(t)
	number := o.certify("毕昇", "2026-05-18")
	code := o.get("/v1/certificates/"+number+"/record", o.head).want(200).at("verificationCode")
	o.get("/v1/verification-codes/"+strings.ToLower(code), "").want(200).is("number", number, "status", "valid", "holder", "毕*")
	slip := []byte(code)
	slip[0] = map[bool]byte{true: '1', false: '0'}[slip[0] == '0']
	o.get("/v1/verification-codes/"+string(slip), "").refused(422, "certificate-number-unreadable")
}
