package web_test

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/certreg/certreg/eligibility"
)

// Every embedded occupation has its page with the text of every condition, and
// can be checked: each level, knowing nothing, asks and comes to an answer.
func TestEveryOccupation(t *testing.T) {
	library, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	s := newSiteWith(t, library)
	for _, rs := range library.RuleSets() {
		id := rs.Occupation().ID
		page := get(t, s, "/occupations/"+id, 200)
		for _, l := range rs.Levels() {
			for _, c := range l.Conditions {
				if !strings.Contains(page, c.Text.ZH) || !strings.Contains(page, `id="`+rs.ID()+"-"+c.ID+`"`) {
					t.Errorf("%s: condition %s of %s is not on the page, or has no anchor", id, c.ID, rs.ID())
				}
			}
		}
	}
	for _, o := range library.Occupations() {
		if rs, ok := library.Governing(o.ID, s.registry.Today()); ok {
			for _, l := range append(rs.Levels(), eligibility.Level{}) {
				t.Run(o.ID+" "+strconv.Itoa(l.Number), func(t *testing.T) { answerAll(t, s, o.ID, l.Number) })
			}
		}
	}
}

var (
	stateOf = regexp.MustCompile(`name="state" value="([^"]*)"`)
	stepOf  = regexp.MustCompile(`name="step" value="([^"]*)"`)
)

// answerAll answers "no" to everything that is asked.
func answerAll(t *testing.T, s site, occupation string, level int) {
	t.Helper()
	page := post(t, s, "/check", 200, url.Values{
		"state": {`{"occupation":"` + occupation + `"}`}, "step": {"level"}, "level": {strconv.Itoa(level)},
	})
	for range 12 {
		step := stepOf.FindStringSubmatch(page)[1]
		form := url.Values{"state": {strings.ReplaceAll(stateOf.FindStringSubmatch(page)[1], "&#34;", `"`)}, "step": {step}}
		switch step {
		case "result":
			if !strings.Contains(page, `class="verdict`) {
				t.Errorf("got no verdict: %.1000s", page)
			}
			return
		case "born":
			form.Set("born-y", "1990")
			form.Set("born-m", "5")
		default:
			form.Set("known", "no")
		}
		page = post(t, s, "/check", 200, form)
	}
	t.Errorf("got no answer after 12 pages, but %s", stepOf.FindStringSubmatch(page)[1])
}
