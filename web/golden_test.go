package web_test

import (
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// random is what differs from one demonstration register to the next.
var random = regexp.MustCompile(`sha256:[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z*~$=]|/static/[a-z]+\.[\w-]{8}|name="token" value="[A-Z2-7]{26}"`)

// bare is a page without what is random and without empty lines.
func bare(body string) string {
	body = random.ReplaceAllStringFunc(body, func(s string) string {
		if i := strings.LastIndexAny(s, `."`); strings.HasPrefix(s, "/static/") {
			return s[:i]
		}
		return "RANDOM"
	})
	var lines []string
	for line := range strings.Lines(body) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// Every page is as it was, in both languages; -update writes what it is now.
func TestPagesAreAsBefore(t *testing.T) {
	s := newSite(t)
	for _, p := range stops(s) {
		for _, lang := range []string{"zh", "en"} {
			t.Run(p.name+" "+lang, func(t *testing.T) {
				got := bare(body(t, s, p, lang))
				if p.name != "home" { // the frame is the same everywhere
					_, got, _ = strings.Cut(got, "<main")
					got, _, _ = strings.Cut(got, "<footer")
					got = "<main" + got
				}
				file := filepath.Join("testdata", "golden", p.name+"."+lang+".html")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil { //nolint:gosec // part of the repository
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s differs (run with -update if it should): -want +got\n%s", file, diff)
				}
			})
		}
	}
}

// body reads the page of a stop.
func body(t *testing.T, s site, p stop, lang string) string {
	t.Helper()
	client := s.Client()
	if p.post == "" {
		query := "?"
		if strings.Contains(p.get, "?") {
			query = "&"
		}
		resp, err := client.Get(s.URL + p.get + query + "lang=" + lang) //nolint:noctx // the server ends with the test
		return readAny(t, resp, err)
	}
	form := url.Values{}
	for name, value := range p.form {
		form.Set(name, value)
	}
	resp, err := client.PostForm(s.URL+p.post+"?lang="+lang, form) //nolint:noctx // the server ends with the test
	first := readAny(t, resp, err)
	if p.after == nil {
		return first
	}
	code := regexp.MustCompile(`name="code" value="([^"]+)"`).FindStringSubmatch(first)
	if code == nil {
		t.Fatalf("%s: got no application code: %.1000s", p.name, first)
	}
	resp, err = client.PostForm(s.URL+"/application?lang="+lang, url.Values{"code": {code[1]}}) //nolint:noctx // the server ends with the test
	return readAny(t, resp, err)
}
