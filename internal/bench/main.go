// Command bench measures the eligibility engine against plain Go and two
// rules engines, on the same twenty level-2 applicants, in one process. It
// prints a table of medians and of ratios to plain Go, each ratio taken within
// a round so that a busy machine spoils both sides alike.
//
// It is a module of its own so that the engines it compares with do not become
// dependencies of certreg.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"cel.dev/cel-go/cel"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

func main() {
	rounds := flag.Int("rounds", 101, "rounds to take the median of")
	flag.Parse()
	if err := run(*rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A contestant is one way of doing the work for the i-th applicant.
type contestant struct {
	name string
	goal string
	do   func(i int)
}

// An applicant is one person in the form each contestant wants.
type applicant struct {
	data    []byte
	facts   *eligibility.Facts
	person  *person
	days    *dayPerson
	derived map[string]any
}

func run(rounds int) error {
	data, err := os.ReadFile("../../eligibility/testdata/applicants.json")
	if err != nil {
		return err
	}
	edition, err := os.ReadFile("../../eligibility/rulesets/csm-2007.json")
	if err != nil {
		return err
	}
	rules, err := eligibility.ParseRuleSet(edition)
	if err != nil {
		return err
	}
	day := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	all, err := read(data, day)
	if err != nil {
		return err
	}
	program, err := compileCEL()
	if err != nil {
		return err
	}
	compiled, err := compileExpr(all[0].derived)
	if err != nil {
		return err
	}
	if err := agree(all, rules, day, program, compiled); err != nil {
		return err
	}
	// A server's heap: without it the collector, which starts at 4 MB, would
	// run every few hundred encoded answers and be all one measures.
	heap := make([]byte, 64<<20)
	report(measure(contestants(all, rules, edition, day, program, compiled), rounds, len(all)))
	runtime.KeepAlive(heap)
	return nil
}

// read prepares the applicants.
func read(data []byte, day time.Time) ([]applicant, error) {
	var texts []json.RawMessage
	if err := json.Unmarshal(data, &texts); err != nil {
		return nil, err
	}
	var all []applicant
	for _, text := range texts {
		facts, err := eligibility.ParseFacts(text)
		if err != nil {
			return nil, err
		}
		p, err := readPerson(text)
		if err != nil {
			return nil, err
		}
		all = append(all, applicant{text, facts, p, byDay(p), derived(p, day)})
	}
	return all, nil
}

// agree checks that all contestants give the same answers.
func agree(all []applicant, rules *eligibility.RuleSet, day time.Time, program cel.Program, compiled *vm.Program) error {
	for i, a := range all {
		want := plain(a.person, day)
		c, _, celErr := program.Eval(a.derived)
		if celErr != nil {
			return celErr
		}
		byCEL, err := boolean(c.Value(), nil)
		if err != nil {
			return err
		}
		byExpr, err := boolean(expr.Run(compiled, a.derived))
		if err != nil {
			return err
		}
		if rules.Decide(2, civil.Of(day), a.facts) == eligibility.Eligible != want || byCEL != want || byExpr != want || plainDays(a.days, civil.Of(day)) != want {
			return fmt.Errorf("applicant %d: the contestants disagree", i)
		}
	}
	return nil
}

// contestants lists what is measured; the first is what the others are
// compared with.
func contestants(all []applicant, rules *eligibility.RuleSet, edition []byte, at time.Time, program cel.Program, compiled *vm.Program) []contestant {
	day := civil.Of(at)
	var d eligibility.Decision
	var buf []byte
	return []contestant{
		{"plain Go, time.Time: boolean", "1", func(i int) { plain(all[i].person, at) }},
		{"plain Go, civil days: boolean", "", func(i int) { plainDays(all[i].days, day) }},
		{"decide: outcome", "≤ 1.6", func(i int) { rules.Decide(2, day, all[i].facts) }},
		{"explain with dates", "≤ 5", func(i int) { rules.ExplainInto(&d, 2, day, all[i].facts) }},
		{"explain and encode", "≤ 25", func(i int) {
			rules.ExplainInto(&d, 2, day, all[i].facts)
			buf = d.AppendJSON(buf[:0])
		}},
		{"explain and encode, fresh memory", "≤ 25", func(i int) {
			rules.ExplainInto(&d, 2, day, all[i].facts)
			d.AppendJSON(nil)
		}},
		{"expr: boolean on derived facts", "", func(i int) { _, _ = expr.Run(compiled, all[i].derived) }},
		{"cel-go: boolean on derived facts", "", func(i int) { _, _, _ = program.Eval(all[i].derived) }},
		{"parse facts", "", func(i int) { _, _ = eligibility.ParseFacts(all[i].data) }},
		{"load an edition", "≤ 500 µs", func(int) { _, _ = eligibility.ParseRuleSet(edition) }},
	}
}

// A result is one contestant's times: the median of its rounds, and of its
// ratios to the first contestant in the same round.
type result struct {
	contestant
	median, ratio float64
	allocs        uint64
}

// measure times the contestants in turn, round after round.
func measure(all []contestant, rounds, n int) []result {
	times := make([][]float64, len(all))
	results := make([]result, len(all))
	for c, k := range all {
		results[c] = result{contestant: k, allocs: allocations(k, n)}
	}
	for range rounds {
		for c, k := range all {
			repeat := 1 + 400_000/(1+int(perCall(k, 1, n)))/n
			times[c] = append(times[c], perCall(k, repeat, n))
		}
	}
	for c := range all {
		var ratios []float64
		for r := range rounds {
			ratios = append(ratios, times[c][r]/times[0][r])
		}
		results[c].median, results[c].ratio = median(times[c]), median(ratios)
	}
	return results
}

// perCall returns the nanoseconds of one call, over all applicants repeatedly.
func perCall(k contestant, repeat, n int) float64 {
	start := time.Now()
	for range repeat {
		for i := range n {
			k.do(i)
		}
	}
	return float64(time.Since(start).Nanoseconds()) / float64(repeat*n)
}

// allocations returns the allocations of one call, rounded down.
func allocations(k contestant, n int) uint64 {
	var before, after runtime.MemStats
	const repeat = 100
	perCall(k, 2, n)
	runtime.ReadMemStats(&before)
	perCall(k, repeat, n)
	runtime.ReadMemStats(&after)
	return (after.Mallocs - before.Mallocs) / uint64(repeat*n)
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

func report(results []result) {
	fmt.Printf("%s, %s/%s, %d CPUs\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Println("| what | median | ratio | goal | allocations |\n|---|---:|---:|---|---:|")
	for _, r := range results {
		fmt.Printf("| %s | %.0f ns | %.2f | %s | %d |\n", r.name, r.median, r.ratio, r.goal, r.allocs)
	}
}
