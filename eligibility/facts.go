package eligibility

import (
	"math/bits"

	"github.com/certreg/certreg/internal/civil"
)

// sections is a set of sections of the facts.
type sections uint16

const (
	sectionBorn sections = 1 << iota
	sectionWork
	sectionEducation
	sectionCertificates
	sectionTraining
	sectionTitles
	sectionStudent
	sectionApprenticeship
	sectionIntends
	sectionEvidence

	allSections = sectionEvidence<<1 - 1
)

// sectionNames are the names of the sections, in the order of their bits.
var sectionNames = [...]string{
	"born", "work", "education", "certificates", "training", "titles", "student", "apprenticeship", "intends", "evidence",
}

// Facts is what is known about a person, parsed and checked. It is immutable
// and safe for use by several goroutines.
//
// A section that is absent is not known, an empty one means none, and one
// listed as partial may be incomplete. A date known to the month is some day
// of that month; an absent date could be any.
type Facts struct {
	source  []byte
	absent  sections
	partial sections // listed as possibly incomplete
	inexact sections // has a date that is not known to the day
	monthly sections // has a date known to the month only
	unknown []unknownValue

	born           days
	sure, possible []cover // work at its shortest and at its longest, by start
	education      []diploma
	certificates   []certificate
	training       []course
	titles         []title
	student        []enrolment
	apprenticeship bool
	intends        bool
	evidence       []proof
}

// open returns the sections that may hold more than is told.
func (f *Facts) open() sections { return f.absent | f.partial }

// days is the range in which a day lies: one day if it is known, a month, or
// all there are.
type days struct{ lo, hi civil.Date }

// exact reports whether the day is known.
func (d days) exact() bool { return d.lo == d.hi }

// anyDay is the range of a day of which nothing is known.
func anyDay() days { return days{minDay, forever} }

var (
	minDay  = civil.MinDate()
	forever = civil.MaxDate() // later than every day a decision is made on
)

// A code is one value of an enumeration, as a bit so that clauses test sets
// of them; or unknownCode plus the index of a value that is not known.
type code uint16

const unknownCode code = 1 << 15

// count returns the number of values in the set c.
func (c code) count() int { return bits.OnesCount16(uint16(c)) }

// The enumerations of the facts. Occupation and field share their bits, as
// the scopes and field lists of the clauses do.
const (
	own code = 1 << iota
	related
	other

	anyField = own | related | other
)

const (
	secondary code = 1 << iota
	vocational
	college
	bachelor
	master
	doctorate

	anyEducation = secondary | vocational | college | bachelor | master | doctorate
)

const (
	junior code = 1 << iota
	middle
	senior
)

const (
	technicalSchool code = 1 << iota
	seniorSkills
	technician
	evaluated
)

// anyLevel is the set of levels 1 to 5; level n is the bit 1<<n.
const anyLevel code = 1<<1 | 1<<2 | 1<<3 | 1<<4 | 1<<5

// An unknownValue is an enumerated value the facts say is not known.
type unknownValue struct {
	section sections
	domain  code
}

// A cover is a stretch of work, [from, end).
type cover struct {
	from, end  civil.Date
	occupation code
	open       bool // still going on: end is the end of time
	index      int16
}

// A spell is one entry of the work section.
type spell struct {
	from, to   days // to is the last day worked
	occupation code
	open       bool
}

type diploma struct {
	level, field, programme code
	awarded                 days
}

type certificate struct {
	level, occupation code
	issued            days
}

type course struct {
	level       code
	hours       int
	completed   days
	certificate bool
}

type title struct {
	rank    code
	awarded days
}

type enrolment struct {
	level, field, programme code
	final                   bool
	graduates               days
}

type proof struct {
	code     string
	accepted bool
}

// Canonical returns the facts as RFC 8785 canonical JSON.
func (f *Facts) Canonical() []byte {
	v, err := readJSON(f.source, maxFacts)
	if err != nil { // the source was read once already
		return nil
	}
	return v.appendCanonical(make([]byte, 0, len(f.source)))
}

// Digest returns "sha256:" and the hash of [Facts.Canonical] in hex.
func (f *Facts) Digest() string { return digest(f.Canonical()) }

// MarshalJSON implements [json.Marshaler] with the canonical form.
func (f *Facts) MarshalJSON() ([]byte, error) { return f.Canonical(), nil }
