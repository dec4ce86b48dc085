package locale

import (
	"github.com/certreg/certreg/eligibility"
)

// Clause says what a clause asks for.
func Clause(c eligibility.Clause) Text {
	switch c := c.(type) {
	case *eligibility.Work:
		return work(c)
	case *eligibility.Education:
		return education(c)
	case *eligibility.Certificate:
		return certificate(c)
	case *eligibility.Training:
		return say("%d 级正规培训不少于 %d 标准学时，并取得结业证书", "training for level %d of at least %d standard hours, with its completion certificate", c.Level, c.Hours)
	case *eligibility.Title:
		return merge("%s以上专业技术职称", "%s or higher", word(titles, c.Rank))
	case *eligibility.Student:
		return merge("在读：%s", "now studying: %s", study(c.AtLeast, c.Fields, c.Programmes))
	case *eligibility.Age:
		return merge("年满 %s", "aged %s", Period(c.AtLeast))
	case *eligibility.Engaged:
		return merge("正在从事%s", "working in %s now", word(scopes, c.Scope))
	case *eligibility.Intends:
		return merge("拟从事%s", "intends to work in %s", word(scopes, c.Scope))
	case *eligibility.Apprenticeship:
		return Text{ZH: "学徒期满", EN: "a completed apprenticeship"}
	case *eligibility.Evidence:
		return say("经审核的证明：%s", "accepted evidence: %s", c.Code)
	case *eligibility.Any:
		return Text{ZH: "下列各项之一", EN: "one of the following"}
	}
	return Text{ZH: c.Kind(), EN: c.Kind()}
}

func work(c *eligibility.Work) Text {
	t := merge("连续从事%s工作满 %s", "continuous work in %s for %s", word(scopes, c.Scope), Period(c.AtLeast))
	if c.Cumulative {
		t = merge("累计从事%s工作满 %s", "work in %s that adds up to %s", word(scopes, c.Scope), Period(c.AtLeast))
	}
	if c.Since != "" {
		t = merge("取得后，%s", "%s, once that was obtained", t)
	}
	return t
}

func education(c *eligibility.Education) Text {
	level := merge("%s以上", "%s or higher", word(schooling, c.AtLeast))
	if c.AtLeast == "" {
		level = word(schooling, c.Exactly)
	}
	t := Text{ZH: "毕业证书：" + level.ZH, EN: "a diploma: " + level.EN}
	if of := study("", c.Fields, c.Programmes); of != word(schooling, "") {
		t = merge("%s，%s", "%s, %s", t, of)
	}
	switch c.Graduating {
	case eligibility.GraduatingAllowed:
		return merge("%s（毕业学年学生可先申报）", "%s (final-year students may apply first)", t)
	case eligibility.GraduatingOnly:
		return merge("%s（限应届）", "%s (this year's graduates only)", t)
	case eligibility.GraduatingNot:
	}
	return t
}

// study says which schooling, majors and programmes are asked for.
func study(atLeast string, in, of []string) Text {
	var parts []Text
	if atLeast != "" {
		parts = append(parts, merge("%s以上", "%s or higher", word(schooling, atLeast)))
	}
	if len(in) > 0 {
		parts = append(parts, words(fields, in))
	}
	if len(of) > 0 {
		parts = append(parts, words(programmes, of))
	}
	if len(parts) == 0 {
		return word(schooling, "")
	}
	return join(parts, "，", ", ")
}

func certificate(c *eligibility.Certificate) Text {
	t := say("%d 级证书", "a level %d certificate", c.Level)
	if c.Scope == "own-or-related" {
		t = merge("%s的 %s", "%[2]s in %[1]s", word(scopes, c.Scope), t)
	}
	if !c.HeldFor.IsZero() {
		t = merge("%s，已取得满 %s", "%s, held for %s", t, Period(c.HeldFor))
	}
	return t
}

// Amount is an amount in words, or an empty text for none.
func Amount(a eligibility.Amount) Text {
	switch a.Unit {
	case eligibility.NoUnit:
		return Text{}
	case eligibility.Periods:
		return Period(a.Period)
	case eligibility.Days:
		return merge("%s（共 %s 天）", "%s (%s days)", Period(a.Period), say("%d", "%d", a.Number))
	case eligibility.Hours:
		return say("%d 学时", plural(a.Number, "%d hour"), a.Number)
	case eligibility.Levels:
		return say("%d 级", "level %d", a.Number)
	case eligibility.Words:
		if t, ok := titles[a.Word]; ok {
			return t
		}
		return word(schooling, a.Word)
	}
	return Text{}
}

// Found says what was found for a clause and what is missing of it, or
// nothing where there is nothing to say.
func Found(f *eligibility.ClauseFinding) Text {
	var parts []Text
	counted := f.Required.Unit == eligibility.Periods || f.Required.Unit == eligibility.Days || f.Required.Unit == eligibility.Hours
	if told(f) {
		parts = append(parts, merge("现为 %s", "found: %s", Amount(f.Actual)))
	}
	if counted && f.Status == eligibility.Unsatisfied && f.Missing.Unit != eligibility.NoUnit {
		parts = append(parts, merge("还差 %s", "missing: %s", Amount(f.Missing)))
	}
	if !f.Since.IsZero() {
		parts = append(parts, say("自 %s 起算", "counted from %s", f.Since))
	}
	if !f.DueBy.IsZero() {
		parts = append(parts, say("须于 %s 前提交毕业证书", "the diploma is due by %s", f.DueBy))
	}
	if !f.Earliest.IsZero() && f.Status != eligibility.Satisfied {
		parts = append(parts, say("最早 %s 满足", "met from %s", f.Earliest))
	}
	return join(parts, "，", "; ")
}

// told reports whether what was found is worth telling: not the level of a
// certificate that is asked for by level, nor nothing where all is unknown.
func told(f *eligibility.ClauseFinding) bool {
	switch f.Actual.Unit {
	case eligibility.NoUnit, eligibility.Levels:
		return false
	case eligibility.Periods, eligibility.Days, eligibility.Hours:
		return f.Status != eligibility.Unknown || f.Actual.Number > 0 || !f.Actual.Period.IsZero()
	case eligibility.Words:
	}
	return true
}
