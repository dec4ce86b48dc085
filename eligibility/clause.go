package eligibility

import (
	"cmp"
	"maps"
	"slices"
)

// A Clause is one test of a condition. The set of kinds is closed: [Work],
// [Education], [Certificate], [Training], [Title], [Student], [Age],
// [Engaged], [Intends], [Apprenticeship], [Evidence] and [Any].
type Clause interface {
	testable

	// Kind returns the code of the clause kind.
	Kind() string

	// sections returns the sections of the facts the clause reads.
	sections() sections

	// report fills in what a finding says besides the status: what is
	// required, what there is, what is missing.
	report(e *evaluation, found *ClauseFinding)
}

// A clauseKind is how one kind of clause is read.
type clauseKind struct {
	name string
	read func(*value) (Clause, error)
}

// kinds returns the kinds of clause. It is a function because a kind may
// contain others.
func kinds() []clauseKind {
	return []clauseKind{
		{"work", readWork},
		{"education", readEducation},
		{"certificate", readCertificate},
		{"training", readTraining},
		{"title", readTitle},
		{"student", readStudent},
		{"age", readAge},
		{"engaged", readEngaged},
		{"intends", readIntends},
		{"apprenticeship", readApprenticeship},
		{"evidence", readEvidence},
		{"any", readAny},
	}
}

// Kinds returns the codes of the clause kinds.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// names returns the name a clause gives its fact, and the name it counts from;
// empty where it has none.
func names(c Clause) (as, since string) {
	switch c := c.(type) {
	case *Work:
		return "", c.Since
	case *Training:
		return "", c.Since
	case *Education:
		return c.As, ""
	case *Certificate:
		return c.As, ""
	case *Title:
		return c.As, ""
	default:
		return "", ""
	}
}

// A linker resolves the names in one condition and lays out the ways in which
// it can hold.
type linker struct {
	index map[string]int8
}

// maxWays bounds the ways a condition can hold.
const maxWays = 64

// link resolves the names of a list of clauses, all of which must hold.
func link(list []Clause) ([]way, error) {
	l := linker{index: map[string]int8{}}
	if err := l.check(list, map[string]bool{}); err != nil {
		return nil, err
	}
	if len(l.index) > maxNames {
		return nil, refuse("命名的事实过多：最多 %d 个", "names too many facts: at most %d", maxNames)
	}
	return l.ways(list)
}

// binds returns the names a list is sure to give: those of its own clauses and
// those every alternative of an any gives.
func binds(list []Clause) map[string]bool {
	given := map[string]bool{}
	for _, c := range list {
		if as, _ := names(c); as != "" {
			given[as] = true
		}
		if c, ok := c.(*Any); ok {
			maps.Copy(given, c.binds())
		}
	}
	return given
}

func (c *Any) binds() map[string]bool {
	given := binds(c.Of[0])
	for _, list := range c.Of[1:] {
		other := binds(list)
		maps.DeleteFunc(given, func(name string, _ bool) bool { return !other[name] })
	}
	return given
}

// uses returns the names a list counts from, at any depth.
func uses(list []Clause, used map[string]bool) map[string]bool {
	for _, c := range list {
		if _, since := names(c); since != "" {
			used[since] = true
		}
		if c, ok := c.(*Any); ok {
			for _, list := range c.Of {
				uses(list, used)
			}
		}
	}
	return used
}

// check refuses names given twice and names nothing gives, numbers the rest
// and writes the numbers into the clauses.
func (l *linker) check(list []Clause, outer map[string]bool) error {
	visible := maps.Clone(outer)
	for i, c := range list {
		given := map[string]bool{}
		if as, _ := names(c); as != "" {
			given[as] = true
		} else if c, ok := c.(*Any); ok {
			given = c.binds()
		}
		for name := range given {
			if visible[name] {
				return underIndex(i, under("as", coded("duplicate-name", refuse("名称 %q 已用于另一事实", "the name %q is given to another fact already", name))))
			}
			visible[name] = true
			if _, ok := l.index[name]; !ok {
				l.index[name] = int8(len(l.index))
			}
		}
	}
	for i, c := range list {
		if _, since := names(c); since != "" && !visible[since] {
			return underIndex(i, under("since", coded("dangling-since", refuse("没有名为 %q 的事实", "no fact is sure to be named %q", since))))
		}
		if err := l.number(c, visible); err != nil {
			return underIndex(i, err)
		}
	}
	return nil
}

// number writes the numbers of the names into c.
func (l *linker) number(c Clause, visible map[string]bool) error {
	as, since := int8(-1), int8(-1)
	asName, sinceName := names(c)
	if asName != "" {
		as = l.index[asName]
	}
	if sinceName != "" {
		since = l.index[sinceName]
	}
	switch c := c.(type) {
	case *Work:
		c.since = since
	case *Training:
		c.since = since
	case *Education:
		c.as = as
	case *Certificate:
		c.as = as
	case *Title:
		c.as = as
	case *Any:
		// What the alternatives give is not yet theirs to use.
		inner := maps.Clone(visible)
		for name := range c.binds() {
			delete(inner, name)
		}
		for i, list := range c.Of {
			if err := l.check(list, inner); err != nil {
				return under("of", underIndex(i, err))
			}
		}
	}
	return nil
}

// ways lays out a list as alternatives. An any whose names are used beside it
// is multiplied out, so that each choice of facts is tried with the clauses
// that count from it; any other stays one clause.
func (l *linker) ways(list []Clause) ([]way, error) {
	ways := []way{nil}
	for i, c := range list {
		choice := []way{{c}}
		if c, ok := c.(*Any); ok {
			inner, err := l.alternatives(c)
			if err != nil {
				return nil, underIndex(i, err)
			}
			c.ways = inner
			used := uses(slices.Concat(list[:i], list[i+1:]), map[string]bool{})
			for name := range c.binds() {
				if used[name] {
					choice = inner
				}
			}
		}
		if len(ways)*len(choice) > maxWays {
			return nil, underIndex(i, refuse("可选组合过多：最多 %d 种", "has too many combinations of alternatives: at most %d", maxWays))
		}
		var product []way
		for _, w := range ways {
			for _, more := range choice {
				product = append(product, slices.Concat(w, more))
			}
		}
		ways = product
	}
	for _, w := range ways {
		slices.SortStableFunc(w, func(x, y Clause) int { return cmp.Compare(turn(x), turn(y)) })
	}
	return ways, nil
}

// alternatives lays out the lists of an any.
func (l *linker) alternatives(c *Any) ([]way, error) {
	var all []way
	for i, list := range c.Of {
		ways, err := l.ways(list)
		if err != nil {
			return nil, under("of", underIndex(i, err))
		}
		all = append(all, ways...)
	}
	return all, nil
}

// turn orders the clauses of a way: first those that name a fact, then the
// cheap ones.
func turn(c Clause) int {
	switch c.(type) {
	case *Education, *Certificate, *Title:
		return 0
	case *Work:
		return 2
	case *Any:
		return 3
	default:
		return 1
	}
}
