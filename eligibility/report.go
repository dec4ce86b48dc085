package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

func periods(p civil.Period) Amount { return Amount{Unit: Periods, Period: p} }

func words(w string) Amount {
	if w == "" {
		return Amount{}
	}
	return Amount{Unit: Words, Word: w}
}

// report shows the stretch of work that counts: the one that is complete or
// will be first, else the longest. Of work that is added up it shows the days.
func (c *Work) report(e *evaluation, found *ClauseFinding) {
	anchor, ok := e.anchor(c.since)
	if ok && c.since >= 0 {
		found.Since = anchor
	}
	if !ok {
		anchor = e.on // nothing counts yet
	}
	s := e.sweep(c.scope, anchor, e.on)
	if c.Cumulative {
		total := min(s.days(), c.needDays())
		found.Required = Amount{Unit: Days, Number: c.needDays(), Period: c.AtLeast}
		found.Actual = dayAmount(total)
		found.Missing = dayAmount(c.needDays() - total)
		return
	}
	start, end := s.run(c.AtLeast, found.Earliest, e.gap)
	found.Required = periods(c.AtLeast)
	actual := civil.Between(start, end)
	found.Actual = periods(actual)
	found.Missing = periods(civil.Months(c.AtLeast.TotalMonths() - actual.TotalMonths()))
	if !start.IsZero() {
		found.Run = [2]civil.Date{start, end}
	}
}

// dayAmount tells days with the years of 365 and months of 30 they make.
func dayAmount(days int) Amount {
	return Amount{Unit: Days, Number: days, Period: civil.Period{Years: days / 365, Months: min(days%365/30, 11)}}
}

// run returns the stretch to show: the first that is complete, else the one
// that will be complete on the given day, else the longest.
func (s *sweep) run(need civil.Period, complete civil.Date, gap int) (start, end civil.Date) {
	var first, last civil.Date
	keep := func() bool {
		switch {
		case first.IsZero():
		case start.IsZero(),
			!complete.IsZero() && first.Reached(need, complete) && !start.Reached(need, complete),
			last.Days(first) > end.Days(start) && (complete.IsZero() || !start.Reached(need, complete)):
			start, end = first, last
		}
		return start.Reached(need, end) && !start.IsZero()
	}
	for {
		spell, from, until := s.step()
		if spell != nil && !first.IsZero() && from.Days(last) <= gap {
			last = later(last, until)
			continue
		}
		if keep() || spell == nil {
			return start, end
		}
		first, last = from, until
	}
}

func (c *Education) report(e *evaluation, found *ClauseFinding) {
	found.Required = words(c.AtLeast + c.Exactly)
	if found.Provisional {
		if _, i := c.expected(e); i >= 0 {
			s := &e.facts.student[i]
			found.Fact = i + 1
			found.Actual = words(nameOf(educations, s.level))
			if s.graduates.hi != forever {
				found.DueBy = s.graduates.hi
			}
		}
		return
	}
	if _, i := c.find(e); i >= 0 {
		found.Fact = i + 1
		found.Actual = words(nameOf(educations, e.facts.education[i].level))
		return
	}
	var highest code
	for i := range e.facts.education {
		if d := &e.facts.education[i]; d.level&unknownCode == 0 && !d.awarded.hi.After(e.on) {
			highest = max(highest, d.level)
		}
	}
	if highest != 0 {
		found.Actual = words(nameOf(educations, highest))
	}
}

func (c *Certificate) report(e *evaluation, found *ClauseFinding) {
	found.Required = Amount{Unit: Levels, Number: c.Level}
	day, i := c.find(e)
	if i >= 0 {
		found.Fact = i + 1
		found.Actual = found.Required
	}
	if c.HeldFor.IsZero() {
		return
	}
	if i < 0 {
		day = e.on
		for i := range e.facts.certificates {
			if f := &e.facts.certificates[i]; c.fits(e, f) {
				day = earlier(day, f.issued.hi)
			}
		}
	}
	found.Required = periods(c.HeldFor)
	held := civil.Between(day, e.on)
	found.Actual = periods(held)
	found.Missing = periods(civil.Months(c.HeldFor.TotalMonths() - held.TotalMonths()))
}

func (c *Training) report(e *evaluation, found *ClauseFinding) {
	found.Required = Amount{Unit: Hours, Number: c.Hours}
	anchor, ok := e.anchor(c.since)
	if ok && c.since >= 0 {
		found.Since = anchor
	}
	// The course that counts, or else the one of most hours that comes nearest.
	best := -1
	for i := range e.facts.training {
		f := &e.facts.training[i]
		if !f.certificate || !ok || f.completed.hi.After(e.on) || f.completed.lo.Before(anchor) || !e.in(sectionTraining, f.level, c.level) {
			continue
		}
		if best < 0 || f.hours > e.facts.training[best].hours {
			best = i
		}
	}
	found.Actual = Amount{Unit: Hours}
	if best >= 0 {
		found.Fact = best + 1
		found.Actual.Number = e.facts.training[best].hours
	}
	found.Missing = Amount{Unit: Hours, Number: max(c.Hours-found.Actual.Number, 0)}
}

func (c *Title) report(e *evaluation, found *ClauseFinding) {
	found.Required = words(c.Rank)
	if _, i := c.find(e); i >= 0 {
		found.Fact = i + 1
		found.Actual = words(nameOf(ranks, e.facts.titles[i].rank))
		return
	}
	var highest code
	for _, f := range e.facts.titles {
		if !f.awarded.hi.After(e.on) {
			highest = max(highest, f.rank)
		}
	}
	if highest != 0 {
		found.Actual = words(nameOf(ranks, highest))
	}
}

func (c *Student) report(e *evaluation, found *ClauseFinding) {
	found.Required = words(c.AtLeast)
	if i, _ := c.find(e); i >= 0 {
		found.Fact = i + 1
		found.Actual = words(nameOf(educations, e.facts.student[i].level))
	}
}

func (c *Age) report(e *evaluation, found *ClauseFinding) {
	found.Required = periods(c.AtLeast)
	if born := e.facts.born; born.exact() {
		age := civil.Between(born.lo, e.on)
		found.Actual = periods(age)
		found.Missing = periods(civil.Months(c.AtLeast.TotalMonths() - age.TotalMonths()))
	}
}

func (c *Engaged) report(*evaluation, *ClauseFinding) {}

func (c *Intends) report(*evaluation, *ClauseFinding) {}

func (c *Apprenticeship) report(*evaluation, *ClauseFinding) {}

func (c *Evidence) report(_ *evaluation, found *ClauseFinding) { found.Required = words(c.Code) }

func (c *Any) report(*evaluation, *ClauseFinding) {}
