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
	Satisfied  []string // ids of the conditions that hold, in order; forms cite the first
	Earliest   Earliest // zero unless Outcome is Eligible or NotYet
	DueBy      civil.Date
	Require    []ClauseFinding
	Conditions []ConditionFinding
	Questions  []Question
	Policies   []string
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
	Condition string // "" if no single condition carries it
	Assuming  []string
}

// A ConditionFinding says how one condition stands.
type ConditionFinding struct {
	ID          string
	Number      int
	Status      Status
	Provisional bool // holds only through an expected diploma
	Applicable  bool // false out of the condition's period
	Text        Text
	Cite        []string
	Earliest    civil.Date // first day it holds; zero if none can be told
	Clauses     []ClauseFinding
}

// A ClauseFinding says how one clause stands.
type ClauseFinding struct {
	Clause Clause
	Status Status
}

// A Question is a section of the facts whose unknowns can still change the
// outcome, and the conditions they could open.
type Question struct {
	Section string
	Unlocks []string
}

// AppendJSON appends d to b as the API gives it.
func (d *Decision) AppendJSON(b []byte) []byte { return b }

// MarshalJSON implements [json.Marshaler].
func (d *Decision) MarshalJSON() ([]byte, error) { return d.AppendJSON(nil), nil }
