package client_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/client"
	"github.com/certreg/certreg/internal/problem"
)

func clock() time.Time { return time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC) }

func TestAddressBelievesTrustedProxiesOnly(t *testing.T) {
	clients, err := client.New(client.Config{TrustedProxies: []string{"10.0.0.0/8", "2001:db8::1"}, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"no proxy", "192.0.2.1:4711", nil, "192.0.2.1"},
		{"a client that pretends", "192.0.2.1:4711", []string{"198.51.100.7"}, "192.0.2.1"},
		{"one proxy", "10.0.0.1:4711", []string{"192.0.2.1"}, "192.0.2.1"},
		{"what the client wrote itself", "10.0.0.1:4711", []string{"198.51.100.7, 192.0.2.1"}, "192.0.2.1"},
		{"two proxies", "10.0.0.1:4711", []string{"198.51.100.7, 192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
		{"several headers", "10.0.0.1:4711", []string{"192.0.2.1", "10.0.0.2"}, "192.0.2.1"},
		{"a client among the proxies", "10.0.0.1:4711", []string{"10.0.0.9"}, "10.0.0.9"},
		{"nothing forwarded", "10.0.0.1:4711", nil, "10.0.0.1"},
		{"nonsense", "10.0.0.1:4711", []string{"192.0.2.1, unknown"}, "10.0.0.1"},
		{"IPv6", "[2001:db8::1]:4711", []string{"2001:db8:1::7"}, "2001:db8:1::7"},
		{"IPv4 written as IPv6", "[::ffff:10.0.0.1]:4711", []string{"192.0.2.1"}, "192.0.2.1"},
		{"no port", "192.0.2.1", nil, "192.0.2.1"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = tt.remote
		r.Header["X-Forwarded-For"] = tt.forwarded
		if got := clients.Address(r); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestCount(t *testing.T) {
	clients, err := client.New(client.Config{Quotas: map[string]client.Quota{"test": {Burst: 1, PerMinute: 6}}, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	h := http.Header{}
	if err := clients.Count(h, r, "test"); err != nil || h.Get("RateLimit") != `"test";r=0;t=10` || h.Get("RateLimit-Policy") != `"test";q=6;w=60` {
		t.Errorf("the first: got %v with %v, want what is left of the quota", err, h)
	}
	refused, ok := errors.AsType[*problem.StatusError](clients.Count(h, r, "test"))
	if !ok || refused.Status != http.StatusTooManyRequests || refused.RetryAfter != 10 {
		t.Errorf("the second: got %+v, want 429 for 10 seconds", refused)
	}
	if err := clients.Count(h, r, "other"); err == nil {
		t.Error("a quota that is not there: got no error")
	}
}

func TestNewRefusesWhatIsNoNetwork(t *testing.T) {
	if _, err := client.New(client.Config{TrustedProxies: []string{"proxy.example"}, Now: clock}); err == nil {
		t.Error("a host name as proxy: got no error")
	}
	if _, err := client.New(client.Config{}); err == nil {
		t.Error("no clock: got no error")
	}
}
