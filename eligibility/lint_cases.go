package eligibility

import (
	"slices"

	"github.com/certreg/certreg/internal/civil"
)

// cases checks that the cases beside the edition reach into its corners.
func (l *linter) cases(c *Cases) {
	if c == nil {
		l.add("no-cases", Warning, "", "版本没有附带案例", "no cases stand beside the edition")
		return
	}
	for _, f := range c.Run(l.r) {
		l.add("failing-case", Fault, "", "案例“%s”未通过：得 %s", "case %q fails: got %s", f.Case.Name, f.Got)
	}
	seen := l.coverage(c)
	for i := range l.r.levels {
		level := &l.r.levels[i]
		for j := range level.Conditions {
			k := &level.Conditions[j]
			if !seen.alone[k.ID] {
				l.add("untested-condition", Warning, level.place(j), "没有案例单独符合条件 %s", "no case meets condition %s alone", k.ID)
			}
			l.boundaries(level, j, seen)
		}
	}
	for _, m := range c.Survivors(l.r) {
		l.add("surviving-mutation", Warning, m.Pointer, "%s，没有案例能发现", "no case notices if one says: %s", m.Change)
	}
}

// coverage notes what the cases touch.
type coverage struct {
	alone map[string]bool // conditions that are met alone
	exact map[Clause]bool // clauses complete on the day of a case, not the day before
	short map[Clause]bool // clauses complete the day after
}

func (l *linter) coverage(c *Cases) coverage {
	seen := coverage{map[string]bool{}, map[Clause]bool{}, map[Clause]bool{}}
	var today, yesterday Decision
	for _, k := range c.cases {
		l.r.ExplainInto(&today, k.Level, k.AsOf, k.Facts)
		if len(today.Satisfied) == 1 {
			seen.alone[today.Satisfied[0]] = true
		}
		l.r.ExplainInto(&yesterday, k.Level, k.AsOf.AddDays(-1), k.Facts)
		for i := range today.clauses {
			now, before := &today.clauses[i], &yesterday.clauses[i]
			if now.Earliest == k.AsOf.AddDays(1) || now.short() {
				seen.short[now.Clause] = true
			}
			if before.Earliest == k.AsOf && now.Status == Satisfied || now.exact() {
				seen.exact[now.Clause] = true
			}
		}
	}
	return seen
}

// exact reports whether just as many hours are there as are required.
func (c *ClauseFinding) exact() bool {
	return c.Required.Unit == Hours && c.Fact > 0 && c.Actual.Number == c.Required.Number
}

// short reports whether one hour is missing.
func (c *ClauseFinding) short() bool { return c.Required.Unit == Hours && c.Missing.Number == 1 }

// boundaries checks that each threshold of a condition is met exactly by one
// case and missed by a day or an hour by another.
func (l *linter) boundaries(level *Level, j int, seen coverage) {
	var check func(list []Clause)
	check = func(list []Clause) {
		for _, k := range list {
			if k, ok := k.(*Any); ok {
				for _, list := range k.Of {
					check(list)
				}
				continue
			}
			if threshold(k) && (!seen.exact[k] || !seen.short[k]) {
				l.add("untested-boundary", Warning, level.place(j), "条件 %s 的 %s 条款缺少恰好达到与差一天（一学时）的案例", "the %[2]s clause of condition %[1]s lacks a case that just meets it or one that just misses it", level.Conditions[j].ID, k.Kind())
			}
		}
	}
	check(level.Conditions[j].All)
}

// threshold reports whether a clause has a length of time or a number of hours
// to be reached.
func threshold(c Clause) bool {
	switch c := c.(type) {
	case *Work, *Age:
		return true
	case *Certificate:
		return !c.HeldFor.IsZero()
	case *Training:
		return c.Hours > 0
	default:
		return false
	}
}

// maxStarts bounds the people whose routes are looked at; no published edition
// comes near.
const maxStarts = 400

// shortest checks that each condition is the quickest for somebody who begins
// to work, with or without training.
func (l *linter) shortest() {
	start := civil.MinDate().AddYears(2000)
	used := map[string]bool{}
	people := l.starts(start)
	if len(people) > maxStarts {
		return
	}
	for i := range l.r.levels {
		for _, f := range people {
			for _, plan := range []Plan{{}, {WithoutTraining: true}} {
				for _, s := range l.r.Route(l.r.levels[i].Number, start, f, plan).Steps {
					for _, id := range s.Conditions {
						used[id] = true
					}
				}
			}
		}
	}
	for i := range l.r.levels {
		level := &l.r.levels[i]
		for j := range level.Conditions {
			if c := &level.Conditions[j]; !used[c.ID] && !slices.ContainsFunc(l.found, func(f Lint) bool { return f.Code == "unsatisfiable" && f.Pointer == level.place(j) }) {
				l.add("never-shortest", Note, level.place(j), "条件 %s 从不是最快的途径", "condition %s is never the quickest way", c.ID)
			}
		}
	}
}

// starts lists people at the beginning of a working life: with nothing, and
// for each condition with what it asks for besides work, training and
// certificates.
func (l *linter) starts(from civil.Date) []*Facts {
	now := days{from, from}
	person := func() *Facts {
		born := from.AddYears(-30)
		return &Facts{born: days{born, born}, sure: []cover{{from: from, end: forever, occupation: own, open: true}}}
	}
	people := []*Facts{person()}
	for i := range l.r.levels {
		for j := range l.r.levels[i].Conditions {
			for _, part := range split(l.r.levels[i].Conditions[j].All) {
				f := person()
				for _, c := range part {
					switch c := c.(type) {
					case *Education:
						f.education = append(f.education, diploma{c.levels & -c.levels, c.fields & -c.fields, c.programmes & -c.programmes, now})
					case *Student:
						f.student = append(f.student, enrolment{level: c.levels & -c.levels, field: c.fields & -c.fields, programme: c.programmes & -c.programmes})
					case *Title:
						f.titles = append(f.titles, title{c.ranks & -c.ranks, now})
					case *Evidence:
						f.evidence = append(f.evidence, proof{c.Code, true})
					case *Apprenticeship:
						f.apprenticeship = true
					case *Intends:
						f.intends = true
					}
				}
				people = append(people, f)
			}
		}
	}
	return people
}
