// Package edition writes a rule set for a domain expert to read and sign off:
// the published wording of every condition beside what the program makes of
// it. It decides nothing.
package edition

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/locale"
)

//go:embed edition.html
var page string

// A sheet is an edition in one language.
type sheet struct {
	Lang      string
	Title, ID string
	Digest    string
	Head      []line
	Note      string
	Levels    []level
	Sources   []line
	Words     words
}

// A line is a name and what there is to say about it.
type line struct{ Name, Text string }

type level struct {
	Title      string
	Require    []rule
	Conditions []condition
}

type condition struct {
	ID, Number, Text, Translation, Note, During, Cite string
	Rules                                             []rule
}

// A rule is one clause in words; Depth says how deep it stands in alternatives.
type rule struct {
	Text  string
	Name  string // how others refer to the fact it names
	Depth int
}

// words are the fixed texts of the sheet.
type words struct {
	Condition, Published, Rule, Require, Sources, SignOff, Agreed, Name, Date, Or string
}

var fixed = map[string]words{
	"zh": {"条件", "原文", "程序的理解", "另须满足", "出处", "审定", "一致", "审定人", "日期", "或者："},
	"en": {"Condition", "As published", "As the program reads it", "Required besides", "Sources", "Sign-off", "Agrees", "Signed", "Date", "Or:"},
}

// HTML writes the edition as one page that needs nothing else, in "zh" or
// "en". The Chinese wording always stands beside the rule.
func HTML(w io.Writer, r *eligibility.RuleSet, lang string) error {
	t, err := template.New("edition").Parse(page)
	if err != nil {
		return fmt.Errorf("edition page: %w", err)
	}
	return t.Execute(w, newSheet(r, lang))
}

// Text writes the edition as plain text, in "zh" or "en".
func Text(w io.Writer, r *eligibility.RuleSet, lang string) error {
	s := newSheet(r, lang)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s · %s\n", s.Title, s.ID, s.Digest)
	for _, l := range s.Head {
		fmt.Fprintf(&b, "%s: %s\n", l.Name, l.Text)
	}
	if s.Note != "" {
		fmt.Fprintf(&b, "\n%s\n", s.Note)
	}
	for _, l := range s.Levels {
		fmt.Fprintf(&b, "\n%s\n", l.Title)
		if len(l.Require) > 0 {
			fmt.Fprintf(&b, "  %s\n", s.Words.Require)
			writeRules(&b, l.Require)
		}
		for _, c := range l.Conditions {
			fmt.Fprintf(&b, "\n  %s  %s\n", c.ID, c.Text)
			for _, more := range []string{c.Translation, c.During, c.Note} {
				if more != "" {
					fmt.Fprintf(&b, "       %s\n", more)
				}
			}
			writeRules(&b, c.Rules)
			fmt.Fprintf(&b, "       %s: %s\n", s.Words.Sources, c.Cite)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", s.Words.Sources)
	for _, l := range s.Sources {
		fmt.Fprintf(&b, "  %s  %s\n", l.Name, l.Text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeRules(b *strings.Builder, rules []rule) {
	for _, r := range rules {
		fmt.Fprintf(b, "       %s- %s", strings.Repeat("  ", r.Depth), r.Text)
		if r.Name != "" {
			fmt.Fprintf(b, " [%s]", r.Name)
		}
		b.WriteByte('\n')
	}
}

func newSheet(r *eligibility.RuleSet, lang string) sheet {
	if lang != "en" {
		lang = "zh"
	}
	s := sheet{
		Lang: lang, ID: r.ID(), Digest: r.Digest(), Words: fixed[lang], Note: r.Note().In(lang),
		Title: r.Occupation().Name.In(lang) + " · " + r.Edition().In(lang), Head: head(r, lang),
	}
	for _, l := range r.Levels() {
		v := level{Title: l.Title.In(lang), Require: rules(l.Require, lang, 0)}
		for i := range l.Conditions {
			v.Conditions = append(v.Conditions, newCondition(r, &l.Conditions[i], lang))
		}
		s.Levels = append(s.Levels, v)
	}
	for _, src := range r.Sources() {
		text := src.Title.In(lang)
		for _, more := range []string{src.URL, src.Note.In(lang)} {
			if more != "" {
				text += " · " + more
			}
		}
		s.Sources = append(s.Sources, line{src.ID, text})
	}
	return s
}

// head says what holds for the edition as a whole.
func head(r *eligibility.RuleSet, lang string) []line {
	name := func(zh, en string) string { return eligibility.Text{ZH: zh, EN: en}.In(lang) }
	policy := r.DatePolicy()
	lines := []line{
		{name("发布单位", "Authority"), r.Authority().Name.In(lang) + " · " + locale.Rank(r.Rank()).In(lang)},
		{name("生效期", "In force"), span(r.InForce(), lang)},
		{name("日期处理", "Dates"), locale.Policy("gap-"+strconv.Itoa(policy.GapToleranceDays)+"-days").In(lang) + " · " + policy.Note.In(lang)},
	}
	if code := r.Occupation().Code; code != "" {
		lines = append(lines, line{name("职业编码", "Occupation code"), code})
	}
	if fields := r.Fields().Related; len(fields) > 0 {
		lines = append(lines, line{name("相关专业", "Related fields"), strings.Join(fields, name("、", ", "))})
	}
	for _, p := range r.Periods() {
		lines = append(lines, line{name("期间 ", "Period ") + p.Name, span(p.Span, lang) + " · " + p.Note.In(lang)})
	}
	return lines
}

// span writes a range of days.
func span(s eligibility.Span, lang string) string {
	open := eligibility.Text{ZH: "未定", EN: "open"}.In(lang)
	from, to := open, open
	if !s.From.IsZero() {
		from = s.From.String()
	}
	if !s.To.IsZero() {
		to = s.To.String()
	}
	return from + " – " + to
}

func newCondition(r *eligibility.RuleSet, c *eligibility.Condition, lang string) condition {
	v := condition{
		ID: c.ID, Number: strconv.Itoa(c.Number), Text: c.Text.ZH, Note: c.Note.In(lang),
		Cite: strings.Join(c.Cite, ", "), Rules: rules(c.All, lang, 0),
	}
	if lang == "en" {
		v.Translation = c.Text.EN
	}
	for _, p := range r.Periods() {
		if p.Name == c.During {
			v.During = eligibility.Text{ZH: "仅适用于期间 ", EN: "Applies only in the period "}.In(lang) + p.Name + ": " + span(p.Span, lang)
		}
	}
	return v
}

// rules says a list of clauses, the alternatives of an any clause one level
// deeper.
func rules(list []eligibility.Clause, lang string, depth int) []rule {
	var all []rule
	for _, c := range list {
		all = append(all, rule{locale.Clause(c).In(lang), name(c), depth})
		choice, ok := c.(*eligibility.Any)
		if !ok {
			continue
		}
		for i, alternative := range choice.Of {
			if i > 0 {
				all = append(all, rule{fixed[lang].Or, "", depth + 1})
			}
			all = append(all, rules(alternative, lang, depth+1)...)
		}
	}
	return all
}

// name shows which fact a clause names, or which it counts from.
func name(c eligibility.Clause) string {
	switch c := c.(type) {
	case *eligibility.Work:
		return since(c.Since)
	case *eligibility.Training:
		return since(c.Since)
	case *eligibility.Education:
		return c.As
	case *eligibility.Certificate:
		return c.As
	case *eligibility.Title:
		return c.As
	default:
		return ""
	}
}

func since(name string) string {
	if name == "" {
		return ""
	}
	return "≥ " + name
}
