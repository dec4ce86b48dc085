package proof_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/proof"
)

// The further addresses stand on the page as they were given, the register's
// own before them. A file of before is as good as one of now.
func TestLookUpsArePrinted(t *testing.T) {
	store := dbtest.Open(t, dbtest.SQLite(t))
	b := newBureau(t, store)
	cert := b.certificate(b.contents.Valid)
	before, err := b.Document(t.Context(), cert)
	if err != nil {
		t.Fatal(err)
	}
	further := []string{"https://jndj.osta.org.cn", "https://skills.example/certificates?lang=zh"}
	named, err := proof.NewOffice(proof.Config{
		Registry: b.reg, Keys: b.keys, Log: store.Log(), Now: func() time.Time { return now }, Base: b.Base(), LookUps: further,
	})
	if err != nil {
		t.Fatal(err)
	}
	after, err := named.Document(t.Context(), cert)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"before": before, "after": after} {
		for _, office := range []*proof.Office{b.Office, named} {
			if f, err := office.Check(t.Context(), file); err != nil || f.Verdict != proof.Authentic || !f.Logged {
				t.Errorf("file made %s: got %+v, %v, want authentic and logged", name, f, err)
			}
		}
	}
	fields := strings.Fields(pageText(t.Context(), t, after))
	last := -1
	for _, address := range append([]string{b.Base() + "/verify"}, further...) {
		at := indexFrom(fields, address, last+1)
		if at < 0 {
			t.Errorf("page: got %q, want %s after those before it", fields, address)
		}
		last = at
	}
}

// indexFrom is where a word stands at or after from, -1 for nowhere.
func indexFrom(words []string, word string, from int) int {
	for i := max(from, 0); i < len(words); i++ {
		if words[i] == word {
			return i
		}
	}
	return -1
}

// pageText is what a reader sees of a PDF.
func pageText(ctx context.Context, t *testing.T, file []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		if os.Getenv("CERTREG_TEST_REQUIRE") != "" {
			t.Fatal("pdftotext is required")
		}
		t.Skip("pdftotext is not installed")
	}
	cmd := exec.CommandContext(ctx, "pdftotext", "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestLookUpsThatCannotBePrintedAreRefused(t *testing.T) {
	store := dbtest.Open(t, dbtest.SQLite(t))
	b := newBureau(t, store)
	const good = "https://skills.example/certificates"
	for name, tt := range map[string]struct {
		addresses []string
		place     int
	}{
		"plain HTTP":     {[]string{"http://skills.example"}, 1},
		"a name":         {[]string{good, "skills.example"}, 2},
		"a path":         {[]string{"/verify"}, 1},
		"no host":        {[]string{"https:///verify"}, 1},
		"only a port":    {[]string{"https://:443/verify"}, 1},
		"empty":          {[]string{""}, 1},
		"user":           {[]string{"https://official@skills.example"}, 1},
		"space":          {[]string{good, "https://skills.example/a b"}, 2},
		"line break":     {[]string{"https://skills.example/\n"}, 1},
		"Chinese":        {[]string{"https://证书.example"}, 1},
		"81 characters":  {[]string{good, "https://" + strings.Repeat("a", 73)}, 2},
		"one too many":   {[]string{good, good, good}, 3},
		"bad percentage": {[]string{"https://skills.example/%zz"}, 1},
	} {
		_, err := proof.NewOffice(proof.Config{Registry: b.reg, Keys: b.keys, Log: store.Log(), Now: time.Now, Base: b.Base(), LookUps: tt.addresses})
		if got, ok := errors.AsType[*proof.LookUpError](err); !ok || got.Place != tt.place {
			t.Errorf("%s: got %v, want address %d refused", name, err, tt.place)
		}
	}
	long := "https://" + strings.Repeat("a", 63) + ".example"
	if _, err := proof.NewOffice(proof.Config{Registry: b.reg, Keys: b.keys, Log: store.Log(), Now: time.Now, Base: long}); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("own address of 79 characters: got %v, want that it is too long", err)
	}
}
