package document

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// validators holds the Java programs that did not come from here and judge
// our files: Maven fetches them, as README.md there says.
var validators = filepath.Join("testdata", "maven")

// java runs a class, or a source file, with the jars that a pattern names.
// Without Java or the jars the test is skipped, or fails if
// CERTREG_TEST_REQUIRE is set.
func java(t *testing.T, jars string, args ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a virtual machine")
	}
	path, err := filepath.Glob(filepath.Join(validators, "target", "dependency", jars))
	if err == nil && len(path) == 0 {
		err = os.ErrNotExist
	}
	if err == nil {
		_, err = exec.LookPath("javac") // comes with the compiler that a source file needs
	}
	if err != nil {
		if os.Getenv("CERTREG_TEST_REQUIRE") != "" {
			t.Fatalf("independent validators are required: %v", err)
		}
		t.Skipf("INDEPENDENT VALIDATORS NOT RUN: %v; see internal/document/%s/README.md", err, validators)
	}
	args = append([]string{"-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp", strings.Join(path, string(os.PathListSeparator))}, args...)
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "java", args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if len(out) == 0 { // its status is its verdict
		t.Fatalf("java: %v\n%s", err, stderr.String())
	}
	return string(out)
}

// saved writes files into one folder and returns their paths by name.
func saved(t *testing.T, files map[string][]byte) map[string]string {
	t.Helper()
	dir := t.TempDir()
	paths := make(map[string]string, len(files))
	for name, file := range files {
		paths[name] = filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".pdf")
		if err := os.WriteFile(paths[name], file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return paths
}

// everyKind is a certificate of every kind that looks different.
func everyKind(t *testing.T) map[string]Certificate {
	t.Helper()
	kinds := map[string]Certificate{}
	add := func(name string, change func(*Certificate)) {
		c := sample()
		change(&c)
		kinds[name] = c
	}
	add("bare", func(*Certificate) {})
	add("photo", func(c *Certificate) { c.Photo = photo(t) })
	add("hardly anything", func(c *Certificate) {
		c.IDKind, c.IDNumber, c.Direction, c.LevelName, c.PaperSerial, c.LookUps = "", "", "", "", "", nil
		c.Credential, c.LogProof = nil, nil
	})
	add("long", func(c *Certificate) {
		c.Holder, c.Occupation, c.Body = strings.Repeat("买买提吐尔逊", 10), strings.Repeat("Wm", 30), strings.Repeat("評價", 30)
		c.QR = strings.Repeat("x", maxQR)
	})
	add("rare", func(c *Certificate) { c.Holder, c.Body = "㛃𠅤龘𪛗·𠮷", "Ａｎｎａ É. O’Neill-Müller" })
	add("historic", func(c *Certificate) { c.Wording, c.IssuedOn = HistoricWording(), c.IssuedOn.AddYears(-11) })
	return kinds
}

// TestIndependentArchiveValidation has veraPDF check that the files keep what
// their metadata claims: PDF/A-3a and PDF/UA-1.
func TestIndependentArchiveValidation(t *testing.T) {
	p := newPrinter(t)
	files := map[string][]byte{}
	var batch []Certificate
	for name, c := range everyKind(t) {
		batch = append(batch, c)
		_, files[name] = printed(t, c)
	}
	for name, key := range map[string]*Signer{"signed ECDSA": newSigner(t, newECDSA(t)), "signed RSA": newSigner(t, newRSA(t))} {
		signed, err := key.Sign(newRegisterKey().seal(t, files["photo"], true), signedAt())
		if err != nil {
			t.Fatal(err)
		}
		files[name] = signed
	}
	files["sealed"] = newRegisterKey().seal(t, files["bare"], false)
	slices.SortFunc(batch, func(a, b Certificate) int { return strings.Compare(a.Holder, b.Holder) })
	var file bytes.Buffer
	if err := p.PrintAll(t.Context(), &file, batch, func(int) {}); err != nil {
		t.Fatal(err)
	}
	files["batch"] = file.Bytes()
	files["damaged"] = bytes.Replace(files["bare"], []byte("/StructTreeRoot "), []byte("/StructTreeRooz "), 1)

	paths := saved(t, files)
	args := []string{"org.verapdf.apps.GreenfieldCliWrapper", "--format", "text", "-v"}
	got := java(t, "greenfield-apps-*.jar", append(args, slices.Sorted(maps.Values(paths))...)...)
	for name, path := range paths {
		for _, level := range []string{"3a", "ua1"} {
			passed := strings.Contains(got, fmt.Sprintf("PASS %s %s\n", path, level))
			if want := name != "damaged"; passed != want {
				t.Errorf("%s as %s: got passed %t, want %t:\n%s", name, level, passed, want, got)
			}
		}
	}
}

// dssVerdict is what DSS says of a signature.
type dssVerdict struct{ format, indication, reason, scope string }

// TestIndependentSignatureValidation has the European Commission's DSS check
// the signatures, whole and tampered with.
func TestIndependentSignatureValidation(t *testing.T) {
	s := newSigner(t, newECDSA(t))
	sealed, signed := sealedAndSigned(t, s)
	files := tampered(t, sealed, signed)
	files["whole"] = signed
	paths := saved(t, files)
	trusted := filepath.Join(t.TempDir(), "trusted.der")
	if err := os.WriteFile(trusted, s.chain[0].Raw, 0o600); err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]dssVerdict{}
	out := java(t, "*.jar", append([]string{filepath.Join(validators, "Validate.java"), trusted}, slices.Sorted(maps.Values(paths))...)...)
	for line := range strings.Lines(out) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 5 {
			verdicts[f[0]] = dssVerdict{f[1], f[2], f[3], f[4]}
		}
	}
	if got, want := verdicts[paths["whole"]], (dssVerdict{"PAdES-BASELINE-B", "TOTAL_PASSED", "null", "FULL"}); got != want {
		t.Errorf("whole: got %v, want %v", got, want)
	}
	for name := range files {
		got, told := verdicts[paths[name]]
		if name != "whole" && (!told || got.indication == "TOTAL_PASSED" && got.scope == "FULL") {
			t.Errorf("%s: got %v, want it told from the whole file:\n%s", name, got, out)
		}
	}
}
