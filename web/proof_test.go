package web_test

import (
	"bytes"
	"encoding/json"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/registry"
)

// upload sends a file with the fields of its form.
func upload(t *testing.T, s site, address string, data []byte) (*http.Response, string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	file, err := form.CreateFormFile("file", "file")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return do(t, s, http.MethodPost, address, &b, "Content-Type", form.FormDataContentType())
}

// A holder downloads the certificate, and an employer checks the file; what
// was altered is found out.
func TestFilesOfACertificate(t *testing.T) {
	s := newSite(t)
	cert := s.certificate(s.contents.Valid)
	form := url.Values{"code": {cert.Code}, "last": {cert.Document.Number[len(cert.Document.Number)-4:]}}
	form.Set("go", "pdf")
	pdf := post(t, s, "/holder", 200, form)
	form.Set("go", "credential")
	credential := post(t, s, "/holder", 200, form)
	receipt := post(t, s, "/verify/many", 200, url.Values{"list": {string(cert.Number)}, "as": {"receipt"}})
	altered := strings.Replace(credential, string(cert.Number), string(s.contents.Withdrawn), 1)
	tests := []struct {
		name, data string
		status     int
		want       string
	}{
		{name: "PDF", data: pdf, status: 200, want: "文件是真的"},
		{name: "credential", data: credential, status: 200, want: "文件是真的"},
		{name: "receipt", data: receipt, status: 200, want: "文件是真的"},
		{name: "altered credential", data: altered, status: 200, want: "签名不成立"},
		{name: "something else", data: "hello", status: 422, want: "这不是本系统签发的那种文件"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp, page := upload(t, s, "/verify/file", []byte(tt.data))
			if resp.StatusCode != tt.status || !strings.Contains(page, tt.want) {
				t.Errorf("got %d, want %d and %q: %.1500s", resp.StatusCode, tt.status, tt.want, page)
			}
		})
	}
	var r proof.Receipt
	if err := json.Unmarshal([]byte(receipt), &r); err != nil || len(r.Items) != 1 || r.Items[0].Status != registry.StatusValid {
		t.Errorf("got the receipt %s (%v), want one valid certificate", receipt, err)
	}
}

// What was downloaded before a new print is told from what is in force, and
// nothing about the old one is shown as a yes.
func TestFilesOfASupersededPaper(t *testing.T) {
	s := newSite(t)
	cert := s.certificate(s.contents.Valid)
	form := url.Values{"code": {cert.Code}, "last": {cert.Document.Number[len(cert.Document.Number)-4:]}}
	form.Set("go", "pdf")
	pdf := post(t, s, "/holder", 200, form)
	form.Set("go", "credential")
	credential := post(t, s, "/holder", 200, form)
	list := "编号,姓名,流水码\n" + string(cert.Number) + ",," + cert.Paper
	receipt := post(t, s, "/verify/many", 200, url.Values{"list": {list}, "as": {"receipt"}})
	if _, err := s.registry.Reissue(t.Context(), registry.Operator("head"), cert.Number, cert.Version, "遗失"); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"PDF": pdf, "credential": credential, "receipt": receipt} {
		_, page := upload(t, s, "/verify/file", []byte(data))
		if !strings.Contains(page, "被第 2 版取代") || strings.Contains(page, "is-yes") {
			t.Errorf("%s: got %.1500s, want that it was superseded, and nothing green", name, page)
		}
	}
	for data, asked := range map[string]string{pdf: "?paper=" + cert.Paper, credential: "?version=1"} {
		record := "/verify/" + string(cert.Number) + asked
		if _, page := upload(t, s, "/verify/file", []byte(data)); !strings.Contains(page, `href="`+record+`"`) {
			t.Errorf("got %.1500s, want a link to %s", page, record)
		}
		if page := get(t, s, record, 200); !strings.Contains(page, "已被新证书取代") || strings.Contains(page, "verdict is-yes") {
			t.Errorf("%s: got %.1500s, want that it was superseded, as the file's page says", record, page)
		}
	}
	for address, want := range map[string]string{"/v/" + cert.Code + "/1": "已被新证书取代", "/v/" + cert.Code: "有效，须核对流水号", "/v/" + cert.Code + "/7": "流水号不符", "/v/" + cert.Code + "/x": "流水号不符"} {
		if page := get(t, s, address, 200); !strings.Contains(page, want) || strings.Contains(page, "verdict is-yes") {
			t.Errorf("%s: got %.1500s, want %s, and nothing green", address, page, want)
		}
	}
	if page := get(t, s, "/v/"+cert.Code+"/2", 200); !strings.Contains(page, "verdict is-yes") {
		t.Errorf("QR code of the paper in force: got %.1500s, want a yes", page)
	}
	form.Set("go", "pdf")
	if _, page := upload(t, s, "/verify/file", []byte(post(t, s, "/holder", 200, form))); !strings.Contains(page, "文件是真的") {
		t.Errorf("PDF in force: got %.1500s, want a yes", page)
	}
}

// What is wrong with a file and what became of its paper are told beside each
// other, and nothing of it is green.
func TestSuspectFilesOfASupersededPaper(t *testing.T) {
	s := newSite(t)
	cert := s.certificate(s.contents.Valid)
	form := url.Values{"code": {cert.Code}, "last": {cert.Document.Number[len(cert.Document.Number)-4:]}, "go": {"pdf"}}
	pdf := post(t, s, "/holder", 200, form)
	form.Set("go", "credential")
	credential := post(t, s, "/holder", 200, form)
	altered := strings.Replace(pdf, "/Title", "/Titlf", 1)
	if _, page := upload(t, s, "/verify/file", []byte(altered)); !strings.Contains(page, "签名不成立") || !strings.Contains(page, string(cert.Number)) || strings.Contains(page, "is-yes") {
		t.Errorf("altered around a valid certificate: got %.2500s, want that, its number, and nothing green", page)
	}
	if _, err := s.registry.Reissue(t.Context(), registry.Operator("head"), cert.Number, cert.Version, "遗失"); err != nil {
		t.Fatal(err)
	}
	suspect := func(name, data, want string) {
		t.Helper()
		_, page := upload(t, s, "/verify/file", []byte(data))
		for _, text := range []string{want, "已被新证书取代", "被第 2 版取代"} {
			if !strings.Contains(page, text) {
				t.Errorf("%s: got %.2500s, want %s", name, page, text)
			}
		}
		if strings.Contains(page, "is-yes") {
			t.Errorf("%s: got %.2500s, want nothing green", name, page)
		}
	}
	suspect("altered", altered, "签名不成立")
	lost := s.keys.Keys()[0].ID()
	if err := s.keys.Rotate(now.Add(-time.Second), time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := s.keys.Compromise(lost, now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	suspect("PDF, key lost later", pdf, "不能只凭文件判断")
	suspect("credential, key lost later", credential, "不能只凭文件判断")
	if err := s.keys.Compromise(lost, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"PDF": pdf, "credential": credential} {
		if _, page := upload(t, s, "/verify/file", []byte(data)); !strings.Contains(page, "签名不成立") || strings.Contains(page, "is-yes") {
			t.Errorf("%s, key lost before: got %.2500s, want that the signature does not hold, and nothing green", name, page)
		}
	}
}

// receiptForm is the form of a page that asks for a receipt.
var receiptForm = regexp.MustCompile(`<form method="post" action="/verify">((?:<input type="hidden" name="\w+" value="[^"]*">)+)<div class="buttons"><button [^>]*name="as" value="receipt">`)

// compareForm is the form of a page to compare a name and a paper.
var compareForm = regexp.MustCompile(`<form method="post" action="/verify" novalidate>\s*((?:<input type="hidden" name="\w+" value="[^"]*">)+)`)

// hiddenField is a field of such a form.
var hiddenField = regexp.MustCompile(`name="(\w+)" value="([^"]*)"`)

// hiddenFields are those of a form of a page.
func hiddenFields(t *testing.T, form *regexp.Regexp, page string) url.Values {
	t.Helper()
	made := form.FindStringSubmatch(page)
	if made == nil {
		t.Fatalf("got no form %s: %.3000s", form, page)
	}
	fields := url.Values{}
	for _, field := range hiddenField.FindAllStringSubmatch(made[1], -1) {
		fields.Set(field[1], html.UnescapeString(field[2]))
	}
	return fields
}

// A receipt says what the page says that it was asked for on, and a file of it
// is a yes when the page was one.
func TestReceiptsSayWhatThePageSays(t *testing.T) {
	s := newSite(t)
	cert, reissued := s.certificate(s.contents.Valid), s.certificate(s.contents.Reissued)
	corrected := s.certificate(s.contents.Corrected)
	for address, want := range map[string]registry.Verdict{
		"/verify/" + string(cert.Number):                                               registry.VerdictValid,
		"/v/" + cert.Code + "/1":                                                       registry.VerdictValid,
		"/v/" + cert.Code + "/99":                                                      registry.VerdictPaperDiffers,
		"/v/" + cert.Code + "/x":                                                       registry.VerdictPaperDiffers,
		"/v/" + cert.Code + "/99999999":                                                registry.VerdictPaperDiffers,
		"/verify/" + string(cert.Number) + "?version=1":                                registry.VerdictValid,
		"/verify/" + string(cert.Number) + "?version=x":                                registry.VerdictPaperDiffers,
		"/verify/" + string(corrected.Number) + "?version=1":                           registry.VerdictSuperseded,
		"/verify/" + string(cert.Number) + "?paper=P99999999":                          registry.VerdictPaperDiffers,
		"/verify/" + string(reissued.Number):                                           registry.VerdictUntold,
		"/v/" + reissued.Code:                                                          registry.VerdictUntold,
		"/verify/" + string(reissued.Number) + "?paper=" + reissued.Paper:              registry.VerdictValid,
		"/v/" + corrected.Code + "/1":                                                  registry.VerdictSuperseded,
		"/verify/" + string(corrected.Number) + "?paper=" + s.contents.SupersededPaper: registry.VerdictSuperseded,
		"/verify/" + string(s.contents.Withdrawn):                                      registry.VerdictWithdrawn,
	} {
		page := get(t, s, address, 200)
		form := hiddenFields(t, receiptForm, page)
		form.Set("as", "receipt")
		s.wantReceipt(t, form, want, strings.Contains(page, "verdict is-yes"))
		again := hiddenFields(t, compareForm, page)
		again.Set("paper", form.Get("paper"))
		if page := post(t, s, "/verify", 200, again); strings.Contains(page, "verdict is-yes") != (want == registry.VerdictValid) {
			t.Errorf("%s, asked again with %v: got %.1500s, want green: %t", address, again, page, want == registry.VerdictValid)
		}
	}
	for _, line := range []string{string(reissued.Number) + ",", string(cert.Number) + ",王小明"} {
		want := map[bool]registry.Verdict{true: registry.VerdictUntold, false: registry.VerdictNameDiffers}[strings.HasSuffix(line, ",")]
		number, name, _ := strings.Cut(line, ",")
		s.wantReceipt(t, url.Values{"as": {"receipt"}, "number": {number}, "name": {name}}, want, false)
	}
}

// wantReceipt asks for a receipt of one certificate and uploads it.
func (s site) wantReceipt(t *testing.T, form url.Values, want registry.Verdict, yes bool) {
	t.Helper()
	receipt := post(t, s, "/verify", 200, form)
	var r proof.Receipt
	if err := json.Unmarshal([]byte(receipt), &r); err != nil || len(r.Items) != 1 || r.Items[0].Verdict != want || yes != (want == registry.VerdictValid) {
		t.Errorf("%v: got the receipt %s (%v), page green: %t, want %s", form, receipt, err, yes, want)
	}
	_, page := upload(t, s, "/verify/file", []byte(receipt))
	if strings.Contains(page, "verdict is-yes") != yes || !yes && strings.Contains(page, "is-yes") {
		t.Errorf("%v, receipt as a file: got %.2500s, want green: %t", form, page, yes)
	}
}

// A holder makes a link, sees who opened it, and takes it back.
func TestHolderLinks(t *testing.T) {
	s := newSite(t)
	cert := s.certificate(s.contents.Valid)
	form := url.Values{"code": {cert.Code}, "last": {cert.Document.Number[len(cert.Document.Number)-4:]}, "go": {"link"}, "purpose": {""}}
	if page := post(t, s, "/holder", 422, form); !strings.Contains(page, "请填写用途") {
		t.Error("a link without purpose: got no word of that")
	}
	form.Set("purpose", "证件 "+cert.Document.Number)
	if page := post(t, s, "/holder", 422, form); !strings.Contains(page, "文字中有身份证号码") {
		t.Error("a link whose purpose has an identity number: got no word of that")
	}
	form.Set("purpose", "应聘示范公司")
	form["fields"] = []string{"name", "results"}
	page := html.UnescapeString(post(t, s, "/holder", 200, form))
	made := regexp.MustCompile(`https://certs\.example\.org(/l/[^"<]+)`).FindStringSubmatch(page)
	if made == nil {
		t.Fatalf("got no link: %.2000s", page)
	}
	shown := get(t, s, made[1], 200)
	for _, want := range []string{s.contents.Holder, "应聘示范公司", "有效", "理论知识"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the link shows no %q", want)
		}
	}
	form.Del("go")
	if page := post(t, s, "/holder", 200, form); !strings.Contains(page, "127.0.0") {
		t.Error("the holder does not see who opened the link")
	}
	form.Set("go", "revoke:"+strings.TrimPrefix(made[1], "/l/"))
	if page := post(t, s, "/holder", 200, form); !strings.Contains(page, "已收回") {
		t.Error("the link is not shown as taken back")
	}
	get(t, s, made[1], 404)
}
