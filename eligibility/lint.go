package eligibility

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/certreg/certreg/internal/civil"
)

// A Severity says how much a [Lint] matters.
type Severity uint8

// The severities. A note points at what may well be meant, since editions
// quote what was published; a fault makes an edition unfit for use.
const (
	Note Severity = iota
	Warning
	Fault
)

// String returns the code of s.
func (s Severity) String() string {
	switch s {
	case Fault:
		return "fault"
	case Warning:
		return "warning"
	default:
		return "note"
	}
}

// A Lint is something in an edition, or between editions, that a person should
// look at.
type Lint struct {
	Code     string
	Severity Severity
	RuleSet  string // id of the edition; "" if it could not be read
	Pointer  string // JSON pointer of the place
	Message  Text
}

// LintFile checks the text of an edition and of the cases beside it, nil if
// there are none. What cannot be read is a fault with the code of the
// [InputError].
func LintFile(ruleset, cases []byte) []Lint {
	r, err := ParseRuleSet(ruleset)
	if err != nil {
		return []Lint{unreadable("", err)}
	}
	if cases == nil {
		return r.Lint(nil)
	}
	c, err := ParseCases(cases)
	if err != nil {
		return append(r.Lint(&Cases{}), unreadable(r.id, err))
	}
	return r.Lint(c)
}

func unreadable(id string, err error) Lint {
	e, ok := errors.AsType[*InputError](err)
	if !ok {
		e = &InputError{Code: "invalid", Message: Text{err.Error(), err.Error()}}
	}
	return Lint{Code: e.Code, Severity: Fault, RuleSet: id, Pointer: e.Pointer, Message: e.Message}
}

// Lint checks an edition and the cases beside it, nil if there are none. The
// answer is in the order of the file.
func (r *RuleSet) Lint(c *Cases) []Lint {
	l := linter{r: r}
	l.header()
	for i := range r.levels {
		level := &r.levels[i]
		for j := range level.Conditions {
			l.condition(level, j)
		}
	}
	l.thresholds()
	l.ladder()
	l.measures()
	l.shortest()
	l.cases(c)
	slices.SortStableFunc(l.found, func(x, y Lint) int {
		return cmp.Or(-cmp.Compare(x.Severity, y.Severity), cmp.Compare(x.Pointer, y.Pointer))
	})
	return l.found
}

// A linter gathers what it finds in an edition.
type linter struct {
	r     *RuleSet
	found []Lint
}

func (l *linter) add(code string, s Severity, pointer, zh, en string, args ...any) {
	l.found = append(l.found, Lint{code, s, l.r.id, pointer, Text{fmt.Sprintf(zh, in("zh", args)...), fmt.Sprintf(en, in("en", args)...)}})
}

// in returns args with their texts in one language.
func in(lang string, args []any) []any {
	said := slices.Clone(args)
	for i, a := range said {
		if t, ok := a.(Text); ok {
			said[i] = t.In(lang)
		}
	}
	return said
}

// place returns the JSON pointer of a condition.
func (l *Level) place(condition int) string {
	return "/levels/" + strconv.Itoa(l.index) + "/any/" + strconv.Itoa(condition)
}

func (l *linter) header() {
	if l.r.inForce.From.IsZero() {
		l.add("no-in-force-date", Warning, "/inForce/from", "未写明生效日期", "the day the edition came into force is not given")
	}
	for _, p := range l.r.periods {
		if p.From.IsZero() && p.To.IsZero() {
			l.add("undated-period", Warning, "/periods/"+p.Name, "期间 %q 没有起止日期，视为始终有效", "the period %q has no dates and so always applies", p.Name)
		}
	}
}

// condition checks one condition against itself and its neighbours.
func (l *linter) condition(level *Level, j int) {
	c := &level.Conditions[j]
	at := level.place(j)
	if len(c.Cite) == 0 {
		l.add("uncited", Warning, at, "条件 %s 未注明出处", "condition %s cites no source", c.ID)
	}
	for _, id := range c.Cite {
		if !slices.ContainsFunc(l.r.sources, func(s Source) bool { return s.ID == id }) {
			l.add("unknown-source", Warning, at+"/cite", "条件 %s 引用了未列出的出处 %q", "condition %s cites %q, which is not among the sources", c.ID, id)
		}
	}
	if !l.satisfiable(level, c) {
		l.add("unsatisfiable", Fault, at, "条件 %s 无人能够符合", "nobody can meet condition %s", c.ID)
		return
	}
	for k := range level.Conditions {
		d := &level.Conditions[k]
		if k == j || d.During != "" && d.During != c.During || !implies(c.All, d.All) {
			continue
		}
		if implies(d.All, c.All) && c.During == d.During && k > j {
			continue // the same twice: said of the later one
		}
		l.add("subsumed", Warning, at, "符合条件 %s 者必符合条件 %s", "whoever meets condition %s meets condition %s too", c.ID, d.ID)
		return
	}
}

// satisfiable reports whether somebody about whom nothing is known could meet
// a condition on some day of its period while the edition is in force.
func (l *linter) satisfiable(level *Level, c *Condition) bool {
	e := &evaluation{facts: &Facts{absent: allSections, born: anyDay()}, gap: l.r.policy.GapToleranceDays, provisional: true}
	spans := []Span{l.r.inForce}
	if c.during != nil {
		spans = append(spans, *c.during)
	}
	from, to := minDay.AddYears(400), horizon
	for _, s := range spans {
		from = later(from, s.From)
		if !s.To.IsZero() {
			to = earlier(to, s.To)
		}
	}
	// A clause about this year's diplomas is easiest on the year's last day.
	for _, day := range []civil.Date{to, to.FirstOfYear().AddDays(-1), from} {
		e.on = day
		if !day.Before(from) && !day.After(to) && e.conceivable(level.require, allSections) && e.conceivable(c, allSections) {
			return true
		}
	}
	return false
}

// thresholds checks that work alone and training hours do not ask for less on
// a higher level.
func (l *linter) thresholds() {
	type key struct {
		kind, measure string
	}
	lowest := map[key]int{}
	for i := range l.r.levels {
		level := &l.r.levels[i]
		here := map[key]int{}
		for j := range level.Conditions {
			c := &level.Conditions[j]
			for _, k := range c.All {
				var at key
				var n int
				switch k := k.(type) {
				case *Work:
					if len(c.All) > 1 {
						continue
					}
					at, n = key{"work", fmt.Sprint(k.Cumulative, k.Scope)}, k.AtLeast.TotalMonths()
				case *Training:
					at, n = key{"training", ""}, k.Hours
				default:
					continue
				}
				if below, ok := lowest[at]; ok && n < below {
					l.add("falling-threshold", Warning, level.place(j), "条件 %s 的要求低于下一级", "condition %s asks for less than a lower level does", c.ID)
				}
				if old, ok := here[at]; !ok || n < old {
					here[at] = n
				}
			}
		}
		for at, n := range here {
			lowest[at] = max(lowest[at], n)
		}
	}
}

// ladder checks that whoever meets a level meets the one below it, or was
// certified on some level before.
func (l *linter) ladder() {
	for i := 1; i < len(l.r.levels); i++ {
		level, below := &l.r.levels[i], &l.r.levels[i-1]
		var lower [][]Clause
		for k := range below.Conditions {
			if d := &below.Conditions[k]; d.During == "" {
				lower = append(lower, d.All)
			}
		}
		for j := range level.Conditions {
			c := &level.Conditions[j]
			held := func(k Clause) bool { _, ok := k.(*Certificate); return ok }
			open := slices.ContainsFunc(split(c.All), func(part []Clause) bool {
				return !slices.ContainsFunc(part, held) && !implies(part, lower...)
			})
			if open {
				l.add("skips-level", Note, level.place(j), "符合条件 %s 者未必符合%d级的任何条件", "somebody can meet condition %s and none of level %d", c.ID, below.Number)
			}
		}
	}
}

// measures checks that work is counted in one way.
func (l *linter) measures() {
	var continuous, cumulative bool
	for i := range l.r.levels {
		var u usage
		for j := range l.r.levels[i].Conditions {
			u.count(l.r.levels[i].Conditions[j].All)
		}
		continuous, cumulative = continuous || u.continuous, cumulative || u.cumulative
	}
	if continuous && cumulative {
		l.add("mixed-measures", Note, "/levels", "同一版本中既有连续工作又有累计工作", "work is counted as one stretch in some clauses and added up in others")
	}
}

// Lint checks the editions of a library against each other: for one occupation
// and rank, on each day one of them should be in force.
func (l *Library) Lint() []Lint {
	var found []Lint
	sets := slices.Clone(l.sets)
	slices.SortStableFunc(sets, func(x, y *RuleSet) int { return x.inForce.From.Compare(y.inForce.From) })
	for i, r := range sets {
		next := slices.IndexFunc(sets[i+1:], func(o *RuleSet) bool {
			return o.occupation.ID == r.occupation.ID && o.Rank() == r.Rank()
		})
		if next < 0 {
			continue
		}
		o := sets[i+1+next]
		switch end := r.inForce.To; {
		case end.IsZero() || !end.Before(o.inForce.From):
			found = append(found, Lint{"overlapping-editions", Warning, o.id, "/inForce/from", Text{
				fmt.Sprintf("与 %s 的生效期重叠", r.id), "is in force together with " + r.id,
			}})
		case end.AddDays(1).Before(o.inForce.From):
			found = append(found, Lint{"gap-between-editions", Warning, o.id, "/inForce/from", Text{
				fmt.Sprintf("与 %s 之间有 %d 天无版本可用", r.id, o.inForce.From.Days(end)-1),
				fmt.Sprintf("leaves %d days without an edition after %s", o.inForce.From.Days(end)-1, r.id),
			}})
		}
	}
	return found
}
