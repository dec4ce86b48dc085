package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// Any requires that all clauses of one of its lists hold.
type Any struct {
	Of [][]Clause

	ways   []way
	orders [][]int // of the lists: those that name facts first
}

// Kind implements [Clause].
func (*Any) Kind() string { return "any" }

func (c *Any) sections() sections {
	var s sections
	for _, w := range c.ways {
		s |= w.sections()
	}
	return s
}

func (c *Any) test(e *evaluation) bool {
	for _, w := range c.ways {
		if w.test(e) {
			return true
		}
	}
	return false
}

func (c *Any) next(e *evaluation, t civil.Date) civil.Date {
	var first civil.Date
	for _, w := range c.ways {
		if day := w.next(e, t); !day.IsZero() && (first.IsZero() || day.Before(first)) {
			first = day
		}
	}
	return first
}

// A way is a list of clauses all of which must hold, those that name a fact
// before those that count from it.
type way []Clause

func (w way) sections() sections {
	var s sections
	for _, c := range w {
		s |= c.sections()
	}
	return s
}

func (w way) test(e *evaluation) bool {
	for _, c := range w {
		if !c.test(e) {
			return false
		}
	}
	return true
}

// next asks each clause in turn for its next day until all agree on one. A
// day is passed over only when some clause fails on it: the facts named for an
// earlier day are never later than those of the days between.
func (w way) next(e *evaluation, t civil.Date) civil.Date {
	for {
		day := t
		for _, c := range w {
			if day = c.next(e, day); day.IsZero() {
				return day
			}
		}
		if day == t {
			return day
		}
		t = day
	}
}

// sections returns the sections the level's answer can depend on.
func (l *Level) sections() sections { return l.reads }

func (l *Level) test(e *evaluation) bool {
	if !l.require.test(e) {
		return false
	}
	for i := range l.Conditions {
		if l.Conditions[i].test(e) {
			return true
		}
	}
	return false
}

func (l *Level) next(e *evaluation, t civil.Date) civil.Date {
	for {
		var first civil.Date
		for i := range l.Conditions {
			if day := l.Conditions[i].next(e, t); !day.IsZero() && (first.IsZero() || day.Before(first)) {
				first = day
			}
		}
		if first.IsZero() {
			return first
		}
		day := l.require.next(e, first)
		if day.IsZero() || day == first {
			return day
		}
		t = day
	}
}

// sections returns the sections the condition reads.
func (c *Condition) sections() sections { return c.reads }

func (c *Condition) test(e *evaluation) bool {
	if c.during != nil && !c.during.Contains(e.on) {
		return false
	}
	for _, w := range c.ways {
		if w.test(e) {
			return true
		}
	}
	return false
}

func (c *Condition) next(e *evaluation, t civil.Date) civil.Date {
	if c.during != nil {
		t = later(t, c.during.From)
	}
	var first civil.Date
	for _, w := range c.ways {
		if day := w.next(e, t); !day.IsZero() && (first.IsZero() || day.Before(first)) {
			first = day
		}
	}
	if c.during != nil && !first.IsZero() && !c.during.Contains(first) {
		return civil.Date{}
	}
	return first
}
