package registry

import (
	"errors"
	"testing"

	"github.com/certreg/certreg/internal/civil"
)

func attempt(t *testing.T, component, on string, final Score) Attempt {
	t.Helper()
	d, err := civil.ParseDate(on)
	if err != nil {
		t.Fatal(err)
	}
	return Attempt{On: d, Result: Result{Component: component, Mark: Scored, Final: final, ConfirmedBy: "x"}}
}

func TestComplete(t *testing.T) {
	schemes, err := embeddedSchemes()
	if err != nil {
		t.Fatal(err)
	}
	void := attempt(t, "skills", "2024-04-20", 9000)
	void.Result.Mark = Void
	unconfirmed := attempt(t, "skills", "2024-04-20", 9000)
	unconfirmed.Result.ConfirmedBy = ""
	tests := []struct {
		name     string
		scheme   string
		attempts []Attempt
		want     bool
	}{
		{"both at once, at the mark", "csm-two-years", []Attempt{attempt(t, "theory", "2024-04-20", 6000), attempt(t, "skills", "2024-04-20", 6000)}, true},
		{"a hundredth short", "csm-two-years", []Attempt{attempt(t, "theory", "2024-04-20", 6000), attempt(t, "skills", "2024-04-20", 5999)}, false},
		{"the second part two years later to the day", "csm-two-years", []Attempt{attempt(t, "theory", "2024-04-20", 6000), attempt(t, "skills", "2026-04-20", 6000)}, true},
		{"a day too late", "csm-two-years", []Attempt{attempt(t, "theory", "2024-04-20", 6000), attempt(t, "skills", "2026-04-21", 6000)}, false},
		{"from a leap day", "csm-two-years", []Attempt{attempt(t, "theory", "2024-02-29", 6000), attempt(t, "skills", "2026-02-28", 6000)}, true},
		{"lapsed and passed again", "csm-two-years", []Attempt{attempt(t, "theory", "2022-04-20", 6000), attempt(t, "skills", "2024-06-20", 6000), attempt(t, "theory", "2025-04-20", 6000)}, true},
		{"any number of retakes", "csm-two-years", []Attempt{attempt(t, "theory", "2024-04-20", 6000), attempt(t, "skills", "2024-06-20", 0), attempt(t, "skills", "2024-10-20", 0), attempt(t, "skills", "2024-12-20", 6000)}, true},
		{"the one retake", "csm-one-year", []Attempt{attempt(t, "theory", "2024-04-20", 6000), attempt(t, "skills", "2024-04-20", 0), attempt(t, "skills", "2024-10-20", 6000)}, true},
		{"a second retake", "csm-one-year", []Attempt{attempt(t, "theory", "2024-04-20", 6000), attempt(t, "skills", "2024-10-20", 0), attempt(t, "skills", "2024-12-20", 6000)}, false},
		{"one year, a day too late", "csm-one-year", []Attempt{attempt(t, "theory", "2024-04-20", 6000), attempt(t, "skills", "2025-04-21", 6000)}, false},
		{"void", "csm-two-years", []Attempt{attempt(t, "theory", "2024-04-20", 6000), void}, false},
		{"not confirmed", "csm-two-years", []Attempt{attempt(t, "theory", "2024-04-20", 6000), unconfirmed}, false},
		{"none", "csm-two-years", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			whole := schemes[tt.scheme].complete(tt.attempts, 3)
			if got := whole != nil; got != tt.want {
				t.Errorf("complete = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestSchemesAreWhole(t *testing.T) {
	schemes, err := embeddedSchemes()
	if err != nil {
		t.Fatal(err)
	}
	defaults := map[string]int{}
	for id, s := range schemes {
		if s.Default {
			defaults[s.Occupation]++
		}
		if s.PassMark <= 0 || s.PassMark > s.MaxScore || s.Retention.IsZero() || s.Cite == "" || s.Name.ZH == "" || s.Name.EN == "" {
			t.Errorf("scheme %s lacks something: %+v", id, s)
		}
		for _, l := range s.Levels {
			for _, c := range l.Components {
				if c.ID == "" || c.Name.ZH == "" || c.Name.EN == "" || c.Mode == "" {
					t.Errorf("scheme %s, level %d: component %+v lacks something", id, l.Level, c)
				}
			}
		}
	}
	for occupation, n := range defaults {
		if n != 1 {
			t.Errorf("%s has %d default schemes, want 1", occupation, n)
		}
	}
}

func TestEveryCodeHasAKind(t *testing.T) {
	for _, c := range Codes() {
		if c.Kind() == nil {
			t.Errorf("%s has no kind", c)
		}
	}
	for c := range notFoundDetails {
		if !errors.Is(c.Kind(), ErrNotFound) {
			t.Errorf("%s has a not-found detail but kind %v", c, c.Kind())
		}
	}
}
