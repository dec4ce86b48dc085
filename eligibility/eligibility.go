// Package eligibility decides whether a person may sit the examination for a
// level of an occupation, and says which clause, why not, what is missing and
// from which day. The conditions are data: a rule set per published edition,
// built from a closed set of clause kinds.
//
// It does not know what day it is, who the person is, or where facts and
// decisions are kept.
package eligibility

// A Text is what a person reads, in Chinese and in English.
type Text struct{ ZH, EN string }

// In returns the text in the given language, "en" for English and Chinese for
// anything else.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// A Status is what one clause or condition comes to. Statuses are ordered, so
// that "all" is the minimum and "any" the maximum.
type Status uint8

// The three values of a clause.
const (
	Unsatisfied Status = iota
	Unknown
	Satisfied
)

// String returns the code of s.
func (s Status) String() string {
	switch s {
	case Satisfied:
		return "satisfied"
	case Unknown:
		return "unknown"
	default:
		return "unsatisfied"
	}
}

// An Outcome is the answer for one level.
type Outcome uint8

// The outcomes. What is missing from Not* is time alone in [NotYet], and a new
// fact in [NotEligible].
const (
	NotEligible Outcome = iota
	NotYet
	NeedsInformation
	EligibleProvisional
	Eligible
)

// String returns the code of o.
func (o Outcome) String() string {
	switch o {
	case Eligible:
		return "eligible"
	case EligibleProvisional:
		return "eligible-provisional"
	case NeedsInformation:
		return "needs-information"
	case NotYet:
		return "not-yet"
	default:
		return "not-eligible"
	}
}

// MarshalText implements [encoding.TextMarshaler].
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// An InputError is a rule set or a set of facts that cannot be read. Pointer
// is the JSON pointer of the place, Detail says what is wrong there.
type InputError struct {
	Pointer string
	Detail  string
}

// Error implements error.
func (e *InputError) Error() string {
	if e.Pointer == "" {
		return e.Detail
	}
	return e.Pointer + ": " + e.Detail
}
