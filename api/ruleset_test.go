package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// nextRuleSet is csm-2007 under another identifier, with seven years asked for
// where that asks for six.
func (o *office) nextRuleSet(id string) string {
	o.t.Helper()
	var edition struct {
		RuleSet json.RawMessage `json:"ruleset"`
	}
	if err := json.Unmarshal(o.get("/v1/editions/csm-2007", "").want(200).raw, &edition); err != nil {
		o.t.Fatal(err)
	}
	return strings.NewReplacer(`"csm-2007"`, `"`+id+`"`, `"P6Y"`, `"P7Y"`).Replace(string(edition.RuleSet))
}

// TestARuleSetIsPublishedByTwo takes a rule set from its draft to the decisions
// that it makes, from its day on.
func TestARuleSetIsPublishedByTwo(t *testing.T) {
	o := newOffice(t)
	next := o.nextRuleSet("csm-2026")
	submit := call{method: http.MethodPost, path: "/v1/rulesets", key: o.chief, body: next, idempotency: "r1"}
	draft := o.do(submit).want(201).is("id", "csm-2026", "state", "draft", "submittedBy", "chief")
	if again := o.do(submit).want(201); string(again.raw) != string(draft.raw) {
		t.Errorf("retry: got %s, want the first answer", again.raw)
	}
	submit.idempotency = ""
	o.do(submit).refused(409, "edition-exists")
	path := "/v1/rulesets/" + draft.at("digest")
	from := object{"from": "2026-01-01"}
	o.post(path+"/publication", o.chief, from).refused(409, "edition-not-reviewed")
	o.post(path+"/review", o.chief, object{"accept": true}).refused(409, "edition-same-person")
	o.post(path+"/review", o.examiner, object{"accept": true, "note": "逐条核对无误。"}).want(200).is("state", "reviewed", "reviewedBy", "examiner")
	o.post(path+"/review", o.examiner, object{"accept": false}).refused(409, "edition-decided")
	o.post(path+"/publication", o.chief, from).want(200).is("state", "scheduled", "governsFrom", "2026-01-01")

	six := object{"occupation": occupation, "level": 3, "facts": object{"work": []object{{"from": "2019-06-01", "to": nil, "occupation": "own"}}}}
	six["asOf"] = "2025-12-31"
	o.post("/v1/eligibility", "", six).want(200).is("decisions.0.ruleset.id", "csm-2007")
	six["asOf"] = "2026-01-01"
	o.post("/v1/eligibility", "", six).want(200).is("decisions.0.ruleset.id", "csm-2026", "decisions.0.ruleset.digest", draft.at("digest"))
	o.get("/v1/editions/csm-2026", "").want(200).is("digest", draft.at("digest"))
	o.clock.set(t, "2026-01-01")
	o.get("/v1/rulesets", o.auditor).want(200).is("items.0.state", "in-force")

	wrong := o.do(call{method: http.MethodPost, path: "/v1/rulesets", key: o.chief, body: o.nextRuleSet("csm-2027")}).want(201)
	o.post("/v1/rulesets/"+wrong.at("digest")+"/review", o.chief, object{"accept": false}).want(200).is("state", "refused", "reviewedBy", "chief")
}
