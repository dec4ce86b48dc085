package eligibility_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/certreg/certreg/eligibility"
)

const nothingElse = `"titles":[],"student":[],"apprenticeship":false,"intends":false,"evidence":[]`

// The answer has the published form, member by member and in this order.
func TestDecisionJSON(t *testing.T) {
	r := csm(t)
	f := facts(t, []byte(`{"born":"1990-05-01","work":[{"from":"2024-02-01","to":null,"occupation":"own"}],
		"education":[{"level":"bachelor","field":"related","programme":[],"awarded":"2015-07-01"}],
		"certificates":[{"level":3,"occupation":"own","issued":"2024-01-15"}],
		"training":[{"level":2,"hours":150,"completed":"2022-05-01","certificate":true}],`+nothingElse+`}`))
	d := r.Explain(2, date(t, "2026-11-21"), f)
	got := string(d.AppendJSON(nil))
	head := `{"occupation":"customer-service-manager","level":2,"asOf":"2026-11-21","ruleset":{"id":"csm-2007","digest":"` + r.Digest() + `","rank":"national-standard"},` +
		`"outcome":"not-yet","satisfied":[],"earliest":{"on":"2027-02-01","condition":"2.6","assuming":["open-spells-continue"]},"conditions":[{"id":"2.1","number":1,"status":"unsatisfied","applicable":true,"text":{"zh":"连续从事本职业工作13年以上。",`
	if !strings.HasPrefix(got, head) {
		t.Errorf("got %s\nwant %s…", got[:min(len(got), len(head))], head)
	}
	clauses := `"cite":["s0"],"earliest":"2027-02-01","clauses":[` +
		`{"kind":"education","status":"satisfied","required":"bachelor","actual":"bachelor","fact":"/education/0"},` +
		`{"kind":"certificate","status":"satisfied","required":3,"actual":3,"fact":"/certificates/0"},` +
		`{"kind":"work","status":"unsatisfied","required":"P3Y","actual":"P2Y9M","missing":"P3M","run":["2024-02-01","2026-11-21"],"since":"2024-01-15","earliest":"2027-02-01"},` +
		`{"kind":"training","status":"satisfied","required":140,"actual":150,"fact":"/training/0"}]}`
	if !strings.Contains(got, clauses) {
		t.Errorf("got %s\nwant in it %s", got, clauses)
	}
	tail := `],"questions":[],"policies":["gap-0-days","run-any","completes-on-anniversary"]}`
	if !strings.HasSuffix(got, tail) {
		t.Errorf("got …%s\nwant …%s", got[len(got)-len(tail):], tail)
	}
	if !json.Valid([]byte(got)) {
		t.Errorf("not JSON: %s", got)
	}
}

// A decision's memory can be used again and again for whatever comes.
func TestDecisionsCanBeReused(t *testing.T) {
	lib := embedded(t)
	var d eligibility.Decision
	for _, r := range lib.RuleSets() {
		for _, k := range cases(t, r.ID()).All() {
			r.ExplainInto(&d, k.Level, k.AsOf, k.Facts)
			got, want := string(d.AppendJSON(nil)), string(r.Explain(k.Level, k.AsOf, k.Facts).AppendJSON(nil))
			if got != want {
				t.Fatalf("%s, %s: %s", r.ID(), k.Name.EN, cmp.Diff(got, want))
			}
			if !json.Valid([]byte(got)) {
				t.Fatalf("%s, %s: not JSON: %s", r.ID(), k.Name.EN, got)
			}
		}
	}
}

func TestQuestionsAndProvisionalAnswers(t *testing.T) {
	vendor, ok := embedded(t).ByID("csm-2017-vendor")
	if !ok {
		t.Fatal("csm-2017-vendor is not embedded")
	}
	asOf := date(t, "2026-11-21")
	student := facts(t, []byte(`{"work":[],"education":[],"certificates":[],"training":[],"titles":[],"evidence":[],"student":[{"level":"master","field":"own","finalYear":true,"graduates":"2027-07-01"}]}`))
	d := vendor.Explain(2, asOf, student)
	got := string(d.AppendJSON(nil))
	for _, want := range []string{
		`"outcome":"eligible-provisional","satisfied":["2.2"],"earliest":null,"dueBy":"2027-07-01",`,
		`{"kind":"education","status":"satisfied","provisional":true,"required":"master","actual":"master","fact":"/student/0","dueBy":"2027-07-01"}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s\nwant in it %s", got, want)
		}
	}
	untold := facts(t, []byte(`{"work":[{"from":"2023-01-01","to":null,"occupation":"own"}],"education":[{"level":"bachelor","field":"own","awarded":"2022-07-01"}],"certificates":[{"level":3,"occupation":"own","issued":"2023-11-01"}],`+nothingElse+`}`))
	got = string(csm(t).Explain(2, asOf, untold).AppendJSON(nil))
	if want := `"outcome":"needs-information","satisfied":[],"earliest":null,`; !strings.Contains(got, want) {
		t.Errorf("got %s\nwant in it %s", got, want)
	}
	if want := `"questions":[{"section":"training","unlocks":["2.6"]}]`; !strings.Contains(got, want) {
		t.Errorf("got %s\nwant in it %s", got, want)
	}
}

func TestGoverningEdition(t *testing.T) {
	set := func(id, rank, from, to string) *eligibility.RuleSet {
		return ruleSet(t, []byte(`{"format":"certreg.ruleset/1","id":"`+id+`","occupation":{"id":"o"},"authority":{"rank":"`+rank+`"},"inForce":{"from":"`+from+`","to":`+to+`},"levels":[]}`))
	}
	lib, err := eligibility.NewLibrary(
		set("vendor", "unofficial", "2000-01-01", "null"),
		set("local", "provincial", "2000-01-01", "null"),
		set("old", "national-standard", "2007-01-01", `"2018-12-31"`),
		set("new", "national-standard", "2019-01-01", "null"),
		set("newer", "national-standard", "2020-01-01", "null"),
	)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{
		"1999-12-31": "", "2006-12-31": "local", "2007-01-01": "old", "2018-12-31": "old", "2019-01-01": "new", "2019-12-31": "new", "2020-01-01": "newer",
	} {
		got, ok := lib.Governing("o", date(t, day))
		switch {
		case !ok && want != "":
			t.Errorf("%s: got none, want %s", day, want)
		case ok && got.ID() != want:
			t.Errorf("%s: got %s, want %q", day, got.ID(), want)
		}
	}
	if _, ok := lib.Governing("other", date(t, "2020-01-01")); ok {
		t.Error("another occupation: got an edition, want none")
	}
	if r, ok := lib.ByDigest(lib.RuleSets()[0].Digest()); !ok || r != lib.RuleSets()[0] {
		t.Error("ByDigest does not find an edition by its own digest")
	}
	if _, err := eligibility.NewLibrary(set("x", "provincial", "2000-01-01", "null"), set("x", "provincial", "2001-01-01", "null")); err == nil {
		t.Error("two editions of one id: got no error")
	}
}

// The governing edition of the occupation is the national standard; the
// vendor's page never governs.
func TestEmbeddedLibrary(t *testing.T) {
	lib := embedded(t)
	r, ok := lib.Governing("customer-service-manager", date(t, "2026-11-21"))
	if !ok || r.ID() != "csm-2007" {
		t.Errorf("got %v, want csm-2007", r)
	}
	if got := len(lib.RuleSets()); got < 7 {
		t.Errorf("got %d editions, want at least 7", got)
	}
	for _, o := range lib.Occupations() {
		if o.Name.ZH == "" || o.Name.EN == "" {
			t.Errorf("%s has no name", o.ID)
		}
	}
	for _, r := range lib.RuleSets() {
		for _, l := range r.Levels() {
			for _, c := range l.Conditions {
				if c.Text.ZH == "" || c.Text.EN == "" || len(c.Cite) == 0 {
					t.Errorf("%s %s lacks a text or a source", r.ID(), c.ID)
				}
			}
		}
	}
}
