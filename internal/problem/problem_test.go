package problem_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

var update = flag.Bool("update", false, "write docs/problems.md")

func TestEveryCodeHasAType(t *testing.T) {
	for _, code := range registry.Codes() {
		typ, ok := problem.TypeOf(code)
		if !ok {
			t.Errorf("%s: no entry in types.go", code)
			continue
		}
		unavailable := errors.Is(code.Kind(), registry.ErrUnavailable)
		if caused := typ.Status >= 400 && typ.Status <= 499; caused == unavailable || unavailable && typ.Status != 503 {
			t.Errorf("%s: got status %d, want one of the 400s, or 503 for what is unavailable", code, typ.Status)
		}
		for _, text := range []registry.Text{typ.Title, typ.Remedy} {
			if text.ZH == "" || text.EN == "" {
				t.Errorf("%s: got %+v, want both languages", code, text)
			}
		}
	}
	if _, ok := problem.TypeOf("no-such-code"); ok {
		t.Error("no-such-code: got a type, want none")
	}
}

type fromTest struct {
	name string
	err  error
	want problem.Details
}

func fromTests() []fromTest {
	detail := registry.Text{ZH: "座位已满。", EN: "All seats are taken."}
	return []fromTest{
		{
			name: "registry error, wrapped",
			err:  fmt.Errorf("admit: %w", &registry.Error{Code: registry.SittingFull, Detail: detail, Decision: []byte(`{}`)}),
			want: problem.Details{Type: "/problems/sitting-full", Title: "The sitting is full", Status: 409, Detail: detail.EN, Decision: json.RawMessage(`{}`)},
		},
		{
			name: "changed",
			err:  registry.Changed(),
			want: problem.Details{Type: "/problems/version-changed", Title: "The record was changed", Status: 412, Detail: "The record was changed by someone else; read it again and retry."},
		},
		{
			name: "fields",
			err:  &registry.Error{Code: registry.InvalidInput, Fields: []registry.Field{{Pointer: "/name", Detail: detail}}},
			want: problem.Details{Type: "/problems/invalid-input", Title: "The input has faults", Status: 422, Errors: []problem.Field{{Pointer: "/name", Detail: detail.EN}}},
		},
		{
			name: "protocol",
			err:  &problem.StatusError{Status: 415, Detail: detail, Fields: []problem.Fault{{Parameter: "limit", Detail: detail}}},
			want: problem.Details{Type: "about:blank", Title: "Unsupported media type", Status: 415, Detail: detail.EN, Errors: []problem.Field{{Parameter: "limit", Detail: detail.EN}}},
		},
		{
			name: "a status without a title of ours",
			err:  &problem.StatusError{Status: 418},
			want: problem.Details{Type: "about:blank", Title: "I'm a teapot", Status: 418},
		},
		{
			name: "fault",
			err:  errors.New("pq: relation person does not exist"),
			want: problem.Details{Type: "about:blank", Title: "Internal server error", Status: 500},
		},
		{
			name: "a code that does not exist is our fault",
			err:  &registry.Error{Code: "no-such-code"},
			want: problem.Details{Type: "about:blank", Title: "Internal server error", Status: 500},
		},
		{
			name: "out of time",
			err:  fmt.Errorf("look up: %w", context.DeadlineExceeded),
			want: problem.Details{Type: "about:blank", Title: "Service unavailable", Status: 503},
		},
	}
}

func TestFrom(t *testing.T) {
	for _, tt := range fromTests() {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(problem.From(tt.err, "en"))
			if err != nil {
				t.Fatal(err)
			}
			want, err := json.Marshal(tt.want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("From: -want +got\n%s", diff)
			}
		})
	}
}

func TestFromSpeaksChineseUnlessAskedForEnglish(t *testing.T) {
	got := problem.From(registry.NotFound(registry.BodyNotFound), "zh")
	if got.Title != "没有这个机构" {
		t.Errorf("title: got %q, want it in Chinese", got.Title)
	}
}

func TestWrite(t *testing.T) {
	w := httptest.NewRecorder()
	problem.From(&problem.StatusError{Status: http.StatusUnauthorized}, "en").Write(w)
	for name, want := range map[string]string{
		"Content-Type": "application/problem+json", "Content-Language": "en",
		"Cache-Control": "no-store", "WWW-Authenticate": `Bearer realm="certreg"`,
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if w.Code != http.StatusUnauthorized {
		t.Errorf("status: got %d, want 401", w.Code)
	}

	w = httptest.NewRecorder()
	problem.Details{Status: 409, Decision: json.RawMessage("{")}.Write(w)
	if !json.Valid(w.Body.Bytes()) {
		t.Errorf("with a broken decision: got %s, want JSON", w.Body)
	}
}

func TestLanguage(t *testing.T) {
	for accept, want := range map[string]string{
		"": "zh", "en": "en", "en-GB,en;q=0.9": "en", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "zh-TW": "zh",
		"fr": "zh", "en;q=0.2, zh;q=0.9": "zh", "*": "zh", ";;;": "zh",
	} {
		if got := problem.Language(accept); got != want {
			t.Errorf("Language(%q): got %q, want %q", accept, got, want)
		}
	}
}

func TestDocumentedProblems(t *testing.T) {
	const path = "../../docs/problems.md"
	var b strings.Builder
	b.WriteString("# Problems\n\nEvery failure of the register that a caller can act on, as `type` of a problem (RFC 9457) names it:\n`/problems/` and the code. Codes are never reused. Made from `internal/problem/types.go` by\n`go test ./internal/problem -update`.\n\n| code | status | what it means | what to do |\n| --- | --- | --- | --- |\n")
	for _, typ := range problem.Types() {
		fmt.Fprintf(&b, "| `%s` | %d | %s<br>%s | %s<br>%s |\n", typ.Code, typ.Status, typ.Title.EN, typ.Title.ZH, typ.Remedy.EN, typ.Remedy.ZH)
	}
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil { //nolint:gosec // a public document
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("docs/problems.md: -want +got\n%s", diff)
	}
}
