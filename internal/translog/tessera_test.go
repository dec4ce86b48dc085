package translog_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/certreg/certreg/internal/translog"
)

// A tessera is a log that was not written here, at work: Tessera's POSIX
// conformance server, which publishes each second.
type tessera struct {
	url      *url.URL
	identity translog.Identity
	client   *http.Client
}

func startTessera(tb testing.TB) *tessera {
	tb.Helper()
	program := install(tb, posixProgram)
	private, public, err := note.GenerateKey(rand.Reader, "tessera.example/log")
	if err != nil {
		tb.Fatal(err)
	}
	id, err := translog.ParseIdentity(public)
	if err != nil {
		tb.Fatal(err)
	}
	address := freeAddress(tb)
	cmd := exec.CommandContext(tb.Context(), program, "--listen="+address, "--storage_dir="+tb.TempDir())
	cmd.Env = append(os.Environ(), "LOG_PRIVATE_KEY="+private)
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cmd.Wait() }) // killed by then
	log := &tessera{
		url: &url.URL{Scheme: "http", Host: address, Path: "/"}, identity: id,
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1000}},
	}
	waitUntilServed(tb, address)
	return log
}

// freeAddress is one that nothing listens on.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // only to find a free port
	if err != nil {
		tb.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		tb.Fatal(err)
	}
	return listener.Addr().String()
}

// waitUntilServed gives another program ten seconds to start.
func waitUntilServed(tb testing.TB, address string) {
	tb.Helper()
	for range 100 {
		if conn, err := net.Dial("tcp", address); err == nil { //nolint:noctx // local and at once
			_ = conn.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	tb.Fatalf("nothing listens on %s after ten seconds", address)
}

// add submits an entry and returns its index.
func (l *tessera) add(ctx context.Context, entry []byte) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url.JoinPath("add").String(), bytes.NewReader(entry))
	if err != nil {
		return 0, err
	}
	resp, err := l.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return 0, errors.Join(err, fmt.Errorf("add: %s: %s", resp.Status, body))
	}
	return strconv.ParseInt(string(body), 10, 64)
}

// addAll submits entries from several workers at once.
func (l *tessera) addAll(tb testing.TB, all [][]byte, workers int) {
	tb.Helper()
	var next atomic.Int64
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(all)); i = next.Add(1) - 1 {
				if _, err := l.add(tb.Context(), all[i]); err != nil {
					tb.Error(err)
					return
				}
			}
		})
	}
	done.Wait()
}

// waitFor returns once the published checkpoint covers the size.
func (l *tessera) waitFor(tb testing.TB, size int64) {
	tb.Helper()
	reader := translog.NewClient(l.url, l.client)
	for range 1000 {
		if msg, err := reader.Checkpoint(tb.Context()); err == nil {
			if c, err := l.identity.Open(msg); err != nil {
				tb.Fatal(err)
			} else if c.Size >= size {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	tb.Fatalf("Tessera did not publish %d entries", size)
}

// Our auditor and prover read logs that were not written here.
func TestAuditOfATesseraLog(t *testing.T) {
	if os.Getenv("CERTREG_TEST_REQUIRE") != "1" {
		t.Skip("builds a large program: set CERTREG_TEST_REQUIRE=1")
	}
	log := startTessera(t)
	const size = 2_000
	log.addAll(t, entries(t, 0, size), 500)
	log.waitFor(t, size)
	reader := translog.NewClient(log.url, log.client)
	c, err := (&translog.Auditor{Reader: reader, Identity: log.identity}).Verify(t.Context())
	if err != nil || c.Size != size {
		t.Fatalf("Verify: got %v, %v, want %d entries", c, err, size)
	}
	proof, err := translog.Prove(t.Context(), reader, 1_234)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := proof.Verify(log.identity); err != nil {
		t.Errorf("proof from Tessera's tiles: %v", err)
	}
}

// BenchmarkTessera is the rate at which Tessera takes entries over HTTP, from
// so many clients at once, until they are published. It waits a second to fill
// a batch of 256, so give it rounds enough: -benchtime 20x.
func BenchmarkTessera(b *testing.B) {
	for _, workers := range []int{1, 64, 1024} {
		b.Run(fmt.Sprintf("%d clients", workers), func(b *testing.B) {
			log := startTessera(b)
			all := entries(b, 0, b.N*workers)
			b.ResetTimer()
			log.addAll(b, all, workers)
			b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "indexed/s")
			log.waitFor(b, int64(len(all)))
			b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "published/s")
		})
	}
}
