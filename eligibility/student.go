package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// Student requires that the person is enrolled now.
type Student struct {
	AtLeast    string   // lowest level studied for; "" for any
	Fields     []string // own, related, other; empty for any
	Programmes []string // any of these; empty for any

	levels, fields, programmes code
}

// Kind implements [Clause].
func (*Student) Kind() string { return "student" }

func (*Student) sections() sections { return sectionStudent }

// find returns the index of an enrolment that fits, and whether there is one;
// the index is -1 for one that is not told but conceivable.
func (c *Student) find(e *evaluation) (int, bool) {
	if e.boundless(sectionStudent) {
		return -1, true
	}
	for i := range e.facts.student {
		s := &e.facts.student[i]
		if e.in(sectionStudent, s.level, c.levels) && e.in(sectionStudent, s.field, c.fields) &&
			(c.programmes == 0 || s.programme&c.programmes != 0) {
			return i, true
		}
	}
	return -1, false
}

func (c *Student) test(e *evaluation) bool {
	_, ok := c.find(e)
	return ok
}

func (c *Student) next(e *evaluation, t civil.Date) civil.Date { return always(c.test(e), t) }

// always is next for what does not change with time: t if it holds.
func always(holds bool, t civil.Date) civil.Date {
	if holds {
		return t
	}
	return civil.Date{}
}
