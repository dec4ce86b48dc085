package main

import (
	"encoding/json"
	"time"
)

// These are the facts as plain Go code would hold them.
type (
	spell struct {
		from, to time.Time // zero to: still working
		own      bool
	}
	diploma struct {
		rung    int // 2 college, 3 bachelor, 4 master
		fits    bool
		awarded time.Time
	}
	certificate struct {
		level  int
		own    bool
		issued time.Time
	}
	course struct {
		level, hours int
		completed    time.Time
		passed       bool
	}
	person struct {
		work         []spell
		education    []diploma
		certificates []certificate
		training     []course
	}
)

// addYears adds years to a day, clamping to the end of the month as the law
// does.
func addYears(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	if m == time.February && d == 29 && !leap(y+n) {
		d = 28
	}
	return time.Date(y+n, m, d, 0, 0, 0, 0, time.UTC)
}

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// worked reports whether a run of work in the occupation from an anchor on
// lasts n years before day. Spells are in order.
func (p *person) worked(n int, anchor, day time.Time) bool {
	var start, end time.Time
	for i := range p.work {
		w := &p.work[i]
		if !w.own {
			continue
		}
		from, to := w.from, day
		if from.Before(anchor) {
			from = anchor
		}
		if !w.to.IsZero() && w.to.Before(day) {
			to = w.to.AddDate(0, 0, 1)
		}
		if !from.Before(to) {
			continue
		}
		if start.IsZero() || from.After(end) {
			start, end = from, to
		} else if to.After(end) {
			end = to
		}
		if !addYears(start, n).After(end) {
			return true
		}
	}
	return false
}

// plain is level 2 of csm-2007 written by hand.
func plain(p *person, day time.Time) bool {
	if p.worked(13, time.Time{}, day) {
		return true
	}
	trained := false
	for i := range p.training {
		t := &p.training[i]
		trained = trained || t.level == 2 && t.hours >= 140 && t.passed && !t.completed.After(day)
	}
	var bachelor, master, held time.Time
	for i := range p.education {
		e := &p.education[i]
		if e.awarded.After(day) {
			continue
		}
		if e.rung >= 3 && e.fits && (bachelor.IsZero() || e.awarded.Before(bachelor)) {
			bachelor = e.awarded
		}
		if e.rung >= 4 && (master.IsZero() || e.awarded.Before(master)) {
			master = e.awarded
		}
	}
	for i := range p.certificates {
		c := &p.certificates[i]
		if c.level == 3 && c.own && !c.issued.After(day) && (held.IsZero() || c.issued.Before(held)) {
			held = c.issued
		}
	}
	if !held.IsZero() {
		if p.worked(5, held, day) || trained && p.worked(4, held, day) {
			return true
		}
		if !bachelor.IsZero() && (p.worked(4, held, day) || trained && p.worked(3, held, day)) {
			return true
		}
	}
	return !bachelor.IsZero() && p.worked(5, bachelor, day) || !master.IsZero() && p.worked(2, master, day)
}

// readPerson reads facts for plain.
func readPerson(data []byte) (*person, error) {
	var f struct {
		Work []struct {
			From, To   string
			Occupation string
		}
		Education []struct {
			Level, Field, Awarded string
		}
		Certificates []struct {
			Level              int
			Occupation, Issued string
		}
		Training []struct {
			Level, Hours int
			Completed    string
			Certificate  bool
		}
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	day := func(s string) time.Time {
		t, _ := time.Parse(time.DateOnly, s) // "" is no day
		return t
	}
	p := &person{}
	for _, w := range f.Work {
		p.work = append(p.work, spell{day(w.From), day(w.To), w.Occupation == "own"})
	}
	rungs := map[string]int{"college": 2, "bachelor": 3, "master": 4}
	for _, e := range f.Education {
		p.education = append(p.education, diploma{rungs[e.Level], e.Field != "other", day(e.Awarded)})
	}
	for _, c := range f.Certificates {
		p.certificates = append(p.certificates, certificate{c.Level, c.Occupation == "own", day(c.Issued)})
	}
	for _, t := range f.Training {
		p.training = append(p.training, course{t.Level, t.Hours, day(t.Completed), t.Certificate})
	}
	return p, nil
}
