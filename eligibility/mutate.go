package eligibility

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/certreg/certreg/internal/civil"
)

// A Mutation is an edition with one small mistake put in: a threshold one off,
// a field widened, a "since" dropped. Cases that are worth having tell each
// from the edition.
type Mutation struct {
	Pointer string // where in the rule set
	Change  Text
	RuleSet *RuleSet
}

// Survivors returns the mutations of r that no case tells from it.
func (c *Cases) Survivors(r *RuleSet) []Mutation {
	var d Decision
	return slices.DeleteFunc(r.Mutations(), func(m Mutation) bool { return !c.passes(m.RuleSet, &d) })
}

// Mutations returns every small mistake that can be put into r and still be
// read. Mistakes that cannot make a difference, such as leaving out a period
// that never ends, are not among them.
func (r *RuleSet) Mutations() []Mutation {
	root, err := readJSON(r.canonical, maxRuleSet)
	if err != nil { // it was read once already
		return nil
	}
	m := mutator{original: r, root: root}
	levels := root.member("levels")
	for i := range levels.items {
		l := &levels.items[i]
		m.at = append(m.at[:0], "levels", strconv.Itoa(i))
		if require := l.member("require"); require != nil {
			m.in("require", func() { m.list(require) })
		}
		any := l.member("any")
		m.in("any", func() {
			m.drop(any, Text{"删去条件", "drop the condition"})
			for j := range any.items {
				m.in(strconv.Itoa(j), func() { m.condition(&any.items[j], r) })
			}
		})
	}
	if policy := root.member("datePolicy"); policy != nil && r.continuous() {
		if gap := policy.member("gapToleranceDays"); gap != nil {
			m.at = append(m.at[:0], "datePolicy", "gapToleranceDays")
			m.number(gap, 1)
			m.number(gap, -1)
		}
	}
	return m.found
}

// continuous reports whether any clause counts unbroken work.
func (r *RuleSet) continuous() bool {
	return slices.ContainsFunc(r.levels, func(l Level) bool { return slices.Contains(l.policies, "run-any") })
}

// A mutator changes a rule set in place, reads what comes of it, and changes
// it back.
type mutator struct {
	original *RuleSet
	root     *value
	at       []string // reference tokens of the place
	found    []Mutation
}

// equivalent reports whether r and o, which differ in clauses only, have the
// same conditions in other words.
func (r *RuleSet) equivalent(o *RuleSet) bool {
	if r.policy != o.policy || len(r.levels) != len(o.levels) {
		return false
	}
	same := func(x, y []Clause) bool { return implies(x, y) && implies(y, x) }
	for i := range r.levels {
		l, k := &r.levels[i], &o.levels[i]
		if l.Number != k.Number || !same(l.Require, k.Require) {
			return false
		}
		if !slices.EqualFunc(l.Conditions, k.Conditions, func(x, y Condition) bool {
			return x.ID == y.ID && x.During == y.During && same(x.All, y.All)
		}) {
			return false
		}
	}
	return true
}

// in does something one step further down.
func (m *mutator) in(token string, do func()) {
	m.at = append(m.at, token)
	do()
	m.at = m.at[:len(m.at)-1]
}

// keep notes the rule set as it stands now, if it can be read and is not sure
// to answer as before.
func (m *mutator) keep(change Text) {
	r, err := ParseRuleSet(m.root.appendCanonical(nil))
	if err != nil || r.equivalent(m.original) {
		return
	}
	m.found = append(m.found, Mutation{Pointer: "/" + strings.Join(m.at, "/"), Change: change, RuleSet: r})
}

// try replaces v for a moment.
func (m *mutator) try(v *value, with value, change Text) {
	was := *v
	*v = with
	m.keep(change)
	*v = was
}

// drop leaves out each item of a list in turn.
func (m *mutator) drop(list *value, change Text) {
	items := list.items
	for i := range items {
		m.in(strconv.Itoa(i), func() {
			list.items = slices.Delete(slices.Clone(items), i, i+1)
			m.keep(change)
		})
	}
	list.items = items
}

// without leaves out a member.
func (m *mutator) without(object *value, name string) {
	members := object.members
	object.members = slices.DeleteFunc(slices.Clone(members), func(k member) bool { return k.name == name })
	m.in(name, func() { m.keep(Text{"删去 " + name, "drop " + name}) })
	object.members = members
}

func (m *mutator) condition(c *value, r *RuleSet) {
	if during := c.member("during"); during != nil {
		i := slices.IndexFunc(r.periods, func(p Period) bool { return p.Name == during.text })
		if p := r.periods[i]; !p.From.IsZero() || !p.To.IsZero() {
			m.without(c, "during")
		}
	}
	m.in("all", func() { m.list(c.member("all")) })
}

// list changes a list of clauses.
func (m *mutator) list(list *value) {
	m.drop(list, Text{"删去条款", "drop the clause"})
	for i := range list.items {
		m.in(strconv.Itoa(i), func() { m.clause(&list.items[i]) })
	}
}

// clause changes one clause.
func (m *mutator) clause(c *value) {
	if of := c.member("of"); of != nil {
		m.in("of", func() {
			m.drop(of, Text{"删去一组", "drop the alternative"})
			for i := range of.items {
				m.in(strconv.Itoa(i), func() { m.list(&of.items[i]) })
			}
		})
		return
	}
	for i := range c.members {
		k := &c.members[i]
		m.in(k.name, func() { m.parameter(c.member("kind").text, k.name, &k.value) })
	}
	for _, name := range []string{"since", "field", "programme", "graduating", "heldFor"} {
		if c.member(name) != nil {
			m.without(c, name)
		}
	}
}

// parameter changes one parameter of a clause.
func (m *mutator) parameter(kind, name string, v *value) {
	switch {
	case name == "field" || name == "programme":
		m.set(v, map[string][]word{"field": occupations, "programme": programmes}[name])
	case name == "atLeast" && (kind == "education" || kind == "student"), name == "exactly":
		m.neighbour(v, educations)
	case name == "rank":
		m.neighbour(v, ranks)
	case name == "scope" && kind == "certificate":
		m.other(v, certificateScopes)
	case name == "scope" && kind != "intends":
		m.other(v, scopes)
	case name == "measure":
		m.other(v, []word{{"continuous", 1}, {"cumulative", 2}})
	case name == "graduating":
		m.other(v, []word{{"allowed", 1}, {"only", 2}})
	case name == "atLeast" || name == "heldFor":
		if v.kind == jsonString {
			m.period(v, 1)
			m.period(v, -1)
			return
		}
		m.number(v, 1)
		m.number(v, -1)
	case name == "level" || name == "hours":
		m.number(v, 1)
		m.number(v, -1)
	}
}

// number changes a number by one.
func (m *mutator) number(v *value, by int64) {
	with := *v
	with.number += by
	m.replaced(v, with, strconv.FormatInt(v.number, 10), strconv.FormatInt(with.number, 10))
}

// period changes a length of time by a month.
func (m *mutator) period(v *value, by int) {
	p, err := civil.ParsePeriod(v.text)
	if err != nil {
		return
	}
	text := civil.Months(p.TotalMonths() + by).String()
	m.replaced(v, value{kind: jsonString, text: text}, v.text, text)
}

func (m *mutator) replaced(v *value, with value, from, to string) {
	m.try(v, with, Text{fmt.Sprintf("%s 改为 %s", from, to), fmt.Sprintf("%s becomes %s", from, to)})
}

// other replaces a word by each other one.
func (m *mutator) other(v *value, words []word) {
	for _, w := range words {
		if w.name != v.text {
			m.replaced(v, value{kind: jsonString, text: w.name}, v.text, w.name)
		}
	}
}

// neighbour replaces a word by the ones before and after it.
func (m *mutator) neighbour(v *value, words []word) {
	i := slices.IndexFunc(words, func(w word) bool { return w.name == v.text })
	m.other(v, words[max(i-1, 0):min(i+2, len(words))])
}

// set leaves out each word of a list and puts in each that is missing.
func (m *mutator) set(v *value, words []word) {
	items := v.items
	if len(items) > 1 {
		m.drop(v, Text{"缩小范围", "narrow the list"})
	}
	for _, w := range words {
		if !slices.ContainsFunc(items, func(i value) bool { return i.text == w.name }) {
			with := *v
			with.items = append(slices.Clone(items), value{kind: jsonString, text: w.name})
			m.try(v, with, Text{"加上 " + w.name, "add " + w.name})
		}
	}
}
