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
	if len(s.rest) == 0 || !c.complete(later(s.rest[0].from, anchor), e.on) {
		return false // not even with work on every day since the first
	}
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
	s := e.sweep(c.scope, anchor, forever)
	if !c.Cumulative {
		done, _, _ := c.run(&s, t)
		return done
	}
	done, _ := c.total(&s, t)
	if done.IsZero() {
		return done
	}
	return later(done, t)
}

// total returns the first day on which the work adds up to enough, zero if it
// never does, and the days done before another day.
func (c *Work) total(s *sweep, on civil.Date) (done civil.Date, days int) {
	total, last := 0, minDay
	for {
		spell, from, end := s.step()
		if spell == nil {
			return done, days
		}
		from = later(from, last)
		if more := max(end.Days(from), 0); done.IsZero() && total+more >= c.needDays() {
			done = from.AddDays(c.needDays() - total)
			total += more
		} else {
			total += more
		}
		days += max(earlier(end, on).Days(from), 0)
		last = later(last, end)
	}
}

// run returns the first day not before another day on which a run is long
// enough, zero if none ever is. With it comes the run to show, cut at that
// other day: the one that is long enough if it has begun by then, else the
// longest.
func (c *Work) run(s *sweep, on civil.Date) (done, start, end civil.Date) {
	var first, last civil.Date // the run being followed
	for {
		spell, from, until := s.step()
		if spell == nil || !first.IsZero() && from.Days(last) > s.e.gap {
			cut := earlier(last, on)
			if first.Before(cut) && (!done.IsZero() || cut.Days(first) > end.Days(start)) {
				start, end = first, cut
			}
			if spell == nil || !done.IsZero() {
				return done, start, end
			}
			first = civil.Date{}
		}
		if first.IsZero() {
			first, last = from, until
		} else {
			last = later(last, until)
		}
		switch {
		case !done.IsZero():
		case first.Reached(c.AtLeast, earlier(last, on)):
			done = on // by then at the latest, which is all one needs to know
		case first.Reached(c.AtLeast, last):
			// A tolerated gap is bridged only by work after it: one day of
			// this spell must be done.
			done = later(first.Add(c.AtLeast), from.AddDays(1))
		}
	}
}

// report shows the run that is or will be long enough, else the longest; of
// work that is added up, the days.
func (c *Work) report(e *evaluation, found *ClauseFinding) {
	anchor, ok := e.anchor(c.since)
	if ok && c.since >= 0 {
		found.Since = anchor
	}
	if !ok {
		anchor = e.coming[c.since]
	}
	s := e.sweep(c.scope, anchor, forever)
	if anchor.IsZero() {
		s.rest = nil // nothing to count from
	}
	var done civil.Date
	if c.Cumulative {
		var days int
		done, days = c.total(&s, e.on)
		days = min(days, c.needDays())
		found.Required = Amount{Unit: Days, Number: c.needDays(), Period: c.AtLeast}
		found.Actual, found.Missing = dayAmount(days), dayAmount(c.needDays()-days)
	} else {
		var start, end civil.Date
		done, start, end = c.run(&s, e.on)
		actual := civil.Between(start, end)
		found.Required.span(c.AtLeast)
		found.Actual.span(actual)
		found.Missing.span(civil.Months(c.AtLeast.TotalMonths() - actual.TotalMonths()))
		found.Run = [2]civil.Date{start, end}
	}
	if ok && !done.IsZero() && !done.After(e.on) {
		found.Status = Satisfied
		return
	}
	found.Earliest = done
}

// dayAmount tells days with the years of 365 and months of 30 they make.
func dayAmount(days int) Amount {
	return Amount{Unit: Days, Number: days, Period: civil.Period{Years: days / 365, Months: min(days%365/30, 11)}}
}
