package web_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/client"
	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/registry"
	"github.com/certreg/certreg/web"
)

// newOwnSite is a site whose public address is the one it is served at, as
// phones need it. The server is new, or one that is to take another's place.
func newOwnSite(t *testing.T, server *httptest.Server, config web.Config) site {
	t.Helper()
	library, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if config.PublicURL == "" {
		config.PublicURL = "http://" + server.Listener.Addr().String()
	}
	unlimited := client.Quota{Burst: 1e6, PerMinute: 1e6}
	return newSiteAt(t, server, library, config, client.Config{Quotas: map[string]client.Quota{"look-up": unlimited, "holder": unlimited}})
}

// serverAt is a server for the address of one that was closed.
func serverAt(t testing.TB, address string) *httptest.Server {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	_ = server.Listener.Close() // another takes its place
	server.Listener = l
	return server
}

// reopen serves a site again after it was closed.
func (s site) reopen() site {
	s.t.Helper()
	server := serverAt(s.t, s.Listener.Addr().String())
	server.Config.Handler = s.Config.Handler
	server.Start()
	s.t.Cleanup(server.Close)
	s.Server = server
	return s
}

// qr is the address in the QR code of a certificate, without that of the site.
func (s site) qr(n registry.Number) string {
	s.t.Helper()
	return s.qrOf(s.certificate(n))
}

// qrOf is qr for one version of a certificate.
func (s site) qrOf(cert registry.Certificate) string {
	s.t.Helper()
	text, err := s.office.QR(s.t.Context(), cert)
	if err != nil {
		s.t.Fatal(err)
	}
	return text[strings.Index(text, "/v/"):]
}

// prepare has the visitor's browser keep the page for a time without network.
func (v *visitor) prepare() {
	v.t.Helper()
	v.open("/verify")
	await[bool](v, `navigator.serviceWorker.ready.then(() => true)`)
}

// scan opens the address in a QR code, in a window that shows something else,
// and waits for the answer.
func (v *visitor) scan(address string) {
	v.t.Helper()
	v.do(chromedp.Navigate("about:blank"))
	v.open(address)
	v.do(chromedp.WaitVisible(chromedp.CSS("#answer")))
}

// wantAnswer fails unless the page shows the answer, in its tint, and nothing green.
func (v *visitor) wantAnswer(tint, zh, en string) {
	v.t.Helper()
	v.wantHeading(zh, en)
	if got := ask[string](v, `document.querySelector(".verdict").className`); got != "verdict "+tint {
		v.t.Errorf("%s: got a verdict of the class %q, want %q", v.heading(), got, "verdict "+tint)
	}
	colour := map[bool]string{true: "--no", false: "--wait"}[strings.HasPrefix(tint, "is-no")]
	if !ask[bool](v, `getComputedStyle(document.querySelector(".verdict")).getPropertyValue("--tint") === getComputedStyle(document.body).getPropertyValue(%s)`, colour) {
		v.t.Errorf("%s: the verdict is not of the colour %s", v.heading(), colour)
	}
	if ask[bool](v, `[document, ...[...document.querySelectorAll("template")].map((t) => t.content)].some((d) => d.querySelector(".is-yes"))`) {
		v.t.Errorf("%s: something is green", v.heading())
	}
}

// Once a phone was on the register's site, the QR code of a certificate tells
// it something without network, and never more than what was so.
func TestScanWithoutNetwork(t *testing.T) {
	axe := axeScript(t)
	for _, m := range []manner{{lang: "zh", width: 360, script: true}, {lang: "en", width: 1280, script: true, dark: true}, {lang: "en", width: 360, script: true}} {
		t.Run(m.String(), func(t *testing.T) {
			s := newOwnSite(t, httptest.NewUnstartedServer(nil), web.Config{})
			valid := s.qr(s.contents.Valid)
			link, fragment, _ := strings.Cut(valid, "#")
			tests := []struct{ name, address, tint, zh, en string }{
				{"valid", valid, "is-wait", "当时有效，现在未知", "Valid then, not known now"},
				{"suspended", s.qr(s.contents.Suspended), "is-wait", "当时已暂停", "Suspended then"},
				{"withdrawn", s.qr(s.contents.Withdrawn), "is-no", "已撤销", "Withdrawn"},
				{"altered", link + "#" + strings.Replace(fragment, fragment[8:9], string(fragment[8]^1), 1), "is-no", "不能信任", "Not to be trusted"},
				{"of another certificate", strings.Replace(valid, "/v/", "/v/X", 1), "is-no", "不能信任", "Not to be trusted"},
				{"of another register", newOwnSite(t, httptest.NewUnstartedServer(nil), web.Config{PublicURL: s.URL}).qr(s.contents.Valid), "is-no is-dashed", "不能信任", "Not to be trusted"},
				{"no statement", link, "is-wait", "没有网络，无法核验", "No network, nothing to tell"},
			}
			v := visit(t, s, m)
			v.prepare()
			s.Close()
			for _, tt := range tests {
				v.scan(tt.address)
				v.wantAnswer(tt.tint, tt.zh, tt.en)
				v.wantAccessible(axe, tt.name)
			}
			v.scan(valid)
			cert := s.certificate(s.contents.Valid)
			v.wantText(string(cert.Number))
			v.wantText(v.say("没有网络：该证书在2026年11月21日 09:30（北京时间）的状态为“有效”，由 "+strings.TrimPrefix(s.URL, "http://")+" 签名；之后是否变更，须联网核验。",
				"No network: the certificate’s status on 21 November 2026 at 09:30 (China Standard Time) was “valid”, signed by "+strings.TrimPrefix(s.URL, "http://")))
			v.wantText(s.keys.Keys()[0].ID())
			if text := ask[string](v, `document.documentElement.innerText`); strings.Contains(text, cert.Holder) || strings.Contains(text, cert.Document.Number[len(cert.Document.Number)-4:]) {
				t.Errorf("the page tells of the holder: %s", text)
			}
			v.press(v.say("English", "中文"))
			v.do(chromedp.WaitVisible(chromedp.CSS("#answer")))
			v.lang = v.say("en", "zh")
			v.wantHeading("当时有效，现在未知", "Valid then, not known now")
		})
	}
}

// Only the addresses of QR codes and the page to verify at are answered
// without the register, and the register's own answer comes first.
func TestRegisterComesFirst(t *testing.T) {
	s := newOwnSite(t, httptest.NewUnstartedServer(nil), web.Config{})
	v := visit(t, s, manner{lang: "zh", width: 360, script: true})
	qr, number := s.qr(s.contents.Valid), "/verify/"+string(s.contents.Valid)
	v.prepare()
	v.open(qr)
	v.wantHeading("有效", "")
	v.open(number)
	v.wantHeading("有效", "")
	old := s.certificate(s.contents.Corrected)
	old.Version = 1
	v.open(s.qrOf(old))
	v.wantHeading("已被新证书取代", "")
	for _, address := range await[[]string](v, `(async () => {
		const found = [];
		for (const name of await caches.keys()) found.push(...(await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname));
		return found;
	})()`) {
		if !strings.HasPrefix(address, "/static/") && address != "/verify/offline" && address != "/.well-known/certreg.json" {
			t.Errorf("the browser keeps %s", address)
		}
	}
	s.Close()
	for _, address := range []string{"/", number, "/check", "/verify/many", "/v1/certificates/" + string(s.contents.Valid)} {
		if err := chromedp.Do(v.ctx, chromedp.Navigate(s.URL+address)); err == nil || !strings.Contains(err.Error(), "ERR_CONNECTION_REFUSED") {
			t.Errorf("%s without the register: got %v, want the browser's own error", address, err)
		}
	}
	v.open("/verify/offline") // where the home screen leads
	v.wantHeading("没有网络时核验", "")
	v.open("/verify")
	v.wantHeading("没有网络时核验", "")
	v.wantText("没有网络，或登记系统没有应答")
	v.scan(s.qrOf(old)) // that it was superseded only the register knows
	v.wantAnswer("is-wait", "当时有效，现在未知", "")
	v.scan(qr)
	s.reopen()
	v.press("再试一次")
	v.wantHeading("有效", "")
}

// The page gives way to the register's answer as soon as there is network,
// and to another code with the same link.
func TestPageWithoutNetworkGivesWay(t *testing.T) {
	s := newOwnSite(t, httptest.NewUnstartedServer(nil), web.Config{})
	v := visit(t, s, manner{lang: "en", width: 360, script: true})
	v.prepare()
	s.Close()
	v.scan(s.qr(s.contents.Valid))
	v.leave(func() { ask[bool](v, `(location.hash = location.hash.slice(0, -1), true)`) })
	v.do(chromedp.WaitVisible(chromedp.CSS("#answer")))
	v.wantAnswer("is-no", "", "Not to be trusted")
	s.reopen()
	v.leave(func() { ask[bool](v, `dispatchEvent(new Event("online"))`) })
	v.wantHeading("", "Valid")
}

// A phone that never was on the site has nothing to answer with.
func TestNeverVisited(t *testing.T) {
	s := newOwnSite(t, httptest.NewUnstartedServer(nil), web.Config{})
	v := visit(t, s, manner{lang: "zh", width: 360, script: true})
	qr := s.qr(s.contents.Valid)
	s.Close()
	if err := chromedp.Do(v.ctx, chromedp.Navigate(s.URL+qr)); err == nil || !strings.Contains(err.Error(), "ERR_CONNECTION_REFUSED") {
		t.Errorf("got %v, want the browser's own error", err)
	}
}

// Keys that were lost are told, with what the phone learnt when it last was online.
func TestScanAfterAKeyWasLost(t *testing.T) {
	s := newOwnSite(t, httptest.NewUnstartedServer(nil), web.Config{})
	v := visit(t, s, manner{lang: "zh", width: 360, script: true})
	qr := s.qr(s.contents.Valid)
	v.prepare()
	s.Close()
	if err := s.keys.Compromise(s.keys.Keys()[0].ID(), now.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	s = s.reopen()
	v.open("/verify")
	lost := `caches.match("/.well-known/certreg.json").then((copy) => copy.json()).then((trust) => Boolean(trust.keys[0].compromisedAt))`
	v.until(lost) // it is fetched after the page
	s.Close()
	v.scan(qr)
	v.wantAnswer("is-wait", "不能只凭二维码判断", "")
	v.wantText("当时的状态")
}

// before has the browser run a script before those of every page.
func (v *visitor) before(script string) {
	v.t.Helper()
	v.call(chromedp.Call(v.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}))
}

func TestBrowserWithoutEd25519(t *testing.T) {
	s := newOwnSite(t, httptest.NewUnstartedServer(nil), web.Config{})
	v := visit(t, s, manner{lang: "zh", width: 360, script: true})
	v.before(`SubtleCrypto.prototype.importKey = async () => { throw new DOMException("Ed25519", "NotSupportedError"); };`)
	v.prepare()
	s.Close()
	v.scan(s.qr(s.contents.Valid))
	v.wantAnswer("is-wait", "这个浏览器不能核对签名", "")
	if text := ask[string](v, `document.querySelector("main").innerText`); strings.Contains(text, string(s.contents.Valid)) {
		t.Errorf("something is told of the certificate: %s", text)
	}
}

// What is pasted is checked where it is.
func TestPasteQRText(t *testing.T) {
	s := newOwnSite(t, httptest.NewUnstartedServer(nil), web.Config{})
	v := visit(t, s, manner{lang: "en", width: 1280, script: true})
	v.open("/verify/offline")
	v.do(chromedp.WaitVisible(chromedp.CSS("#ready p")))
	v.wantText("This device is ready")
	paste := func(text string) {
		t.Helper()
		ask[bool](v, `(document.getElementById("text").value = %s, document.querySelector("#paste button").click(), true)`, text)
	}
	qr := s.URL + s.qr(s.contents.Valid)
	paste(" " + qr[:60] + "\n" + qr[60:] + "\n")
	v.do(chromedp.WaitVisible(chromedp.CSS("#answer")))
	v.wantAnswer("is-wait", "", "Valid then, not known now")
	if text := ask[string](v, `document.querySelector("main").innerText`); strings.Contains(text, "No network") {
		t.Errorf("got %q, want no word of a missing network", text)
	}
	if got := ask[string](v, `document.activeElement.id`); got != "answer" {
		t.Errorf("the focus is on %q, want the answer", got)
	}
	v.press("Verify online")
	v.wantHeading("", "Valid")
	v.open("/verify/offline")
	v.do(chromedp.WaitVisible(chromedp.CSS("#ready p")))
	paste(strings.Replace(qr, "http://", "https://evil.example/", 1))
	v.do(chromedp.WaitVisible(chromedp.CSS("#answer")))
	v.wantAnswer("is-no is-dashed", "", "Not to be trusted")
}

// The camera is asked for when its button is pressed, and not before. Chromium
// finds codes on some systems only, so the detector is the test's own.
func TestScanWithTheCamera(t *testing.T) {
	s := newOwnSite(t, httptest.NewUnstartedServer(nil), web.Config{})
	v := visit(t, s, manner{lang: "zh", width: 360, script: true})
	v.before(`
		window.asked = 0;
		window.BarcodeDetector = class {
			static async getSupportedFormats() { return ["qr_code"]; }
			async detect(image) { return window.scanned && (image.videoWidth || image.width) ? [{ rawValue: window.scanned }] : []; }
		};
		window.tracks = [];
		navigator.mediaDevices.getUserMedia = async () => {
			window.asked++;
			if (!window.scanned) throw new DOMException("", "NotAllowedError");
			const canvas = document.createElement("canvas");
			canvas.getContext("2d").fillRect(0, 0, 9, 9);
			const stream = canvas.captureStream(30);
			window.tracks.push(...stream.getTracks());
			return stream;
		};`)
	v.open("/verify/offline")
	v.do(chromedp.WaitVisible(chromedp.CSS("#ready p")), chromedp.WaitVisible(chromedp.CSS("#camera")))
	if got := ask[int](v, `asked`); got != 0 {
		t.Errorf("the camera was asked for %d times before its button was pressed", got)
	}
	v.click(`document.getElementById("camera")`)
	v.do(chromedp.WaitVisible(chromedp.CSS("#scan-status:not(:empty)")))
	v.wantText("没能打开相机")
	picture, err := filepath.Abs("static/icon192.png")
	if err != nil {
		t.Fatal(err)
	}
	v.do(chromedp.SetUploadFiles(chromedp.CSS("#picture"), []string{picture}))
	v.until(`Promise.resolve(document.getElementById("scan-status").textContent === "照片里没有找到二维码。")`)
	ask[bool](v, `(window.scanned = %s, document.getElementById("picture").dispatchEvent(new Event("change")))`, s.URL+s.qr(s.contents.Suspended))
	v.do(chromedp.WaitVisible(chromedp.CSS("#answer")))
	v.wantAnswer("is-wait", "当时已暂停", "")
	ask[bool](v, `(window.scanned = %s, true)`, s.URL+s.qr(s.contents.Withdrawn))
	v.click(`document.getElementById("camera")`)
	v.do(chromedp.WaitVisible(chromedp.CSS("#shown .is-no")))
	v.wantAnswer("is-no", "已撤销", "")
	if got := ask[string](v, `tracks.map((t) => t.readyState).join()`); got != "ended" {
		t.Errorf("the camera is %q after the code was read, want it ended", got)
	}
}

// Without JavaScript the page says what it needs, and what works without.
func TestOfflinePageWithoutScript(t *testing.T) {
	s := newSite(t)
	v := visit(t, s, manner{lang: "zh", width: 360})
	v.open("/verify/offline")
	v.wantHeading("没有网络时核验", "")
	v.wantText("不用它，也可以联网核验")
	if ask[bool](v, `document.getElementById("paste").checkVisibility()`) {
		t.Error("a form is shown that does nothing")
	}
}

// Every standing that a QR code can tell has its answer.
func TestEveryStandingHasAnAnswer(t *testing.T) {
	s := newSite(t)
	shown := get(t, s, "/verify/offline", http.StatusOK)
	for _, standing := range []credential.Standing{credential.Valid, credential.Suspended, credential.Withdrawn, credential.Cancelled, credential.Void, credential.Superseded} {
		if !strings.Contains(shown, `<template id="answer-`+string(standing)+`" data-word="`) {
			t.Errorf("got no answer for %s", standing)
		}
	}
}
