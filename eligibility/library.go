package eligibility

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/certreg/certreg/internal/civil"
)

//go:embed rulesets/*.json
var rulesets embed.FS

// A Library is a collection of editions. It is immutable.
type Library struct {
	sets []*RuleSet // by id
}

var embedded = sync.OnceValues(func() (*Library, error) {
	names, err := fs.Glob(rulesets, "rulesets/*.json")
	if err != nil {
		return nil, fmt.Errorf("embedded rule sets: %w", err)
	}
	var sets []*RuleSet
	for _, name := range names {
		if strings.HasSuffix(name, ".cases.json") {
			continue
		}
		data, err := rulesets.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("embedded rule set: %w", err)
		}
		r, err := ParseRuleSet(data)
		if err != nil {
			return nil, fmt.Errorf("embedded rule set %s: %w", name, err)
		}
		sets = append(sets, r)
	}
	return NewLibrary(sets...)
})

// Embedded returns the editions that come with the program. They are parsed
// once.
func Embedded() (*Library, error) { return embedded() }

// NewLibrary collects editions. It reports an error if two different ones
// share an id.
func NewLibrary(sets ...*RuleSet) (*Library, error) {
	sorted := slices.Clone(sets)
	slices.SortFunc(sorted, func(x, y *RuleSet) int { return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.digest, y.digest)) })
	sorted = slices.CompactFunc(sorted, func(x, y *RuleSet) bool { return x.digest == y.digest })
	for i := 1; i < len(sorted); i++ {
		if sorted[i].id == sorted[i-1].id {
			return nil, fmt.Errorf("rule set %s: two different editions have this id", sorted[i].id)
		}
	}
	return &Library{sorted}, nil
}

// Governing returns the edition that governs decisions about an occupation on
// a day: of those in force the one of highest rank, of equal rank the one that
// came into force last. An unofficial edition never governs.
func (l *Library) Governing(occupation string, on civil.Date) (*RuleSet, bool) {
	var best *RuleSet
	for _, r := range l.sets {
		if r.occupation.ID != occupation || r.Rank() == Unofficial || !r.InForceOn(on) {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(r.Rank(), best.Rank()), r.inForce.From.Compare(best.inForce.From)) > 0 {
			best = r
		}
	}
	return best, best != nil
}

// ByID returns the edition with the given id.
func (l *Library) ByID(id string) (*RuleSet, bool) {
	return l.find(func(r *RuleSet) bool { return r.id == id })
}

// ByDigest returns the edition with the given digest.
func (l *Library) ByDigest(digest string) (*RuleSet, bool) {
	return l.find(func(r *RuleSet) bool { return r.digest == digest })
}

func (l *Library) find(is func(*RuleSet) bool) (*RuleSet, bool) {
	if i := slices.IndexFunc(l.sets, is); i >= 0 {
		return l.sets[i], true
	}
	return nil, false
}

// Occupations returns the occupations of all editions, ordered by id.
func (l *Library) Occupations() []Occupation {
	var all []Occupation
	for _, r := range l.sets {
		all = append(all, r.occupation)
	}
	slices.SortStableFunc(all, func(x, y Occupation) int { return cmp.Compare(x.ID, y.ID) })
	return slices.CompactFunc(all, func(x, y Occupation) bool { return x.ID == y.ID })
}

// RuleSets returns all editions, ordered by id.
func (l *Library) RuleSets() []*RuleSet { return slices.Clone(l.sets) }
