package eligibility

import (
	"strconv"
	"sync"

	"github.com/certreg/certreg/internal/civil"
)

// finish works out what every decision on the level will need.
func (l *Level) finish(policy DatePolicy) {
	l.steady = true
	uses := usage{}
	l.findings = uses.count(l.Require)
	l.reads = l.require.sections()
	for i := range l.Conditions {
		c := &l.Conditions[i]
		l.findings += uses.count(c.All)
		uses.size += 64
		c.fixed = encodeFixed(&ConditionFinding{ID: c.ID, Number: c.Number, Text: c.Text, Cite: c.Cite})
		uses.size += len(c.fixed.head) + len(c.fixed.tail)
		for _, w := range c.ways {
			c.reads |= w.sections()
		}
		l.reads |= c.reads
		l.steady = l.steady && c.during == nil
	}
	l.steady = l.steady && !uses.fleeting
	l.alternatives, l.size = uses.alternatives, 700+uses.size
	l.expects = uses.expects
	l.plain = l.steady && !l.expects && len(l.require) == len(l.Require)
	for i := range l.Conditions {
		c := &l.Conditions[i]
		l.plain = l.plain && len(c.ways) == 1 && len(c.ways[0]) == len(c.All)
	}
	if uses.continuous {
		l.policies = append(l.policies, "gap-"+strconv.Itoa(policy.GapToleranceDays)+"-days", "run-any")
	}
	if uses.continuous || uses.anniversary {
		l.policies = append(l.policies, "completes-on-anniversary")
	}
	if uses.cumulative {
		l.policies = append(l.policies, "year-365-month-30")
	}
}

// usage notes which kinds of reading a level's clauses need.
type usage struct {
	continuous, cumulative, anniversary bool
	fleeting                            bool // may hold today and not tomorrow
	expects                             bool
	alternatives                        int
	size                                int // of the findings as JSON, at most
}

// count notes the clauses of a list and returns how many there are, at any
// depth.
func (u *usage) count(list []Clause) int {
	n := len(list)
	for _, c := range list {
		u.size += 120
		switch c := c.(type) {
		case *Work:
			u.size += 100
			u.cumulative = u.cumulative || c.Cumulative
			u.continuous = u.continuous || !c.Cumulative
		case *Certificate:
			u.size += 40
			u.anniversary = u.anniversary || !c.HeldFor.IsZero()
		case *Age:
			u.anniversary = true
		case *Engaged:
			u.fleeting = true
		case *Education:
			u.size += 60
			u.fleeting = u.fleeting || c.Graduating == GraduatingOnly
			u.expects = u.expects || c.Graduating != GraduatingNot
		case *Any:
			u.alternatives += len(c.Of)
			u.size += 48 * len(c.Of)
			for _, list := range c.Of {
				n += u.count(list)
			}
		}
	}
	return n
}

// evaluations keeps evaluations for reuse, so that a decision allocates
// nothing.
var evaluations = sync.Pool{New: func() any { return new(evaluation) }}

// evaluate gets an evaluation of one level on a day; free gives it back.
func (r *RuleSet) evaluate(l *Level, asOf civil.Date, f *Facts) *evaluation {
	e, ok := evaluations.Get().(*evaluation)
	if !ok {
		e = new(evaluation)
	}
	e.facts, e.on, e.gap = f, asOf, r.policy.GapToleranceDays
	e.optimistic, e.provisional, e.stop, e.nAssign = 0, false, civil.Date{}, 0
	if len(f.unknown) > 0 {
		e.assign(l.reads)
	}
	return e
}

func (e *evaluation) free() {
	e.facts = nil
	evaluations.Put(e)
}

// Decide returns the outcome for a level on a day, and [NotEligible] for a
// level the edition does not have. It allocates nothing.
func (r *RuleSet) Decide(level int, asOf civil.Date, f *Facts) Outcome {
	l, ok := r.Level(level)
	if !ok {
		return NotEligible
	}
	e := r.evaluate(l, asOf, f)
	o := e.outcome(l, asOf)
	if o == NotEligible && e.comes(l, asOf) {
		o = NotYet
	}
	e.free()
	return o
}

// outcome returns the first outcome that holds, short of telling [NotYet] from
// [NotEligible].
func (e *evaluation) outcome(l *Level, asOf civil.Date) Outcome {
	e.on = asOf
	if e.certain(l) {
		return Eligible
	}
	unsure := e.facts.unsure()&l.reads != 0
	if !l.expects && !unsure {
		return NotEligible
	}
	e.provisional = l.expects
	o := NotEligible
	switch {
	case l.expects && e.certain(l):
		o = EligibleProvisional
	case unsure && e.conceivable(l, allSections):
		o = NeedsInformation
	}
	e.provisional = false
	return o
}

// comes reports whether a later day exists on which the level's conditions
// hold, if open spells go on and nothing else changes.
func (e *evaluation) comes(l *Level, asOf civil.Date) bool {
	if !l.steady {
		return !e.first(l, asOf).IsZero()
	}
	e.on = horizon
	return e.certain(l)
}

// horizon is the last day anything can be decided for; forever is after it.
var horizon = civil.MaxDate().AddDays(-1)

// unsure returns the sections about which something is not known.
func (f *Facts) unsure() sections {
	s := f.open() | f.inexact
	for _, u := range f.unknown {
		s |= u.section
	}
	return s
}
