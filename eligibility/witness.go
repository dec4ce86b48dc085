package eligibility

import (
	"github.com/certreg/certreg/internal/civil"
)

// An applicant is somebody who just meets a condition, as facts to be written.
type applicant struct {
	doc   value
	facts int // how many facts it took
	days  int // how many days of work
}

// applicants makes people who just meet each condition of a level on a day, in
// every way it can be met: in each alternative, field and programme, with own
// or related work, all at once or with a day between.
func applicants(l *Level, asOf civil.Date) []applicant {
	if l == nil {
		return nil
	}
	var all []applicant
	for i := range l.Conditions {
		for _, part := range split(append(l.Require[:len(l.Require):len(l.Require)], l.Conditions[i].All...)) {
			for _, occupation := range []string{"own", "related"} {
				for _, broken := range []bool{false, true} {
					m := maker{list: part, asOf: asOf, occupation: occupation, broken: broken}
					all = append(all, m.make())
				}
			}
		}
	}
	return all
}

// read parses the facts, to which everything not told is added as none.
func (a *applicant) read() *Facts {
	f, err := ParseFacts(a.doc.appendCanonical(nil))
	if err != nil { // what is made here can be read
		return &Facts{born: anyDay()}
	}
	return f
}

// A maker makes one applicant.
type maker struct {
	list       []Clause
	asOf       civil.Date
	occupation string
	broken     bool
	applicant  applicant
}

func (m *maker) make() applicant {
	for _, name := range sectionNames {
		switch name {
		case "born":
			m.set(name, text(m.asOf.AddYears(-60).String()))
		case "apprenticeship", "intends":
			m.set(name, value{kind: jsonBool})
		default:
			m.set(name, value{kind: jsonArray})
		}
	}
	m.work()
	for _, c := range m.list {
		m.clause(c)
	}
	return m.applicant
}

// set puts a section in.
func (m *maker) set(name string, v value) {
	m.applicant.doc.kind = jsonObject
	m.applicant.doc.members = append(m.applicant.doc.members, member{name, v})
}

// section returns a section.
func (m *maker) section(name string) *value { return m.applicant.doc.member(name) }

// add puts a fact into a section.
func (m *maker) add(section string, members ...member) {
	v := m.section(section)
	v.items = append(v.items, value{kind: jsonObject, members: members})
	m.applicant.facts++
}

func text(s string) value { return value{kind: jsonString, text: s} }

func number(n int) value { return value{kind: jsonNumber, number: int64(n)} }

// start returns the day on which work has to begin to be enough for a clause
// on the day of the decision.
func (m *maker) start(c *Work) civil.Date {
	if c.Cumulative {
		return m.asOf.AddDays(-c.needDays())
	}
	day := m.asOf.AddMonths(-c.AtLeast.TotalMonths())
	for day.Add(c.AtLeast).After(m.asOf) {
		day = day.AddDays(-1)
	}
	return day
}

// begin returns the day work has to begin at all, or from a named fact on; the
// day of the decision if no clause asks for work.
func (m *maker) begin(name string) civil.Date {
	day := m.asOf
	for _, c := range m.list {
		if w, ok := c.(*Work); ok && (name == "" || w.Since == name) {
			day = earlier(day, m.start(w))
		}
	}
	return day
}

// work puts in the spell that is needed, or two with a day's break between
// them.
func (m *maker) work() {
	begin := m.begin("")
	engaged := false
	for _, c := range m.list {
		_, ok := c.(*Engaged)
		engaged = engaged || ok
	}
	if begin == m.asOf && !engaged {
		return
	}
	occupation := member{"occupation", text(m.occupation)}
	if m.broken {
		begin = begin.AddDays(-1)
		pause := begin.AddDays(m.asOf.Days(begin) / 2)
		m.add("work", member{"from", text(begin.String())}, member{"to", text(pause.AddDays(-1).String())}, occupation)
		m.add("work", member{"from", text(pause.AddDays(1).String())}, member{"to", value{}}, occupation)
	} else {
		m.add("work", member{"from", text(begin.String())}, member{"to", value{}}, occupation)
	}
	m.applicant.days = m.asOf.Days(begin)
}

// named returns the day of the fact a clause names: when the work that counts
// from it has to begin, else the day of the decision.
func (m *maker) named(as string) value {
	if as == "" {
		return text(m.asOf.String())
	}
	day := m.begin(as)
	if m.broken && day != m.asOf {
		day = day.AddDays(-1)
	}
	return text(day.String())
}

// lowest returns the word for the lowest value in a set.
func lowest(words []word, set code) value { return text(nameOf(words, set&-set)) }

// clause puts in the fact a clause asks for.
func (m *maker) clause(c Clause) {
	switch c := c.(type) {
	case *Education:
		m.add("education", member{"level", lowest(educations, c.levels)}, member{"field", lowest(occupations, c.fields)},
			member{"programme", chosen(programmes, c.programmes)}, member{"awarded", m.named(c.As)})
	case *Certificate:
		day := m.named(c.As)
		if !c.HeldFor.IsZero() {
			day = text(m.asOf.AddMonths(-c.HeldFor.TotalMonths()).AddDays(-1).String())
		}
		m.add("certificates", member{"level", number(c.Level)}, member{"occupation", text("own")}, member{"issued", day})
	case *Training:
		day := m.asOf
		if m.broken && c.Since == "" {
			day = day.AddDays(-1) // before a diploma of the day itself
		}
		m.add("training", member{"level", number(c.Level)}, member{"hours", number(c.Hours)},
			member{"completed", text(day.String())}, member{"certificate", value{kind: jsonBool, flag: true}})
	case *Title:
		m.add("titles", member{"rank", text(c.Rank)}, member{"awarded", m.named(c.As)})
	case *Student:
		m.add("student", member{"level", lowest(educations, c.levels)}, member{"field", lowest(occupations, c.fields)}, member{"programme", chosen(programmes, c.programmes)})
	case *Age:
		m.section("born").text = m.asOf.AddMonths(-c.AtLeast.TotalMonths()).AddDays(-1).String()
	case *Intends, *Apprenticeship:
		m.section(c.Kind()).flag = true
		m.applicant.facts++
	case *Evidence:
		m.add("evidence", member{"code", text(c.Code)}, member{"accepted", value{kind: jsonBool, flag: true}})
	}
}

// chosen returns a list of the lowest word of a set, empty for none.
func chosen(words []word, set code) value {
	v := value{kind: jsonArray}
	if set != 0 {
		v.items = append(v.items, lowest(words, set))
	}
	return v
}
