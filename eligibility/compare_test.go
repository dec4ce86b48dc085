package eligibility_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// edited returns csm-2007 with a piece of its canonical text replaced.
func edited(t *testing.T, old, new string) *eligibility.RuleSet {
	t.Helper()
	text := csm(t).Canonical()
	if bytes.Count(text, []byte(old)) != 1 {
		t.Fatalf("%s occurs %d times", old, bytes.Count(text, []byte(old)))
	}
	return ruleSet(t, bytes.Replace(text, []byte(old), []byte(new), 1))
}

func TestCompareNamesChangesAndWitnesses(t *testing.T) {
	asOf := date(t, "2026-11-21")
	for _, tt := range []struct {
		name, old, new string
		want           []string // level, who admits, condition, work from
		changes        []string
	}{
		{"a threshold raised", `"atLeast":"P6Y"`, `"atLeast":"P7Y"`, []string{`3 eligible→not-yet 3.1 [{"from":"2020-11-21","occupation":"own","to":null}]`}, []string{"3.1 true"}},
		{"a threshold lowered", `"atLeast":"P6Y"`, `"atLeast":"P5Y"`, []string{`3 not-yet→eligible 3.1 [{"from":"2021-11-21","occupation":"own","to":null}]`}, []string{"3.1 true"}},
		{"a text only", `Six years or more of continuous work in the occupation.`, `At least six years of continuous work in the occupation.`, nil, []string{"3.1 false"}},
		{
			"added up instead of one stretch", `{"atLeast":"P19Y","kind":"work","measure":"continuous","scope":"own"}`, `{"atLeast":"P19Y","kind":"work","measure":"cumulative","scope":"own"}`,
			[]string{`1 not-yet→eligible 1.1 [{"from":"2007-11-26","occupation":"own","to":null}]`},
			[]string{"1.1 true"},
		},
	} {
		got := eligibility.Compare(csm(t), edited(t, tt.old, tt.new), asOf)
		var witnesses, changes []string
		for _, w := range got.Witnesses {
			work, _, _ := bytes.Cut(w.Facts.Canonical()[bytes.Index(w.Facts.Canonical(), []byte(`"work":`))+7:], []byte("}]"))
			witnesses = append(witnesses, fmt.Sprintf("%d %s→%s %s %s}]", w.Level, w.Before, w.After, w.Condition, work))
		}
		for _, c := range got.Changes {
			changes = append(changes, fmt.Sprint(c.ID, " ", c.Meaning))
		}
		if !slices.Equal(witnesses, tt.want) || !slices.Equal(changes, tt.changes) {
			t.Errorf("%s: got %q and %q, want %q and %q", tt.name, witnesses, changes, tt.want, tt.changes)
		}
	}
}

// Every mutation whose cases notice it by who is admitted has a witness on one
// side or the other.
func TestMutationsHaveWitnesses(t *testing.T) {
	r := csm(t)
	asOf := date(t, "2026-11-21")
	without := 0
	all := r.Mutations()
	for _, m := range all {
		if len(eligibility.Compare(r, m.RuleSet, asOf).Witnesses) == 0 {
			without++
			t.Logf("%s %s", m.Pointer, m.Change.EN)
		}
	}
	t.Logf("%d of %d mutations without a witness", without, len(all))
	if without > len(all)/10 {
		t.Errorf("got %d of %d mutations without a witness, want few", without, len(all))
	}
}

// What Compare and the lints hold to be implied is so for everybody.
func TestConditionsThatMeanTheSameAnswerTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		setJSON, set := encoded(t, anyRuleSet(t))
		_, other := encoded(t, anyRuleSet(t))
		other["datePolicy"], other["periods"] = set["datePolicy"], set["periods"]
		otherJSON, _ := encoded(t, other)
		x, y := ruleSet(t, setJSON), ruleSet(t, otherJSON)
		same := !slices.ContainsFunc(eligibility.Compare(x, y, civil.Of(lastDay)).Changes, func(c eligibility.Change) bool { return c.Meaning })
		factsJSON, _ := encoded(t, anyFacts(t))
		f, asOf := facts(t, factsJSON), civil.Of(anyDay(t))
		got, want := x.Explain(3, asOf, f).Satisfied, y.Explain(3, asOf, f).Satisfied
		if same && !slices.Equal(got, want) {
			t.Fatalf("%s and %s are said to mean the same, but %s: %v and %v", setJSON, otherJSON, factsJSON, got, want)
		}
	})
}

func TestMovesCountsAPopulation(t *testing.T) {
	var people []*eligibility.Facts
	for _, text := range applicants() {
		people = append(people, facts(t, []byte(text)))
	}
	got := eligibility.Moves(csm(t), edited(t, `"atLeast":"P13Y","kind":"work","measure":"continuous","scope":"own"}`+`],"cite":["s0"],"id":"2.1"`, `"atLeast":"P20Y","kind":"work","measure":"continuous","scope":"own"}],"cite":["s0"],"id":"2.1"`), 2, date(t, "2026-11-21"), slices.Values(people))
	moved, total := 0, 0
	for _, m := range got {
		total += m.Count
		if m.Before == eligibility.Eligible && m.After == eligibility.NotYet {
			moved = m.Count
		}
	}
	if moved != 2 || total != len(people) {
		t.Errorf("got %v, want 2 of %d to move", got, len(people))
	}
}
