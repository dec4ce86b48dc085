package web_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/certreg/certreg/registry"
	"github.com/certreg/certreg/web"
)

func TestNewSaysWhatIsMissing(t *testing.T) {
	if _, err := web.New(web.Config{}); err == nil {
		t.Error("New without a registry: got no error")
	}
}

// do sends a request with the given headers.
func do(t *testing.T, s site, method, address string, body io.Reader, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+address, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.Client().Transport.RoundTrip(req)
	return resp, readAny(t, resp, err)
}

func TestHeaders(t *testing.T) {
	s := newSite(t)
	resp, _ := do(t, s, http.MethodGet, "/", nil)
	for name, want := range map[string]string{
		"X-Content-Type-Options":    "nosniff",
		"Referrer-Policy":           "same-origin",
		"Content-Type":              "text/html; charset=utf-8",
		"Content-Language":          "zh",
		"Cache-Control":             "private, no-cache",
		"Strict-Transport-Security": "max-age=31536000",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	csp := resp.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("got the policy %q, want one that starts from nothing and allows no inline code", csp)
	}
	if resp, _ := do(t, s, http.MethodGet, "/", nil, "If-None-Match", resp.Header.Get("ETag")); resp.StatusCode != http.StatusNotModified {
		t.Errorf("the same page again: got %d, want 304", resp.StatusCode)
	}
	if resp, _ := do(t, s, http.MethodGet, "/verify/"+string(s.contents.Valid), nil); resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a look-up: got Cache-Control %q, want no-store", resp.Header.Get("Cache-Control"))
	}
}

// Pages have no inline code or style, which the policy would refuse, and load
// nothing from elsewhere; what they load is kept for good.
func TestPagesLoadOnlyTheirOwn(t *testing.T) {
	s := newSite(t)
	inline := regexp.MustCompile(`(?i)<style|<script(>| [^s])| style=| on[a-z]+="|javascript:`)
	loaded := regexp.MustCompile(`(?:src|<link rel="(?:stylesheet|icon)"[^>]* href)="([^"]*)"`)
	for _, p := range stops(s) {
		page := body(t, s, p, "en")
		if found := inline.FindString(page); found != "" {
			t.Errorf("%s: got inline %q", p.name, found)
		}
		for _, m := range loaded.FindAllStringSubmatch(page, -1) {
			resp, _ := do(t, s, http.MethodGet, m[1], nil)
			if !strings.HasPrefix(m[1], "/static/") || resp.StatusCode != http.StatusOK || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s loads %s: got %d %q, want a file of this site that is kept", p.name, m[1], resp.StatusCode, resp.Header.Get("Cache-Control"))
			}
		}
	}
}

// Every link of a page leads somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	s := newSite(t)
	href := regexp.MustCompile(`<a[^>]* href="(/[^"#]*)`)
	seen := map[string]bool{"/docs": true, "/v1/editions/csm-2007": true, "/v1/editions/csm-2017-vendor": true} // of the API
	for _, p := range stops(s) {
		for _, m := range href.FindAllStringSubmatch(body(t, s, p, "zh"), -1) {
			address := strings.ReplaceAll(m[1], "&amp;", "&")
			if seen[address] {
				continue
			}
			seen[address] = true
			resp, _ := do(t, s, http.MethodGet, address, nil)
			known := resp.StatusCode == http.StatusOK || strings.HasPrefix(address, "/verify/") || strings.HasPrefix(address, "/nowhere")
			if !known {
				t.Errorf("%s leads to %s: got %d, want 200", p.name, address, resp.StatusCode)
			}
		}
	}
}

// The first visit to any page takes less than 100 KB, compressed as sent.
func TestFirstLoadIsSmall(t *testing.T) {
	s := newSite(t)
	_, css := do(t, s, http.MethodGet, regexp.MustCompile(`/static/certreg[^"]*`).FindString(get(t, s, "/", 200)), nil, "Accept-Encoding", "gzip")
	_, js := do(t, s, http.MethodGet, regexp.MustCompile(`/static/pages[^"]*`).FindString(get(t, s, "/check", 200)), nil, "Accept-Encoding", "gzip")
	_, icon := do(t, s, http.MethodGet, regexp.MustCompile(`/static/icon[^"]*`).FindString(get(t, s, "/", 200)), nil, "Accept-Encoding", "gzip")
	for _, address := range []string{"/", "/check", "/verify", "/occupations/customer-service-manager", "/problems", "/verify/" + string(s.contents.Valid)} {
		_, page := do(t, s, http.MethodGet, address, nil, "Accept-Encoding", "gzip")
		total := len(page) + len(css) + len(js) + len(icon)
		t.Logf("%s: page %d, stylesheet %d, script %d, icon %d: %d bytes", address, len(page), len(css), len(js), len(icon), total)
		if total > 100_000 {
			t.Errorf("%s: got %d bytes, want 100,000 or fewer", address, total)
		}
	}
}

func TestLanguage(t *testing.T) {
	s := newSite(t)
	tests := []struct {
		name, address, accept, cookie, want string
	}{
		{name: "nothing said", address: "/", want: "zh"},
		{name: "browser", address: "/", accept: "en-GB,en;q=0.8,zh;q=0.5", want: "en"},
		{name: "chosen before", address: "/", accept: "en", cookie: "zh", want: "zh"},
		{name: "asked for", address: "/?lang=en", accept: "zh", cookie: "zh", want: "en"},
		{name: "no such language", address: "/?lang=fr", want: "zh"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp, page := do(t, s, http.MethodGet, tt.address, nil, "Accept-Language", tt.accept, "Cookie", "lang="+tt.cookie)
			if got := resp.Header.Get("Content-Language"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for _, want := range []string{`hreflang="zh-Hans" href="https://certs.example.org/?lang=zh"`, `hreflang="en" href="https://certs.example.org/?lang=en"`} {
				if !strings.Contains(page, want) {
					t.Errorf("got no %s", want)
				}
			}
		})
	}
}

func TestRefused(t *testing.T) {
	s := newSite(t)
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	tests := []struct {
		name, method, address, body string
		headers                     []string
		want                        int
	}{
		{name: "form of another site", method: "POST", address: "/verify", body: "number=1", headers: append(form, "Sec-Fetch-Site", "cross-site"), want: 403},
		{name: "form of another origin", method: "POST", address: "/verify", body: "number=1", headers: append(form, "Origin", "https://evil.example"), want: 403},
		{name: "method", method: "POST", address: "/about", headers: form, want: 405},
		{name: "method", method: "DELETE", address: "/verify", want: 405},
		{name: "form by address", method: "GET", address: "/apply", want: 405},
		{name: "no such page", method: "GET", address: "/nowhere", want: 404},
		{name: "no such file", method: "GET", address: "/static/certreg.css", want: 404},
		{name: "no such occupation", method: "GET", address: "/occupations/none", want: 404},
		{name: "no such problem", method: "GET", address: "/problems/none", want: 404},
		{name: "too large", method: "POST", address: "/check", body: "state=" + strings.Repeat("x", 200<<10), headers: form, want: 413},
		{name: "broken form", method: "POST", address: "/check", body: "state=%zz", headers: form, want: 400},
		{name: "no state", method: "POST", address: "/check", body: "step=work", headers: form, want: 400},
		{name: "state with something else", method: "POST", address: "/check", body: `step=answers&state={"occupation":"customer-service-manager","told":{"work":{"known":"yes","entries":[{"salary":"1"}]}}}`, headers: form, want: 400},
		{name: "no such step", method: "POST", address: "/check", body: `step=shoe&state={"occupation":"customer-service-manager"}`, headers: form, want: 400},
		{name: "entry out of reach", method: "POST", address: "/check", body: `step=work.9&state={"occupation":"customer-service-manager"}`, headers: form, want: 400},
		{name: "facts that cannot be", method: "POST", address: "/check", body: `step=result&go=show&state={"occupation":"customer-service-manager","told":{"work":{"known":"yes","entries":[{"occupation":"own","from":"yesterday"}]}}}`, headers: form, want: 400},
		{name: "no such occupation", method: "POST", address: "/check", body: `step=answers&state={"occupation":"astronaut"}`, headers: form, want: 409},
		{name: "sitting that is not open", method: "POST", address: "/apply", body: `sitting=none&state={"occupation":"customer-service-manager"}`, headers: form, want: 409},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.method+" "+tt.address, func(t *testing.T) {
			resp, page := do(t, s, tt.method, tt.address, strings.NewReader(tt.body), tt.headers...)
			if resp.StatusCode != tt.want {
				t.Errorf("got %d, want %d: %.500s", resp.StatusCode, tt.want, page)
			}
			if !strings.Contains(page, "<h1>") || resp.Header.Get("X-Request-Id") == "" {
				t.Errorf("got no page with a heading and a request id: %.300s", page)
			}
		})
	}
}

// What a stranger types is shown as text.
func TestEscaping(t *testing.T) {
	s := newSite(t)
	const evil = `"><script>alert(1)</script>`
	for _, page := range []string{
		post(t, s, "/verify", 422, url.Values{"number": {evil}, "name": {evil}}),
		post(t, s, "/application", 404, url.Values{"code": {evil}}),
		post(t, s, "/verify/many", 200, url.Values{"list": {evil + "1," + evil}}),
		get(t, s, "/verify/"+url.PathEscape(evil), 422),
		get(t, s, "/occupations?x="+url.QueryEscape(evil), 200),
		post(t, s, "/check", 422, url.Values{"state": {workSince("2024-02-01")}, "step": {"training.0"}, "hours": {evil}}),
	} {
		if strings.Contains(page, "<script>alert") || strings.Contains(strings.ToUpper(page), "<SCRIPT>ALERT") {
			t.Errorf("got what was typed as code: %.3000s", page)
		}
	}
}

func TestManyByFile(t *testing.T) {
	s := newSite(t)
	text := "证书编号,姓名\r\n" + string(s.contents.Valid) + "," + s.contents.Holder + "\r\n" + string(s.contents.Withdrawn) + ",王小明\r\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"UTF-8": text, "UTF-8 with byte order mark": "\ufeff" + text, "GB18030": gb} {
		resp, page := upload(t, s, "/verify/many", []byte(data))
		if resp.StatusCode != http.StatusOK || strings.Count(page, `<th scope="row"`) != 2 || !strings.Contains(page, "一致") {
			t.Errorf("%s: got %d and %d rows, want 200 and 2 rows with names compared", name, resp.StatusCode, strings.Count(page, `<th scope="row"`))
		}
	}
	for name, tt := range map[string]struct {
		data []byte
		want int
	}{
		"workbook":               {workbook(t, []any{"姓名", "证书编号"}, []any{s.contents.Holder, string(s.contents.Valid)}), 200},
		"workbook without names": {workbook(t, []any{string(s.contents.Valid), s.contents.Holder}), 200},
		"number as a quantity":   {workbook(t, []any{"number"}, []any{2510012003300001}), 422},
		"broken workbook":        {[]byte("PK\x03\x04\x00\x00"), 422},
		"not a text":             {[]byte("\x00\x01\x02"), 422},
		"501 certificates":       {bytes.Repeat([]byte("2510012003300001\n"), 501), 422},
		"3 MB":                   {bytes.Repeat([]byte("x"), 3<<20), 413},
	} {
		resp, page := upload(t, s, "/verify/many", tt.data)
		if resp.StatusCode != tt.want || tt.want == 200 && !strings.Contains(page, "一致") {
			t.Errorf("%s: got %d, want %d: %.300s", name, resp.StatusCode, tt.want, page)
		}
	}
}

// workbook is an Excel file with these rows.
func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestManyAsFile(t *testing.T) {
	s := newSite(t)
	list := "编号,姓名,流水码\n" + string(s.contents.Valid) + "," + s.contents.Holder + "\n" + string(s.contents.Valid)[:11] + "99999,=cmd()\n" +
		string(s.contents.Corrected) + ",," + s.contents.SupersededPaper + "\n" + string(s.contents.Corrected) + ",,P99999999\n"
	text := post(t, s, "/verify/many", 200, url.Values{"list": {list}, "as": {"csv"}})
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 5 || rows[1][4] != "有效" || rows[1][5] != "一致" || rows[2][4] != "从未发出" ||
		rows[3][3] != s.contents.SupersededPaper || rows[3][4] != "已被新证书取代" || !strings.Contains(rows[3][9], "被第 2 版取代") || rows[4][4] != "流水号不符" {
		t.Errorf("got %q", rows)
	}
	if got, want := rows[2][2], "'=cmd()"; got != want {
		t.Errorf("a name that is a formula: got %q, want %q", got, want)
	}
	for _, lang := range []string{"zh", "en"} {
		answer := post(t, s, "/verify/many", 200, url.Values{"list": {list}, "as": {"csv"}, "lang": {lang}})
		if page := post(t, s, "/verify/many", 200, url.Values{"list": {strings.TrimPrefix(answer, "\ufeff")}}); !strings.Contains(page, "被第 2 版取代") {
			t.Errorf("the answer in %s asked again: got %.2000s, want the same answers", lang, page)
		}
	}
}

// The serial is compared wherever it stands, and a column that would be passed
// over is named.
func TestManyComparesEverySerial(t *testing.T) {
	s := newSite(t)
	old := string(s.contents.Corrected) + ",," + s.contents.SupersededPaper
	for _, list := range []string{old, "证书编号,姓名,证书流水码\n" + old, "number;name;serial\n" + strings.ReplaceAll(old, ",", ";")} {
		if page := post(t, s, "/verify/many", 200, url.Values{"list": {list}}); !strings.Contains(page, "已被新证书取代") ||
			!strings.Contains(page, `href="/verify/`+string(s.contents.Corrected)+"?paper="+s.contents.SupersededPaper+`"`) {
			t.Errorf("%q: got %.2000s, want that the paper was superseded", list, page)
		}
	}
	for list, want := range map[string]string{
		"证书编号,姓名,纸张流水码\n" + old: "不认识“纸张流水码”一列", "编号,流水号,serial\n" + old: "“serial”一列与另一列含义相同",
		old + ",x": "不认识“D”一列", "证书号码,姓名\n" + old: "没有“证书编号”一列",
	} {
		if page := post(t, s, "/verify/many", 422, url.Values{"list": {list}}); !strings.Contains(page, want) {
			t.Errorf("%q: got %.2000s, want %s", list, page, want)
		}
	}
}

// Sending an application twice enters it once, and whoever types another's
// number is answered as everybody is.
func TestApplyingTwiceIsOnce(t *testing.T) {
	s := newSite(t)
	open, err := s.registry.OpenSittings(t.Context(), "customer-service-manager", 2)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{
		"state": {workSince("2021-02-01")}, "sitting": {open[0].ID}, "step": {"apply"}, "token": {"once"}, "truth": {"yes"},
		"name": {"测试考生"}, "kind": {string(registry.CitizenID)}, "number": {"11010519491231002X"},
	}
	first, again := post(t, s, "/apply", 200, form), post(t, s, "/apply", 200, form)
	code := regexp.MustCompile(`name="code" value="([^"]+)"`)
	if a, b := code.FindString(first), code.FindString(again); a == "" || a != b {
		t.Errorf("got the codes %q and %q, want the same", a, b)
	}
	plain := func(page string) string {
		return strings.ReplaceAll(page, code.FindStringSubmatch(page)[1], "")
	}
	for _, name := range []string{"测试考生", "别的姓名"} {
		form.Set("token", name)
		form.Set("name", name)
		if page := post(t, s, "/apply", 200, form); plain(page) != plain(first) || code.FindString(page) == code.FindString(first) {
			t.Errorf("applying as %s: got another page than the first, or its code", name)
		}
	}
	form.Set("number", "110105194912310021")
	if page := post(t, s, "/apply", 422, form); !strings.Contains(page, "校验位不符") {
		t.Error("a wrong ID number: got no word of that")
	}
}

// The log tells nothing of who asks: no names, numbers of documents or codes.
func TestLogTellsNothingOfPeople(t *testing.T) {
	s := newSite(t)
	cert := s.certificate(s.contents.Valid)
	for _, p := range stops(s) {
		body(t, s, p, "zh")
	}
	get(t, s, "/v/"+cert.Code, 200)
	log := s.log.String()
	for _, secret := range []string{s.contents.Holder, "测试考生", "11010519491231002X", cert.Code, cert.Document.Number, string(cert.Number), "2015-07"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(log, "GET /verify/{number}") {
		t.Errorf("got the log %.500s, want the routes of the requests", log)
	}
}
