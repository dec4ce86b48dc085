package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A manner is how somebody uses the pages.
type manner struct {
	lang   string // zh or en
	width  int    // 360 for a phone, 1280 for a desk
	script bool
	dark   bool
}

// String names the manner as a subtest.
func (m manner) String() string {
	script, theme := "script", "light"
	if !m.script {
		script = "no script"
	}
	if m.dark {
		theme = "dark"
	}
	return fmt.Sprintf("%s %d %s %s", m.lang, m.width, script, theme)
}

// manners is both languages, a phone and a desk, with and without JavaScript;
// two of the eight unless CERTREG_TEST_REQUIRE is 1.
func manners() []manner {
	if os.Getenv("CERTREG_TEST_REQUIRE") != "1" {
		return []manner{{lang: "zh", width: 360, script: true}, {lang: "en", width: 1280, script: false}}
	}
	var all []manner
	for _, lang := range []string{"zh", "en"} {
		for _, width := range []int{360, 1280} {
			for _, script := range []bool{true, false} {
				all = append(all, manner{lang: lang, width: width, script: script})
			}
		}
	}
	return all
}

// chromium starts the browser once for all tests.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "certreg-chromium-")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(dir),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	closers = append(closers, func() { cancel(); _ = os.RemoveAll(dir) })
	_, err = chromedp.Run(ctx, chromedp.Title()) // without a deadline: it would end the browser
	return ctx, err
})

// closers are run when all tests are done.
var closers []func()

// A visitor uses the pages in a real browser.
type visitor struct {
	t    testing.TB
	ctx  context.Context
	base string
	manner
}

// visit opens a window of its own, with its own cookies. Where there is no
// browser the test is skipped, and fails when CERTREG_TEST_REQUIRE is 1.
func visit(t testing.TB, s site, m manner) *visitor {
	t.Helper()
	if testing.Short() {
		t.Skip("the browser takes its time: full runs only")
	}
	browser, err := chromium()
	if err != nil {
		if os.Getenv("CERTREG_TEST_REQUIRE") == "1" {
			t.Fatalf("a browser is required: %v", err)
		}
		t.Skipf("NOT TESTED IN A BROWSER: %v", err)
	}
	tab, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	v := &visitor{t: t, ctx: tab, base: s.URL, manner: m}
	theme := "light"
	if m.dark {
		theme = "dark"
	}
	v.do(chromedp.EmulateViewport(int64(m.width), map[bool]int64{true: 740, false: 900}[m.width < 500]))
	// The first action opened the window and could not have a deadline.
	v.ctx, cancel = context.WithTimeout(tab, 2*time.Minute)
	t.Cleanup(cancel)
	v.call(chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}))
	v.call(chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !m.script}))
	return v
}

func (v *visitor) call(_ any, err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *visitor) do(actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, actions...); err != nil {
		v.t.Fatal(err)
	}
}

// ask evaluates an expression in the page. It works without JavaScript too.
func ask[T any](v *visitor, expression string, args ...any) T {
	v.t.Helper()
	return evaluate[T](v, expression, args)
}

// await evaluates an expression that is a promise.
func await[T any](v *visitor, expression string, args ...any) T {
	v.t.Helper()
	return evaluate[T](v, expression, args, chromedp.EvalAwaitPromise)
}

func evaluate[T any](v *visitor, expression string, args []any, options ...chromedp.EvaluateOption) T {
	v.t.Helper()
	for i, a := range args {
		quoted, err := json.Marshal(a)
		if err != nil {
			v.t.Fatal(err)
		}
		args[i] = string(quoted)
	}
	if len(args) > 0 {
		expression = fmt.Sprintf(expression, args...)
	}
	got, err := chromedp.Run(v.ctx, chromedp.Evaluate[T](expression, options...))
	if err != nil {
		v.t.Fatalf("%.500s: %v", expression, err)
	}
	return got
}

// open goes to an address of the site.
func (v *visitor) open(address string) {
	v.t.Helper()
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	path, hash, _ := strings.Cut(address, "#")
	address = path + sep + "lang=" + v.lang
	if hash != "" {
		address += "#" + hash
	}
	v.do(chromedp.Navigate(v.base + address))
}

// leave does something that leads to another page and waits for it.
func (v *visitor) leave(deed func()) {
	v.t.Helper()
	ask[bool](v, `(document.documentElement.dataset.left = "yes", true)`)
	deed()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		there, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && !document.documentElement.dataset.left`))
		if err == nil && there {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	v.t.Fatalf("still at %s %q", ask[string](v, "location.href"), v.heading())
}

// click clicks the middle of the first element that a script returns.
func (v *visitor) click(script string, args ...any) {
	v.t.Helper()
	at := ask[[]float64](v, `(() => { const e = `+script+`; if (!e) return []; e.scrollIntoView({block: "center", behavior: "instant"}); const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; })()`, args...)
	if len(at) != 2 {
		v.t.Fatalf("at %q: nothing to click: "+script, append([]any{v.heading()}, args...)...)
	}
	v.do(chromedp.MouseClickXY(at[0], at[1]))
}

// press follows the link or presses the button with the given words.
func (v *visitor) press(words string) {
	v.t.Helper()
	v.leave(func() {
		v.click(`[...document.querySelectorAll("main a, main button, header button, header a")].find((e) => e.checkVisibility() && e.innerText.trim().startsWith(%s))`, words)
	})
}

// choose chooses the option with a value in the group of the given name.
func (v *visitor) choose(name, value string) {
	v.t.Helper()
	v.click(`document.querySelector("label[for=" + CSS.escape(%s + "-" + %s) + "]")`, name, value)
}

// fill types into the input of the given name.
func (v *visitor) fill(name, value string) {
	v.t.Helper()
	v.click(`document.getElementById(%s)`, name)
	v.do(chromedp.KeyEvent(value))
}

// date fills in a date field.
func (v *visitor) date(name, year, month, day string) {
	v.t.Helper()
	v.fill(name+"-y", year)
	v.fill(name+"-m", month)
	if day != "" {
		v.fill(name+"-d", day)
	}
}

func (v *visitor) heading() string {
	v.t.Helper()
	return ask[string](v, `document.querySelector("h1")?.innerText.trim() ?? ""`)
}

// wantHeading fails unless the page has the heading, in the visitor's language.
func (v *visitor) wantHeading(zh, en string) {
	v.t.Helper()
	want := zh
	if v.lang == "en" {
		want = en
	}
	if got := v.heading(); got != want {
		v.t.Fatalf("got the page %q, want %q: %s", got, want, ask[string](v, `document.querySelector("main").innerText.slice(0, 400)`))
	}
	v.wantFit()
}

// wantFit fails if the page is wider than the window, or in another language.
func (v *visitor) wantFit() {
	v.t.Helper()
	if over := ask[int](v, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		v.t.Errorf("%s at %q: the page is %d px wider than the window", v.manner, v.heading(), over)
	}
	tag := map[string]string{"zh": "zh-Hans", "en": "en"}[v.lang]
	if got := ask[string](v, `document.documentElement.lang`); got != tag {
		v.t.Errorf("%s: got a page in %q, want %q", v.manner, got, tag)
	}
}

// say is a text in the visitor's language.
func (v *visitor) say(zh, en string) string {
	if v.lang == "en" {
		return en
	}
	return zh
}

// post sends a form without filling it in.
func (v *visitor) post(address string, form map[string]string) {
	v.t.Helper()
	v.open("/about")
	v.leave(func() {
		ask[bool](v, `((action, form) => {
			const f = document.createElement("form");
			f.method = "post"; f.action = action;
			for (const [name, value] of Object.entries(form)) {
				const i = document.createElement("textarea");
				i.name = name; i.value = value;
				f.append(i);
			}
			document.body.append(f);
			HTMLFormElement.prototype.submit.call(f);
			return true;
		})(%s, %s)`, address, form)
	})
}
