package translog_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/internal/translog/translogtest"
)

// The witness that runs in the public witness network, written elsewhere. It
// asks for a commit of merkle that not every module proxy has. The release is
// taken instead, with the one function it lacks, which checks subtrees and has
// no part in adding checkpoints.
const (
	witnessModule  = "github.com/transparency-dev/witness@v0.0.0-20260720115447-2e1c6971d19e"
	witnessProgram = "github.com/transparency-dev/witness/cmd/omniwitness"
	merkleModule   = "github.com/transparency-dev/merkle@v0.0.2"
	missing        = `package proof

import (
	"errors"

	"github.com/transparency-dev/merkle"
)

func VerifySubtreeConsistency(merkle.LogHasher, uint64, uint64, uint64, [][]byte, []byte, []byte) error {
	return errors.New("subtrees are not checked by this build")
}
`
)

func buildOmniwitness(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var merkle struct{ Dir string }
	if err := json.Unmarshal(build(t, dir, witnessProgram, "mod", "download", "-json", merkleModule), &merkle); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "merkle")
	if err := os.CopyFS(copied, os.DirFS(merkle.Dir)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(copied, "proof", "missing.go"), missing)
	write(t, filepath.Join(dir, "go.mod"), fmt.Sprintf("module build\n\ngo 1.26\n\nrequire %s\n\nreplace %s => ./merkle\n",
		strings.Replace(witnessModule, "@", " ", 1), strings.Split(merkleModule, "@")[0]))
	program := filepath.Join(dir, "omniwitness")
	build(t, dir, witnessProgram, "build", "-mod=mod", "-o", program, witnessProgram)
	return program
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// startOmniwitness starts the witness of one log on a database of its own and
// returns the policy that requires it, and what stops it.
func startOmniwitness(t *testing.T, program, dir string, log translog.Identity) (policy translog.Policy, stop func()) {
	t.Helper()
	const name = "omniwitness.example/w1"
	keyFile := filepath.Join(dir, "key")
	if _, err := os.Stat(keyFile); err != nil {
		private, public, err := note.GenerateKey(rand.Reader, name)
		if err != nil {
			t.Fatal(err)
		}
		write(t, keyFile, private)
		write(t, keyFile+".pub", public)
		write(t, filepath.Join(dir, "logs.yaml"), fmt.Sprintf("Logs:\n  - Origin: %s\n    URL: https://%[1]s\n    PublicKey: %s\n",
			log.Origin(), strings.TrimSpace(log.String())))
	}
	address := freeAddress(t)
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, program, "--listen="+address, "--metrics_listen=", "--private_key_path="+keyFile,
		"--db_file="+filepath.Join(dir, "witness.db"), "--additional_logs="+filepath.Join(dir, "logs.yaml"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() {
		cancel()
		_ = cmd.Wait() // killed
	}
	t.Cleanup(stop)
	waitUntilServed(t, address)
	public, err := os.ReadFile(keyFile + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	encoded := strings.SplitN(string(public), "+", 3)[2]
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != 1+ed25519.PublicKeySize {
		t.Fatalf("public key %q: %v", public, err)
	}
	policy, err = translog.ParsePolicy(fmt.Sprintf("witness omni %s http://%s\nquorum omni\n", translogtest.CosignatureKey(name, raw[1:]), address))
	if err != nil {
		t.Fatal(err)
	}
	return policy, stop
}

// A witness that was not written here cosigns the log, also after it was away
// and after the register was restarted, and does not cosign another history.
func TestIndependentWitness(t *testing.T) {
	program, dir := buildOmniwitness(t), t.TempDir()
	id := identity(t, newSigner(1))
	policy, stop := startOmniwitness(t, program, dir, id)
	s, mark := newLog(t, 300), filepath.Join(t.TempDir(), "mark")
	s.checkpoint = nil
	until(t, s, mark, policy, func(err error) bool { return err == nil })
	wantCosigned(t, s, policy, 300)

	stop()
	s.append(t, entries(t, 300, 777)...)
	until(t, s, mark, policy, func(err error) bool { return err != nil })
	if got := published(t, s, id); got.Size != 777 || isCosigned(t, s, policy) {
		t.Errorf("with the witness away: got %q, want 777 entries without cosignature", s.checkpoint)
	}
	policy, _ = startOmniwitness(t, program, dir, id)
	until(t, s, mark, policy, func(err error) bool { return err == nil })
	wantCosigned(t, s, policy, 777)

	forked := newLog(t, 300)
	forked.checkpoint = nil
	forked.append(t, entries(t, 5000, 5600)...)
	until(t, forked, filepath.Join(t.TempDir(), "mark"), policy, func(err error) bool { return err != nil })
	if isCosigned(t, forked, policy) {
		t.Error("another history: got it cosigned")
	}
}

// until runs a publisher until a witness's outcome is as wanted.
func until(t *testing.T, s *memStore, mark string, policy translog.Policy, wanted func(error) bool) {
	t.Helper()
	p := newPublisher(s, mark, newSigner(1))
	var err error
	if p.Witnesses, err = policy.Witnesses(http.DefaultClient); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	seen := false
	p.Witnessed = func(_ *translog.Witness, err error) {
		t.Logf("witness: %v", err)
		if wanted(err) {
			seen = true
			cancel()
		}
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	p.Run(ctx, tick.C, func(err error) {
		if err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	if !seen {
		t.Fatal("the witness did not answer as wanted within a minute")
	}
}

func wantCosigned(t *testing.T, s *memStore, policy translog.Policy, size int64) {
	t.Helper()
	got := published(t, s, identity(t, newSigner(1)))
	if got.Size != size || !isCosigned(t, s, policy) {
		t.Errorf("checkpoint: got %q, want %d entries, cosigned", s.checkpoint, size)
	}
}
