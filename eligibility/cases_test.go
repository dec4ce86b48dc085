package eligibility_test

import (
	"testing"

	"github.com/certreg/certreg/eligibility"
)

// embedded returns the embedded editions.
func embedded(t testing.TB) *eligibility.Library {
	t.Helper()
	lib, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func cases(t testing.TB, id string) *eligibility.Cases {
	t.Helper()
	c, ok, err := eligibility.CasesOf(id)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Fatalf("edition %s has no cases", id)
	}
	return c
}

func TestEmbeddedEditionsAnswerTheirCases(t *testing.T) {
	for _, r := range embedded(t).RuleSets() {
		t.Run(r.ID(), func(t *testing.T) {
			c := cases(t, r.ID())
			if c.RuleSet() != r.ID() || len(c.All()) < 20 {
				t.Errorf("got %d cases for %s, want at least 20 for %s", len(c.All()), c.RuleSet(), r.ID())
			}
			for _, f := range c.Run(r) {
				t.Errorf("%s (level %d as of %s, %s):\ngot  %s\nwant %s", f.Case.Name.EN, f.Case.Level, f.Case.AsOf, f.Case.Facts.Canonical(), f.Got, f.Case.Want)
			}
		})
	}
}

func TestNoMutationOfAnEmbeddedEditionSurvives(t *testing.T) {
	for _, r := range embedded(t).RuleSets() {
		t.Run(r.ID(), func(t *testing.T) {
			all := r.Mutations()
			if len(all) < 20 {
				t.Errorf("got %d mutations, want at least 20", len(all))
			}
			t.Logf("%d mutations", len(all))
			for _, m := range cases(t, r.ID()).Survivors(r) {
				t.Errorf("%s: %s: no case notices", m.Pointer, m.Change.EN)
			}
		})
	}
}
