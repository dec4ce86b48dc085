package translog_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certreg/certreg/internal/translog"
)

// fsckModule is a checker of C2SP tlog-tiles logs that was not written here.
const fsckModule = "github.com/transparency-dev/tessera/cmd/fsck@v1.0.4"

// installFsck builds the checker. Without it the test is skipped, or fails if
// CERTREG_TEST_REQUIRE is 1.
func installFsck(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "install", fsckModule)
	cmd.Dir = bin // outside the module, whose versions are not the checker's
	cmd.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		if os.Getenv("CERTREG_TEST_REQUIRE") == "1" {
			t.Fatalf("%s cannot be had: %v\n%s", fsckModule, err, out)
		}
		t.Skipf("NOT CHECKED INDEPENDENTLY: %s cannot be had: %v\n%s", fsckModule, err, out)
	}
	return filepath.Join(bin, "fsck")
}

// The independent checker finds a log of the register whole, and finds what
// was tampered with.
func TestIndependentFsck(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another program")
	}
	fsck := installFsck(t)
	// One key to a file, without a line end.
	keyFile := filepath.Join(t.TempDir(), "log.pub")
	key := strings.TrimSpace(identity(t, newSigner(1)).String())
	if err := os.WriteFile(keyFile, []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newLog(t, 5_000)
	publish(t, s, newSigner(2), newSigner(1)) // as during a change of keys
	tests := []struct {
		name   string
		tamper func(*memStore)
		whole  bool
	}{
		{"whole", func(*memStore) {}, true},
		{"grown", func(s *memStore) {
			s.append(t, entries(t, 5_000, 5_377)...)
			publish(t, s, newSigner(1))
		}, true},
		{"full tile", func(s *memStore) { s.tiles[[2]int64{0, 3}][99] ^= 1 }, false},
		{"partial tile", func(s *memStore) { s.tiles[[2]int64{0, 19}][0] ^= 1 }, false},
		{"upper tile", func(s *memStore) { s.tiles[[2]int64{1, 0}][1] ^= 1 }, false},
		{"entry", func(s *memStore) { s.entries[1234] = s.entries[1233] }, false},
		{"signature", func(s *memStore) { publish(t, s, newSigner(2)) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tampered := s.clone()
			tt.tamper(tampered)
			_, prefix := serve(t, tampered)
			// It exits 0 whatever it finds; what it says counts.
			cmd := exec.CommandContext(t.Context(), fsck, "--storage_url="+prefix+"/", "--public_key="+keyFile, "--ui=false", "--N=2")
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("fsck: %v\n%s", err, out)
			}
			t.Logf("%.300s", out) // it prints whole tiles
			said := string(out)
			if got := strings.Contains(said, "Successfully fsck'd log"); got != tt.whole {
				t.Errorf("fsck found it whole: got %t, want %t", got, tt.whole)
			}
			if got := strings.Contains(said, "fsck failed"); got == tt.whole {
				t.Errorf("fsck failed: got %t, want %t", got, !tt.whole)
			}
			auditor := translog.Auditor{Reader: tampered, Identity: identity(t, newSigner(1))}
			if _, err := auditor.Verify(t.Context()); (err == nil) != tt.whole {
				t.Errorf("our own audit disagrees: got %v, want whole: %t", err, tt.whole)
			}
		})
	}
}
