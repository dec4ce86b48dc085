package eligibility

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deeply the documents read here may nest.
const maxDepth = 32

// A scanner reads one JSON text strictly: no duplicate names, no lone
// surrogates, no number that is not whole, nothing after the value.
type scanner struct {
	src string
	pos int
}

// readJSON parses data, which may be at most limit bytes.
func readJSON(data []byte, limit int) (*value, error) {
	if len(data) > limit {
		return nil, refuse("内容过大：最多 %d 字节", "the text is too large: at most %d bytes are read", limit)
	}
	if err := validText(data); err != nil {
		return nil, err
	}
	r := scanner{src: string(data)}
	var v value
	if err := r.value(&v, 0); err != nil {
		return nil, err
	}
	if r.space(); r.pos < len(r.src) {
		return nil, r.syntax()
	}
	return &v, nil
}

// syntax reports that the text is not JSON at the current byte.
func (r *scanner) syntax() error {
	if r.pos >= len(r.src) {
		return refuse("JSON 不完整", "the JSON ends too early")
	}
	return refuse("第 %d 字节处不是合法的 JSON", "not JSON at byte %d", r.pos+1)
}

// space skips insignificant white space.
func (r *scanner) space() {
	for r.pos < len(r.src) {
		switch r.src[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// eat consumes c, after white space, if it comes next.
func (r *scanner) eat(c byte) bool {
	r.space()
	if r.pos < len(r.src) && r.src[r.pos] == c {
		r.pos++
		return true
	}
	return false
}

// value reads the next value into v.
func (r *scanner) value(v *value, depth int) error {
	r.space()
	if r.pos >= len(r.src) {
		return r.syntax()
	}
	if depth > maxDepth {
		return refuse("嵌套过深：最多 %d 层", "nested too deeply: at most %d levels are read", maxDepth)
	}
	var err error
	switch c := r.src[r.pos]; {
	case c == '{':
		return r.object(v, depth)
	case c == '[':
		return r.array(v, depth)
	case c == '"':
		v.kind = jsonString
		v.text, err = r.string()
		return err
	case c == '-' || c >= '0' && c <= '9':
		v.kind = jsonNumber
		v.number, err = r.number()
		return err
	}
	for _, word := range [...]struct {
		text string
		v    value
	}{{"null", value{}}, {"true", value{kind: jsonBool, flag: true}}, {"false", value{kind: jsonBool}}} {
		if strings.HasPrefix(r.src[r.pos:], word.text) {
			r.pos += len(word.text)
			*v = word.v
			return nil
		}
	}
	return r.syntax()
}

func (r *scanner) array(v *value, depth int) error {
	v.kind = jsonArray
	r.pos++
	if r.eat(']') {
		return nil
	}
	for {
		v.items = append(v.items, value{})
		if err := r.value(&v.items[len(v.items)-1], depth+1); err != nil {
			return underIndex(len(v.items)-1, err)
		}
		switch {
		case r.eat(','):
		case r.eat(']'):
			return nil
		default:
			return r.syntax()
		}
	}
}

func (r *scanner) object(v *value, depth int) error {
	v.kind = jsonObject
	r.pos++
	if r.eat('}') {
		return nil
	}
	var names map[string]bool // only for objects of unusual size
	for {
		r.space()
		if r.pos >= len(r.src) || r.src[r.pos] != '"' {
			return r.syntax()
		}
		name, err := r.string()
		if err != nil {
			return err
		}
		if names == nil && len(v.members) >= 32 {
			names = make(map[string]bool, 64)
			for i := range v.members {
				names[v.members[i].name] = true
			}
		}
		if names[name] || names == nil && v.member(name) != nil {
			return under(name, refuse("名称重复", "the name occurs twice"))
		}
		if names != nil {
			names[name] = true
		}
		if !r.eat(':') {
			return r.syntax()
		}
		v.members = append(v.members, member{name: name})
		if err := r.value(&v.members[len(v.members)-1].value, depth+1); err != nil {
			return under(name, err)
		}
		switch {
		case r.eat(','):
		case r.eat('}'):
			return nil
		default:
			return r.syntax()
		}
	}
}

// member returns the named member of an object, nil if it has none.
func (v *value) member(name string) *value {
	for i := range v.members {
		if v.members[i].name == name {
			return &v.members[i].value
		}
	}
	return nil
}

// number reads a JSON number that is whole and exact.
func (r *scanner) number() (int64, error) {
	start := r.pos
	for r.pos < len(r.src) && strings.IndexByte("+-.eE0123456789", r.src[r.pos]) >= 0 {
		r.pos++
	}
	text := r.src[start:r.pos]
	whole := strings.TrimPrefix(text, "-")
	if whole == "" || whole[0] < '0' || whole[0] > '9' || len(whole) > 1 && whole[0] == '0' && whole[1] >= '0' && whole[1] <= '9' {
		r.pos = start
		return 0, r.syntax()
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= -maxExact && n <= maxExact {
		return n, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || text[len(text)-1] == '.' || strings.Contains(text, ".e") || strings.Contains(text, ".E") {
		r.pos = start
		return 0, r.syntax()
	}
	if n := int64(f); f >= -maxExact && f <= maxExact && float64(n) == f {
		return n, nil
	}
	return 0, refuse("应为整数", "must be a whole number")
}

// string reads a JSON string.
func (r *scanner) string() (string, error) {
	r.pos++
	start := r.pos
	for r.pos < len(r.src) {
		switch c := r.src[r.pos]; {
		case c == '"':
			s := r.src[start:r.pos]
			r.pos++
			return s, nil
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			return "", r.syntax()
		}
		r.pos++
	}
	return "", r.syntax()
}

// escaped reads the rest of a string from its first escape on.
func (r *scanner) escaped(start int) (string, error) {
	b := []byte(r.src[start:r.pos])
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		switch {
		case c == '"':
			r.pos++
			return string(b), nil
		case c < ' ':
			return "", r.syntax()
		case c != '\\':
			b = append(b, c)
			r.pos++
			continue
		}
		r.pos++
		if r.pos >= len(r.src) {
			break
		}
		if r.src[r.pos] == 'u' {
			u, err := r.unicode()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, u)
			continue
		}
		i := strings.IndexByte(`"\/bfnrt`, r.src[r.pos])
		if i < 0 {
			return "", r.syntax()
		}
		b = append(b, "\"\\/\b\f\n\r\t"[i])
		r.pos++
	}
	return "", r.syntax()
}

// unicode reads uXXXX, or a pair of them that make one character.
func (r *scanner) unicode() (rune, error) {
	high, ok := r.hex4()
	if !ok {
		return 0, r.syntax()
	}
	if !utf16.IsSurrogate(high) {
		return high, nil
	}
	if strings.HasPrefix(r.src[r.pos:], `\u`) {
		r.pos++
		if low, ok := r.hex4(); ok {
			if u := utf16.DecodeRune(high, low); u != utf8.RuneError {
				return u, nil
			}
		}
	}
	return 0, refuse("字符转义不完整（孤立的代理项）", "half a character: a lone surrogate escape")
}

// hex4 reads u and four hexadecimal digits.
func (r *scanner) hex4() (rune, bool) {
	if r.pos+5 > len(r.src) {
		return 0, false
	}
	n, err := strconv.ParseUint(r.src[r.pos+1:r.pos+5], 16, 16)
	if err != nil {
		return 0, false
	}
	r.pos += 5
	return rune(n), true
}
