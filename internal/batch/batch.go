// Package batch decides the eligibility of any number of people, one JSON line
// each: in order, on all cores, in memory that does not grow with the input.
package batch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

const chunkSize = 64 << 10 // bytes handed to a worker at a time, about

// A Question is what one line asks.
type Question struct {
	Occupation string // "" where the line names none
	Level      int
	AsOf       civil.Date
	Facts      *eligibility.Facts
}

// A Config says how lines are answered.
type Config struct {
	// Rules is the edition that decides a question. What it reports is told in
	// the answer, so it should be an [eligibility.InputError]. It is called by
	// many goroutines at once.
	Rules func(Question) (*eligibility.RuleSet, error)
	Level int        // where a line names none; 0 for none
	AsOf  civil.Date // where a line names none
	Lang  string     // "zh" or "en"
	// MaxLine is how many bytes a line may have.
	MaxLine int
}

// A Tally counts lines.
type Tally struct{ Read, Bad int }

// A chunk is a run of lines on its way through a worker.
type chunk struct {
	lines   []line
	buffer  []byte // what lines are parts of
	out     []byte
	maxLine int
	count   Tally
	done    chan struct{} // has room for one: a worker never waits
}

// A line is a part of its chunk's buffer. A line that is too long is cut.
type line struct {
	from, to int
	cut      bool
}

// Run answers every line of in with a line to out, in order. Each Write holds
// whole lines; a slow out holds up the reading of in. A line that cannot be
// answered is answered with what is wrong with it. Run ends with the error of in
// or out, or when ctx ends.
//
// A line is {"id", "occupation"?, "level"?, "asOf"?, "facts"}; its answer is
// {"id", "outcome", "satisfied", "earliest"} or {"id", "error"}.
func Run(ctx context.Context, c Config, in io.Reader, out io.Writer) (total Tally, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	free, work, order := make(chan *chunk, 4*workers), make(chan *chunk, 4*workers), make(chan *chunk, 4*workers)
	for range cap(free) {
		free <- &chunk{maxLine: c.MaxLine, done: make(chan struct{}, 1)}
	}
	var pool sync.WaitGroup
	for range workers {
		pool.Go(func() {
			w := worker{Config: c}
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
	for c := range order {
		<-c.done
		if _, err := out.Write(c.out); err != nil {
			return total, fmt.Errorf("answers: %w", err)
		}
		total.Read += c.count.Read
		total.Bad += c.count.Bad
		free <- c
	}
	pool.Wait()
	if readErr != nil {
		return total, fmt.Errorf("questions: %w", readErr)
	}
	return total, nil
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
			if l.cut = len(c.buffer)-l.from > c.maxLine; !l.cut {
				c.buffer = append(c.buffer, part...)
			}
			part, err = r.ReadSlice('\n')
		}
		if !l.cut {
			c.buffer = append(c.buffer, part...)
		}
		l.to = len(c.buffer)
		l.cut = l.cut || l.to-l.from > c.maxLine
		if len(bytes.TrimSpace(c.buffer[l.from:l.to])) > 0 {
			c.lines = append(c.lines, l)
		}
		if err != nil || len(c.buffer) >= chunkSize || r.Buffered() == 0 {
			return err
		}
	}
}
