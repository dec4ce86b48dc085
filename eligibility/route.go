package eligibility

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"github.com/certreg/certreg/internal/civil"
)

// A Plan says how the steps of a [Route] go.
type Plan struct {
	// HoursPerWeek is the pace of training, one course after the other. At 0
	// a course is done on the day it begins.
	HoursPerWeek int
	// WithoutTraining leaves courses out.
	WithoutTraining bool
	// Sittings are announced examination days. After the last of them, or if
	// there are none, sittings are on the first day of the Months; with
	// neither, on any day.
	Sittings []civil.Date
	Months   []time.Month
	// ResultDays is how long after the sitting the certificate is issued.
	ResultDays int
}

// A StepKind is what a person does in one step of a route.
type StepKind uint8

// The kinds of step.
const (
	TakeUpWork StepKind = iota // begin to work in the occupation
	Graduate                   // receive the diploma of present studies
	Train                      // complete a course
	Wait                       // work on until a condition holds
	Sit                        // sit the examination
)

// String returns the code of k.
func (k StepKind) String() string {
	return [...]string{"take-up-work", "graduate", "train", "wait", "sit"}[k]
}

// MarshalText implements [encoding.TextMarshaler].
func (k StepKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// A Step is one step of a route.
type Step struct {
	Kind       StepKind
	From       civil.Date // when it begins
	On         civil.Date // when it is done; of a sitting, the day of the certificate
	Level      int        // of the course or examination
	Hours      int        // of the course
	Condition  string     // the condition it is for; forms cite that of the sitting
	Conditions []string   // of a sitting: every condition that holds on its day
}

// A Route is the quickest way to the certificate of a level, and of equally
// quick ones the one with the fewest steps.
type Route struct {
	Level    int
	From     civil.Date
	On       civil.Date // day of the certificate; zero if there is no way
	Steps    []Step
	Assuming []string // codes of what has to come true
}

// maxRouteYears bounds how far ahead a route may reach.
const maxRouteYears = 60

// Route returns the quickest way from the facts to the certificate of a level,
// by working on, training, graduating, and sitting examinations of lower levels
// on the way. What is not known is read at its worst, and examinations are
// passed at the first attempt. If there is no way, the route has no steps.
func (r *RuleSet) Route(level int, from civil.Date, f *Facts, plan Plan) Route {
	none := Route{Level: level, From: from}
	if _, ok := r.Level(level); !ok {
		return none
	}
	s := search{r: r, from: from, facts: f, plan: plan, target: level, best: none}
	s.prepare()
	for exams := range 1 << len(s.lower) {
		for with := range 1 << (len(s.studies) + 1) {
			s.choose(exams, with)
		}
	}
	return s.best
}

// A search is the look for the best route. Which lower examinations to sit and
// which courses to take in which order are tried in every combination; each
// combination is then gone through as early as each part allows, since nothing
// is ever lost by having a fact earlier.
type search struct {
	r      *RuleSet
	from   civil.Date
	facts  *Facts
	plan   Plan
	target int

	lower   []*Level    // levels below the target, lowest first
	studies []enrolment // final years that end with a known diploma
	idle    bool        // not working in the occupation at the start

	sits  []*Level     // of the combination at hand: examinations to sit
	given Facts        // of the combination at hand: facts before training
	steps []Step       // of the combination at hand: steps before training
	ends  []civil.Date // of the combination at hand: days a course may have to wait for
	best  Route
}

func (s *search) prepare() {
	for i := range s.r.levels {
		if l := &s.r.levels[i]; l.Number > s.target {
			s.lower = append(s.lower, l)
		}
	}
	for _, study := range s.facts.student {
		if study.final && study.graduates.hi != forever && study.graduates.hi.After(s.from) && len(s.studies) < 3 {
			s.studies = append(s.studies, study)
		}
	}
	s.idle = !slices.ContainsFunc(s.facts.sure, func(c cover) bool { return c.open && c.occupation == own })
}

// choose tries a combination of examinations, studies and work with every
// order of courses.
func (s *search) choose(exams, with int) {
	s.sits = s.sits[:0]
	for i, l := range s.lower {
		if exams&(1<<i) != 0 {
			s.sits = append(s.sits, l)
		}
	}
	target, _ := s.r.Level(s.target)
	s.sits = append(s.sits, target)

	s.given, s.steps, s.ends = *s.facts, nil, s.coming()
	for i, study := range s.studies {
		if with&(1<<i) != 0 {
			on := study.graduates.hi
			s.given.education = append(slices.Clip(s.given.education), diploma{study.level, study.field, study.programme, days{on, on}})
			s.steps = append(s.steps, Step{Kind: Graduate, From: s.from, On: on})
			s.ends = append(s.ends, on)
		}
	}
	if with>>len(s.studies) != 0 {
		if !s.idle {
			return
		}
		job := cover{from: s.from, end: forever, occupation: own, open: true, index: -1}
		s.given.sure = append(slices.Clip(s.given.sure), job)
		slices.SortStableFunc(s.given.sure, func(x, y cover) int { return x.from.Compare(y.from) })
		s.steps = append(s.steps, Step{Kind: TakeUpWork, From: s.from, On: s.from})
	}
	s.train(s.given, s.steps, schedule{free: s.from}, s.courses())
}

// A schedule is when the next course can begin, and which courses wait for a
// certificate gained on the way.
type schedule struct {
	free    civil.Date
	waiting []follower
}

// A follower is a course that ends no earlier than the certificate of a level
// is issued.
type follower struct {
	course course
	after  int
}

// coming lists the days a course may have to wait for: today, and those of
// qualifications still to come.
func (s *search) coming() []civil.Date {
	all := []civil.Date{s.from}
	add := func(d days) {
		if d.hi.After(s.from) && d.hi != forever {
			all = append(all, d.hi)
		}
	}
	for _, f := range s.facts.education {
		add(f.awarded)
	}
	for _, f := range s.facts.certificates {
		add(f.issued)
	}
	for _, f := range s.facts.titles {
		add(f.awarded)
	}
	return all[:min(len(all), 4)]
}

// courses lists the courses that the levels to be sat ask for.
func (s *search) courses() []course {
	var all []course
	if s.plan.WithoutTraining {
		return nil
	}
	var gather func(list []Clause)
	gather = func(list []Clause) {
		for _, c := range list {
			switch c := c.(type) {
			case *Training:
				all = append(all, course{level: c.level, hours: c.Hours, certificate: true})
			case *Any:
				for _, list := range c.Of {
					gather(list)
				}
			}
		}
	}
	for _, l := range s.sits {
		gather(l.Require)
		for i := range l.Conditions {
			gather(l.Conditions[i].All)
		}
	}
	slices.SortFunc(all, func(x, y course) int { return cmp.Or(-cmp.Compare(x.level, y.level), cmp.Compare(x.hours, y.hours)) })
	all = slices.Compact(all)
	return all[:min(len(all), 5)]
}

// train goes on without another course, and then with each of the courses left
// taken next: at once, or so that it ends with a diploma or with a certificate
// it has to follow.
func (s *search) train(f Facts, steps []Step, at schedule, left []course) {
	walked := f
	s.walk(&walked, steps, at)
	for i, c := range left {
		rest := slices.Delete(slices.Clone(left), i, i+1)
		if s.plan.HoursPerWeek == 0 {
			rest = left[i+1:] // the order does not matter
		}
		for _, not := range s.ends {
			if begin := later(at.free, not.AddDays(-s.length(c))); not == s.from || begin != at.free {
				with := f
				step := s.take(&with, c, begin)
				s.train(with, append(slices.Clip(steps), step), schedule{step.On, at.waiting}, rest)
			}
		}
		for _, l := range s.sits {
			if s.follows(c, l.Number) {
				s.train(f, steps, schedule{at.free, append(slices.Clip(at.waiting), follower{c, l.Number})}, rest)
			}
		}
	}
}

// take adds a course that begins on a day to the facts.
func (s *search) take(f *Facts, c course, begin civil.Date) Step {
	done := begin.AddDays(s.length(c))
	c.completed = days{done, done}
	f.training = append(slices.Clip(f.training), c)
	return Step{Kind: Train, From: begin, On: done, Level: bits.TrailingZeros16(uint16(c.level)), Hours: c.hours}
}

// follows reports whether some clause to be met wants the course no earlier
// than the certificate of a level.
func (s *search) follows(c course, level int) bool {
	return slices.ContainsFunc(s.sits, func(l *Level) bool {
		return slices.ContainsFunc(l.Conditions, func(k Condition) bool {
			return slices.ContainsFunc(split(k.All), func(part []Clause) bool {
				return slices.ContainsFunc(part, func(t Clause) bool {
					t1, ok := t.(*Training)
					if !ok || t1.Since == "" || t1.level != c.level || t1.Hours != c.hours {
						return false
					}
					held, ok := giver(part, t1.Since).(*Certificate)
					return ok && held.Level == level
				})
			})
		})
	})
}

// length returns the days a course takes.
func (s *search) length(c course) int {
	if s.plan.HoursPerWeek <= 0 {
		return 0
	}
	return (7*c.hours + s.plan.HoursPerWeek - 1) / s.plan.HoursPerWeek
}
