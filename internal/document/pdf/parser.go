package pdf

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"unicode/utf16"
)

// A parser reads objects from a place in a file. It never fails: what it
// cannot read is nil, and it stops behind it.
type parser struct {
	data   []byte
	at     int
	depth  int
	values *int // how many more may be read of the file; nil for any number
}

func (p *parser) peek() byte {
	if p.at < len(p.data) {
		return p.data[p.at]
	}
	return 0
}

// space skips white space and comments.
func (p *parser) space() {
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case isSpace(c):
			p.at++
		case c == '%':
			for p.at < len(p.data) && p.data[p.at] != '\n' && p.data[p.at] != '\r' {
				p.at++
			}
		default:
			return
		}
	}
}

// keyword reads a word if it is next.
func (p *parser) keyword(word string) bool {
	p.space()
	if bytes.HasPrefix(p.data[p.at:], []byte(word)) {
		p.at += len(word)
		return true
	}
	return false
}

// tryObject reads one object.
func (p *parser) tryObject() any {
	p.space()
	if p.at >= len(p.data) || p.depth > maxDepth {
		return nil
	}
	if p.values != nil {
		if *p.values--; *p.values < 0 {
			p.at = len(p.data)
			return nil
		}
	}
	p.depth++
	defer func() { p.depth-- }()
	switch c := p.data[p.at]; {
	case c == '/':
		p.at++
		return p.name()
	case c == '(':
		p.at++
		return p.literal()
	case c == '[':
		p.at++
		return p.array()
	case bytes.HasPrefix(p.data[p.at:], []byte("<<")):
		p.at += 2
		return p.dict()
	case c == '<':
		p.at++
		return p.hexadecimal()
	case c == '+' || c == '-' || c == '.' || c >= '0' && c <= '9':
		return p.number()
	default:
		return p.word()
	}
}

// word reads true, false, null or what is none of these.
func (p *parser) word() any {
	switch p.regular() {
	case "true":
		return true
	case "false":
		return false
	default:
		return nil
	}
}

// regular reads up to the next delimiter.
func (p *parser) regular() string {
	from := p.at
	for p.at < len(p.data) && isRegular(p.data[p.at]) {
		p.at++
	}
	return string(p.data[from:p.at])
}

func (p *parser) name() Name {
	raw := p.regular()
	var name []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if b, err := hex.DecodeString(raw[i+1 : i+3]); err == nil {
				name = append(name, b[0])
				i += 2
				continue
			}
		}
		name = append(name, raw[i])
	}
	return Name(name)
}

// number reads a number, or a reference if it is one: "7 0 R".
func (p *parser) number() any {
	text := p.regular()
	n, err := strconv.Atoi(text)
	if err != nil {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
		return nil
	}
	after := *p
	after.space()
	if generation := after.regular(); n >= 0 && generation != "" && len(generation) <= 5 {
		after.space()
		if _, err := strconv.ParseUint(generation, 10, 16); err == nil && after.regular() == "R" {
			p.at = after.at
			return Ref(n)
		}
	}
	return n
}

func (p *parser) array() Array {
	var a Array
	for p.space(); p.at < len(p.data) && p.peek() != ']'; p.space() {
		from := p.at
		a = append(a, p.tryObject())
		if p.at == from {
			p.at++ // a stray delimiter
		}
	}
	p.at = min(p.at+1, len(p.data))
	return a
}

func (p *parser) dict() Dict {
	d := Dict{}
	for p.space(); p.at < len(p.data) && p.peek() != '>'; p.space() {
		if p.peek() != '/' {
			return d
		}
		p.at++
		key := string(p.name())
		p.space()
		if p.peek() == '>' {
			break // a key without value
		}
		if value := p.tryObject(); value != nil {
			d[key] = value
		}
	}
	p.at = min(p.at+2, len(p.data))
	return d
}

func (p *parser) hexadecimal() String {
	var digits []byte
	for p.at < len(p.data) && p.data[p.at] != '>' {
		if !isSpace(p.data[p.at]) {
			digits = append(digits, p.data[p.at])
		}
		p.at++
	}
	p.at = min(p.at+1, len(p.data))
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	b, _ := hex.DecodeString(string(digits)) // up to the first digit that is none
	return String(b)
}

func (p *parser) literal() String {
	var s []byte
	for nested := 0; p.at < len(p.data); p.at++ {
		switch p.data[p.at] {
		case '(':
			nested++
		case ')':
			if nested == 0 {
				p.at++
				return String(s)
			}
			nested--
		case '\\':
			p.at++
			s = p.escape(s)
			continue
		}
		s = append(s, p.data[p.at])
	}
	p.at = len(p.data) // a backslash may have been the last byte
	return String(s)
}

// escape reads what follows a backslash and stops on its last byte.
func (p *parser) escape(s []byte) []byte {
	c := p.peek()
	if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
		return append(s, "\n\r\t\b\f"[i])
	}
	if c == '\n' || c == '\r' {
		if c == '\r' && bytes.HasPrefix(p.data[p.at:], []byte("\r\n")) {
			p.at++
		}
		return s
	}
	octal := 0
	for octal < 3 && p.at+octal < len(p.data) && p.data[p.at+octal] >= '0' && p.data[p.at+octal] <= '7' {
		octal++
	}
	if octal == 0 {
		return append(s, c)
	}
	v, _ := strconv.ParseUint(string(p.data[p.at:p.at+octal]), 8, 16)
	p.at += octal - 1
	return append(s, byte(v))
}

// streamData reads the bytes between stream and endstream: as many as the
// dictionary says if that is right, else up to the keyword. A length that is
// a reference can be resolved only when all objects are known.
func (p *parser) streamData(d Dict) []byte {
	if p.peek() == '\r' {
		p.at++
	}
	if p.peek() == '\n' {
		p.at++
	}
	from := min(p.at, len(p.data))
	if n, ok := d["Length"].(int); ok && n >= 0 && n <= len(p.data)-from {
		p.at = from + n
		if p.keyword("endstream") {
			return p.data[from : from+n]
		}
	}
	end := bytes.Index(p.data[from:], []byte("endstream"))
	if end < 0 {
		end = len(p.data) - from
	}
	p.at = from + end
	if _, ok := d["Length"].(Ref); ok {
		return p.data[from:p.at]
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(p.data[from:p.at], []byte("\n")), []byte("\r"))
}

// DecodeText reads a text string: UTF-16 with a byte order mark, UTF-8 with
// one, or plain bytes.
func DecodeText(s String) string {
	b := []byte(s)
	switch {
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		var units []uint16
		for b = b[2:]; len(b) >= 2; b = b[2:] {
			units = append(units, uint16(b[0])<<8|uint16(b[1]))
		}
		return string(utf16.Decode(units))
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return string(b[3:])
	default:
		return string(b)
	}
}
