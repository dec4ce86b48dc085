package eligibility

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A jsonKind is the type of a JSON value.
type jsonKind uint8

const (
	jsonNull jsonKind = iota
	jsonBool
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

// text names k as error messages do.
func (k jsonKind) text() Text {
	return [...]Text{
		{ZH: "null", EN: "null"},
		{ZH: "布尔值", EN: "a boolean"},
		{ZH: "数字", EN: "a number"},
		{ZH: "字符串", EN: "a string"},
		{ZH: "数组", EN: "an array"},
		{ZH: "对象", EN: "an object"},
	}[k]
}

// A value is one JSON value. Numbers are whole: the formats read here have no
// others.
type value struct {
	kind    jsonKind
	flag    bool
	number  int64
	text    string
	items   []value
	members []member
}

// A member is one name and value of an object, in the order written.
type member struct {
	name  string
	value value
}

// maxExact is the largest whole number every JSON reader agrees on.
const maxExact = 1 << 53

// appendCanonical appends v in the form of RFC 8785.
func (v *value) appendCanonical(b []byte) []byte {
	switch v.kind {
	case jsonNull:
		return append(b, "null"...)
	case jsonBool:
		return strconv.AppendBool(b, v.flag)
	case jsonNumber:
		return strconv.AppendInt(b, v.number, 10)
	case jsonString:
		return appendString(b, v.text)
	case jsonArray:
		b = append(b, '[')
		for i := range v.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = v.items[i].appendCanonical(b)
		}
		return append(b, ']')
	default:
		sorted := slices.Clone(v.members)
		slices.SortFunc(sorted, func(x, y member) int { return compareUTF16(x.name, y.name) })
		b = append(b, '{')
		for i := range sorted {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, sorted[i].name), ':')
			b = sorted[i].value.appendCanonical(b)
		}
		return append(b, '}')
	}
}

// compareUTF16 orders names by UTF-16 code units, as RFC 8785 §3.2.3 does; it
// differs from byte order only beyond the basic plane.
func compareUTF16(x, y string) int {
	return slices.Compare(utf16.Encode([]rune(x)), utf16.Encode([]rune(y)))
}

// appendString appends s as a JSON string with only the escapes RFC 8785
// §3.2.2.2 asks for.
func appendString(b []byte, s string) []byte {
	const hexDigits = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\t':
			b = append(b, '\\', 't')
		case '\n':
			b = append(b, '\\', 'n')
		case '\f':
			b = append(b, '\\', 'f')
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// digest names a canonical document by its hash.
func digest(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// pointerEscapes writes a name as a reference token of RFC 6901.
var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// under says that err was met in the named member.
func under(name string, err error) error {
	if e, ok := errors.AsType[*InputError](err); ok {
		e.Pointer = "/" + pointerEscapes.Replace(name) + e.Pointer
	}
	return err
}

// underIndex says that err was met in the i-th item.
func underIndex(i int, err error) error { return under(strconv.Itoa(i), err) }

// validText reports whether data is UTF-8 without a byte order mark.
func validText(data []byte) *InputError {
	switch {
	case !utf8.Valid(data):
		return refuse("不是有效的 UTF-8 文本", "the text is not valid UTF-8")
	case strings.HasPrefix(string(data[:min(len(data), 3)]), "\ufeff"):
		return refuse("开头有字节顺序标记（BOM），应去掉", "the text begins with a byte order mark")
	}
	return nil
}
