package registry

import (
	"maps"
	"slices"

	"github.com/certreg/certreg/internal/civil"
)

// An Attempt is a result that no certificate rests on yet, with what its
// retention is counted by.
type Attempt struct {
	Result  Result
	Applied EvidenceApplication // what the result was made under
	Person  string
	Sitting string
	On      civil.Date // day of the sitting
	Amended bool       // of a use: an amendment took effect after the certificate was issued
}

// kept is the passed components that still count on a day, each with the
// latest attempt that passed it. A pass counts from the day of its sitting for
// the scheme's retention, that day of the year included (Civil Code art. 201–202);
// where the scheme limits retakes it lapses once that many sittings were spent
// since without completing the examination.
func (s Scheme) kept(attempts []Attempt, day civil.Date) map[string]Attempt {
	kept := map[string]Attempt{}
	for _, a := range attempts {
		if !a.Result.Passed(s.PassMark) || a.On.After(day) || day.After(a.On.Add(s.Retention)) {
			continue
		}
		if s.Retakes > 0 && sittingsBetween(attempts, a.On, day) >= s.Retakes {
			continue
		}
		if old, ok := kept[a.Result.Component]; !ok || a.On.After(old.On) {
			kept[a.Result.Component] = a
		}
	}
	return kept
}

// sittingsBetween counts the days after from and before until on which the
// person sat, by what is confirmed.
func sittingsBetween(attempts []Attempt, from, until civil.Date) int {
	days := map[civil.Date]bool{}
	for _, a := range attempts {
		if a.Result.Confirmed() && a.On.After(from) && a.On.Before(until) {
			days[a.On] = true
		}
	}
	return len(days)
}

// complete is the attempts with which every component of a level is passed,
// within retention of one another, in the scheme's order; nil when they are not.
func (s Scheme) complete(attempts []Attempt, level int) []Attempt {
	wanted := s.components(level)
	days := slices.SortedFunc(maps.Keys(passDays(attempts, s.PassMark)), func(a, b civil.Date) int { return b.Compare(a) })
	for _, last := range days {
		kept := s.kept(attempts, last)
		var whole []Attempt
		for _, id := range wanted {
			if a, ok := kept[id]; ok {
				whole = append(whole, a)
			}
		}
		if len(wanted) > 0 && len(whole) == len(wanted) {
			return whole
		}
	}
	return nil
}

func passDays(attempts []Attempt, passMark Score) map[civil.Date]bool {
	days := map[civil.Date]bool{}
	for _, a := range attempts {
		if a.Result.Passed(passMark) {
			days[a.On] = true
		}
	}
	return days
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
