package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// maxNames bounds the facts a condition can name with "as".
const maxNames = 8

// anchors are the days of the facts a condition names; zero: there is none.
type anchors [maxNames]civil.Date

// An evaluation is one reading of the facts on one day.
//
// What is not known is read in one of two ways, section by section: at its
// worst, where only what holds in every completion of the facts counts, or at
// its best (optimistic), where what holds in some completion counts. Clauses
// never do worse for an earlier anchor, so of the facts that could carry a
// name the earliest is the choice that satisfies most.
type evaluation struct {
	facts       *Facts
	on          civil.Date // nothing counts that is not done by the start of this day
	gap         int        // days between two spells that do not break a run
	optimistic  sections
	provisional bool       // expected diplomas count
	stop        civil.Date // open spells end here; zero: they go on

	anchors  anchors
	coming   anchors       // of an explanation: the days the named facts have or will have
	scratch  ClauseFinding // of an explanation: a finding nobody asked for
	assigned [maxAssigned]assignment
	nAssign  int
}

// An assignment gives an unknown value the value it has in one completion.
type assignment struct {
	unknown code // the code that stands for the unknown value
	value   code
}

// maxCompletions bounds the completions that are looked at one by one. Every
// enumeration has at least three values, so at most maxAssigned are unknown.
const (
	maxCompletions = 64
	maxAssigned    = 3
)

// A testable is anything that holds or does not under an evaluation: a clause,
// a condition, a level.
type testable interface {
	// test reports whether it holds, leaving the anchors of named facts set.
	test(e *evaluation) bool
	// next returns the first day from t on which it holds, reading what is
	// unknown at its worst; zero if there is none. e.on is left there.
	next(e *evaluation, t civil.Date) civil.Date
}

// in reports whether a value of section s is in a set of values. An unknown
// one is if all it could be are, or at best if any is.
func (e *evaluation) in(s sections, c, set code) bool {
	if c&unknownCode == 0 {
		return c&set != 0
	}
	for _, a := range e.assigned[:e.nAssign] {
		if a.unknown == c {
			return a.value&set != 0
		}
	}
	domain := e.facts.unknown[c&^unknownCode].domain
	if e.optimistic&s != 0 {
		return domain&set != 0
	}
	return domain&^set == 0
}

// boundless reports whether more than is told of section s counts.
func (e *evaluation) boundless(s sections) bool {
	return e.optimistic&e.facts.open()&s != 0
}

// assign gets ready to go through the completions of the unknown values in the
// given sections, leaving the first one assigned. If they are too many, none
// is assigned and the clauses judge each unknown value by itself.
func (e *evaluation) assign(within sections) {
	e.nAssign = 0
	combinations := 1
	for i, u := range e.facts.unknown {
		if u.section&within == 0 {
			continue
		}
		combinations *= u.domain.count()
		if combinations > maxCompletions {
			e.nAssign = 0
			return
		}
		e.assigned[e.nAssign] = assignment{unknownCode + code(i), u.domain & -u.domain}
		e.nAssign++
	}
}

// another assigns the next completion; after the last one it assigns the
// first again and returns false.
func (e *evaluation) another() bool {
	for i := range e.assigned[:e.nAssign] {
		a := &e.assigned[i]
		domain := e.facts.unknown[a.unknown&^unknownCode].domain
		if rest := domain &^ (a.value<<1 - 1); rest != 0 {
			a.value = rest & -rest
			return true
		}
		a.value = domain & -domain
	}
	return false
}

// certain reports whether x holds in every completion of the facts.
func (e *evaluation) certain(x testable) bool {
	e.optimistic = 0
	holds := x.test(e)
	for e.another() {
		holds = holds && x.test(e)
	}
	return holds
}

// conceivable reports whether x holds in some completion of the facts, with
// the given sections at their best.
func (e *evaluation) conceivable(x testable, best sections) bool {
	e.optimistic = best
	holds := x.test(e)
	for e.another() {
		holds = holds || x.test(e)
	}
	e.optimistic = 0
	return holds
}

// first returns the first day from t on which x holds in every completion,
// zero if there is none.
func (e *evaluation) first(x testable, t civil.Date) civil.Date {
	e.optimistic = 0
	for {
		day := x.next(e, t)
		for e.another() {
			if !day.IsZero() {
				day = x.next(e, day)
			}
		}
		if day.IsZero() || day == t || e.nAssign == 0 {
			return day
		}
		t = day
	}
}
