package eligibility

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/certreg/certreg/internal/civil"
)

// The most a set of facts may hold. A person has far less; what is refused is
// a mistake or an attack.
const (
	maxFacts        = 256 << 10 // bytes
	maxSpells       = 200
	maxDiplomas     = 50
	maxCertificates = 50
	maxCourses      = 100
	maxTitles       = 50
	maxEnrolments   = 20
	maxEvidence     = 100
	maxHours        = 100_000
	maxName         = 200 // bytes of any number or code
)

// ParseFacts reads facts. Whatever cannot be read as the format says is
// refused with an [*InputError]: unknown names, names given twice, wrong
// types, days that do not exist, spells that end before they start.
func ParseFacts(data []byte) (*Facts, error) {
	v, err := readJSON(data, maxFacts)
	if err != nil {
		return nil, err
	}
	f := &Facts{source: bytes.Clone(data), absent: allSections, born: anyDay()}
	if err := eachMember(v, f.read); err != nil {
		return nil, err
	}
	return f, nil
}

// read reads one member of the facts.
func (f *Facts) read(name string, v *value) error {
	if i := slices.Index(sectionNames[:], name); i >= 0 {
		f.absent &^= 1 << i
	}
	var err error
	switch name {
	case "born":
		f.born, err = f.day(v, sectionBorn)
	case "work":
		var spells []spell
		spells, err = list(v, maxSpells, f.spell)
		f.lay(spells)
	case "education":
		f.education, err = list(v, maxDiplomas, f.diploma)
	case "certificates":
		f.certificates, err = list(v, maxCertificates, f.certificate)
	case "training":
		f.training, err = list(v, maxCourses, f.course)
	case "titles":
		f.titles, err = list(v, maxTitles, f.title)
	case "student":
		f.student, err = list(v, maxEnrolments, f.enrolment)
	case "apprenticeship":
		f.apprenticeship, err = v.bool()
	case "intends":
		f.intends, err = v.bool()
	case "evidence":
		f.evidence, err = list(v, maxEvidence, readProof)
	case "partial":
		err = f.readPartial(v)
	default:
		err = unknownName()
	}
	return err
}

// lists are the sections that may be partial.
const lists = sectionWork | sectionEducation | sectionCertificates | sectionTraining | sectionTitles | sectionStudent | sectionEvidence

// readPartial reads the list of sections that may be incomplete.
func (f *Facts) readPartial(v *value) error {
	names, err := list(v, len(sectionNames), (*value).string)
	if err != nil {
		return err
	}
	for i, name := range names {
		section := sections(0)
		if at := slices.Index(sectionNames[:], name); at >= 0 {
			section = 1 << at
		}
		switch {
		case section&lists == 0:
			return underIndex(i, unknownWord(name, "work, education, certificates, training, titles, student, evidence"))
		case f.partial&section != 0:
			return underIndex(i, refuse("重复列出", "is listed twice"))
		}
		f.partial |= section
	}
	return nil
}

// spell reads one spell of work.
func (f *Facts) spell(v *value) (spell, error) {
	s := spell{from: anyDay(), to: anyDay()}
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "from":
			s.from, err = f.day(v, sectionWork)
		case "to":
			if s.open = v.kind == jsonNull; !s.open {
				s.to, err = f.day(v, sectionWork)
			}
		case "occupation":
			s.occupation, err = f.code(v, sectionWork, occupations)
		default:
			err = unknownName()
		}
		return err
	}, "occupation")
	if err != nil {
		return s, err
	}
	if s.to.hi.Before(s.from.lo) {
		return s, under("to", refuse("结束日期早于开始日期", "is before from"))
	}
	if !s.from.exact() || !s.open && !s.to.exact() {
		f.inexact |= sectionWork
	}
	return s, nil
}

// lay sorts out the shortest and the longest reading of the spells. Unknown
// ends are narrowed first: the last day worked is not before the first.
func (f *Facts) lay(spells []spell) {
	f.sure = make([]cover, 0, len(spells))
	for i, s := range spells {
		c := cover{from: s.from.hi, end: forever, occupation: s.occupation, open: s.open, index: int16(i)}
		if !s.open {
			c.from = earlier(s.from.hi, s.to.hi)
			c.end = later(s.to.lo, s.from.lo).AddDays(1)
		}
		if c.from.Before(c.end) {
			f.sure = append(f.sure, c)
		}
	}
	byStart := func(x, y cover) int { return cmp.Or(x.from.Compare(y.from), cmp.Compare(x.index, y.index)) }
	slices.SortFunc(f.sure, byStart)
	f.possible = f.sure
	if f.inexact&sectionWork == 0 {
		return
	}
	f.possible = make([]cover, 0, len(spells))
	for i, s := range spells {
		c := cover{from: s.from.lo, end: forever, occupation: s.occupation, open: s.open, index: int16(i)}
		if !s.open {
			c.end = s.to.hi.AddDays(1)
		}
		f.possible = append(f.possible, c)
	}
	slices.SortFunc(f.possible, byStart)
}

func earlier(x, y civil.Date) civil.Date {
	if y.Before(x) {
		return y
	}
	return x
}

func later(x, y civil.Date) civil.Date {
	if y.After(x) {
		return y
	}
	return x
}

func (f *Facts) diploma(v *value) (diploma, error) {
	d := diploma{awarded: anyDay()}
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "level":
			d.level, err = f.code(v, sectionEducation, educations)
		case "field":
			d.field, err = f.code(v, sectionEducation, occupations)
		case "programme":
			d.programme, err = codes(v, programmes)
		case "awarded":
			d.awarded, err = f.day(v, sectionEducation)
		default:
			err = unknownName()
		}
		return err
	}, "level", "field")
	f.mark(sectionEducation, d.awarded)
	return d, err
}

func (f *Facts) certificate(v *value) (certificate, error) {
	c := certificate{issued: anyDay()}
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "level":
			c.level, err = f.level(v, sectionCertificates)
		case "occupation":
			c.occupation, err = f.code(v, sectionCertificates, occupations)
		case "issued":
			c.issued, err = f.day(v, sectionCertificates)
		case "number":
			_, err = v.string()
		default:
			err = unknownName()
		}
		return err
	}, "level", "occupation")
	f.mark(sectionCertificates, c.issued)
	return c, err
}

func (f *Facts) course(v *value) (course, error) {
	c := course{completed: anyDay()}
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "level":
			c.level, err = f.level(v, sectionTraining)
		case "hours":
			c.hours, err = v.int(0, maxHours)
		case "completed":
			c.completed, err = f.day(v, sectionTraining)
		case "certificate":
			c.certificate, err = v.bool()
		default:
			err = unknownName()
		}
		return err
	}, "level", "hours", "certificate")
	f.mark(sectionTraining, c.completed)
	return c, err
}

func (f *Facts) title(v *value) (title, error) {
	t := title{awarded: anyDay()}
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "rank":
			t.rank, err = v.word(ranks)
		case "awarded":
			t.awarded, err = f.day(v, sectionTitles)
		default:
			err = unknownName()
		}
		return err
	}, "rank")
	f.mark(sectionTitles, t.awarded)
	return t, err
}

func (f *Facts) enrolment(v *value) (enrolment, error) {
	s := enrolment{graduates: anyDay()}
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "level":
			s.level, err = f.code(v, sectionStudent, educations)
		case "field":
			s.field, err = f.code(v, sectionStudent, occupations)
		case "programme":
			s.programme, err = codes(v, programmes)
		case "finalYear":
			s.final, err = v.bool()
		case "graduates":
			s.graduates, err = f.day(v, sectionStudent)
		default:
			err = unknownName()
		}
		return err
	}, "level", "field")
	return s, err
}

func readProof(v *value) (proof, error) {
	var p proof
	err := eachMember(v, func(name string, v *value) (err error) {
		switch name {
		case "code":
			p.code, err = v.name()
		case "accepted":
			p.accepted, err = v.bool()
		default:
			err = unknownName()
		}
		return err
	}, "code", "accepted")
	return p, err
}

// mark notes that a section has a day that is not known exactly.
func (f *Facts) mark(s sections, d days) {
	if !d.exact() {
		f.inexact |= s
	}
}

// day reads YYYY-MM-DD, or YYYY-MM for some day of that month.
func (f *Facts) day(v *value, s sections) (days, error) {
	text, err := v.string()
	if err != nil {
		return days{}, err
	}
	if day, err := civil.ParseDate(text); err == nil {
		return days{day, day}, nil
	}
	first, err := civil.ParseDate(text + "-01")
	if err != nil {
		return days{}, refuse("不是存在的日期：应为 YYYY-MM-DD 或 YYYY-MM", "is not a date that exists: write YYYY-MM-DD, or YYYY-MM")
	}
	f.monthly |= s
	f.inexact |= s
	return days{first, first.LastOfMonth()}, nil
}

// code reads a word of an enumeration, or "unknown".
func (f *Facts) code(v *value, s sections, words []word) (code, error) {
	if v.kind == jsonString && v.text == "unknown" {
		return f.unknownCode(s, all(words)), nil
	}
	return v.word(words)
}

// level reads a level of the occupation, or "unknown".
func (f *Facts) level(v *value, s sections) (code, error) {
	if v.kind == jsonString && v.text == "unknown" {
		return f.unknownCode(s, anyLevel), nil
	}
	n, err := v.int(1, 5)
	return 1 << n, err
}

func (f *Facts) unknownCode(s sections, domain code) code {
	f.unknown = append(f.unknown, unknownValue{s, domain})
	return unknownCode + code(len(f.unknown)-1)
}
