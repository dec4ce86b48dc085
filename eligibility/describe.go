package eligibility

import (
	"fmt"
	"strings"

	"github.com/certreg/certreg/internal/civil"
)

// Describe says what a clause requires, as a phrase without a full stop.
func Describe(c Clause) Text {
	switch c := c.(type) {
	case *Work:
		t := c.subject()
		length := periodText(c.AtLeast)
		return Text{ZH: t.ZH + length.ZH + "以上" + c.origin.ZH, EN: t.EN + ", " + length.EN + " or more" + c.origin.EN}
	case *Education:
		return c.describe()
	case *Certificate:
		return c.describe()
	case *Training:
		return Text{
			ZH: fmt.Sprintf("%s正规培训%d标准学时以上并取得结业证书%s", levelText(c.Level).ZH, c.Hours, c.origin.ZH),
			EN: fmt.Sprintf("Formal %s training of %d standard hours or more, with its completion certificate%s", levelText(c.Level).EN, c.Hours, c.origin.EN),
		}
	case *Title:
		rank := wordText(c.Rank)
		return Text{ZH: rank.ZH + "及以上专业技术职称", EN: "Professional title of " + rank.EN + " rank or higher"}
	case *Student:
		t := schoolText(c.AtLeast, "", c.Fields, c.Programmes)
		return Text{ZH: "在校学生" + t.ZH, EN: "Enrolled student" + t.EN}
	case *Age:
		length := periodText(c.AtLeast)
		return Text{ZH: "年满" + strings.Replace(length.ZH, "年", "周岁", 1), EN: "Age of " + length.EN + " or more"}
	case *Engaged:
		scope := scopeText(c.Scope)
		return Text{ZH: "正在从事" + scope.ZH + "工作", EN: "Working now in " + scope.EN}
	case *Intends:
		scope := scopeText(c.Scope)
		return Text{ZH: "拟从事" + scope.ZH + "工作", EN: "Intends to work in " + scope.EN}
	case *Apprenticeship:
		return Text{ZH: "学徒期满", EN: "Completed apprenticeship"}
	case *Evidence:
		return Text{ZH: "经人工认定的证明材料（" + c.Code + "）", EN: "Evidence accepted by a human (" + c.Code + ")"}
	case *Any:
		return Text{ZH: "以下任一组", EN: "Any one of these"}
	}
	return Text{}
}

// subject names the work a clause counts.
func (c *Work) subject() Text {
	scope := scopeText(c.Scope)
	if c.Cumulative {
		return Text{ZH: "累计从事" + scope.ZH + "工作", EN: "Work in " + scope.EN + ", added up"}
	}
	return Text{ZH: "连续从事" + scope.ZH + "工作", EN: "Continuous work in " + scope.EN}
}

func (c *Education) describe() Text {
	t := schoolText(c.AtLeast, c.Exactly, c.Fields, c.Programmes)
	t = Text{ZH: "毕业证书" + t.ZH, EN: "Diploma" + t.EN}
	switch c.Graduating {
	case GraduatingAllowed:
		return Text{ZH: t.ZH + "，含毕业年级在读", EN: t.EN + "; a final-year student is taken provisionally"}
	case GraduatingOnly:
		return Text{ZH: t.ZH + "，限应届", EN: t.EN + "; of this calendar year, or expected by a final-year student"}
	case GraduatingNot:
	}
	return t
}

func (c *Certificate) describe() Text {
	level := levelText(c.Level)
	t := Text{ZH: "本职业" + level.ZH + "证书", EN: "Certificate of " + level.EN + " in the occupation"}
	if c.Scope != "own" {
		t = Text{ZH: "本职业或相关职业" + level.ZH + "证书", EN: "Certificate of " + level.EN + " in this or a related occupation"}
	}
	if !c.HeldFor.IsZero() {
		length := periodText(c.HeldFor)
		t = Text{ZH: t.ZH + "，取得满" + length.ZH, EN: t.EN + ", held for " + length.EN}
	}
	return t
}

// schoolText says which schooling is meant, to follow a noun.
func schoolText(atLeast, exactly string, fields, programmes []string) Text {
	var zh, en []string
	if exactly != "" {
		t := wordText(exactly)
		zh, en = append(zh, t.ZH), append(en, "exactly "+t.EN)
	}
	if atLeast != "" {
		t := wordText(atLeast)
		zh, en = append(zh, t.ZH+"及以上"), append(en, t.EN+" or higher")
	}
	for _, list := range []struct {
		words []string
		zh    string
		en    string
	}{{fields, "专业", " field"}, {programmes, "", " programme"}} {
		if len(list.words) == 0 {
			continue
		}
		var z, e []string
		for _, w := range list.words {
			t := wordText(w)
			z, e = append(z, t.ZH+list.zh), append(e, t.EN)
		}
		zh, en = append(zh, strings.Join(z, "或")), append(en, strings.Join(e, " or ")+list.en)
	}
	if len(zh) == 0 {
		return Text{}
	}
	return Text{ZH: "（" + strings.Join(zh, "，") + "）", EN: " (" + strings.Join(en, ", ") + ")"}
}

// originText says from which fact a clause counts, given the kind of clause
// that names it.
func originText(kind string) Text {
	switch kind {
	case "education":
		return Text{ZH: "（自取得学历之日起）", EN: ", from the day of the diploma on"}
	case "certificate":
		return Text{ZH: "（自取得证书之日起）", EN: ", from the day of the certificate on"}
	case "title":
		return Text{ZH: "（自取得职称之日起）", EN: ", from the day of the title on"}
	default:
		return Text{ZH: "（自上述资格取得之日起）", EN: ", from the day of that qualification on"}
	}
}

func scopeText(scope string) Text {
	switch scope {
	case "own-or-related":
		return Text{ZH: "本职业或相关职业", EN: "this or a related occupation"}
	case "related":
		return Text{ZH: "相关职业", EN: "a related occupation"}
	default:
		return Text{ZH: "本职业", EN: "the occupation"}
	}
}

func levelText(level int) Text {
	numerals := [...]string{"", "一级", "二级", "三级", "四级", "五级"}
	if level < 1 || level >= len(numerals) {
		return Text{}
	}
	return Text{ZH: numerals[level], EN: fmt.Sprintf("level %d", level)}
}

// periodText says a period in words.
func periodText(p civil.Period) Text {
	var zh, en []string
	for _, part := range []struct {
		n      int
		zh, en string
	}{{p.Years, "年", "year"}, {p.Months, "个月", "month"}} {
		switch {
		case part.n == 1:
			zh, en = append(zh, "1"+part.zh), append(en, "1 "+part.en)
		case part.n > 1:
			zh, en = append(zh, fmt.Sprint(part.n)+part.zh), append(en, fmt.Sprint(part.n)+" "+part.en+"s")
		}
	}
	if len(zh) == 0 {
		return Text{ZH: "0个月", EN: "0 months"}
	}
	return Text{ZH: strings.Join(zh, ""), EN: strings.Join(en, " ")}
}

// wordText says a word of an enumeration.
func wordText(word string) Text {
	switch word {
	case "own":
		return Text{ZH: "本", EN: "own"}
	case "related":
		return Text{ZH: "相关", EN: "related"}
	case "other":
		return Text{ZH: "其他", EN: "other"}
	case "secondary":
		return Text{ZH: "高中", EN: "secondary school"}
	case "vocational":
		return Text{ZH: "中等职业教育", EN: "vocational school"}
	case "college":
		return Text{ZH: "大学专科", EN: "college"}
	case "bachelor":
		return Text{ZH: "大学本科", EN: "bachelor"}
	case "master":
		return Text{ZH: "硕士研究生", EN: "master"}
	case "doctorate":
		return Text{ZH: "博士研究生", EN: "doctorate"}
	case "junior":
		return Text{ZH: "初级", EN: "junior"}
	case "middle":
		return Text{ZH: "中级", EN: "middle"}
	case "senior":
		return Text{ZH: "高级", EN: "senior"}
	case "technical-school":
		return Text{ZH: "技工学校", EN: "technical-school"}
	case "senior-skills":
		return Text{ZH: "高级技能培养目标", EN: "senior-skills"}
	case "technician":
		return Text{ZH: "技师培养目标", EN: "technician"}
	case "evaluated":
		return Text{ZH: "经评估论证", EN: "evaluated"}
	default:
		return Text{ZH: word, EN: word}
	}
}
