package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/certreg/certreg/internal/credential"
)

// correction proposes that a certificate be corrected.
func (o *office) correction(number, ifMatch string) call {
	return call{
		method: http.MethodPost, path: "/v1/certificates/" + number + "/status-changes", key: o.director, ifMatch: ifMatch,
		body: object{"kind": "correct", "reasonCode": "entered-wrongly"},
	}
}

// patchPerson corrects the holder of a certificate in the person's record.
func (o *office) patchPerson(number string, body object) call {
	o.t.Helper()
	path := "/v1/persons/" + o.get("/v1/certificates/"+number+"/record", o.chief).want(200).at("person")
	return call{method: http.MethodPatch, path: path, key: o.clerk, ifMatch: o.get(path, o.clerk).etag(), body: body}
}

// A name that was entered wrongly is corrected by two people; every answer
// about the paper of before says so, and none says yes.
func TestACorrectionSupersedesThePaper(t *testing.T) {
	o := newOffice(t)
	number, taken := o.certify("李白", "2026-05-18"), citizenNumber(1)
	other := o.certify("杜甫", "2026-05-19")
	o.clock.set(t, "2026-05-20")
	o.publish()
	path := "/v1/certificates/" + number
	record := o.get(path+"/record", o.chief).want(200)
	code, place := record.at("verificationCode"), o.place(number)
	old := map[string]string{}
	for _, kind := range []string{"credential", "document", "log-proof"} {
		old[kind] = string(o.get(path+"/"+kind, o.auditor).want(200).raw)
		o.do(proofOf(old[kind])).want(200).is("verdict", "authentic", "today.0.verdict", "valid")
	}
	receipt := o.post("/v1/verifications", "", object{"items": []object{{"number": number, "paper": "P00000001"}}}).want(200).is("items.0.verdict", "valid")

	o.do(o.correction(number, record.etag())).refused(409, "nothing-to-correct")
	o.do(o.patchPerson(number, object{"name": "李柏"})).refused(422, "").is("errors.0.pointer", "/reasonCode")
	o.do(o.patchPerson(number, object{"reasonCode": "other"})).refused(422, "invalid-input").is("errors.0.pointer", "/name")
	o.do(o.patchPerson(other, object{"document": object{"kind": "citizen-id", "number": taken}, "reasonCode": "other"})).refused(409, "document-taken")
	o.do(o.patchPerson(number, object{"name": "李柏", "reasonCode": "entered-wrongly"})).want(200)
	proposed := o.do(o.correction(number, record.etag())).want(201).is("holder", "李白", "changes.0.state", "proposed", "changes.0.personVersion", "2")
	o.do(o.correction(number, record.etag())).refused(409, "certificate-status-unchangeable")
	decision := path + "/status-changes/" + proposed.at("changes.0.id") + "/decision"
	o.post(decision, o.director, object{"accept": true}).refused(409, "status-change-same-person")
	o.post(decision, o.chief, object{"accept": true, "reason": "原名李白。"}).refused(422, "invalid-input").is("errors.0.pointer", "/reason")
	o.clock.set(t, "2026-06-01")
	o.post(decision, o.chief, object{"accept": true}).want(200).is("holder", "李柏", "version", "2", "paperSerial", "P00000003",
		"prints.0.holder", "李白", "prints.1.holder", "李柏", "prints.1.version", "2", "prints.1.reason", "entered-wrongly", "changes.0.effectiveOn", "2026-06-01", "changes.0.reason", "")

	for kind, data := range old {
		o.do(proofOf(data)).want(200).is("verdict", "superseded", "today.0.verdict", "superseded", "today.0.supersededOn", "2026-06-01", "today.0.supersededBy", "2", "today.0.status", "valid")
		o.publish()
		o.do(proofOf(string(o.get(path+"/"+kind, o.auditor).want(200).raw))).want(200).is("verdict", "authentic", "today.0.verdict", "valid")
	}
	o.do(proofOf(string(receipt.raw))).want(200).is("verdict", "authentic", "items.0.verdict", "valid", "today.0.verdict", "superseded", "today.0.paper", "P00000001")
	if !o.listed(credential.Revocation, place) || o.listed(credential.Revocation, o.place(number)) {
		t.Error("the status list does not tell the credential of before from that in force")
	}
	o.papersToldApart(number, code)
}

// papersToldApart asks about the papers of the corrected certificate in every way there is.
func (o *office) papersToldApart(number, code string) {
	o.t.Helper()
	path, scanned := "/v1/certificates/"+number, "/v1/verification-codes/"+queryEscape(code)
	for address, standing := range map[string]string{
		path: "untold", path + "?paper=P00000001": "superseded", path + "?version=1": "superseded", path + "?paper=p%200000%200003": "in-force",
		path + "?version=2": "in-force", path + "?paper=P00000002": "differs", scanned: "untold", scanned + "?version=1": "superseded", scanned + "?version=2": "in-force",
	} {
		verdict, status, serial := map[string]string{"in-force": "valid", "differs": "paper-differs"}[standing], "valid", "P00000003"
		if verdict == "" {
			verdict = standing
		}
		if standing == "differs" { // then nothing is told
			status, serial = "", ""
		}
		o.get(address, "").want(200).is("verdict", verdict, "status", status, "paper.standing", standing, "paperSerial", serial)
	}
	o.get(path+"?paper=P00000001&name="+queryEscape("李白"), "").want(200).
		is("verdict", "name-differs", "nameMatches", "false", "status", "", "statusOn", "", "paper.standing", "", "holder", "", "occupation.id", "", "issuedOn", "")
	o.get(path+"?paper=P00000001", "").want(200).is("paper.supersededOn", "2026-06-01", "paper.supersededBy", "2", "paper.paperSerial", "P00000001")
	want := []string{"untold", "superseded", "valid", "paper-differs", "name-differs", "superseded"}
	asJSON := call{method: http.MethodPost, path: "/v1/verifications", body: object{"items": []object{
		{"number": number},
		{"number": number, "paper": "P00000001"},
		{"number": number, "name": "李柏", "paper": "P00000003"},
		{"number": number, "paper": "P00000002"},
		{"number": number, "name": "李白", "paper": "P00000001"},
		{"number": number, "version": 1},
	}}}
	rows := [][]any{{"证书编号", "姓名", "流水码"}, {number, "", ""}, {number, "", "P00000001"}, {number, "李柏", "P00000003"}, {number, "", "P00000002"}, {number, "李白", "P00000001"}}
	table := ""
	for _, row := range rows {
		table += row[0].(string) + "," + row[1].(string) + "," + row[2].(string) + "\n"
	}
	for name, c := range map[string]call{"JSON": asJSON, "CSV": upload("text/csv", table), "other heading": upload("text/csv", strings.Replace(table, "流水码", "证书流水码", 1)), "xlsx": upload(mediaXLSX, workbook(o.t, rows...))} {
		got := o.do(c).want(200)
		for i, verdict := range want {
			item := "items." + string(rune('0'+i))
			if name != "JSON" && i == 5 {
				continue
			}
			if got.at(item+".verdict") != verdict {
				o.t.Errorf("%s: item %d: got %s, want %s", name, i, got.at(item+".verdict"), verdict)
			}
			if told := got.at(item + ".holder"); (told == "") != (verdict == "paper-differs" || verdict == "name-differs") {
				o.t.Errorf("%s: item %d is %s, and tells the holder %q", name, i, verdict, told)
			}
		}
	}
}

func TestACorrectedPersonIsConfirmed(t *testing.T) {
	o := newOffice(t)
	number := o.certify("王维", "2026-05-18")
	o.do(o.patchPerson(number, object{"name": "王唯", "reasonCode": "entered-wrongly"})).want(200).is("awaitsConfirmation", "true", "version", "2")
	path := "/v1/persons/" + o.get("/v1/certificates/"+number+"/record", o.chief).want(200).at("person")
	confirm := call{method: http.MethodPost, path: path + "/confirmation", key: o.clerk, ifMatch: `"2"`}
	o.do(confirm).refused(409, "person-same-person")
	confirm.key, confirm.ifMatch = o.head, `"1"`
	o.do(confirm).refused(412, "version-changed")
	confirm.ifMatch = `"2"`
	o.do(confirm).want(200).is("awaitsConfirmation", "", "name", "王唯", "version", "2")
	o.do(confirm).refused(409, "nothing-to-confirm")
}

// What is refused stays, and what was proposed for another version of the person is outdated.
func TestACorrectionOfAChangedPersonIsOutdated(t *testing.T) {
	o := newOffice(t)
	number := o.certify("王维", "2026-05-18")
	o.do(o.patchPerson(number, object{"name": "王唯", "reasonCode": "entered-wrongly"})).want(200)
	proposed := o.do(o.correction(number, `"1"`)).want(201)
	o.do(o.patchPerson(number, object{"document": object{"kind": "passport", "number": "E1234567"}, "reasonCode": "document-changed"})).want(200).is("document.kind", "passport")
	decision := "/v1/certificates/" + number + "/status-changes/" + proposed.at("changes.0.id") + "/decision"
	o.post(decision, o.chief, object{"accept": true}).refused(409, "correction-outdated")
	o.post(decision, o.director, object{"accept": false}).want(200). // who proposed it takes it back
										is("changes.0.state", "refused", "changes.0.decidedBy", "director", "holder", "王维", "version", "1")
	again := o.do(o.correction(number, `"1"`)).want(201).is("documentDiffers", "true")
	o.post("/v1/certificates/"+number+"/status-changes/"+again.at("changes.1.id")+"/decision", o.chief, object{"accept": true}).want(200).
		is("holder", "王唯", "document.kind", "passport", "prints.0.document.kind", "citizen-id", "prints.0.documentChanged", "", "prints.1.documentChanged", "true", "documentDiffers", "")
	o.get("/v1/certificates/"+number, "").want(200)
	o.nothingPersonalLogged("王维", "王唯", "E1234567")
}
