// Package problem turns errors into RFC 9457 problem details, for the API and
// the pages alike: which status an error has, and what its caller gets to read.
// It does not log and does not know which request failed.
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/text/language"

	"github.com/certreg/certreg/registry"
)

// Details is a problem as RFC 9457 describes it, in one language.
type Details struct {
	Type      string          `json:"type"` // "/problems/<code>" or "about:blank"
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail,omitempty"`
	Instance  string          `json:"instance"`  // path of the request, set by the server
	RequestID string          `json:"requestId"` // set by the server
	Errors    []Field         `json:"errors,omitempty"`
	Decision  json.RawMessage `json:"decision,omitempty"` // of an application that is not eligible

	// RetryAfter is the seconds after which to try again, 0 where that is not told.
	// It is the header of that name.
	RetryAfter int `json:"-"`

	lang string
}

// A Field is one value that is not acceptable, named by Pointer (RFC 6901, into
// the body) or by Parameter.
type Field struct {
	Pointer   string `json:"pointer,omitempty"`
	Parameter string `json:"parameter,omitempty"`
	Detail    string `json:"detail"`
}

// A StatusError is a caller's mistake about the protocol, not about the
// register: it has a status of HTTP, and no problem type of its own.
type StatusError struct {
	Status     int
	Detail     registry.Text
	Fields     []Fault
	RetryAfter int // seconds after which to try again, or 0
}

// Later is the answer to a request that came too early or while there was no
// room for it, and may be sent again after wait.
func Later(status int, wait time.Duration) *StatusError {
	s := max(int(math.Ceil(wait.Seconds())), 1)
	return &StatusError{Status: status, RetryAfter: s, Detail: registry.Text{
		ZH: fmt.Sprintf("请在 %d 秒后再试。", s), EN: fmt.Sprintf("Try again in %d seconds.", s),
	}}
}

// A Fault is a [Field] before its language is chosen.
type Fault struct {
	Pointer   string
	Parameter string
	Detail    registry.Text
}

// Error is the English detail behind the status.
func (e *StatusError) Error() string {
	return strconv.Itoa(e.Status) + ": " + e.Detail.EN
}

// statuses maps the kinds of registry error to statuses, in the order tried.
var statuses = []struct {
	kind   error
	status int
}{
	{registry.ErrInvalid, http.StatusUnprocessableEntity},
	{registry.ErrUnauthenticated, http.StatusUnauthorized},
	{registry.ErrForbidden, http.StatusForbidden},
	{registry.ErrNotFound, http.StatusNotFound},
	{registry.ErrConflict, http.StatusConflict},
	{registry.ErrChanged, http.StatusPreconditionFailed},
	{registry.ErrUnavailable, http.StatusServiceUnavailable},
}

// againAfter is the seconds after which to try again what was unavailable: an
// operator has to act first.
const againAfter = 60

func statusOf(code registry.Code) int {
	for _, s := range statuses {
		if errors.Is(code.Kind(), s.kind) {
			return s.status
		}
	}
	return http.StatusInternalServerError
}

// From returns the problem that err is to its caller, in lang. What the caller
// did not cause it does not get to read: that becomes a bare 500, or a 503 when
// the time ran out.
func From(err error, lang string) Details {
	if e, ok := errors.AsType[*registry.Error](err); ok && e.Code.Kind() != nil {
		d := Details{
			Type: "/problems/" + string(e.Code), Title: types[e.Code].title.In(lang), Status: statusOf(e.Code),
			Detail: e.Detail.In(lang), Decision: e.Decision, lang: lang,
		}
		if d.Status == http.StatusServiceUnavailable {
			d.RetryAfter = againAfter
		}
		for _, f := range e.Fields {
			d.Errors = append(d.Errors, Field{Pointer: f.Pointer, Detail: f.Detail.In(lang)})
		}
		return d
	}
	if e, ok := errors.AsType[*StatusError](err); ok {
		d := bare(e.Status, lang)
		d.Detail, d.RetryAfter = e.Detail.In(lang), e.RetryAfter
		for _, f := range e.Fields {
			d.Errors = append(d.Errors, Field{Pointer: f.Pointer, Parameter: f.Parameter, Detail: f.Detail.In(lang)})
		}
		return d
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return bare(http.StatusServiceUnavailable, lang)
	}
	return bare(http.StatusInternalServerError, lang)
}

// bare is a problem that its status says everything about.
func bare(status int, lang string) Details {
	title, ok := statusTitles[status]
	if !ok {
		title = registry.Text{ZH: http.StatusText(status), EN: http.StatusText(status)}
	}
	return Details{Type: "about:blank", Title: title.In(lang), Status: status, lang: lang}
}

// Write answers d as application/problem+json.
func (d Details) Write(w http.ResponseWriter) {
	body, err := json.Marshal(d)
	if err != nil { // only a decision that is no JSON can cause this
		d.Decision = nil
		body, _ = json.Marshal(d)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", d.lang)
	h.Set("Cache-Control", "no-store")
	if d.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(d.RetryAfter))
	}
	if d.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="certreg"`)
	}
	w.WriteHeader(d.Status)
	_, _ = w.Write(append(body, '\n')) // the client may be gone
}

// languages are those that texts exist in, the default first.
var languages = language.NewMatcher([]language.Tag{language.Chinese, language.English})

// Language chooses "zh" or "en" by the value of an Accept-Language header.
func Language(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return "zh"
	}
	if _, i, sure := languages.Match(tags...); i == 1 && sure >= language.High {
		return "en"
	}
	return "zh"
}
