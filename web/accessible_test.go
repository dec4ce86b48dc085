package web_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/certreg/certreg/registry"
)

// A stop is a page in one of its states, and how to get there.
type stop struct {
	name  string
	get   string            // address, or
	post  string            // address of a form
	form  map[string]string // with what is sent
	after func(v *visitor)
}

// stops is every page in every state that looks different.
func stops(s site) []stop {
	valid := string(s.contents.Valid)
	holder := s.holderOf(s.contents.Valid)
	other := s.holderOf(s.contents.Reissued)
	link := maps.Clone(holder)
	maps.Copy(link, map[string]string{"go": "link", "purpose": "应聘示范公司", "fields": "name", "days": "90"})
	shown, err := s.registry.MakeLink(s.t.Context(), registry.HolderProof{Code: other["code"], Last: other["last"]}, "", registry.NewLink{
		Purpose: "应聘示范公司", Fields: registry.LinkFields(), ExpiresOn: s.registry.Today(),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return append([]stop{
		{name: "home", get: "/"},
		{name: "about", get: "/about"},
		{name: "occupations", get: "/occupations"},
		{name: "occupation", get: "/occupations/customer-service-manager"},
		{name: "problems", get: "/problems"},
		{name: "problem-type", get: "/problems/sitting-full"},
		{name: "not-found", get: "/nowhere"},
		{name: "verify", get: "/verify"},
		{name: "verify-fault", post: "/verify", form: map[string]string{"number": " "}},
		{name: "lookup-valid", get: "/verify/" + valid},
		{name: "lookup-name", post: "/verify", form: map[string]string{"number": valid, "name": s.contents.Holder}},
		{name: "lookup-other-name", post: "/verify", form: map[string]string{"number": valid, "name": "王小明"}},
		{name: "lookup-superseded", get: "/verify/" + string(s.contents.Corrected) + "?paper=" + s.contents.SupersededPaper},
		{name: "lookup-other-paper", get: "/verify/" + valid + "?paper=P99999999"},
		{name: "lookup-untold", get: "/verify/" + string(s.contents.Reissued)},
		{name: "lookup-scanned-old", get: "/v/" + s.certificate(s.contents.Corrected).Code + "/1"},
		{name: "lookup-scanned", get: "/v/" + s.certificate(s.contents.Corrected).Code + "/2"},
		{name: "lookup-withdrawn", get: "/verify/" + string(s.contents.Withdrawn)},
		{name: "lookup-suspended", get: "/verify/" + string(s.contents.Suspended)},
		{name: "lookup-never-issued", get: "/verify/" + valid[:11] + "99999"},
		{name: "lookup-outside-coverage", get: "/verify/0510012003300001"},
		{name: "lookup-unreadable", get: "/verify/1234"},
		{name: "many", get: "/verify/many"},
		{name: "many-fault", post: "/verify/many", form: map[string]string{"list": ""}},
		{name: "many-result", post: "/verify/many", form: map[string]string{"list": valid + "," + s.contents.Holder + "\n" + string(s.contents.Withdrawn) + "\n" + valid + ",王小明\n1234\n" + valid[:11] + "99999"}},
		{name: "file", get: "/verify/file"},
		{name: "offline", get: "/verify/offline"},
		{name: "holder-ask", get: "/holder"},
		{name: "holder-ask-fault", post: "/holder", form: map[string]string{"code": "7K3M", "last": "1"}},
		{name: "holder", post: "/holder", form: holder},
		{name: "holder-link", post: "/holder", form: link},
		{name: "link", get: "/l/" + shown.Code},
		{name: "code", get: "/application"},
		{name: "code-fault", post: "/application", form: map[string]string{"code": "7K3M"}},
	}, checkStops(s)...)
}

// checkStops is the pages of the check and of applying.
func checkStops(s site) []stop {
	soon, long := workSince("2024-02-01"), workSince("2021-02-01")
	nothing := `{"occupation":"customer-service-manager","level":2,"told":{"education":{"known":"no"},"certificates":{"known":"no"},"work":{"known":"no"},"training":{"known":"no"}}}`
	unsure := `{"occupation":"customer-service-manager","level":2,"told":{"education":{"known":"unknown"},"work":{"known":"unknown"}}}`
	all := strings.Replace(long, `"level":2`, `"level":0`, 1)
	sitting := ""
	if open, err := s.registry.OpenSittings(s.t.Context(), "customer-service-manager", 2); err == nil && len(open) > 0 {
		sitting = open[0].ID
	}
	check := func(name, state, step, deed string) stop {
		return stop{name: name, post: "/check", form: map[string]string{"state": state, "step": step, "go": deed}}
	}
	return []stop{
		{name: "check-start", get: "/check"},
		check("check-start-fault", "{}", "start", ""),
		check("check-level-fault", `{"occupation":"customer-service-manager"}`, "level", ""),
		check("check-gate", nothing, "answers", "change:work"),
		check("check-gate-fault", `{"occupation":"customer-service-manager","level":2}`, "work", ""),
		check("check-entry", nothing, "answers", "change:work.0"),
		check("check-entry-fault", nothing, "work.0", ""),
		check("check-list", soon, "answers", "change:work"),
		check("check-day", soon, "answers", "change:day"),
		check("check-review", soon, "answers", "show"),
		check("result-eligible", long, "result", "show"),
		check("result-not-yet", soon, "result", "show"),
		check("result-not-eligible", nothing, "result", "show"),
		check("result-needs-information", unsure, "result", "show"),
		check("result-all-levels", all, "result", "show"),
		{name: "apply", post: "/apply", form: map[string]string{"state": long, "sitting": sitting}},
		{name: "apply-fault", post: "/apply", form: map[string]string{"state": long, "sitting": sitting, "step": "apply", "truth": "yes"}},
		{name: "applied", post: "/apply", form: map[string]string{"state": long, "sitting": sitting, "step": "apply", "truth": "yes", "kind": "citizen-id", "number": "11010519491231002X", "name": "测试考生", "token": "stops"}},
		{
			name: "progress", post: "/apply",
			form:  map[string]string{"state": long, "sitting": sitting, "step": "apply", "truth": "yes", "kind": "citizen-id", "number": "11010519491231002X", "name": "测试考生", "token": "stops"},
			after: func(v *visitor) { v.press(v.say("查看申报进度", "Follow the application")) },
		},
	}
}

// holderOf is what the holder of a certificate fills in to see it.
func (s site) holderOf(n registry.Number) map[string]string {
	s.t.Helper()
	cert := s.certificate(n)
	return map[string]string{"code": cert.Code, "last": cert.Document.Number[len(cert.Document.Number)-4:]}
}

// reach goes to a stop.
func (v *visitor) reach(p stop) {
	v.t.Helper()
	if p.post != "" {
		v.post(p.post, p.form)
	} else {
		v.open(p.get)
	}
	if p.after != nil {
		p.after(v)
	}
}

// axeScript is axe-core, which "npm ci" in web/tools installs.
func axeScript(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile("tools/node_modules/axe-core/axe.min.js")
	if errors.Is(err, fs.ErrNotExist) {
		if os.Getenv("CERTREG_TEST_REQUIRE") == "1" {
			t.Fatal("axe-core is required: run npm ci in web/tools")
		}
		t.Skip("NOT TESTED FOR ACCESSIBILITY: run npm ci in web/tools")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// A report is what axe says of a page.
type report struct {
	Rules      int `json:"rules"` // that had something to look at
	Violations []struct {
		ID    string   `json:"id"`
		Help  string   `json:"help"`
		Nodes []string `json:"nodes"`
	} `json:"violations"`
}

// wantAccessible fails if axe finds fault with the page.
func (v *visitor) wantAccessible(axe, name string) {
	v.t.Helper()
	ask[bool](v, "(() => {"+axe+"\nreturn true})()")
	found := await[report](v, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((r) => ({
		rules: r.passes.length + r.violations.length,
		violations: r.violations.map((x) => ({id: x.id, help: x.help, nodes: x.nodes.map((n) => n.html + " " + n.failureSummary)})),
	}))`)
	if found.Rules < 15 {
		v.t.Errorf("%s: got %d rules of axe with something to look at, want 15 or more", name, found.Rules)
	}
	for _, f := range found.Violations {
		v.t.Errorf("%s: %s (%s): %s", name, f.ID, f.Help, strings.Join(f.Nodes, "\n"))
	}
}

func TestPagesAreAccessible(t *testing.T) {
	axe := axeScript(t)
	looks := []manner{{lang: "zh", width: 360, script: true}, {lang: "en", width: 1280, script: true, dark: true}}
	if os.Getenv("CERTREG_TEST_REQUIRE") == "1" {
		looks = append(looks, manner{lang: "en", width: 360, script: true, dark: true}, manner{lang: "zh", width: 1280, script: true})
	}
	for _, m := range looks {
		t.Run(m.String(), func(t *testing.T) {
			s := newSite(t)
			v := visit(t, s, m)
			checked := 0
			for _, p := range stops(s) {
				v.reach(p)
				v.wantFit()
				v.wantAccessible(axe, p.name)
				checked++
			}
			t.Logf("axe: %d pages checked", checked)
		})
	}
}

// The check can be done with the keyboard alone, and the focus is always seen.
func TestCheckByKeyboard(t *testing.T) {
	s := newSite(t)
	v := visit(t, s, manner{lang: "zh", width: 1280, script: true})
	v.open("/")
	v.tabTo("a.skip")
	v.leaveByKey("查一查我能否申报")
	v.wantHeading("我能申报吗？", "")
	v.tabTo("#level-3")
	v.do(chromedp.KeyEvent(kb.ArrowDown)) // level 2
	v.do(chromedp.KeyEvent(kb.ArrowDown)) // level 1
	v.do(chromedp.KeyEvent(kb.ArrowUp))
	v.leaveByKey("继续")
	v.wantHeading("您有毕业证书吗？", "")
	v.tabTo("#known-yes")
	v.do(chromedp.KeyEvent(" "))
	v.leaveByKey("继续")
	v.tabTo("#level-doctorate")
	v.do(chromedp.KeyEvent(kb.ArrowDown)) // a master needs no certificate but two years of work
	v.tabTo("#field-own")
	v.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	v.tabTo("#awarded-y")
	v.do(chromedp.KeyEvent("2018\t7"))
	v.leaveByKey("继续")
	v.tabTo("#more-no")
	v.do(chromedp.KeyEvent(" "))
	v.leaveByKey("继续")
	for v.heading() != "您从事过这个职业或相关职业吗？" {
		v.tabTo("#known-yes")
		v.do(chromedp.KeyEvent(kb.ArrowDown)) // no
		v.leaveByKey("继续")
	}
	v.tabTo("#known-yes")
	v.do(chromedp.KeyEvent(" "))
	v.leaveByKey("继续")
	v.tabTo("#occupation-own")
	v.do(chromedp.KeyEvent(" "))
	v.tabTo("#from-y")
	v.do(chromedp.KeyEvent("2019\t3\t1"))
	v.tabTo("#to-now")
	v.do(chromedp.KeyEvent(" "))
	v.leave(func() { v.do(chromedp.KeyEvent(kb.Enter)) }) // Enter in a form continues
	v.tabTo("#more-no")
	v.do(chromedp.KeyEvent(" "))
	v.leaveByKey("继续")
	v.wantHeading("核对您的回答", "")
	v.leaveByKey("看结论")
	v.wantHeading("您现在可以申报二级", "")
	v.wantText("符合申报条件第 7 项")
}

// tabTo presses Tab until the element has the focus, which must be seen.
func (v *visitor) tabTo(selector string) {
	v.t.Helper()
	v.tab(`document.activeElement.matches(` + quote(selector) + `)`)
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func (v *visitor) tab(there string) {
	v.t.Helper()
	for range 120 {
		v.do(chromedp.KeyEvent(kb.Tab))
		seen := ask[bool](v, `(() => { const e = document.activeElement; if (e === document.body) return true; const s = getComputedStyle(e); const r = e.getBoundingClientRect(); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && r.bottom > 0 && r.top < innerHeight; })()`)
		if !seen {
			v.t.Errorf("at %q: the focus is not seen on %s", v.heading(), ask[string](v, `document.activeElement.outerHTML`))
		}
		if ask[bool](v, there) {
			return
		}
	}
	v.t.Fatalf("at %q: Tab never reaches %s", v.heading(), there)
}

// leaveByKey tabs to the link or button with the words and presses Enter.
func (v *visitor) leaveByKey(words string) {
	v.t.Helper()
	v.tab(`document.activeElement.innerText?.trim() === ` + quote(words))
	v.leave(func() { v.do(chromedp.KeyEvent(kb.Enter)) })
}
