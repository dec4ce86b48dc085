package client

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
)

func TestALimiterCountsEachClient(t *testing.T) {
	now := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	l := newLimiter("test", Quota{Burst: 2, PerMinute: 6}, func() time.Time { return now })
	take := func(from string, left int, wait time.Duration) {
		t.Helper()
		if gotLeft, _, gotWait := l.take(subscriber(from)); gotLeft != left || gotWait != wait {
			t.Errorf("%s: got %d left, wait %s; want %d, %s", from, gotLeft, gotWait, left, wait)
		}
	}
	take("192.0.2.1", 1, 0)
	take("192.0.2.1", 0, 0)
	take("192.0.2.1", 0, 10*time.Second)
	take("192.0.2.1", 0, 10*time.Second) // asking too early costs nothing
	take("192.0.2.2", 1, 0)
	take("2001:db8::1", 1, 0)
	take("2001:db8::ffff:2", 0, 0) // the same subscriber
	take("2001:db8:0:1::1", 1, 0)
	take("::ffff:192.0.2.2", 0, 0) // IPv4 all the same
	take("nonsense", 1, 0)
	take("", 0, 0)
	now = now.Add(10 * time.Second)
	take("192.0.2.1", 0, 0)
}

func TestALimiterForgetsTheLongestUnseen(t *testing.T) {
	now := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	l := newLimiter("test", Quota{Burst: 1, PerMinute: 1}, func() time.Time { return now })
	first := subscriber("192.0.2.1")
	l.take(first)
	for i := range maxClients {
		if i%1000 == 0 {
			if _, _, wait := l.take(first); wait == 0 {
				t.Fatalf("after %d others: got no wait, want the client remembered", i)
			}
		}
		l.take(netip.PrefixFrom(netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, uint32(10<<24+i)))), 32))
	}
	if len(l.clients) != maxClients || l.recent.Len() != maxClients {
		t.Errorf("got %d clients, %d in order, want %d", len(l.clients), l.recent.Len(), maxClients)
	}
	if _, ok := l.clients[subscriber("10.0.0.0")]; ok {
		t.Error("got the client remembered that was not seen for longest")
	}
}
