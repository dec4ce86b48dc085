package eligibility_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// planted is an edition made to be found fault with, clean but for what the
// arguments put in: the head of the rule set, and the conditions of levels 3
// and 2.
func planted(head, three, two string) string {
	if head == "" {
		head = `"inForce":{"from":"2007-01-01","to":null},`
	}
	return `{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"sources":{"s":{"title":"t"}},` + head +
		`"levels":[{"level":3,"any":[` + three + `]},{"level":2,"any":[` + two + `]}]}`
}

// condition writes a condition that cites the source.
func condition(id string, clauses ...string) string {
	return fmt.Sprintf(`{"id":%q,"number":1,"cite":["s"],"all":[%s]}`, id, strings.Join(clauses, ","))
}

const (
	workAlone = `{"kind":"work","measure":"continuous","scope":"own","atLeast":"P6Y"}`
	certified = `{"kind":"certificate","level":3,"as":"c"},{"kind":"work","measure":"continuous","scope":"own","atLeast":"P5Y","since":"c"}`
)

func TestPlantedDefectsAreFound(t *testing.T) {
	for _, tt := range []struct{ code, set, pointer string }{
		{"dangling-since", planted("", condition("3.1", `{"kind":"training","level":3,"hours":1,"since":"d"}`), ""), "/levels/0/any/0/all/0/since"},
		{"unknown-code", planted("", condition("3.1", `{"kind":"education","atLeast":"phd"}`), ""), "/levels/0/any/0/all/0/atLeast"},
		{"unknown-period", planted("", `{"id":"3.1","number":1,"during":"trial","all":[]}`, ""), "/levels/0/any/0/during"},
		{"no-in-force-date", planted(`"inForce":{"from":null,"to":null},`, condition("3.1", workAlone), condition("2.1", certified)), "/inForce/from"},
		{"undated-period", planted(`"periods":{"trial":{}},`, condition("3.1", workAlone), condition("2.1", certified)), "/periods/trial"},
		{"uncited", planted("", `{"id":"3.1","number":1,"all":[`+workAlone+`]}`, condition("2.1", certified)), "/levels/0/any/0"},
		{"unknown-source", planted("", `{"id":"3.1","number":1,"cite":["z"],"all":[`+workAlone+`]}`, condition("2.1", certified)), "/levels/0/any/0/cite"},
		{"unsatisfiable", planted("", condition("3.1", `{"kind":"education","graduating":"only","as":"d"},{"kind":"work","measure":"continuous","scope":"own","atLeast":"P1Y","since":"d"}`), condition("2.1", certified)), "/levels/0/any/0"},
		{"unsatisfiable", planted(`"inForce":{"from":"2007-01-01","to":null},"periods":{"trial":{"from":null,"to":"2006-12-31"}},`, `{"id":"3.1","number":1,"during":"trial","cite":["s"],"all":[`+workAlone+`]}`, condition("2.1", certified)), "/levels/0/any/0"},
		{"subsumed", planted("", condition("3.1", workAlone), condition("2.1", certified)+","+condition("2.2", `{"kind":"education","atLeast":"bachelor"}`, certified)), "/levels/1/any/1"},
		{"subsumed", planted("", condition("3.1", workAlone)+","+condition("3.2", `{"kind":"work","measure":"continuous","scope":"own","atLeast":"P7Y"}`), condition("2.1", certified)), "/levels/0/any/1"},
		{"falling-threshold", planted("", condition("3.1", workAlone), condition("2.1", `{"kind":"work","measure":"continuous","scope":"own","atLeast":"P5Y"}`)), "/levels/1/any/0"},
		{"falling-threshold", planted("", condition("3.1", `{"kind":"training","level":3,"hours":140}`), condition("2.1", certified, `{"kind":"training","level":2,"hours":120}`)), "/levels/1/any/0"},
		{"skips-level", planted("", condition("3.1", workAlone), condition("2.1", `{"kind":"work","measure":"continuous","scope":"own-or-related","atLeast":"P13Y"}`)), "/levels/1/any/0"},
		{"mixed-measures", planted("", condition("3.1", workAlone), condition("2.1", `{"kind":"work","measure":"cumulative","scope":"own","atLeast":"P13Y"}`)), "/levels"},
		{"never-shortest", planted("", condition("3.1", workAlone), condition("2.1", certified)+","+condition("2.2", `{"kind":"work","measure":"continuous","scope":"own","atLeast":"P13Y"}`)), "/levels/1/any/1"},
		{"no-cases", planted("", condition("3.1", workAlone), condition("2.1", certified)), ""},
	} {
		found := eligibility.LintFile([]byte(tt.set), nil)
		i := slices.IndexFunc(found, func(l eligibility.Lint) bool { return l.Code == tt.code })
		if i < 0 {
			t.Errorf("%s: got %v, want it found", tt.code, found)
			continue
		}
		if l := found[i]; l.Pointer != tt.pointer || l.Message.ZH == "" || l.Message.EN == "" || strings.Contains(l.Message.ZH+l.Message.EN, "%!") {
			t.Errorf("%s: got %+v, want it at %q, in words", tt.code, l, tt.pointer)
		}
	}
}

func TestUntestedCornersAreFound(t *testing.T) {
	set := planted("", condition("3.1", workAlone)+","+condition("3.2", `{"kind":"training","level":3,"hours":120}`), "")
	file := func(cases string) string {
		return `{"format":"certreg.cases/1","ruleset":"x","facts":{"work":[],"training":[]},"cases":[` + cases + `]}`
	}
	const (
		work   = `{"name":"at","level":3,"asOf":"2021-08-01","facts":{"work":[{"from":"2015-08-01","to":null,"occupation":"own"}]},"outcome":"eligible","satisfied":["3.1"],"earliest":"2021-08-01"}`
		short  = `{"name":"short","level":3,"asOf":"2021-07-31","facts":{"work":[{"from":"2015-08-01","to":null,"occupation":"own"}]},"outcome":"not-yet","satisfied":[],"earliest":"2021-08-01"}`
		course = `{"name":"at","level":3,"asOf":"2021-08-01","facts":{"training":[{"level":3,"hours":120,"completed":"2021-01-01","certificate":true}]},"outcome":"eligible","satisfied":["3.2"],"earliest":"2021-08-01"}`
		brief  = `{"name":"brief","level":3,"asOf":"2021-08-01","facts":{"training":[{"level":3,"hours":119,"completed":"2021-01-01","certificate":true}]},"outcome":"not-eligible","satisfied":[],"earliest":null}`
	)
	for _, tt := range []struct{ code, cases, pointer string }{
		{"untested-condition", file(work + "," + short), "/levels/0/any/1"},
		{"untested-boundary", file(work + "," + course + "," + brief), "/levels/0/any/0"},
		{"untested-boundary", file(short + "," + course + "," + brief), "/levels/0/any/0"},
		{"untested-boundary", file(work + "," + short + "," + course), "/levels/0/any/1"},
		{"untested-boundary", file(work + "," + short + "," + brief), "/levels/0/any/1"},
		{"surviving-mutation", file(work + "," + short + "," + course), "/levels/0/any/1/all/0/hours"},
		{"failing-case", file(strings.Replace(work, `"earliest":"2021-08-01"`, `"earliest":"2021-08-02"`, 1)), ""},
		{"unknown-code", file(strings.Replace(work, `"eligible"`, `"yes"`, 1)), "/cases/0/outcome"},
	} {
		found := eligibility.LintFile([]byte(set), []byte(tt.cases))
		if !slices.ContainsFunc(found, func(l eligibility.Lint) bool {
			return l.Code == tt.code && l.Pointer == tt.pointer && l.Message.ZH != ""
		}) {
			t.Errorf("%s at %s: got %v", tt.code, tt.pointer, found)
		}
	}
	for _, l := range eligibility.LintFile([]byte(set), []byte(file(strings.Join([]string{work, short, course, brief}, ",")))) {
		if strings.HasPrefix(l.Code, "untested") || l.Code == "failing-case" {
			t.Errorf("whole cases: got %v", l)
		}
	}
}

func TestLibraryLint(t *testing.T) {
	edition := func(id, from, to string) *eligibility.RuleSet {
		return ruleSet(t, []byte(fmt.Sprintf(`{"format":"certreg.ruleset/1","id":%q,"occupation":{"id":"o"},"authority":{"rank":"provincial"},"inForce":{"from":%q,"to":%s},"levels":[]}`, id, from, to)))
	}
	for _, tt := range []struct {
		code string
		sets []*eligibility.RuleSet
	}{
		{"overlapping-editions", []*eligibility.RuleSet{edition("a", "2007-01-01", "null"), edition("b", "2018-01-01", "null")}},
		{"overlapping-editions", []*eligibility.RuleSet{edition("a", "2007-01-01", `"2018-01-01"`), edition("b", "2018-01-01", "null")}},
		{"gap-between-editions", []*eligibility.RuleSet{edition("a", "2007-01-01", `"2017-12-30"`), edition("b", "2018-01-01", "null")}},
		{"", []*eligibility.RuleSet{edition("a", "2007-01-01", `"2017-12-31"`), edition("b", "2018-01-01", "null")}},
	} {
		lib, err := eligibility.NewLibrary(tt.sets...)
		if err != nil {
			t.Fatal(err)
		}
		got := lib.Lint()
		if tt.code == "" && len(got) > 0 || tt.code != "" && (len(got) != 1 || got[0].Code != tt.code) {
			t.Errorf("got %v, want %q", got, tt.code)
		}
	}
}

// The embedded editions have no faults and no warnings but the one their
// source is to blame for; what else is pointed out is as published.
func TestLintsOfEmbeddedEditions(t *testing.T) {
	want := map[string]string{
		"csm-2007/undated-period/periods/trial":       "warning",
		"csm-2007/never-shortest/levels/1/any/0":      "note", // 2.1
		"csm-2007/never-shortest/levels/2/any/0":      "note", // 1.1
		"csm-2007/skips-level/levels/2/any/3":         "note", // 1.4
		"csm-2017-vendor/skips-level/levels/1/any/3":  "note",
		"template-2018/never-shortest/levels/1/any/1": "note",
		"template-2023/skips-level/levels/1/any/2":    "note",
	}
	for _, r := range embedded(t).RuleSets() {
		data, err := os.ReadFile("rulesets/" + r.ID() + ".json")
		if err != nil {
			t.Fatal(err)
		}
		told, err := os.ReadFile("rulesets/" + r.ID() + ".cases.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range eligibility.LintFile(data, told) {
			at := l.RuleSet + "/" + l.Code + l.Pointer
			if l.Severity > eligibility.Note && want[at] != l.Severity.String() {
				t.Errorf("got %s %s: %s", l.Severity, at, l.Message.EN)
			}
			delete(want, at)
		}
	}
	for at := range want {
		t.Errorf("%s was not found", at)
	}
	if found := embedded(t).Lint(); len(found) > 0 {
		t.Errorf("the library: got %v", found)
	}
}

// A condition said to be subsumed by another is so for everybody.
func TestSubsumedConditionsAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		setJSON, _ := encoded(t, anyRuleSet(t))
		r := ruleSet(t, setJSON)
		var said [][2]string
		for _, l := range r.Lint(nil) {
			var c, d string
			if n, _ := fmt.Sscanf(l.Message.EN, "whoever meets condition %s meets condition %s too", &c, &d); n == 2 && l.Code == "subsumed" {
				said = append(said, [2]string{c, d})
			}
		}
		for range 10 {
			factsJSON, _ := encoded(t, anyFacts(t))
			got := r.Explain(3, civil.Of(anyDay(t)), facts(t, factsJSON)).Satisfied
			for _, pair := range said {
				if slices.Contains(got, pair[0]) && !slices.Contains(got, pair[1]) {
					t.Fatalf("rule set %s: %s is said to be subsumed by %s, but %s meets %v", setJSON, pair[0], pair[1], factsJSON, got)
				}
			}
		}
	})
}
