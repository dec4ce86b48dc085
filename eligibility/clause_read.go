package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// The most a rule set may hold.
const (
	maxConditions = 100 // of a level
	maxClauses    = 40  // of a list
	maxYears      = 100 // of a threshold
)

// The scopes of work, and those of certificates.
var (
	scopes            = []word{{"own", own}, {"own-or-related", own | related}, {"related", related}}
	certificateScopes = scopes[:2]
)

// readClauses reads a list of clauses.
func readClauses(v *value) ([]Clause, error) { return list(v, maxClauses, readClause) }

// readClause reads a clause of any kind.
func readClause(v *value) (Clause, error) {
	if err := v.is(jsonObject); err != nil {
		return nil, err
	}
	kind := v.member("kind")
	if kind == nil {
		return nil, missing("kind")
	}
	name, err := kind.string()
	if err != nil {
		return nil, under("kind", err)
	}
	for _, k := range kinds() {
		if k.name == name {
			return k.read(v)
		}
	}
	return nil, under("kind", unknownWord(name, "work, education, certificate, training, title, student, age, engaged, intends, apprenticeship, evidence, any"))
}

// eachParameter reads the members of a clause other than its kind.
func eachParameter(v *value, read func(name string, v *value) error, required ...string) error {
	return eachMember(v, func(name string, v *value) error {
		if name == "kind" {
			return nil
		}
		return read(name, v)
	}, required...)
}

func readWork(v *value) (Clause, error) {
	c := &Work{since: -1}
	err := eachParameter(v, func(name string, v *value) (err error) {
		switch name {
		case "measure":
			var measure code
			measure, err = v.word([]word{{"continuous", 1}, {"cumulative", 2}})
			c.Cumulative = measure == 2
		case "scope":
			c.Scope, c.scope, err = v.choice(scopes)
		case "atLeast":
			c.AtLeast, err = v.period()
		case "since":
			c.Since, err = v.name()
		default:
			err = unknownName()
		}
		return err
	}, "measure", "scope", "atLeast")
	return c, err
}

func readEducation(v *value) (Clause, error) {
	c := &Education{levels: anyEducation, fields: anyField, as: -1}
	err := eachParameter(v, func(name string, v *value) (err error) {
		var set code
		switch name {
		case "atLeast":
			c.AtLeast, set, err = v.choice(educations)
			c.levels &= atLeast(educations, set)
		case "exactly":
			c.Exactly, set, err = v.choice(educations)
			c.levels &= set
		case "field":
			c.Fields, c.fields, err = v.choices(occupations)
		case "programme":
			c.Programmes, c.programmes, err = v.choices(programmes)
		case "graduating":
			set, err = v.word([]word{{"allowed", code(GraduatingAllowed)}, {"only", code(GraduatingOnly)}})
			c.Graduating = Graduating(set)
		case "as":
			c.As, err = v.name()
		default:
			err = unknownName()
		}
		return err
	})
	if err == nil && c.AtLeast != "" && c.Exactly != "" {
		return nil, under("exactly", refuse("不能与 atLeast 同时使用", "cannot stand beside atLeast"))
	}
	return c, err
}

func readCertificate(v *value) (Clause, error) {
	c := &Certificate{Scope: "own", scope: own, as: -1}
	err := eachParameter(v, func(name string, v *value) (err error) {
		switch name {
		case "level":
			c.Level, err = v.int(1, 5)
			c.level = 1 << c.Level
		case "scope":
			c.Scope, c.scope, err = v.choice(certificateScopes)
		case "heldFor":
			c.HeldFor, err = v.period()
		case "as":
			c.As, err = v.name()
		default:
			err = unknownName()
		}
		return err
	}, "level")
	return c, err
}

func readTraining(v *value) (Clause, error) {
	c := &Training{since: -1}
	err := eachParameter(v, func(name string, v *value) (err error) {
		switch name {
		case "level":
			c.Level, err = v.int(1, 5)
			c.level = 1 << c.Level
		case "hours":
			c.Hours, err = v.int(0, maxHours)
		case "since":
			c.Since, err = v.name()
		default:
			err = unknownName()
		}
		return err
	}, "level", "hours")
	return c, err
}

func readTitle(v *value) (Clause, error) {
	c := &Title{as: -1}
	err := eachParameter(v, func(name string, v *value) (err error) {
		switch name {
		case "rank":
			var rank code
			c.Rank, rank, err = v.choice(ranks)
			c.ranks = atLeast(ranks, rank)
		case "as":
			c.As, err = v.name()
		default:
			err = unknownName()
		}
		return err
	}, "rank")
	return c, err
}

func readStudent(v *value) (Clause, error) {
	c := &Student{levels: anyEducation, fields: anyField}
	err := eachParameter(v, func(name string, v *value) (err error) {
		switch name {
		case "atLeast":
			var level code
			c.AtLeast, level, err = v.choice(educations)
			c.levels = atLeast(educations, level)
		case "field":
			c.Fields, c.fields, err = v.choices(occupations)
		case "programme":
			c.Programmes, c.programmes, err = v.choices(programmes)
		default:
			err = unknownName()
		}
		return err
	})
	return c, err
}

func readAge(v *value) (Clause, error) {
	c := &Age{}
	err := eachParameter(v, func(name string, v *value) (err error) {
		switch {
		case name != "atLeast":
			err = unknownName()
		case v.kind == jsonString:
			c.AtLeast, err = v.period()
		default:
			c.AtLeast.Years, err = v.int(1, maxYears)
		}
		return err
	}, "atLeast")
	return c, err
}

func readEngaged(v *value) (Clause, error) {
	c := &Engaged{Scope: "own", scope: own}
	err := readScope(v, &c.Scope, &c.scope)
	return c, err
}

func readIntends(v *value) (Clause, error) {
	c := &Intends{Scope: "own"}
	var set code
	err := readScope(v, &c.Scope, &set)
	return c, err
}

// readScope reads a clause that has no parameter but an optional scope.
func readScope(v *value, scope *string, set *code) error {
	return eachParameter(v, func(name string, v *value) (err error) {
		if name != "scope" {
			return unknownName()
		}
		*scope, *set, err = v.choice(scopes)
		return err
	})
}

func readApprenticeship(v *value) (Clause, error) {
	return &Apprenticeship{}, eachParameter(v, func(string, *value) error { return unknownName() })
}

func readEvidence(v *value) (Clause, error) {
	c := &Evidence{}
	err := eachParameter(v, func(name string, v *value) (err error) {
		if name != "code" {
			return unknownName()
		}
		c.Code, err = v.name()
		return err
	}, "code")
	return c, err
}

func readAny(v *value) (Clause, error) {
	c := &Any{}
	err := eachParameter(v, func(name string, v *value) (err error) {
		if name != "of" {
			return unknownName()
		}
		if c.Of, err = list(v, maxClauses, readClauses); err == nil && len(c.Of) == 0 {
			err = refuse("至少要有一组", "must have at least one list")
		}
		return err
	}, "of")
	return c, err
}

// choice reads one word of an enumeration and keeps it as written too.
func (v *value) choice(words []word) (string, code, error) {
	c, err := v.word(words)
	return v.text, c, err
}

// choices reads a list of at least one word of an enumeration.
func (v *value) choices(words []word) ([]string, code, error) {
	set, err := codes(v, words)
	if err != nil {
		return nil, 0, err
	}
	if set == 0 {
		return nil, 0, refuse("不能为空；不限时应省略", "must not be empty; leave it out for any")
	}
	names := make([]string, len(v.items))
	for i := range v.items {
		names[i] = v.items[i].text
	}
	return names, set, nil
}

// period reads a length of time that is longer than nothing.
func (v *value) period() (civil.Period, error) {
	text, err := v.string()
	if err != nil {
		return civil.Period{}, err
	}
	p, err := civil.ParsePeriod(text)
	switch {
	case err != nil:
		return civil.Period{}, refuse("不是以年和月表示的时长，如 P3Y6M", "is not a period of years and months such as P3Y6M")
	case p.IsZero() || p.TotalMonths() > 12*maxYears:
		return civil.Period{}, refuse("应长于零且不超过 %d 年", "must be longer than nothing and at most %d years", maxYears)
	}
	return p, nil
}
