package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

// lines is a request to answer these lines.
func lines(text string) call {
	return call{method: http.MethodPost, path: "/v1/eligibility/batch", body: text, header: http.Header{"Content-Type": {"application/x-ndjson"}, "Accept-Language": {"en"}}}
}

const diploma = `"facts":{"education":[{"level":"college","field":"related","awarded":"2015-07-01"}]}`

func TestABatchIsAnsweredLineByLine(t *testing.T) {
	o := newOffice(t)
	got := o.do(lines("\ufeff" + strings.Join([]string{
		`{"id":1,` + asked + `,"level":3,` + diploma + `}`,
		`{"id":"two",` + asked + `,"level":5,` + diploma + `}`,
		``,
		`{"id":3,"occupation":"astrologer","level":3,` + diploma + `}`,
		`{"id":4,` + asked + `,"level":3,"asOf":"1990-01-01",` + diploma + `}`,
		`{"id":5,` + asked + `,"level":3,"facts":{"born":"x"}}`,
		`{"id":6,` + asked + `,"level":3,"asOf":"2014-01-01",` + diploma + `}`,
		`{"id":7,"facts":"` + strings.Repeat("x", 64<<10) + `"}`,
		`nonsense`,
	}, "\n"))).want(200)
	want := strings.Join([]string{
		`{"id":1,"outcome":"eligible","satisfied":["3.3"],"earliest":"2025-11-21"}`,
		`{"id":"two","error":{"pointer":"/level","detail":"The edition has no conditions for this level."}}`,
		`{"id":3,"error":{"pointer":"/occupation","detail":"There is no such occupation."}}`,
		`{"id":4,"error":{"pointer":"/asOf","detail":"No edition of the conditions is in force on that day."}}`,
		`{"id":5,"error":{"pointer":"/facts/born",`,
		`{"id":6,"outcome":"needs-information","satisfied":[],"earliest":null}`,
		`{"id":null,"error":{"pointer":"","detail":"the line is longer than 65536 bytes"}}`,
		`{"id":null,"error":{"pointer":"","detail":"the line is no JSON object"}}`,
	}, "\n")
	gotLines, wantLines := strings.Split(strings.TrimSpace(string(got.raw)), "\n"), strings.Split(want, "\n")
	if len(gotLines) != len(wantLines) {
		t.Fatalf("got %d lines, want %d:\n%s", len(gotLines), len(wantLines), got.raw)
	}
	for i := range wantLines {
		if !strings.HasPrefix(gotLines[i], wantLines[i]) {
			t.Errorf("line %d: got %s, want %s", i, gotLines[i], wantLines[i])
		}
	}
	if got := o.do(lines("")).want(200); len(got.raw) != 0 {
		t.Errorf("no questions: got %s", got.raw)
	}
	o.do(call{method: http.MethodPost, path: "/v1/eligibility/batch", body: "{}"}).refused(415, "")
}

// TestABatchIsAConversation reads each answer before it asks again, through a
// server with limits for short requests, and then leaves.
func TestABatchIsAConversation(t *testing.T) {
	o := newOffice(t)
	done := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		o.handler.ServeHTTP(w, r)
	}))
	server.Config.ReadTimeout, server.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
	server.Start()
	defer server.Close()
	ctx, leave := context.WithTimeout(t.Context(), 20*time.Second)
	defer leave()
	questions, ask := io.Pipe()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v1/eligibility/batch", questions)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	line := func(i int) {
		if _, err := fmt.Fprintf(ask, `{"id":%d,`+asked+`,"level":3,`+diploma+"}\n", i); err != nil {
			t.Error(err)
		}
	}
	go line(0)
	got, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	answers := bufio.NewReader(got.Body)
	for i := range 3 {
		answer, err := answers.ReadString('\n')
		if want := fmt.Sprintf(`{"id":%d,"outcome":"eligible"`, i); err != nil || !strings.HasPrefix(answer, want) {
			t.Fatalf("got %q, %v, want %s…", answer, err, want)
		}
		<-time.After(60 * time.Millisecond) // longer than the limits for short requests
		line(i + 1)
	}
	leave()
	<-done // the server notices
}

// TestBatchesWaitForRoom keeps every place taken, by batches that have asked
// nothing yet, and tries another.
func TestBatchesWaitForRoom(t *testing.T) {
	o := newOffice(t)
	server := httptest.NewServer(o.handler)
	defer server.Close()
	begin := func() (stop func()) {
		t.Helper()
		questions, ask := io.Pipe()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/v1/eligibility/batch", questions)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-ndjson")
		go func() { _, _ = fmt.Fprintf(ask, `{"id":1,`+asked+`,"level":3,`+diploma+"}\n") }()
		got, err := server.Client().Do(r) // returns when the first answer is there
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			_ = ask.Close()
			_, _ = io.Copy(io.Discard, got.Body) // until the server is done
			_ = got.Body.Close()
		}
	}
	var stops []func()
	for range runtime.GOMAXPROCS(0) {
		stops = append(stops, begin())
	}
	refused := o.do(lines("")).refused(503, "")
	if got := refused.header.Get("Retry-After"); got != "10" {
		t.Errorf("Retry-After: got %q, want 10", got)
	}
	for _, stop := range stops {
		stop()
	}
	o.do(lines("")).want(200)
}
