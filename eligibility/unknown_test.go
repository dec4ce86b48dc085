package eligibility_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// unknowns is a set of facts about which some things are not known.
type unknowns struct{ told dict }

func anyUnknowns(t *rapid.T) unknowns {
	u := unknowns{told: anyFacts(t)}
	blur := func(name string) bool { return rapid.IntRange(0, 5).Draw(t, name) == 0 }
	for _, section := range []string{"work", "education", "certificates", "training", "titles", "student"} {
		for _, item := range u.told[section].([]any) {
			f := item.(dict)
			for _, name := range []string{"from", "to", "awarded", "issued", "completed"} {
				text, ok := f[name].(string)
				switch {
				case ok && blur("month"):
					f[name] = text[:len("2020-01")]
				case ok && blur("no date"):
					delete(f, name)
				}
			}
			for _, name := range []string{"occupation", "field", "level"} {
				if f[name] != nil && blur("enumeration") {
					f[name] = "unknown"
				}
			}
		}
	}
	if text := u.told["born"].(string); blur("born") {
		u.told["born"] = text[:len("2004-01")]
	}
	partial := []any{}
	for _, section := range []string{"work", "education", "certificates", "training", "titles", "student", "evidence"} {
		if blur("partial") {
			partial = append(partial, section)
		}
	}
	u.told["partial"] = partial
	for section := range u.told {
		if section != "partial" && blur("absent") {
			delete(u.told, section)
		}
	}
	return u
}

// complete draws one completion: facts with nothing unknown that agree with
// what is told.
func (u unknowns) complete(t *rapid.T) dict {
	_, whole := encoded(t, u.told)
	partial := words(whole["partial"])
	delete(whole, "partial")
	more := anyFacts(t)
	for section, v := range more {
		told, ok := whole[section].([]any)
		switch {
		case whole[section] == nil:
			whole[section] = v
		case ok && slices.Contains(partial, section):
			whole[section] = append(told, v.([]any)...)
		}
	}
	if born := whole["born"].(string); len(born) == len("2004-01") {
		whole["born"] = born + "-15"
	}
	for _, section := range []string{"work", "education", "certificates", "training", "titles", "student"} {
		for _, item := range whole[section].([]any) {
			f := item.(dict)
			if section == "work" {
				completeSpell(t, f)
			} else if name := dateName[section]; name != "" {
				f[name] = someDay(t, f[name])
			}
			for _, name := range []string{"occupation", "field"} {
				if f[name] == "unknown" {
					f[name] = one(t, name, "own", "related", "other")
				}
			}
			if f["level"] == "unknown" {
				f["level"] = any(float64(one(t, "level", 5, 4, 3, 2, 1)))
				if section == "education" || section == "student" {
					f["level"] = one(t, "schooling", ladder...)
				}
			}
		}
	}
	return whole
}

// dateName is the name of the date of the facts of a section.
var dateName = map[string]string{"education": "awarded", "certificates": "issued", "training": "completed", "titles": "awarded"}

// completeSpell settles the ends of a spell so that it has at least one day.
func completeSpell(t *rapid.T, f dict) {
	from, to := f["from"], f["to"]
	_, ends := f["to"]
	f["from"] = someDay(t, from)
	if ends && to == nil {
		return
	}
	f["to"] = someDay(t, to)
	if text, _ := from.(string); f["to"].(string) < f["from"].(string) {
		if to == nil || len(text) == len(time.DateOnly) {
			f["to"] = f["from"]
		} else {
			f["from"] = f["to"]
		}
	}
}

// someDay completes a date known to the month, or not at all.
func someDay(t *rapid.T, v any) string {
	text, _ := v.(string)
	switch len(text) {
	case len(time.DateOnly):
		return text
	case len("2020-01"):
		first := day(text + "-01")
		return first.AddDate(0, 0, rapid.IntRange(0, first.AddDate(0, 1, -1).Day()-1).Draw(t, "day")).Format(time.DateOnly)
	default:
		return anyDate(t)
	}
}

// status compares a finding with what the oracle says of one completion.
func contradicts(s eligibility.Status, holds bool) bool {
	return s == eligibility.Satisfied && !holds || s == eligibility.Unsatisfied && holds
}

// Whatever else comes to be known, a definite answer stands: what the engine
// says of unknown facts holds in every completion of them.
func TestMoreFactsNeverTurnADefiniteAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		setJSON, set := encoded(t, anyRuleSet(t))
		r := ruleSet(t, setJSON)
		u := anyUnknowns(t)
		factsJSON, _ := encoded(t, u.told)
		f := facts(t, factsJSON)
		asOf := anyDay(t)
		d := explain(t, r, 3, civil.Of(asOf), f)
		for range 8 {
			whole := u.complete(t)
			o := oracle{set: set, facts: whole, on: asOf}
			fail := func(what string) {
				wholeJSON, _ := encoded(t, whole)
				t.Fatalf("rule set %s\nfacts %s\ncompleted %s\nas of %s: got %s, but %s", setJSON, factsJSON, wholeJSON, asOf.Format(time.DateOnly), d.Outcome, what)
			}
			outright := o.eligible(3, asOf)
			ids, _ := o.satisfied(3)
			o.provisional = true
			provisional := o.eligible(3, asOf)
			all, _ := o.satisfied(3)
			o.provisional = false
			for _, c := range d.Conditions {
				if !c.Provisional && contradicts(c.Status, slices.Contains(ids, c.ID)) || contradicts(c.Status, slices.Contains(all, c.ID)) {
					fail("condition " + c.ID + " is said to be " + c.Status.String())
				}
			}
			switch d.Outcome {
			case eligibility.Eligible:
				if !outright {
					fail("the completed facts are not")
				}
			case eligibility.EligibleProvisional:
				if !provisional {
					fail("the completed facts are not even that")
				}
			case eligibility.NotYet, eligibility.NotEligible:
				if provisional {
					fail("the completed facts are eligible")
				}
			case eligibility.NeedsInformation:
			}
			if on := d.Earliest.On; !on.IsZero() {
				if y, m, dd := on.YMD(); !o.eligible(3, time.Date(y, m, dd, 0, 0, 0, 0, time.UTC)) {
					fail("not on the earliest day " + on.String())
				}
			}
		}
		checkEarliest(t, r, civil.Of(asOf), f, d)
	})
}

// checkEarliest checks with the decision itself that the earliest day is the
// first.
func checkEarliest(t *rapid.T, r *eligibility.RuleSet, asOf civil.Date, f *eligibility.Facts, d *eligibility.Decision) {
	t.Helper()
	until := d.Earliest.On
	if d.Outcome == eligibility.NotEligible {
		until = civil.Of(horizon)
	}
	for day := asOf; day.Before(until); day = day.AddDays(1) {
		if got := r.Decide(3, day, f); got == eligibility.Eligible {
			t.Fatalf("as of %s: got %s from %q, but %s on %s", asOf, d.Outcome, d.Earliest.On, got, day)
		}
	}
	if !until.IsZero() && d.Outcome != eligibility.NotEligible {
		if got := r.Decide(3, until, f); got != eligibility.Eligible {
			t.Fatalf("as of %s: got earliest %s, but %s on that day", asOf, until, got)
		}
	}
}

// With few enough unknown enumerations the answer is the one all completions
// agree on.
func TestUnknownEnumerationsAreCompleted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		setJSON, set := encoded(t, anyRuleSet(t))
		r := ruleSet(t, setJSON)
		told := anyFacts(t)
		completions := []func(dict){func(dict) {}}
		for section, names := range map[string][]string{"work": {"occupation"}, "education": {"field", "level"}, "certificates": {"level"}} {
			for i, item := range told[section].([]any) {
				for _, name := range names {
					values := []any{"own", "related", "other"}
					if name == "level" {
						values = []any{5.0, 4.0, 3.0, 2.0, 1.0}
						if section == "education" {
							values = []any{"secondary", "vocational", "college", "bachelor", "master", "doctorate"}
						}
					}
					if len(completions)*len(values) > 64 || rapid.IntRange(0, 2).Draw(t, "known") > 0 {
						continue
					}
					item.(dict)[name] = "unknown"
					completions = times(completions, values, func(facts dict, v any) { facts[section].([]any)[i].(dict)[name] = v })
				}
			}
		}
		factsJSON, _ := encoded(t, told)
		asOf := anyDay(t)
		d := explain(t, r, 3, civil.Of(asOf), facts(t, factsJSON))
		eligible, provisional := 0, 0
		for _, complete := range completions {
			_, whole := encoded(t, told)
			complete(whole)
			o := oracle{set: set, facts: whole}
			if o.eligible(3, asOf) {
				eligible++
			}
			o.provisional = true
			if o.eligible(3, asOf) {
				provisional++
			}
		}
		want := []eligibility.Outcome{eligibility.NotEligible, eligibility.NotYet}
		switch {
		case eligible == len(completions):
			want = []eligibility.Outcome{eligibility.Eligible}
		case provisional == len(completions):
			want = []eligibility.Outcome{eligibility.EligibleProvisional}
		case provisional > 0:
			want = []eligibility.Outcome{eligibility.NeedsInformation}
		}
		if !slices.Contains(want, d.Outcome) {
			t.Fatalf("rule set %s\nfacts %s\nas of %s: got %s, but of %d completions %d are eligible and %d at least provisionally",
				setJSON, factsJSON, asOf.Format(time.DateOnly), d.Outcome, len(completions), eligible, provisional)
		}
	})
}

// times completes one more value in every way.
func times(completions []func(dict), values []any, set func(dict, any)) []func(dict) {
	var all []func(dict)
	for _, complete := range completions {
		for _, v := range values {
			all = append(all, func(facts dict) {
				complete(facts)
				set(facts, v)
			})
		}
	}
	return all
}

// What is not asked cannot change the outcome: two completions that differ in
// a section nobody is asked about come to the same.
func TestQuestionsLeaveNothingOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		setJSON, set := encoded(t, anyRuleSet(t))
		u := anyUnknowns(t)
		factsJSON, _ := encoded(t, u.told)
		asOf := anyDay(t)
		d := explain(t, ruleSet(t, setJSON), 3, civil.Of(asOf), facts(t, factsJSON))
		if d.Outcome == eligibility.Eligible {
			return
		}
		asked := map[string]bool{}
		for _, q := range d.Questions {
			asked[q.Section] = true
		}
		for range 6 {
			one, other := u.complete(t), u.complete(t)
			section := rapid.SampledFrom([]string{"born", "work", "education", "certificates", "training", "titles", "student", "apprenticeship", "intends", "evidence"}).Draw(t, "section")
			if asked[section] {
				continue
			}
			mixed := maps.Clone(one)
			mixed[section] = other[section]
			var answers [2][2]bool
			for i, whole := range []dict{one, mixed} {
				o := oracle{set: set, facts: whole}
				answers[i][0] = o.eligible(3, asOf)
				o.provisional = true
				answers[i][1] = o.eligible(3, asOf)
			}
			if answers[0] != answers[1] {
				oneJSON, _ := encoded(t, one)
				mixedJSON, _ := encoded(t, mixed)
				t.Fatalf("rule set %s\nfacts %s\nas of %s: got %s, asked about %v, but %s decides:\n%s\n%s", setJSON, factsJSON, asOf.Format(time.DateOnly), d.Outcome, d.Questions, section, oneJSON, mixedJSON)
			}
		}
	})
}
