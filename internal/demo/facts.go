package demo

import (
	"encoding/json"
	"fmt"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// The facts of an applicant, as the format of eligibility writes them.
type (
	facts struct {
		Born         civil.Date    `json:"born"`
		Work         []spell       `json:"work"`
		Education    []diploma     `json:"education"`
		Certificates []certificate `json:"certificates"`
		Training     []course      `json:"training"`
	}
	spell struct {
		From       civil.Date  `json:"from"`
		To         *civil.Date `json:"to"`
		Occupation string      `json:"occupation"`
	}
	diploma struct {
		Level     string     `json:"level"`
		Field     string     `json:"field"`
		Programme []string   `json:"programme,omitempty"`
		Awarded   civil.Date `json:"awarded"`
	}
	certificate struct {
		Level      int        `json:"level"`
		Occupation string     `json:"occupation"`
		Issued     civil.Date `json:"issued"`
	}
	course struct {
		Level       int        `json:"level"`
		Hours       int        `json:"hours"`
		Completed   civil.Date `json:"completed"`
		Certificate bool       `json:"certificate"`
	}
)

// A career is when someone reached each step, in months before they apply. It
// is what the facts of a condition are made from; 0 means not reached.
type career struct {
	work      int // began work in the occupation
	diploma   int
	level     string // of the diploma
	field     string // of the diploma
	programme []string
	held      int // obtained the certificate of the level below
	trained   int // completed the training
	hours     int
}

// careers meet the condition with their name in the edition csm-2007, each
// with some months to spare.
var careers = map[string]career{
	"3.1": {work: 78},
	"3.2": {work: 9, diploma: 17, level: "vocational", field: "own", programme: []string{"senior-skills"}},
	"3.3": {work: 14, diploma: 29, level: "college", field: "related"},
	"3.4": {work: 19, diploma: 41, level: "bachelor", field: "other"},
	"3.5": {diploma: 27, level: "college", field: "other", trained: 3, hours: 124},
	"2.1": {work: 163},
	"2.2": {work: 99, held: 67},
	"2.3": {work: 88, held: 52, trained: 7, hours: 144},
	"2.4": {work: 70, diploma: 76, level: "bachelor", field: "related"},
	"2.6": {work: 75, diploma: 90, level: "bachelor", field: "own", held: 40, trained: 5, hours: 150},
	"2.7": {work: 33, diploma: 34, level: "master", field: "other"},
	"1.1": {work: 235},
	"1.2": {work: 160, held: 66},
	"1.3": {work: 150, held: 43, trained: 4, hours: 168},
	"1.4": {work: 161, diploma: 172, level: "bachelor", field: "related"},
}

// schooling is the age in years at which a diploma of each level is awarded.
var schooling = map[string]int{"": 18, "vocational": 19, "college": 21, "bachelor": 22, "master": 25}

// age is how old, in years, someone with this career is at least when they apply.
func (c career) age() int {
	return max(schooling[c.level]+(c.diploma+11)/12, 18+(c.work+11)/12)
}

// facts writes the career as facts of someone born on a day who applies on
// another, for a level. What is not said is told to be none.
func (c career) facts(born, on civil.Date, level int) (*eligibility.Facts, error) {
	before := func(months int) civil.Date { return on.AddMonths(-months) }
	f := facts{Born: born, Work: []spell{}, Education: []diploma{}, Certificates: []certificate{}, Training: []course{}}
	if c.work > 0 {
		f.Work = append(f.Work, spell{From: before(c.work).FirstOfMonth(), Occupation: "own"})
	}
	if c.diploma > 0 {
		f.Education = append(f.Education, diploma{Level: c.level, Field: c.field, Programme: c.programme, Awarded: before(c.diploma).FirstOfMonth()})
	}
	if c.held > 0 {
		f.Certificates = append(f.Certificates, certificate{Level: level + 1, Occupation: "own", Issued: before(c.held)})
	}
	if c.trained > 0 {
		f.Training = append(f.Training, course{Level: level, Hours: c.hours, Completed: before(c.trained), Certificate: true})
	}
	data, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	return eligibility.ParseFacts(data)
}

// FourMonthsEarly is the facts, in JSON, of someone who on a day lacks four
// months of what condition 2.6 asks of an applicant for level 2.
func FourMonthsEarly(on civil.Date) ([]byte, error) {
	c := career{work: 32, diploma: 70, level: "bachelor", field: "related", held: 32, trained: 2, hours: 140}
	f, err := c.facts(on.AddYears(-c.age()-1), on, 2)
	if err != nil {
		return nil, err
	}
	return f.Canonical(), nil
}
