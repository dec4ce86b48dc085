package translog_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/internal/translog/translogtest"
)

const witnessName = "witness.example.cn/w1"

// newWitness returns a witness of the log.
func newWitness(t *testing.T) *translogtest.Witness {
	t.Helper()
	return &translogtest.Witness{Name: witnessName, Key: newSigner(50).PrivateKey, Log: identity(t, newSigner(1)), At: start}
}

// policy is one that names the witness, alone and required.
func policy(t *testing.T, w *translogtest.Witness) translog.Policy {
	t.Helper()
	p, err := translog.ParsePolicy("witness w " + w.VerifierKey() + " https://witness.example.cn/w1/\nquorum w\n")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// dial returns a client of the witness that knows nothing of it yet.
func dial(t *testing.T, w *translogtest.Witness) *translog.Witness {
	t.Helper()
	clients, err := policy(t, w).Witnesses(&http.Client{Transport: inProcess{w}})
	if err != nil {
		t.Fatal(err)
	}
	return clients[0]
}

// inProcess carries requests to a handler without a network, which the clock
// of package synctest would not wait for.
type inProcess struct{ http.Handler }

func (h inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	return answer.Result(), nil
}

// running runs a publisher while f does, a tick every quarter of a second,
// under the clock of package synctest, and returns what witnesses answered.
func running(t *testing.T, p *translog.Publisher, f func()) (outcomes []error) {
	t.Helper()
	p.Witnessed = func(_ *translog.Witness, err error) { outcomes = append(outcomes, err) }
	ctx, cancel := context.WithCancel(t.Context())
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.Run(ctx, tick.C, func(err error) {
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	}()
	f()
	cancel()
	<-done
	return outcomes
}

func TestCheckpointsAreCosigned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		witness := newWitness(t)
		wanted := policy(t, witness)
		s, mark := newStore(), filepath.Join(t.TempDir(), "mark")
		p := newPublisher(s, mark, newSigner(1))
		p.Witnesses = []*translog.Witness{dial(t, witness)}
		running(t, p, func() {
			for _, n := range []int{300, 301, 900} {
				s.append(t, entries(t, int(s.head.Size), n)...)
				p.Notify()
				time.Sleep(time.Second)
				got := published(t, s, identity(t, newSigner(1)))
				if got.Head != s.head || !isCosigned(t, s, wanted) {
					t.Errorf("at %d: got %v in %q, want %v cosigned", n, got, s.checkpoint, s.head)
				}
			}
		})
		// The register starts anew and no longer knows what the witness saw.
		s.append(t, entries(t, 900, 1000)...)
		restarted := newPublisher(s, mark, newSigner(1))
		restarted.Witnesses = []*translog.Witness{dial(t, witness)}
		running(t, restarted, func() { time.Sleep(time.Second) })
		if got, want := fmt.Sprint(witness.Statuses), "[200 200 200 409 200]"; got != want {
			t.Errorf("witness answered %s, want %s: it is asked once for each checkpoint", got, want)
		}
		proof, err := translog.Prove(t.Context(), s, 950)
		if err != nil || !strings.Contains(proof.Checkpoint, witnessName) {
			t.Errorf("proof: got %v without cosignature, want it with", err)
		}
	})
}

func TestAFailingWitnessDoesNotStopPublishing(t *testing.T) {
	id := identity(t, newSigner(1))
	for name, sabotage := range map[string]func(*translogtest.Witness){
		"does not know the key": func(w *translogtest.Witness) { w.Log = identity(t, newSigner(3)) },
		"signs with another":    func(w *translogtest.Witness) { w.Key = newSigner(51).PrivateKey },
		"saw a larger tree":     func(w *translogtest.Witness) { w.Head.Size = 5_000 },
		"saw another tree":      func(w *translogtest.Witness) { w.Head = translog.Head{Size: 100} },
		"saw another of 300":    func(w *translogtest.Witness) { w.Head = translog.Head{Size: 300} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				witness := newWitness(t)
				client := dial(t, witness)
				sabotage(witness)
				s := newLog(t, 300)
				s.checkpoint = nil
				p := newPublisher(s, filepath.Join(t.TempDir(), "mark"), newSigner(1))
				p.Witnesses = []*translog.Witness{client}
				outcomes := running(t, p, func() { time.Sleep(10 * time.Second) })
				if n := len(outcomes); n < 3 || n > 5 {
					t.Errorf("asked %d times in ten seconds, want 3 to 5: less and less often", n)
				}
				for _, err := range outcomes {
					if err == nil || !strings.Contains(err.Error(), witnessName) {
						t.Errorf("outcome: got %v, want an error that names the witness", err)
					}
				}
				if got := published(t, s, id); got.Head != s.head || bytes.Contains(s.checkpoint, []byte(witnessName)) {
					t.Errorf("checkpoint: got %q, want one of %d entries without cosignature", s.checkpoint, s.head.Size)
				}
			})
		})
	}
}

// isCosigned says whether the published checkpoint has its quorum.
func isCosigned(t *testing.T, s *memStore, wanted translog.Policy) bool {
	t.Helper()
	msg, err := s.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, enough := wanted.Cosigners(msg)
	return enough
}

// A slow witness delays no change by more than half a second, is asked again
// when it is done, and its cosignature comes in under a stream of changes.
func TestASlowWitnessDelaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		witness := newWitness(t)
		var delay atomic.Int64
		slow := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Duration(delay.Load()))
			witness.ServeHTTP(rw, r)
		})
		wanted := policy(t, witness)
		clients, err := wanted.Witnesses(&http.Client{Transport: inProcess{slow}})
		if err != nil {
			t.Fatal(err)
		}
		s := newStore()
		id := identity(t, newSigner(1))
		p := newPublisher(s, filepath.Join(t.TempDir(), "mark"), newSigner(1))
		p.Witnesses = clients
		running(t, p, func() {
			for _, tt := range []struct {
				delay    time.Duration
				cosigned bool // under a stream of changes
			}{{0, true}, {250 * time.Millisecond, true}, {5 * time.Second, false}} {
				delay.Store(int64(tt.delay))
				cosigned := 0
				for range 200 { // a change every 50 ms
					s.append(t, entries(t, int(s.head.Size), int(s.head.Size)+1)...)
					p.Notify()
					size := s.head.Size
					time.Sleep(50 * time.Millisecond)
					if got := published(t, s, id); got.Size < size-10 {
						t.Errorf("delay %s: published %d of %d, want all but the last half second", tt.delay, got.Size, size)
					}
					if isCosigned(t, s, wanted) {
						cosigned++
					}
				}
				if got := cosigned > 20; got != tt.cosigned {
					t.Errorf("delay %s: cosigned %d times of 200, want often: %t", tt.delay, cosigned, tt.cosigned)
				}
			}
			time.Sleep(10 * time.Second)
			if !isCosigned(t, s, wanted) {
				t.Error("when nothing changes any more: not cosigned")
			}
		})
	})
}
