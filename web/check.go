package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

// The pages of the check that do not belong to a section. The others are
// called by the section ("work"), its list ("work.list") or one of its entries
// ("work.0").
const (
	startStep  = "start" // which occupation
	levelStep  = "level"
	reviewStep = "answers"
	dayStep    = "day"
	resultStep = "result"
)

// A check is one request on the way through the questions.
type check struct {
	s       *Server
	w       http.ResponseWriter
	r       *http.Request
	rules   *eligibility.RuleSet
	answers *answers
	step    string // the page that the form came from
}

// startCheck serves GET /check. The occupation and level may stand in the
// address, since they say nothing of the reader. It asks for the occupation
// where there are several and none is given, else for the level.
func (s *Server) startCheck(w http.ResponseWriter, r *http.Request) error {
	c := &check{s: s, w: w, r: r, answers: &answers{Occupation: r.URL.Query().Get("occupation")}}
	level, err := strconv.Atoi(r.URL.Query().Get("level"))
	if err == nil && level >= 1 && level <= 5 {
		c.answers.Level = level
	}
	open := s.open()
	if len(open) == 1 {
		c.answers.Occupation = open[0].ID
	}
	if slices.ContainsFunc(open, func(o eligibility.Occupation) bool { return o.ID == c.answers.Occupation }) {
		return c.show(levelStep)
	}
	return c.askStart("")
}

// open is the occupations that conditions are in force for today.
func (s *Server) open() []eligibility.Occupation {
	return slices.DeleteFunc(s.reg.Library().Occupations(), func(o eligibility.Occupation) bool {
		_, ok := s.reg.Library().Governing(o.ID, s.reg.Today())
		return !ok
	})
}

// check serves POST /check: takes the answers of one page and shows the next.
func (s *Server) check(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	c := &check{s: s, w: w, r: r, step: r.PostForm.Get("step")}
	var err error
	if c.answers, err = readAnswers(r.PostForm.Get("state")); err != nil {
		return restart()
	}
	if c.step == startStep && !r.PostForm.Has("lang") {
		c.answers.Occupation = r.PostForm.Get("occupation")
	}
	if c.answers.Occupation == "" {
		c.answers.Level = 0
		return c.askStart(map[bool]string{false: "check.occupation.missing"}[r.PostForm.Has("lang")])
	}
	if err := c.govern(); err != nil {
		return err
	}
	deed, object, _ := strings.Cut(r.PostForm.Get("go"), ":")
	switch {
	case r.PostForm.Has("lang") || deed == "show":
		return c.show(c.step)
	case deed == "back":
		return c.back()
	case deed == "change":
		return c.forward(object)
	case deed == "remove":
		return c.remove(object)
	case deed == "level":
		c.answers.Level, _ = strconv.Atoi(object)
		return c.show(resultStep)
	}
	return c.take()
}

func restart() error {
	return &problem.StatusError{Status: http.StatusBadRequest, Detail: eligibility.Text{
		ZH: "无法读取已填写的内容，请从头开始。", EN: "What was filled in cannot be read. Please start again.",
	}}
}

// govern finds the edition that decides. A day with none is answered as such.
func (c *check) govern() error {
	day := c.answers.day(c.s.reg.Today())
	rules, ok := c.s.reg.Library().Governing(c.answers.Occupation, day)
	if !ok {
		return &registry.Error{Code: registry.NoGoverningEdition, Detail: eligibility.Text{
			ZH: fmt.Sprintf("在 %s 没有适用的申报条件。", day), EN: fmt.Sprintf("No conditions are in force on %s.", day),
		}}
	}
	if _, has := rules.Level(c.answers.Level); !has {
		c.answers.Level = 0
	}
	c.rules = rules
	return nil
}

// takeLevel takes the level, 0 for every one.
func (c *check) takeLevel() error {
	level, err := strconv.Atoi(c.r.PostForm.Get("level"))
	if _, has := c.rules.Level(level); err != nil || level != 0 && !has {
		return c.askLevel("check.level.missing")
	}
	c.answers.Level = level
	return c.forward(c.next())
}

// take takes the answers of a page about the applicant.
func (c *check) take() error {
	switch c.step {
	case startStep:
		return c.forward(levelStep)
	case levelStep:
		return c.takeLevel()
	case reviewStep:
		return c.forward(resultStep)
	case dayStep:
		return c.takeDay()
	case resultStep:
		return c.show(resultStep)
	}
	name, part, _ := strings.Cut(c.step, ".")
	s, ok := sectionOf(name)
	switch {
	case !ok:
		return restart()
	case part == "list":
		return c.takeList(s)
	case part != "" || s.name == "born":
		return c.takeEntry(s, part)
	}
	return c.takeGate(s)
}

// next is the next page: the first subject that can still change the answer
// and was not asked, else the review of all answers.
func (c *check) next() string {
	facts, err := c.answers.facts()
	if err != nil {
		return reviewStep
	}
	open := map[string]bool{}
	for _, l := range c.levels() {
		for _, name := range openSections(c.rules.Explain(l, c.answers.day(c.s.reg.Today()), facts)) {
			open[name] = true
		}
	}
	for _, s := range sections {
		if _, asked := c.answers.Told[s.name]; open[s.name] && !asked {
			return s.name
		}
	}
	return reviewStep
}

// levels is the levels to decide on: the one asked for, or all.
func (c *check) levels() []int {
	if c.answers.Level != 0 {
		return []int{c.answers.Level}
	}
	var all []int
	for _, l := range c.rules.Levels() {
		all = append(all, l.Number)
	}
	return all
}

// forward goes to a page, remembering the way back.
func (c *check) forward(step string) error {
	if c.step != step {
		c.answers.Trail = append(c.answers.Trail, c.step)
		if n := len(c.answers.Trail) - maxTrail; n > 0 {
			c.answers.Trail = slices.Delete(c.answers.Trail, 0, n)
		}
	}
	return c.show(step)
}

// back goes to the page before. Entries that were never filled in are dropped
// with their page.
func (c *check) back() error {
	n := len(c.answers.Trail)
	if n == 0 {
		return c.show(levelStep)
	}
	step := c.answers.Trail[n-1]
	c.answers.Trail = c.answers.Trail[:n-1]
	return c.show(step)
}

// show answers with a page.
func (c *check) show(step string) error {
	c.step = step
	if c.rules == nil {
		if err := c.govern(); err != nil {
			return err
		}
	}
	switch step {
	case startStep:
		return c.askStart("")
	case levelStep:
		return c.askLevel("")
	case reviewStep:
		return c.review()
	case dayStep:
		return c.askDay("")
	case resultStep:
		return c.result()
	}
	name, part, _ := strings.Cut(step, ".")
	s, ok := sectionOf(name)
	if !ok {
		return restart()
	}
	t := c.answers.Told[name]
	switch {
	case s.name == "born":
		return c.askEntry(s, 0, entryOf(t, 0), nil)
	case part == "list" && len(t.Entries) > 0:
		return c.askList(s, "")
	case part == "" || part == "list":
		if len(t.Entries) > 0 {
			return c.askList(s, "")
		}
		return c.askGate(s, "")
	}
	i, err := strconv.Atoi(part)
	if err != nil || i < 0 || i > len(t.Entries) || i >= maxEntries {
		return restart()
	}
	return c.askEntry(s, i, entryOf(t, i), nil)
}

// entryOf is the i-th entry, empty for a new one.
func entryOf(t told, i int) entry {
	if i < len(t.Entries) {
		return t.Entries[i]
	}
	return entry{}
}

// remove takes an entry away, or a whole section back.
func (c *check) remove(object string) error {
	name, part, _ := strings.Cut(object, ".")
	t := c.answers.Told[name]
	i, err := strconv.Atoi(part)
	if err != nil || i < 0 || i >= len(t.Entries) {
		return restart()
	}
	t.Entries = slices.Delete(slices.Clone(t.Entries), i, i+1)
	c.answers.tell(name, t)
	return c.show(name)
}
