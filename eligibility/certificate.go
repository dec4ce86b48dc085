package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// Certificate requires a certificate of exactly one level, issued by the day
// of the decision and, where HeldFor is given, held that long.
type Certificate struct {
	Level   int
	Scope   string // own, own-or-related
	HeldFor civil.Period
	As      string

	level, scope code
	as           int8
}

// Kind implements [Clause].
func (*Certificate) Kind() string { return "certificate" }

func (*Certificate) sections() sections { return sectionCertificates }

func (c *Certificate) fits(e *evaluation, f *certificate) bool {
	return e.in(sectionCertificates, f.level, c.level) && e.in(sectionCertificates, f.occupation, c.scope)
}

// find returns the earliest certificate that counts on e.on, its day and its
// index; -1 for one that is not told but conceivable.
func (c *Certificate) find(e *evaluation) (civil.Date, int) {
	best := e.optimistic&sectionCertificates != 0
	if best && e.facts.open()&sectionCertificates != 0 {
		return minDay, -1
	}
	var first civil.Date
	at := -1
	for i := range e.facts.certificates {
		f := &e.facts.certificates[i]
		day := f.issued.hi
		if best {
			day = f.issued.lo
		}
		if (first.IsZero() || day.Before(first)) && !day.After(e.on) && day.Reached(c.HeldFor, e.on) && c.fits(e, f) {
			first, at = day, i
		}
	}
	return first, at
}

func (c *Certificate) test(e *evaluation) bool {
	day, _ := c.find(e)
	return e.bind(c.as, day)
}

func (c *Certificate) next(e *evaluation, t civil.Date) civil.Date {
	var first civil.Date
	for i := range e.facts.certificates {
		f := &e.facts.certificates[i]
		if f.issued.hi == forever || !c.fits(e, f) {
			continue
		}
		day := later(t, f.issued.hi.Add(c.HeldFor))
		if first.IsZero() || day.Before(first) {
			first = day
		}
	}
	return e.bindOn(c, first)
}
