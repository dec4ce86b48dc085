package web

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"github.com/certreg/certreg/internal/credential"
)

//go:embed worker/*.js
var workerFiles embed.FS

// offlineAt is where the page for a time without network is.
const offlineAt = "/verify/offline"

// An offlinePage is what phones keep for a time without network. It is sent
// with the words of every answer; its script shows the one that holds.
type offlinePage struct {
	page
	Answers []offlineAnswer
	Text    Field
	Picture Field
}

// An offlineAnswer is what can be told without the register.
type offlineAnswer struct {
	Name       string
	Standing   bool // the name is what a signed statement says of a certificate
	Tint, Mark string
}

// offlineAnswers are the answers with the tint and the mark that show them.
// None is green: without the register nothing is valid now.
func offlineAnswers() []offlineAnswer {
	return []offlineAnswer{
		{string(credential.Valid), true, "is-wait", "caution"},
		{string(credential.Suspended), true, "is-wait", "stopped"},
		{string(credential.Withdrawn), true, "is-no", "no"},
		{string(credential.Cancelled), true, "is-no", "closed"},
		{string(credential.Void), true, "is-no is-dashed", "none"},
		{string(credential.Superseded), true, "is-no", "closed"},
		{"doubtful", false, "is-wait", "unknown"},
		{"altered", false, "is-no", "no"},
		{"foreign", false, "is-no is-dashed", "none"},
		{"unknown-key", false, "is-no is-dashed", "none"},
		{"nothing", false, "is-wait", "unknown"},
		{"unprepared", false, "is-wait", "unknown"},
		{"unsupported", false, "is-wait", "unknown"},
	}
}

// offline serves GET /verify/offline.
func (s *Server) offline(w http.ResponseWriter, r *http.Request) error {
	p := offlinePage{page: s.page(r, "offline.title"), Answers: offlineAnswers()}
	p.Description = p.say("offline.lead")
	p.Text = Field{Name: "text", Kind: "textarea", Rows: 4, Label: p.say("offline.text"), Hint: p.say("offline.text.hint", p.Absolute("")), Autocomplete: "off"}
	p.Picture = Field{Name: "picture", Kind: "file", Label: p.say("offline.picture"), Hint: p.say("offline.picture.hint"), Accept: "image/*"}
	w.Header().Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
	return s.render(w, r, http.StatusOK, "offline", &p)
}

// Keeps reports whether phones may keep a page for a time without network.
func (p *page) Keeps() bool { return p.s.keeps() }

func (s *Server) keeps() bool { return s.office != nil && !s.noOffline }

// A worker is the script that browsers run beside the pages, and its version.
type worker struct {
	script []byte
	etag   string
}

// makeWorker writes the worker: the one that keeps a page, or the one that ends
// those that did. The name of the cache changes with everything that is kept,
// and so does the script, by which browsers notice.
func (s *Server) makeWorker() error {
	name := "retire"
	var kept []byte
	if s.keeps() {
		name = "keep"
		version, err := s.version()
		if err != nil {
			return err
		}
		kept, err = json.Marshal(map[string]any{
			"cache": "offline-" + version,
			"pages": map[string]string{"zh": offlineAt + "?lang=zh", "en": offlineAt + "?lang=en"},
			"files": s.keptFiles(),
		})
		if err != nil {
			return err
		}
		kept = fmt.Appendf(nil, "const kept = %s;\n\n", kept)
	}
	source, err := workerFiles.ReadFile("worker/" + name + ".js")
	if err != nil {
		return err
	}
	s.worker.script = append(kept, source...)
	sum := sha256.Sum256(s.worker.script)
	s.worker.etag = `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	return nil
}

// keptFiles are the addresses of what the page for a time without network loads.
func (s *Server) keptFiles() []string {
	var files []string
	for _, name := range []string{"certreg.css", "icon.svg", "prepare.js", "qr.js", "offline.js", "scan.js"} {
		files = append(files, s.assets.address(name))
	}
	return files
}

// version is a digest of everything that the kept page is made from.
func (s *Server) version() (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, s.public, s.keptFiles())
	for _, files := range []embed.FS{templateFiles, messageFiles} {
		err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := files.ReadFile(name)
			fmt.Fprintf(sum, "%s %d\n%s", name, len(data), data)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12]), nil
}

// serveWorker serves GET /worker.js. Its address never changes, so it is asked
// for again each time: a worker that could not be replaced could not be ended.
// It may reach this site and nothing else.
func (s *Server) serveWorker(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'")
	h.Set("ETag", s.worker.etag)
	if strings.Contains(r.Header.Get("If-None-Match"), s.worker.etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, _ = w.Write(s.worker.script) // the reader may be gone
	return nil
}

// A manifest says what the page is called on a home screen (W3C Web
// Application Manifest).
type manifest struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	ShortName  string         `json:"short_name"`
	Lang       string         `json:"lang"`
	StartURL   string         `json:"start_url"`
	Scope      string         `json:"scope"`
	Display    string         `json:"display"`
	Theme      string         `json:"theme_color"`
	Background string         `json:"background_color"`
	Icons      []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Source  string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

// manifest serves GET /manifest.webmanifest. The window keeps the address in
// sight, which is how readers tell this register from a copy.
func (s *Server) manifest(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "site.name")
	small, large := s.assets.address("icon192.png"), s.assets.address("icon512.png")
	data, err := json.Marshal(manifest{
		ID: offlineAt, Name: p.Title, ShortName: p.say("offline.short"), Lang: p.HTMLLang(), StartURL: offlineAt, Scope: "/",
		Display: "minimal-ui", Theme: "#0d423c", Background: "#ffffff",
		Icons: []manifestIcon{
			{s.assets.address("icon.svg"), "any", "image/svg+xml", "any"},
			{small, "192x192", "image/png", "any"},
			{large, "512x512", "image/png", "any"},
			{large, "512x512", "image/png", "maskable"},
		},
	})
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	w.Header().Set("Content-Type", "application/manifest+json")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Vary", "Accept-Language, Cookie")
	_, _ = w.Write(data) // the reader may be gone
	return nil
}
