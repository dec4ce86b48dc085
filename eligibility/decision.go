package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// A Decision is the whole answer for one level on one day.
type Decision struct {
	Occupation string
	Level      int
	AsOf       civil.Date
	RuleSet    RuleSetRef
	Outcome    Outcome
	// Satisfied holds the ids of the conditions that hold, in order. Forms
	// (符合申报条件第*项) cite the first. It is empty for an eligible person
	// when each completion of the facts meets a different condition.
	Satisfied  []string
	Earliest   Earliest   // zero unless Outcome is Eligible or NotYet
	DueBy      civil.Date // day the diploma is to be shown; zero if not known
	Require    []ClauseFinding
	Conditions []ConditionFinding
	Questions  []Question
	Policies   []string // readings the answer rests on where the text is silent

	clauses      []ClauseFinding // what Require and Conditions slice
	alternatives []Alternative
	unlocks      []string
	size         int // of the JSON, about
}

// A RuleSetRef names the edition a decision rests on.
type RuleSetRef struct {
	ID     string
	Digest string
	Rank   Rank
}

// An Earliest is the first day on which the outcome is [Eligible]. The zero
// value means that no such day can be told.
type Earliest struct {
	On        civil.Date
	Condition string   // "" if no single condition carries it
	Assuming  []string // open-spells-continue
}

// A ConditionFinding says how one condition stands.
type ConditionFinding struct {
	ID          string
	Number      int
	Status      Status // NotApplicable out of the condition's period
	Provisional bool   // holds only through an expected diploma
	Text        Text
	Cite        []string
	Earliest    civil.Date // first day it is sure to hold; zero if none can be told
	Clauses     []ClauseFinding

	fixed *fixedJSON // of the condition
}

// A ClauseFinding says how one clause stands. What does not apply to the kind
// of clause is zero.
type ClauseFinding struct {
	Clause       Clause
	Status       Status
	Provisional  bool // holds only through an expected diploma
	Required     Amount
	Actual       Amount
	Missing      Amount
	Run          [2]civil.Date // the stretch of work that counts, up to but not including the second day
	Since        civil.Date    // day of the named fact the clause counts from
	Fact         int           // which fact of its section counts, from 1; 0 for none
	DueBy        civil.Date    // day an expected diploma is to be shown
	Earliest     civil.Date    // first day it is sure to hold; zero if it holds or none can be told
	Alternatives []Alternative // of an any clause
}

// An Alternative is one list of an any clause.
type Alternative struct {
	Status  Status
	Clauses []ClauseFinding
}

// A Unit says what an [Amount] counts.
type Unit uint8

// The units.
const (
	NoUnit  Unit = iota // there is no amount
	Periods             // years and months
	Days                // days, with the years and months they make
	Hours
	Levels
	Words // a code: a level of schooling, a rank, a kind of evidence
)

// An Amount is how much a clause asks for or finds.
type Amount struct {
	Unit   Unit
	Period civil.Period
	Number int
	Word   string
}

// A Question is a section of the facts whose unknowns can still change the
// outcome, and the conditions they could open. A section that matters only for
// some answers about another may be asked about when that one is told.
type Question struct {
	Section string
	Unlocks []string
}

// reset empties d for another answer, keeping its memory, and makes room for
// the findings of a level.
func (d *Decision) reset(l *Level) {
	if cap(d.clauses) < l.findings {
		d.clauses = make([]ClauseFinding, 0, l.findings)
	}
	if cap(d.alternatives) < l.alternatives {
		d.alternatives = make([]Alternative, 0, l.alternatives)
	}
	*d = Decision{
		Satisfied:    d.Satisfied[:0],
		Earliest:     Earliest{Assuming: d.Earliest.Assuming[:0]},
		Conditions:   d.Conditions[:0],
		Questions:    d.Questions[:0],
		Policies:     d.Policies[:0],
		clauses:      d.clauses[:0],
		alternatives: d.alternatives[:0],
		unlocks:      d.unlocks[:0],
		size:         l.size,
	}
}
