package api_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestIdempotencyKeys(t *testing.T) {
	o := newOffice(t)
	register := call{method: http.MethodPost, path: "/v1/persons", key: o.clerk, body: `{` + someone + `}`, idempotency: "k1"}
	first := o.do(register).want(201)
	if first.header.Get("Idempotency-Replayed") != "" {
		t.Error("the first answer is marked as replayed")
	}
	again := o.do(register)
	if again.header.Get("Idempotency-Replayed") != "true" || again.at("id") != first.at("id") {
		t.Errorf("again: got %s, want the first answer, marked\n%s", again.header, again.raw)
	}
	entries := o.lastEntry()
	other := register
	other.body = `{"name":"郑和","document":{"kind":"passport","number":"E1234567"}}`
	o.do(other).refused(422, "idempotency-key-reused")
	elsewhere := call{method: http.MethodPost, path: "/v1/applications", key: o.clerk, idempotency: "k1", body: object{"person": anywhere, "sitting": anywhere, "facts": object{}}}
	o.do(elsewhere).refused(422, "idempotency-key-reused")
	if got := o.lastEntry(); got != entries {
		t.Errorf("journal: got entry %s, want %s as before", got, entries)
	}
	mine := register
	mine.key = o.second // another caller's key is another key
	o.do(mine).want(200)

	// A token is told once.
	key := call{method: http.MethodPost, path: "/v1/keys", key: o.chief, idempotency: "k2", body: object{"body": o.centre, "role": "auditor", "subject": "x"}}
	if o.do(key).want(201).at("token") == "" {
		t.Error("a new key: got no token")
	}
	o.do(key).want(201).is("token", "")

	// A failure leaves nothing, so the same key may be used when its cause is gone.
	sitting := o.sitting(o.season, 3, "2026-05-15", 1)
	o.admit(o.apply(sitting, "卫青"))
	late := o.apply(sitting, "霍光")
	admit := call{method: http.MethodPost, path: "/v1/applications/" + late.at("id") + "/admission", key: o.clerk, ifMatch: late.etag(), idempotency: "k3"}
	o.do(admit).refused(409, "sitting-full")
	path := "/v1/sittings/" + sitting
	o.do(call{method: http.MethodPatch, path: path, key: o.head, ifMatch: o.get(path, o.head).etag(), body: object{"capacity": 2}}).want(200)
	o.do(admit).want(200)
}

func TestPagesOfAList(t *testing.T) {
	o := newOffice(t)
	var got []string
	next := ""
	for range 10 {
		path := "/v1/bodies?limit=2"
		if next != "" {
			path += "&after=" + next
		}
		page := o.get(path, o.chief).want(200)
		got = append(got, page.at("items.0.code"), page.at("items.1.code"))
		if next = page.at("next"); next == "" {
			break
		}
	}
	if want := "00000001 10000001 10012003 10012004"; strings.Join(got, " ") != want {
		t.Errorf("got bodies %v, want %s", got, want)
	}
}

func TestProblemsSpeakTheCallersLanguage(t *testing.T) {
	o := newOffice(t)
	for accept, want := range map[string]string{"": "没有这个机构", "zh-CN": "没有这个机构", "en-GB": "No such body"} {
		got := o.do(call{method: http.MethodGet, path: "/v1/bodies/" + anywhere, key: o.chief, header: http.Header{"Accept-Language": {accept}}}).want(404)
		if got.at("title") != want {
			t.Errorf("Accept-Language %q: got %q, want %q", accept, got.at("title"), want)
		}
	}
}

func TestDocsNeedNothingFromElsewhere(t *testing.T) {
	w := newWorldOn(t, faulty{})
	page := w.serve(call{method: http.MethodGet, path: "/docs"}).want(200)
	policy := page.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Errorf("got policy %q, want nothing from elsewhere", policy)
	}
	sources := regexp.MustCompile(`(?:src|href|spec-url)="([^"]*)"`).FindAllStringSubmatch(string(page.raw), -1)
	if len(sources) < 3 {
		t.Fatalf("got %d sources in the page, want at least the script and the contract", len(sources))
	}
	for _, m := range sources {
		if strings.HasPrefix(m[1], "data:") {
			continue
		}
		w.serve(call{method: http.MethodGet, path: m[1]}).want(200)
	}
	w.serve(call{method: http.MethodGet, path: "/docs/LICENSE.redoc"}).want(200)
	w.serve(call{method: http.MethodGet, path: "/docs/../api.go"}).want(404)
}

func TestHeadIsGet(t *testing.T) {
	server := httptest.NewServer(newWorldOn(t, faulty{}).handler)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, server.URL+"/healthz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	got, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != http.StatusOK || len(body) != 0 {
		t.Errorf("got %d, %d bytes, %v; want 200 without a body", got.StatusCode, len(body), err)
	}
}

func BenchmarkLookUp(b *testing.B) {
	o := newOffice(b)
	number := o.certify("窦婴", "2026-05-18")
	for b.Loop() {
		if got := o.serve(call{method: http.MethodGet, path: "/v1/certificates/" + number}); got.status != http.StatusOK {
			b.Fatalf("got %d, want 200", got.status)
		}
	}
}
