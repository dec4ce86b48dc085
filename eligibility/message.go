package eligibility

import (
	"fmt"
	"strings"
)

// Text says what an outcome means, in a few words.
func (o Outcome) Text() Text {
	switch o {
	case Eligible:
		return Text{ZH: "符合申报条件", EN: "Eligible"}
	case EligibleProvisional:
		return Text{ZH: "暂时符合申报条件", EN: "Provisionally eligible"}
	case NeedsInformation:
		return Text{ZH: "尚需补充情况", EN: "More information is needed"}
	case NotYet:
		return Text{ZH: "尚未符合申报条件", EN: "Not yet eligible"}
	default:
		return Text{ZH: "不符合申报条件", EN: "Not eligible"}
	}
}

// Text says what a status means, in a few words.
func (s Status) Text() Text {
	switch s {
	case Satisfied:
		return Text{ZH: "符合", EN: "met"}
	case Unknown:
		return Text{ZH: "待定", EN: "not known"}
	case NotApplicable:
		return Text{ZH: "不适用", EN: "does not apply"}
	default:
		return Text{ZH: "不符合", EN: "not met"}
	}
}

// Verdict says the answer in one sentence.
func (d *Decision) Verdict() Text {
	level := levelText(d.Level)
	zh, en := level.ZH+d.Outcome.Text().ZH, fmt.Sprintf("Level %d: %s", d.Level, lowerFirst(d.Outcome.Text().EN))
	condition := func(id string) (string, string) {
		for _, c := range d.Conditions {
			if c.ID == id {
				return fmt.Sprintf("（第%d项）", c.Number), fmt.Sprintf(" under condition %d", c.Number)
			}
		}
		return "", ""
	}
	switch d.Outcome {
	case Eligible:
		z, e := condition(d.Earliest.Condition)
		zh, en = zh+z, en+e
	case EligibleProvisional:
		if len(d.Satisfied) > 0 {
			z, e := condition(d.Satisfied[0])
			zh, en = zh+z, en+e
		}
		if d.DueBy.IsZero() {
			zh, en = zh+"，毕业后须出示毕业证书", en+"; the diploma must be shown after graduation"
		} else {
			zh, en = zh+"，须在"+d.DueBy.String()+"前出示毕业证书", en+"; the diploma must be shown by "+d.DueBy.String()
		}
	case NotYet:
		z, e := condition(d.Earliest.Condition)
		zh, en = zh+"，"+d.Earliest.On.String()+"起符合"+z, en+"; from "+d.Earliest.On.String()+e
	case NeedsInformation:
		zh, en = zh+"才能判断", en+" to tell"
	case NotEligible:
		zh, en = zh+"，须有新的培训、证书、学历或工作经历", en+"; a new course, certificate, diploma or job is needed"
	}
	for _, a := range d.Earliest.Assuming {
		t := AssumptionText(a)
		zh, en = zh+"；"+t.ZH, en+", "+t.EN
	}
	return Text{ZH: zh + "。", EN: en + "."}
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// AssumptionText says what an earliest day assumes.
func AssumptionText(code string) Text {
	if code == "open-spells-continue" {
		return Text{ZH: "前提是现有工作不间断", EN: "provided present work goes on"}
	}
	return Text{ZH: code, EN: code}
}

// Sentence says how a condition stands, in a few words.
func (c *ConditionFinding) Sentence() Text {
	t := c.Status.Text()
	switch {
	case c.Provisional:
		return Text{ZH: t.ZH + "（凭预期毕业证书）", EN: t.EN + " on the strength of an expected diploma"}
	case c.Status != Satisfied && !c.Earliest.IsZero():
		return Text{ZH: t.ZH + "；" + c.Earliest.String() + "起符合", EN: t.EN + "; will be met on " + c.Earliest.String()}
	}
	return t
}

// Sentence says what a clause requires and how it stands.
func (c *ClauseFinding) Sentence() Text {
	what := Describe(c.Clause)
	state := c.Status.Text()
	if c.Provisional {
		state = Text{ZH: state.ZH + "（凭预期毕业证书）", EN: state.EN + " on the strength of an expected diploma"}
	}
	if amount := c.amount(); amount.EN != "" {
		state = Text{ZH: state.ZH + "：" + amount.ZH, EN: state.EN + ": " + amount.EN}
	}
	if !c.Earliest.IsZero() {
		state = Text{ZH: state.ZH + "；" + c.Earliest.String() + "满足", EN: state.EN + "; complete on " + c.Earliest.String()}
	}
	return Text{ZH: what.ZH + "——" + state.ZH, EN: what.EN + " — " + state.EN}
}

// amount says how much there is of what is required.
func (c *ClauseFinding) amount() Text {
	switch c.Required.Unit {
	case Periods:
		if c.Actual.Unit == NoUnit {
			return Text{}
		}
		actual, required := periodText(c.Actual.Period), periodText(c.Required.Period)
		t := Text{ZH: "已有" + actual.ZH + "，要求" + required.ZH, EN: actual.EN + " of " + required.EN}
		if !c.Run[0].IsZero() {
			t = Text{ZH: t.ZH + "（自" + c.Run[0].String() + "）", EN: t.EN + ", from " + c.Run[0].String()}
		}
		return t
	case Days:
		return Text{
			ZH: fmt.Sprintf("已有%d天，要求%d天", c.Actual.Number, c.Required.Number),
			EN: fmt.Sprintf("%d of %d days", c.Actual.Number, c.Required.Number),
		}
	case Hours:
		return Text{
			ZH: fmt.Sprintf("已有%d学时，要求%d学时", c.Actual.Number, c.Required.Number),
			EN: fmt.Sprintf("%d of %d hours", c.Actual.Number, c.Required.Number),
		}
	case Words:
		if c.Actual.Unit == Words {
			t := wordText(c.Actual.Word)
			return Text{ZH: "现有" + t.ZH, EN: "has " + t.EN}
		}
	case NoUnit, Levels:
	}
	return Text{}
}

// Sentence says what to ask for.
func (q *Question) Sentence() Text {
	t := SectionText(q.Section)
	zh, en := "请补充"+t.ZH, "Please tell more about "+t.EN
	if len(q.Unlocks) > 0 {
		zh += "（关系到条件 " + strings.Join(q.Unlocks, "、") + "）"
		en += " (it decides about " + strings.Join(q.Unlocks, ", ") + ")"
	}
	return Text{ZH: zh + "。", EN: en + "."}
}

// SectionText names a section of the facts.
func SectionText(section string) Text {
	switch section {
	case "born":
		return Text{ZH: "出生日期", EN: "the date of birth"}
	case "work":
		return Text{ZH: "工作经历", EN: "work"}
	case "education":
		return Text{ZH: "学历", EN: "diplomas"}
	case "certificates":
		return Text{ZH: "职业资格证书", EN: "certificates"}
	case "training":
		return Text{ZH: "培训", EN: "training"}
	case "titles":
		return Text{ZH: "职称", EN: "professional titles"}
	case "student":
		return Text{ZH: "在校学习情况", EN: "studies under way"}
	case "apprenticeship":
		return Text{ZH: "学徒情况", EN: "an apprenticeship"}
	case "intends":
		return Text{ZH: "从业意向", EN: "the intended occupation"}
	case "evidence":
		return Text{ZH: "其他证明材料", EN: "other evidence"}
	default:
		return Text{ZH: section, EN: section}
	}
}

// PolicyText says what a reading of the silent text is.
func PolicyText(code string) Text {
	switch code {
	case "run-any":
		return Text{ZH: "任何一段足够长的连续工作均可，不限于目前这一段。", EN: "Any stretch of work that is long enough counts, not only the present one."}
	case "completes-on-anniversary":
		return Text{ZH: "期限于对应日届满；当月无对应日的，于月末届满（民法典第二百零二条）。", EN: "A period is complete on the same day of the month, or the month's last day if it has none (Civil Code art. 202)."}
	case "year-365-month-30":
		return Text{ZH: "累计时一年按365天、一月按30天计算。", EN: "Added up, a year has 365 days and a month 30."}
	case "missing-day-month-end":
		return Text{ZH: "只知月份的日期可能是当月任何一天；需要写出时按月末。", EN: "A date known to the month may be any day of it; where a day must be shown it is the last."}
	case "gap-0-days":
		return Text{ZH: "连续工作不得有间断。", EN: "Continuous work has no gap at all."}
	}
	if days, ok := strings.CutPrefix(code, "gap-"); ok {
		days = strings.TrimSuffix(days, "-days")
		return Text{ZH: "间断不超过" + days + "天的，仍视为连续工作。", EN: "A gap of at most " + days + " days does not break continuous work."}
	}
	return Text{ZH: code, EN: code}
}
