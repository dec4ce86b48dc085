package eligibility

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/certreg/certreg/internal/civil"
)

// maxCases bounds the cases of an edition.
const maxCases = 5000

// Cases are the worked examples that stand beside an edition: facts, a day and
// the answer expected. They are written from the published text, not from the
// rule set.
type Cases struct {
	ruleset string
	cases   []Case
}

// A Case is one worked example.
type Case struct {
	Name  Text
	Level int
	AsOf  civil.Date
	Facts *Facts
	Want  Answer
}

// An Answer is the part of a decision a case speaks about.
type Answer struct {
	Outcome   Outcome
	Satisfied []string
	Earliest  civil.Date
	DueBy     civil.Date
	Questions []string // sections asked about
}

// String returns the answer on one line.
func (a Answer) String() string {
	return fmt.Sprintf("%s satisfied=%v earliest=%s dueBy=%s questions=%v", a.Outcome, a.Satisfied, a.Earliest, a.DueBy, a.Questions)
}

// Equal reports whether a and b say the same.
func (a Answer) Equal(b Answer) bool {
	return a.Outcome == b.Outcome && a.Earliest == b.Earliest && a.DueBy == b.DueBy &&
		slices.Equal(a.Satisfied, b.Satisfied) && slices.Equal(a.Questions, b.Questions)
}

// Answer returns what a case says of d.
func (d *Decision) Answer() Answer {
	a := Answer{Outcome: d.Outcome, Satisfied: slices.Clone(d.Satisfied), Earliest: d.Earliest.On, DueBy: d.DueBy}
	for _, q := range d.Questions {
		a.Questions = append(a.Questions, q.Section)
	}
	return a
}

// A Failure is a case that an edition answers otherwise than expected.
type Failure struct {
	Case Case
	Got  Answer
}

// RuleSet returns the id of the edition the cases belong to.
func (c *Cases) RuleSet() string { return c.ruleset }

// All returns the cases in the order of the file.
func (c *Cases) All() []Case { return c.cases }

// Run answers every case with r and returns those that come out otherwise
// than expected.
func (c *Cases) Run(r *RuleSet) []Failure {
	var failures []Failure
	var d Decision
	for _, k := range c.cases {
		r.ExplainInto(&d, k.Level, k.AsOf, k.Facts)
		if got := d.Answer(); !got.Equal(k.Want) {
			failures = append(failures, Failure{k, got})
		}
	}
	return failures
}

// passes reports whether r answers every case as expected.
func (c *Cases) passes(r *RuleSet, d *Decision) bool {
	return !slices.ContainsFunc(c.cases, func(k Case) bool {
		r.ExplainInto(d, k.Level, k.AsOf, k.Facts)
		return !d.Answer().Equal(k.Want)
	})
}

// ParseCases reads the cases beside an edition. Bad data is reported as an
// [*InputError]. Each case's facts are laid over the common ones; sections it
// lists as unknown are left out.
func ParseCases(data []byte) (*Cases, error) {
	v, err := readJSON(data, 4*maxRuleSet)
	if err != nil {
		return nil, err
	}
	c := &Cases{}
	common := &value{kind: jsonObject}
	err = eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "format":
			_, err = v.word([]word{{"certreg.cases/1", 1}})
		case "ruleset":
			c.ruleset, err = v.name()
		case "facts":
			common, err = v, v.is(jsonObject)
		case "cases":
			c.cases, err = list(v, maxCases, func(v *value) (Case, error) { return readCase(v, common) })
		default:
			err = unknownName()
		}
		return err
	}, "format", "ruleset", "facts", "cases")
	return c, err
}

func readCase(v, common *value) (Case, error) {
	var k Case
	facts := value{kind: jsonObject}
	var unknown []string
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "name":
			k.Name, err = v.prose()
		case "level":
			k.Level, err = v.int(1, 5)
		case "asOf":
			k.AsOf, err = v.date()
		case "unknown":
			unknown, err = list(v, len(sectionNames), (*value).string)
		case "facts":
			facts.members, err = slices.Clone(v.members), v.is(jsonObject)
		case "outcome":
			k.Want.Outcome, err = readOutcome(v)
		case "satisfied":
			k.Want.Satisfied, err = list(v, maxConditions, (*value).name)
		case "earliest":
			k.Want.Earliest, err = v.date()
		case "dueBy":
			k.Want.DueBy, err = v.date()
		case "questions":
			k.Want.Questions, err = list(v, len(sectionNames), (*value).string)
		default:
			err = unknownName()
		}
		return err
	}, "name", "level", "asOf", "facts", "outcome", "satisfied", "earliest")
	if err != nil {
		return k, err
	}
	for _, m := range common.members {
		if facts.member(m.name) == nil && !slices.Contains(unknown, m.name) {
			facts.members = append(facts.members, m)
		}
	}
	if k.Facts, err = ParseFacts(facts.appendCanonical(nil)); err != nil {
		return k, under("facts", err)
	}
	return k, nil
}

func readOutcome(v *value) (Outcome, error) {
	var words []word
	for o := NotEligible; o <= Eligible; o++ {
		words = append(words, word{o.String(), code(o)})
	}
	c, err := v.word(words)
	return Outcome(c), err
}

// CasesOf returns the cases that come with an embedded edition; false if it
// has none.
func CasesOf(id string) (*Cases, bool, error) {
	data, err := rulesets.ReadFile("rulesets/" + id + ".cases.json")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("cases of %s: %w", id, err)
	}
	c, err := ParseCases(data)
	if err != nil {
		return nil, false, fmt.Errorf("cases of %s: %w", id, err)
	}
	return c, true, nil
}
