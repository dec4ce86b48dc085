package web

import (
	"fmt"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// A timeline is the picture of a working life: a row for each spell of work,
// diploma, certificate and course, the stretch that counts, today and the
// earliest day. Places across are in per cent, so that the picture fits every
// width while its letters keep their size; places down are in pixels.
type timeline struct {
	Height, Bottom int
	Ticks          []tick
	Rows           []timelineRow
	Today          marker
	Earliest       *marker
	Alt            string
}

type tick struct{ X, Label string }

// A marker is an upright line with its label, which stands to the left of the
// line in the right half.
type marker struct{ X, Anchor, Label string }

type timelineRow struct {
	Label       string
	LabelY, Y   int
	Class       string
	X, Width    string // of a bar, "" for a point
	Point       string
	Rest, RestW string // of the stretch that is still to come, "" for none
}

// The measures of a row: a line of text and a bar below it.
const (
	rowHeight = 44
	rowTop    = 46 // below the labels of today and the earliest day
)

// A span is one thing to draw.
type span struct {
	label, class string
	from, to     civil.Date // to is zero for a point
	rest         civil.Date
}

// timeline draws what was told, and what counts for the decision.
func (c *check) timeline(p *page, d *eligibility.Decision) *timeline {
	spans := c.spans(p, d.AsOf)
	if len(spans) == 0 {
		return nil
	}
	if run, ok := c.counted(p, d); ok {
		spans = append(spans, run)
	}
	first, last := d.AsOf, d.AsOf
	if !d.Earliest.On.IsZero() && d.Earliest.On.After(last) {
		last = d.Earliest.On
	}
	for _, s := range spans {
		first = earlier(first, s.from)
		for _, end := range []civil.Date{s.from, s.to, s.rest} {
			if end.After(last) {
				last = end
			}
		}
	}
	scale := newScale(first, last)
	t := &timeline{Bottom: rowTop + rowHeight*len(spans)}
	t.Height = t.Bottom + 22
	t.Ticks = scale.ticks()
	t.Today = scale.marker(d.AsOf, p.say("timeline.today"))
	if d.AsOf != p.Today {
		t.Today.Label = p.Date(d.AsOf)
	}
	alt := []string{}
	for i, s := range spans {
		row := timelineRow{Label: s.label, LabelY: rowTop + i*rowHeight + 13, Y: rowTop + i*rowHeight + 20, Class: s.class}
		if s.to.IsZero() {
			row.Point = scale.at(s.from)
		} else {
			row.X, row.Width = scale.at(s.from), scale.width(s.from, s.to)
			if s.rest.After(s.to) {
				row.Rest, row.RestW = scale.at(s.to), scale.width(s.to, s.rest)
			}
		}
		t.Rows = append(t.Rows, row)
		alt = append(alt, s.label)
	}
	if d.Outcome == eligibility.NotYet {
		m := scale.marker(d.Earliest.On, p.say("timeline.earliest", p.Date(d.Earliest.On)))
		t.Earliest = &m
		alt = append(alt, m.Label)
	}
	t.Alt = p.say("timeline.alt", strings.Join(alt, p.say("timeline.then")))
	return t
}

// spans is what was told with a date, as it is drawn.
func (c *check) spans(p *page, asOf civil.Date) []span {
	var spans []span
	for _, name := range []string{"education", "certificates", "training", "work"} {
		s, _ := sectionOf(name)
		for _, e := range c.answers.Told[name].Entries {
			label := p.entryText(s, e)
			if name != "work" {
				if on := firstDay(e[map[string]string{"education": "awarded", "certificates": "issued", "training": "completed"}[name]]); !on.IsZero() {
					spans = append(spans, span{label: label, class: "point", from: on})
				}
				continue
			}
			from, to := firstDay(e["from"]), firstDay(e["to"])
			if e["to"] == stillGoing {
				to = asOf
			}
			if !from.IsZero() && to.After(from) {
				class := "other"
				if e["occupation"] != "unknown" {
					class = e["occupation"]
				}
				spans = append(spans, span{label: label, class: class, from: from, to: to.AddDays(1)})
			}
		}
	}
	return spans
}

// counted is the stretch of work that counts for the condition the answer
// rests on, and what is still to come of it.
func (c *check) counted(p *page, d *eligibility.Decision) (span, bool) {
	carrying := d.Earliest.Condition
	if carrying == "" && len(d.Satisfied) > 0 {
		carrying = d.Satisfied[0]
	}
	for _, condition := range d.Conditions {
		if condition.ID != carrying {
			continue
		}
		for _, f := range condition.Clauses {
			if _, ok := f.Clause.(*eligibility.Work); ok && !f.Run[0].IsZero() {
				return span{
					label: p.say("timeline.counted", p.Period(f.Actual.Period), p.Period(f.Required.Period)),
					class: "counted", from: f.Run[0], to: f.Run[1], rest: f.Earliest,
				}, true
			}
		}
	}
	return span{}, false
}

// firstDay is a day, or the first of a month; zero for neither.
func firstDay(s string) civil.Date {
	if d, err := civil.ParseDate(s); err == nil {
		return d
	}
	d, err := civil.ParseDate(s + "-01")
	if err != nil {
		return civil.Date{}
	}
	return d
}

func earlier(a, b civil.Date) civil.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// A scale places days across the picture.
type scale struct {
	from civil.Date
	days int
}

// newScale has room for whole years around the days to draw.
func newScale(first, last civil.Date) scale {
	from := first.FirstOfYear()
	to := last.FirstOfYear().AddYears(1)
	return scale{from: from, days: to.Days(from)}
}

func (s scale) share(d civil.Date) float64 {
	return max(0, min(100, 100*float64(d.Days(s.from))/float64(s.days)))
}

func (s scale) at(d civil.Date) string { return fmt.Sprintf("%.2f%%", s.share(d)) }

func (s scale) width(from, to civil.Date) string {
	return fmt.Sprintf("%.2f%%", max(0.6, s.share(to)-s.share(from)))
}

// ticks is at most five years to be named, evenly apart.
func (s scale) ticks() []tick {
	years := s.days / 365
	step := max(1, (years+4)/5)
	var all []tick
	for y := 0; y < years; y += step {
		d := s.from.AddYears(y)
		if s.share(d) > 90 {
			break // its name would stand out on the right
		}
		all = append(all, tick{X: s.at(d), Label: fmt.Sprint(d.Year())})
	}
	return all
}

func (s scale) marker(d civil.Date, label string) marker {
	m := marker{X: s.at(d), Anchor: "start", Label: label}
	if s.share(d) > 50 {
		m.Anchor = "end"
	}
	return m
}
