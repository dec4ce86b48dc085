package edition_test

import (
	"html/template"
	"strings"
	"testing"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/edition"
)

// Every edition is shown whole: each condition's published wording, each
// clause in words, each source.
func TestEditionsAreShownWhole(t *testing.T) {
	lib, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range lib.RuleSets() {
		for _, lang := range []string{"zh", "en"} {
			var page, text strings.Builder
			if err := edition.HTML(&page, r, lang); err != nil {
				t.Fatal(err)
			}
			if err := edition.Text(&text, r, lang); err != nil {
				t.Fatal(err)
			}
			for form, got := range map[string]string{"html": page.String(), "text": text.String()} {
				want := []string{r.ID(), r.Digest(), r.Edition().In(lang), r.Authority().Name.In(lang)}
				for _, l := range r.Levels() {
					want = append(want, l.Title.In(lang))
					for _, c := range l.Conditions {
						want = append(want, c.ID, c.Text.ZH)
						if lang == "en" && form == "text" {
							want = append(want, c.Text.EN)
						}
					}
				}
				for _, s := range r.Sources() {
					want = append(want, s.Title.In(lang))
				}
				for _, w := range want {
					if form == "html" {
						w = template.HTMLEscapeString(w)
					}
					if !strings.Contains(got, w) {
						t.Errorf("%s, %s, %s: %q is missing", r.ID(), lang, form, w)
					}
				}
				if strings.Contains(got, "%!") || strings.Contains(got, "ZgotmplZ") {
					t.Errorf("%s, %s, %s: badly written: %s", r.ID(), lang, form, got)
				}
			}
		}
	}
}

// What an edition says is shown as text, whatever it says.
func TestTextsAreEscaped(t *testing.T) {
	r, err := eligibility.ParseRuleSet([]byte(`{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o","name":"<script>alert(1)</script>"},"levels":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	if err := edition.HTML(&page, r, "en"); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "<script>") {
		t.Errorf("got a script: %s", page.String())
	}
}
