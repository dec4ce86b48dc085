// Package web serves the public pages: it asks the register and the rules and
// shows what they answer, to applicants and to employers, in Chinese and in
// English. Every page can be read and every form sent without JavaScript.
//
// It keeps nothing about who asks: what an applicant tells travels in the form
// itself, and names and document numbers never stand in an address or a log.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/client"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/registry"
)

// A Register is what the pages ask of [registry.Registry].
type Register interface {
	Today() civil.Date
	Library() *eligibility.Library
	Schemes(occupation string) []registry.Scheme
	OpenedLevels(ctx context.Context, occupation string) ([]registry.OpenedLevel, error)
	Seasons(ctx context.Context, f registry.SeasonFilter) ([]registry.Season, string, error)
	OpenSittings(ctx context.Context, occupation string, level int) ([]registry.OpenSitting, error)
	LookUp(ctx context.Context, q registry.Query) (registry.Lookup, error)
	LookUpCode(ctx context.Context, code string, version int) (registry.Lookup, error)
	Holder(ctx context.Context, p registry.HolderProof) (registry.HolderView, error)
	MakeLink(ctx context.Context, p registry.HolderProof, from string, in registry.NewLink) (registry.Link, error)
	RevokeLink(ctx context.Context, p registry.HolderProof, from, code string) error
	OpenLink(ctx context.Context, code, from string) (registry.LinkView, error)
	ApplySelf(ctx context.Context, in registry.SelfApplication) (registry.Application, error)
	ProgressOf(ctx context.Context, code string) (registry.Progress, error)
}

// An Office makes and checks proofs, as [proof.Office] does.
type Office interface {
	Verify(ctx context.Context, asked proof.Request) (proof.Receipt, error)
	Check(ctx context.Context, data []byte) (proof.Finding, error)
	Document(ctx context.Context, cert registry.Certificate) ([]byte, error)
	Credential(ctx context.Context, cert registry.Certificate) ([]byte, error)
}

// A Config says what the pages work with.
type Config struct {
	Registry Register
	Office   Office           // nil: no receipts, no files of certificates, and none are checked
	Now      func() time.Time // the clock
	Logger   *slog.Logger
	// Clients counts requests against the quotas of the API's contract, together
	// with the API, and knows where a request comes from.
	Clients *client.Clients
	// PublicURL is where the register is reached from outside, such as
	// "https://certs.example.org". Pages show its host, so that readers can
	// compare it with the address bar; "" shows the host of the request.
	PublicURL string
	// NoOffline has phones keep no page for a time without network, and drop
	// what they kept before.
	NoOffline bool
}

// A Server answers the requests for pages.
type Server struct {
	reg       Register
	office    Office // nil when the register makes no proofs
	noOffline bool
	now       func() time.Time
	log       *slog.Logger
	clients   *client.Clients
	public    *url.URL // nil when not told
	messages  catalogue
	pages     pages
	assets    *assets
	worker    worker
	mux       *http.ServeMux
}

// New returns the pages as a handler to be mounted at "/". It reports what is
// missing in c, and a template or message that cannot be read.
func New(c Config) (http.Handler, error) {
	if c.Registry == nil || c.Now == nil || c.Logger == nil || c.Clients == nil {
		return nil, errors.New("web: registry, clock, logger and clients are required")
	}
	s := &Server{reg: c.Registry, office: c.Office, now: c.Now, log: c.Logger, clients: c.Clients, noOffline: c.NoOffline, mux: http.NewServeMux()}
	var err error
	if c.PublicURL != "" {
		if s.public, err = url.Parse(c.PublicURL); err != nil || s.public.Host == "" {
			return nil, fmt.Errorf("web: public URL %q is not the address of a site", c.PublicURL)
		}
	}
	if s.messages, err = readMessages(); err != nil {
		return nil, fmt.Errorf("web: messages: %w", err)
	}
	if s.pages, err = parsePages(); err != nil {
		return nil, fmt.Errorf("web: templates: %w", err)
	}
	if s.assets, err = readAssets(); err != nil {
		return nil, fmt.Errorf("web: assets: %w", err)
	}
	if err = s.makeWorker(); err != nil {
		return nil, fmt.Errorf("web: worker: %w", err)
	}
	s.routes()
	gzip, err := gzhttp.NewWrapper(gzhttp.MinSize(1024))
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return s.observe(s.protect(gzip(s.mux))), nil
}

// The quotas of the contract that pages are counted against, as the API counts
// requests of the same kind.
const (
	quotaLookUp = "look-up" // certificates looked up
	quotaHolder = "holder"  // codes that open something, and applications
)

// routes is every address the pages have.
func (s *Server) routes() {
	routes := map[string]operation{
		"GET /{$}":                s.home,
		"GET /check":              s.startCheck,
		"POST /check":             s.check,
		"POST /apply":             s.apply,
		"GET /application":        s.askProgress,
		"POST /application":       s.limited(quotaHolder, s.progress),
		"GET /verify":             s.askNumber,
		"POST /verify":            s.limited(quotaLookUp, s.verify),
		"GET /verify/many":        s.askMany,
		"POST /verify/many":       s.limited(quotaLookUp, s.verifyMany),
		"GET /verify/{number}":    s.limited(quotaLookUp, s.verified),
		"GET /v/{code}":           s.limited(quotaLookUp, s.scanned),
		"GET /v/{code}/{version}": s.limited(quotaLookUp, s.scanned),
		"GET /holder":             s.askHolder,
		"POST /holder":            s.limited(quotaHolder, s.holder),
		"GET /l/{code}":           s.limited(quotaHolder, s.link),
		"GET /occupations":        s.occupations,
		"GET /occupations/{id}":   s.occupation,
		"GET /problems":           s.problems,
		"GET /problems/{code}":    s.problemType,
		"GET /about":              s.about,
		"GET /static/{file...}":   s.asset,
		"GET /favicon.ico":        s.favicon,
		"GET /robots.txt":         s.robots,
		"GET /worker.js":          s.serveWorker,
		"/":                       s.nothing,
	}
	if s.office != nil {
		routes["GET /verify/file"] = s.askFile
		routes["POST /verify/file"] = s.limited(quotaLookUp, s.verifyFile)
	}
	if s.keeps() {
		routes["GET "+offlineAt] = s.offline
		routes["GET /manifest.webmanifest"] = s.manifest
	}
	for pattern, op := range routes {
		s.mux.Handle(pattern, s.handle(op))
	}
}
