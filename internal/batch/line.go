package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// A worker answers lines, reusing its memory from one to the next.
type worker struct {
	Config
	decision eligibility.Decision
}

// answer writes the answers to the lines of c.
func (w *worker) answer(c *chunk) {
	c.out, c.count = c.out[:0], Tally{}
	for _, l := range c.lines {
		c.count.Read++
		id, q, err := w.read(c.buffer[l.from:l.to], l.cut)
		if err == nil {
			var set *eligibility.RuleSet
			if set, err = w.Rules(q); err == nil {
				set.ExplainInto(&w.decision, q.Level, q.AsOf, q.Facts)
				c.out = appendAnswer(c.out, id, &w.decision)
				continue
			}
		}
		c.count.Bad++
		c.out = w.appendFault(c.out, id, err)
	}
}

// appendAnswer appends what a decision comes to, as one line.
func appendAnswer(b []byte, id json.RawMessage, d *eligibility.Decision) []byte {
	b = append(append(b, `{"id":`...), id...)
	b = append(append(b, `,"outcome":"`...), d.Outcome.String()...)
	b = append(b, `","satisfied":[`...)
	for i, condition := range d.Satisfied {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, condition)
	}
	b = append(b, `],"earliest":`...)
	if d.Earliest.On.IsZero() {
		return append(b, "null}\n"...)
	}
	return append(d.Earliest.On.AppendText(append(b, '"')), "\"}\n"...)
}

// appendFault appends what is wrong with a line, as one line.
func (w *worker) appendFault(b []byte, id json.RawMessage, err error) []byte {
	pointer, detail := "", err.Error()
	if e, ok := errors.AsType[*eligibility.InputError](err); ok {
		pointer, detail = e.Pointer, e.Message.In(w.Lang)
	}
	b = append(append(b, `{"id":`...), id...)
	b = appendString(append(b, `,"error":{"pointer":`...), pointer)
	b = appendString(append(b, `,"detail":`...), detail)
	return append(b, "}}\n"...)
}

// appendString appends s as JSON.
func appendString(b []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil { // no string fails
		return append(b, `""`...)
	}
	return append(b, text...)
}

// read reads one line: {"id","occupation"?,"level"?,"asOf"?,"facts"}. Names are
// exact and stand once. id is null until it was read.
func (c *Config) read(data []byte, cut bool) (id json.RawMessage, q Question, err error) {
	id, q = json.RawMessage("null"), Question{Level: c.Level, AsOf: c.AsOf}
	if cut {
		return id, q, wrong("", "此行超过 %d 字节", "the line is longer than %d bytes", c.MaxLine)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return id, q, wrong("", "此行不是 JSON 对象", "the line is no JSON object")
	}
	seen := map[string]bool{}
	for dec.More() {
		var raw json.RawMessage
		name, err := dec.Token()
		if err == nil {
			err = dec.Decode(&raw)
		}
		key, isName := name.(string)
		if err != nil || !isName {
			return id, q, wrong("", "此行不是合法的 JSON", "the line is no valid JSON")
		}
		if seen[key] {
			return id, q, wrong(pointer(key), "重复出现", "stands here twice")
		}
		seen[key] = true
		if key == "id" {
			id, err = readID(raw)
		} else {
			err = q.read(key, raw)
		}
		if err != nil {
			return id, q, err
		}
	}
	if _, err := dec.Token(); err != nil || len(bytes.TrimSpace(data[dec.InputOffset():])) > 0 {
		return id, q, wrong("", "此行不是单个 JSON 对象", "the line is not one JSON object")
	}
	switch {
	case q.Facts == nil:
		return id, q, wrong("/facts", "缺少 facts", "facts are required")
	case q.Level < 1 || q.Level > 5:
		return id, q, wrong("/level", "等级应为 1 至 5", "the level must be 1 to 5")
	}
	return id, q, nil
}

// readID takes an identifier as it stands: a string or a number.
func readID(raw json.RawMessage) (json.RawMessage, error) {
	if raw[0] == '"' || raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9' {
		return raw, nil
	}
	return json.RawMessage("null"), wrong("/id", "应为字符串或数字", "must be a string or a number")
}

// read reads one member of a line, all but its id.
func (q *Question) read(name string, raw json.RawMessage) (err error) {
	var text string
	switch name {
	case "level":
		if err := json.Unmarshal(raw, &q.Level); err != nil {
			return wrong("/level", "应为整数", "must be an integer")
		}
	case "occupation", "asOf":
		if err := json.Unmarshal(raw, &text); err != nil || raw[0] != '"' {
			return wrong("/"+name, "应为字符串", "must be a string")
		}
		if name == "occupation" {
			q.Occupation = text
		} else if q.AsOf, err = civil.ParseDate(text); err != nil {
			return wrong("/asOf", "不是日期（应为 YYYY-MM-DD）", "is no day (YYYY-MM-DD)")
		}
	case "facts":
		q.Facts, err = eligibility.ParseFacts(raw)
		if e, ok := errors.AsType[*eligibility.InputError](err); ok {
			return &eligibility.InputError{Pointer: "/facts" + e.Pointer, Detail: e.Detail, Message: e.Message}
		}
	default:
		return wrong(pointer(name), "没有这个名称", "there is no such name")
	}
	return err
}

// pointer is the JSON pointer (RFC 6901) of a member of the line.
func pointer(name string) string {
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// wrong is a fault at one place of a line.
func wrong(pointer, zh, en string, args ...any) *eligibility.InputError {
	message := eligibility.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
	return &eligibility.InputError{Pointer: pointer, Detail: message.EN, Message: message}
}
