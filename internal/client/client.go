// Package client tells the clients of a server apart by their network address,
// and counts the requests of each against the quotas of the contract. The API
// and the pages share one [Clients], so that a client who uses both is counted once.
package client

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/problem"
)

// A Config says how clients are told apart and limited.
type Config struct {
	// TrustedProxies are the addresses and networks (CIDR) whose X-Forwarded-For is believed.
	TrustedProxies []string
	Quotas         map[string]Quota // by name
	Now            func() time.Time // the clock
}

// Clients are those who send requests to one server.
type Clients struct {
	proxies  []netip.Prefix
	limiters map[string]*limiter // by the name of their quota
}

// New returns the clients of a server that has seen none yet. It reports a
// proxy that is neither an address nor a network.
func New(c Config) (*Clients, error) {
	if c.Now == nil {
		return nil, errors.New("client: a clock is required")
	}
	clients := &Clients{limiters: map[string]*limiter{}}
	for _, s := range c.TrustedProxies {
		p, err := network(s)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q: %w", s, err)
		}
		clients.proxies = append(clients.proxies, p)
	}
	for name, q := range c.Quotas {
		clients.limiters[name] = newLimiter(name, q, c.Now)
	}
	return clients, nil
}

// network reads an address or a network.
func network(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err
}

// Address is the network address a request comes from: that of the connection,
// or behind trusted proxies the last one that none of them has. What the client
// itself wrote into X-Forwarded-For is never believed.
func (c *Clients) Address(r *http.Request) string {
	from, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		from = r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		hop = strings.TrimSpace(hop)
		if _, err := netip.ParseAddr(hop); err != nil || !c.trusted(from) {
			break
		}
		from = hop
	}
	return from
}

// trusted reports whether an address is that of a trusted proxy.
func (c *Clients) trusted(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(c.proxies, func(p netip.Prefix) bool { return p.Contains(a.Unmap().WithZone("")) })
}

// Count counts a request against a quota and says so in the headers of the
// answer, as draft-ietf-httpapi-ratelimit-headers has them. For one too many it
// reports a [problem.StatusError] of status 429, and when to come back.
func (c *Clients) Count(h http.Header, r *http.Request, quota string) error {
	l, ok := c.limiters[quota]
	if !ok {
		return fmt.Errorf("there is no quota %q", quota)
	}
	left, full, wait := l.take(subscriber(c.Address(r)))
	h.Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", l.name, left, seconds(full)))
	h.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=60", l.name, l.PerMinute))
	if wait == 0 {
		return nil
	}
	return problem.Later(http.StatusTooManyRequests, wait)
}

// seconds rounds up.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
