package client

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Quota is a limit of the contract: Burst requests of one client at once, and
// PerMinute a minute after that.
type Quota struct{ Burst, PerMinute int }

// maxClients is how many clients a limiter remembers. One that is forgotten
// begins anew, which takes an attacker as many addresses.
const maxClients = 10_000

// A limiter counts the requests of each client against a quota.
type limiter struct {
	name string
	Quota
	now func() time.Time

	mu      sync.Mutex
	clients map[netip.Prefix]*list.Element
	recent  *list.List // of *visitor, the last seen first
}

type visitor struct {
	from   netip.Prefix
	bucket *rate.Limiter
}

func newLimiter(name string, q Quota, now func() time.Time) *limiter {
	return &limiter{name: name, Quota: q, now: now, clients: map[netip.Prefix]*list.Element{}, recent: list.New()}
}

// subscriber is whom an address belongs to: itself, or for IPv6 its /64, which
// is what one subscriber has. Addresses that cannot be read are one client.
func subscriber(address string) netip.Prefix {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return netip.PrefixFrom(a, 32)
	}
	return netip.PrefixFrom(a, 64).Masked()
}

// take counts a request. It returns how many more the client has now, when all
// of them will be back, and for one too many how long to wait.
func (l *limiter) take(from netip.Prefix) (left int, full, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, bucket := l.now(), l.bucket(from)
	r := bucket.ReserveN(at, 1)
	if wait = r.DelayFrom(at); wait > 0 {
		r.CancelAt(at)
	}
	tokens := max(bucket.TokensAt(at), 0)
	return int(tokens), time.Duration((float64(l.Burst) - tokens) / float64(bucket.Limit()) * float64(time.Second)), wait
}

// bucket is that of a client; the client not seen for longest makes room.
func (l *limiter) bucket(from netip.Prefix) *rate.Limiter {
	if e, ok := l.clients[from]; ok {
		l.recent.MoveToFront(e)
		if c, ok := e.Value.(*visitor); ok {
			return c.bucket
		}
	}
	if l.recent.Len() == maxClients {
		if c, ok := l.recent.Remove(l.recent.Back()).(*visitor); ok {
			delete(l.clients, c.from)
		}
	}
	c := &visitor{from: from, bucket: rate.NewLimiter(rate.Limit(float64(l.PerMinute)/60), l.Burst)}
	l.clients[from] = l.recent.PushFront(c)
	return c.bucket
}
