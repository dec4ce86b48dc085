package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

// An operation writes its response and returns nil, or writes nothing and
// returns what went wrong.
type operation func(http.ResponseWriter, *http.Request) error

// maxForm bounds a form without files; answers of a long working life are a few kilobytes.
const maxForm = 128 << 10

// handle adapts an operation: what it returns becomes a problem page.
func (s *Server) handle(op operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := op(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// limited lets an operation through while its client is within a quota.
func (s *Server) limited(quota string, op operation) operation {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := s.clients.Count(w.Header(), r, quota); err != nil {
			return err
		}
		return op(w, r)
	}
}

// A problemPage shows a problem to a reader.
type problemPage struct {
	page
	Problem   problem.Details
	Remedy    string
	RequestID string
}

// fail answers with the page for err. What is our fault is logged, once.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = &problem.StatusError{Status: http.StatusRequestEntityTooLarge, Detail: eligibility.Text{
			ZH: fmt.Sprintf("一次最多可提交 %d KB。", tooLarge.Limit>>10),
			EN: fmt.Sprintf("At most %d KB can be sent at a time.", tooLarge.Limit>>10),
		}}
	}
	lang := language(r)
	p := problemPage{page: s.page(r, ""), Problem: problem.From(err, lang), RequestID: w.Header().Get("X-Request-Id")}
	p.Title = p.Problem.Title
	if e, ok := errors.AsType[*registry.Error](err); ok {
		if t, known := problem.TypeOf(e.Code); known {
			p.Remedy = t.Remedy.In(lang)
		}
	}
	if p.Problem.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.Problem.RetryAfter))
	}
	if p.Problem.Status >= http.StatusInternalServerError && p.Problem.RetryAfter == 0 { // what is to be tried again is no fault
		s.log.ErrorContext(r.Context(), "page failed", slog.String("route", r.Pattern), slog.String("request_id", p.RequestID), slog.Any("error", err))
	}
	w.Header().Set("Cache-Control", "no-store")
	if err := s.render(w, r, p.Problem.Status, "problem", &p); err != nil {
		s.log.ErrorContext(r.Context(), "problem page failed", slog.Any("error", err))
		http.Error(w, p.Problem.Title, p.Problem.Status)
	}
}

// nothing answers addresses that do not exist, and methods an address does not take.
func (s *Server) nothing(w http.ResponseWriter, r *http.Request) error {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "/" {
			w.Header().Set("Allow", method)
			return &problem.StatusError{Status: http.StatusMethodNotAllowed}
		}
	}
	return notFound()
}

func notFound() error { return &problem.StatusError{Status: http.StatusNotFound} }

// protect sets the headers every answer has, refuses forms sent from other
// sites and bounds what is read.
func (s *Server) protect(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.handle(func(http.ResponseWriter, *http.Request) error {
		return &problem.StatusError{Status: http.StatusForbidden, Detail: eligibility.Text{
			ZH: "这份表单是从其他网站提交的，已被拒绝。请在本站重新填写。",
			EN: "This form was sent from another site and was refused. Fill it in here.",
		}}
	}))
	guarded := guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin") // "no-referrer" would make browsers send Origin: null with forms
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if s.public != nil && s.public.Scheme == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		limit := int64(maxForm)
		if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
			limit = maxUpload
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		guarded.ServeHTTP(w, r)
	})
}

// observe numbers each request, logs one line for it, and turns a panic into
// a problem page. Addresses are logged by their pattern: they may hold what a
// reader typed.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.now()
		id := w.Header().Get("X-Request-Id")
		if id == "" {
			id = rand.Text()
			w.Header().Set("X-Request-Id", id)
		}
		o := &observed{ResponseWriter: w}
		defer func() {
			if fault := recover(); fault != nil {
				s.log.ErrorContext(r.Context(), "page panicked", slog.Any("fault", fault), slog.String("stack", string(debug.Stack())))
				if o.status == 0 {
					s.fail(o, r, fmt.Errorf("panic: %v", fault))
				}
			}
			s.log.InfoContext(r.Context(), "page", slog.String("method", r.Method), slog.String("route", r.Pattern),
				slog.Int("status", o.status), slog.Duration("took", s.now().Sub(began).Round(time.Microsecond)), slog.String("request_id", id))
		}()
		next.ServeHTTP(o, r)
	})
}

// An observed response remembers its status.
type observed struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements [http.ResponseWriter].
func (o *observed) WriteHeader(status int) {
	if o.status == 0 {
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (o *observed) Write(b []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	return o.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (o *observed) Unwrap() http.ResponseWriter { return o.ResponseWriter }
