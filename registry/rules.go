package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// Rules are the rule sets decisions are made by: those that come with the
// program and those published in the register.
type Rules struct {
	*eligibility.Library
	published map[string]Edition // by digest
}

// Rules returns the rule sets as they are published now.
func (r *Registry) Rules(ctx context.Context) (rules Rules, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		rules, err = r.rulesNow(ctx, rd)
		return err
	})
	return rules, err
}

func (r *Registry) rulesNow(ctx context.Context, rd Reader) (Rules, error) {
	editions, err := rd.Editions(ctx, EditionScheduled)
	if err != nil || len(editions) == 0 {
		return Rules{Library: r.rules}, err
	}
	published := make(map[string]Edition, len(editions))
	sets := slices.Clone(r.rules.RuleSets())
	for _, e := range editions {
		rules, err := r.parsed(e)
		if err != nil {
			return Rules{}, err
		}
		published[e.Digest] = e
		sets = append(sets, rules)
	}
	library, err := eligibility.NewLibrary(sets...)
	return Rules{Library: library, published: published}, err
}

// parsed is the rule set of an edition. Each is parsed once: what a digest
// stands for never changes.
func (r *Registry) parsed(e Edition) (*eligibility.RuleSet, error) {
	if known, _ := r.parsedSets.Load(e.Digest); known != nil {
		if rules, ok := known.(*eligibility.RuleSet); ok {
			return rules, nil
		}
	}
	rules, err := eligibility.ParseRuleSet(e.Document)
	if err != nil {
		return nil, fmt.Errorf("edition %s: %w", e.Digest, err)
	}
	r.parsedSets.Store(e.Digest, rules)
	return rules, nil
}

// Governing is the edition that governs decisions about an occupation on a
// day: among those of the highest rank in force, the one that began to govern
// last. Unofficial editions never govern.
func (r Rules) Governing(occupation string, on civil.Date) (*eligibility.RuleSet, bool) {
	var best *eligibility.RuleSet
	for _, rules := range r.RuleSets() {
		from := r.from(rules)
		if rules.Occupation().ID != occupation || rules.Rank() == eligibility.Unofficial || !rules.InForceOn(on) || on.Before(from) {
			continue
		}
		if best == nil || rules.Rank() > best.Rank() || (rules.Rank() == best.Rank() && from.After(r.from(best))) {
			best = rules
		}
	}
	return best, best != nil
}

// from is the day on which a rule set begins to govern.
func (r Rules) from(rules *eligibility.RuleSet) civil.Date {
	if e, ok := r.published[rules.Digest()]; ok {
		return e.GovernsFrom
	}
	return rules.InForce().From
}

// stateOn is the state of an edition on a day.
func (r Rules) stateOn(e Edition, day civil.Date) EditionState {
	if e.State != EditionScheduled || day.Before(e.GovernsFrom) {
		return e.State
	}
	if now, ok := r.Governing(e.Occupation, day); ok && now.Digest() == e.Digest {
		return EditionInForce
	}
	return EditionSuperseded
}
