package eligibility

import (
	"math/bits"
)

// ask lists the sections whose unknowns can still change the outcome, and the
// conditions each could open.
func (x *explanation) ask(l *Level) {
	e := x.e
	unsure := x.unsure & l.reads
	e.on, e.nAssign = x.asOf, 0
	if unsure == 0 || x.d.Outcome == Eligible || !x.possible(l.require, unsure) {
		return
	}
	for rest := unsure; rest != 0; rest &= rest - 1 {
		s := rest & -rest
		required := x.decides(l.require, s, unsure)
		start := len(x.d.unlocks)
		for i := range l.Conditions {
			c := &l.Conditions[i]
			if required && x.possible(c, unsure) || x.decides(c, s, unsure) && !x.overtaken(l, c, s) {
				x.d.unlocks = append(x.d.unlocks, c.ID)
			}
		}
		if unlocks := x.d.unlocks[start:len(x.d.unlocks):len(x.d.unlocks)]; len(unlocks) > 0 {
			x.d.Questions = append(x.d.Questions, Question{sectionNames[bits.TrailingZeros16(uint16(s))], unlocks})
		}
	}
}

// possible reports whether t can hold with the given sections at their best:
// outright if the answer is provisional already, else in any way.
func (x *explanation) possible(t testable, best sections) bool {
	e := x.e
	e.provisional = x.expects && x.d.Outcome != EligibleProvisional
	ok := e.conceivable(t, best)
	e.provisional = false
	return ok
}

// A reader is something testable that reads some sections of the facts.
type reader interface {
	testable
	sections() sections
}

// decides reports whether section s decides about t, with some of the other
// unknowns at their best and the rest at their worst. What another section holds
// in between is not tried: a student seems to need no diploma where only those
// in their final year need none, so the diploma is asked about after the student.
func (x *explanation) decides(t reader, s, unsure sections) bool {
	others := unsure & t.sections() &^ s
	if t.sections()&s == 0 {
		return false
	}
	for best := others; ; best = (best - 1) & others {
		if x.possible(t, best|s) && !x.possible(t, best) {
			return true
		}
		if best == 0 {
			return false
		}
	}
}

// overtaken reports whether another condition is sure to hold as soon as all
// of c holds but for what section s decides.
func (x *explanation) overtaken(l *Level, c *Condition, s sections) bool {
	rest := make([]Clause, 0, maxClauses)
	for _, k := range c.All {
		if k.sections()&s == 0 {
			rest = append(rest, k)
		}
	}
	for i := range l.Conditions {
		d := &l.Conditions[i]
		if d == c || d.during != nil && !d.during.Contains(x.asOf) {
			continue
		}
		sure := true
		for _, k := range d.All {
			sure = sure && (impliesClause(rest, d.All, k) || len(d.ways) == 1 && x.possible(d.ways[0].upTo(k), 0))
		}
		if sure {
			return true
		}
	}
	return false
}

// upTo returns the clauses of w that name facts, and c.
func (w way) upTo(c Clause) way {
	var part way
	for _, k := range w {
		if as, _ := namesOf(k); as != "" && k != c {
			part = append(part, k)
		}
	}
	return append(part, c)
}
