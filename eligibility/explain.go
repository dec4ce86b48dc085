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
	x := explanation{e: e, d: d, asOf: asOf, unsure: f.unsure() & l.reads, expects: l.expects, completed: e.nAssign}
	x.plain = x.unsure == 0 && l.plain
	if !x.plain {
		d.Outcome = e.outcome(l, asOf)
	}
	e.nAssign = 0
	if len(l.Require) > 0 {
		d.Require = x.list(l.Require, l.order, x.bound(anchorSet{}, l.require))
	}
	for i := range l.Conditions {
		d.Conditions = append(d.Conditions, ConditionFinding{})
		x.condition(&l.Conditions[i], &d.Conditions[i])
	}
	if x.plain {
		x.draw()
	}
	x.summarise(l)
	x.ask(l)
	e.free()
}

// An explanation is a decision being made.
type explanation struct {
	e         *evaluation
	d         *Decision
	asOf      civil.Date
	unsure    sections // what is not known and could matter
	expects   bool
	plain     bool // conditions stand as their clauses do
	completed int  // unknown values that are completed one by one
}

// An anchorSet holds the days of the named facts under the three readings an
// explanation needs: what is unknown at its worst, at its best, and at its
// worst on the day the fact comes to be.
type anchorSet struct {
	worst, best, coming anchors
}

// bound returns a with the facts the given clauses name.
func (x *explanation) bound(a anchorSet, clauses []Clause) anchorSet {
	e := x.e
	for _, c := range clauses {
		if as, _ := namesOf(c); as == "" {
			continue
		}
		e.on, e.anchors, e.coming = x.asOf, a.worst, a.coming
		c.report(e, &e.scratch)
		a.worst, a.coming = e.anchors, e.coming
		if x.unsure != 0 {
			e.optimistic, e.anchors = allSections, a.best
			c.test(e)
			e.optimistic, a.best = 0, e.anchors
		}
	}
	return a
}

// condition reports on one condition.
func (x *explanation) condition(c *Condition, found *ConditionFinding) {
	found.ID, found.Number, found.Text, found.Cite, found.fixed = c.ID, c.Number, c.Text, c.Cite, c.fixed
	if x.plain {
		x.plainly(c, found)
		return
	}
	e := x.e
	e.on, e.nAssign = x.asOf, x.completed
	found.Status = Unsatisfied
	switch {
	case c.during != nil && !c.during.Contains(x.asOf):
		found.Status = NotApplicable
	case e.certain(c):
		found.Status, found.Earliest = Satisfied, x.asOf
	case x.expects && x.provisionally(c, false):
		found.Status, found.Provisional = Satisfied, true
	case x.unsure&c.reads != 0 && (e.conceivable(c, allSections) || x.expects && x.provisionally(c, true)):
		found.Status = Unknown
	}
	if found.Earliest.IsZero() {
		found.Earliest = e.first(c, x.asOf)
	}
	e.nAssign = 0
	found.Clauses = x.list(c.All, c.order, x.bound(anchorSet{}, x.way(c)))
}

// plainly reports on a condition where nothing is unknown and time only adds:
// it stands as its clauses do.
func (x *explanation) plainly(c *Condition, found *ConditionFinding) {
	found.Clauses = x.list(c.All, c.order, anchorSet{})
	found.Status, found.Earliest = x.together(found.Clauses)
}

// together returns how a list of clauses stands, and the first day on which
// all of them hold.
func (x *explanation) together(clauses []ClauseFinding) (Status, civil.Date) {
	status, first := Satisfied, x.asOf
	for i := range clauses {
		switch k := &clauses[i]; {
		case k.Status == Satisfied:
		case k.Earliest.IsZero():
			return Unsatisfied, civil.Date{}
		default:
			status, first = Unsatisfied, later(first, k.Earliest)
		}
	}
	return status, first
}

// draw draws the outcome and the earliest day from what was found where that
// is plain.
func (x *explanation) draw() {
	d := x.d
	status, required := x.together(d.Require)
	if required.IsZero() {
		return
	}
	for i := range d.Conditions {
		c := &d.Conditions[i]
		if c.Status == Satisfied && status == Satisfied {
			d.Outcome = Eligible
			return
		}
		if c.Earliest.IsZero() {
			continue
		}
		if day := later(required, c.Earliest); d.Earliest.On.IsZero() || day.Before(d.Earliest.On) {
			d.Earliest.On = day
		}
	}
}

// provisionally reports whether t holds with expected diplomas counted, in
// every completion of the facts or in some.
func (x *explanation) provisionally(t testable, some bool) bool {
	e := x.e
	e.provisional = true
	defer func() { e.provisional = false }()
	if some {
		return e.conceivable(t, allSections)
	}
	return e.certain(t)
}

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
		if w.test(x.e) || x.expects && x.provisionally(w, false) {
			return w
		}
		if day := w.next(x.e, x.asOf); !day.IsZero() && (first.IsZero() || day.Before(first)) {
			best, first = w, day
		}
	}
	return best
}

// list reports on each clause of a list, in an order in which facts are named
// before they are counted from. Facts named outside the list are given.
func (x *explanation) list(clauses []Clause, order []int, named anchorSet) []ClauseFinding {
	start := len(x.d.clauses)
	x.d.clauses = x.d.clauses[:start+len(clauses)]
	found := x.d.clauses[start:len(x.d.clauses):len(x.d.clauses)]
	x.e.anchors, x.e.coming = named.worst, named.coming
	for _, i := range order {
		x.clause(clauses[i], &named.best, &found[i])
	}
	return found
}

// clause reports on one clause. The days of the facts it names are added to
// e.anchors, e.coming and best.
func (x *explanation) clause(c Clause, best *anchors, found *ClauseFinding) {
	e := x.e
	*found = ClauseFinding{Clause: c, Status: Unsatisfied}
	e.on = x.asOf
	choice, isAny := c.(*Any)
	if isAny {
		e.nAssign = x.completed // its lists may cover for each other
	}
	c.report(e, found)
	if x.expects || x.unsure != 0 {
		now := e.anchors
		x.doubt(c, best, found)
		e.anchors = now
	}
	if isAny {
		e.nAssign = 0
		found.Alternatives = x.alternatives(choice, anchorSet{e.anchors, *best, e.coming})
	}
}

// doubt adds to what was found at worst: whether a clause holds through an
// expected diploma, and whether it may hold.
func (x *explanation) doubt(c Clause, best *anchors, found *ClauseFinding) {
	e := x.e
	if found.Status != Satisfied && x.expects && x.provisionally(c, false) {
		found.Status, found.Provisional = Satisfied, true
		if c, ok := c.(*Education); ok {
			e.provisional = true
			c.expect(e, found)
			e.provisional = false
		}
	}
	if x.unsure == 0 {
		return
	}
	e.anchors = *best
	possible := e.conceivable(c, allSections) || x.expects && x.provisionally(c, true)
	if found.Status == Unsatisfied && possible {
		found.Status = Unknown
	}
	if as, _ := namesOf(c); as != "" {
		e.optimistic = allSections
		c.test(e)
		e.optimistic, *best = 0, e.anchors
	}
}

// alternatives reports on the lists of an any clause.
func (x *explanation) alternatives(c *Any, named anchorSet) []Alternative {
	start := len(x.d.alternatives)
	x.d.alternatives = x.d.alternatives[:start+len(c.Of)]
	found := x.d.alternatives[start:len(x.d.alternatives):len(x.d.alternatives)]
	for i, list := range c.Of {
		clauses := x.list(list, c.orders[i], named)
		status := Satisfied
		for _, f := range clauses {
			status = min(status, f.Status)
		}
		found[i] = Alternative{status, clauses}
	}
	x.e.anchors, x.e.coming = named.worst, named.coming
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
	e.on, e.nAssign = x.asOf, x.completed
	switch d.Outcome {
	case EligibleProvisional:
		d.DueBy = x.dueBy()
	case Eligible:
		d.Earliest.On = x.asOf
		if len(d.Satisfied) > 0 {
			d.Earliest.Condition = d.Satisfied[0]
		}
	case NotEligible:
		if !x.plain {
			d.Earliest.On = e.first(l, x.asOf)
		}
		if d.Earliest.On.IsZero() {
			return
		}
		d.Outcome = NotYet
		e.on = d.Earliest.On
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
	case NotYet, NeedsInformation:
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
