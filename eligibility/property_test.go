package eligibility_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// fataler is what *testing.T and *rapid.T have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// encoded writes v as JSON and reads it back, as plain data.
func encoded(t fataler, v dict) ([]byte, dict) {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%v", err)
	}
	var back dict
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatalf("%v", err)
	}
	return data, back
}

func ruleSet(t fataler, data []byte) *eligibility.RuleSet {
	t.Helper()
	r, err := eligibility.ParseRuleSet(data)
	if err != nil {
		t.Fatalf("ParseRuleSet(%s): %v", data, err)
	}
	return r
}

func facts(t fataler, data []byte) *eligibility.Facts {
	t.Helper()
	f, err := eligibility.ParseFacts(data)
	if err != nil {
		t.Fatalf("ParseFacts(%s): %v", data, err)
	}
	return f
}

// explain decides and checks that deciding and explaining agree.
func explain(t fataler, r *eligibility.RuleSet, level int, asOf civil.Date, f *eligibility.Facts) *eligibility.Decision {
	t.Helper()
	d := r.Explain(level, asOf, f)
	if got := r.Decide(level, asOf, f); got != d.Outcome {
		t.Fatalf("Decide: got %s, Explain says %s", got, d.Outcome)
	}
	return d
}

func TestEngineAgreesWithBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		setJSON, set := encoded(t, anyRuleSet(t))
		factsJSON, told := encoded(t, anyFacts(t))
		asOf := anyDay(t)
		d := explain(t, ruleSet(t, setJSON), 3, civil.Of(asOf), facts(t, factsJSON))

		o := oracle{set: set, facts: told}
		outcome, satisfied, earliest := o.decide(3, asOf, horizon)
		if d.Outcome.String() != outcome || d.Earliest.On.String() != earliest || !slices.Equal(d.Satisfied, satisfied) {
			t.Fatalf("rule set %s\nfacts %s\nas of %s: got %s %v %s, want %s %v %s", setJSON, factsJSON,
				asOf.Format(time.DateOnly), d.Outcome, d.Satisfied, d.Earliest.On, outcome, satisfied, earliest)
		}
	})
}

// same compares two answers but for the numbering of the facts.
func same(x, y *eligibility.Decision) bool {
	return x.Outcome == y.Outcome && slices.Equal(x.Satisfied, y.Satisfied) && x.Earliest.On == y.Earliest.On
}

func TestOrderOfFactsAndConditionsIsIrrelevant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, told := anyRuleSet(t), anyUnknowns(t).told
		setJSON, _ := encoded(t, set)
		factsJSON, _ := encoded(t, told)
		asOf := civil.Of(anyDay(t))
		want := explain(t, ruleSet(t, setJSON), 3, asOf, facts(t, factsJSON))

		for _, section := range told {
			if list, ok := section.([]any); ok {
				slices.Reverse(list)
			}
		}
		slices.Reverse(set["levels"].([]any)[0].(dict)["any"].([]any))
		mixedSet, _ := encoded(t, set)
		mixedFacts, _ := encoded(t, told)
		got := explain(t, ruleSet(t, mixedSet), 3, asOf, facts(t, mixedFacts))
		slices.Reverse(got.Satisfied)
		if !same(got, want) {
			t.Fatalf("rule set %s\nfacts %s\nas of %s: got %s %v %s, turned round %s %v %s", setJSON, factsJSON, asOf,
				want.Outcome, want.Satisfied, want.Earliest.On, got.Outcome, got.Satisfied, got.Earliest.On)
		}
	})
}

func TestSplittingASpellChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		setJSON, _ := encoded(t, anyRuleSet(t))
		r := ruleSet(t, setJSON)
		told := anyFacts(t)
		wholeJSON, _ := encoded(t, told)
		var split []any
		for _, item := range told["work"].([]any) {
			spell := item.(dict)
			from := day(spell["from"])
			at := from.AddDate(0, 0, rapid.IntRange(1, 300).Draw(t, "at"))
			if spell["to"] != nil && at.After(day(spell["to"])) {
				split = append(split, spell)
				continue
			}
			split = append(split,
				dict{"from": at.Format(time.DateOnly), "to": spell["to"], "occupation": spell["occupation"]},
				dict{"from": spell["from"], "to": at.AddDate(0, 0, -1).Format(time.DateOnly), "occupation": spell["occupation"]})
		}
		told["work"] = append([]any{}, split...)
		splitJSON, _ := encoded(t, told)
		asOf := civil.Of(anyDay(t))
		want := explain(t, r, 3, asOf, facts(t, wholeJSON))
		got := explain(t, r, 3, asOf, facts(t, splitJSON))
		if !same(got, want) {
			t.Fatalf("rule set %s\nfacts %s\nas of %s: got %s from %s, split %s from %s", setJSON, wholeJSON, asOf,
				want.Outcome, want.Earliest.On, got.Outcome, got.Earliest.On)
		}
	})
}
