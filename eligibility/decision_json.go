package eligibility

import (
	"slices"
	"strconv"

	"github.com/certreg/certreg/internal/civil"
)

// MarshalJSON implements [json.Marshaler] with the form of [Decision.AppendJSON].
func (d *Decision) MarshalJSON() ([]byte, error) { return d.AppendJSON(nil), nil }

// AppendJSON appends d in the form the API gives it. The same decision always
// makes the same bytes.
func (d *Decision) AppendJSON(b []byte) []byte {
	b = slices.Grow(b, d.size)
	b = appendString(append(b, `{"occupation":`...), d.Occupation)
	b = strconv.AppendInt(append(b, `,"level":`...), int64(d.Level), 10)
	b = appendDate(append(b, `,"asOf":`...), d.AsOf)
	b = appendString(append(b, `,"ruleset":{"id":`...), d.RuleSet.ID)
	b = appendString(append(b, `,"digest":`...), d.RuleSet.Digest)
	b = appendString(append(b, `,"rank":`...), d.RuleSet.Rank.String())
	b = appendString(append(b, `},"outcome":`...), d.Outcome.String())
	b = appendStrings(append(b, `,"satisfied":`...), d.Satisfied)
	b = d.Earliest.appendJSON(append(b, `,"earliest":`...))
	if d.Outcome == EligibleProvisional {
		b = appendDate(append(b, `,"dueBy":`...), d.DueBy)
	}
	if len(d.Require) > 0 {
		b = appendClauses(append(b, `,"require":`...), d.Require)
	}
	b = append(b, `,"conditions":[`...)
	for i := range d.Conditions {
		b = d.Conditions[i].appendJSON(comma(b, i))
	}
	b = append(b, `],"questions":[`...)
	for i, q := range d.Questions {
		b = appendString(append(comma(b, i), `{"section":`...), q.Section)
		b = appendStrings(append(b, `,"unlocks":`...), q.Unlocks)
		b = append(b, '}')
	}
	b = appendStrings(append(b, `],"policies":`...), d.Policies)
	return append(b, '}')
}

func (e *Earliest) appendJSON(b []byte) []byte {
	if e.On.IsZero() {
		return append(b, "null"...)
	}
	b = appendDate(append(b, `{"on":`...), e.On)
	b = append(b, `,"condition":`...)
	if e.Condition == "" {
		b = append(b, "null"...)
	} else {
		b = appendString(b, e.Condition)
	}
	b = appendStrings(append(b, `,"assuming":`...), e.Assuming)
	return append(b, '}')
}

func (c *ConditionFinding) appendJSON(b []byte) []byte {
	fixed := c.fixed
	if fixed == nil {
		fixed = encodeFixed(c)
	}
	b = append(append(b, fixed.head...), c.Status.String()...)
	b = strconv.AppendBool(append(b, `","applicable":`...), c.Status != NotApplicable)
	if c.Provisional {
		b = append(b, `,"provisional":true`...)
	}
	b = appendDate(append(b, fixed.tail...), c.Earliest)
	b = appendClauses(append(b, `,"clauses":`...), c.Clauses)
	return append(b, '}')
}

// fixedJSON is what the JSON of every finding about one condition has in
// common, worked out once.
type fixedJSON struct {
	head string // up to the status
	tail string // text and citations, up to the earliest day
}

func encodeFixed(c *ConditionFinding) *fixedJSON {
	head := appendString([]byte(`{"id":`), c.ID)
	head = strconv.AppendInt(append(head, `,"number":`...), int64(c.Number), 10)
	tail := appendString([]byte(`,"text":{"zh":`), c.Text.ZH)
	tail = appendString(append(tail, `,"en":`...), c.Text.EN)
	tail = appendStrings(append(tail, `},"cite":`...), c.Cite)
	return &fixedJSON{string(append(head, `,"status":"`...)), string(append(tail, `,"earliest":`...))}
}

func appendClauses(b []byte, clauses []ClauseFinding) []byte {
	b = append(b, '[')
	for i := range clauses {
		b = clauses[i].appendJSON(comma(b, i))
	}
	return append(b, ']')
}

func (c *ClauseFinding) appendJSON(b []byte) []byte {
	b = append(append(b, `{"kind":"`...), c.Clause.Kind()...)
	b = append(append(b, `","status":"`...), c.Status.String()...)
	b = append(b, '"')
	if c.Provisional {
		b = append(b, `,"provisional":true`...)
	}
	b = c.Required.appendJSON(b, `,"required":`)
	b = c.Actual.appendJSON(b, `,"actual":`)
	if c.Status != Satisfied {
		b = c.Missing.appendJSON(b, `,"missing":`)
	}
	if c.Required.Unit == Days {
		b = strconv.AppendInt(append(b, `,"requiredDays":`...), int64(c.Required.Number), 10)
		b = strconv.AppendInt(append(b, `,"actualDays":`...), int64(c.Actual.Number), 10)
	}
	if !c.Run[0].IsZero() {
		b = appendDate(append(b, `,"run":[`...), c.Run[0])
		b = appendDate(append(b, ','), c.Run[1])
		b = append(b, ']')
	}
	if !c.Since.IsZero() {
		b = appendDate(append(b, `,"since":`...), c.Since)
	}
	if c.Fact > 0 {
		b = append(b, `,"fact":"/`...)
		b = append(b, section(c)...)
		b = strconv.AppendInt(append(b, '/'), int64(c.Fact-1), 10)
		b = append(b, '"')
	}
	if !c.DueBy.IsZero() {
		b = appendDate(append(b, `,"dueBy":`...), c.DueBy)
	}
	if !c.Earliest.IsZero() {
		b = appendDate(append(b, `,"earliest":`...), c.Earliest)
	}
	if len(c.Alternatives) > 0 {
		b = append(b, `,"alternatives":[`...)
		for i, a := range c.Alternatives {
			b = appendString(append(comma(b, i), `{"status":`...), a.Status.String())
			b = appendClauses(append(b, `,"clauses":`...), a.Clauses)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// section returns the section the fact of a finding stands in.
func section(c *ClauseFinding) string {
	switch c.Clause.(type) {
	case *Education:
		if c.Provisional {
			return "student"
		}
		return "education"
	case *Certificate:
		return "certificates"
	case *Title:
		return "titles"
	default:
		return c.Clause.Kind()
	}
}

// appendJSON appends the amount after its name, or nothing if there is none.
func (a *Amount) appendJSON(b []byte, name string) []byte {
	if a.Unit == NoUnit {
		return b
	}
	b = append(b, name...)
	switch a.Unit {
	case Periods, Days:
		return append(a.Period.AppendText(append(b, '"')), '"')
	case Words:
		return appendString(b, a.Word)
	default:
		return strconv.AppendInt(b, int64(a.Number), 10)
	}
}

// comma separates the i-th item of a list from the one before.
func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		b = appendString(comma(b, i), s)
	}
	return append(b, ']')
}

// appendDate appends a day as a string, or null for none.
func appendDate(b []byte, d civil.Date) []byte {
	if d.IsZero() {
		return append(b, "null"...)
	}
	return append(d.AppendText(append(b, '"')), '"')
}
