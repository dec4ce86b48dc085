package web

import (
	"slices"

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
	only    func(needs) bool
}

// A needs is what the conditions of an edition look at, so that nothing else
// is asked.
type needs struct {
	programmes bool
	secondary  bool
	levels     []int
}

// sections is everything the check can ask, in the order it asks. Evidence is
// not among it: only a person can accept it.
var sections = []section{
	{"education", []question{
		{name: "level", options: []string{"doctorate", "master", "bachelor", "college", "vocational", "secondary", "unknown"}},
		{name: "field", options: []string{"own", "related", "other", "unknown"}},
		{name: "programme", options: []string{"none", "senior-skills", "technician", "technical-school", "evaluated"}, several: true, only: func(n needs) bool { return n.programmes }},
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
		{name: "level", options: []string{"doctorate", "master", "bachelor", "college", "vocational", "unknown"}},
		{name: "field", options: []string{"own", "related", "other", "unknown"}},
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

// needsOf is what the conditions of an edition look at.
func needsOf(rules *eligibility.RuleSet) needs {
	var n needs
	for _, l := range rules.Levels() {
		n.levels = append(n.levels, l.Number)
		for _, c := range l.Conditions {
			n.look(c.All)
		}
		n.look(l.Require)
	}
	return n
}

func (n *needs) look(clauses []eligibility.Clause) {
	for _, c := range clauses {
		switch c := c.(type) {
		case *eligibility.Education:
			n.programmes = n.programmes || len(c.Programmes) > 0
			n.secondary = n.secondary || c.AtLeast == "secondary" || c.Exactly == "secondary"
		case *eligibility.Any:
			for _, of := range c.Of {
				n.look(of)
			}
		}
	}
}
