package eligibility_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

func date(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// shown writes a route as text, a step a line.
func shown(r eligibility.Route) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.On)
	for _, k := range r.Steps {
		fmt.Fprintf(&b, "%s %d %s %s %s\n", k.Kind, k.Level, k.From, k.On, k.Condition)
	}
	fmt.Fprint(&b, r.Assuming)
	return b.String()
}

func TestRoutesByHand(t *testing.T) {
	const none = `"certificates":[],"training":[],"titles":[],"apprenticeship":false,"intends":false,"evidence":[]}`
	const working = `{"work":[{"from":"2020-01-01","to":null,"occupation":"own"}],"student":[],`
	other := working + `"education":[{"level":"bachelor","field":"other","awarded":"2019-07-01"}],` + none
	for _, tt := range []struct {
		name, facts string
		level       int
		plan        eligibility.Plan
		want        string
	}{
		{"no degree: level 1 in 6+4+3 years", working + `"education":[],` + none, 1, eligibility.Plan{}, `2033-01-01
train 2 2020-01-01 2020-01-01 2.3
train 1 2020-01-01 2020-01-01 1.3
wait 3 2020-01-01 2026-01-01 3.1
sit 3 2026-01-01 2026-01-01 3.1
wait 2 2026-01-01 2030-01-01 2.3
sit 2 2030-01-01 2030-01-01 2.3
wait 1 2030-01-01 2033-01-01 1.3
sit 1 2033-01-01 2033-01-01 1.3
[open-spells-continue passes-first-time training-takes-no-time sittings-on-any-day]`},
		{"other-field bachelor: level 3 after the course", other, 3, eligibility.Plan{}, `2020-01-01
train 3 2020-01-01 2020-01-01 3.5
sit 3 2020-01-01 2020-01-01 3.5
[passes-first-time training-takes-no-time sittings-on-any-day]`},
		{"other-field bachelor: level 2 after 4 years more", other, 2, eligibility.Plan{}, `2024-01-01
train 3 2020-01-01 2020-01-01 3.5
train 2 2020-01-01 2020-01-01 2.3
sit 3 2020-01-01 2020-01-01 3.5
wait 2 2020-01-01 2024-01-01 2.3
sit 2 2024-01-01 2024-01-01 2.3
[open-spells-continue passes-first-time training-takes-no-time sittings-on-any-day]`},
		{"other-field bachelor: level 1 after 7", other, 1, eligibility.Plan{}, `2027-01-01
train 3 2020-01-01 2020-01-01 3.5
train 2 2020-01-01 2020-01-01 2.3
train 1 2020-01-01 2020-01-01 1.3
sit 3 2020-01-01 2020-01-01 3.5
wait 2 2020-01-01 2024-01-01 2.3
sit 2 2024-01-01 2024-01-01 2.3
wait 1 2024-01-01 2027-01-01 1.3
sit 1 2027-01-01 2027-01-01 1.3
[open-spells-continue passes-first-time training-takes-no-time sittings-on-any-day]`},
		{
			"at a pace, in seasons, with results after 60 days", other, 2,
			eligibility.Plan{HoursPerWeek: 10, Months: []time.Month{4, 6, 10, 12}, ResultDays: 60},
			`2024-07-31
train 3 2020-01-01 2020-03-25 3.5
wait 3 2020-03-25 2020-04-01 3.5
sit 3 2020-04-01 2020-05-31 3.5
train 2 2020-03-25 2020-07-01 2.3
wait 2 2020-07-01 2024-06-01 2.3
sit 2 2024-06-01 2024-07-31 2.3
[open-spells-continue passes-first-time sittings-on-the-first-of-the-month]`,
		},
		{"announced sittings", other, 3, eligibility.Plan{Sittings: []civil.Date{date(t, "2021-05-15"), date(t, "2020-05-16"), date(t, "2019-05-18")}}, `2020-05-16
train 3 2020-01-01 2020-01-01 3.5
wait 3 2020-01-01 2020-05-16 3.5
sit 3 2020-05-16 2020-05-16 3.5
[passes-first-time training-takes-no-time]`},
		{"a final-year student of the field", `{"work":[],"education":[],"student":[{"level":"college","field":"own","finalYear":true,"graduates":"2020-07-01"}],` + none, 3, eligibility.Plan{}, `2020-07-01
graduate 0 2020-01-01 2020-07-01 3.3
sit 3 2020-07-01 2020-07-01 3.3
[passes-first-time graduates-on-time sittings-on-any-day]`},
		{"the course that must follow the diploma ends with it", `{"work":[],"education":[],"student":[{"level":"college","field":"other","finalYear":true,"graduates":"2020-07-01"}],` + none, 3, eligibility.Plan{HoursPerWeek: 10}, `2020-07-01
graduate 0 2020-01-01 2020-07-01 3.5
train 3 2020-04-08 2020-07-01 3.5
sit 3 2020-07-01 2020-07-01 3.5
[passes-first-time graduates-on-time sittings-on-any-day]`},
		{"not working: takes up work", `{"work":[],"education":[],"student":[],` + none, 3, eligibility.Plan{}, `2026-01-01
take-up-work 0 2020-01-01 2020-01-01 3.1
wait 3 2020-01-01 2026-01-01 3.1
sit 3 2026-01-01 2026-01-01 3.1
[open-spells-continue passes-first-time sittings-on-any-day]`},
		{"no such level", working + `"education":[],` + none, 4, eligibility.Plan{}, "\n[]"},
	} {
		got := shown(csm(t).Route(tt.level, date(t, "2020-01-01"), facts(t, []byte(tt.facts)), tt.plan))
		if got != tt.want {
			t.Errorf("%s: got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// A trial is one way of going about it: on which day of the grid each course
// begins, -1 for never, and how often the chance to sit each lower level is let
// go by, -1 for never taking it.
type trial struct {
	courses map[int]int
	misses  map[int]int
}

const (
	gridStep = 5  // days between sittings, and between possible beginnings
	gridEnd  = 22 // sittings looked at
	length   = 15 // days of a course: 30 hours at 14 a week

	lastStart = 11 // days of the grid on which a course may begin
)

// arrival goes through a trial day by day and returns the day the level 3
// certificate is issued, "" if it is not.
func arrival(t *rapid.T, r *eligibility.RuleSet, told dict, start time.Time, tr trial) string {
	_, now := encoded(t, told)
	for level, at := range tr.courses {
		if at >= 0 {
			done := start.AddDate(0, 0, at*gridStep+length)
			now["training"] = append(now["training"].([]any), dict{"level": level, "hours": 30, "completed": done.Format(time.DateOnly), "certificate": true})
		}
	}
	chances := map[int]int{}
	data, _ := encoded(t, now)
	f := facts(t, data)
	for i := range gridEnd {
		today := start.AddDate(0, 0, i*gridStep)
		for _, level := range []int{5, 4, 3} {
			if chances[level] < 0 || !r.HasLevel(level) || r.Decide(level, civil.Of(today), f) != eligibility.Eligible {
				continue
			}
			if level == 3 {
				return today.AddDate(0, 0, gridStep).Format(time.DateOnly)
			}
			if miss, ok := tr.misses[level]; ok && miss >= 0 && chances[level] == miss {
				issued := today.AddDate(0, 0, gridStep).Format(time.DateOnly)
				now["certificates"] = append(now["certificates"].([]any), dict{"level": level, "occupation": "own", "issued": issued})
				chances[level] = -1
				data, _ = encoded(t, now)
				f = facts(t, data)
				continue
			}
			chances[level]++
		}
	}
	return ""
}

// trials lists all ways of going about it.
func trials() []trial {
	var all []trial
	for a := -1; a < lastStart; a++ {
		for b := -1; b < lastStart; b++ {
			if a >= 0 && b >= 0 && max(a, b)-min(a, b) < length/gridStep {
				continue // one course at a time
			}
			for misses := range 6 {
				all = append(all, trial{map[int]int{4: a, 3: b}, map[int]int{5: misses%3 - 1, 4: misses/3 - 1}})
			}
		}
	}
	return all
}

// ladder draws a rule set of three levels with months for years.
func ladderRules(t *rapid.T) dict {
	set := anyRuleSet(t)
	set["datePolicy"].(dict)["gapToleranceDays"] = 0
	var levels []any
	for level := 5; level >= 3; level-- {
		var conditions []any
		for i := range rapid.IntRange(1, 2).Draw(t, "conditions") {
			var list []any
			since := ""
			switch rapid.IntRange(0, 2).Draw(t, "qualification") {
			case 0:
				if level < 5 {
					since = "c"
					list = append(list, dict{"kind": "certificate", "level": level + 1, "as": since})
				}
			case 1:
				since = "d"
				list = append(list, dict{"kind": "education", "atLeast": "college", "as": since})
			}
			if level < 5 && chance(t, "training") {
				c := dict{"kind": "training", "level": level, "hours": 30}
				if since != "" && chance(t, "since") {
					c["since"] = since
				}
				list = append(list, c)
			}
			if len(list) == 0 || chance(t, "work") {
				c := dict{"kind": "work", "measure": "continuous", "scope": "own", "atLeast": one(t, "period", "P1M", "P2M", "P3M")}
				if since != "" && chance(t, "since") {
					c["since"] = since
				}
				list = append(list, c)
			}
			conditions = append(conditions, dict{"id": fmt.Sprintf("%d.%d", level, i+1), "number": i + 1, "text": "", "cite": []any{}, "all": list})
		}
		levels = append(levels, dict{"level": level, "title": "", "require": []any{}, "any": conditions})
	}
	set["levels"] = levels
	return set
}

func TestRoutesAreShortestOfAll(t *testing.T) {
	if testing.Short() {
		t.Skip("tries thousands of ways of going about it")
	}
	all := trials()
	rapid.Check(t, func(rt *rapid.T) {
		setJSON, _ := encoded(rt, ladderRules(rt))
		r := ruleSet(rt, setJSON)
		start := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
		told := dict{"work": []any{}, "education": []any{}, "certificates": []any{}, "training": []any{}, "titles": []any{}, "student": []any{}}
		if chance(rt, "working") {
			told["work"] = []any{dict{"from": start.AddDate(0, 0, -rapid.IntRange(0, 40).Draw(rt, "since")).Format(time.DateOnly), "to": nil, "occupation": "own"}}
		} else {
			told["work"] = []any{dict{"from": start.Format(time.DateOnly), "to": nil, "occupation": "own"}}
		}
		if chance(rt, "graduates") {
			on := start.AddDate(0, 0, gridStep*rapid.IntRange(-2, 8).Draw(rt, "graduates"))
			told["education"] = []any{dict{"level": "college", "field": "own", "awarded": on.Format(time.DateOnly)}}
		}
		factsJSON, _ := encoded(rt, told)
		plan := eligibility.Plan{HoursPerWeek: 14, ResultDays: gridStep}
		for i := range gridEnd {
			plan.Sittings = append(plan.Sittings, civil.Of(start.AddDate(0, 0, i*gridStep)))
		}
		best := ""
		for _, tr := range all {
			if on := arrival(rt, r, told, start, tr); on != "" && (best == "" || on < best) {
				best = on
			}
		}
		route := r.Route(3, civil.Of(start), facts(rt, factsJSON), plan)
		got := route.On.String()
		if end := start.AddDate(0, 0, gridEnd*gridStep).Format(time.DateOnly); got > end {
			got = "" // beyond what was tried
		}
		beyond := slices.ContainsFunc(route.Steps, func(k eligibility.Step) bool {
			return k.Kind == eligibility.Train && k.From.Days(civil.Of(start)) >= lastStart*gridStep
		})
		quicker := got != "" && (best == "" || got < best)
		if got != best && (!beyond || !quicker) {
			rt.Fatalf("rule set %s\nfacts %s: got %s, but the best of %d ways arrives on %s", setJSON, factsJSON, shown(route), len(all), best)
		}
	})
}
