package registry

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/certreg/certreg/internal/civil"
)

// A DocumentKind is a kind of identity document, as in the registration
// workbook of the state's examination software.
type DocumentKind string

// The kinds of document, with the workbook's code.
const (
	CitizenID       DocumentKind = "citizen-id" // 1 身份证, GB 11643-1999
	SoldierCard     DocumentKind = "soldier"    // 2 士兵证
	OfficerCard     DocumentKind = "officer"    // 3 军官证
	PoliceCard      DocumentKind = "police"     // 4 警官证
	Passport        DocumentKind = "passport"   // 5 护照
	AnotherDocument DocumentKind = "other"      // 21 其它
)

// DocumentKinds lists every kind of document.
func DocumentKinds() []DocumentKind {
	return []DocumentKind{CitizenID, SoldierCard, OfficerCard, PoliceCard, Passport, AnotherDocument}
}

// A Document identifies a person. Number is normalised, see [NewDocument].
type Document struct {
	Kind   DocumentKind
	Number string
}

// A Sex is as GB/T 2261.1 codes it; a citizen ID number tells it.
type Sex string

// The values of Sex.
const (
	SexUnknown Sex = ""
	Male       Sex = "male"
	Female     Sex = "female"
)

// NewDocument normalises a document number and checks what can be checked of
// it on the day today. It folds full-width characters and case and drops
// spaces, dots and hyphens, which scanners and typists insert; an old 15-digit
// citizen number becomes the 18-digit one. It reports [DocumentInvalid].
//
// The check proves the form of a number, not that the person exists. Counties
// that no longer exist are accepted: the number keeps the one of its first issue.
func NewDocument(kind DocumentKind, number string, today civil.Date) (Document, error) {
	if !slices.Contains(DocumentKinds(), kind) {
		return Document{}, documentFault("/document/kind", Text{ZH: "没有这种证件类别。", EN: "There is no such kind of document."})
	}
	number = foldDocument(number)
	if kind == CitizenID {
		return citizenID(number, today)
	}
	if len(number) < 3 || len([]rune(number)) > 32 {
		return Document{}, documentFault("/document/number", Text{ZH: "证件号码应为 3 至 32 个字符。", EN: "A document number has 3 to 32 characters."})
	}
	return Document{Kind: kind, Number: number}, nil
}

func documentFault(pointer string, detail Text) error {
	return &Error{
		Code: DocumentInvalid, Detail: Text{ZH: "证件有误。", EN: "The identity document has a fault."},
		Fields: []Field{{Pointer: pointer, Detail: detail}},
	}
}

func foldDocument(s string) string {
	return strings.Map(func(c rune) rune {
		if inserted(c) {
			return -1
		}
		return c
	}, strings.ToUpper(width.Narrow.String(s)))
}

// inserted reports whether scanners and typists put c between the characters of a number.
func inserted(c rune) bool { return strings.ContainsRune(" \t\u00a0.-·–—", c) }

func citizenID(n string, today civil.Date) (Document, error) {
	at := func(zh, en string) (Document, error) {
		return Document{}, documentFault("/document/number", Text{ZH: zh, EN: en})
	}
	if len(n) == 15 && digits(n) {
		n = n[:6] + "19" + n[6:]
		n += string(citizenCheck(n))
	}
	if len(n) != 18 || !digits(n[:17]) {
		return at("身份证号码应为 18 位（或旧式 15 位）。", "A citizen ID number has 18 characters (or 15 in its old form).")
	}
	if !validProvince(n) {
		return at("身份证号码前两位不是省级行政区划代码。", "The first two digits are no province of GB/T 2260.")
	}
	born, err := civil.ParseDate(n[6:10] + "-" + n[10:12] + "-" + n[12:14])
	if err != nil || born.After(today) {
		return at("身份证号码中的出生日期不存在。", "The birth date in the number does not exist.")
	}
	if n[17] != citizenCheck(n[:17]) {
		return at("身份证号码校验位不符，请核对。", "The check character does not fit; compare with the card.")
	}
	return Document{Kind: CitizenID, Number: n}, nil
}

// provinces are the two-digit codes of GB/T 2260; 83 is used on residence permits.
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "

// validProvince accepts citizen numbers and those of foreign permanent
// residents (since 2023: 9, province, nationality), which share the layout.
func validProvince(n string) bool {
	if n[0] == '9' {
		n = n[1:]
	}
	return strings.Contains(provinces, " "+n[:2]+" ")
}

// citizenCheck is the check character of the first 17 digits (GB 11643: ISO 7064 MOD 11-2).
func citizenCheck(n string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(n[i]-'0')
	}
	return "10X98765432"[sum%11]
}

// digitGroups are the parts of a number that is written in groups; a check
// character may stand apart.
var digitGroups = regexp.MustCompile(`[0-9]+X?|X`)

// citizenIDStands reports whether a citizen ID number, of 18 characters or 15,
// stands in a text: with full-width characters, in groups with spaces, hyphens or
// dots between them, anywhere. A longer run of digits is no such number.
func citizenIDStands(text string) bool {
	text = strings.ToUpper(width.Narrow.String(text))
	groups := digitGroups.FindAllStringIndex(text, -1)
	for i := range groups {
		number, end := "", groups[i][0]
		for _, g := range groups[i:] {
			if strings.ContainsFunc(text[end:g[0]], separates) || len(number) > 18 {
				break
			}
			number, end = number+text[g[0]:g[1]], g[1]
			d, err := citizenID(number, civil.MaxDate())
			if err == nil && d.Born().Year() >= 1900 && d.Born().Year() < 2100 {
				return true
			}
		}
	}
	return false
}

// separates reports whether digits on both sides of c belong to different numbers.
func separates(c rune) bool {
	return !inserted(c) && !unicode.IsSpace(c) && !unicode.In(c, unicode.Pd, unicode.Cf)
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Born is the birth date that a citizen ID number tells, or zero.
func (d Document) Born() civil.Date {
	if d.Kind != CitizenID {
		return civil.Date{}
	}
	born, err := civil.ParseDate(d.Number[6:10] + "-" + d.Number[10:12] + "-" + d.Number[12:14])
	if err != nil {
		return civil.Date{}
	}
	return born
}

// Sex is the sex that a citizen ID number tells, or unknown.
func (d Document) Sex() Sex {
	if d.Kind != CitizenID {
		return SexUnknown
	}
	if order, err := strconv.Atoi(d.Number[16:17]); err == nil && order%2 == 0 {
		return Female
	}
	return Male
}

// Masked is the number as it may be shown to staff: the first six and the last
// four characters of a citizen ID number, the last two of any other.
func (d Document) Masked() string {
	n := []rune(d.Number)
	if d.Kind == CitizenID && len(n) == 18 {
		return string(n[:6]) + "********" + string(n[14:])
	}
	keep := min(2, len(n))
	return strings.Repeat("*", len(n)-keep) + string(n[len(n)-keep:])
}
