package web

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// takeGate takes whether there is anything to tell for a section.
func (c *check) takeGate(s section) error {
	known := c.r.PostForm.Get("known")
	switch {
	case known == "yes" && !s.single():
		t := c.answers.Told[s.name]
		return c.forward(fmt.Sprintf("%s.%d", s.name, len(t.Entries)))
	case known == "yes" || known == "no" || known == "unknown":
		c.answers.tell(s.name, told{Known: known})
		return c.forward(c.next())
	}
	return c.askGate(s, "known.missing")
}

// takeList takes whether there are more entries.
func (c *check) takeList(s section) error {
	t := c.answers.Told[s.name]
	switch c.r.PostForm.Get("more") {
	case "yes":
		return c.forward(fmt.Sprintf("%s.%d", s.name, len(t.Entries)))
	case "no", "unknown":
		t.More = c.r.PostForm.Get("more") == "unknown"
		c.answers.tell(s.name, t)
		return c.forward(c.next())
	}
	return c.askList(s, "known.missing")
}

// takeEntry takes the i-th entry of a section. The engine has the last word on
// whether it can be; what it refuses is shown at its place.
func (c *check) takeEntry(s section, part string) error {
	i := atoi(part)
	t := c.answers.Told[s.name]
	if i < 0 || i > len(t.Entries) || i >= maxEntries {
		return restart()
	}
	e, errs := c.readEntry(s)
	if len(errs) > 0 {
		return c.askEntry(s, i, e, errs)
	}
	before := t
	t.Entries = slices.Clone(t.Entries)
	if i == len(t.Entries) {
		t.Entries = append(t.Entries, e)
	}
	t.Entries[i], t.Known = e, "yes"
	if s.name == "born" && e["born"] == "" {
		t = told{Known: "unknown"}
	}
	c.answers.tell(s.name, t)
	if _, err := c.answers.facts(); err != nil {
		c.answers.tell(s.name, before)
		if before.Known == "" {
			delete(c.answers.Told, s.name)
		}
		return c.askEntry(s, i, e, c.refusal(err))
	}
	if s.single() {
		return c.forward(c.next())
	}
	// Going back from the list leads to where the section was entered from.
	if n := len(c.answers.Trail); n > 0 && (c.answers.Trail[n-1] == s.name || c.answers.Trail[n-1] == s.name+".list") {
		c.answers.Trail = c.answers.Trail[:n-1]
	}
	return c.show(s.name + ".list")
}

// refusal is what the engine says against an entry, by question.
func (c *check) refusal(err error) map[string]string {
	p := c.s.page(c.r, "")
	refused, ok := errors.AsType[*eligibility.InputError](err)
	if !ok {
		return map[string]string{"": p.say("entry.refused")}
	}
	parts := strings.Split(refused.Pointer, "/")
	name := ""
	if s, ok := sectionOf(parts[min(1, len(parts)-1)]); ok && len(parts) > 3 && s.asks(parts[3]) {
		name = parts[3]
	}
	return map[string]string{name: p.Text(refused.Message)}
}

// readEntry reads the fields of an entry, and says what is wrong with them.
func (c *check) readEntry(s section) (entry, map[string]string) {
	e, errs := entry{}, map[string]string{}
	p := c.s.page(c.r, "")
	needs := needsOf(c.rules, c.levels())
	for _, q := range s.questions {
		fault := ""
		switch q.kind {
		case dateQuestion, endQuestion:
			fault = c.readDate(q, e)
		case numberQuestion:
			e[q.name] = digitsOf(c.r.PostForm.Get(q.name))
			if n, err := strconv.Atoi(e[q.name]); err != nil || n < 0 || n > 9999 {
				fault = "fault.number"
			}
		default:
			value := c.r.PostForm.Get(q.name)
			fault = choose(q, value, needs.options(q))
			if fault == "" && value != "none" && value != "" {
				e[q.name] = value
			}
		}
		if fault != "" {
			errs[q.name] = p.say(fault, p.say(s.name+"."+q.name))
		}
	}
	return e, errs
}

// choose says what is wrong with the choice of an option, "" for nothing.
func choose(q question, value string, options []string) string {
	if q.kind == yesQuestion {
		options = []string{"yes", "no"}
	}
	if len(options) > 0 && !slices.Contains(options, value) {
		return "fault.choice"
	}
	return ""
}

// readDate reads a day or a month into e, together with what was typed, and
// returns the code of what is wrong.
func (c *check) readDate(q question, e entry) string {
	form := c.r.PostForm
	var typed [3]string
	for i, part := range []string{"-y", "-m", "-d"} {
		typed[i] = digitsOf(form.Get(q.name + part))
	}
	nothing := typed == [3]string{}
	switch {
	case !nothing && len(form[q.name]) > 0, len(form[q.name]) > 1:
		e[q.name+"-y"], e[q.name+"-m"], e[q.name+"-d"] = typed[0], typed[1], typed[2]
		return "fault.date.both"
	case nothing && q.kind == endQuestion && slices.Contains(form[q.name], stillGoing):
		e[q.name] = stillGoing
		return ""
	case nothing && slices.Contains(form[q.name], "unknown"):
		e[q.name] = ""
		return ""
	}
	date, fault := dateOf(typed)
	if fault == "" {
		e[q.name] = date
		return ""
	}
	e[q.name+"-y"], e[q.name+"-m"], e[q.name+"-d"] = typed[0], typed[1], typed[2]
	return fault
}

// dateOf puts year, month and day together: YYYY-MM-DD, or YYYY-MM without a day.
func dateOf(typed [3]string) (date, fault string) {
	y, m, d := atoi(typed[0]), atoi(typed[1]), atoi(typed[2])
	switch {
	case typed == [3]string{}:
		return "", "fault.date.missing"
	case y < 1900 || y > 2100:
		return "", "fault.date.year"
	case m < 1 || m > 12:
		return "", "fault.date.month"
	case typed[2] == "":
		return fmt.Sprintf("%04d-%02d", y, m), ""
	}
	date = fmt.Sprintf("%04d-%02d-%02d", y, m, d)
	if _, err := civil.ParseDate(date); err != nil {
		return "", "fault.date.day"
	}
	return date, ""
}

// digitsOf is a number as it was typed, with full-width digits and spaces put right.
func digitsOf(s string) string {
	s = strings.TrimSpace(width.Narrow.String(s))
	return s[:min(len(s), maxValue)]
}

// takeDay takes the day to decide for.
func (c *check) takeDay() error {
	form := c.r.PostForm
	date, fault := dateOf([3]string{digitsOf(form.Get("day-y")), digitsOf(form.Get("day-m")), digitsOf(form.Get("day-d"))})
	if fault != "" {
		return c.askDay(fault)
	}
	day, err := civil.ParseDate(date)
	if err != nil {
		return c.askDay("fault.date.whole")
	}
	c.answers.AsOf = day
	if day == c.s.reg.Today() {
		c.answers.AsOf = civil.Date{}
	}
	if err := c.govern(); err != nil {
		return err
	}
	return c.forward(reviewStep)
}
