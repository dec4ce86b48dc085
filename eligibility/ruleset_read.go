package eligibility

import (
	"cmp"
	"slices"

	"github.com/certreg/certreg/internal/civil"
)

// maxRuleSet bounds the text of a rule set, in bytes.
const maxRuleSet = 1 << 20

// maxText bounds one text of a rule set, in bytes.
const maxText = 8 << 10

// ParseRuleSet reads an edition. Whatever cannot be read as the format says is
// refused with an [*InputError] that names the place.
func ParseRuleSet(data []byte) (*RuleSet, error) {
	v, err := readJSON(data, maxRuleSet)
	if err != nil {
		return nil, err
	}
	r := &RuleSet{policy: DatePolicy{MissingDay: "month-end"}}
	if err := eachMember(v, r.read, "format", "id", "occupation", "levels"); err != nil {
		return nil, err
	}
	if err := r.finish(); err != nil {
		return nil, err
	}
	r.canonical = v.appendCanonical(make([]byte, 0, len(data)))
	r.digest = digest(r.canonical)
	return r, nil
}

// read reads one member of the rule set.
func (r *RuleSet) read(name string, v *value) (err error) {
	switch name {
	case "format":
		_, err = v.word([]word{{"certreg.ruleset/1", 1}})
	case "id":
		r.id, err = v.name()
	case "occupation":
		r.occupation, err = readOccupation(v)
	case "edition":
		r.edition, err = v.prose()
	case "authority":
		r.authority, err = readAuthority(v)
	case "inForce":
		r.inForce, err = readSpan(v)
	case "fields":
		r.fields, err = readFields(v)
	case "periods":
		r.periods, err = named(v, func(name string, v *value) (Period, error) {
			span, err := readSpan(v)
			return Period{name, span}, err
		})
	case "datePolicy":
		r.policy, err = readPolicy(v)
	case "sources":
		r.sources, err = named(v, readSource)
	case "note":
		r.note, err = v.prose()
	case "levels":
		r.levels, err = list(v, 5, readLevel)
	default:
		err = unknownName()
	}
	return err
}

func readOccupation(v *value) (Occupation, error) {
	var o Occupation
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "id":
			o.ID, err = v.name()
		case "code":
			if v.kind != jsonNull {
				o.Code, err = v.string()
			}
		case "name":
			o.Name, err = v.prose()
		default:
			err = unknownName()
		}
		return err
	}, "id")
	return o, err
}

func readAuthority(v *value) (Authority, error) {
	var a Authority
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "name":
			a.Name, err = v.prose()
		case "rank":
			var rank code
			rank, err = v.word([]word{{"unofficial", code(Unofficial)}, {"provincial", code(Provincial)}, {"national-standard", code(NationalStandard)}})
			a.Rank = Rank(rank)
		default:
			err = unknownName()
		}
		return err
	}, "rank")
	return a, err
}

func readSpan(v *value) (Span, error) {
	var s Span
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "from":
			s.From, err = v.date()
		case "to":
			s.To, err = v.date()
		case "basis":
			s.Basis, err = v.name()
		case "note":
			s.Note, err = v.prose()
		default:
			err = unknownName()
		}
		return err
	})
	if err == nil && !s.To.IsZero() && s.To.Before(s.From) {
		return s, under("to", refuse("结束日期早于开始日期", "is before from"))
	}
	return s, err
}

func readFields(v *value) (Fields, error) {
	var f Fields
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "related":
			f.Related, err = list(v, maxConditions, (*value).string)
		case "cite":
			f.Cite, err = list(v, maxClauses, (*value).name)
		default:
			err = unknownName()
		}
		return err
	})
	return f, err
}

func readPolicy(v *value) (DatePolicy, error) {
	p := DatePolicy{MissingDay: "month-end"}
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "gapToleranceDays":
			p.GapToleranceDays, err = v.int(0, 3650)
		case "missingDay":
			p.MissingDay, _, err = v.choice([]word{{"month-end", 1}})
		case "note":
			p.Note, err = v.prose()
		default:
			err = unknownName()
		}
		return err
	})
	return p, err
}

func readSource(id string, v *value) (Source, error) {
	s := Source{ID: id}
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "title":
			s.Title, err = v.prose()
		case "url":
			s.URL, err = v.string()
		case "note":
			s.Note, err = v.prose()
		default:
			err = unknownName()
		}
		return err
	})
	return s, err
}

func readLevel(v *value) (Level, error) {
	var l Level
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "level":
			l.Number, err = v.int(1, 5)
		case "title":
			l.Title, err = v.prose()
		case "require":
			if l.Require, err = readClauses(v); err == nil {
				l.require, err = linkRequire(l.Require)
				l.order = order(l.Require)
			}
		case "any":
			l.Conditions, err = list(v, maxConditions, readCondition)
		default:
			err = unknownName()
		}
		return err
	}, "level", "any")
	return l, err
}

// linkRequire resolves the names of what a level requires besides. It holds in
// one way only, so that it can be tested together with each condition.
func linkRequire(list []Clause) (way, error) {
	ways, err := link(list)
	if err != nil {
		return nil, err
	}
	if len(ways) == 1 {
		return ways[0], nil
	}
	return way{&Any{Of: [][]Clause{list}, ways: ways}}, nil
}

func readCondition(v *value) (Condition, error) {
	var c Condition
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "id":
			c.ID, err = v.name()
		case "number":
			c.Number, err = v.int(1, 1000)
		case "text":
			c.Text, err = v.prose()
		case "cite":
			c.Cite, err = list(v, maxClauses, (*value).name)
		case "note":
			c.Note, err = v.prose()
		case "during":
			c.During, err = v.name()
		case "all":
			if c.All, err = readClauses(v); err == nil {
				c.ways, err = link(c.All)
				c.order = order(c.All)
			}
		default:
			err = unknownName()
		}
		return err
	}, "id", "number", "all")
	return c, err
}

// finish checks what holds between the parts and works out what every
// decision will need.
func (r *RuleSet) finish() error {
	ids := map[string]bool{}
	numbers := map[int]bool{}
	for i := range r.levels {
		l := &r.levels[i]
		l.index = i
		if numbers[l.Number] {
			return under("levels", underIndex(i, under("level", refuse("级别重复", "the level occurs twice"))))
		}
		numbers[l.Number] = true
		for j := range l.Conditions {
			c := &l.Conditions[j]
			at := func(name string, err error) error {
				return under("levels", underIndex(i, under("any", underIndex(j, under(name, err)))))
			}
			if ids[c.ID] {
				return at("id", refuse("条件编号重复", "the id occurs twice"))
			}
			ids[c.ID] = true
			if c.During == "" {
				continue
			}
			period := slices.IndexFunc(r.periods, func(p Period) bool { return p.Name == c.During })
			if period < 0 {
				return at("during", coded("unknown-period", refuse("没有名为 %q 的期间", "there is no period %q", c.During)))
			}
			c.during = &r.periods[period].Span
		}
	}
	slices.SortFunc(r.levels, func(x, y Level) int { return cmp.Compare(y.Number, x.Number) })
	for i := range r.levels {
		r.levels[i].finish(r.policy)
	}
	return nil
}

// named reads an object as a list of named things, in the order written.
func named[T any](v *value, read func(string, *value) (T, error)) ([]T, error) {
	var items []T
	err := eachMember(v, func(name string, v *value) error {
		if _, err := (&value{kind: jsonString, text: name}).name(); err != nil {
			return err
		}
		if len(items) == maxConditions {
			return refuse("过多：最多 %d 项", "is one too many: at most %d are read", maxConditions)
		}
		item, err := read(name, v)
		items = append(items, item)
		return err
	})
	return items, err
}

// date reads a day, or null for none.
func (v *value) date() (civil.Date, error) {
	if v.kind == jsonNull {
		return civil.Date{}, nil
	}
	text, err := v.string()
	if err != nil {
		return civil.Date{}, err
	}
	day, err := civil.ParseDate(text)
	if err != nil {
		return day, refuse("不是存在的日期：应为 YYYY-MM-DD", "is not a date that exists: write YYYY-MM-DD")
	}
	return day, nil
}

// prose reads a text for people: an object with zh and en, or one string for
// both.
func (v *value) prose() (Text, error) {
	if v.kind == jsonString {
		return Text{v.text, v.text}, v.short()
	}
	var t Text
	err := eachMember(v, func(name string, v *value) error {
		if err := v.is(jsonString); err != nil {
			return err
		}
		switch name {
		case "zh":
			t.ZH = v.text
		case "en":
			t.EN = v.text
		default:
			return unknownName()
		}
		return v.short()
	}, "zh", "en")
	return t, err
}

// short reports an error if a text is too long.
func (v *value) short() error {
	if len(v.text) > maxText {
		return refuse("过长：最多 %d 字节", "is too long: at most %d bytes", maxText)
	}
	return nil
}
