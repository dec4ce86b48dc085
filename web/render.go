package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/locale"
	"github.com/certreg/certreg/registry"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

// pages is the templates by name, each with its own copy of layout and parts.
type pages map[string]*template.Template

func parsePages() (pages, error) {
	layout, err := template.New("layout.html").Option("missingkey=error").ParseFS(templateFiles, "templates/layout.html", "templates/parts.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	all := pages{}
	for _, name := range names {
		t, err := layout.Clone()
		if err != nil {
			return nil, err
		}
		if t, err = t.ParseFS(templateFiles, name); err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return all, nil
}

// render writes the page called name. It is made in memory first, so that a
// fault in it becomes a problem page and not half a page.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, data any) error {
	var b bytes.Buffer
	if err := s.pages[name].ExecuteTemplate(&b, "layout.html", data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	lang := language(r)
	s.remember(w, r, lang)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", lang)
	h.Set("Vary", "Accept-Language, Cookie")
	if h.Get("Cache-Control") == "" {
		// To be asked for again each time, but kept for the back button.
		h.Set("Cache-Control", "private, no-cache")
	}
	if r.Method == http.MethodGet && status == http.StatusOK {
		sum := sha256.Sum256(b.Bytes())
		etag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", etag)
		if strings.Contains(r.Header.Get("If-None-Match"), etag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // the reader may be gone
	return nil
}

// A page is what every page has; each page's own data embeds it.
type page struct {
	Lang        string // "zh" or "en"
	Title       string
	Description string // for search engines and previews, "" for none
	Host        string // of this register, for readers to compare with the address bar
	Today       civil.Date
	Self        string   // address of the page without the choice of language
	Carry       []Hidden // what a form must send to see this page again; nil for a page with an address
	Faulty      bool     // the page asks to correct something
	Script      bool     // the page works better with check.js

	s *Server
}

// A Hidden is a value that travels with a form.
type Hidden struct{ Name, Value string }

// page begins the page with the title of the given code, "" for one that is set later.
func (s *Server) page(r *http.Request, title string) page {
	p := page{Lang: language(r), Host: r.Host, Today: s.reg.Today(), s: s}
	if s.public != nil {
		p.Host = s.public.Host
	}
	q := r.URL.Query()
	q.Del("lang")
	p.Self = r.URL.Path
	if len(q) > 0 {
		p.Self += "?" + q.Encode()
	}
	if title != "" {
		p.Title = p.say(title)
	}
	return p
}

// T is the text of a code in the language of the page.
func (p *page) T(code string, args ...any) (string, error) {
	return p.s.messages.in(p.Lang, code, args...)
}

// say is T for Go code, where a missing code shows as itself; a test finds those.
func (p *page) say(code string, args ...any) string {
	text, err := p.T(code, args...)
	if err != nil {
		return code
	}
	return text
}

// HTMLLang is the language tag of the page.
func (p *page) HTMLLang() string {
	if p.Lang == "en" {
		return "en"
	}
	return "zh-Hans"
}

// Text is a text of the rules or the register in the language of the page,
// falling back to Chinese, which every such text has.
func (p *page) Text(t eligibility.Text) string {
	if text := t.In(p.Lang); text != "" {
		return text
	}
	return t.ZH
}

// In is the address of this page in a language.
func (p *page) In(lang string) string {
	u, err := url.Parse(p.Self)
	if err != nil {
		return "/?lang=" + lang
	}
	q := u.Query()
	q.Set("lang", lang)
	u.RawQuery = q.Encode()
	return u.String()
}

// Absolute is an address of this site as others write it, "" while the
// register was not told where it is reached from outside.
func (p *page) Absolute(address string) string {
	if p.s.public == nil {
		return ""
	}
	return strings.TrimSuffix(p.s.public.String(), "/") + address
}

// Proves reports whether the register makes and checks proofs.
func (p *page) Proves() bool { return p.s.office != nil }

// Asset is the address of a static file, which changes with its content.
func (p *page) Asset(name string) string { return p.s.assets.address(name) }

// Date is a day as it is read: 2027年2月1日, 1 February 2027.
func (p *page) Date(d civil.Date) string {
	if d.IsZero() {
		return p.say("date.unknown")
	}
	y, m, day := d.YMD()
	if p.Lang == "en" {
		return fmt.Sprintf("%d\u00a0%s %d", day, m, y)
	}
	return fmt.Sprintf("%d年%d月%d日", y, int(m), day)
}

// PartDate is a day or a month as the facts write it, "" for unknown.
func (p *page) PartDate(s string) string {
	if d, err := civil.ParseDate(s); err == nil {
		return p.Date(d)
	}
	d, err := civil.ParseDate(s + "-01")
	if err != nil {
		return p.say("date.unknown")
	}
	y, m, _ := d.YMD()
	if p.Lang == "en" {
		return fmt.Sprintf("%s %d", m, y)
	}
	return fmt.Sprintf("%d年%d月", y, int(m))
}

// Days is a run of days as it is read.
func (p *page) Days(d registry.Days) string {
	return p.say("date.span", p.Date(d.From), p.Date(d.Until))
}

// Period is a length of time as it is read.
func (p *page) Period(d civil.Period) string { return p.Text(locale.Period(d)) }

// Clause is what a clause of a condition asks for.
func (p *page) Clause(c eligibility.Clause) string { return p.Text(locale.Clause(c)) }

// beijing is the zone of the register's days.
var beijing = time.FixedZone("CST", 8*60*60)

// Time is an instant to the minute, in China Standard Time.
func (p *page) Time(t time.Time) string {
	t = t.In(beijing)
	return p.say("date.time", p.Date(civil.Of(t)), t.Format("15:04"))
}

// Level is how a level is spoken of: 二级, level 2.
func (p *page) Level(n int) string { return p.say("level." + strconv.Itoa(n)) }

// Capital is text with its first letter in upper case.
func (p *page) Capital(text string) string { return sentence(text) }

// sentence is text with its first letter in upper case.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// assets are the static files, addressed by their content.
type assets struct {
	names   map[string]string // file → address
	content map[string]asset  // address → file
}

type asset struct {
	kind string
	data []byte
}

const assetsAt = "/static/"

func readAssets() (*assets, error) {
	a := &assets{names: map[string]string{}, content: map[string]asset{}}
	files, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		data, err := staticFiles.ReadFile("static/" + f.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		ext := path.Ext(f.Name())
		name := assetsAt + strings.TrimSuffix(f.Name(), ext) + "." + base64.RawURLEncoding.EncodeToString(sum[:6]) + ext
		a.names[f.Name()] = name
		a.content[name] = asset{kind: mime.TypeByExtension(ext), data: data}
	}
	return a, nil
}

// address is where a file is served; "" for no such file, which a test finds.
func (a *assets) address(name string) string { return a.names[name] }

// asset serves GET /static/{file}. An address names its content, so it is kept for good.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) error {
	a, ok := s.assets.content[r.URL.Path]
	if !ok {
		return notFound()
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(a.data)
	return nil
}

// favicon serves the address that some browsers ask unbidden.
func (s *Server) favicon(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, s.assets.address("icon.svg"), http.StatusFound)
	return nil
}

// robots serves GET /robots.txt: look-ups are not for search engines.
func (s *Server) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /verify/\nDisallow: /v/\nDisallow: /l/\nDisallow: /application\nDisallow: /v1/\n"))
	return nil
}
