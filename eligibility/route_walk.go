package eligibility

import (
	"cmp"
	"slices"

	"github.com/certreg/certreg/internal/civil"
)

// walk sits the examinations of the combination, whichever can be had first,
// until the target is reached, and keeps the route if it is the best so far.
func (s *search) walk(f *Facts, steps []Step, at schedule) {
	end := s.from.AddYears(maxRouteYears)
	left := slices.Clone(s.sits)
	for len(left) > 0 {
		next, sitting := -1, civil.Date{}
		for i, l := range left {
			day := s.admitted(l, f, end)
			if !day.IsZero() && (next < 0 || day.Before(sitting)) {
				next, sitting = i, day
			}
		}
		issued := sitting.AddDays(s.plan.ResultDays)
		if next < 0 || !s.best.On.IsZero() && issued.After(s.best.On) {
			return
		}
		l := left[next]
		left = slices.Delete(left, next, next+1)
		steps = append(slices.Clip(steps), Step{Kind: Sit, From: sitting, On: issued, Level: l.Number, Conditions: s.r.holding(l, sitting, f)})
		if l.Number == s.target {
			if len(left) == 0 && len(at.waiting) == 0 { // else a smaller combination does the same
				s.keep(f, steps)
			}
			return
		}
		f.certificates = append(slices.Clip(f.certificates), certificate{1 << l.Number, own, days{issued, issued}})
		f.absent &^= sectionCertificates
		at.waiting = slices.DeleteFunc(slices.Clone(at.waiting), func(w follower) bool {
			if w.after != l.Number {
				return false
			}
			step := s.take(f, w.course, later(at.free, issued.AddDays(-s.length(w.course))))
			steps, at.free = append(slices.Clip(steps), step), step.On
			return true
		})
	}
}

// admitted returns the first sitting to which a person is admitted.
func (s *search) admitted(l *Level, f *Facts, end civil.Date) civil.Date {
	e := s.r.evaluate(l, s.from, f)
	defer e.free()
	for day := s.from; ; day = day.AddDays(1) {
		if day = e.first(l, day); day.IsZero() || day.After(end) {
			return civil.Date{}
		}
		sitting := s.plan.sitting(day)
		if sitting == day {
			return sitting
		}
		e.on = sitting
		if e.certain(l) {
			return sitting
		}
		day = sitting.AddDays(-1)
	}
}

// sitting returns the first sitting on or after a day.
func (p Plan) sitting(day civil.Date) civil.Date {
	sittings := slices.SortedFunc(slices.Values(p.Sittings), civil.Date.Compare)
	for _, s := range sittings {
		if !s.Before(day) {
			return s
		}
	}
	if len(p.Months) == 0 {
		return day
	}
	first := day.FirstOfMonth()
	if first.Before(day) {
		first = first.AddMonths(1)
	}
	for {
		if _, m, _ := first.YMD(); slices.Contains(p.Months, m) || first == civil.MaxDate() {
			return first
		}
		first = first.AddMonths(1)
	}
}

// holding lists the conditions of a level that hold on a day.
func (r *RuleSet) holding(l *Level, day civil.Date, f *Facts) []string {
	e := r.evaluate(l, day, f)
	defer e.free()
	var ids []string
	for i := range l.Conditions {
		if e.certain(&l.Conditions[i]) {
			ids = append(ids, l.Conditions[i].ID)
		}
	}
	return ids
}

// keep notes a route if it is quicker than the best, or as quick with fewer
// steps.
func (s *search) keep(f *Facts, steps []Step) {
	on := steps[len(steps)-1].On
	if !s.best.On.IsZero() && cmp.Or(on.Compare(s.best.On), cmp.Compare(len(steps), len(s.best.Steps)-s.best.waits())) >= 0 {
		return
	}
	route := Route{Level: s.target, From: s.from, On: on}
	slices.SortStableFunc(steps, func(x, y Step) int { return cmp.Or(x.On.Compare(y.On), cmp.Compare(x.Kind, y.Kind)) })
	at := s.from
	for _, step := range steps {
		if step.Kind == Sit && step.From.After(at) {
			route.Steps = append(route.Steps, Step{Kind: Wait, From: at, On: step.From, Level: step.Level})
		}
		route.Steps = append(route.Steps, step)
		at = later(at, step.On)
	}
	s.cite(&route)
	s.assume(&route, f)
	s.best = route
}

// waits returns the number of steps that are only waiting.
func (r *Route) waits() int {
	n := 0
	for _, s := range r.Steps {
		if s.Kind == Wait {
			n++
		}
	}
	return n
}

// cite names the condition each step is for: that of the first sitting after
// it whose condition reads what the step gives.
func (s *search) cite(route *Route) {
	for i := range route.Steps {
		step := &route.Steps[i]
		for _, sit := range route.Steps[i:] {
			if sit.Kind != Sit {
				continue
			}
			if id := s.serves(step, &sit); id != "" {
				step.Condition = id
				break
			}
		}
	}
}

// serves returns the condition of a sitting that a step is for, "" if it is
// for none.
func (s *search) serves(step, sit *Step) string {
	if len(sit.Conditions) == 0 {
		return ""
	}
	if step.Kind == Sit || step.Kind == Wait {
		return sit.Conditions[0]
	}
	level, _ := s.r.Level(sit.Level)
	for _, id := range sit.Conditions {
		for i := range level.Conditions {
			if c := &level.Conditions[i]; c.ID == id && slices.ContainsFunc(split(c.All), step.counts) {
				return id
			}
		}
	}
	return ""
}

// counts reports whether one of the clauses asks for what the step gives.
func (s *Step) counts(list []Clause) bool {
	return slices.ContainsFunc(list, func(c Clause) bool {
		switch c := c.(type) {
		case *Education:
			return s.Kind == Graduate
		case *Work:
			return s.Kind == TakeUpWork
		case *Training:
			return s.Kind == Train && c.Level == s.Level && c.Hours <= s.Hours
		default:
			return false
		}
	})
}

// assume lists what has to come true for the route.
func (s *search) assume(route *Route, f *Facts) {
	has := func(kind StepKind) bool {
		return slices.ContainsFunc(route.Steps, func(step Step) bool { return step.Kind == kind })
	}
	for _, a := range []struct {
		code   string
		needed bool
	}{
		{"open-spells-continue", slices.ContainsFunc(route.Steps, func(step Step) bool { return s.needsWork(&step, f) })},
		{"passes-first-time", true},
		{"graduates-on-time", has(Graduate)},
		{"training-takes-no-time", has(Train) && s.plan.HoursPerWeek == 0},
		{"sittings-on-the-first-of-the-month", len(s.plan.Months) > 0},
		{"sittings-on-any-day", len(s.plan.Months) == 0 && len(s.plan.Sittings) == 0},
	} {
		if a.needed {
			route.Assuming = append(route.Assuming, a.code)
		}
	}
}

// needsWork reports whether a sitting is open only because work goes on.
func (s *search) needsWork(step *Step, f *Facts) bool {
	if step.Kind != Sit {
		return false
	}
	l, _ := s.r.Level(step.Level)
	e := s.r.evaluate(l, step.From, f)
	defer e.free()
	e.stop = s.from
	return !e.certain(l)
}
