// Package pdf writes PDF 1.7 files as ISO 19005-3 (PDF/A-3) wants them, adds
// to them without touching what is there, and reads objects back out of files
// of any origin. It knows nothing of certificates.
//
// Objects are Go values: nil, bool, int, float64, [Name], [String], [Array],
// [Dict], [Ref] and [*Stream].
package pdf

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf16"
)

// A Name is a name object, without the slash.
type Name string

// A String is a string object: bytes, whatever they encode.
type String string

// An Array is a list of objects.
type Array []any

// A Dict is a dictionary; its keys are without the slash.
type Dict map[string]any

// A Ref is the number of an indirect object of generation 0.
type Ref int

// A Stream is a dictionary with bytes. Data is as stored, filtered or not.
type Stream struct {
	Dict Dict
	Data []byte
}

// Text is a text string (ISO 32000-1 §7.9.2): UTF-16 with a byte order mark,
// or plain bytes where ASCII is enough.
func Text(s string) String {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] >= ' ' && s[i] < 0x7f
	}
	if ascii {
		return String(s)
	}
	b := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return String(b)
}

// appendObject writes an object, dictionaries in key order.
func appendObject(b []byte, object any) []byte {
	switch o := object.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, o)
	case int:
		return strconv.AppendInt(b, int64(o), 10)
	case float64:
		return appendNumber(b, o)
	case Ref:
		return fmt.Appendf(b, "%d 0 R", int(o))
	case Name:
		return appendName(b, string(o))
	case String:
		return appendString(b, string(o))
	case verbatim:
		return append(b, o...)
	case Array:
		b = append(b, '[')
		for i, v := range o {
			if i > 0 {
				b = append(b, ' ')
			}
			b = appendObject(b, v)
		}
		return append(b, ']')
	case Dict:
		b = append(b, "<<"...)
		for _, key := range slices.Sorted(maps.Keys(o)) {
			b = appendName(b, key)
			b = append(b, ' ')
			b = appendObject(b, o[key])
		}
		return append(b, ">>"...)
	case *Stream:
		d := maps.Clone(o.Dict)
		d["Length"] = len(o.Data)
		b = appendObject(b, d)
		b = append(b, "\nstream\n"...)
		b = append(b, o.Data...)
		return append(b, "\nendstream"...)
	default:
		panic(fmt.Sprintf("pdf: %T is not an object", object)) //nolint:forbidigo // the set is closed: to come here is a fault of this package
	}
}

// verbatim is an object already written out, for the places a signature
// reserves.
type verbatim string

// appendNumber writes at most three decimals: a ten-thousandth of a
// millimetre is not to be seen.
func appendNumber(b []byte, v float64) []byte {
	b = strconv.AppendFloat(b, v, 'f', 3, 64)
	b = bytes.TrimRight(b, "0")
	return bytes.TrimSuffix(b, []byte("."))
}

func appendName(b []byte, name string) []byte {
	b = append(b, '/')
	for i := range len(name) {
		if c := name[i]; isRegular(c) && c != '#' && c > ' ' && c < 0x7f {
			b = append(b, c)
		} else {
			b = fmt.Appendf(b, "#%02X", c)
		}
	}
	return b
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return fmt.Appendf(b, "<%X>", s)
		}
	}
	b = append(b, '(')
	for i := range len(s) {
		if c := s[i]; c == '(' || c == ')' || c == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, ')')
}

// isRegular is false for white space and delimiters (ISO 32000-1 §7.2.2).
func isRegular(c byte) bool { return !isSpace(c) && !bytes.ContainsRune([]byte("()<>[]{}/%"), rune(c)) }

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}
