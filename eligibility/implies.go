package eligibility

import (
	"slices"

	"github.com/certreg/certreg/internal/civil"
)

// implies reports whether whoever meets every clause of one list is sure to
// meet one of the other lists, on the clauses alone. It is cautious: where
// that cannot be told it says no.
func implies(from []Clause, to ...[]Clause) bool {
	for _, part := range split(from) {
		if !slices.ContainsFunc(to, func(list []Clause) bool { return impliesAll(part, list) }) {
			return false
		}
	}
	return true
}

// maxParts bounds the parts a list is split into.
const maxParts = 64

// split takes a list apart into lists of which whoever meets it meets one: a
// diploma of one of several fields or programmes is of one of them, and an any
// clause is met through one of its lists.
func split(list []Clause) [][]Clause {
	parts := [][]Clause{nil}
	for _, c := range list {
		choices := [][]Clause{{c}}
		switch c := c.(type) {
		case *Education:
			choices = c.split()
		case *Any:
			choices = nil
			for _, list := range c.Of {
				choices = append(choices, split(list)...)
			}
		}
		if len(parts)*len(choices) > maxParts {
			choices = [][]Clause{{c}}
		}
		var product [][]Clause
		for _, p := range parts {
			for _, more := range choices {
				product = append(product, slices.Concat(p, more))
			}
		}
		parts = product
	}
	return parts
}

// split takes c apart by field and programme.
func (c *Education) split() [][]Clause {
	var parts [][]Clause
	for fields := c.fields; fields != 0; fields &= fields - 1 {
		part := *c
		part.fields = fields & -fields
		if c.programmes == 0 {
			parts = append(parts, []Clause{&part})
		}
		for programmes := c.programmes; programmes != 0; programmes &= programmes - 1 {
			part := part
			part.programmes = programmes & -programmes
			parts = append(parts, []Clause{&part})
		}
	}
	return parts
}

// impliesAll reports whether a list implies every clause of another.
func impliesAll(from, to []Clause) bool {
	for _, x := range to {
		if !impliesClause(from, to, x) {
			return false
		}
	}
	return true
}

// impliesClause reports whether the list from implies x, a clause of to.
func impliesClause(from, to []Clause, x Clause) bool {
	if x, ok := x.(*Any); ok {
		for _, list := range x.Of {
			if impliesAll(from, list) {
				return true
			}
		}
	}
	for _, y := range from {
		if y, ok := y.(*Any); ok {
			holds := true
			for _, list := range y.Of {
				holds = holds && impliesClause(list, to, x)
			}
			if holds {
				return true
			}
		}
		if stronger(y, x) && anchored(from, y, to, x) {
			return true
		}
	}
	return false
}

// anchored reports whether y counts from no earlier than x does.
func anchored(from []Clause, y Clause, to []Clause, x Clause) bool {
	_, sinceX := namesOf(x)
	_, sinceY := namesOf(y)
	if sinceX == "" {
		return true
	}
	giverX, giverY := giver(to, sinceX), giver(from, sinceY)
	return giverX != nil && giverY != nil && stronger(giverY, giverX)
}

// giver returns the clause of a list that gives a name, nil if none does.
func giver(list []Clause, name string) Clause {
	for _, c := range list {
		if as, _ := namesOf(c); as != "" && as == name {
			return c
		}
	}
	return nil
}

// stronger reports whether a fact or history that satisfies y satisfies x too,
// leaving anchors aside.
func stronger(y, x Clause) bool {
	switch x := x.(type) {
	case *Work:
		y, ok := y.(*Work)
		return ok && y.scope&^x.scope == 0 && longer(y, x)
	case *Education:
		y, ok := y.(*Education)
		return ok && y.levels&^x.levels == 0 && y.fields&^x.fields == 0 && narrower(y.programmes, x.programmes) &&
			(x.Graduating == y.Graduating || x.Graduating == GraduatingAllowed)
	case *Certificate:
		y, ok := y.(*Certificate)
		return ok && y.level == x.level && y.scope&^x.scope == 0 && atLeastAsLong(y.HeldFor, x.HeldFor)
	case *Training:
		y, ok := y.(*Training)
		return ok && y.level == x.level && y.Hours >= x.Hours
	case *Title:
		y, ok := y.(*Title)
		return ok && y.ranks&^x.ranks == 0
	case *Student:
		y, ok := y.(*Student)
		return ok && y.levels&^x.levels == 0 && y.fields&^x.fields == 0 && narrower(y.programmes, x.programmes)
	case *Age:
		y, ok := y.(*Age)
		return ok && atLeastAsLong(y.AtLeast, x.AtLeast)
	case *Engaged:
		y, ok := y.(*Engaged)
		return ok && y.scope&^x.scope == 0
	case *Evidence:
		y, ok := y.(*Evidence)
		return ok && y.Code == x.Code
	case *Intends, *Apprenticeship:
		return y.Kind() == x.Kind()
	}
	return false
}

// longer reports whether enough work for y is enough for x.
func longer(y, x *Work) bool {
	switch {
	case y.Cumulative && x.Cumulative:
		return y.needDays() >= x.needDays()
	case y.Cumulative:
		return false
	case x.Cumulative:
		return 365*y.AtLeast.Years+28*y.AtLeast.Months >= x.needDays() // the shortest months
	default:
		return atLeastAsLong(y.AtLeast, x.AtLeast)
	}
}

func atLeastAsLong(y, x civil.Period) bool { return y.TotalMonths() >= x.TotalMonths() }

// narrower reports whether every programme set that meets y meets x; no
// programmes at all means any.
func narrower(y, x code) bool { return x == 0 || y != 0 && y&^x == 0 }
