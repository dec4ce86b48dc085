package main

import (
	"time"

	"github.com/certreg/certreg/internal/civil"
)

// dayPerson is person with days as the engine counts them, for a second and
// harder baseline: the same code on the fastest date there is here.
type dayPerson struct {
	work []struct {
		from, to civil.Date
		own      bool
	}
	education []struct {
		rung    int
		fits    bool
		awarded civil.Date
	}
	certificates []struct {
		level  int
		own    bool
		issued civil.Date
	}
	training []course
	trained  []civil.Date // completion days of training
}

func civilDay(t time.Time) civil.Date {
	if t.IsZero() {
		return civil.Date{}
	}
	return civil.Of(t)
}

// byDay converts p.
func byDay(p *person) *dayPerson {
	d := &dayPerson{training: p.training}
	for _, w := range p.work {
		d.work = append(d.work, struct {
			from, to civil.Date
			own      bool
		}{civilDay(w.from), civilDay(w.to), w.own})
	}
	for _, e := range p.education {
		d.education = append(d.education, struct {
			rung    int
			fits    bool
			awarded civil.Date
		}{e.rung, e.fits, civilDay(e.awarded)})
	}
	for _, c := range p.certificates {
		d.certificates = append(d.certificates, struct {
			level  int
			own    bool
			issued civil.Date
		}{c.level, c.own, civilDay(c.issued)})
	}
	for _, t := range p.training {
		d.trained = append(d.trained, civilDay(t.completed))
	}
	return d
}

func (p *dayPerson) worked(n int, anchor, day civil.Date) bool {
	var start, end civil.Date
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
			to = w.to.AddDays(1)
		}
		if !from.Before(to) {
			continue
		}
		if start.IsZero() || from.After(end) {
			start, end = from, to
		} else if to.After(end) {
			end = to
		}
		if !start.AddYears(n).After(end) {
			return true
		}
	}
	return false
}

// plainDays is plain on these days.
func plainDays(p *dayPerson, day civil.Date) bool {
	if p.worked(13, civil.Date{}, day) {
		return true
	}
	trained := false
	for i := range p.training {
		t := &p.training[i]
		trained = trained || t.level == 2 && t.hours >= 140 && t.passed && !p.trained[i].After(day)
	}
	var bachelor, master, held civil.Date
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
