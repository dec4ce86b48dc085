package document

import (
	"strings"

	"github.com/certreg/certreg/internal/civil"
)

// A Kind of wording is whether a certificate speaks in the name of the state.
type Kind int

// The kinds. The zero Kind is none and cannot be printed.
const (
	Neutral  Kind = iota + 1 // of an assessment body
	Historic                 // 职业资格, for records up to 2017 only
)

// A Wording is the title of a certificate and what it certifies.
type Wording struct {
	Kind    Kind
	Title   string
	TitleEN string
	Text    string
	TextEN  string
}

// NeutralWording is what a body certifies in its own name.
func NeutralWording() Wording {
	return Wording{
		Kind:    Neutral,
		Title:   "职业技能等级证书",
		TitleEN: "Certificate of Vocational Skill Level",
		Text:    "兹证明持证人经本机构考核评价，成绩合格，具备下列职业（工种）相应等级的职业技能水平，特发此证。",
		TextEN: "This is to certify that the holder has been examined by this body, has passed, " +
			"and has the vocational skills of the occupation and level stated below.",
	}
}

// HistoricWording is what certificates said up to 2017.
func HistoricWording() Wording {
	return Wording{
		Kind:    Historic,
		Title:   "中华人民共和国职业资格证书",
		TitleEN: "Vocational Qualification Certificate",
		Text:    "持证人按照国家职业标准，经职业技能鉴定考核合格，准予颁发本职业资格证书。",
		TextEN: "The holder has been examined under the national occupational standard, has passed, " +
			"and is awarded this vocational qualification certificate.",
	}
}

// forbidden is what a certificate outside the 2017 catalogue may not say
// (人社部发〔2017〕68号 and the notices on it).
func forbidden() []string {
	return []string{"中华人民共和国", "中国", "国家", "全国", "职业资格", "人员资格"}
}

// check holds the wording against the day of issue. Only the wording is
// looked at: the filed name of a body may well contain 中国.
func (w Wording) check(issued civil.Date) error {
	switch w.Kind {
	case Historic:
		if issued.Year() >= neutralSince {
			return &Error{Field: "Wording", Problem: HistoricTooLate}
		}
		return nil
	case Neutral:
		for _, word := range forbidden() {
			if strings.Contains(w.Title, word) || strings.Contains(w.Text, word) {
				return &Error{Field: "Wording", Problem: ForbiddenWording, Detail: word}
			}
		}
		return nil
	default:
		return &Error{Field: "Wording", Problem: Missing}
	}
}

// levelText is the level as the norm wants it printed: 二级/技师, or 二级 where
// the occupation has no name for it.
func levelText(level int, name string) string {
	text := string([]rune("一二三四五")[level-1]) + "级"
	if name != "" {
		text += "/" + name
	}
	return text
}
