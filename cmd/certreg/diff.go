package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/edition"
	"github.com/certreg/certreg/internal/locale"
	"github.com/certreg/certreg/registry"
)

// A rulesShowCommand prints an edition for a domain expert to sign off.
type rulesShowCommand struct {
	Edition string `arg:"" name:"edition" help:"${help_rules_edition_one}"`
	HTML    bool   `name:"html" help:"${help_rules_html}"`
}

// Run prints the edition.
func (c *rulesShowCommand) Run(p *program) error {
	set, err := namedRuleSet(c.Edition)
	if err != nil {
		return err
	}
	if c.HTML {
		return edition.HTML(p.stdout, set, p.lang)
	}
	return edition.Text(p.stdout, set, p.lang)
}

// namedRuleSet is an embedded edition by its id, or one from a file.
func namedRuleSet(name string) (*eligibility.RuleSet, error) {
	library, err := eligibility.Embedded()
	if err != nil {
		return nil, err
	}
	if set, ok := library.ByID(name); ok {
		return set, nil
	}
	return readRuleSet(name)
}

// A rulesDiffCommand says how two editions differ and on whom.
type rulesDiffCommand struct {
	registerFlags
	Before     string     `arg:"" help:"${help_rules_edition_one}"`
	After      string     `arg:"" help:"${help_rules_edition_one}"`
	AsOf       civil.Date `placeholder:"YYYY-MM-DD" help:"${help_as_of}"`
	Population string     `placeholder:"FILE" help:"${help_rules_population}"`
	Stored     bool       `help:"${help_rules_stored}"`
	JSON       bool       `name:"json" help:"${help_json}"`
}

// A diffResult is a comparison in JSON.
type diffResult struct {
	Before    string        `json:"before"`
	After     string        `json:"after"`
	Changes   []diffChange  `json:"changes"`
	Witnesses []diffWitness `json:"witnesses"`
	Moves     []diffMove    `json:"moves,omitempty"`
}

type diffChange struct {
	Level  int               `json:"level"`
	ID     string            `json:"id"`
	Kind   string            `json:"kind"` // "added", "removed", "meaning" or "wording"
	Before *eligibility.Text `json:"before,omitempty"`
	After  *eligibility.Text `json:"after,omitempty"`
}

type diffWitness struct {
	Level     int                 `json:"level"`
	AsOf      civil.Date          `json:"asOf"`
	Before    eligibility.Outcome `json:"before"`
	After     eligibility.Outcome `json:"after"`
	Condition string              `json:"condition,omitempty"`
	Facts     *eligibility.Facts  `json:"facts"`
}

// A diffMove counts applicants whom the editions answer in one pair of ways.
type diffMove struct {
	Level  int                 `json:"level"`
	Before eligibility.Outcome `json:"before"`
	After  eligibility.Outcome `json:"after"`
	Count  int                 `json:"count"`
}

// Run prints the comparison.
func (c *rulesDiffCommand) Run(ctx context.Context, p *program) error {
	before, err := namedRuleSet(c.Before)
	if err != nil {
		return err
	}
	after, err := namedRuleSet(c.After)
	if err != nil {
		return err
	}
	if c.AsOf.IsZero() {
		c.AsOf = civil.Of(p.now().In(chinaTime()))
	}
	result := newDiffResult(before, after, eligibility.Compare(before, after, c.AsOf))
	moves := moved{before: before, after: after, counts: map[diffMove]int{}}
	switch {
	case c.Stored:
		err = c.use(ctx, p, func(reg *register) error {
			return reg.Decisions(ctx, p.operator(), before.Occupation().ID, func(d registry.Decision) error {
				moves.add(d.Level, d.AsOf, d.Facts)
				return nil
			})
		})
	case c.Population != "":
		err = moves.read(p, c.Population, c.AsOf)
	}
	if err != nil {
		return err
	}
	result.Moves = moves.list()
	if c.JSON {
		return p.writeJSON(result)
	}
	p.printDiff(result)
	return nil
}

func newDiffResult(before, after *eligibility.RuleSet, c eligibility.Comparison) diffResult {
	out := diffResult{Before: before.ID(), After: after.ID(), Changes: []diffChange{}, Witnesses: []diffWitness{}}
	for _, change := range c.Changes {
		d := diffChange{Level: change.Level, ID: change.ID, Kind: "wording"}
		switch {
		case change.Before == nil:
			d.Kind = "added"
		case change.After == nil:
			d.Kind = "removed"
		case change.Meaning:
			d.Kind = "meaning"
		}
		if change.Before != nil {
			d.Before = &change.Before.Text
		}
		if change.After != nil {
			d.After = &change.After.Text
		}
		out.Changes = append(out.Changes, d)
	}
	for _, w := range c.Witnesses {
		out.Witnesses = append(out.Witnesses, witness(w))
	}
	return out
}

// witness puts what eligibility says into the order it is printed in.
func witness(w eligibility.Witness) diffWitness {
	return diffWitness{Level: w.Level, AsOf: w.AsOf, Before: w.Before, After: w.After, Condition: w.Condition, Facts: w.Facts}
}

// A moved counts how a population moves from one edition to another.
type moved struct {
	before, after *eligibility.RuleSet
	counts        map[diffMove]int
}

func (m *moved) add(level int, asOf civil.Date, f *eligibility.Facts) {
	_, old := m.before.Level(level)
	_, renewed := m.after.Level(level)
	if old && renewed {
		m.counts[diffMove{Level: level, Before: m.before.Decide(level, asOf, f), After: m.after.Decide(level, asOf, f)}]++
	}
}

// read adds a population in the form of check --batch.
func (m *moved) read(p *program, name string, asOf civil.Date) error {
	in, err := p.open(name)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read from
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		var line struct {
			Level int             `json:"level"`
			AsOf  civil.Date      `json:"asOf"`
			Facts json.RawMessage `json:"facts"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return fail("%[1]s 第 %[2]d 行不是 JSON。", "%[1]s, line %[2]d: not JSON", name, n)
		}
		facts, err := eligibility.ParseFacts(line.Facts)
		if err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, err)
		}
		if line.AsOf.IsZero() {
			line.AsOf = asOf
		}
		m.add(line.Level, line.AsOf, facts)
	}
	return lines.Err()
}

// list is the counts by level, those who move first.
func (m *moved) list() []diffMove {
	var all []diffMove
	for move, n := range m.counts {
		move.Count = n
		all = append(all, move)
	}
	stays := func(d diffMove) int {
		if d.Before == d.After {
			return 1
		}
		return 0
	}
	slices.SortFunc(all, func(a, b diffMove) int {
		if a.Level != b.Level {
			return b.Level - a.Level
		}
		if s := stays(a) - stays(b); s != 0 {
			return s
		}
		return (int(a.Before)-int(b.Before))*16 + int(a.After) - int(b.After)
	})
	return all
}

func (p *program) printDiff(d diffResult) {
	kinds := map[string]registry.Text{
		"added": {ZH: "新增", EN: "added"}, "removed": {ZH: "删除", EN: "removed"},
		"meaning": {ZH: "含义改变", EN: "means something else"}, "wording": {ZH: "仅措辞改变", EN: "only worded otherwise"},
	}
	for _, c := range d.Changes {
		p.tell("%d 级 条件 %s：%s", "level %d, condition %s: %s", c.Level, c.ID, kinds[c.Kind].In(p.lang))
		if c.Before != nil {
			p.sayf(p.stdout, "  - %s\n", c.Before.In(p.lang))
		}
		if c.After != nil {
			p.sayf(p.stdout, "  + %s\n", c.After.In(p.lang))
		}
	}
	for _, w := range d.Witnesses {
		p.tell("%d 级，%s 的申报人：%s 为“%s”，%s 为“%s”（条件 %s）", "level %d, an applicant on %s: %s says %q, %s says %q (condition %s)",
			w.Level, w.AsOf, d.Before, locale.Outcome(w.Before).In(p.lang), d.After, locale.Outcome(w.After).In(p.lang), w.Condition)
		p.sayf(p.stdout, "  %s\n", w.Facts.Canonical())
	}
	total := 0
	for _, m := range d.Moves {
		if m.Before != m.After {
			total += m.Count
			p.tell("%d 级：%d 人由“%s”变为“%s”", "level %d: %d move from %q to %q", m.Level, m.Count, locale.Outcome(m.Before).In(p.lang), locale.Outcome(m.After).In(p.lang))
		}
	}
	if len(d.Moves) > 0 {
		p.tell("结论改变的申报人共 %d 人。", "this edition moves %d applicants", total)
	}
	if len(d.Changes) == 0 {
		p.tell("两个版本的条件相同。", "the conditions of both editions are the same")
	}
}
