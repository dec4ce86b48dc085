package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// Age requires an age in years, reached on the day of the decision. Someone
// born on 29 February reaches it on the 28th in a common year.
type Age struct {
	AtLeast civil.Period
}

// Kind implements [Clause].
func (*Age) Kind() string { return "age" }

func (*Age) sections() sections { return sectionBorn }

func (c *Age) test(e *evaluation) bool {
	born := e.facts.born.hi
	if e.optimistic&sectionBorn != 0 {
		born = e.facts.born.lo
	}
	return born.Reached(c.AtLeast, e.on)
}

func (c *Age) next(e *evaluation, t civil.Date) civil.Date {
	if e.facts.born.hi == forever {
		return civil.Date{}
	}
	return later(t, e.facts.born.hi.Add(c.AtLeast))
}

// Engaged requires that the person works in the occupation on the day of the
// decision.
type Engaged struct {
	Scope string // own, own-or-related, related

	scope code
}

// Kind implements [Clause].
func (*Engaged) Kind() string { return "engaged" }

func (*Engaged) sections() sections { return sectionWork }

func (c *Engaged) test(e *evaluation) bool {
	if e.boundless(sectionWork) {
		return true
	}
	s := e.sweep(c.scope, e.on, e.on.AddDays(1))
	spell, _, _ := s.step()
	return spell != nil
}

func (c *Engaged) next(e *evaluation, t civil.Date) civil.Date {
	s := e.sweep(c.scope, t, forever)
	_, from, _ := s.step()
	return from
}

// Intends requires that the person declares to take up the occupation.
type Intends struct {
	Scope string // own, own-or-related, related: what is declared
}

// Kind implements [Clause].
func (*Intends) Kind() string { return "intends" }

func (*Intends) sections() sections { return sectionIntends }

func (c *Intends) test(e *evaluation) bool { return e.facts.intends || e.boundless(sectionIntends) }

func (c *Intends) next(e *evaluation, t civil.Date) civil.Date { return always(c.test(e), t) }

// Apprenticeship requires a completed apprenticeship (学徒期满).
type Apprenticeship struct{}

// Kind implements [Clause].
func (*Apprenticeship) Kind() string { return "apprenticeship" }

func (*Apprenticeship) sections() sections { return sectionApprenticeship }

func (c *Apprenticeship) test(e *evaluation) bool {
	return e.facts.apprenticeship || e.boundless(sectionApprenticeship)
}

func (c *Apprenticeship) next(e *evaluation, t civil.Date) civil.Date { return always(c.test(e), t) }

// Evidence requires that a human accepted evidence of the given code. It is
// never inferred.
type Evidence struct {
	Code string
}

// Kind implements [Clause].
func (*Evidence) Kind() string { return "evidence" }

func (*Evidence) sections() sections { return sectionEvidence }

func (c *Evidence) test(e *evaluation) bool {
	if e.boundless(sectionEvidence) {
		return true
	}
	for _, p := range e.facts.evidence {
		if p.accepted && p.code == c.Code {
			return true
		}
	}
	return false
}

func (c *Evidence) next(e *evaluation, t civil.Date) civil.Date { return always(c.test(e), t) }
