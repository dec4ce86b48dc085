package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/certreg/certreg/api"
	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
)

// TestWholeJourney takes one person from the first question to the withdrawn
// certificate, over HTTP alone, on the days the rules count by.
func TestWholeJourney(t *testing.T) {
	dbtest.Engines(t, wholeJourney)
}

func wholeJourney(t *testing.T, s *db.DB) {
	o := newOfficeOn(t, s)
	const name = "欧阳静怡"

	// Four months early: not yet, with the day and the condition.
	question := object{"occupation": occupation, "level": 2, "facts": experienced()}
	o.post("/v1/eligibility", "", question).want(200).is(
		"decisions.0.outcome", "not-yet", "decisions.0.earliest.on", "2026-03-21", "decisions.0.earliest.condition", "2.2", "decisions.0.ruleset.id", "csm-2007",
	)
	sitting := o.sitting(o.season, 2, "2026-05-12", 2)
	person := o.person(name)
	wish := object{"person": person, "sitting": sitting, "facts": experienced()}
	o.post("/v1/applications", o.clerk, wish).refused(409, "application-not-eligible").is("decision.outcome", "not-yet", "decision.earliest.on", "2026-03-21")

	// On the day: yes.
	o.clock.set(t, "2026-03-21")
	applied := o.do(call{method: http.MethodPost, path: "/v1/applications", key: o.clerk, body: wish, idempotency: "wish-1"}).want(201).
		is("status", "submitted", "eligibility.outcome", "eligible", "eligibility.condition", "2.2", "decision.outcome", "eligible", "components", `["theory","skills","review"]`)
	again := o.do(call{method: http.MethodPost, path: "/v1/applications", key: o.clerk, body: wish, idempotency: "wish-1"}).want(201)
	if string(again.raw) != string(applied.raw) || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("retry: got %s (replayed %q), want the first answer again", again.raw, again.header.Get("Idempotency-Replayed"))
	}
	admitted := o.admit(applied).is("status", "admitted")

	// 60, 59 and 75: not passed.
	o.clock.set(t, "2026-05-12")
	ticket := admitted.at("ticketNumber")
	o.mark(sitting, ticket, "theory", "60", "skills", "59", "review", "75")
	o.post("/v1/applications/"+applied.at("id")+"/certificate", o.head, nil).refused(409, "certificate-not-due")
	o.post("/v1/sittings/"+sitting+"/certificates", o.head, nil).want(200).is("issued", "[]", "notDue.0.reason", "not-passed")

	// The failed part again, within its retention.
	o.clock.set(t, "2026-09-01")
	next := o.announce("2026-09-01", "2026-09-30", "2026-10-10", "2026-10-20")
	second := o.sitting(next, 2, "2026-10-11", 2)
	retake := o.post("/v1/applications", o.clerk, object{"person": person, "sitting": second, "retakeOf": applied.at("id")}).want(201).
		is("components", `["skills"]`, "retakeOf", applied.at("id"))
	ticket = o.admit(retake).at("ticketNumber")
	o.clock.set(t, "2026-10-11")
	o.mark(second, ticket, "skills", "60")
	o.clock.set(t, "2026-10-20")
	issued := o.post("/v1/applications/"+retake.at("id")+"/certificate", o.head, nil).want(201).is("number", "2610012003200001", "status", "valid", "holder", name)
	o.post("/v1/applications/"+retake.at("id")+"/certificate", o.head, nil).want(200).is("number", issued.at("number"))
	o.post("/v1/sittings/"+second+"/certificates", o.head, nil).want(200).is("issued", "[]", "existing.0", issued.at("number"))

	o.lookedUp(issued.at("number"))
	o.withdrawn(issued)
	o.nothingPersonalLogged(name)
}

// lookedUp is what an employer sees of the journey's certificate, and what no one does.
func (o *office) lookedUp(number string) {
	o.t.Helper()
	look := "/v1/certificates/" + number
	o.get(look, "").want(200).is("status", "valid", "holder", "欧阳**", "issuedOn", "2026-10-20", "levelTitle.zh", "二级客户服务管理师（国家职业资格二级）", "register", publicURL, "nameMatches", "")
	o.get(look+"?name="+queryEscape(" 欧阳 静怡"), "").want(200).is("nameMatches", "true")
	o.get(look+"?name="+queryEscape("欧阳静宜"), "").want(200).is("nameMatches", "false")
	o.get("/v1/certificates/２６１００１２００３-２-00001", "").want(200).is("number", number)
	o.get("/v1/certificates/2610012003200002", "").refused(404, "certificate-never-issued")
	o.get("/v1/certificates/0510012003200001", "").refused(404, "certificate-outside-coverage")
	o.get("/v1/certificates/2610012003900000", "").refused(422, "certificate-number-unreadable").is("errors.1.pointer", "/number")
}

// withdrawn takes the journey's certificate back, by two people.
func (o *office) withdrawn(issued answer) {
	o.t.Helper()
	look := "/v1/certificates/" + issued.at("number")
	change := object{"kind": "withdraw", "reasonCode": "false-documents", "reason": "学历证书系伪造。"}
	proposed := o.do(call{method: http.MethodPost, path: look + "/status-changes", key: o.director, ifMatch: issued.etag(), body: change}).want(201).
		is("status", "valid", "changes.0.state", "proposed")
	decision := look + "/status-changes/" + proposed.at("changes.0.id") + "/decision"
	o.post(decision, o.director, object{"accept": true}).refused(409, "status-change-same-person")
	o.post(decision, o.chief, object{"accept": true, "reason": "事实清楚。"}).want(200).is("status", "withdrawn", "changes.0.state", "effective", "changes.0.effectiveOn", "2026-10-20")
	o.get(look, "").want(200).is("status", "withdrawn", "statusReason", "false-documents", "statusOn", "2026-10-20")
}

// mark enters and confirms scores for one ticket.
func (o *office) mark(sitting, ticket string, scores ...string) {
	o.t.Helper()
	var lines []object
	for i := 0; i < len(scores); i += 2 {
		lines = append(lines, object{"ticketNumber": ticket, "component": scores[i], "raw": scores[i+1]})
	}
	results := "/v1/sittings/" + sitting + "/results"
	o.do(call{method: http.MethodPut, path: results, key: o.clerk, body: object{"results": lines}}).want(200)
	o.confirm(sitting, o.clerk, object{}).refused(409, "results-same-person")
	o.confirm(sitting, o.second, object{}).want(200)
	o.get(results, o.auditor).want(200).is("items.0.confirmed", "true", "items.0.confirmedBy", "second")
}

// nothingPersonalLogged fails the test when the log or the journal tells of a person.
func (o *office) nothingPersonalLogged(names ...string) {
	o.t.Helper()
	journal := o.get("/v1/journal?limit=200", o.chief).want(200)
	for n := 1; n <= o.people; n++ {
		names = append(names, citizenNumber(n))
	}
	for _, name := range names {
		if strings.Contains(o.log.String(), name) || strings.Contains(o.log.String(), queryEscape(name)) {
			o.t.Errorf("the log tells %q", name)
		}
		if strings.Contains(string(journal.raw), name) {
			o.t.Errorf("the journal tells %q", name)
		}
	}
	if !strings.Contains(o.log.String(), `"route":"/v1/certificates/:number"`) {
		o.t.Error("got a log without requests, want a line for each")
	}
}

// TestEveryOperation calls each operation of the contract at least once, and so
// holds at least one good answer of each to it.
func TestEveryOperation(t *testing.T) {
	o := newOffice(t)
	for _, path := range []string{"/healthz", "/readyz", "/openapi.yaml", "/v1/occupations", "/v1/editions?occupation=" + occupation, "/v1/editions/csm-2007"} {
		o.get(path, "").want(200)
	}
	o.post("/v1/eligibility", "", object{"occupation": occupation, "facts": object{}}).want(200)
	o.get("/v1/occupations/"+occupation+"/levels/2", o.clerk).want(200).is("opened", "true", "openedOn", "2025-01-01")

	body := o.get("/v1/bodies/"+o.centre, o.head).want(200).is("code", "10012003")
	o.do(call{method: http.MethodPatch, path: "/v1/bodies/" + o.centre, key: o.director, ifMatch: body.etag(), body: object{"name": object{"zh": "新名称"}}}).want(200).is("name.zh", "新名称", "version", "2")
	o.get("/v1/bodies?limit=1", o.director).want(200)
	o.get("/v1/keys", o.director).want(200)
	key := o.post("/v1/keys", o.chief, object{"body": o.centre, "role": "auditor", "subject": "leaver", "expiresOn": "2026-12-31"}).want(201)
	o.do(call{method: http.MethodDelete, path: "/v1/keys/" + key.at("key.id"), key: o.chief}).want(204)
	o.get("/v1/whoami", key.at("token")).refused(401, "unauthenticated")
	o.get("/v1/seasons", o.clerk).want(200)
	o.get("/v1/seasons/"+o.season, o.clerk).want(200)

	sitting := o.sitting(o.season, 3, "2026-05-15", 1)
	path := "/v1/sittings/" + sitting
	o.do(call{method: http.MethodPatch, path: path, key: o.head, ifMatch: o.get(path, o.clerk).etag(), body: object{"day": "2026-05-16", "capacity": 3}}).want(200).is("day", "2026-05-16", "capacity", "3")
	o.get("/v1/sittings?season="+o.season+"&level=3&body="+o.centre, o.clerk).want(200).is("items.0.id", sitting)

	o.get(path+"/results", o.clerk).want(200).is("items", "[]")

	first := o.apply(sitting, "赵敏")
	person := o.get("/v1/persons/"+first.at("person"), o.clerk).want(200).is("document.number", "320102********"+citizenNumber(1)[14:])
	o.do(call{method: http.MethodPatch, path: "/v1/persons/" + first.at("person"), key: o.clerk, ifMatch: person.etag(), body: object{"name": "赵旻", "reasonCode": "entered-wrongly"}}).want(200).is("name", "赵旻")
	o.post("/v1/persons", o.clerk, object{"name": "赵旻", "document": object{"kind": "citizen-id", "number": citizenNumber(1)}}).want(200).is("id", person.at("id"))
	o.post("/v1/persons", o.clerk, object{"name": "赵敏", "document": object{"kind": "citizen-id", "number": citizenNumber(1)}}).refused(409, "person-name-differs")

	application := "/v1/applications/" + first.at("id")
	decided := o.do(call{method: http.MethodPut, path: application + "/facts", key: o.clerk, ifMatch: first.etag(), body: object{"facts": graduate()}}).want(200)
	o.do(call{method: http.MethodPost, path: application + "/rejection", key: o.clerk, ifMatch: decided.etag(), body: object{"reason": "材料不实。"}}).want(200).is("status", "rejected", "reason", "材料不实。")
	other := o.apply(sitting, "钱进")
	o.do(call{method: http.MethodPost, path: "/v1/applications/" + other.at("id") + "/withdrawal", key: o.clerk, ifMatch: other.etag(), body: object{"reason": "本人申请。"}}).want(200).is("status", "withdrawn")
	o.get("/v1/applications?status=rejected&sitting="+sitting, o.auditor).want(200).is("items.0.id", first.at("id"))
	o.get(application, o.auditor).want(200).is("decision.outcome", "eligible")

	o.certificates()
	o.get("/v1/journal?subjectKind=application&subject="+first.at("id")+"&action=application-rejected", o.chief).want(200).is("items.0.by", "clerk", "items.0.role", "centre-clerk")
	o.anchors()
	o.get("/status/suspension/1", "").want(200)
	o.everyOperationSeen("apply", "confirmPerson", "issueCertificate", "getCheckpoint", "getTile",
		"lookUpCode", "verifyCertificates", "checkProof", "getCredential", "getLogProof", "getDocument", "printSitting", "listCredentials",
		"showHolder", "fetchCredential", "fetchDocument", "discloseCommitment", "makeLink", "revokeLink", "openLink", "listRuleSets", "submitRuleSet", "reviewRuleSet", "publishRuleSet", "checkBatch", "findPath", "getResult", "proposeAmendment", "decideAmendment", "getPhoto", "putPhoto", "removePhoto", "issueCredential", "verifyCredential", "verifyPresentation")
}

// certificates calls the operations on certificates.
func (o *office) certificates() {
	o.t.Helper()
	number := o.certify("孙强", "2026-05-18")
	record := "/v1/certificates/" + number
	o.get(record, "").want(200).is("holder", "孙*")
	got := o.get(record+"/record", o.auditor).want(200).is("number", number, "prints.0.paperSerial", "P00000001", "changes", "")
	o.get("/v1/certificates?status=valid&level=3&occupation="+occupation+"&body="+o.centre, o.head).want(200).is("items.0.number", number)
	printed := o.do(call{method: http.MethodPost, path: record + "/reissue", key: o.head, ifMatch: got.etag(), body: object{"reason": "原件遗失。"}}).want(200).is("paperSerial", "P00000002")
	o.do(call{method: http.MethodPost, path: record + "/reissue", key: o.head, ifMatch: got.etag(), body: object{"reason": "原件遗失。"}}).refused(412, "version-changed")
	suspended := o.do(call{
		method: http.MethodPost, path: record + "/status-changes", key: o.director, ifMatch: printed.etag(),
		body: object{"kind": "suspend", "reasonCode": "investigation", "reason": "核查中。"},
	}).want(201).is("status", "suspended")
	proposed := o.do(call{
		method: http.MethodPost, path: record + "/status-changes", key: o.director, ifMatch: suspended.etag(),
		body: object{"kind": "withdraw", "reasonCode": "misconduct", "reason": "替考。"},
	}).want(201).is("changes.1.state", "proposed")
	cancel := call{
		method: http.MethodPost, path: record + "/status-changes", key: o.director, ifMatch: suspended.etag(),
		body: object{"kind": "cancel", "reasonCode": "holder-request", "reason": "持证人书面申请注销。"},
	}
	o.do(cancel).refused(409, "withdrawal-waiting")
	o.post(record+"/status-changes/"+proposed.at("changes.1.id")+"/decision", o.chief, object{"accept": false, "reason": "证据不足。"}).want(200).is("changes.1.state", "refused", "status", "suspended")
	o.do(cancel).want(201).is("status", "cancelled")
}

// everyOperationSeen fails the test when an operation was not called, but for
// those that another test is about.
func (o *office) everyOperationSeen(elsewhere ...string) {
	o.t.Helper()
	for _, op := range elsewhere {
		o.seen[op] = true
	}
	for _, op := range operations(o.t) {
		if !o.seen[op.id] {
			o.t.Errorf("%s: got no call in this test, want one", op.id)
		}
	}
}

func TestPatternsAreWhatTheHandlerServes(t *testing.T) {
	w := newWorldOn(t, dbtest.Open(t, dbtest.SQLite(t)))
	mux := http.NewServeMux()
	for _, pattern := range api.Patterns() {
		mux.Handle(pattern, w.handler)
	}
	for _, op := range operations(t) {
		r := call{method: op.method, path: op.path}.request(t)
		if _, pattern := mux.Handler(r); pattern == "" {
			t.Errorf("%s: got no pattern of Patterns for it", op.path)
		}
	}
}
