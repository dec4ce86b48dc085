package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// span makes a an amount of time.
func (a *Amount) span(p civil.Period) { a.Unit, a.Period = Periods, p }

// say makes a a word, or nothing if it is empty.
func (a *Amount) say(word string) {
	if word != "" {
		a.Unit, a.Word = Words, word
	}
}

// count makes a a number.
func (a *Amount) count(u Unit, n int) { a.Unit, a.Number = u, n }

// settle says how a clause stands that asks for a fact and may name it: day is
// that of the fact that counts, zero if none does.
func (e *evaluation) settle(c testable, as int8, day civil.Date, found *ClauseFinding) {
	if !day.IsZero() {
		found.Status = Satisfied
		if as >= 0 {
			e.anchors[as], e.coming[as] = day, day
		}
		return
	}
	e.await(c, found)
	if as >= 0 {
		if !found.Earliest.IsZero() {
			e.coming[as] = e.anchors[as]
		}
		e.anchors[as] = civil.Date{}
	}
}

// await finds the first day on which a clause that does not hold will.
func (e *evaluation) await(c testable, found *ClauseFinding) {
	on := e.on
	found.Earliest = c.next(e, on)
	e.on = on
}

// state says how a clause stands that only holds or does not.
func (e *evaluation) state(c testable, found *ClauseFinding) {
	if c.test(e) {
		found.Status = Satisfied
		return
	}
	e.await(c, found)
}

func (c *Education) report(e *evaluation, found *ClauseFinding) {
	found.Required.say(c.AtLeast + c.Exactly)
	day, i := c.find(e)
	if i >= 0 {
		found.Fact = i + 1
		found.Actual.say(nameOf(educations, e.facts.education[i].level))
	} else {
		var highest code
		for i := range e.facts.education {
			if d := &e.facts.education[i]; d.level&unknownCode == 0 && !d.awarded.hi.After(e.on) {
				highest = max(highest, d.level)
			}
		}
		if highest != 0 {
			found.Actual.say(nameOf(educations, highest))
		}
	}
	e.settle(c, c.as, day, found)
}

// expect notes the studies on which a clause holds provisionally.
func (c *Education) expect(e *evaluation, found *ClauseFinding) {
	if _, i := c.expected(e); i >= 0 {
		s := &e.facts.student[i]
		found.Fact = i + 1
		found.Actual.say(nameOf(educations, s.level))
		if s.graduates.hi != forever {
			found.DueBy = s.graduates.hi
		}
	}
}

func (c *Certificate) report(e *evaluation, found *ClauseFinding) {
	found.Required.count(Levels, c.Level)
	day, i := c.find(e)
	if i >= 0 {
		found.Fact = i + 1
		found.Actual.count(Levels, c.Level)
	}
	if !c.HeldFor.IsZero() {
		held := e.on
		for i := range e.facts.certificates {
			if f := &e.facts.certificates[i]; c.fits(e, f) {
				held = earlier(held, f.issued.hi)
			}
		}
		length := civil.Between(held, e.on)
		found.Required.span(c.HeldFor)
		found.Actual.span(length)
		found.Missing.span(civil.Months(c.HeldFor.TotalMonths() - length.TotalMonths()))
	}
	e.settle(c, c.as, day, found)
}

func (c *Training) report(e *evaluation, found *ClauseFinding) {
	found.Required.count(Hours, c.Hours)
	anchor, ok := e.anchor(c.since)
	if ok && c.since >= 0 {
		found.Since = anchor
	}
	// The course that counts, or else the longest of those that come near.
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
	found.Actual.count(Hours, 0)
	if best >= 0 {
		found.Fact = best + 1
		found.Actual.Number = e.facts.training[best].hours
	}
	found.Missing.count(Hours, max(c.Hours-found.Actual.Number, 0))
	if ok && best >= 0 && found.Missing.Number == 0 {
		found.Status = Satisfied
		return
	}
	now := e.anchors
	e.anchors = e.coming
	e.await(c, found)
	e.anchors = now
}

func (c *Title) report(e *evaluation, found *ClauseFinding) {
	found.Required.say(c.Rank)
	day, i := c.find(e)
	if i >= 0 {
		found.Fact = i + 1
		found.Actual.say(nameOf(ranks, e.facts.titles[i].rank))
	} else {
		var highest code
		for _, f := range e.facts.titles {
			if !f.awarded.hi.After(e.on) {
				highest = max(highest, f.rank)
			}
		}
		if highest != 0 {
			found.Actual.say(nameOf(ranks, highest))
		}
	}
	e.settle(c, c.as, day, found)
}

func (c *Student) report(e *evaluation, found *ClauseFinding) {
	found.Required.say(c.AtLeast)
	if i, ok := c.find(e); ok {
		found.Status = Satisfied
		found.Fact = i + 1
		found.Actual.say(nameOf(educations, e.facts.student[i].level))
	}
}

func (c *Age) report(e *evaluation, found *ClauseFinding) {
	found.Required.span(c.AtLeast)
	if born := e.facts.born; born.exact() {
		age := civil.Between(born.lo, e.on)
		found.Actual.span(age)
		found.Missing.span(civil.Months(c.AtLeast.TotalMonths() - age.TotalMonths()))
	}
	e.state(c, found)
}

func (c *Engaged) report(e *evaluation, found *ClauseFinding) { e.state(c, found) }

func (c *Intends) report(e *evaluation, found *ClauseFinding) { e.state(c, found) }

func (c *Apprenticeship) report(e *evaluation, found *ClauseFinding) { e.state(c, found) }

func (c *Evidence) report(e *evaluation, found *ClauseFinding) {
	found.Required.say(c.Code)
	e.state(c, found)
}

func (c *Any) report(e *evaluation, found *ClauseFinding) {
	if e.certain(c) {
		found.Status = Satisfied
		return
	}
	now, on := e.anchors, e.on
	e.anchors = e.coming
	found.Earliest = e.first(c, on)
	e.anchors, e.on = now, on
}
