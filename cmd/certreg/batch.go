package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

const (
	maxLine   = 1 << 20  // bytes of one line or file of facts
	chunkSize = 64 << 10 // bytes handed to a worker at a time, about
)

// A chunk is a run of lines on its way through a worker.
type chunk struct {
	lines  []line
	buffer []byte // what lines are parts of
	out    []byte
	count  tally
	done   chan struct{} // has room for one: a worker never waits
}

// A line is a part of its chunk's buffer. A line that is too long is cut.
type line struct {
	from, to int
	cut      bool
}

// A tally counts lines.
type tally struct{ read, bad int }

// checkBatch answers every line of in with a line, in order, on all cores.
// However long the input, a fixed number of chunks is in flight. A bad line is
// answered with what is wrong with it.
func (p *program) checkBatch(ctx context.Context, j *judge, in io.Reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start, workers := time.Now(), runtime.GOMAXPROCS(0)
	free, work, order := make(chan *chunk, 4*workers), make(chan *chunk, 4*workers), make(chan *chunk, 4*workers)
	for range cap(free) {
		free <- &chunk{done: make(chan struct{}, 1)}
	}
	var pool sync.WaitGroup
	for range workers {
		pool.Go(func() {
			w := worker{judge: j, lang: p.lang}
			for c := range work {
				w.answer(c)
				c.done <- struct{}{}
			}
		})
	}
	var readErr error
	go func() {
		defer close(order)
		defer close(work)
		readErr = readChunks(ctx, in, free, func(c *chunk) {
			order <- c
			work <- c
		})
	}()
	var total tally
	for c := range order {
		<-c.done
		if _, err := p.stdout.Write(c.out); err != nil {
			return fmt.Errorf("answers: %w", err)
		}
		total.read += c.count.read
		total.bad += c.count.bad
		free <- c
	}
	pool.Wait()
	if readErr != nil {
		return fmt.Errorf("questions: %w", readErr)
	}
	took := time.Since(start).Seconds()
	p.sayf(p.stderr, "%s\n", say("%d 行，%d 行有误，%.2f 秒，每秒 %.0f 行", "%d lines, %d bad, %.2f s, %.0f lines/s",
		total.read, total.bad, took, float64(total.read)/took).In(p.lang))
	return nil
}

// readChunks cuts in into chunks and sends them. A chunk is sent when it is
// large enough or nothing more has arrived yet, so that a program that waits
// for each answer gets it.
func readChunks(ctx context.Context, in io.Reader, free <-chan *chunk, send func(*chunk)) error {
	r := bufio.NewReaderSize(in, chunkSize)
	if mark, err := r.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = r.Discard(len(mark)) // was just seen
	}
	for {
		var c *chunk
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c = <-free:
		}
		c.lines, c.buffer = c.lines[:0], c.buffer[:0]
		err := c.fill(r)
		if len(c.lines) > 0 {
			send(c)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// fill reads lines into c.
func (c *chunk) fill(r *bufio.Reader) error {
	for {
		l := line{from: len(c.buffer)}
		part, err := r.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) {
			if l.cut = len(c.buffer)-l.from > maxLine; !l.cut {
				c.buffer = append(c.buffer, part...)
			}
			part, err = r.ReadSlice('\n')
		}
		if !l.cut {
			c.buffer = append(c.buffer, part...)
		}
		l.to = len(c.buffer)
		l.cut = l.cut || l.to-l.from > maxLine
		if len(bytes.TrimSpace(c.buffer[l.from:l.to])) > 0 {
			c.lines = append(c.lines, l)
		}
		if err != nil || len(c.buffer) >= chunkSize || r.Buffered() == 0 {
			return err
		}
	}
}

// A worker answers lines, reusing its memory from one to the next.
type worker struct {
	judge    *judge
	lang     string
	decision eligibility.Decision
}

// answer writes the answers to the lines of c.
func (w *worker) answer(c *chunk) {
	c.out, c.count = c.out[:0], tally{}
	for _, l := range c.lines {
		c.count.read++
		id, q, err := w.judge.read(c.buffer[l.from:l.to], l.cut)
		if err == nil {
			var set *eligibility.RuleSet
			if set, err = w.judge.rules(q); err == nil {
				set.ExplainInto(&w.decision, q.level, q.asOf, q.facts)
				c.out = appendAnswer(c.out, id, &w.decision)
				continue
			}
		}
		c.count.bad++
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
		pointer, detail = e.Pointer, e.Message.In(w.lang)
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

// read reads one line: {"id","occupation"?,"level","asOf"?,"facts"}. Names are
// exact and stand once. id is null until it was read.
func (j *judge) read(data []byte, cut bool) (id json.RawMessage, q question, err error) {
	id, q = json.RawMessage("null"), question{level: j.level, asOf: j.today}
	if cut {
		return id, q, wrong("", "此行超过 %d 字节", "the line is longer than %d bytes", maxLine)
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
	case q.facts == nil:
		return id, q, wrong("/facts", "缺少 facts", "facts are required")
	case q.level < 1 || q.level > 5:
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
func (q *question) read(name string, raw json.RawMessage) (err error) {
	var text string
	switch name {
	case "level":
		if err := json.Unmarshal(raw, &q.level); err != nil {
			return wrong("/level", "应为整数", "must be an integer")
		}
	case "occupation", "asOf":
		if err := json.Unmarshal(raw, &text); err != nil || raw[0] != '"' {
			return wrong("/"+name, "应为字符串", "must be a string")
		}
		if name == "occupation" {
			q.occupation = text
		} else if q.asOf, err = civil.ParseDate(text); err != nil {
			return wrong("/asOf", "不是日期（应为 YYYY-MM-DD）", "is no day (YYYY-MM-DD)")
		}
	case "facts":
		q.facts, err = eligibility.ParseFacts(raw)
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
