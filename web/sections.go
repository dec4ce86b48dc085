package web

import (
	"slices"
	"strconv"

	"github.com/certreg/certreg/eligibility"
)

// A section is one subject the check asks about, as a section of the facts.
type section struct {
	name      string
	questions []question // of each entry; none for a section that is only yes or no
}

type questionKind int

const (
	choiceQuestion questionKind = iota
	dateQuestion
	endQuestion // a date, or still going on
	numberQuestion
	yesQuestion
)

// stillGoing is the end of work that goes on.
const stillGoing = "now"

// A question is one thing asked about each entry of a section.
type question struct {
	name    string
	kind    questionKind
	options []string // of a choice, as the facts name them
	levels  bool     // a choice of the levels that the edition has
	several bool     // the facts take a list here
}

// A needs is what the conditions look at, so that nothing else is asked.
type needs struct {
	programmes []string
	secondary  bool
	related    []string // majors the edition names as related
	levels     []int    // of the edition, and those its conditions name
}

// options returns the options of a question that can matter; none means that the
// question need not be asked.
func (n *needs) options(q question) []string {
	var options []string
	switch {
	case q.levels:
		for _, l := range n.levels {
			options = append(options, strconv.Itoa(l))
		}
	case q.several && len(n.programmes) == 0:
	default:
		for _, o := range q.options {
			unneeded := o == "secondary" && !n.secondary || q.several && o != "none" && !slices.Contains(n.programmes, o)
			if !unneeded {
				options = append(options, o)
			}
		}
	}
	return options
}

// sections is everything the check can ask, in the order it asks. Evidence is
// not among it: only a person can accept it.
var sections = []section{
	{"education", []question{
		{name: "level", options: []string{"doctorate", "master", "bachelor", "college", "vocational", "secondary", "unknown"}},
		{name: "field", options: []string{"own", "related", "other", "unknown"}},
		{name: "programme", options: []string{"senior-skills", "technician", "technical-school", "evaluated", "none"}, several: true},
		{name: "awarded", kind: dateQuestion},
	}},
	{"certificates", []question{
		{name: "level", levels: true},
		{name: "occupation", options: []string{"own", "related", "other"}},
		{name: "issued", kind: dateQuestion},
	}},
	{"work", []question{
		{name: "occupation", options: []string{"own", "related", "unknown"}},
		{name: "from", kind: dateQuestion},
		{name: "to", kind: endQuestion},
	}},
	{"training", []question{
		{name: "level", levels: true},
		{name: "hours", kind: numberQuestion},
		{name: "completed", kind: dateQuestion},
		{name: "certificate", kind: yesQuestion},
	}},
	{"titles", []question{
		{name: "rank", options: []string{"senior", "middle", "junior"}},
		{name: "awarded", kind: dateQuestion},
	}},
	{"student", []question{
		{name: "level", options: []string{"doctorate", "master", "bachelor", "college", "vocational", "secondary", "unknown"}},
		{name: "field", options: []string{"own", "related", "other", "unknown"}},
		{name: "programme", options: []string{"senior-skills", "technician", "technical-school", "evaluated", "none"}, several: true},
		{name: "finalYear", kind: yesQuestion},
		{name: "graduates", kind: dateQuestion},
	}},
	{"born", []question{{name: "born", kind: dateQuestion}}},
	{"apprenticeship", nil},
	{"intends", nil},
}

// sectionOf returns the section with the given name.
func sectionOf(name string) (section, bool) {
	i := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
	if i < 0 {
		return section{}, false
	}
	return sections[i], true
}

// single reports whether the section is one page: it has no list of entries.
func (s section) single() bool { return s.name == "born" || len(s.questions) == 0 }

// asks reports whether the section has a question of that name.
func (s section) asks(name string) bool {
	return slices.ContainsFunc(s.questions, func(q question) bool { return q.name == name })
}

// needsOf is what the conditions for some levels of an edition look at.
func needsOf(rules *eligibility.RuleSet, levels []int) needs {
	n := needs{related: rules.Fields().Related}
	for _, l := range rules.Levels() {
		n.levels = append(n.levels, l.Number)
		if !slices.Contains(levels, l.Number) {
			continue
		}
		for _, c := range l.Conditions {
			n.look(c.All)
		}
		n.look(l.Require)
	}
	slices.SortFunc(n.levels, func(a, b int) int { return b - a })
	n.levels = slices.Compact(n.levels)
	return n
}

func (n *needs) look(clauses []eligibility.Clause) {
	for _, c := range clauses {
		switch c := c.(type) {
		case *eligibility.Education:
			n.programmes = append(n.programmes, c.Programmes...)
			n.secondary = n.secondary || c.AtLeast == "secondary" || c.Exactly == "secondary"
		case *eligibility.Certificate:
			n.levels = append(n.levels, c.Level)
		case *eligibility.Training:
			n.levels = append(n.levels, c.Level)
		case *eligibility.Student:
			n.programmes = append(n.programmes, c.Programmes...)
			n.secondary = n.secondary || c.AtLeast == "secondary"
		case *eligibility.Any:
			for _, of := range c.Of {
				n.look(of)
			}
		}
	}
}

// openSections is the sections of the facts that can still change a decision.
// The engine tells which can change its outcome; where that is "not yet" or
// "no", what could make the day come sooner counts too.
func openSections(d *eligibility.Decision) []string {
	var open []string
	for _, q := range d.Questions {
		open = append(open, q.Section)
	}
	if d.Outcome == eligibility.NotYet || d.Outcome == eligibility.NotEligible {
		for i := range d.Conditions {
			open = append(open, hopes(d.Conditions[i].Clauses)...)
		}
	}
	slices.Sort(open)
	return slices.Compact(open)
}

// hopes is the sections that are not known among clauses of which none is
// definitely lacking; none if one is.
func hopes(clauses []eligibility.ClauseFinding) []string {
	var names []string
	for i := range clauses {
		f := &clauses[i]
		switch {
		case f.Status == eligibility.Unknown:
			names = append(names, read(f)...)
		case f.Status != eligibility.Satisfied && f.Earliest.IsZero():
			return nil
		}
	}
	return names
}

// read is the sections a clause looks at.
func read(f *eligibility.ClauseFinding) []string {
	switch c := f.Clause.(type) {
	case *eligibility.Work, *eligibility.Engaged:
		return []string{"work"}
	case *eligibility.Education:
		if c.Graduating != eligibility.GraduatingNot {
			return []string{"education", "student"}
		}
		return []string{"education"}
	case *eligibility.Certificate:
		return []string{"certificates"}
	case *eligibility.Training:
		return []string{"training"}
	case *eligibility.Title:
		return []string{"titles"}
	case *eligibility.Student:
		return []string{"student"}
	case *eligibility.Age:
		return []string{"born"}
	case *eligibility.Apprenticeship:
		return []string{"apprenticeship"}
	case *eligibility.Intends:
		return []string{"intends"}
	case *eligibility.Any:
		var names []string
		for _, a := range f.Alternatives {
			names = append(names, hopes(a.Clauses)...)
		}
		return names
	}
	return nil // evidence: only a person can accept it
}
