package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/certreg/certreg/registry"
)

// A faulty store fails, or panics, whatever it is asked.
type faulty struct{ fail func() error }

func (f faulty) Read(context.Context, func(registry.Reader) error) error  { return f.fail() }
func (f faulty) Write(context.Context, func(registry.Writer) error) error { return f.fail() }

// A faultyLog cannot be read.
type faultyLog struct{}

func (faultyLog) Checkpoint(context.Context) ([]byte, error) { return nil, errors.New(internal) }
func (faultyLog) Tiles(context.Context, []tlog.Tile) ([][]byte, error) {
	return nil, errors.New(internal)
}

func (faultyLog) Entries(context.Context, int64, int64) ([][]byte, error) {
	return nil, errors.New(internal)
}

// internal is what an operator may read and a caller must not.
const internal = "pq: column secret_name of relation person"

func TestFaultsAreLoggedAndNotTold(t *testing.T) {
	tests := []struct {
		name   string
		fail   func() error
		call   call
		status int
	}{
		{"fault", func() error { return errors.New(internal) }, call{method: http.MethodGet, path: "/v1/certificates/2610012003300001"}, 500},
		{"panic", func() error { panic(internal) }, call{method: http.MethodGet, path: "/v1/certificates/2610012003300001"}, 500},
		{"panic while authenticating", func() error { panic(internal) }, call{method: http.MethodGet, path: "/v1/whoami", key: "crk_" + strings.Repeat("0", 32) + "_" + strings.Repeat("x", 43)}, 500},
		{"out of time", func() error { return errors.Join(errors.New(internal), context.DeadlineExceeded) }, call{method: http.MethodGet, path: "/v1/certificates/2610012003300001"}, 503},
		{"not ready", func() error { return errors.New(internal) }, call{method: http.MethodGet, path: "/readyz"}, 503},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorldOn(t, faulty{tt.fail})
			got := w.do(tt.call)
			if got.status != tt.status {
				t.Errorf("got %d, want %d\n%s", got.status, tt.status, got.raw)
			}
			if strings.Contains(string(got.raw), "secret_name") || strings.Contains(string(got.raw), "api/") {
				t.Errorf("got %s, want nothing of what went wrong", got.raw)
			}
			if n := strings.Count(w.log.String(), `"request failed"`); n != 1 {
				t.Errorf("got %d lines about the fault, want 1\n%s", n, w.log)
			}
			if !strings.Contains(w.log.String(), "secret_name") || !strings.Contains(w.log.String(), got.header.Get("X-Request-Id")) {
				t.Errorf("got log %s, want the fault and the request's identifier", w.log)
			}
		})
	}
}

func TestACallerWhoIsGoneIsNoFault(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := newWorldOn(t, faulty{func() error { cancel(); return errors.New("pq: canceling statement due to user request") }})
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/occupations", http.NoBody))
	if rec.Code != http.StatusServiceUnavailable {
		t.Errorf("got %d, want 503", rec.Code)
	}
}

func TestAnAbortedConnectionStaysAborted(t *testing.T) {
	w := newWorldOn(t, faulty{func() error { panic(http.ErrAbortHandler) }})
	defer func() {
		if r := recover(); r != http.ErrAbortHandler { //nolint:errorlint // a panic value
			t.Errorf("got %v, want http.ErrAbortHandler", r)
		}
	}()
	w.serve(call{method: http.MethodGet, path: "/v1/occupations"})
	t.Error("got an answer, want a panic")
}

func TestRequestIdentifiers(t *testing.T) {
	w := newWorldOn(t, faulty{})
	for sent, taken := range map[string]bool{
		"019a9c1e7b2a7c3d8e4f5a6b7c8d9e01":     true,
		"019a9c1e-7b2a-7c3d-8e4f-5a6b7c8d9e01": true,
		"11010519491231002X":                   false, // somebody's identity number
		"a\nb":                                 false,
		"":                                     false,
	} {
		got := w.serve(call{method: http.MethodGet, path: "/healthz", header: http.Header{"X-Request-Id": {sent}}}).header.Get("X-Request-Id")
		if (got == sent) != taken || got == "" {
			t.Errorf("X-Request-Id %q: got %q, want it taken over: %t", sent, got, taken)
		}
	}
}
