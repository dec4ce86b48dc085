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
	Name Text
	Rank Rank
}

// A Span is a range of days. A zero From or To leaves that end open; To is the
// last day.
type Span struct {
	From, To civil.Date
	Basis    string // how the days are known: published, asserted, assumed; "" if not said
	Note     Text
}

// Contains reports whether day lies in s.
func (s *Span) Contains(day civil.Date) bool {
	return !day.Before(s.From) && (s.To.IsZero() || !day.After(s.To))
}

// A Period is a named span in which alone some conditions apply.
type Period struct {
	Name string
	Span
}

// Fields are the related majors an edition names.
type Fields struct {
	Related []string
	Cite    []string
}

// A Source is a document an edition quotes.
type Source struct {
	ID    string
	Title Text
	URL   string
	Note  Text
}

// A DatePolicy is the operator's reading where the published text is silent.
type DatePolicy struct {
	GapToleranceDays int    // days between two spells that do not break continuous work
	MissingDay       string // the day shown for a date known to the month: month-end
	Note             Text
}

// A Level is one level of an edition with its conditions, any of which admits.
type Level struct {
	Number     int // 5 lowest to 1 highest
	Title      Text
	Require    []Clause // must hold besides a condition
	Conditions []Condition

	index                  int // in the file
	require                way
	order                  []int    // of Require: those that name facts first
	reads                  sections // what the answer can depend on
	steady                 bool     // what holds on one day holds on every later one
	plain                  bool     // steady, and each condition stands as its clauses do
	expects                bool     // some clause takes an expected diploma
	findings, alternatives int      // of a whole explanation
	size                   int      // of an explanation as JSON, about
	policies               []string // readings the answer rests on, whatever the facts
}

// A Condition is one numbered alternative of a level.
type Condition struct {
	ID     string
	Number int
	Text   Text // as published
	Cite   []string
	Note   Text
	During string // the period in which alone it applies; "" for always
	All    []Clause

	ways   []way
	order  []int // of All: those that name facts first
	during *Span
	reads  sections
	fixed  *fixedJSON
}

// A RuleSet is one edition, parsed and checked. It is immutable and safe for
// use by several goroutines; what its methods return must not be changed.
type RuleSet struct {
	id         string
	occupation Occupation
	edition    Text
	authority  Authority
	inForce    Span
	fields     Fields
	periods    []Period
	policy     DatePolicy
	sources    []Source
	note       Text
	levels     []Level
	canonical  []byte
	digest     string
}

// ID returns the edition's id.
func (r *RuleSet) ID() string { return r.id }

// Canonical returns the edition as RFC 8785 canonical JSON.
func (r *RuleSet) Canonical() []byte { return r.canonical }

// Digest returns "sha256:" and the hash of [RuleSet.Canonical] in hex. It is
// the identity of the edition: the same digest always decides the same.
func (r *RuleSet) Digest() string { return r.digest }

// Occupation returns what the edition admits to.
func (r *RuleSet) Occupation() Occupation { return r.occupation }

// Edition returns the name of the edition.
func (r *RuleSet) Edition() Text { return r.edition }

// Authority returns who published the edition.
func (r *RuleSet) Authority() Authority { return r.authority }

// Rank returns the rank of the authority.
func (r *RuleSet) Rank() Rank { return r.authority.Rank }

// InForce returns the days on which the edition is in force.
func (r *RuleSet) InForce() Span { return r.inForce }

// InForceOn reports whether the edition is in force on a day.
func (r *RuleSet) InForceOn(day civil.Date) bool { return r.inForce.Contains(day) }

// Fields returns the related majors the edition names.
func (r *RuleSet) Fields() Fields { return r.fields }

// Periods returns the named periods of the edition, in the order of the file.
func (r *RuleSet) Periods() []Period { return r.periods }

// DatePolicy returns the operator's readings.
func (r *RuleSet) DatePolicy() DatePolicy { return r.policy }

// Sources returns the documents quoted, in the order of the file.
func (r *RuleSet) Sources() []Source { return r.sources }

// Note returns what is to be said about the edition as a whole.
func (r *RuleSet) Note() Text { return r.note }

// Levels returns the levels, lowest (5) first.
func (r *RuleSet) Levels() []Level { return r.levels }

// Level returns one level; false if the edition has no conditions for it.
func (r *RuleSet) Level(number int) (*Level, bool) {
	for i := range r.levels {
		if r.levels[i].Number == number {
			return &r.levels[i], true
		}
	}
	return nil, false
}

// HasLevel reports whether the edition has conditions for a level.
func (r *RuleSet) HasLevel(level int) bool {
	_, ok := r.Level(level)
	return ok
}
