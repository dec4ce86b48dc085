package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// Training requires one course for a level, completed by the day of the
// decision with its completion certificate (结业证书) and of at least so many
// standard hours. With Since it was completed on the anchor's day or later.
type Training struct {
	Level int
	Hours int
	Since string

	level code
	since int8
}

// Kind implements [Clause].
func (*Training) Kind() string { return "training" }

func (*Training) sections() sections { return sectionTraining }

func (c *Training) fits(e *evaluation, f *course) bool {
	return f.certificate && f.hours >= c.Hours && e.in(sectionTraining, f.level, c.level)
}

func (c *Training) test(e *evaluation) bool {
	anchor, ok := e.anchor(c.since)
	if !ok || anchor.After(e.on) {
		return false
	}
	if e.boundless(sectionTraining) {
		return true
	}
	for i := range e.facts.training {
		f := &e.facts.training[i]
		done, begun := f.completed.hi, f.completed.lo
		if e.optimistic&sectionTraining != 0 {
			done, begun = begun, done
		}
		if !done.After(e.on) && !begun.Before(anchor) && c.fits(e, f) {
			return true
		}
	}
	return false
}

func (c *Training) next(e *evaluation, t civil.Date) civil.Date {
	var first civil.Date
	anchor, ok := e.anchor(c.since)
	if !ok {
		return first
	}
	for i := range e.facts.training {
		f := &e.facts.training[i]
		day := later(t, f.completed.hi)
		if f.completed.hi != forever && (first.IsZero() || day.Before(first)) && !f.completed.lo.Before(anchor) && c.fits(e, f) {
			first = day
		}
	}
	return first
}
