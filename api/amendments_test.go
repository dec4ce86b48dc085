package api_test

import (
	"net/http"
	"testing"
)

// TestAConfirmedResultIsAmended takes a failed result through a review, and its
// pass through a finding of misconduct.
func TestAConfirmedResultIsAmended(t *testing.T) {
	o := newOffice(t)
	sitting := o.sitting(o.season, 3, "2026-05-18", 4)
	application := o.admit(o.apply(sitting, "沈括"))
	o.clock.set(t, "2026-05-19")
	o.mark(sitting, application.at("ticketNumber"), "theory", "60", "skills", "59.5")
	results := "/v1/sittings/" + sitting + "/results"
	path := results + "/" + o.get(results+"?component=skills", o.clerk).want(200).is("items.0.ticketNumber", application.at("ticketNumber")).at("items.0.id")
	propose := func(ifMatch string, body object) answer {
		t.Helper()
		return o.do(call{method: http.MethodPost, path: path + "/amendments", key: o.head, ifMatch: ifMatch, body: body})
	}
	read := o.get(path, o.clerk).want(200).is("result.final", "59.5", "amendments", "[]")
	review := object{"kind": "review", "reason": "复核发现漏计。", "raw": "61"}
	propose("", review).refused(428, "")
	propose(`"1"`, review).refused(412, "version-changed")
	propose(read.etag(), object{"kind": "review", "reason": "复核发现漏计。"}).refused(422, "invalid-input")
	propose(read.etag(), object{"kind": "review", "reason": "复核发现漏计。", "absent": true, "void": true}).refused(422, "")
	proposed := propose(read.etag(), review).want(201).is("result.final", "59.5", "amendments.0.state", "proposed", "amendments.0.final", "61")
	propose(read.etag(), review).refused(409, "amendment-waiting")
	decision := path + "/amendments/" + proposed.at("amendments.0.id") + "/decision"
	o.post(decision, o.head, object{"accept": true}).refused(403, "forbidden")
	o.post(decision, o.clerk, object{"accept": false}).refused(403, "forbidden")
	o.post(decision, o.head, object{"accept": false, "reason": "分数录错，另行提出。"}).want(200).is("result.final", "59.5", "amendments.0.state", "refused", "amendments.0.decidedBy", "head")
	proposed = propose(read.etag(), review).want(201).is("amendments.1.state", "proposed")
	decision = path + "/amendments/" + proposed.at("amendments.1.id") + "/decision"
	o.post(decision, o.director, object{"accept": true, "reason": "已核对试卷。"}).want(200).
		is("result.final", "61", "result.amendment", proposed.at("amendments.1.id"), "asConfirmed.final", "59.5", "amendments.1.state", "effective", "amendments.1.answer", "已核对试卷。")
	o.post(decision, o.director, object{"accept": true}).refused(409, "amendment-decided")
	o.get(results, o.clerk).want(200).is("items.0.final", "61", "items.0.amendedAt", "2026-05-19T04:00:00Z")

	number := o.post("/v1/applications/"+application.at("id")+"/certificate", o.head, nil).want(201).at("number")
	read = o.get(path, o.clerk).want(200)
	void := propose(read.etag(), object{"kind": "misconduct", "reason": "雷同卷。", "void": true}).want(201)
	decision = path + "/amendments/" + void.at("amendments.2.id") + "/decision"
	o.post(decision, o.director, object{"accept": true}).refused(409, "result-certified")
	o.post(decision, o.director, object{"accept": false, "reason": "证据不足。"}).want(200).is("result.final", "61", "amendments.2.state", "refused")
	o.get("/v1/certificates/"+number, "").want(200).is("status", "valid")
	o.get(results+"/"+application.at("id"), o.clerk).refused(404, "result-not-found")
	o.nothingPersonalLogged("沈括", "雷同卷")
}
