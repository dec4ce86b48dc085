package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/certreg/certreg/web"
)

// Browsers ask for the worker each time, and it may reach this site alone.
func TestWorkerHeaders(t *testing.T) {
	s := newSite(t)
	resp, script := do(t, s, http.MethodGet, "/worker.js", nil)
	for name, want := range map[string]string{
		"Content-Type":            "text/javascript; charset=utf-8",
		"Cache-Control":           "no-cache",
		"Content-Security-Policy": "default-src 'none'; connect-src 'self'",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if !strings.HasPrefix(script, `const kept = {"cache":"offline-`) {
		t.Errorf("got the worker %.200s, want what it keeps first", script)
	}
	if again, _ := do(t, s, http.MethodGet, "/worker.js", nil, "If-None-Match", resp.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("the same worker again: got %d, want 304", again.StatusCode)
	}
	for address, want := range map[string]string{"/verify/offline": "camera=(self)", "/verify": "camera=()"} {
		resp, _ := do(t, s, http.MethodGet, address, nil)
		if got := resp.Header.Get("Permissions-Policy"); !strings.HasPrefix(got, want+",") {
			t.Errorf("%s: got the permissions %q, want %s", address, got, want)
		}
	}
}

// What the page for a time without network loads is kept with it.
func TestWorkerKeepsWhatThePageLoads(t *testing.T) {
	s := newSite(t)
	_, script := do(t, s, http.MethodGet, "/worker.js", nil)
	loaded := regexp.MustCompile(`(?:<script src|<link rel="(?:stylesheet|icon)"[^>]* href)="([^"]*)"`).FindAllStringSubmatch(get(t, s, "/verify/offline", http.StatusOK), -1)
	if len(loaded) < 6 {
		t.Fatalf("got %q, want a stylesheet, an icon and scripts", loaded)
	}
	for _, m := range loaded {
		if !strings.Contains(script, `"`+m[1]+`"`) {
			t.Errorf("the worker does not keep %s", m[1])
		}
	}
}

// cacheNames are the caches that the visitor's browser has of the site.
const cacheNames = `caches.keys()`

// until evaluates a promise until it is what is wanted; the test's deadline bounds it.
func (v *visitor) until(expression string) {
	v.t.Helper()
	for !await[bool](v, expression) {
		if v.t.Failed() {
			return
		}
	}
}

// A worker of another content takes the place of the one before, and a register
// that wants none has phones forget it.
func TestWorkerIsReplacedAndRetired(t *testing.T) {
	s := newOwnSite(t, httptest.NewUnstartedServer(nil), web.Config{})
	address := s.Listener.Addr().String()
	v := visit(t, s, manner{lang: "zh", width: 360, script: true})
	v.prepare()
	first := await[[]string](v, cacheNames)
	replace := func(config web.Config) {
		t.Helper()
		s.Close()
		s = newOwnSite(t, serverAt(t, address), config)
		v.open("/verify")
		await[bool](v, `navigator.serviceWorker.getRegistration("/v").then((r) => r?.update()).then(() => true)`)
	}
	replace(web.Config{PublicURL: "https://certs.example.org"})
	v.until(`caches.keys().then((names) => names.length === 1 && names[0] !== "` + first[0] + `")`)
	replace(web.Config{NoOffline: true})
	v.until(`Promise.all([navigator.serviceWorker.getRegistrations(), caches.keys()]).then((all) => all.flat().length === 0)`)
	get(t, s, "/verify/offline", http.StatusUnprocessableEntity) // a number that cannot be
	if page := get(t, s, "/verify", http.StatusOK); strings.Contains(page, "prepare") || strings.Contains(page, "/verify/offline") {
		t.Error("the pages still have phones keep one")
	}
}

// What the worker does with a request, in a browser whose network never
// answers and whose clock does not wait: it is told which requests it takes,
// and what it answers them with.
func TestWorkerTakesOnlyItsOwn(t *testing.T) {
	source, err := os.ReadFile("worker/keep.js")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t)
	v := visit(t, s, manner{lang: "zh", width: 360, script: true})
	v.do(chromedp.Navigate("about:blank"))
	for _, tt := range []struct{ method, mode, address, want string }{
		{"GET", "navigate", "https://r/v/CODE?lang=en", "/en"},
		{"GET", "navigate", "https://r/v/CODE/2?lang=zh", "/zh"},
		{"GET", "navigate", "https://r/v/CODE?lang=constructor", "/en"},
		{"GET", "navigate", "https://r/verify", "/en"},
		{"GET", "navigate", "https://r/verify/offline", "/en"},
		{"GET", "no-cors", "https://r/static/a.css", "https://r/static/a.css"},
		{"GET", "no-cors", "https://r/static/b.css", "left alone"},
		{"GET", "cors", "https://r/v/CODE", "left alone"},
		{"POST", "navigate", "https://r/verify", "left alone"},
		{"GET", "navigate", "https://other/v/CODE", "left alone"},
		{"GET", "navigate", "https://r/verify/2510012003300001", "left alone"},
		{"GET", "navigate", "https://r/verify/many", "left alone"},
		{"GET", "navigate", "https://r/verify/offline/x", "left alone"},
		{"GET", "navigate", "https://r/v1/certificates/1", "left alone"},
		{"GET", "navigate", "https://r/v/", "left alone"},
		{"GET", "navigate", "https://r/", "left alone"},
	} {
		got := await[string](v, `((method, mode, url) => {
			const listeners = {};
			const self = { addEventListener: (name, f) => { listeners[name] = f; }, location: { origin: "https://r" } };
			const kept = { cache: "c", pages: { zh: "/zh", en: "/en" }, files: ["/static/a.css"] };
			const caches = { match: async (address) => new Response(address) };
			const navigator = { languages: ["fr", "en-GB", "zh"] };
			const fetch = () => new Promise(() => {});
			const setTimeout = (f) => { f(); };
			`+strings.ReplaceAll(string(source), "%", "%%")+`
			let answer = new Response("left alone");
			listeners.fetch({ request: { method, mode, url }, respondWith: (a) => { answer = a; } });
			return Promise.resolve(answer).then((a) => a.text());
		})(%s, %s, %s)`, tt.method, tt.mode, tt.address)
		if got != tt.want {
			t.Errorf("%s %s (%s): got %s, want %s", tt.method, tt.address, tt.mode, got, tt.want)
		}
	}
}

// The page can be put on a home screen: the manifest can be read, and its
// pictures are there and as large as it says.
func TestManifest(t *testing.T) {
	s := newSite(t)
	for lang, name := range map[string]string{"zh": "职业技能鉴定与证书登记系统", "en": "Vocational Examination and Certificate Register"} {
		resp, body := do(t, s, http.MethodGet, "/manifest.webmanifest?lang="+lang, nil)
		var m struct {
			Name     string `json:"name"`
			StartURL string `json:"start_url"`
			Icons    []struct {
				Source string `json:"src"`
				Sizes  string `json:"sizes"`
				Type   string `json:"type"`
			} `json:"icons"`
		}
		if err := json.Unmarshal([]byte(body), &m); err != nil || m.Name != name || m.StartURL != "/verify/offline" {
			t.Errorf("%s: got %+v, %v, want the name %s", lang, m, err, name)
		}
		if got := resp.Header.Get("Content-Type"); got != "application/manifest+json" {
			t.Errorf("got the type %q", got)
		}
		for _, icon := range m.Icons {
			resp, data := do(t, s, http.MethodGet, icon.Source, nil)
			if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != icon.Type {
				t.Errorf("%s: got %d %q, want a picture of type %s", icon.Source, resp.StatusCode, resp.Header.Get("Content-Type"), icon.Type)
			}
			if icon.Type != "image/png" {
				continue
			}
			picture, err := png.DecodeConfig(bytes.NewReader([]byte(data)))
			if got := fmt.Sprintf("%dx%d", picture.Width, picture.Height); err != nil || got != icon.Sizes {
				t.Errorf("%s: got %s, %v, want %s", icon.Source, got, err, icon.Sizes)
			}
		}
	}
}
