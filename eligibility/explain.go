package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// Explain returns the whole answer for a level on a day. Every clause of every
// condition is evaluated. For a level the edition does not have the answer is
// [NotEligible] without conditions.
func (r *RuleSet) Explain(level int, asOf civil.Date, f *Facts) *Decision {
	d := new(Decision)
	r.ExplainInto(d, level, asOf, f)
	return d
}

// ExplainInto is [RuleSet.Explain] into a decision used before, whose memory
// it takes over; with enough of it nothing is allocated.
func (r *RuleSet) ExplainInto(d *Decision, level int, asOf civil.Date, f *Facts) {
	l, ok := r.Level(level)
	if !ok {
		l = &Level{Number: level}
	}
	d.reset(l)
	d.Occupation, d.Level, d.AsOf = r.occupation.ID, level, asOf
	d.RuleSet = RuleSetRef{r.id, r.digest, r.authority.Rank}
	d.Policies = append(d.Policies, l.policies...)
	if f.monthly&l.reads != 0 {
		d.Policies = append(d.Policies, "missing-day-month-end")
	}
	e := r.evaluate(l, asOf, f)
	d.Outcome = e.outcome(l, asOf)
	x := explanation{e, d, asOf, f.unsure(), l.expects}
	d.Require = x.list(l.Require, anchorSet{}.bound(e, l.require, asOf))
	for i := range l.Conditions {
		d.Conditions = append(d.Conditions, x.condition(&l.Conditions[i]))
	}
	x.summarise(l)
	x.ask(l)
	e.free()
}

// An explanation is a decision being made.
type explanation struct {
	e       *evaluation
	d       *Decision
	asOf    civil.Date
	unsure  sections
	expects bool
}

// An anchorSet holds the days of the named facts under the three readings an
// explanation needs: what is unknown at its worst, at its best, and at its
// worst on the day the fact comes to be.
type anchorSet struct {
	worst, best, coming [maxNames]civil.Date
}

// bound returns a with the facts named by the given clauses.
func (a anchorSet) bound(e *evaluation, clauses []Clause, asOf civil.Date) anchorSet {
	for _, c := range clauses {
		if as, _ := namesOf(c); as == "" {
			continue
		}
		e.on, e.optimistic = asOf, 0
		e.anchors = a.worst
		c.test(e)
		a.worst = e.anchors

		e.optimistic = allSections
		e.anchors = a.best
		c.test(e)
		a.best = e.anchors

		e.optimistic = 0
		e.anchors = a.coming
		c.next(e, asOf)
		a.coming = e.anchors
	}
	e.on = asOf
	return a
}

// condition reports on one condition.
func (x *explanation) condition(c *Condition) ConditionFinding {
	e := x.e
	found := ConditionFinding{ID: c.ID, Number: c.Number, Text: c.Text, Cite: c.Cite, Status: Unsatisfied}
	e.on = x.asOf
	unsure := x.unsure&c.reads != 0
	switch {
	case c.during != nil && !c.during.Contains(x.asOf):
		found.Status = NotApplicable
	case e.certain(c):
		found.Status, found.Earliest = Satisfied, x.asOf
	case x.expects && x.provisionally(e.certain, c):
		found.Status, found.Provisional = Satisfied, true
	case unsure && (e.conceivable(c, allSections) || x.expects && x.provisionally(e.imaginable, c)):
		found.Status = Unknown
	}
	if found.Earliest.IsZero() {
		found.Earliest = e.first(c, x.asOf)
	}
	found.Clauses = x.list(c.All, anchorSet{}.bound(e, x.way(c), x.asOf))
	return found
}

// provisionally evaluates t with expected diplomas counted.
func (x *explanation) provisionally(holds func(testable) bool, t testable) bool {
	x.e.provisional = true
	ok := holds(t)
	x.e.provisional = false
	return ok
}

// imaginable reports whether t holds in some completion of the facts.
func (e *evaluation) imaginable(t testable) bool { return e.conceivable(t, allSections) }

// way returns the way of meeting c to report on: one that holds, else the one
// that will hold first, else the first.
func (x *explanation) way(c *Condition) way {
	best := c.ways[0]
	if len(c.ways) == 1 {
		return best
	}
	var first civil.Date
	for _, w := range c.ways {
		x.e.on = x.asOf
		if w.test(x.e) || x.expects && x.provisionally(x.e.certain, w) {
			return w
		}
		if day := w.next(x.e, x.asOf); !day.IsZero() && (first.IsZero() || day.Before(first)) {
			best, first = w, day
		}
	}
	x.e.on = x.asOf
	return best
}

// list reports on each clause of a list, given the facts that are named.
func (x *explanation) list(clauses []Clause, named anchorSet) []ClauseFinding {
	start := len(x.d.clauses)
	x.d.clauses = x.d.clauses[:start+len(clauses)]
	found := x.d.clauses[start:len(x.d.clauses):len(x.d.clauses)]
	for i, c := range clauses {
		found[i] = x.clause(c, &named)
	}
	return found
}

// clause reports on one clause.
func (x *explanation) clause(c Clause, named *anchorSet) ClauseFinding {
	e := x.e
	found := ClauseFinding{Clause: c, Status: Unsatisfied}
	e.on, e.anchors = x.asOf, named.worst
	switch {
	case c.test(e):
		found.Status = Satisfied
	case x.expects && x.provisionally(e.certain, c):
		found.Status, found.Provisional = Satisfied, true
	case x.unsure&c.sections() != 0 || x.unsure != 0 && named.best != named.worst:
		e.anchors = named.best
		if e.conceivable(c, allSections) || x.expects && x.provisionally(e.imaginable, c) {
			found.Status = Unknown
		}
	}
	if found.Status != Satisfied || found.Provisional {
		e.anchors = named.coming
		found.Earliest = e.first(c, x.asOf)
	}
	e.on, e.anchors = x.asOf, named.worst
	e.provisional = found.Provisional
	c.report(e, &found)
	e.provisional = false
	if c, ok := c.(*Any); ok {
		found.Alternatives = x.alternatives(c, named)
	}
	return found
}

// alternatives reports on the lists of an any clause.
func (x *explanation) alternatives(c *Any, named *anchorSet) []Alternative {
	start := len(x.d.alternatives)
	x.d.alternatives = x.d.alternatives[:start+len(c.Of)]
	found := x.d.alternatives[start:len(x.d.alternatives):len(x.d.alternatives)]
	for i, list := range c.Of {
		clauses := x.list(list, named.bound(x.e, list, x.asOf))
		status := Satisfied
		for _, f := range clauses {
			status = min(status, f.Status)
		}
		found[i] = Alternative{status, clauses}
	}
	return found
}

// summarise draws the answer for the level together: what holds, from which
// day, and until when an expected diploma is to be shown.
func (x *explanation) summarise(l *Level) {
	e, d := x.e, x.d
	for i := range d.Conditions {
		c := &d.Conditions[i]
		if c.Status == Satisfied && (!c.Provisional || d.Outcome == EligibleProvisional) {
			d.Satisfied = append(d.Satisfied, c.ID)
		}
	}
	switch d.Outcome {
	case EligibleProvisional:
		d.DueBy = x.dueBy()
	case Eligible:
		d.Earliest.On = x.asOf
		if len(d.Satisfied) > 0 {
			d.Earliest.Condition = d.Satisfied[0]
		}
	case NotEligible:
		day := e.first(l, x.asOf)
		if day.IsZero() {
			return
		}
		d.Outcome = NotYet
		d.Earliest.On, e.on = day, day
		for i := range l.Conditions {
			if e.certain(&l.Conditions[i]) {
				d.Earliest.Condition = l.Conditions[i].ID
				break
			}
		}
		e.stop = x.asOf
		if !e.certain(l) {
			d.Earliest.Assuming = append(d.Earliest.Assuming, "open-spells-continue")
		}
		e.stop = civil.Date{}
	}
}

// dueBy returns the day by which the diploma that the answer rests on is to be
// shown: that of the first condition that holds.
func (x *explanation) dueBy() civil.Date {
	if day := lastDue(x.d.Require); !day.IsZero() {
		return day
	}
	for i := range x.d.Conditions {
		if c := &x.d.Conditions[i]; c.Status == Satisfied {
			return lastDue(c.Clauses)
		}
	}
	return civil.Date{}
}

// lastDue returns the last day a diploma is to be shown for any of the clauses.
func lastDue(clauses []ClauseFinding) civil.Date {
	var day civil.Date
	for i := range clauses {
		day = later(day, clauses[i].DueBy)
		for _, a := range clauses[i].Alternatives {
			if clauses[i].Provisional && a.Status == Satisfied {
				day = later(day, lastDue(a.Clauses))
			}
		}
	}
	return day
}
