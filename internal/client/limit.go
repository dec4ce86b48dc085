package api

import (
	"container/list"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

// A quota is a limit of the contract: so many requests of one client at once,
// and so many a minute after that.
type quota struct{ burst, perMinute int }

// maxClients is how many clients a limiter remembers. One that is forgotten
// begins anew, which takes an attacker as many addresses.
const maxClients = 10_000

// A limiter counts the requests of each client against a quota.
type limiter struct {
	name string
	quota
	now func() time.Time

	mu      sync.Mutex
	clients map[netip.Prefix]*list.Element
	recent  *list.List // of *client, the last seen first
}

type client struct {
	from   netip.Prefix
	bucket *rate.Limiter
}

func newLimiter(name string, q quota, now func() time.Time) *limiter {
	return &limiter{name: name, quota: q, now: now, clients: map[netip.Prefix]*list.Element{}, recent: list.New()}
}

// clientOf is whom an address belongs to: itself, or for IPv6 its /64, which is
// what one subscriber has. Addresses that cannot be read are one client.
func clientOf(address string) netip.Prefix {
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
	return int(tokens), time.Duration((float64(l.burst) - tokens) / float64(bucket.Limit()) * float64(time.Second)), wait
}

// bucket is that of a client; the client not seen for longest makes room.
func (l *limiter) bucket(from netip.Prefix) *rate.Limiter {
	if e, ok := l.clients[from]; ok {
		l.recent.MoveToFront(e)
		if c, ok := e.Value.(*client); ok {
			return c.bucket
		}
	}
	if l.recent.Len() == maxClients {
		if c, ok := l.recent.Remove(l.recent.Back()).(*client); ok {
			delete(l.clients, c.from)
		}
	}
	c := &client{from: from, bucket: rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), l.burst)}
	l.clients[from] = l.recent.PushFront(c)
	return c.bucket
}

// limit counts a request against the quota of its operation, if it has one, and
// says so in the headers of draft-ietf-httpapi-ratelimit-headers.
func (g gate) limit(c *gin.Context, r route) error {
	l := g.limiters[r.limit]
	if l == nil {
		return nil
	}
	left, full, wait := l.take(clientOf(c.ClientIP()))
	c.Header("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", l.name, left, seconds(full)))
	c.Header("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=60", l.name, l.perMinute))
	if wait == 0 {
		return nil
	}
	c.Header("Retry-After", strconv.Itoa(seconds(wait)))
	return &problem.StatusError{Status: http.StatusTooManyRequests, Detail: registry.Text{
		ZH: fmt.Sprintf("请在 %d 秒后再试。", seconds(wait)), EN: fmt.Sprintf("Try again in %d seconds.", seconds(wait)),
	}}
}

// seconds rounds up.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
