package locale

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

func TestCataloguesAreComplete(t *testing.T) {
	for name, catalogue := range map[string]map[string]Text{
		"outcomes": outcomes, "statuses": statuses, "sections": sections, "policies": policies, "ranks": ranks,
		"schooling": schooling, "fields": fields, "programmes": programmes, "scopes": scopes, "titles": titles,
	} {
		for code, text := range catalogue {
			checkText(t, name+" "+code, text)
		}
	}
	for _, o := range []eligibility.Outcome{eligibility.NotEligible, eligibility.NotYet, eligibility.NeedsInformation, eligibility.EligibleProvisional, eligibility.Eligible} {
		checkText(t, o.String(), Outcome(o))
	}
	for _, s := range []eligibility.Status{eligibility.NotApplicable, eligibility.Unsatisfied, eligibility.Unknown, eligibility.Satisfied} {
		checkText(t, s.String(), Status(s))
	}
	for _, r := range []eligibility.Rank{eligibility.Unofficial, eligibility.Provincial, eligibility.NationalStandard} {
		checkText(t, r.String(), Rank(r))
	}
}

// checkText checks that a text exists in both languages: its Chinese has
// Chinese characters and its English has none.
func checkText(t *testing.T, name string, text Text) {
	t.Helper()
	han := func(r rune) bool { return unicode.Is(unicode.Han, r) }
	if !strings.ContainsFunc(text.ZH, han) {
		t.Errorf("%s: got %q in Chinese, want Chinese", name, text.ZH)
	}
	if text.EN == "" || strings.ContainsFunc(text.EN, han) {
		t.Errorf("%s: got %q in English, want English", name, text.EN)
	}
	if strings.Contains(text.ZH+text.EN, "%!") {
		t.Errorf("%s: got %q, want every verb filled", name, text)
	}
}

// clauses has one or more clauses of every kind.
func clauses() []eligibility.Clause {
	years := civil.Period{Years: 3, Months: 6}
	return []eligibility.Clause{
		&eligibility.Work{Scope: "own", AtLeast: years},
		&eligibility.Work{Scope: "own-or-related", AtLeast: years, Cumulative: true, Since: "c"},
		&eligibility.Education{AtLeast: "bachelor", Fields: []string{"own", "related"}},
		&eligibility.Education{Exactly: "college", Programmes: []string{"senior-skills"}, Graduating: eligibility.GraduatingOnly},
		&eligibility.Education{Graduating: eligibility.GraduatingAllowed},
		&eligibility.Certificate{Level: 3, Scope: "own"},
		&eligibility.Certificate{Level: 3, Scope: "own-or-related", HeldFor: years},
		&eligibility.Training{Level: 2, Hours: 140},
		&eligibility.Title{Rank: "junior"},
		&eligibility.Student{},
		&eligibility.Student{AtLeast: "bachelor", Fields: []string{"other"}},
		&eligibility.Age{AtLeast: civil.Period{Years: 16}},
		&eligibility.Engaged{Scope: "own"},
		&eligibility.Intends{Scope: "related"},
		&eligibility.Apprenticeship{},
		&eligibility.Evidence{Code: "driving-licence"},
		&eligibility.Any{},
	}
}

func TestEveryKindOfClauseHasWords(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range clauses() {
		seen[c.Kind()] = true
		checkText(t, c.Kind(), Clause(c))
	}
	if got, want := slices.Sorted(maps.Keys(seen)), slices.Sorted(slices.Values(eligibility.Kinds())); !slices.Equal(got, want) {
		t.Errorf("kinds with words: got %v, want %v", got, want)
	}
}

// Whatever the embedded editions can answer has words.
func TestDecisionsOfTheEmbeddedEditionsHaveWords(t *testing.T) {
	library, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	on, err := civil.ParseDate("2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`{}`,
		`{"work":[{"from":"2024-02","to":null,"occupation":"own"}],"education":[{"level":"bachelor","field":"unknown","awarded":"2019-07-01"}],"partial":["work"]}`,
		`{"work":[{"from":"2004-02-01","to":null,"occupation":"related"}],"education":[],"certificates":[],"training":[],"student":[{"level":"bachelor","field":"own","finalYear":true,"graduates":"2027-07-01"}]}`,
	} {
		facts, err := eligibility.ParseFacts([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, set := range library.RuleSets() {
			for _, l := range set.Levels() {
				checkDecision(t, set.Explain(l.Number, on, facts))
			}
		}
	}
}

func checkDecision(t *testing.T, d *eligibility.Decision) {
	t.Helper()
	for _, q := range d.Questions {
		checkText(t, "section "+q.Section, Section(q.Section))
	}
	for _, p := range d.Policies {
		checkText(t, "policy "+p, Policy(p))
	}
	for _, c := range d.Conditions {
		for i := range c.Clauses {
			if found := Found(&c.Clauses[i]); found != (Text{}) {
				checkText(t, "found for "+c.ID, found)
			}
		}
	}
}

func TestPeriod(t *testing.T) {
	tests := []struct {
		p      civil.Period
		zh, en string
	}{
		{civil.Period{}, "0 个月", "0 months"},
		{civil.Period{Years: 1}, "1 年", "1 year"},
		{civil.Period{Years: 2, Months: 1}, "2 年 1 个月", "2 years 1 month"},
		{civil.Period{Months: 10}, "10 个月", "10 months"},
	}
	for _, tt := range tests {
		if got, want := Period(tt.p), (Text{ZH: tt.zh, EN: tt.en}); got != want {
			t.Errorf("Period(%s): got %v, want %v", tt.p, got, want)
		}
	}
}
