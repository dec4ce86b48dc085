package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// A Graduating says how a final-year student fares with an [Education] clause.
type Graduating uint8

// The readings of a final year. GraduatingOnly is 应届: a final-year student,
// or a diploma of this calendar year.
const (
	GraduatingNot     Graduating = iota // a diploma is needed
	GraduatingAllowed                   // a final-year student is taken too, provisionally
	GraduatingOnly
)

// Education requires a diploma awarded by the day of the decision. Those of
// the final year are taken, if they are, on the strength of the diploma they
// expect.
type Education struct {
	AtLeast    string   // lowest level of schooling; "" for any
	Exactly    string   // the one level of schooling; "" for any
	Fields     []string // own, related, other; empty for any
	Programmes []string // any of these; empty for any
	Graduating Graduating
	As         string

	levels, fields, programmes code
	as                         int8
}

// Kind implements [Clause].
func (*Education) Kind() string { return "education" }

func (c *Education) sections() sections {
	if c.Graduating != GraduatingNot {
		return sectionEducation | sectionStudent
	}
	return sectionEducation
}

// fits reports whether a diploma is of the kind asked for, whatever its day.
func (c *Education) fits(e *evaluation, d *diploma) bool {
	return e.in(sectionEducation, d.level, c.levels) && e.in(sectionEducation, d.field, c.fields) &&
		(c.programmes == 0 || d.programme&c.programmes != 0)
}

// expects reports whether a final-year student will have such a diploma.
func (c *Education) expects(e *evaluation, s *enrolment) bool {
	return s.final && e.in(sectionStudent, s.level, c.levels) && e.in(sectionStudent, s.field, c.fields) &&
		(c.programmes == 0 || s.programme&c.programmes != 0)
}

// counts returns the day a diploma is taken to be awarded if it counts on
// e.on: the last possible day at worst, the first at best; zero otherwise.
func (c *Education) counts(e *evaluation, awarded days) civil.Date {
	if e.optimistic&sectionEducation == 0 {
		if awarded.hi.After(e.on) || c.Graduating == GraduatingOnly && awarded.lo.Before(e.on.FirstOfYear()) {
			return civil.Date{}
		}
		return awarded.hi
	}
	day := awarded.lo
	if c.Graduating == GraduatingOnly {
		day = later(day, e.on.FirstOfYear())
	}
	if day.After(e.on) || day.After(awarded.hi) {
		return civil.Date{}
	}
	return day
}

// find returns the earliest diploma that counts, its day and its index; -1
// for one that is not told but conceivable. The day is zero if there is none.
func (c *Education) find(e *evaluation) (civil.Date, int) {
	if e.boundless(sectionEducation) {
		return c.counts(e, anyDay()), -1
	}
	var best civil.Date
	at := -1
	for i := range e.facts.education {
		d := &e.facts.education[i]
		if day := c.counts(e, d.awarded); !day.IsZero() && (best.IsZero() || day.Before(best)) && c.fits(e, d) {
			best, at = day, i
		}
	}
	return best, at
}

// expected returns the day from which the diploma of a final-year student can
// count, which is after e.on, and the student's index. It is zero if there is
// none such.
func (c *Education) expected(e *evaluation) (civil.Date, int) {
	var best civil.Date
	if !e.provisional || c.Graduating == GraduatingNot {
		return best, -1
	}
	tomorrow := e.on.AddDays(1)
	if e.boundless(sectionStudent) {
		return tomorrow, -1
	}
	at := -1
	for i := range e.facts.student {
		s := &e.facts.student[i]
		day := later(s.graduates.hi, tomorrow)
		if (best.IsZero() || day.Before(best)) && c.expects(e, s) {
			best, at = day, i
		}
	}
	return best, at
}

func (c *Education) test(e *evaluation) bool {
	day, _ := c.find(e)
	if day.IsZero() {
		day, _ = c.expected(e)
	}
	return e.bind(c.as, day)
}

func (c *Education) next(e *evaluation, t civil.Date) civil.Date {
	var first civil.Date
	for i := range e.facts.education {
		d := &e.facts.education[i]
		day := later(t, d.awarded.hi)
		if c.Graduating == GraduatingOnly && d.awarded.lo.Before(day.FirstOfYear()) {
			continue
		}
		if d.awarded.hi != forever && (first.IsZero() || day.Before(first)) && c.fits(e, d) {
			first = day
		}
	}
	return e.bindOn(c, first)
}

// bind names the fact of the given day and reports whether there is one.
func (e *evaluation) bind(as int8, day civil.Date) bool {
	if as >= 0 {
		e.anchors[as] = day
	}
	return !day.IsZero()
}

// bindOn has x name its fact as of a day on which it holds, and returns the
// day.
func (e *evaluation) bindOn(x testable, day civil.Date) civil.Date {
	if !day.IsZero() {
		e.on = day
		x.test(e)
	}
	return day
}
