package translog_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/certreg/certreg/internal/translog"
)

const witnessName = "witness.example.cn/w1"

// A testWitness is a witness by the letter of C2SP tlog-witness.
type testWitness struct {
	log translog.Identity
	key signer

	mu       sync.Mutex
	head     translog.Head // cosigned last
	statuses []int
}

func (w *testWitness) verifierKey() string {
	key := append([]byte{0x04}, w.key.Public()...)
	return fmt.Sprintf("%s+%08x+%s", witnessName, w.keyHash(), base64.StdEncoding.EncodeToString(key))
}

func (w *testWitness) keyHash() uint32 {
	sum := sha256.Sum256(append([]byte(witnessName+"\n\x04"), w.key.Public()...))
	return binary.BigEndian.Uint32(sum[:])
}

func (w *testWitness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	status, answer := w.addCheckpoint(r.Method+" "+r.URL.Path, body)
	w.statuses = append(w.statuses, status)
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, answer)
}

func (w *testWitness) addCheckpoint(request string, body []byte) (int, string) {
	if request != "POST /add-checkpoint" {
		return http.StatusNotFound, ""
	}
	head, msg, _ := strings.Cut(string(body), "\n\n")
	var old int64
	lines := strings.Split(head, "\n")
	if n, err := fmt.Sscanf(lines[0], "old %d", &old); n != 1 || err != nil {
		return http.StatusBadRequest, ""
	}
	c, err := w.log.Open([]byte(msg))
	if err != nil {
		return http.StatusForbidden, ""
	}
	if old > c.Size {
		return http.StatusBadRequest, ""
	}
	if old != w.head.Size {
		return http.StatusConflict, fmt.Sprintf("%d\n", w.head.Size)
	}
	var proof []tlog.Hash
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return http.StatusBadRequest, ""
		}
		proof = append(proof, h)
	}
	if err := translog.CheckConsistency(proof, w.head, c.Head); err != nil {
		return http.StatusUnprocessableEntity, ""
	}
	w.head = c.Head
	at := uint64(start.Unix())
	sig := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, w.keyHash()), at)
	text, _, _ := strings.Cut(msg, "\n\n")
	sig = append(sig, ed25519.Sign(w.key.PrivateKey, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s\n", at, text))...)
	return http.StatusOK, fmt.Sprintf("— stranger.example.cn AAAAAAAA\n— %s %s\n", witnessName, base64.StdEncoding.EncodeToString(sig))
}

// newWitness returns a witness of the log.
func newWitness(t *testing.T) *testWitness {
	t.Helper()
	return &testWitness{log: identity(t, newSigner(1)), key: newSigner(50)}
}

// dial returns a client of the witness that knows nothing of it yet.
func (w *testWitness) dial(t *testing.T) *translog.Witness {
	t.Helper()
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	prefix, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := translog.NewWitness(w.verifierKey(), prefix, server.Client())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestCheckpointsAreCosigned(t *testing.T) {
	witness := newWitness(t)
	s, mark := newStore(), filepath.Join(t.TempDir(), "mark")
	p := newPublisher(s, mark, newSigner(1))
	p.Witnesses, p.WitnessTimeout = []*translog.Witness{witness.dial(t)}, time.Minute
	for _, n := range []int{300, 301, 900} {
		s.append(t, entries(t, int(s.head.Size), n)...)
		mustPublish(t, p)
		if got := bytes.Count(s.checkpoint, []byte("\n— "+witnessName+" ")); got != 1 {
			t.Errorf("cosignatures at %d: got %d in %q, want 1", n, got, s.checkpoint)
		}
		if witness.head != s.head {
			t.Errorf("witness saw %v, want %v", witness.head, s.head)
		}
		if got := published(t, s, identity(t, newSigner(1))); got.Head != s.head {
			t.Errorf("cosigned checkpoint: got %v, want %v", got.Head, s.head)
		}
	}
	// The register starts anew and no longer knows what the witness saw.
	s.append(t, entries(t, 900, 1000)...)
	restarted := newPublisher(s, mark, newSigner(1))
	restarted.Witnesses, restarted.WitnessTimeout = []*translog.Witness{witness.dial(t)}, time.Minute
	mustPublish(t, restarted)
	if got, want := fmt.Sprint(witness.statuses), "[200 200 200 409 200]"; got != want {
		t.Errorf("witness answered %s, want %s", got, want)
	}
	proof, err := translog.Prove(t.Context(), s, 950)
	if err != nil || !strings.Contains(proof.Checkpoint, witnessName) {
		t.Errorf("proof: got %v without cosignature, want it with", err)
	}
}

func TestAFailingWitnessDoesNotStopPublishing(t *testing.T) {
	id := identity(t, newSigner(1))
	for name, sabotage := range map[string]func(*testWitness){
		"does not know the key": func(w *testWitness) { w.log = identity(t, newSigner(3)) },
		"signs with another":    func(w *testWitness) { w.key.PrivateKey = newSigner(51).PrivateKey },
		"saw a larger tree":     func(w *testWitness) { w.head.Size = 5_000 },
		"saw another tree":      func(w *testWitness) { w.head = translog.Head{Size: 100} },
		"saw another of 300":    func(w *testWitness) { w.head = translog.Head{Size: 300} },
	} {
		t.Run(name, func(t *testing.T) {
			witness := newWitness(t)
			client := witness.dial(t)
			sabotage(witness)
			s := newLog(t, 300)
			s.checkpoint = nil
			p := newPublisher(s, filepath.Join(t.TempDir(), "mark"), newSigner(1))
			p.Witnesses, p.WitnessTimeout = []*translog.Witness{client}, time.Minute
			if err := p.Publish(t.Context()); err == nil || !strings.Contains(err.Error(), witnessName) {
				t.Errorf("Publish: got %v, want an error that names the witness", err)
			}
			if got := published(t, s, id); got.Head != s.head || bytes.Contains(s.checkpoint, []byte(witnessName)) {
				t.Errorf("checkpoint: got %q, want one of %d entries without cosignature", s.checkpoint, s.head.Size)
			}
		})
	}
}

func TestNewWitnessRefuses(t *testing.T) {
	good := (&testWitness{key: newSigner(50)}).verifierKey()
	logKey := strings.TrimSpace(identity(t, newSigner(1)).String())
	for name, key := range map[string]string{
		"empty": "", "no key": witnessName, "a log's key": logKey,
		"another name": strings.Replace(good, "w1", "w2", 1),
		"no name":      strings.TrimPrefix(good, witnessName),
	} {
		if _, err := translog.NewWitness(key, &url.URL{}, http.DefaultClient); err == nil {
			t.Errorf("%s: got a witness, want an error", name)
		}
	}
}
