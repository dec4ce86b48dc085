package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// A checkCommand decides eligibility from a file of facts, or for each line of
// a stream of them.
type checkCommand struct {
	Facts      string     `arg:"" optional:"" help:"${help_facts}"`
	Occupation string     `placeholder:"ID" help:"${help_occupation}"`
	Level      int        `placeholder:"N" help:"${help_level}"`
	AsOf       civil.Date `placeholder:"YYYY-MM-DD" help:"${help_as_of}"`
	Edition    string     `xor:"edition" placeholder:"ID" help:"${help_edition}"`
	Ruleset    string     `xor:"edition" placeholder:"FILE" help:"${help_check_rule}"`
	Batch      bool       `xor:"form" help:"${help_batch}"`
	JSON       bool       `name:"json" xor:"form" help:"${help_json}"`
}

// Run prints the decision, or the decisions on every level.
func (c *checkCommand) Run(ctx context.Context, p *program) error {
	j, err := c.judge(p)
	if err != nil {
		return err
	}
	if c.Batch {
		in, err := p.open(c.Facts)
		if err != nil {
			return err
		}
		defer func() { _ = in.Close() }() // only read from
		return p.checkBatch(ctx, j, in)
	}
	facts, err := p.facts(c.Facts)
	if err != nil {
		return err
	}
	decisions, err := j.decide(question{occupation: c.Occupation, level: c.Level, asOf: j.today, facts: facts})
	if err != nil {
		return err
	}
	if c.JSON {
		return p.printDecisions(decisions, c.Level != 0)
	}
	for i, d := range decisions {
		if i > 0 {
			p.sayf(p.stdout, "\n")
		}
		p.explain(d, j.name(d.Occupation))
	}
	return nil
}

// open opens a file named on the command line; "" and "-" are standard input.
func (p *program) open(name string) (io.ReadCloser, error) {
	if name == "" || name == "-" {
		return io.NopCloser(p.stdin), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fail("无法打开 %s：%v", "cannot open %s: %v", name, errors.Unwrap(err))
	}
	return f, nil
}

// facts reads the file of facts named on the command line.
func (p *program) facts(name string) (*eligibility.Facts, error) {
	in, err := p.open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // only read from
	data, err := io.ReadAll(io.LimitReader(in, maxLine+1))
	if err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	return eligibility.ParseFacts(data)
}

// printDecisions prints a decision in JSON, or all of them as the API answers them.
func (p *program) printDecisions(decisions []*eligibility.Decision, single bool) error {
	var out []byte
	if single {
		out = decisions[0].AppendJSON(out)
	} else {
		out = append(out, `{"decisions":[`...)
		for i, d := range decisions {
			if i > 0 {
				out = append(out, ',')
			}
			out = d.AppendJSON(out)
		}
		out = append(out, "]}"...)
	}
	_, err := p.stdout.Write(append(out, '\n'))
	return err
}

// A judge knows which edition decides a question.
type judge struct {
	library *eligibility.Library
	fixed   *eligibility.RuleSet // decides everything, unless nil
	today   civil.Date
	level   int
}

// judge prepares the editions that the flags ask for.
func (c *checkCommand) judge(p *program) (*judge, error) {
	if c.Level != 0 && (c.Level < 1 || c.Level > 5) {
		return nil, usage("--level 应为 1 至 5。", "--level must be 1 to 5")
	}
	library, err := eligibility.Embedded()
	if err != nil {
		return nil, err
	}
	j := &judge{library: library, today: c.AsOf, level: c.Level}
	if j.today.IsZero() {
		j.today = civil.Of(p.now().In(chinaTime()))
	}
	switch {
	case c.Ruleset != "":
		if j.fixed, err = readRuleSet(c.Ruleset); err != nil {
			return nil, err
		}
	case c.Edition != "":
		if j.fixed, err = j.edition(c.Edition); err != nil {
			return nil, err
		}
	}
	if j.fixed != nil {
		j.library, err = eligibility.NewLibrary(j.fixed)
		return j, err
	}
	return j, nil
}

// readRuleSet reads an edition from a file.
func readRuleSet(name string) (*eligibility.RuleSet, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fail("无法读取 %s：%v", "cannot read %s: %v", name, errors.Unwrap(err))
	}
	set, err := eligibility.ParseRuleSet(data)
	if e, ok := errors.AsType[*eligibility.InputError](err); ok {
		text := registry.Text{ZH: name + "：" + describeInput(e, "zh"), EN: name + ": " + describeInput(e, "en")}
		return nil, &failure{Text: text, cause: err}
	}
	return set, err
}

// edition is the embedded edition with this id.
func (j *judge) edition(id string) (*eligibility.RuleSet, error) {
	if set, ok := j.library.ByID(id); ok {
		return set, nil
	}
	var ids []string
	for _, set := range j.library.RuleSets() {
		ids = append(ids, set.ID())
	}
	return nil, wrong("/edition", "没有版本 %[1]s；最接近的是 %[2]s（共有：%[3]s）", "there is no edition %[1]s; the nearest is %[2]s (there are: %[3]s)",
		id, nearest(id, ids), strings.Join(ids, ", "))
}

// A question is what one decision is asked for.
type question struct {
	occupation string // "" for the only one or the default
	level      int    // 0: every level
	asOf       civil.Date
	facts      *eligibility.Facts
}

// decide answers a question, for every level it asks for.
func (j *judge) decide(q question) ([]*eligibility.Decision, error) {
	set, err := j.rules(q)
	if err != nil {
		return nil, err
	}
	if q.level != 0 {
		return []*eligibility.Decision{set.Explain(q.level, q.asOf, q.facts)}, nil
	}
	var decisions []*eligibility.Decision
	for _, l := range set.Levels() {
		decisions = append(decisions, set.Explain(l.Number, q.asOf, q.facts))
	}
	return decisions, nil
}

// rules is the edition that decides a question.
func (j *judge) rules(q question) (*eligibility.RuleSet, error) {
	occupation, err := j.occupation(q.occupation)
	if err != nil {
		return nil, err
	}
	set := j.fixed
	if set == nil {
		governing, ok := j.library.Governing(occupation, q.asOf)
		if !ok {
			return nil, wrong("/asOf", "%s 在 %s 没有适用的申报条件", "no edition for %s is in force on %s", occupation, q.asOf)
		}
		set = governing
	}
	if _, known := set.Level(q.level); q.level != 0 && !known {
		var levels []string
		for _, l := range set.Levels() {
			levels = append(levels, fmt.Sprint(l.Number))
		}
		return nil, wrong("/level", "%s 没有 %d 级（有：%s）", "%s has no level %d (it has: %s)", set.ID(), q.level, strings.Join(levels, ", "))
	}
	return set, nil
}

// defaultOccupation is what is meant where nothing is said.
const defaultOccupation = "customer-service-manager"

// occupation is the occupation asked for; where none is, the only one there is
// or the default.
func (j *judge) occupation(id string) (string, error) {
	all := j.library.Occupations()
	if id == "" && len(all) == 1 {
		return all[0].ID, nil
	}
	id = cmp.Or(id, defaultOccupation)
	var ids []string
	for _, o := range all {
		if o.ID == id {
			return id, nil
		}
		ids = append(ids, o.ID)
	}
	return "", wrong("/occupation", "没有职业 %s；最接近的是 %s", "there is no occupation %s; the nearest is %s", id, nearest(id, ids))
}

// wrong is a fault at one place of the input.
func wrong(pointer, zh, en string, args ...any) *eligibility.InputError {
	message := say(zh, en, args...)
	return &eligibility.InputError{Pointer: pointer, Detail: message.EN, Message: message}
}

// name is the name of an occupation.
func (j *judge) name(id string) eligibility.Text {
	for _, o := range j.library.Occupations() {
		if o.ID == id {
			return o.Name
		}
	}
	return eligibility.Text{ZH: id, EN: id}
}
