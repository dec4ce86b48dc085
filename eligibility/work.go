package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// Work requires work in the occupation: in one unbroken stretch (连续) or added
// up (累计). A spell ends with its last day; work on the day of the decision
// is not yet done. Added up, a year has 365 days and a month 30 (民通意见 198).
type Work struct {
	Cumulative bool
	Scope      string // own, own-or-related, related
	AtLeast    civil.Period
	Since      string // only work from the day of this named fact on; "" for all

	scope code
	since int8
}

// Kind implements [Clause].
func (*Work) Kind() string { return "work" }

func (*Work) sections() sections { return sectionWork }

// needDays returns what cumulative work must add up to.
func (c *Work) needDays() int { return 365*c.AtLeast.Years + 30*c.AtLeast.Months }

// anchor returns the day the clause counts from, and false if it rests on a
// fact there is not.
func (e *evaluation) anchor(since int8) (civil.Date, bool) {
	if since < 0 {
		return minDay, true
	}
	day := e.anchors[since]
	return day, !day.IsZero()
}

// A sweep goes through the work in scope, in the order it began.
type sweep struct {
	e             *evaluation
	rest          []cover
	scope         code
	anchor, until civil.Date
}

// sweep starts going through the work from an anchor until a day.
func (e *evaluation) sweep(scope code, anchor, until civil.Date) sweep {
	covers := e.facts.sure
	if e.optimistic&sectionWork != 0 {
		covers = e.facts.possible
	}
	return sweep{e, covers, scope, anchor, until}
}

// step returns the next stretch [from, end) that is not empty.
func (s *sweep) step() (c *cover, from, end civil.Date) {
	for len(s.rest) > 0 {
		c, s.rest = &s.rest[0], s.rest[1:]
		from, end = later(c.from, s.anchor), c.end
		if c.open && !s.e.stop.IsZero() {
			end = s.e.stop
		}
		end = earlier(end, s.until)
		if from.Before(end) && s.e.in(sectionWork, c.occupation, s.scope) {
			return c, from, end
		}
	}
	return nil, civil.Date{}, civil.Date{}
}

func (c *Work) test(e *evaluation) bool {
	anchor, ok := e.anchor(c.since)
	if !ok {
		return false
	}
	if e.boundless(sectionWork) {
		// At best there was work all along.
		return c.complete(anchor, e.on)
	}
	s := e.sweep(c.scope, anchor, e.on)
	if c.Cumulative {
		return s.days() >= c.needDays()
	}
	var start, last civil.Date
	for {
		spell, from, end := s.step()
		if spell == nil {
			return false
		}
		if start.IsZero() || from.Days(last) > e.gap {
			start, last = from, end
		} else {
			last = later(last, end)
		}
		if start.Reached(c.AtLeast, last) {
			return true
		}
	}
}

// complete reports whether work on every day of [from, end) is enough.
func (c *Work) complete(from, end civil.Date) bool {
	if c.Cumulative {
		return end.Days(from) >= c.needDays()
	}
	return from.Reached(c.AtLeast, end)
}

// days returns the number of days worked; overlapping work counts once.
func (s *sweep) days() int {
	total := 0
	last := minDay
	for {
		spell, from, end := s.step()
		if spell == nil {
			return total
		}
		total += max(end.Days(later(from, last)), 0)
		last = later(last, end)
	}
}

// next is the day the first run is complete, or the first total. Work once
// done stays done.
func (c *Work) next(e *evaluation, t civil.Date) civil.Date {
	anchor, ok := e.anchor(c.since)
	if !ok {
		return civil.Date{}
	}
	done := c.done(e.sweep(c.scope, anchor, forever), e.gap)
	if done.IsZero() {
		return done
	}
	return later(done, t)
}

// done returns the first day on which the work s goes through is enough.
func (c *Work) done(s sweep, gap int) civil.Date {
	var start, last civil.Date
	total := 0
	for {
		spell, from, end := s.step()
		if spell == nil {
			return civil.Date{}
		}
		if c.Cumulative {
			if last.IsZero() {
				last = minDay
			}
			from = later(from, last)
			if days := max(end.Days(from), 0); total+days >= c.needDays() {
				return from.AddDays(c.needDays() - total)
			} else {
				total += days
			}
			last = later(last, end)
			continue
		}
		if start.IsZero() || from.Days(last) > gap {
			start, last = from, end
		} else {
			last = later(last, end)
		}
		if start.Reached(c.AtLeast, last) {
			// A tolerated gap is bridged only by work after it: one day of
			// this spell must be done.
			return later(start.Add(c.AtLeast), from.AddDays(1))
		}
	}
}
