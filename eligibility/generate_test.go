package eligibility_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"
)

// The generators keep to a small calendar, so that boundaries are hit often
// and the oracle can try every day.
var (
	firstDay = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	lastDay  = time.Date(2021, 12, 31, 0, 0, 0, 0, time.UTC)
	horizon  = time.Date(2023, 6, 30, 0, 0, 0, 0, time.UTC)
)

func anyDay(t *rapid.T) time.Time {
	if rapid.IntRange(0, 3).Draw(t, "round") == 0 { // the first of a month, often
		return firstDay.AddDate(0, rapid.IntRange(0, 23).Draw(t, "month"), 0)
	}
	return firstDay.AddDate(0, 0, rapid.IntRange(0, int(lastDay.Sub(firstDay).Hours()/24)).Draw(t, "day"))
}

func anyDate(t *rapid.T) string { return anyDay(t).Format(time.DateOnly) }

func one[T any](t *rapid.T, name string, from ...T) T { return rapid.SampledFrom(from).Draw(t, name) }

func some[T any](t *rapid.T, from ...T) []any {
	var all []any
	for _, v := range from {
		if rapid.Bool().Draw(t, "take") {
			all = append(all, v)
		}
	}
	if len(all) == 0 {
		all = append(all, from[0])
	}
	return all
}

func chance(t *rapid.T, name string) bool { return rapid.Bool().Draw(t, name) }

func many(t *rapid.T, most int, make func() dict) []any {
	all := []any{}
	for range rapid.IntRange(0, most).Draw(t, "count") {
		all = append(all, make())
	}
	return all
}

// anyFacts draws facts of which nothing is unknown.
func anyFacts(t *rapid.T) dict {
	return dict{
		"born":           anyDay(t).AddDate(-rapid.IntRange(16, 18).Draw(t, "age"), 0, 0).Format(time.DateOnly),
		"work":           many(t, 4, func() dict { return anySpell(t) }),
		"education":      many(t, 2, func() dict { return anyDiploma(t) }),
		"certificates":   many(t, 3, func() dict { return anyCertificate(t) }),
		"training":       many(t, 2, func() dict { return anyCourse(t) }),
		"titles":         many(t, 2, func() dict { return dict{"rank": one(t, "rank", "junior", "middle", "senior"), "awarded": anyDate(t)} }),
		"student":        many(t, 1, func() dict { return anyEnrolment(t) }),
		"apprenticeship": chance(t, "apprenticeship"),
		"intends":        chance(t, "intends"),
		"evidence":       many(t, 2, func() dict { return dict{"code": one(t, "code", "a", "b"), "accepted": chance(t, "accepted")} }),
	}
}

func anyScope(t *rapid.T) string { return one(t, "occupation", "own", "own", "related", "other") }

func anySpell(t *rapid.T) dict {
	from := anyDay(t)
	s := dict{"from": from.Format(time.DateOnly), "to": nil, "occupation": anyScope(t)}
	if chance(t, "ended") {
		s["to"] = from.AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, "length")).Format(time.DateOnly)
	}
	return s
}

func anyDiploma(t *rapid.T) dict {
	return dict{
		"level": one(t, "level", "vocational", "college", "bachelor", "master"), "field": anyScope(t),
		"programme": some(t, "technical-school", "senior-skills"), "awarded": anyDate(t),
	}
}

func anyCertificate(t *rapid.T) dict {
	return dict{"level": one(t, "level", 5, 4, 3), "occupation": anyScope(t), "issued": anyDate(t)}
}

func anyCourse(t *rapid.T) dict {
	return dict{"level": one(t, "level", 4, 3), "hours": one(t, "hours", 119, 120, 121), "completed": anyDate(t), "certificate": rapid.IntRange(0, 3).Draw(t, "passed") > 0}
}

func anyEnrolment(t *rapid.T) dict {
	return dict{"level": one(t, "level", "college", "bachelor"), "field": anyScope(t), "programme": some(t, "senior-skills"), "finalYear": chance(t, "final"), "graduates": anyDate(t)}
}

// anyRuleSet draws a rule set with one level, 3.
func anyRuleSet(t *rapid.T) dict {
	conditions := []any{}
	for i := range rapid.IntRange(1, 3).Draw(t, "conditions") {
		c := dict{"id": fmt.Sprintf("3.%d", i+1), "number": i + 1, "text": dict{"zh": "条件", "en": "condition"}, "cite": []any{"s0"}, "all": anyList(t, 2)}
		if rapid.IntRange(0, 3).Draw(t, "timed") == 0 {
			c["during"] = "trial"
		}
		conditions = append(conditions, c)
	}
	level := dict{"level": 3, "title": dict{"zh": "三级", "en": "Level 3"}, "require": []any{}, "any": conditions}
	if rapid.IntRange(0, 2).Draw(t, "required") == 0 {
		level["require"] = anyList(t, 0)
	}
	span := dict{"from": nil, "to": nil}
	if chance(t, "from") {
		span["from"] = anyDate(t)
	}
	if chance(t, "to") {
		span["to"] = "2022" + anyDate(t)[4:8] + "01"
	}
	return dict{
		"format": "certreg.ruleset/1", "id": "random", "occupation": dict{"id": "o", "code": nil, "name": dict{"zh": "职业", "en": "occupation"}},
		"edition": dict{"zh": "版", "en": "edition"}, "authority": dict{"name": "authority", "rank": "national-standard"},
		"inForce": dict{"from": "2007-01-01", "to": nil, "basis": "asserted"},
		"periods": dict{"trial": span}, "sources": dict{"s0": dict{"title": "source"}},
		"datePolicy": dict{"gapToleranceDays": one(t, "gap", 0, 0, 1, 30), "missingDay": "month-end"},
		"levels":     []any{level},
	}
}

func anyPeriod(t *rapid.T) string {
	return one(t, "period", "P1M", "P2M", "P3M", "P6M", "P11M", "P1Y", "P1Y1M")
}

// anyList draws clauses all of which must hold; some name a fact and some
// count from it, also across an any clause.
func anyList(t *rapid.T, depth int) []any {
	var list []any
	name := ""
	switch rapid.IntRange(0, 3).Draw(t, "named") {
	case 0:
		name = fmt.Sprintf("n%d", depth)
		list = append(list, anyNamed(t, name))
	case 1:
		if depth > 0 {
			name = fmt.Sprintf("n%d", depth)
			alternative := func() []any {
				return append([]any{anyNamed(t, name)}, anyList(t, depth-1)...)
			}
			list = append(list, dict{"kind": "any", "of": []any{alternative(), alternative()}})
		}
	}
	for range rapid.IntRange(1, 2).Draw(t, "clauses") {
		list = append(list, anyClause(t, name, depth))
	}
	if chance(t, "reversed") { // the order of clauses must not matter
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
	}
	return list
}

func anyNamed(t *rapid.T, name string) dict {
	var c dict
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		c = dict{"kind": "certificate", "level": one(t, "level", 5, 4, 3)}
		if chance(t, "scoped") {
			c["scope"] = one(t, "scope", "own", "own-or-related")
		}
		if rapid.IntRange(0, 2).Draw(t, "held") == 0 {
			c["heldFor"] = anyPeriod(t)
		}
	case 1:
		c = dict{"kind": "title", "rank": one(t, "rank", "junior", "middle", "senior")}
	default:
		c = anyEducation(t)
	}
	if name != "" {
		c["as"] = name
	}
	return c
}

func anyEducation(t *rapid.T) dict {
	c := dict{"kind": "education"}
	switch rapid.IntRange(0, 2).Draw(t, "bound") {
	case 0:
		c["atLeast"] = one(t, "level", "secondary", "college", "bachelor")
	case 1:
		c["exactly"] = one(t, "level", "college", "bachelor")
	}
	if chance(t, "field") {
		c["field"] = some(t, "own", "related", "other")
	}
	if rapid.IntRange(0, 3).Draw(t, "programme") == 0 {
		c["programme"] = some(t, "technical-school", "senior-skills")
	}
	if chance(t, "graduating") {
		c["graduating"] = one(t, "graduating", "allowed", "only")
	}
	return c
}

func anyClause(t *rapid.T, since string, depth int) dict {
	var c dict
	switch rapid.IntRange(0, 10).Draw(t, "kind") {
	case 0, 1, 2, 3:
		c = dict{"kind": "work", "measure": one(t, "measure", "continuous", "cumulative"), "scope": one(t, "scope", "own", "own-or-related", "related"), "atLeast": anyPeriod(t)}
	case 4, 5:
		c = dict{"kind": "training", "level": one(t, "level", 4, 3), "hours": 120}
	case 6:
		return anyNamed(t, "")
	case 7:
		return dict{"kind": "age", "atLeast": one(t, "age", 16, 17)}
	case 8:
		return dict{"kind": one(t, "flag", "engaged", "intends", "apprenticeship")}
	case 9:
		if chance(t, "evidence") {
			return dict{"kind": "evidence", "code": one(t, "code", "a", "b")}
		}
		return dict{"kind": "student", "atLeast": "college"}
	default:
		if depth == 0 {
			return dict{"kind": "intends"}
		}
		return dict{"kind": "any", "of": []any{anyList(t, depth-1), anyList(t, depth-1)}}
	}
	if since != "" && chance(t, "since") {
		c["since"] = since
	}
	return c
}
