// Package eligibility decides whether a person may sit the examination for a
// level of an occupation, and says which clause, why not, what is missing and
// from which day. The conditions are data: a rule set per published edition,
// built from a closed set of clause kinds.
//
// It does not know what day it is, who the person is, or where facts and
// decisions are kept.
package eligibility

import "fmt"

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

// The three values of a clause, and of a condition that is out of its period,
// which counts as unsatisfied.
const (
	NotApplicable Status = iota
	Unsatisfied
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
	case NotApplicable:
		return "not-applicable"
	default:
		return "unsatisfied"
	}
}

// MarshalText implements [encoding.TextMarshaler].
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// An Outcome is the answer for one level.
type Outcome uint8

// The outcomes. What is missing is time alone in [NotYet], and a new fact (a
// course, a certificate, a diploma) in [NotEligible].
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
// is the JSON pointer (RFC 6901) of the place, "" for the whole document.
// Detail says in English what is wrong there, Message in both languages. Code
// names the sort of mistake.
type InputError struct {
	Pointer string
	Code    string
	Detail  string
	Message Text
}

// Error implements error.
func (e *InputError) Error() string {
	if e.Pointer == "" {
		return e.Detail
	}
	return e.Pointer + ": " + e.Detail
}

// refuse returns an InputError about the value at hand; the callers on the
// way up add where that is.
func refuse(zh, en string, args ...any) *InputError {
	t := Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
	return &InputError{Code: "invalid", Detail: t.EN, Message: t}
}

// coded gives e a code of its own.
func coded(code string, e *InputError) *InputError {
	e.Code = code
	return e
}
