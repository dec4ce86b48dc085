package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// An answers is what an applicant has told so far. It travels in the form from
// page to page and is kept nowhere else.
type answers struct {
	Occupation string          `json:"occupation"`
	Level      int             `json:"level,omitempty"` // 0: every level
	AsOf       civil.Date      `json:"asOf,omitzero"`   // zero: today
	Told       map[string]told `json:"told,omitempty"`  // by section of the facts
	Trail      []string        `json:"trail,omitempty"` // pages gone through, for the way back
}

// A told is what was told for one section of the facts. That a section is not
// in the answers at all means that it was not asked yet.
type told struct {
	Known   string  `json:"known"` // "yes", "no" or "unknown"
	Entries []entry `json:"entries,omitempty"`
	More    bool    `json:"more,omitempty"` // there is more, which the applicant cannot detail
}

// An entry is one fact as it was filled in, by the name of the question: a
// code, a number, a day or month; "" for what the applicant does not know.
type entry map[string]string

// The bounds of what is taken back from a form; a person has far less.
const (
	maxEntries = 30
	maxValue   = 32
	maxTrail   = 100
)

var errAnswers = errors.New("answers that no page of the check sends")

// readAnswers takes back what a form carried.
func readAnswers(text string) (*answers, error) {
	in := json.NewDecoder(strings.NewReader(text))
	in.DisallowUnknownFields()
	a := &answers{}
	if err := in.Decode(a); err != nil {
		return nil, errAnswers
	}
	if a.Level < 0 || a.Level > 5 || len(a.Trail) > maxTrail {
		return nil, errAnswers
	}
	for name, t := range a.Told {
		s, ok := sectionOf(name)
		if !ok || len(t.Entries) > maxEntries || !slices.Contains([]string{"yes", "no", "unknown"}, t.Known) {
			return nil, errAnswers
		}
		for _, e := range t.Entries {
			for key, value := range e {
				if !s.asks(key) || len(value) > maxValue {
					return nil, errAnswers
				}
			}
		}
	}
	return a, nil
}

// String is the answers as a form carries them.
func (a *answers) String() string {
	data, err := json.Marshal(a)
	if err != nil { // maps of strings always marshal
		return "{}"
	}
	return string(data)
}

// fragment is the answers as a link carries them, behind the #, which browsers
// do not send.
func (a *answers) fragment() string {
	bare := *a
	bare.Trail = nil
	return base64.RawURLEncoding.EncodeToString([]byte(bare.String()))
}

// tell sets what is told for a section.
func (a *answers) tell(section string, t told) {
	if a.Told == nil {
		a.Told = map[string]told{}
	}
	a.Told[section] = t
}

// day is the day to decide for.
func (a *answers) day(today civil.Date) civil.Date {
	if a.AsOf.IsZero() {
		return today
	}
	return a.AsOf
}

// facts is the answers as the engine takes them: a section that was not asked
// or is not known is left out, and "no" is an empty list.
func (a *answers) facts() (*eligibility.Facts, error) {
	doc := map[string]any{}
	var partial []string
	for name, t := range a.Told {
		s, ok := sectionOf(name)
		if !ok || t.Known == "unknown" {
			continue
		}
		doc[name] = s.fact(t)
		if t.More {
			partial = append(partial, name)
		}
	}
	if len(partial) > 0 {
		slices.Sort(partial)
		doc["partial"] = partial
	}
	data, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	return eligibility.ParseFacts(data)
}

// fact is one section in the form of the facts.
func (s section) fact(t told) any {
	switch {
	case s.name == "born":
		if len(t.Entries) == 0 {
			return nil
		}
		return t.Entries[0]["born"]
	case len(s.questions) == 0:
		return t.Known == "yes"
	}
	list := make([]map[string]any, 0, len(t.Entries))
	for _, e := range t.Entries {
		list = append(list, s.entryFact(e))
	}
	return list
}

func (s section) entryFact(e entry) map[string]any {
	fact := map[string]any{}
	for _, q := range s.questions {
		value := e[q.name]
		switch {
		case q.kind == endQuestion && value == stillGoing:
			fact[q.name] = nil
		case value == "":
		case q.kind == yesQuestion:
			fact[q.name] = value == "yes"
		case q.kind == numberQuestion || q.levels && value != "unknown":
			n, err := strconv.Atoi(value)
			if err != nil {
				fact[q.name] = value // refused by the engine, with the place
				continue
			}
			fact[q.name] = n
		case q.several:
			fact[q.name] = []string{value}
		default:
			fact[q.name] = value
		}
	}
	return fact
}
