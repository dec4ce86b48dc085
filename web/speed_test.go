package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// The bars: what the server takes for a page, and what the browser takes to
// show the largest part of it on a processor four times slower.
const (
	serverBar = 20 * time.Millisecond
	paintBar  = 1000.0 // milliseconds
	shiftBar  = 0.01   // a tenth of what counts as good
)

// measured skips a measurement unless it is asked for: a busy machine tells nothing.
func measured(t *testing.T) {
	t.Helper()
	if os.Getenv("CERTREG_MEASURE") != "1" {
		t.Skip("set CERTREG_MEASURE=1 to measure")
	}
}

// As many readers as there are processors ask for every page without a pause,
// 200 times in all: the machine is fully loaded. With more readers the waits of
// the scheduler, 10 ms each, would be measured instead of the pages.
func TestServerTime(t *testing.T) {
	measured(t)
	s := newSite(t)
	for _, p := range stops(s) {
		if p.after != nil || p.name == "applied" || p.name == "holder-link" { // those that write
			continue
		}
		var mu sync.Mutex
		var took []time.Duration
		var readers sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			readers.Go(func() {
				for range 200 / runtime.GOMAXPROCS(0) {
					began := time.Now()
					s.Config.Handler.ServeHTTP(httptest.NewRecorder(), request(p))
					mu.Lock()
					took = append(took, time.Since(began))
					mu.Unlock()
				}
			})
		}
		readers.Wait()
		slices.Sort(took)
		p50, p99 := took[len(took)/2], took[len(took)*99/100]
		t.Logf("%-24s p50 %8s  p99 %8s", p.name, p50.Round(10*time.Microsecond), p99.Round(10*time.Microsecond))
		if p99 > serverBar {
			t.Errorf("%s: got p99 %s, want %s or less", p.name, p99, serverBar)
		}
	}
}

func request(p stop) *http.Request {
	if p.post == "" {
		return httptest.NewRequest(http.MethodGet, p.get, nil)
	}
	form := url.Values{}
	for name, value := range p.form {
		form.Set(name, value)
	}
	r := httptest.NewRequest(http.MethodPost, p.post, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// A phone with a slow processor shows every page soon, and next to nothing moves.
func TestPaint(t *testing.T) {
	measured(t)
	s := newSite(t)
	v := visit(t, s, manner{lang: "zh", width: 360, script: true})
	v.call(chromedp.Call(v.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4}))
	for _, p := range stops(s) {
		v.reach(p)
		paint, err := chromedp.Run(v.ctx, chromedp.Evaluate[map[string]float64](`new Promise((done) => {
			let shift = 0;
			new PerformanceObserver((l) => l.getEntries().forEach((e) => shift += e.value)).observe({type: "layout-shift", buffered: true});
			new PerformanceObserver((l) => setTimeout(() => done({largest: l.getEntries().at(-1).startTime, shift}), 50)).observe({type: "largest-contentful-paint", buffered: true});
		})`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		t.Logf("%-24s largest paint %4.0f ms, layout shift %.3f", p.name, paint["largest"], paint["shift"])
		if paint["largest"] > paintBar || paint["shift"] > shiftBar {
			t.Errorf("%s: got the largest paint after %.0f ms and a shift of %.3f, want %.0f ms and %.2f or less", p.name, paint["largest"], paint["shift"], paintBar, shiftBar)
		}
	}
}
