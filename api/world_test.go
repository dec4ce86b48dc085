package api_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/certreg/certreg"
	"github.com/certreg/certreg/api"
	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

const publicURL = "https://register.example"

// A clock that tests set. It moves only when told.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// set moves the clock to noon, China time, of a day.
func (c *clock) set(t testing.TB, on string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, on+"T12:00:00+08:00")
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at.UTC()
}

// A world is a register behind the API. Every answer it gives is held to the contract.
type world struct {
	t         testing.TB
	clock     *clock
	onHold    *atomic.Bool
	reg       *registry.Registry
	proofs    *proof.Office
	keys      *signing.Keyset     // that it signs with
	publisher *translog.Publisher // nil without a database
	handler   http.Handler
	router    routers.Router
	log       *bytes.Buffer
	seen      map[string]bool // operations called
	chief     string          // token of the national centre
}

// contract is openapi.yaml, parsed and validated once.
var contract = sync.OnceValues(func() (routers.Router, error) {
	for _, media := range []string{"application/vc", "application/did+json"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.JSONBodyDecoder)
	}
	for _, media := range []string{"application/pdf", "application/x-ndjson", "image/jpeg"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.FileBodyDecoder)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(certreg.OpenAPI()))
	if err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

// newWorld starts an empty register on 2025-11-21, with a national centre and
// the key of its chief, as the command line makes them.
func newWorld(t testing.TB, store registry.Store) *world {
	t.Helper()
	w := newWorldOn(t, store)
	ctx, operator := t.Context(), registry.Operator("operator")
	national, err := w.reg.AddBody(ctx, operator, registry.NewBody{
		Kind: registry.NationalCentre, Code: "00000001", Name: registry.Text{ZH: "鉴定中心", EN: "Appraisal centre"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, w.chief, err = w.reg.CreateKey(ctx, operator, registry.NewKey{Body: national.ID, Role: registry.National, Subject: "chief"}); err != nil {
		t.Fatal(err)
	}
	return w
}

// newWorldOn puts the API before a store, whatever is in it.
func newWorldOn(t testing.TB, store registry.Store) *world {
	t.Helper()
	library, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: &clock{}, onHold: &atomic.Bool{}, log: &bytes.Buffer{}, seen: map[string]bool{}}
	w.clock.set(t, "2025-11-21")
	if w.reg, err = registry.New(registry.Config{Store: store, Library: library, Now: w.clock.now, CoversSince: 2007, Hold: w.hold}); err != nil {
		t.Fatal(err)
	}
	if w.router, err = contract(); err != nil {
		t.Fatal(err)
	}
	w.proofs = w.newProofs(store)
	w.handler, err = api.New(api.Config{
		Registry: w.reg, Office: w.proofs, Logger: slog.New(slog.NewJSONHandler(w.log, nil)), Now: w.clock.now, MaxBody: 64 << 10, VCAPI: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// newProofs opens an office for the register, with the log that the store keeps
// if it is a database.
func (w *world) newProofs(store registry.Store) *proof.Office {
	w.t.Helper()
	var err error
	if w.keys, err = signing.NewKeyset(w.clock.now().AddDate(-1, 0, 0)); err != nil {
		w.t.Fatal(err)
	}
	s, ok := store.(*db.DB)
	var log translog.Reader = faultyLog{}
	if ok {
		log = s.Log()
	}
	office, err := proof.NewOffice(proof.Config{
		Registry: w.reg, Keys: w.keys, Log: log, Now: w.clock.now, Base: publicURL, Name: registry.Text{ZH: "登记系统", EN: "Register"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if ok {
		w.publisher = translog.NewPublisher("register.example/log", s.Log(), office.LogSigners, filepath.Join(w.t.TempDir(), "mark"))
	}
	return office
}

// hold is why the register is on hold, if it is.
func (w *world) hold() error {
	if w.onHold.Load() {
		return errors.New("log is smaller than it was")
	}
	return nil
}

// publish lets the log's checkpoint cover everything done so far.
func (w *world) publish() {
	w.t.Helper()
	if err := w.publisher.Publish(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// A call is one request. Body is sent as it is when it is a string, and as JSON otherwise.
type call struct {
	method, path string
	key          string // token
	body         any
	header       http.Header
	ifMatch      string
	idempotency  string
	from         string // network address; another one for every call when empty
}

// callers counts the calls that came from an address of their own.
var callers atomic.Uint32

// An answer is what came back.
type answer struct {
	t      testing.TB
	name   string
	status int
	header http.Header
	raw    []byte
	body   map[string]any // nil unless JSON
}

func (c call) request(t testing.TB) *http.Request {
	t.Helper()
	var body io.Reader = http.NoBody
	switch v := c.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(v)
	default:
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(data)
	}
	r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, body)
	r.RemoteAddr = net.JoinHostPort(c.from, "1")
	if c.from == "" {
		r.RemoteAddr = netip.AddrPortFrom(netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 10<<24+callers.Add(1)))), 1).String()
	}
	r.Header.Set("Accept-Language", "en")
	if c.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	set := func(name, value string) {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if c.key != "" {
		set("Authorization", "Bearer "+c.key)
	}
	set("If-Match", c.ifMatch)
	set("Idempotency-Key", c.idempotency)
	for name, values := range c.header {
		r.Header[name] = values
	}
	return r
}

// do sends a call and holds the answer to the contract.
func (w *world) do(c call) answer {
	w.t.Helper()
	a := w.serve(c)
	if err := w.breach(c, a); err != nil {
		w.t.Errorf("%s: %d %v\n%s", a.name, a.status, err, a.raw)
	}
	return a
}

// serve sends a call.
func (w *world) serve(c call) answer {
	w.t.Helper()
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, c.request(w.t))
	a := answer{t: w.t, name: c.method + " " + c.path, status: rec.Code, header: rec.Header(), raw: rec.Body.Bytes()}
	if media := strings.Split(a.header.Get("Content-Type"), ";")[0]; strings.HasSuffix(media, "/json") || strings.HasSuffix(media, "+json") {
		if err := json.Unmarshal(a.raw, &a.body); err != nil {
			w.t.Fatalf("%s: %v", a.name, err)
		}
	}
	return a
}

// breach is in what an answer breaks the contract, or nil.
func (w *world) breach(c call, a answer) error {
	w.t.Helper()
	if a.header.Get("X-Request-Id") == "" {
		return errors.New("has no X-Request-Id")
	}
	route, path, err := w.router.FindRoute(c.request(w.t))
	if err != nil || strings.HasSuffix(c.path, "/") { // which the router of the library overlooks
		if a.status != http.StatusNotFound && a.status != http.StatusMethodNotAllowed {
			return errors.New("is outside the contract and neither 404 nor 405")
		}
		return nil
	}
	w.seen[route.Operation.OperationID] = true
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: c.request(w.t), PathParams: path, Route: route},
		Status:                 a.status, Header: a.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	in.SetBodyBytes(a.raw)
	if err := openapi3filter.ValidateResponse(w.t.Context(), in); err != nil {
		return fmt.Errorf("is not as the contract says: %w", err)
	}
	typ, _ := a.body["type"].(string)
	code, ok := strings.CutPrefix(typ, "/problems/")
	if !ok || a.status < 400 {
		return nil
	}
	text := route.Operation.Description
	if res := route.Operation.Responses.Status(a.status); res != nil {
		text += *res.Value.Description
	}
	if !strings.Contains(text, "`"+code+"`") {
		return fmt.Errorf("is a refusal %q that the contract does not name for %s", code, route.Operation.OperationID)
	}
	return nil
}

// want fails the test unless the answer has the status.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: got %d, want %d\n%s", a.name, a.status, status, a.raw)
	}
	return a
}

// refused fails the test unless the answer is a problem of this status and code.
func (a answer) refused(status int, code string) answer {
	a.t.Helper()
	a.want(status)
	want := "/problems/" + code
	if code == "" {
		want = "about:blank"
	}
	if got := a.body["type"]; got != want {
		a.t.Errorf("%s: got problem %v, want %s\n%s", a.name, got, want, a.raw)
	}
	return a
}

// at is the value at a path such as "items.0.id", as text; "" when it is not there.
func (a answer) at(path string) string {
	var v any = a.body
	for part := range strings.SplitSeq(path, ".") {
		switch node := v.(type) {
		case map[string]any:
			v = node[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(node) {
				return ""
			}
			v = node[i]
		default:
			return ""
		}
	}
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	return string(text)
}

// is fails the test unless the values at the paths are these.
func (a answer) is(pairs ...string) answer {
	a.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got := a.at(pairs[i]); got != pairs[i+1] {
			a.t.Errorf("%s: %s: got %q, want %q\n%s", a.name, pairs[i], got, pairs[i+1], a.raw)
		}
	}
	return a
}

// etag is the version to send back in If-Match.
func (a answer) etag() string { return a.header.Get("ETag") }

// object is a JSON object in a request.
type object = map[string]any
