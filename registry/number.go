package registry

import (
	"fmt"
	"strings"

	"golang.org/x/text/width"
)

// A Number is a certificate number in its normal form: upper case, half width,
// without spaces. It stays with its certificate for good; a new print gets
// another paper serial, never another number.
type Number string

// NormaliseNumber gives a typed number its normal form: full-width characters
// and case are folded, spaces and hyphens dropped.
func NormaliseNumber(s string) Number {
	return Number(strings.Map(func(c rune) rune {
		switch c {
		case ' ', '\t', '\u00a0', '-', '–', '—':
			return -1
		}
		return c
	}, strings.ToUpper(width.Narrow.String(strings.TrimSpace(s)))))
}

// An InstitutionCode is the 8-digit code of a body: 2 digits province or
// industry (the labour ministry's own table, not GB/T 2260), 2 prefecture, 1
// kind of body (0 guidance centre … 4 in-company), 3 serial.
type InstitutionCode string

// ParseInstitutionCode reports whether s is an institution code.
func ParseInstitutionCode(s string) (InstitutionCode, bool) {
	if len(s) != 8 || !digits(s) || s[4] > '4' {
		return "", false
	}
	return InstitutionCode(s), true
}

// A NumberScheme is a layout of certificate numbers.
type NumberScheme string

// The layouts this register reads. Numbers of other layouts exist and may be
// entered as they are: an unknown layout is not a fake.
const (
	// National16 is the layout of 国家职业资格证书: year 2, institution code 8,
	// level 1, serial 5. It has no check digit. Serials run per year, body and level.
	National16 NumberScheme = "national-16"
	// Skill22 is the layout of 职业技能等级证书 (人社鉴发〔2019〕2号): category
	// letter, organisation 4, province 2, site 6, year 2, level 1, serial 6.
	Skill22 NumberScheme = "skill-22"
)

// A NumberPart is one part of a number and what it means.
type NumberPart struct {
	Name  string // code of the part: "year", "institution", "level", "serial", …
	Value string
}

// part describes one part of a layout: where it stands and what is allowed there.
type part struct {
	name  string
	width int
	ok    func(string) bool
	fault Text
}

var layouts = map[NumberScheme][]part{
	National16: {
		{"year", 2, digits, Text{ZH: "第 1–2 位（年份）应为数字", EN: "characters 1–2 (year) must be digits"}},
		{
			"institution", 8, func(s string) bool { _, ok := ParseInstitutionCode(s); return ok },
			Text{ZH: "第 3–10 位（机构代码）应为数字，其中第 7 位为 0 至 4", EN: "characters 3–10 (institution code) must be digits, the 7th from 0 to 4"},
		},
		{"level", 1, validLevelDigit, Text{ZH: "第 11 位（等级）应为 1 至 5", EN: "character 11 (level) must be 1 to 5"}},
		{"serial", 5, validSerial, Text{ZH: "第 12–16 位（顺序号）应为 00001 至 99999", EN: "characters 12–16 (serial) must be 00001 to 99999"}},
	},
	Skill22: {
		{"category", 1, func(s string) bool { return strings.Contains("YSJ", s) }, Text{ZH: "第 1 位（类别）应为 Y、S 或 J", EN: "character 1 (category) must be Y, S or J"}},
		{"organisation", 4, digits, Text{ZH: "第 2–5 位（机构序号）应为数字", EN: "characters 2–5 (organisation) must be digits"}},
		{
			"province", 2, func(s string) bool { return strings.Contains(provinces, " "+s+" ") },
			Text{ZH: "第 6–7 位（省份）不是行政区划代码", EN: "characters 6–7 (province) are no code of GB/T 2260"},
		},
		{"site", 6, digits, Text{ZH: "第 8–13 位（站点序号）应为数字", EN: "characters 8–13 (site) must be digits"}},
		{"year", 2, digits, Text{ZH: "第 14–15 位（年份）应为数字", EN: "characters 14–15 (year) must be digits"}},
		{"level", 1, validLevelDigit, Text{ZH: "第 16 位（等级）应为 1 至 5", EN: "character 16 (level) must be 1 to 5"}},
		{"serial", 6, validSerial, Text{ZH: "第 17–22 位（顺序号）应为数字且不全为 0", EN: "characters 17–22 (serial) must be digits, not all 0"}},
	},
}

func validLevelDigit(s string) bool { return s >= "1" && s <= "5" }

func validSerial(s string) bool { return digits(s) && strings.Trim(s, "0") != "" }

// ReadNumber takes a number apart by the layout it has. A 13-digit Shanghai
// number is read with 000 before it, as the official look-up asks. It reports
// [NumberUnreadable], naming each part that is wrong.
func ReadNumber(n Number) (NumberScheme, []NumberPart, error) {
	s := string(n)
	if len(s) == 13 && digits(s) {
		s = "000" + s
	}
	scheme, ok := schemeOf(s)
	if !ok {
		return "", nil, unreadable([]Text{say("编号应为 16 位数字，或 1 个字母加 21 位数字；现为 %d 个字符", "a number has 16 digits, or a letter and 21 digits; this has %d characters", len([]rune(s)))})
	}
	var parts []NumberPart
	var faults []Text
	rest := s
	for _, p := range layouts[scheme] {
		value := rest[:p.width]
		rest = rest[p.width:]
		parts = append(parts, NumberPart{Name: p.name, Value: value})
		if !p.ok(value) {
			faults = append(faults, p.fault)
		}
	}
	if len(faults) > 0 {
		return "", nil, unreadable(faults)
	}
	return scheme, parts, nil
}

func schemeOf(s string) (NumberScheme, bool) {
	if len([]rune(s)) != len(s) {
		return "", false
	}
	switch len(s) {
	case 16:
		return National16, true
	case 22:
		return Skill22, true
	}
	return "", false
}

func unreadable(faults []Text) error {
	e := refuse(NumberUnreadable, Text{ZH: "证书编号无法识别，请与证书核对。", EN: "The certificate number cannot be read; compare it with the certificate."})
	for _, f := range faults {
		e.Fields = append(e.Fields, Field{Pointer: "/number", Detail: f})
	}
	return e
}

// year is the year of issue that a number tells. Two digits name it: the
// series began in 1999, so 99 is 1999 and anything lower is in this century.
func numberYear(parts []NumberPart) int {
	for _, p := range parts {
		if p.Name == "year" {
			var y int
			_, _ = fmt.Sscanf(p.Value, "%d", &y) // two digits, checked by the layout
			if y == 99 {
				return 1999
			}
			return 2000 + y
		}
	}
	return 0
}

// A Series is a run of serials: they are counted per year, body and level
// from 1 upwards, without gaps, and never used again.
type Series struct {
	Scheme NumberScheme
	Year   int // four digits
	Code   InstitutionCode
	Level  int
}

// name is what the store keeps the last serial of the series under.
func (s Series) name() string {
	return fmt.Sprintf("%s/%d/%s/%d", s.Scheme, s.Year, s.Code, s.Level)
}

// maxSerial is the last serial of a series.
const maxSerial = 99999

// number is the number with this serial. It reports [NumbersExhausted].
func (s Series) number(serial int) (Number, error) {
	if serial < 1 || serial > maxSerial {
		return "", refuse(NumbersExhausted, say("机构 %s 于 %d 年 %d 级的证书顺序号已用尽（%d）。", "Body %s has used up its serials of %d for level %d (%d).", s.Code, s.Year, s.Level, maxSerial))
	}
	return Number(fmt.Sprintf("%02d%s%d%05d", s.Year%100, s.Code, s.Level, serial)), nil
}
