package locale_test

import (
	"strings"
	"testing"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/locale"
)

func TestStepsReadInBothLanguages(t *testing.T) {
	on, err := civil.ParseDate("2027-02-01")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []eligibility.StepKind{eligibility.TakeUpWork, eligibility.Graduate, eligibility.Train, eligibility.Wait, eligibility.Sit} {
		text := locale.Step(eligibility.Step{Kind: kind, From: on, On: on, Level: 2, Hours: 140, Condition: "2.6"})
		for _, s := range []string{text.ZH, text.EN} {
			if !strings.Contains(s, "2027-02-01") || strings.Contains(s, "%!") {
				t.Errorf("%s: %q", kind, s)
			}
		}
	}
}

func TestEveryAssumptionHasWords(t *testing.T) {
	for _, code := range []string{
		"open-spells-continue", "passes-first-time", "graduates-on-time", "training-takes-no-time",
		"sittings-on-the-first-of-the-month", "sittings-on-any-day",
	} {
		if text := locale.Assumption(code); text.ZH == code || text.EN == code {
			t.Errorf("%s has no words", code)
		}
	}
}
