package eligibility

import "github.com/certreg/certreg/internal/civil"

// A RuleSet is one edition, parsed and checked. It is immutable.
type RuleSet struct{}

// ParseRuleSet reads an edition. Bad data is reported as an [*InputError].
func ParseRuleSet(data []byte) (*RuleSet, error) {
	return nil, &InputError{Detail: "not yet"}
}

// ID returns the edition's id.
func (r *RuleSet) ID() string { return "" }

// Digest returns "sha256:" and the hash of [RuleSet.Canonical], in hex.
func (r *RuleSet) Digest() string { return "" }

// Canonical returns the edition as RFC 8785 canonical JSON.
func (r *RuleSet) Canonical() []byte { return nil }

// Occupation returns what the edition admits to.
func (r *RuleSet) Occupation() Occupation { return Occupation{} }

// Edition returns the name of the edition.
func (r *RuleSet) Edition() Text { return Text{} }

// Authority returns who published it.
func (r *RuleSet) Authority() Authority { return Authority{} }

// Rank returns the rank of the authority.
func (r *RuleSet) Rank() Rank { return 0 }

// InForce returns the days the edition is in force.
func (r *RuleSet) InForce() Span { return Span{} }

// InForceOn reports whether the edition is in force on a day.
func (r *RuleSet) InForceOn(day civil.Date) bool { return false }

// RelatedFields returns the related majors the edition names.
func (r *RuleSet) RelatedFields() []string { return nil }

// Periods returns the named periods of the edition.
func (r *RuleSet) Periods() map[string]Span { return nil }

// DatePolicy returns the operator's readings.
func (r *RuleSet) DatePolicy() DatePolicy { return DatePolicy{} }

// Sources returns the documents quoted, ordered by id.
func (r *RuleSet) Sources() []Source { return nil }

// Levels returns the levels, lowest (5) first.
func (r *RuleSet) Levels() []Level { return nil }

// HasLevel reports whether the edition has conditions for a level.
func (r *RuleSet) HasLevel(level int) bool { return false }

// Decide returns the outcome for a level on a day. It panics unless
// [RuleSet.HasLevel].
func (r *RuleSet) Decide(level int, asOf civil.Date, f *Facts) Outcome { return 0 }

// Explain returns the whole answer for a level on a day. It panics unless
// [RuleSet.HasLevel].
func (r *RuleSet) Explain(level int, asOf civil.Date, f *Facts) *Decision { return nil }

// ExplainInto is Explain into a decision used before, whose memory it reuses.
func (r *RuleSet) ExplainInto(d *Decision, level int, asOf civil.Date, f *Facts) {}

// Facts is what is known about a person, parsed and checked. It is immutable.
type Facts struct{}

// ParseFacts reads facts. Bad data is reported as an [*InputError].
func ParseFacts(data []byte) (*Facts, error) { return nil, &InputError{Detail: "not yet"} }

// Canonical returns the facts as RFC 8785 canonical JSON.
func (f *Facts) Canonical() []byte { return nil }

// Digest returns "sha256:" and the hash of [Facts.Canonical], in hex.
func (f *Facts) Digest() string { return "" }

// MarshalJSON implements [json.Marshaler] with the canonical form.
func (f *Facts) MarshalJSON() ([]byte, error) { return f.Canonical(), nil }

// A Library is a collection of editions.
type Library struct{}

// Embedded returns the editions that come with the program, parsed once.
func Embedded() (*Library, error) { return &Library{}, nil }

// NewLibrary collects editions. It reports an error if two share an id.
func NewLibrary(sets ...*RuleSet) (*Library, error) { return &Library{}, nil }

// Governing returns the edition that governs decisions about an occupation on
// a day: the highest-ranking one in force, never an unofficial one.
func (l *Library) Governing(occupation string, on civil.Date) (*RuleSet, bool) { return nil, false }

// ByID returns the edition with the given id.
func (l *Library) ByID(id string) (*RuleSet, bool) { return nil, false }

// ByDigest returns the edition with the given digest.
func (l *Library) ByDigest(digest string) (*RuleSet, bool) { return nil, false }

// Occupations returns the occupations of all editions, ordered by id.
func (l *Library) Occupations() []Occupation { return nil }

// RuleSets returns all editions, ordered by id.
func (l *Library) RuleSets() []*RuleSet { return nil }
