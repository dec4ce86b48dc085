package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

const batchLine = `{"id":"a%d","level":2,"asOf":"2026-11-21","facts":{"work":[{"from":"2024-02-01","to":null,"occupation":"own"}],` +
	`"education":[{"level":"bachelor","field":"related","awarded":"2019-07-01"}],"certificates":[{"level":3,"occupation":"own","issued":"2024-02-01"}],` +
	`"training":[{"level":2,"hours":150,"completed":"2026-05-01","certificate":true}]}}` + "\n"

// answers runs check --batch over in.
func answers(t testing.TB, in io.Reader, out io.Writer) {
	t.Helper()
	var said bytes.Buffer
	if code := run(t.Context(), []string{"check", "--batch"}, []string{"LANG=en"}, in, out, &said); code != exitDone {
		t.Fatalf("got exit code %d, want %d: %s", code, exitDone, said.String())
	}
}

func TestBatchAnswersInOrder(t *testing.T) {
	const lines = 4_000
	var in, out bytes.Buffer
	for i := range lines {
		if i%7 == 3 {
			fmt.Fprintf(&in, `{"id":"a%d","level":9}`+"\n", i)
			continue
		}
		fmt.Fprintf(&in, batchLine, i)
	}
	answers(t, &in, &out)
	i := 0
	for line := range strings.Lines(out.String()) {
		var answer struct {
			ID    string           `json:"id"`
			Error *json.RawMessage `json:"error"`
		}
		if err := json.Unmarshal([]byte(line), &answer); err != nil {
			t.Fatalf("line %d: %v: %s", i, err, line)
		}
		if want := fmt.Sprintf("a%d", i); answer.ID != want || (answer.Error != nil) != (i%7 == 3) {
			t.Fatalf("line %d: got %s, want the answer to %s", i, line, want)
		}
		i++
	}
	if i != lines {
		t.Errorf("got %d lines, want %d", i, lines)
	}
}

// A byte order mark, a missing last line end, blank lines, Windows line ends
// and a line that is far too long are all survived.
func TestBatchTakesWhatComes(t *testing.T) {
	line := strings.TrimSpace(fmt.Sprintf(batchLine, 1))
	in := "\ufeff" + line + "\r\n\r\n   \n" + `{"id":"long","facts":"` + strings.Repeat("x", maxLine+10) + "\"}\n" + line
	var out bytes.Buffer
	answers(t, strings.NewReader(in), &out)
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	want := []string{
		`{"id":"a1","outcome":"not-yet","satisfied":[],"earliest":"2027-02-01"}`,
		fmt.Sprintf(`{"id":null,"error":{"pointer":"","detail":"the line is longer than %d bytes"}}`, maxLine),
		`{"id":"a1","outcome":"not-yet","satisfied":[],"earliest":"2027-02-01"}`,
	}
	if len(got) != len(want) {
		t.Fatalf("got %d lines, want %d: %.500s", len(got), len(want), out.String())
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d: got %.200s, want %s", i, got[i], want[i])
		}
	}
}

// A program that waits for each answer before it asks again gets it.
func TestBatchAnswersAtOnce(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	questions, ask := io.Pipe()
	replies, answer := io.Pipe()
	done := make(chan int, 1)
	go func() {
		code := run(ctx, []string{"check", "--batch"}, nil, questions, answer, io.Discard)
		_ = answer.Close()
		done <- code
	}()
	buffer := make([]byte, 1000)
	for i := range 3 {
		if _, err := fmt.Fprintf(ask, batchLine, i); err != nil {
			t.Fatal(err)
		}
		n, err := replies.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf(`{"id":"a%d",`, i); !bytes.HasPrefix(buffer[:n], []byte(want)) {
			t.Errorf("got %s, want %s…", buffer[:n], want)
		}
	}
	if err := ask.Close(); err != nil {
		t.Fatal(err)
	}
	if code := <-done; code != exitDone {
		t.Errorf("got exit code %d, want %d", code, exitDone)
	}
}

// A reader that is gone ends the run.
func TestBatchStopsWhenNobodyReads(t *testing.T) {
	in := strings.NewReader(strings.Repeat(fmt.Sprintf(batchLine, 1), 10_000))
	code := run(t.Context(), []string{"check", "--batch"}, nil, in, brokenWriter{}, io.Discard)
	if code != exitFailed {
		t.Errorf("got exit code %d, want %d", code, exitFailed)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// The memory in use does not grow with the input.
func TestBatchKeepsItsMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 14 MB")
	}
	peak := func(lines int) uint64 {
		var most uint64
		answers(t, &endless{line: []byte(fmt.Sprintf(batchLine, 1)), left: lines}, writerFunc(func(p []byte) (int, error) {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			return len(p), nil
		}))
		return most
	}
	small, large := peak(2_000), peak(40_000)
	t.Logf("heap in use at most: %d KiB for 2,000 lines, %d KiB for 40,000", small>>10, large>>10)
	if large > 3*small+(16<<20) {
		t.Errorf("heap in use: got %d bytes for 20 times the lines, want about the %d bytes of few", large, small)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// An endless gives the same line again and again, so many times.
type endless struct {
	line []byte
	left int
	rest []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.left == 0 {
			return 0, io.EOF
		}
		e.left--
		e.rest = e.line
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// BenchmarkBatch answers 100,000 applicants.
func BenchmarkBatch(b *testing.B) {
	var in bytes.Buffer
	const lines = 100_000
	for i := range lines {
		fmt.Fprintf(&in, batchLine, i)
	}
	b.SetBytes(int64(in.Len()))
	for b.Loop() {
		answers(b, bytes.NewReader(in.Bytes()), io.Discard)
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}
