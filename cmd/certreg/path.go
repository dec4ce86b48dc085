package main

import (
	"strings"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/locale"
)

// A pathCommand finds the quickest way to a level from a file of facts.
type pathCommand struct {
	Facts        string       `arg:"" optional:"" help:"${help_facts}"`
	Occupation   string       `placeholder:"ID" help:"${help_occupation}"`
	Level        int          `required:"" placeholder:"N" help:"${help_path_level}"`
	From         civil.Date   `placeholder:"YYYY-MM-DD" help:"${help_path_from}"`
	Edition      string       `xor:"edition" placeholder:"ID" help:"${help_edition}"`
	Ruleset      string       `xor:"edition" placeholder:"FILE" help:"${help_check_rule}"`
	HoursPerWeek int          `placeholder:"N" help:"${help_path_hours}"`
	NoTraining   bool         `help:"${help_path_no_training}"`
	Sitting      []civil.Date `placeholder:"YYYY-MM-DD" help:"${help_path_sitting}"`
	Month        []int        `placeholder:"N" help:"${help_path_month}"`
	ResultDays   int          `placeholder:"N" help:"${help_path_results}"`
	JSON         bool         `name:"json" help:"${help_json}"`
}

// A pathResult is a route in JSON.
type pathResult struct {
	Occupation string     `json:"occupation"`
	Edition    string     `json:"edition"`
	Level      int        `json:"level"`
	From       civil.Date `json:"from"`
	On         civil.Date `json:"on,omitzero"`
	Steps      []pathStep `json:"steps"`
	Assuming   []string   `json:"assuming"`
}

type pathStep struct {
	Kind       eligibility.StepKind `json:"kind"`
	From       civil.Date           `json:"from"`
	On         civil.Date           `json:"on"`
	Level      int                  `json:"level,omitempty"`
	Hours      int                  `json:"hours,omitempty"`
	Condition  string               `json:"condition,omitempty"`
	Conditions []string             `json:"conditions,omitempty"`
}

// Run prints the route. It fails when there is none.
func (c *pathCommand) Run(p *program) error {
	check := checkCommand{Occupation: c.Occupation, Level: c.Level, AsOf: c.From, Edition: c.Edition, Ruleset: c.Ruleset}
	j, err := check.judge(p)
	if err != nil {
		return err
	}
	facts, err := p.facts(c.Facts)
	if err != nil {
		return err
	}
	plan, err := c.plan()
	if err != nil {
		return err
	}
	set, err := j.rules(question{occupation: c.Occupation, level: c.Level, asOf: j.today})
	if err != nil {
		return err
	}
	route := set.Route(c.Level, j.today, facts, plan)
	if c.JSON {
		err = p.writeJSON(newPathResult(set, route))
	} else {
		p.printRoute(set, route)
	}
	if err == nil && route.On.IsZero() {
		return errSaid
	}
	return err
}

func (c *pathCommand) plan() (eligibility.Plan, error) {
	plan := eligibility.Plan{HoursPerWeek: c.HoursPerWeek, WithoutTraining: c.NoTraining, Sittings: c.Sitting, ResultDays: c.ResultDays}
	if c.HoursPerWeek < 0 || c.ResultDays < 0 {
		return plan, usage("--hours-per-week 与 --result-days 不能为负。", "--hours-per-week and --result-days cannot be negative")
	}
	for _, m := range c.Month {
		if m < 1 || m > 12 {
			return plan, usage("--month 应为 1 至 12。", "--month must be 1 to 12")
		}
		plan.Months = append(plan.Months, time.Month(m))
	}
	return plan, nil
}

func newPathResult(set *eligibility.RuleSet, r eligibility.Route) pathResult {
	out := pathResult{
		Occupation: set.Occupation().ID, Edition: set.ID(), Level: r.Level, From: r.From, On: r.On,
		Steps: []pathStep{}, Assuming: append([]string{}, r.Assuming...),
	}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, pathStep(s))
	}
	return out
}

func (p *program) printRoute(set *eligibility.RuleSet, r eligibility.Route) {
	if r.On.IsZero() {
		p.tell("按 %s 没有通往 %d 级的路径：缺少等待、培训、毕业和逐级考试都无法取得的条件。", "by %s there is no way to level %d that waiting, training, graduating and lower examinations would open", set.ID(), r.Level)
		return
	}
	p.tell("%s，%d 级：最快 %s 取得证书（依据 %s）", "%s, level %d: certificate on %s at the earliest (by %s)", set.Occupation().Name.In(p.lang), r.Level, r.On, set.ID())
	for i, s := range r.Steps {
		p.sayf(p.stdout, "  %d. %s\n", i+1, locale.Step(s).In(p.lang))
	}
	var assumptions []string
	for _, code := range r.Assuming {
		assumptions = append(assumptions, locale.Assumption(code).In(p.lang))
	}
	p.tell("前提：%s", "assuming: %s", strings.Join(assumptions, say("；", "; ").In(p.lang)))
}
