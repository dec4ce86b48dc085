package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// Title requires a professional title (专业技术职务任职资格) of a rank or higher.
type Title struct {
	Rank string // junior, middle, senior
	As   string

	ranks code
	as    int8
}

// Kind implements [Clause].
func (*Title) Kind() string { return "title" }

func (*Title) sections() sections { return sectionTitles }

// find returns the earliest title that counts on e.on, its day and its index;
// -1 for one that is not told but conceivable.
func (c *Title) find(e *evaluation) (civil.Date, int) {
	best := e.optimistic&sectionTitles != 0
	if best && e.facts.open()&sectionTitles != 0 {
		return minDay, -1
	}
	var first civil.Date
	at := -1
	for i := range e.facts.titles {
		f := &e.facts.titles[i]
		day := f.awarded.hi
		if best {
			day = f.awarded.lo
		}
		if f.rank&c.ranks != 0 && !day.After(e.on) && (first.IsZero() || day.Before(first)) {
			first, at = day, i
		}
	}
	return first, at
}

func (c *Title) test(e *evaluation) bool {
	day, _ := c.find(e)
	return e.bind(c.as, day)
}

func (c *Title) next(e *evaluation, t civil.Date) civil.Date {
	var first civil.Date
	for i := range e.facts.titles {
		f := &e.facts.titles[i]
		day := later(t, f.awarded.hi)
		if f.awarded.hi != forever && f.rank&c.ranks != 0 && (first.IsZero() || day.Before(first)) {
			first = day
		}
	}
	return e.bindOn(c, first)
}
