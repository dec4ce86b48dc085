package api_test

import "testing"

// TestThePathOfTheStandard takes somebody without a degree to level 1, as
// csm-2007 says it: six years of work, then four, then three with the courses,
// and six, five and five without.
func TestThePathOfTheStandard(t *testing.T) {
	o := newOffice(t)
	facts := object{
		"work": []object{{"from": "2025-11-21", "to": nil, "occupation": "own"}}, "education": []object{},
		"certificates": []object{}, "training": []object{}, "titles": []object{}, "student": []object{},
	}
	question := object{"occupation": occupation, "level": 1, "asOf": "2025-11-21", "facts": facts, "plan": object{"withoutTraining": true}}
	got := o.post("/v1/eligibility/path", "", question).want(200).is("edition", "csm-2007", "from", "2025-11-21", "steps.0.kind", "wait", "steps.1.kind", "sit", "steps.1.level", "3")
	got.is("on", "2041-11-21")
	question["plan"] = object{}
	o.post("/v1/eligibility/path", "", question).want(200).is("on", "2038-11-21")
	question["plan"] = object{"hoursPerWeek": 10, "months": []int{4, 6, 10, 12}, "resultDays": 45}
	if slower := o.post("/v1/eligibility/path", "", question).want(200); slower.at("on") <= "2026" {
		t.Errorf("with seasons: got level 1 on %s, want years on\n%s", slower.at("on"), slower.raw)
	}
	question["facts"] = object{"work": []object{}, "education": []object{}}
	question["plan"] = object{"sittings": []string{"2026-04-18"}}
	question["level"] = 3
	o.post("/v1/eligibility/path", "", question).want(200).is("level", "3")
}
