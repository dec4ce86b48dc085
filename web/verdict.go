package web

import (
	"slices"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/locale"
)

// A verdict is a decision in words.
type verdict struct {
	Level      int
	Outcome    string
	Yes        bool // an application can be sent now
	Tint, Mark string
	Sentence   string // the answer as a sentence, the heading of the page
	Short      string // the answer in a few words, for lists
	Why        []string
	Carrying   *conditionView   // the condition the answer rests on, or nil
	Conditions []*conditionView // the others
	Questions  []reviewRow      // what could still be told, to change the answer
}

// A conditionView is how one condition stands.
type conditionView struct {
	ID         string
	Number     int
	Tint, Mark string
	Status     string
	Text       eligibility.Text
	Lacks      string // what is missing, in one line; "" where time alone is
	Clauses    []clauseView
	earliest   civil.Date
	rank       int
}

// A clauseView is how one clause stands: what it asks, what is there, what is
// missing and from which day it holds.
type clauseView struct {
	Tint, Mark   string
	Text         string
	Have         string
	Missing      string
	From         string
	Alternatives [][]clauseView
}

// tints of outcomes.
var outcomes = map[eligibility.Outcome]struct{ tint, mark string }{
	eligibility.Eligible:            {"is-yes", "yes"},
	eligibility.EligibleProvisional: {"is-yes", "yes"},
	eligibility.NotYet:              {"is-wait", "wait"},
	eligibility.NeedsInformation:    {"is-info", "unknown"},
	eligibility.NotEligible:         {"is-no", "closed"},
}

// verdict puts a decision into words.
func (c *check) verdict(p *page, d *eligibility.Decision) verdict {
	v := verdict{Level: d.Level, Outcome: d.Outcome.String(), Tint: outcomes[d.Outcome].tint, Mark: outcomes[d.Outcome].mark}
	v.Yes = d.Outcome == eligibility.Eligible || d.Outcome == eligibility.EligibleProvisional
	level := p.Level(d.Level)
	on := d.Earliest.On
	switch {
	case d.Outcome == eligibility.NotYet:
		v.Sentence = p.say("verdict.not-yet", level, p.Date(on))
		v.Short = p.say("verdict.short.not-yet", p.Date(on))
		v.Why = append(v.Why, p.say("verdict.not-yet.text"))
	case d.AsOf != p.Today:
		v.Sentence = p.say("verdict."+v.Outcome+".on", level, p.Date(d.AsOf))
		v.Short = p.say("verdict.short." + v.Outcome)
	default:
		v.Sentence = p.say("verdict."+v.Outcome, level)
		v.Short = p.say("verdict.short." + v.Outcome)
	}
	if len(d.Earliest.Assuming) > 0 {
		v.Why = append(v.Why, p.say("verdict.assuming"))
	}
	switch d.Outcome {
	case eligibility.EligibleProvisional:
		v.Why = append(v.Why, p.say("verdict.due", p.Date(d.DueBy)))
	case eligibility.NotEligible, eligibility.NeedsInformation:
		v.Why = append(v.Why, p.say("verdict."+v.Outcome+".text"))
	case eligibility.Eligible, eligibility.NotYet:
	}
	for _, name := range openSections(d) {
		if s, ok := sectionOf(name); ok {
			v.Questions = append(v.Questions, reviewRow{Label: sentence(p.Text(locale.Section(name))), Change: "change:" + s.name})
		}
	}
	c.conditions(p, d, &v)
	return v
}

// conditions puts the conditions of d into v: apart the one the answer rests
// on, the others from the nearest to the farthest.
func (c *check) conditions(p *page, d *eligibility.Decision, v *verdict) {
	carrying := d.Earliest.Condition
	if carrying == "" && len(d.Satisfied) > 0 {
		carrying = d.Satisfied[0]
	}
	for i := range d.Conditions {
		f := &d.Conditions[i]
		view := c.condition(p, f)
		if f.ID != carrying {
			v.Conditions = append(v.Conditions, &view)
			continue
		}
		v.Carrying = &view
		code := "verdict.under"
		if d.Outcome == eligibility.NotYet {
			code = "verdict.under.then"
		}
		v.Why = slices.Insert(v.Why, 0, p.say(code, f.Number))
	}
	slices.SortStableFunc(v.Conditions, func(a, b *conditionView) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return a.earliest.Compare(b.earliest)
	})
}

// lacking is the rank of a condition that needs more than time.
const lacking = 3

// condition puts one condition into words.
func (c *check) condition(p *page, f *eligibility.ConditionFinding) conditionView {
	view := conditionView{ID: f.ID, Number: f.Number, Text: f.Text, earliest: f.Earliest}
	switch {
	case f.Status == eligibility.Satisfied && f.Provisional:
		view.Tint, view.Mark, view.Status = "is-yes", "yes", p.say("condition.provisional")
	case f.Status == eligibility.Satisfied:
		view.Tint, view.Mark, view.Status = "is-yes", "yes", p.say("condition.met")
	case f.Status == eligibility.NotApplicable:
		view.rank, view.Mark, view.Status = 4, "closed", p.say("condition.not-applicable")
	case !f.Earliest.IsZero():
		view.rank, view.Tint, view.Mark, view.Status = 1, "is-wait", "wait", p.say("condition.from", p.Date(f.Earliest))
	case f.Status == eligibility.Unknown:
		view.rank, view.Tint, view.Mark, view.Status = 2, "is-info", "unknown", p.say("condition.unknown")
	default:
		view.rank, view.Mark, view.Status = lacking, "no", p.say("condition.lacks")
	}
	view.Clauses = c.clauses(p, f.Clauses)
	if view.rank == lacking {
		view.Lacks = p.say("condition.missing", lacks(view.Clauses, p.say("list.and.then")))
	}
	return view
}

// lacks is the clauses that are not satisfied, on one line.
func lacks(clauses []clauseView, and string) string {
	var texts []string
	for _, c := range clauses {
		if c.Tint != "is-yes" {
			texts = append(texts, c.Text)
		}
	}
	return strings.Join(texts, and)
}

func (c *check) clauses(p *page, found []eligibility.ClauseFinding) []clauseView {
	var views []clauseView
	for i := range found {
		views = append(views, c.clause(p, &found[i]))
	}
	return views
}

// clause puts one clause into words.
func (c *check) clause(p *page, f *eligibility.ClauseFinding) clauseView {
	view := clauseView{Text: sentence(p.Clause(f.Clause)), Have: c.have(p, f)}
	switch {
	case f.Status == eligibility.Satisfied:
		view.Tint, view.Mark = "is-yes", "yes"
	case !f.Earliest.IsZero():
		view.Tint, view.Mark, view.From = "is-wait", "wait", p.say("clause.from", p.Date(f.Earliest))
	case f.Status == eligibility.Unknown:
		view.Tint, view.Mark = "is-info", "unknown"
	default:
		view.Tint, view.Mark = "is-no", "no"
	}
	if f.Status == eligibility.Unsatisfied {
		view.Missing = c.missing(p, f)
	}
	if !f.DueBy.IsZero() {
		view.From = p.say("clause.due", p.Date(f.DueBy))
	}
	for _, a := range f.Alternatives {
		view.Alternatives = append(view.Alternatives, c.clauses(p, a.Clauses))
	}
	return view
}

// missing is what is still to come, "" where the clause says it all.
func (c *check) missing(p *page, f *eligibility.ClauseFinding) string {
	switch f.Missing.Unit {
	case eligibility.Periods, eligibility.Days:
		if !f.Missing.Period.IsZero() {
			return p.say("clause.missing", p.Text(locale.Amount(f.Missing)))
		}
	case eligibility.Hours:
		if f.Actual.Number > 0 && f.Missing.Number > 0 {
			return p.say("clause.missing", p.Text(locale.Amount(f.Missing)))
		}
	case eligibility.NoUnit, eligibility.Levels, eligibility.Words:
	}
	if _, ok := f.Clause.(*eligibility.Any); ok {
		return ""
	}
	return p.say("clause.lacking")
}

// have is what was told that the clause looks at.
func (c *check) have(p *page, f *eligibility.ClauseFinding) string {
	var name string
	switch clause := f.Clause.(type) {
	case *eligibility.Work:
		return c.haveWork(p, clause, f)
	case *eligibility.Education:
		name = "education"
		if f.Provisional {
			name = "student"
		}
	case *eligibility.Certificate:
		name = "certificates"
	case *eligibility.Training:
		name = "training"
	case *eligibility.Title:
		name = "titles"
	case *eligibility.Student:
		name = "student"
	default:
		return ""
	}
	t, asked := c.answers.Told[name]
	s, _ := sectionOf(name)
	switch {
	case f.Fact > 0 && f.Fact <= len(t.Entries):
		return p.say("clause.have", p.entryText(s, t.Entries[f.Fact-1]))
	case !asked:
		return p.say("clause.not-asked")
	case t.Known == "unknown":
		return p.say("clause.not-known")
	case f.Status == eligibility.Unknown:
		return p.say("clause.unsure")
	}
	return p.say("clause.none." + name)
}

// haveWork is the stretch of work that counts.
func (c *check) haveWork(p *page, clause *eligibility.Work, f *eligibility.ClauseFinding) string {
	t, asked := c.answers.Told["work"]
	switch {
	case !asked:
		return p.say("clause.not-asked")
	case t.Known == "unknown":
		return p.say("clause.not-known")
	case clause.Since != "" && f.Since.IsZero():
		return p.say("clause.no-start")
	case f.Run[0].IsZero() && f.Actual.Period.IsZero():
		return p.say("clause.none.work")
	case f.Run[0].IsZero():
		return p.say("clause.added", p.Text(locale.Amount(f.Actual)))
	}
	return p.say("clause.run", p.Date(f.Run[0]), p.Date(f.Run[1].AddDays(-1)), p.Period(f.Actual.Period))
}
