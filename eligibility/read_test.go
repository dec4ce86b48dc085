package eligibility_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"github.com/certreg/certreg/eligibility"
)

// refused checks that err is an InputError about a place.
func refused(t *testing.T, what string, err error, pointer string) {
	t.Helper()
	e, ok := errors.AsType[*eligibility.InputError](err)
	switch {
	case !ok:
		t.Errorf("%s: got %v, want it refused", what, err)
	case e.Pointer != pointer:
		t.Errorf("%s: got pointer %q (%s), want %q", what, e.Pointer, e.Detail, pointer)
	case e.Detail == "" || e.Code == "" || e.Message.ZH == "" || e.Message.EN != e.Detail:
		t.Errorf("%s: got an error without its texts: %+v", what, e)
	}
}

func TestBadFactsAreRefusedWithTheirPlace(t *testing.T) {
	work := func(s string) string {
		return `{"work":[{"from":"2015-08-01","to":null,"occupation":"own"},` + s + `]}`
	}
	for _, tt := range []struct{ facts, pointer string }{
		{``, ""},
		{`[]`, ""},
		{`null`, ""},
		{`"x"`, ""},
		{`{`, ""},
		{`{}{}`, ""},
		{`{} x`, ""},
		{`{"a"}`, ""},
		{`{"work":[1,]}`, "/work/1"},
		{"\ufeff{}", ""},
		{"{\"born\":\"\xff\"}", ""},
		{`{"born":"\ud800"}`, "/born"},
		{`{"born":"\x"}`, "/born"},
		{"{\"born\":\"\x01\"}", "/born"},
		{`{"name":"张三"}`, "/name"},
		{`{"Work":[]}`, "/Work"},
		{`{"work":[],"work":[]}`, "/work"},
		{`{"born":19900501}`, "/born"},
		{`{"born":null}`, "/born"},
		{`{"born":"1990-02-30"}`, "/born"},
		{`{"born":"1990-13"}`, "/born"},
		{`{"born":"1990"}`, "/born"},
		{`{"born":"01/05/1990"}`, "/born"},
		{`{"born":"1990-05-01T00:00:00Z"}`, "/born"},
		{`{"work":{}}`, "/work"},
		{`{"work":null}`, "/work"},
		{work(`{}`), "/work/1/occupation"},
		{work(`[]`), "/work/1"},
		{work(`{"from":"2020-01-02","to":"2020-01-01","occupation":"own"}`), "/work/1/to"},
		{work(`{"from":"2020-02","to":"2020-01","occupation":"own"}`), "/work/1/to"},
		{work(`{"from":"2021-02-29","to":null,"occupation":"own"}`), "/work/1/from"},
		{work(`{"from":null,"to":null,"occupation":"own"}`), "/work/1/from"},
		{work(`{"from":"2020-01-01","to":null,"occupation":"Own"}`), "/work/1/occupation"},
		{work(`{"from":"2020-01-01","to":null,"occupation":"own","employer":"x"}`), "/work/1/employer"},
		{work(`{"from":"2020-01-01","to":null,"occupation":"own","a/b~c":1}`), "/work/1/a~1b~0c"},
		{`{"education":[{"level":"phd","field":"own"}]}`, "/education/0/level"},
		{`{"education":[{"level":"college"}]}`, "/education/0/field"},
		{`{"education":[{"level":"college","field":"own","programme":["x"]}]}`, "/education/0/programme/0"},
		{`{"education":[{"level":"college","field":"own","programme":["evaluated","evaluated"]}]}`, "/education/0/programme/1"},
		{`{"education":[{"level":"college","field":"own","programme":"evaluated"}]}`, "/education/0/programme"},
		{`{"certificates":[{"level":6,"occupation":"own"}]}`, "/certificates/0/level"},
		{`{"certificates":[{"level":0,"occupation":"own"}]}`, "/certificates/0/level"},
		{`{"certificates":[{"level":"3","occupation":"own"}]}`, "/certificates/0/level"},
		{`{"certificates":[{"level":2.5,"occupation":"own"}]}`, "/certificates/0/level"},
		{`{"certificates":[{"level":3,"occupation":"own","number":12}]}`, "/certificates/0/number"},
		{`{"training":[{"level":2,"hours":-1,"certificate":true}]}`, "/training/0/hours"},
		{`{"training":[{"level":2,"hours":1e9,"certificate":true}]}`, "/training/0/hours"},
		{`{"training":[{"level":2,"hours":140,"certificate":"yes"}]}`, "/training/0/certificate"},
		{`{"training":[{"level":2,"hours":140}]}`, "/training/0/certificate"},
		{`{"titles":[{"rank":"top"}]}`, "/titles/0/rank"},
		{`{"student":[{"level":"college","field":"own","finalYear":1}]}`, "/student/0/finalYear"},
		{`{"apprenticeship":"yes"}`, "/apprenticeship"},
		{`{"intends":1}`, "/intends"},
		{`{"evidence":[{"code":"Driving Licence","accepted":true}]}`, "/evidence/0/code"},
		{`{"evidence":[{"code":"x"}]}`, "/evidence/0/accepted"},
		{`{"partial":["jobs"]}`, "/partial/0"},
		{`{"partial":["born"]}`, "/partial/0"},
		{`{"partial":["work","work"]}`, "/partial/1"},
		{`{"training":[{"level":2,"hours":01,"certificate":true}]}`, "/training/0/hours"},
		{`{"training":[{"level":2,"hours":1.,"certificate":true}]}`, "/training/0/hours"},
		{`{"training":[{"level":2,"hours":-,"certificate":true}]}`, "/training/0/hours"},
		{`{"training":[{"level":2,"hours":1e400,"certificate":true}]}`, "/training/0/hours"},
		{`{"training":[{"level":2,"hours":NaN,"certificate":true}]}`, "/training/0/hours"},
		{`{"work":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "/work" + strings.Repeat("/0", 32)},
		{`{"work":[` + strings.Repeat(`{"occupation":"own"},`, 200) + `{"occupation":"own"}]}`, "/work"},
		{`{"born":"` + strings.Repeat(" ", 300<<10) + `"}`, ""},
		{`{"evidence":[{"code":"` + strings.Repeat("a", 201) + `","accepted":true}]}`, "/evidence/0/code"},
	} {
		what := tt.facts
		if len(what) > 120 {
			what = what[:120]
		}
		_, err := eligibility.ParseFacts([]byte(tt.facts))
		refused(t, what, err, tt.pointer)
	}
}

func TestBadRuleSetsAreRefusedWithTheirPlace(t *testing.T) {
	set := func(level string) string {
		return `{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"levels":[{"level":3,` + level + `}]}`
	}
	all := func(clauses string) string { return set(`"any":[{"id":"3.1","number":1,"all":[` + clauses + `]}]`) }
	const at = "/levels/0/any/0/all/0"
	for _, tt := range []struct{ set, pointer string }{
		{`{}`, "/format"},
		{`{"format":"certreg.ruleset/2"}`, "/format"},
		{`{"format":"certreg.ruleset/1","id":"X","occupation":{"id":"o"},"levels":[]}`, "/id"},
		{set(`"any":{}`), "/levels/0/any"},
		{set(`"all":[]`), "/levels/0/all"},
		{set(`"any":[{"id":"3.1","number":1}]`), "/levels/0/any/0/all"},
		{set(`"any":[{"id":"3.1","number":1,"all":[]},{"id":"3.1","number":2,"all":[]}]`), "/levels/0/any/1/id"},
		{set(`"any":[{"id":"3.1","number":1,"during":"trial","all":[]}]`), "/levels/0/any/0/during"},
		{`{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"levels":[{"level":3,"any":[]},{"level":3,"any":[]}]}`, "/levels/1/level"},
		{`{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"levels":[],"inForce":{"from":"2020-01-02","to":"2020-01-01"}}`, "/inForce/to"},
		{`{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"levels":[],"inForce":{"from":"2020-01"}}`, "/inForce/from"},
		{`{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"levels":[],"authority":{"rank":"king"}}`, "/authority/rank"},
		{`{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"levels":[],"datePolicy":{"gapToleranceDays":-1}}`, "/datePolicy/gapToleranceDays"},
		{`{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"levels":[],"datePolicy":{"missingDay":"guess"}}`, "/datePolicy/missingDay"},
		{`{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"levels":[],"edition":{"zh":"版"}}`, "/edition/en"},
		{all(`{}`), at + "/kind"},
		{all(`{"kind":"luck"}`), at + "/kind"},
		{all(`1`), at},
		{all(`{"kind":"work","measure":"continuous","scope":"own"}`), at + "/atLeast"},
		{all(`{"kind":"work","measure":"continuous","scope":"own","atLeast":"3Y"}`), at + "/atLeast"},
		{all(`{"kind":"work","measure":"continuous","scope":"own","atLeast":"P0Y"}`), at + "/atLeast"},
		{all(`{"kind":"work","measure":"continuous","scope":"own","atLeast":"P101Y"}`), at + "/atLeast"},
		{all(`{"kind":"work","measure":"full","scope":"own","atLeast":"P3Y"}`), at + "/measure"},
		{all(`{"kind":"work","measure":"continuous","scope":"own","atLeast":"P3Y","since":"c"}`), at + "/since"},
		{all(`{"kind":"work","measure":"continuous","scope":"own","atLeast":"P3Y","as":"c"}`), at + "/as"},
		{all(`{"kind":"certificate","level":3,"as":"c"},{"kind":"education","as":"c"}`), "/levels/0/any/0/all/1/as"},
		{all(`{"kind":"certificate","level":3,"scope":"related"}`), at + "/scope"},
		{all(`{"kind":"certificate","level":7}`), at + "/level"},
		{all(`{"kind":"education","field":[]}`), at + "/field"},
		{all(`{"kind":"education","atLeast":"college","exactly":"college"}`), at + "/exactly"},
		{all(`{"kind":"education","graduating":"soon"}`), at + "/graduating"},
		{all(`{"kind":"training","level":2,"hours":-1}`), at + "/hours"},
		{all(`{"kind":"any","of":[]}`), at + "/of"},
		{all(`{"kind":"any","of":[[{"kind":"luck"}]]}`), at + "/of/0/0/kind"},
		{all(`{"kind":"any","of":[[{"kind":"certificate","level":3,"as":"c"}],[{"kind":"intends"}]]},{"kind":"training","level":2,"hours":1,"since":"c"}`), "/levels/0/any/0/all/1/since"},
		{all(`{"kind":"apprenticeship","x":1}`), at + "/x"},
		{all(`{"kind":"age","atLeast":0}`), at + "/atLeast"},
		{all(`{"kind":"evidence"}`), at + "/code"},
	} {
		_, err := eligibility.ParseRuleSet([]byte(tt.set))
		refused(t, tt.set, err, tt.pointer)
	}
}

// Alternatives that give a name used beside them multiply; the product is
// bounded.
func TestWaysAreBounded(t *testing.T) {
	var clauses []string
	for i := range 7 {
		clauses = append(clauses, fmt.Sprintf(`{"kind":"any","of":[[{"kind":"certificate","level":3,"as":"c%d"}],[{"kind":"title","rank":"junior","as":"c%d"}]]},{"kind":"training","level":2,"hours":1,"since":"c%d"}`, i, i, i))
	}
	_, err := eligibility.ParseRuleSet([]byte(`{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"levels":[{"level":3,"any":[{"id":"3.1","number":1,"all":[` + strings.Join(clauses, ",") + `]}]}]}`))
	refused(t, "2^7 ways", err, "/levels/0/any/0/all/12")
}

func TestCanonicalFormIsRFC8785(t *testing.T) {
	for _, r := range embedded(t).RuleSets() {
		want, err := jcs.Transform(r.Canonical())
		if err != nil || string(want) != string(r.Canonical()) {
			t.Errorf("%s: got %s, want %s, %v", r.ID(), r.Canonical(), want, err)
		}
	}
	text := []byte(`{"evidence":[{"accepted":true,"code":"a"}], "certificates":[{"number":"\u20ac\u000f\n\ud842\udfb7\"\\\/<\u007f","level":3e0,"occupation":"own"}]}`)
	got := facts(t, text).Canonical()
	if want, err := jcs.Transform(text); err != nil || string(got) != string(want) {
		t.Errorf("got %s, want %s, %v", got, want, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		data, _ := encoded(t, anyRuleSet(t))
		r := ruleSet(t, data)
		want, err := jcs.Transform(data)
		if err != nil || string(r.Canonical()) != string(want) {
			t.Fatalf("got %s, want %s, %v", r.Canonical(), want, err)
		}
		if again := ruleSet(t, r.Canonical()); again.Digest() != r.Digest() {
			t.Fatalf("digest of the canonical form: got %s, want %s", again.Digest(), r.Digest())
		}
	})
}
