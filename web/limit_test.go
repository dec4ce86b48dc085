package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/client"
)

// TestPagesAreLimited tries every address that is counted once too often.
func TestPagesAreLimited(t *testing.T) {
	library, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	one := client.Quota{Burst: 1, PerMinute: 6}
	s := newSiteFor(t, library, client.Config{
		TrustedProxies: []string{"127.0.0.1"}, Quotas: map[string]client.Quota{"look-up": one, "holder": one},
	})
	ask := func(method, address, from, lang string) (*http.Response, string) {
		t.Helper()
		return do(t, s, method, address, strings.NewReader(url.Values{"code": {"0000"}, "number": {"1"}}.Encode()),
			"Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", from, "Accept-Language", lang)
	}
	const first, second = "192.0.2.1", "192.0.2.2"
	for _, tt := range []struct{ method, address string }{
		{http.MethodGet, "/verify/2610012003300001"},
		{http.MethodPost, "/verify"},
		{http.MethodPost, "/verify/many"},
		{http.MethodPost, "/verify/file"},
		{http.MethodGet, "/v/0000"},
		{http.MethodPost, "/holder"},
		{http.MethodPost, "/application"},
		{http.MethodGet, "/l/0000"},
	} {
		ask(tt.method, tt.address, first, "zh")
		resp, body := ask(tt.method, tt.address, first, "zh")
		if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "10" || !strings.Contains(body, "请在 10 秒后再试。") {
			t.Errorf("%s %s once more: got %d, Retry-After %q, want 429 and 10", tt.method, tt.address, resp.StatusCode, resp.Header.Get("Retry-After"))
		}
		if _, body = ask(tt.method, tt.address, first, "en"); !strings.Contains(body, "Try again in 10 seconds.") {
			t.Errorf("%s %s: the English page does not say when to come back", tt.method, tt.address)
		}
	}
	open, err := s.registry.OpenSittings(t.Context(), "customer-service-manager", 2)
	if err != nil {
		t.Fatal(err)
	}
	application := url.Values{"state": {workSince("2021-02-01")}, "sitting": {open[0].ID}}
	for step, want := range map[string]int{"": http.StatusOK, "apply": http.StatusTooManyRequests} { // filling in is free
		application.Set("step", step)
		resp, _ := do(t, s, http.MethodPost, "/apply", strings.NewReader(application.Encode()),
			"Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", first)
		if resp.StatusCode != want {
			t.Errorf("/apply at step %q: got %d, want %d", step, resp.StatusCode, want)
		}
	}
	if resp, _ := ask(http.MethodGet, "/verify/2610012003300001", second, "zh"); resp.StatusCode == http.StatusTooManyRequests {
		t.Error("another client behind the same proxy: got 429")
	}
	for _, free := range []string{"/", "/check", "/verify", "/occupations"} {
		if resp, _ := ask(http.MethodGet, free, first, "zh"); resp.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d, want a page that is not counted", free, resp.StatusCode)
		}
	}
}
