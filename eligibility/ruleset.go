package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// A Rank orders the authorities that publish editions.
type Rank uint8

// The ranks, lowest first. An unofficial edition never governs by itself.
const (
	Unofficial Rank = iota
	Provincial
	NationalStandard
)

// String returns the code of r.
func (r Rank) String() string {
	switch r {
	case NationalStandard:
		return "national-standard"
	case Provincial:
		return "provincial"
	default:
		return "unofficial"
	}
}

// MarshalText implements [encoding.TextMarshaler].
func (r Rank) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// An Occupation is what a rule set admits to.
type Occupation struct {
	ID   string
	Code string // in the national classification; "" if none was published
	Name Text
}

// An Authority is who published an edition.
type Authority struct {
	Name string
	Rank Rank
}

// A Span is a range of days. A zero From or To leaves that end open; To is the
// last day.
type Span struct {
	From, To civil.Date
	Basis    string // why these days: "published", "asserted", "assumed"
	Note     string
}

// Contains reports whether day lies in s.
func (s Span) Contains(day civil.Date) bool {
	return !day.Before(s.From) && (s.To.IsZero() || !day.After(s.To))
}

// A Source is a document an edition quotes.
type Source struct {
	ID    string
	Title string
	URL   string
	Note  string
}

// A DatePolicy is the operator's reading where the published text is silent.
type DatePolicy struct {
	GapToleranceDays int    // days between two spells that do not break continuous work
	MissingDay       string // day shown for a date known to the month: "month-end"
	Note             string
}

// A Level is one level of an edition with its conditions, any of which admits.
type Level struct {
	Number     int // 5 lowest to 1 highest
	Title      Text
	Require    []Clause // must hold besides a condition
	Conditions []Condition
}

// A Condition is one numbered alternative of a level.
type Condition struct {
	ID     string
	Number int
	Text   Text // as published
	Cite   []string
	Note   string
	During string // the period in which alone it applies; "" for always
	All    []Clause
}

// A Clause is one test of a condition. The set of kinds is closed.
type Clause interface {
	// Kind returns the code of the clause kind.
	Kind() string
}
