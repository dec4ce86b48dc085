package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/locale"
	"github.com/certreg/certreg/registry"
)

// A reviewRow is one subject with what was told about it.
type reviewRow struct {
	Label  string
	Lines  []string
	Change string // what the button sends
}

// A rowTable is rows with the page they stand on.
type rowTable struct {
	Rows []reviewRow
	Page *page
}

// Table puts rows beside the page, for their template.
func (p *page) Table(rows []reviewRow) rowTable { return rowTable{rows, p} }

type reviewPage struct {
	page
	State  string
	Step   string
	Rows   []reviewRow
	Others []reviewRow // not asked, because the answer does not depend on them
}

// review reads all answers back, to be corrected.
func (c *check) review() error {
	c.step = reviewStep
	q := c.ask("review.title")
	p := reviewPage{page: q.page, State: q.State, Step: q.Step}
	p.Rows, p.Others = c.summary(&p.page)
	return c.s.render(c.w, c.r, http.StatusOK, "review", &p)
}

// summary is what was told, and what could be told besides.
func (c *check) summary(p *page) (rows, others []reviewRow) {
	level := p.say("check.level.all")
	if c.answers.Level != 0 {
		level = sentence(p.Level(c.answers.Level))
	}
	day := c.answers.day(c.s.reg.Today())
	asOf := p.Date(day)
	if day == c.s.reg.Today() {
		asOf = p.say("review.today", asOf)
	}
	rows = []reviewRow{
		{Label: p.say("review.level"), Lines: []string{p.Text(c.rules.Occupation().Name), level}, Change: "change:" + levelStep},
		{Label: p.say("review.day"), Lines: []string{asOf}, Change: "change:" + dayStep},
	}
	matter := c.matters()
	for _, s := range sections {
		row := reviewRow{Label: sentence(p.Text(locale.Section(s.name))), Change: "change:" + s.name}
		t, asked := c.answers.Told[s.name]
		switch {
		case asked:
			row.Lines = p.toldLines(s, t)
			rows = append(rows, row)
		case matter[s.name]:
			others = append(others, row)
		}
	}
	return rows, others
}

// matters is the sections that some condition looks at: those that are open
// while nothing is known.
func (c *check) matters() map[string]bool {
	matter := map[string]bool{}
	facts, err := (&answers{}).facts()
	if err != nil {
		return matter
	}
	for _, l := range c.levels() {
		for _, name := range openSections(c.rules.Explain(l, c.answers.day(c.s.reg.Today()), facts)) {
			matter[name] = true
		}
	}
	return matter
}

// toldLines is what was told for a section, line by line.
func (p *page) toldLines(s section, t told) []string {
	if t.Known != "yes" || len(t.Entries) == 0 {
		return []string{p.say("told." + t.Known)}
	}
	var lines []string
	for _, e := range t.Entries {
		lines = append(lines, p.entryText(s, e))
	}
	if t.More {
		lines = append(lines, p.say("told.more"))
	}
	return lines
}

// entryText is one entry on one line.
func (p *page) entryText(s section, e entry) string {
	var parts []string
	for _, q := range s.questions {
		value, answered := e[q.name]
		switch {
		case !answered || q.name == "to":
		case q.name == "from":
			until := p.PartDate(e["to"])
			if e["to"] == stillGoing {
				until = p.say("date.present")
			}
			parts = append(parts, p.say("date.span", p.PartDate(value), until))
		case q.kind == dateQuestion:
			parts = append(parts, p.PartDate(value))
		case q.kind == numberQuestion:
			parts = append(parts, p.say("told.hours", value))
		case q.kind == yesQuestion:
			parts = append(parts, p.say("told."+s.name+"."+q.name+"."+value))
		case q.levels:
			parts = append(parts, sentence(p.Level(atoi(value))))
		default:
			parts = append(parts, p.say(s.name+"."+q.name+"."+value))
		}
	}
	return strings.Join(parts, " · ")
}

// A resultPage is the answer of the check.
type resultPage struct {
	page
	State      string
	Step       string
	Link       string // address that carries the answers behind the #
	AsOf       civil.Date
	Name       string // of the occupation
	Edition    eligibility.Text
	Ruleset    string
	Occupation string
	Main       verdict
	Levels     []levelLine
	Rows       []reviewRow
	Others     []reviewRow
	Timeline   *timeline // nil when there is nothing to draw
	Routes     []routeView
	Differs    []editionLine
	Policies   []string
	Sittings   []sittingLine
}

// A shownCondition is a condition with what is needed to show it.
type shownCondition struct {
	Condition           *conditionView
	Page                *page
	Occupation, Ruleset string
}

// Shown puts a condition beside the page, for its template.
func (p *resultPage) Shown(v *conditionView) shownCondition {
	return shownCondition{Condition: v, Page: &p.page, Occupation: p.Occupation, Ruleset: p.Ruleset}
}

// A levelLine is the answer for another level in a few words.
type levelLine struct {
	Number           int
	Tint, Mark, Text string
}

// An editionLine says that another edition answers differently.
type editionLine struct {
	Name, Rank, ID, Text string
}

// A sittingLine is a sitting that takes applications.
type sittingLine struct {
	registry.OpenSitting
	Eligible bool
	Decided  civil.Date // day on which conditions must be met
}

// result decides and explains.
func (c *check) result() error {
	c.step = resultStep
	facts, err := c.answers.facts()
	if err != nil {
		return restart()
	}
	q := c.ask("")
	day := c.answers.day(c.s.reg.Today())
	p := resultPage{
		page: q.page, State: q.State, Step: q.Step, Link: "/check#r=" + c.answers.fragment(), AsOf: day,
		Edition: c.rules.Edition(), Ruleset: c.rules.ID(), Occupation: c.answers.Occupation,
	}
	p.Name = p.Text(c.rules.Occupation().Name)
	decisions := map[int]*eligibility.Decision{}
	for _, l := range c.rules.Levels() {
		decisions[l.Number] = c.rules.Explain(l.Number, day, facts)
	}
	main := decisions[c.mainLevel(decisions)]
	p.Main = c.verdict(&p.page, main)
	p.Title = p.Main.Sentence
	for _, l := range c.rules.Levels() {
		if d := decisions[l.Number]; d != main {
			v := c.verdict(&p.page, d)
			p.Levels = append(p.Levels, levelLine{Number: l.Number, Tint: v.Tint, Mark: v.Mark, Text: v.Short})
		}
	}
	p.Rows, p.Others = c.summary(&p.page)
	p.Timeline = c.timeline(&p.page, main)
	p.Routes = c.routes(&p.page, main, facts)
	p.Differs = c.differs(&p.page, main, facts)
	for _, code := range main.Policies {
		p.Policies = append(p.Policies, p.Text(locale.Policy(code)))
	}
	if p.Sittings, err = c.sittings(main.Level, facts); err != nil {
		return fmt.Errorf("sittings: %w", err)
	}
	return c.s.render(c.w, c.r, http.StatusOK, "result", &p)
}

// mainLevel is the level the page is about: the one asked for, else the
// highest that can be applied for, else the one that is nearest.
func (c *check) mainLevel(decisions map[int]*eligibility.Decision) int {
	if c.answers.Level != 0 {
		return c.answers.Level
	}
	rank := func(d *eligibility.Decision) int {
		return slices.Index([]eligibility.Outcome{
			eligibility.Eligible, eligibility.EligibleProvisional, eligibility.NotYet, eligibility.NeedsInformation, eligibility.NotEligible,
		}, d.Outcome)
	}
	levels := c.levels()
	return slices.MinFunc(levels, func(a, b int) int {
		x, y := decisions[a], decisions[b]
		switch {
		case rank(x) != rank(y):
			return rank(x) - rank(y)
		case x.Outcome == eligibility.NotYet && x.Earliest.On != y.Earliest.On:
			return x.Earliest.On.Compare(y.Earliest.On)
		case x.Outcome == eligibility.Eligible || x.Outcome == eligibility.EligibleProvisional:
			return cmp.Compare(a, b) // the higher level
		}
		return cmp.Compare(b, a)
	})
}

// differs lists the other editions that answer differently.
func (c *check) differs(p *page, main *eligibility.Decision, facts *eligibility.Facts) []editionLine {
	var lines []editionLine
	for _, rs := range c.s.reg.Library().RuleSets() {
		_, has := rs.Level(main.Level)
		if rs == c.rules || rs.Occupation().ID != c.answers.Occupation || !has {
			continue
		}
		d := rs.Explain(main.Level, main.AsOf, facts)
		if d.Outcome == main.Outcome && d.Earliest.On == main.Earliest.On {
			continue
		}
		text := p.Text(locale.Outcome(d.Outcome))
		if d.Outcome == eligibility.NotYet {
			text = p.say("verdict.short.not-yet", p.Date(d.Earliest.On))
		}
		lines = append(lines, editionLine{Name: p.Text(rs.Edition()), Rank: p.Text(locale.Rank(rs.Rank())), ID: rs.ID(), Text: sentence(text)})
	}
	return lines
}

// sittings lists what can be applied for at a level, with the answer on the
// day that counts for each.
func (c *check) sittings(level int, facts *eligibility.Facts) ([]sittingLine, error) {
	open, err := c.s.reg.OpenSittings(c.r.Context(), c.answers.Occupation, level)
	if err != nil {
		return nil, err
	}
	var lines []sittingLine
	for _, o := range open {
		line := sittingLine{OpenSitting: o, Decided: o.CutoffOn}
		if line.Decided.IsZero() {
			line.Decided = c.s.reg.Today()
		}
		if rules, ok := c.s.reg.Library().Governing(c.answers.Occupation, line.Decided); ok {
			outcome := rules.Decide(level, line.Decided, facts)
			line.Eligible = outcome == eligibility.Eligible || outcome == eligibility.EligibleProvisional
		}
		lines = append(lines, line)
	}
	return lines, nil
}
