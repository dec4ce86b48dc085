package eligibility

import (
	"cmp"
	"iter"
	"slices"

	"github.com/certreg/certreg/internal/civil"
)

// A Change is one condition that differs between two editions. Before is nil
// if only the second has it, After if only the first has.
type Change struct {
	Level         int
	ID            string
	Before, After *Condition
	Meaning       bool // the clauses mean something else; false if only words differ
}

// A Witness is a smallest applicant on whom two editions differ.
type Witness struct {
	Level         int
	AsOf          civil.Date
	Facts         *Facts
	Before, After Outcome
	Condition     string // of the edition that is kinder
}

// A Comparison says how two editions differ.
type Comparison struct {
	Changes   []Change
	Witnesses []Witness // for each level first whom the first edition alone admits, then whom the second
}

// Compare compares two editions condition by condition, and looks for the
// smallest applicants whom one admits on a day and the other does not, both
// ways. Applicants are made from the conditions themselves: each just meets
// one. Of editions whose conditions mean the same there are none.
func Compare(before, after *RuleSet, asOf civil.Date) Comparison {
	var c Comparison
	for level := 5; level >= 1; level-- {
		x, _ := before.Level(level)
		y, _ := after.Level(level)
		c.Changes = append(c.Changes, changes(level, x, y)...)
		people := append(applicants(x, asOf), applicants(y, asOf)...)
		slices.SortStableFunc(people, func(a, b applicant) int { return cmp.Or(cmp.Compare(a.facts, b.facts), cmp.Compare(a.days, b.days)) })
		for _, kinder := range []*RuleSet{before, after} {
			if w, ok := witness(before, after, kinder, level, asOf, people); ok {
				c.Witnesses = append(c.Witnesses, w)
			}
		}
	}
	return c
}

// witness returns the first of people whom only the kinder edition admits.
func witness(before, after, kinder *RuleSet, level int, asOf civil.Date, people []applicant) (Witness, bool) {
	for _, p := range people {
		f := p.read()
		w := Witness{level, asOf, f, before.Decide(level, asOf, f), after.Decide(level, asOf, f), ""}
		good, bad := w.Before, w.After
		if kinder == after {
			good, bad = bad, good
		}
		if good == Eligible && bad < EligibleProvisional {
			w.Condition = kinder.Explain(level, asOf, f).Earliest.Condition
			return w, true
		}
	}
	return Witness{}, false
}

// changes compares the conditions of a level; either may be nil.
func changes(level int, x, y *Level) []Change {
	var all []Change
	find := func(l *Level, id string) *Condition {
		if l == nil {
			return nil
		}
		if i := slices.IndexFunc(l.Conditions, func(c Condition) bool { return c.ID == id }); i >= 0 {
			return &l.Conditions[i]
		}
		return nil
	}
	if x != nil {
		for i := range x.Conditions {
			c := &x.Conditions[i]
			d := find(y, c.ID)
			if d == nil {
				all = append(all, Change{level, c.ID, c, nil, true})
				continue
			}
			meaning := c.During != d.During || !implies(c.All, d.All) || !implies(d.All, c.All)
			if meaning || c.Text != d.Text || c.Number != d.Number {
				all = append(all, Change{level, c.ID, c, d, meaning})
			}
		}
	}
	if y != nil {
		for i := range y.Conditions {
			if d := &y.Conditions[i]; find(x, d.ID) == nil {
				all = append(all, Change{level, d.ID, nil, d, true})
			}
		}
	}
	return all
}

// A Move is how many of a population two editions answer in one pair of ways.
type Move struct {
	Level         int
	Before, After Outcome
	Count         int
}

// Moves counts how the answers to a population on a level change from one
// edition to another; those that stay are among them.
func Moves(before, after *RuleSet, level int, asOf civil.Date, people iter.Seq[*Facts]) []Move {
	var counts [Eligible + 1][Eligible + 1]int
	for f := range people {
		counts[before.Decide(level, asOf, f)][after.Decide(level, asOf, f)]++
	}
	var all []Move
	for b := range counts {
		for a, n := range counts[b] {
			if n > 0 {
				all = append(all, Move{level, Outcome(b), Outcome(a), n})
			}
		}
	}
	return all
}
