package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/certreg/certreg/internal/civil"
)

// A questionPage asks one thing.
type questionPage struct {
	page
	State   string
	Step    string
	First   bool // there is no page before
	Caption string
	Intro   []string
	Hint    string // for a page of several fields, below its heading
	Fields  []Field
	Entries []entryLine // told so far
	Faults  []Fault
	Restore bool
}

// An entryLine is one entry as it is read back.
type entryLine struct{ Text, Change, Remove string }

// ask begins a page of the check.
func (c *check) ask(title string) questionPage {
	p := questionPage{page: c.s.page(c.r, title), State: c.answers.String(), Step: c.step}
	p.Self, p.Script = "/check", true
	p.Carry = []Hidden{{"state", p.State}, {"step", p.Step}}
	return p
}

// send answers with the page; one that finds faults is not a success.
func (c *check) send(p *questionPage) error {
	p.Faults = p.faults(p.Fields...)
	status := http.StatusOK
	if len(p.Faults) > 0 {
		status = http.StatusUnprocessableEntity
		p.Faulty = true
	}
	return c.s.render(c.w, c.r, status, "question", p)
}

// begin makes p the page that the check begins with, if it is.
func (c *check) begin(p *questionPage) {
	p.First = len(c.answers.Trail) == 0
	if !p.First {
		return
	}
	p.Intro = []string{p.say("check.lead"), p.say("check.kept")}
	p.Description = p.say("check.lead")
	if c.r.Method == http.MethodGet {
		p.Carry, p.Restore = nil, true
		p.Self = c.r.URL.RequestURI()
	}
}

// askStart asks for the occupation.
func (c *check) askStart(fault string) error {
	c.step = startStep
	p := c.ask("check.title")
	c.begin(&p)
	f := Field{Name: "occupation", Kind: "radio", Label: p.say("check.occupation")}
	for _, o := range c.s.open() {
		f.Options = append(f.Options, Option{Value: o.ID, Label: p.Text(o.Name), Chosen: o.ID == c.answers.Occupation})
	}
	if fault != "" {
		f.Error = p.say(fault)
	}
	p.Fields = []Field{f}
	return c.send(&p)
}

// askLevel asks for the level.
func (c *check) askLevel(fault string) error {
	c.step = levelStep
	p := c.ask("check.title")
	c.begin(&p)
	p.Caption = p.Text(c.rules.Occupation().Name)
	f := Field{Name: "level", Kind: "radio", Label: p.say("check.level"), Hint: p.say("check.level.hint")}
	told := len(c.answers.Told) > 0
	for _, l := range c.rules.Levels() {
		f.Options = append(f.Options, Option{
			Value: strconv.Itoa(l.Number), Label: sentence(p.Level(l.Number)), Chosen: c.answers.Level == l.Number,
		})
	}
	f.Options = append(f.Options, Option{
		Value: "0", Label: p.say("check.level.all"), Hint: p.say("check.level.all.hint"), Apart: true, Chosen: told && c.answers.Level == 0,
	})
	if fault != "" {
		f.Error = p.say(fault)
	}
	p.Fields = []Field{f}
	return c.send(&p)
}

// askGate asks whether there is anything to tell for a section.
func (c *check) askGate(s section, fault string) error {
	c.step = s.name
	p := c.ask("ask." + s.name)
	f := Field{
		Name: "known", Kind: "radio", Heading: true, Label: p.Title, Hint: p.say("ask." + s.name + ".hint"),
	}
	for _, o := range []string{"yes", "no", "unknown"} {
		f.Options = append(f.Options, Option{Value: o, Label: p.say("known." + o), Chosen: c.answers.Told[s.name].Known == o, Apart: o == "unknown"})
	}
	if fault != "" {
		f.Error = p.say(fault)
	}
	p.Fields = []Field{f}
	return c.send(&p)
}

// askList reads back the entries of a section and asks whether there are more.
func (c *check) askList(s section, fault string) error {
	c.step = s.name + ".list"
	t := c.answers.Told[s.name]
	p := c.ask("list." + s.name)
	for i, e := range t.Entries {
		at := fmt.Sprintf("%s.%d", s.name, i)
		p.Entries = append(p.Entries, entryLine{Text: p.entryText(s, e), Change: "change:" + at, Remove: "remove:" + at})
	}
	f := Field{Name: "more", Kind: "radio", Label: p.say("list.more." + s.name)}
	for _, o := range []string{"no", "yes", "unknown"} {
		f.Options = append(f.Options, Option{Value: o, Label: p.say("list.more.answer." + o), Apart: o == "unknown", Chosen: o == "unknown" && t.More})
	}
	if len(t.Entries) >= maxEntries {
		f.Options = slices.Delete(f.Options, 1, 2)
	}
	if fault != "" {
		f.Error = p.say(fault)
	}
	p.Fields = []Field{f}
	return c.send(&p)
}

// askEntry asks about the i-th entry of a section. errs names what is wrong
// with what was filled in, by question.
func (c *check) askEntry(s section, i int, e entry, errs map[string]string) error {
	c.step = fmt.Sprintf("%s.%d", s.name, i)
	title := "entry." + s.name
	if s.name == "born" {
		c.step, title = s.name, "ask.born"
	}
	p := c.ask(title)
	p.Hint = p.say(title + ".hint")
	needs := needsOf(c.rules, c.levels())
	for _, q := range s.questions {
		f := p.questionField(s, q, e, needs)
		if f.Kind == "" {
			continue
		}
		f.Error = errs[q.name]
		if len(s.questions) == 1 {
			f.Heading, f.Label, f.Hint, p.Hint = true, p.Title, p.Hint, ""
		}
		p.Fields = append(p.Fields, f)
	}
	if extra := errs[""]; extra != "" && len(p.Fields) > 0 {
		p.Fields[0].Error = extra
	}
	return c.send(&p)
}

// questionField is the field that asks one question about an entry, zero when
// nothing depends on it.
func (p *questionPage) questionField(s section, q question, e entry, n needs) Field {
	code := s.name + "." + q.name
	f := Field{Name: q.name, Kind: "radio", Label: p.say(code), Hint: p.optional(code + ".hint")}
	if q.name == "field" && len(n.related) > 0 {
		f.Hint = p.say("check.related", strings.Join(n.related, "、"))
	}
	value := e[q.name]
	switch q.kind {
	case dateQuestion, endQuestion:
		p.dateField(&f, q, e)
		return f
	case numberQuestion:
		f.Kind, f.Class, f.InputMode, f.Value, f.Autocomplete = "text", "short", "numeric", value, "off"
		return f
	case yesQuestion:
		for _, o := range []string{"yes", "no"} {
			f.Options = append(f.Options, Option{Value: o, Label: p.say("known." + o), Chosen: value == o})
		}
		return f
	case choiceQuestion:
	}
	for _, o := range n.options(q) {
		option := Option{Value: o, Chosen: value == o, Apart: o == "unknown" || o == "none"}
		if q.levels {
			option.Label = sentence(p.Level(atoi(o)))
		} else {
			option.Label, option.Hint = p.say(code+"."+o), p.optional(code+"."+o+".hint")
		}
		f.Options = append(f.Options, option)
	}
	if len(f.Options) == 0 {
		return Field{}
	}
	return f
}

// dateField asks for a day, of which the day of the month may be left out, or
// all if it is not known.
func (p *questionPage) dateField(f *Field, q question, e entry) {
	f.Kind = "checkbox"
	if f.Hint == "" {
		f.Hint = p.say("date.hint")
	}
	parts := [3]string{e[q.name+"-y"], e[q.name+"-m"], e[q.name+"-d"]}
	if parts == [3]string{} {
		parts = dateParts(e[q.name])
	}
	for i, part := range []string{"year", "month", "day"} {
		f.Date = append(f.Date, DatePart{Name: f.Name + "-" + part[:1], Class: part, Label: p.say("date." + part), Value: parts[i], Autocomplete: "off"})
	}
	_, filled := e[q.name]
	if q.kind == endQuestion {
		f.Options = append(f.Options, Option{Value: stillGoing, Label: p.say("date.now"), Chosen: e[q.name] == stillGoing})
	}
	f.Options = append(f.Options, Option{Value: "unknown", Label: p.say("date.forgotten"), Chosen: filled && e[q.name] == ""})
	f.input = f.Name
}

// dateParts takes a day or a month apart.
func dateParts(s string) (parts [3]string) {
	if d, err := civil.ParseDate(s); err == nil {
		y, m, day := d.YMD()
		return [3]string{strconv.Itoa(y), strconv.Itoa(int(m)), strconv.Itoa(day)}
	}
	if d, err := civil.ParseDate(s + "-01"); err == nil {
		y, m, _ := d.YMD()
		return [3]string{strconv.Itoa(y), strconv.Itoa(int(m)), ""}
	}
	return parts
}

// optional is the text of a code, "" where there is none.
func (p *page) optional(code string) string {
	if _, ok := p.s.messages[code]; !ok {
		return ""
	}
	return p.say(code)
}

// askDay asks for the day to decide for.
func (c *check) askDay(fault string) error {
	c.step = dayStep
	p := c.ask("check.day")
	e := entry{"day": c.answers.day(c.s.reg.Today()).String()}
	if fault != "" {
		e = entry{"day-y": c.r.PostForm.Get("day-y"), "day-m": c.r.PostForm.Get("day-m"), "day-d": c.r.PostForm.Get("day-d")}
	}
	f := Field{Name: "day", Label: p.Title, Heading: true, Hint: p.say("check.day.hint")}
	p.dateField(&f, question{name: "day", kind: dateQuestion}, e)
	f.Options = nil
	if fault != "" {
		f.Error = p.say(fault, p.Title)
	}
	p.Fields = []Field{f}
	return c.send(&p)
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
