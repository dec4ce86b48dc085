package translog_test

import (
	"context"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/translog"
)

// Programs that were not written here.
const (
	fsckProgram  = "github.com/transparency-dev/tessera/cmd/fsck@v1.0.4"
	posixProgram = "github.com/transparency-dev/tessera/cmd/conformance/posix@v1.0.4"
)

// install builds a program. Without it the test is skipped, or fails if
// CERTREG_TEST_REQUIRE is 1.
func install(tb testing.TB, program string) string {
	tb.Helper()
	bin := tb.TempDir()
	build(tb, bin, program, "install", program)
	name, _, _ := strings.Cut(path.Base(program), "@")
	return filepath.Join(bin, name)
}

// build runs the go command in a directory outside this module, whose versions
// are not the program's, and returns what it prints.
func build(tb testing.TB, dir, program string, args ...string) []byte {
	tb.Helper()
	if testing.Short() {
		tb.Skip("builds another program")
	}
	ctx, cancel := context.WithTimeout(tb.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=", "GOWORK=off")
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		if os.Getenv("CERTREG_TEST_REQUIRE") == "1" {
			tb.Fatalf("%s cannot be had: %v\n%s", program, err, said.String())
		}
		tb.Skipf("NOT CHECKED INDEPENDENTLY: %s cannot be had: %v\n%s", program, err, said.String())
	}
	return out
}

// The independent checker finds a log of the register whole, and finds what
// was tampered with.
func TestIndependentFsck(t *testing.T) {
	fsck := install(t, fsckProgram)
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
