package eligibility_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// The benchmarks compare the engine with plain, level 2 of csm-2007 as one
// would write it by hand in Go, on the same twenty applicants in the same run.

// applicants are twenty people before level 2, from not at all to long since
// eligible.
func applicants() []string {
	const none = `"titles":[],"student":[],"apprenticeship":false,"intends":false,"evidence":[]`
	var all []string
	for _, a := range []struct{ work, education, certificates, training string }{
		{`{"from":"2024-02-01","to":null,"occupation":"own"}`, ``, ``, ``},
		{`{"from":"2010-02-01","to":null,"occupation":"own"}`, ``, ``, ``},
		{`{"from":"2019-01-01","to":null,"occupation":"own"}`, `{"level":"bachelor","field":"related","awarded":"2015-07-01"}`, `{"level":3,"occupation":"own","issued":"2024-02-01"}`, `{"level":2,"hours":150,"completed":"2022-05-01","certificate":true}`},
		{`{"from":"2019-01-01","to":null,"occupation":"own"}`, `{"level":"bachelor","field":"other","awarded":"2015-07-01"}`, `{"level":3,"occupation":"own","issued":"2022-02-01"}`, `{"level":2,"hours":140,"completed":"2022-05-01","certificate":true}`},
		{`{"from":"2015-01-01","to":"2018-12-31","occupation":"own"},{"from":"2019-01-01","to":null,"occupation":"related"}`, `{"level":"bachelor","field":"own","awarded":"2014-07-01"}`, `{"level":3,"occupation":"own","issued":"2016-06-01"}`, ``},
		{`{"from":"2015-01-01","to":"2018-12-31","occupation":"own"},{"from":"2019-01-01","to":null,"occupation":"own"}`, `{"level":"college","field":"own","awarded":"2014-07-01"}`, `{"level":3,"occupation":"own","issued":"2016-06-01"}`, ``},
		{`{"from":"2024-01-01","to":null,"occupation":"own"}`, `{"level":"master","field":"other","awarded":"2023-07-01"}`, ``, ``},
		{`{"from":"2025-01-01","to":null,"occupation":"own"}`, `{"level":"bachelor","field":"own","awarded":"2019-07-01"},{"level":"master","field":"own","awarded":"2024-07-01"}`, ``, ``},
		{``, `{"level":"college","field":"other","awarded":"2019-07-01"}`, ``, `{"level":3,"hours":120,"completed":"2022-05-01","certificate":true}`},
		{`{"from":"2018-03-01","to":"2020-06-30","occupation":"own"},{"from":"2020-07-02","to":"2022-06-30","occupation":"own"},{"from":"2022-08-01","to":null,"occupation":"own"}`, `{"level":"bachelor","field":"related","awarded":"2017-07-01"}`, `{"level":3,"occupation":"own","issued":"2019-06-01"}`, `{"level":2,"hours":140,"completed":"2021-05-01","certificate":true}`},
	} {
		for _, born := range []string{"1988-05-01", "1990-05-01"} {
			all = append(all, fmt.Sprintf(`{"born":%q,"work":[%s],"education":[%s],"certificates":[%s],"training":[%s],%s}`,
				born, a.work, a.education, a.certificates, a.training, none))
			a.work = "{\"from\":\"2009-09-01\",\"to\":\"2010-01-15\",\"occupation\":\"related\"}" + map[bool]string{true: "," + a.work}[a.work != ""]
		}
	}
	return all
}

// These are the facts as plain reads them.
type (
	plainSpell struct {
		from, to civil.Date
		own      bool
	}
	plainDiploma struct {
		rung    int
		fits    bool
		awarded civil.Date
	}
	plainCertificate struct {
		level  int
		own    bool
		issued civil.Date
	}
	plainCourse struct {
		level, hours int
		completed    civil.Date
		passed       bool
	}
	plainFacts struct {
		work         []plainSpell
		education    []plainDiploma
		certificates []plainCertificate
		training     []plainCourse
	}
)

// worked reports whether a run of own work from an anchor on lasts n years
// before day.
func (f *plainFacts) worked(n int, anchor, day civil.Date) bool {
	var start, end civil.Date
	for i := range f.work {
		w := &f.work[i]
		if !w.own {
			continue
		}
		from, to := w.from, day
		if from.Before(anchor) {
			from = anchor
		}
		if !w.to.IsZero() && w.to.Before(day) {
			to = w.to.AddDays(1)
		}
		if !from.Before(to) {
			continue
		}
		if start.IsZero() || from.After(end) {
			start, end = from, to
		} else if to.After(end) {
			end = to
		}
		if !start.AddYears(n).After(end) {
			return true
		}
	}
	return false
}

// plain is level 2 of csm-2007, written by hand. Spells are in order.
func plain(f *plainFacts, day civil.Date) bool {
	if f.worked(13, civil.Date{}, day) {
		return true
	}
	trained := false
	for _, t := range f.training {
		trained = trained || t.level == 2 && t.hours >= 140 && t.passed && !t.completed.After(day)
	}
	var bachelor, master civil.Date
	for _, e := range f.education {
		if e.awarded.After(day) {
			continue
		}
		if e.rung >= 3 && e.fits && (bachelor.IsZero() || e.awarded.Before(bachelor)) {
			bachelor = e.awarded
		}
		if e.rung >= 4 && (master.IsZero() || e.awarded.Before(master)) {
			master = e.awarded
		}
	}
	var held civil.Date
	for _, c := range f.certificates {
		if c.level == 3 && c.own && !c.issued.After(day) && (held.IsZero() || c.issued.Before(held)) {
			held = c.issued
		}
	}
	if !held.IsZero() {
		if f.worked(5, held, day) || trained && f.worked(4, held, day) {
			return true
		}
		if !bachelor.IsZero() && (f.worked(4, held, day) || trained && f.worked(3, held, day)) {
			return true
		}
	}
	return !bachelor.IsZero() && f.worked(5, bachelor, day) || !master.IsZero() && f.worked(2, master, day)
}

// plainly reads facts for plain.
func plainly(t testing.TB, text string) *plainFacts {
	v := parse(t, text)
	f := &plainFacts{}
	date := func(v any) civil.Date {
		s, _ := v.(string)
		d, _ := civil.ParseDate(s)
		return d
	}
	for _, w := range items(v["work"]) {
		f.work = append(f.work, plainSpell{date(w["from"]), date(w["to"]), w["occupation"] == "own"})
	}
	for _, e := range items(v["education"]) {
		rung := map[any]int{"college": 2, "bachelor": 3, "master": 4}[e["level"]]
		f.education = append(f.education, plainDiploma{rung, e["field"] != "other", date(e["awarded"])})
	}
	for _, c := range items(v["certificates"]) {
		f.certificates = append(f.certificates, plainCertificate{int(c["level"].(float64)), c["occupation"] == "own", date(c["issued"])})
	}
	for _, c := range items(v["training"]) {
		f.training = append(f.training, plainCourse{int(c["level"].(float64)), int(c["hours"].(float64)), date(c["completed"]), c["certificate"] == true})
	}
	return f
}

func benchmarkDay(t testing.TB) civil.Date {
	d, err := civil.New(2026, 11, 21)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func csm(t testing.TB) *eligibility.RuleSet {
	r, ok := embedded(t).ByID("csm-2007")
	if !ok {
		t.Fatal("csm-2007 is not embedded")
	}
	return r
}

func TestPlainAgrees(t *testing.T) {
	r, day := csm(t), benchmarkDay(t)
	counts := map[eligibility.Outcome]int{}
	for _, text := range applicants() {
		got := r.Decide(2, day, facts(t, []byte(text)))
		counts[got]++
		if want := plain(plainly(t, text), day); (got == eligibility.Eligible) != want {
			t.Errorf("%s: got %s, plain says %v", text, got, want)
		}
	}
	t.Logf("twenty applicants: %v", counts)
}

func TestDecisionsAllocateNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("allocations are counted in the full run: the race detector makes some of its own")
	}
	r, day := csm(t), benchmarkDay(t)
	var all []*eligibility.Facts
	for _, text := range applicants() {
		all = append(all, facts(t, []byte(text)))
	}
	var d eligibility.Decision
	buf := make([]byte, 0, 64<<10)
	each := func(name string, most float64, do func(*eligibility.Facts)) {
		got := testing.AllocsPerRun(50, func() {
			for _, f := range all {
				do(f)
			}
		})
		if got/float64(len(all)) > most {
			t.Errorf("%s: got %v allocations, want %v", name, got/float64(len(all)), most)
		}
	}
	each("decide", 0, func(f *eligibility.Facts) { r.Decide(2, day, f) })
	each("explain", 0, func(f *eligibility.Facts) { r.ExplainInto(&d, 2, day, f) })
	each("encode", 1, func(f *eligibility.Facts) {
		r.ExplainInto(&d, 2, day, f)
		buf = d.AppendJSON(buf[:0])
	})
}

func BenchmarkPlain(b *testing.B) {
	var all []*plainFacts
	for _, text := range applicants() {
		all = append(all, plainly(b, text))
	}
	day := benchmarkDay(b)
	n := 0
	for i := 0; b.Loop(); i++ {
		if plain(all[i%len(all)], day) {
			n++
		}
	}
}

func benchmark(b *testing.B, do func(r *eligibility.RuleSet, day civil.Date, f *eligibility.Facts)) {
	r, day := csm(b), benchmarkDay(b)
	var all []*eligibility.Facts
	for _, text := range applicants() {
		all = append(all, facts(b, []byte(text)))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		do(r, day, all[i%len(all)])
	}
}

func BenchmarkDecide(b *testing.B) {
	benchmark(b, func(r *eligibility.RuleSet, day civil.Date, f *eligibility.Facts) { r.Decide(2, day, f) })
}

func BenchmarkExplain(b *testing.B) {
	var d eligibility.Decision
	benchmark(b, func(r *eligibility.RuleSet, day civil.Date, f *eligibility.Facts) { r.ExplainInto(&d, 2, day, f) })
}

func BenchmarkExplainJSON(b *testing.B) {
	var d eligibility.Decision
	benchmark(b, func(r *eligibility.RuleSet, day civil.Date, f *eligibility.Facts) {
		r.ExplainInto(&d, 2, day, f)
		d.AppendJSON(nil)
	})
}

func BenchmarkParseFacts(b *testing.B) {
	all := applicants()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := eligibility.ParseFacts([]byte(all[i%len(all)])); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseRuleSet(b *testing.B) {
	data, err := os.ReadFile("rulesets/csm-2007.json")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := eligibility.ParseRuleSet(data); err != nil {
			b.Fatal(err)
		}
	}
}
