package eligibility

import (
	"cmp"
	"maps"
	"slices"
)

// maxWays bounds the ways a condition can hold.
const maxWays = 64

// slots are the places in [evaluation.anchors] of the names in scope.
type slots map[string]int8

// A linker resolves the names in one condition and lays out the ways in which
// it can hold.
type linker struct {
	next int8 // first slot not in use
}

// link resolves the names of a list of clauses, all of which must hold.
func link(list []Clause) ([]way, error) {
	l := linker{}
	return l.list(list, slots{}, slots{})
}

// list links a list. The names in outer may be used in it; those in wanted
// are used outside and have their slots already.
func (l *linker) list(list []Clause, outer, wanted slots) ([]way, error) {
	scope := maps.Clone(outer)
	exports, err := l.declare(list, scope, wanted)
	if err != nil {
		return nil, err
	}
	multiplied := slices.ContainsFunc(exports, func(s slots) bool { return len(s) > 0 })
	start, most := l.next, l.next
	ways := []way{nil}
	for i, c := range list {
		choice := []way{{c}}
		switch c := c.(type) {
		case *Any:
			if !multiplied {
				l.next = start // each is tested by itself: they can use the same slots
			}
			if c.ways, err = l.alternatives(c, scope, exports[i]); err != nil {
				return nil, underIndex(i, err)
			}
			if len(exports[i]) > 0 {
				// Each choice of facts is to be tried with the clauses that
				// count from it: multiply the alternatives out.
				choice = c.ways
			}
		default:
			if err := resolve(c, scope); err != nil {
				return nil, underIndex(i, err)
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
		most = max(most, l.next)
	}
	l.next = most
	for _, w := range ways {
		slices.SortStableFunc(w, func(x, y Clause) int { return cmp.Compare(turn(x), turn(y)) })
	}
	return ways, nil
}

// declare puts the names a list gives into scope. It returns, by clause, the
// names an any clause gives that are used beside it.
func (l *linker) declare(list []Clause, scope, wanted slots) ([]slots, error) {
	given := map[string]bool{}
	exports := make([]slots, len(list))
	for i, c := range list {
		var names []string
		if as, _ := namesOf(c); as != "" {
			names = []string{as}
		}
		if c, ok := c.(*Any); ok {
			beside := uses(slices.Concat(list[:i], list[i+1:]))
			exports[i] = slots{}
			for _, name := range slices.Sorted(maps.Keys(c.gives())) {
				if _, outside := wanted[name]; outside || beside[name] {
					names = append(names, name)
				}
			}
		}
		for _, name := range names {
			if given[name] {
				return nil, underIndex(i, under("as", coded("duplicate-name", refuse("名称 %q 已用于另一事实", "the name %q is given to another fact already", name))))
			}
			given[name] = true
			slot, ok := wanted[name]
			if !ok {
				if slot = l.next; slot == maxNames {
					return nil, underIndex(i, refuse("命名的事实过多：最多 %d 个", "names too many facts: at most %d", maxNames))
				}
				l.next++
			}
			scope[name] = slot
			if exports[i] != nil {
				exports[i][name] = slot
			}
		}
	}
	return exports, nil
}

// alternatives links the lists of an any clause, which use the same slots.
func (l *linker) alternatives(c *Any, scope, wanted slots) ([]way, error) {
	outer := maps.Clone(scope)
	for name := range wanted {
		delete(outer, name) // a list may use it only if it gives it itself
	}
	var all []way
	start, most := l.next, l.next
	for i, list := range c.Of {
		l.next = start
		ways, err := l.list(list, outer, wanted)
		if err != nil {
			return nil, under("of", underIndex(i, err))
		}
		all = append(all, ways...)
		c.orders = append(c.orders, order(list))
		most = max(most, l.next)
	}
	l.next = most
	return all, nil
}

// namesOf returns the name a clause gives its fact, and the name it counts
// from; empty where it has none.
func namesOf(c Clause) (as, since string) {
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

// resolve writes the slots of its names into a clause.
func resolve(c Clause, scope slots) error {
	as, since := namesOf(c)
	slot, ok := scope[as+since]
	if since != "" && !ok {
		return under("since", coded("dangling-since", refuse("没有名为 %q 的事实", "no fact is sure to be named %q", since)))
	}
	if as+since == "" {
		slot = -1
	}
	switch c := c.(type) {
	case *Work:
		c.since = slot
	case *Training:
		c.since = slot
	case *Education:
		c.as = slot
	case *Certificate:
		c.as = slot
	case *Title:
		c.as = slot
	}
	return nil
}

// gives returns the names a list is sure to give: those of its own clauses and
// those every list of an any clause gives.
func gives(list []Clause) map[string]bool {
	given := map[string]bool{}
	for _, c := range list {
		if as, _ := namesOf(c); as != "" {
			given[as] = true
		}
		if c, ok := c.(*Any); ok {
			maps.Copy(given, c.gives())
		}
	}
	return given
}

func (c *Any) gives() map[string]bool {
	given := gives(c.Of[0])
	for _, list := range c.Of[1:] {
		other := gives(list)
		maps.DeleteFunc(given, func(name string, _ bool) bool { return !other[name] })
	}
	return given
}

// uses returns the names a list counts from without being sure to give them
// in the same place.
func uses(list []Clause) map[string]bool {
	used := map[string]bool{}
	for _, c := range list {
		if _, since := namesOf(c); since != "" {
			used[since] = true
		}
		if c, ok := c.(*Any); ok {
			for _, list := range c.Of {
				inner := uses(list)
				for name := range gives(list) {
					delete(inner, name)
				}
				maps.Copy(used, inner)
			}
		}
	}
	return used
}

// order returns the places of the clauses of a list, those that name facts
// first.
func order(list []Clause) []int {
	places := make([]int, len(list))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(i, j int) int {
		return cmp.Compare(min(turn(list[i]), 1), min(turn(list[j]), 1))
	})
	return places
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
