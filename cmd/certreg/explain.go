package main

import (
	"fmt"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/locale"
)

// marks stand before conditions and clauses, by status.
var marks = map[eligibility.Status]string{
	eligibility.Satisfied: "✓", eligibility.Unsatisfied: "✗", eligibility.Unknown: "?", eligibility.NotApplicable: "–",
}

// explain prints a decision for a person to read: the answer, the day and
// condition it rests on, and how every condition and clause stands.
func (p *program) explain(d *eligibility.Decision, occupation eligibility.Text) {
	line := func(indent int, format string, args ...any) {
		p.sayf(p.stdout, "%s%s\n", strings.Repeat("  ", indent), fmt.Sprintf(format, args...))
	}
	in := func(t eligibility.Text) string { return t.In(p.lang) }
	line(0, "%s", in(say("%s %d 级，%s：%s", "%s, level %d, on %s: %s", in(occupation), d.Level, d.AsOf, in(locale.Outcome(d.Outcome)))))
	if d.Outcome == eligibility.NotYet {
		text := say("最早 %s 符合", "eligible from %s", d.Earliest.On)
		if d.Earliest.Condition != "" {
			text = say("最早 %s 符合（条件 %s）", "eligible from %s (condition %s)", d.Earliest.On, d.Earliest.Condition)
		}
		line(1, "%s", in(text))
	}
	if len(d.Satisfied) > 0 {
		line(1, "%s", in(say("满足的条件：%s", "conditions met: %s", strings.Join(d.Satisfied, ", "))))
	} else if d.Outcome == eligibility.Eligible {
		line(1, "%s", in(say("无论未知的事实如何，标有 ? 的条件总有一项满足", "whatever the facts that are not known, one of the conditions marked ? holds")))
	}
	if !d.DueBy.IsZero() {
		line(1, "%s", in(say("毕业证书须于 %s 前提交", "the diploma is due by %s", d.DueBy)))
	}
	line(1, "%s", in(say("依据：%s（%s）%s", "by edition %s (%s) %s", d.RuleSet.ID, in(locale.Rank(d.RuleSet.Rank)), d.RuleSet.Digest)))
	for i := range d.Require {
		p.explainClause(line, 1, &d.Require[i])
	}
	for i := range d.Conditions {
		c := &d.Conditions[i]
		line(1, "%s %s %s", marks[c.Status], c.ID, in(c.Text))
		for j := range c.Clauses {
			p.explainClause(line, 3, &c.Clauses[j])
		}
	}
	for _, q := range d.Questions {
		line(1, "%s", in(say("请补充%s：可能满足条件 %s", "please tell: %s; it could meet conditions %s", in(locale.Section(q.Section)), strings.Join(q.Unlocks, ", "))))
	}
	for _, code := range d.Policies {
		line(1, "%s", in(say("解释口径：%s", "reading: %s", in(locale.Policy(code)))))
	}
}

// explainClause prints how one clause stands, and the lists of an any clause.
func (p *program) explainClause(line func(int, string, ...any), indent int, f *eligibility.ClauseFinding) {
	text := locale.Clause(f.Clause).In(p.lang)
	if found := locale.Found(f).In(p.lang); found != "" {
		text += eligibility.Text{ZH: "（" + found + "）", EN: " (" + found + ")"}.In(p.lang)
	}
	line(indent, "%s %s", marks[f.Status], text)
	for _, a := range f.Alternatives {
		line(indent+1, "%s %s", marks[a.Status], say("其中一种：", "one way:").In(p.lang))
		for i := range a.Clauses {
			p.explainClause(line, indent+2, &a.Clauses[i])
		}
	}
}
