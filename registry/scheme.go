package registry

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/certreg/certreg/internal/civil"
)

//go:embed schemes/*.json
var schemeFiles embed.FS

// A Scheme is how an occupation is examined: what is sat at each level, what
// passes, and how long a passed part stays valid. Schemes are data, because
// the published rules differ: the local standard keeps a passed part two years
// with any number of retakes, the national procedure (art. 16) one year with one retake.
type Scheme struct {
	ID         string        `json:"id"`
	Occupation string        `json:"occupation"`
	Default    bool          `json:"default"` // used by seasons that name no other
	Name       Text          `json:"name"`
	PassMark   Score         `json:"passMark"`
	MaxScore   Score         `json:"maxScore"`
	Retention  civil.Period  `json:"retention"` // from the day of the sitting in which the part was passed
	Retakes    int           `json:"retakes"`   // retakes within Retention; 0: any number
	Months     []int         `json:"months"`    // months of the national examinations
	Opened     []int         `json:"opened"`    // levels examined from the start; the national centre opens others
	Levels     []SchemeLevel `json:"levels"`
	Venue      Venue         `json:"venue"`
	Panel      Panel         `json:"panel"`
	Cite       string        `json:"cite"`
}

// A SchemeLevel lists what is sat at one level.
type SchemeLevel struct {
	Level      int         `json:"level"`
	Components []Component `json:"components"`
}

// A Component is one separately marked part of an examination.
type Component struct {
	ID   string `json:"id"` // "theory", "skills", "review"
	Name Text   `json:"name"`
	Mode string `json:"mode"` // "computer", "paper", "oral"
}

// A Venue is what a room must have.
type Venue struct {
	Computers    int `json:"computers"`
	LightSources int `json:"lightSources"`
}

// A Panel is who must be present.
type Panel struct {
	MinAssessors          int `json:"minAssessors"` // and always an odd number
	CandidatesInvigilator int `json:"candidatesPerInvigilator"`
}

// components are the identifiers of what is sat at a level, in order.
func (s Scheme) components(level int) []string {
	var ids []string
	for _, l := range s.Levels {
		if l.Level == level {
			for _, c := range l.Components {
				ids = append(ids, c.ID)
			}
		}
	}
	return ids
}

func embeddedSchemes() (map[string]Scheme, error) {
	names, err := fs.Glob(schemeFiles, "schemes/*.json")
	if err != nil {
		return nil, err
	}
	schemes := make(map[string]Scheme, len(names))
	for _, name := range names {
		data, err := schemeFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var s Scheme
		dec := json.NewDecoder(strings.NewReader(string(data)))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&s); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		schemes[s.ID] = s
	}
	return schemes, nil
}

// Schemes lists the exam schemes of an occupation, the default one first.
func (r *Registry) Schemes(occupation string) []Scheme {
	var found []Scheme
	for _, s := range r.schemes {
		if s.Occupation == occupation {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b Scheme) int {
		if a.Default != b.Default {
			if a.Default {
				return -1
			}
			return 1
		}
		return strings.Compare(a.ID, b.ID)
	})
	return found
}
