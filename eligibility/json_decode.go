package eligibility

import (
	"math/bits"
	"slices"
	"strings"
)

// A word is one value of an enumeration as it is written.
type word struct {
	name string
	code code
}

// The enumerations of facts and clauses, lowest first where they are ordered.
var (
	occupations = []word{{"own", own}, {"related", related}, {"other", other}}
	educations  = []word{{"secondary", secondary}, {"vocational", vocational}, {"college", college}, {"bachelor", bachelor}, {"master", master}, {"doctorate", doctorate}}
	programmes  = []word{{"technical-school", technicalSchool}, {"senior-skills", seniorSkills}, {"technician", technician}, {"evaluated", evaluated}}
	ranks       = []word{{"junior", junior}, {"middle", middle}, {"senior", senior}}
)

// all returns the set of every value of an enumeration.
func all(words []word) code {
	var c code
	for _, w := range words {
		c |= w.code
	}
	return c
}

// atLeast returns the set of the values of an ordered enumeration that are not
// below c.
func atLeast(words []word, c code) code { return all(words) &^ (c - 1) }

// nameOf returns the word for one value of an enumeration, whose words are in
// the order of their bits.
func nameOf(words []word, c code) string {
	if i := bits.TrailingZeros16(uint16(c)); c&unknownCode == 0 && i < len(words) {
		return words[i].name
	}
	return "unknown"
}

func unknownName() error {
	return coded("unknown-name", refuse("未知的名称", "is not a name the format has"))
}

func missing(name string) error {
	return under(name, coded("missing", refuse("缺少此项", "is missing")))
}

func unknownWord(got, want string) error {
	return coded("unknown-code", refuse("未知的代码 %q：应为 %s 之一", "unknown code %q: write one of %s", clip(got), want))
}

// clip shortens text that is quoted back.
func clip(s string) string {
	const most = 40
	for i := range s {
		if i >= most {
			return s[:i] + "…"
		}
	}
	return s
}

// is reports an error unless v has the given type.
func (v *value) is(k jsonKind) error {
	if v.kind == k {
		return nil
	}
	want, got := k.text(), v.kind.text()
	return &InputError{
		Code:    "wrong-type",
		Detail:  "must be " + want.EN + ", not " + got.EN,
		Message: Text{ZH: "应为" + want.ZH + "，而不是" + got.ZH, EN: "must be " + want.EN + ", not " + got.EN},
	}
}

func (v *value) bool() (bool, error) { return v.flag, v.is(jsonBool) }

// int reads a whole number from lo to hi.
func (v *value) int(lo, hi int) (int, error) {
	if err := v.is(jsonNumber); err != nil {
		return 0, err
	}
	if v.number < int64(lo) || v.number > int64(hi) {
		return 0, refuse("应在 %d 到 %d 之间", "must be from %d to %d", lo, hi)
	}
	return int(v.number), nil
}

// string reads a short text.
func (v *value) string() (string, error) {
	if err := v.is(jsonString); err != nil {
		return "", err
	}
	if len(v.text) > maxName {
		return "", refuse("过长：最多 %d 字节", "is too long: at most %d bytes", maxName)
	}
	return v.text, nil
}

// name reads a code: lower-case letters, digits, dots and hyphens.
func (v *value) name() (string, error) {
	s, err := v.string()
	if err != nil {
		return "", err
	}
	if s == "" || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		return "", refuse("应由小写字母、数字、点和连字符组成", "must be lower-case letters, digits, dots and hyphens")
	}
	return s, nil
}

// word reads one word of an enumeration.
func (v *value) word(words []word) (code, error) {
	if err := v.is(jsonString); err != nil {
		return 0, err
	}
	for _, w := range words {
		if w.name == v.text {
			return w.code, nil
		}
	}
	names := make([]string, len(words))
	for i, w := range words {
		names[i] = w.name
	}
	return 0, unknownWord(v.text, strings.Join(names, ", "))
}

// codes reads a list of words of an enumeration as a set.
func codes(v *value, words []word) (code, error) {
	list, err := list(v, len(words), func(v *value) (code, error) { return v.word(words) })
	var set code
	for i, c := range list {
		if set&c != 0 {
			return 0, underIndex(i, refuse("重复列出", "is listed twice"))
		}
		set |= c
	}
	return set, err
}

// list reads an array of at most limit items.
func list[T any](v *value, limit int, read func(*value) (T, error)) ([]T, error) {
	if err := v.is(jsonArray); err != nil {
		return nil, err
	}
	if len(v.items) > limit {
		return nil, refuse("过多：最多 %d 项", "has too many items: at most %d are read", limit)
	}
	items := make([]T, len(v.items))
	for i := range v.items {
		item, err := read(&v.items[i])
		if err != nil {
			return nil, underIndex(i, err)
		}
		items[i] = item
	}
	return items, nil
}

// eachMember reads the members of an object, which must include the required
// ones.
func eachMember(v *value, read func(name string, v *value) error, required ...string) error {
	if err := v.is(jsonObject); err != nil {
		return err
	}
	for i := range v.members {
		m := &v.members[i]
		if err := read(m.name, &m.value); err != nil {
			return under(m.name, err)
		}
	}
	for _, name := range required {
		if !slices.ContainsFunc(v.members, func(m member) bool { return m.name == name }) {
			return missing(name)
		}
	}
	return nil
}
