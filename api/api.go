// Package api serves the register as JSON over HTTP, as openapi.yaml promises.
// Requests are checked against that contract before an operation runs; an
// operation decodes, calls the registry once and represents what it answers. The
// package knows nothing of storage and decides nothing about applications,
// results or certificates.
package api

//go:generate go tool oapi-codegen -config oapi-codegen.yaml -o openapi.gen.go ../openapi.yaml

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/certreg/certreg/internal/client"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// A Config says what the API works with.
type Config struct {
	Registry *registry.Registry
	Office   *proof.Office // of the same register
	Logger   *slog.Logger
	Now      func() time.Time // the clock, for the durations in the log
	MaxBody  int64            // bytes of a request body; 0 means [DefaultMaxBody]
	// VCAPI lets test suites have any credential signed: never for production.
	VCAPI bool
	// TrustedProxies are the addresses (CIDR) whose X-Forwarded-For is believed
	// when the journal notes where a change came from and requests are counted.
	TrustedProxies []string
}

// DefaultMaxBody is the largest request body unless told otherwise: 1 MiB.
const DefaultMaxBody = 1 << 20

// A server carries out the operations of the contract.
type server struct {
	reg    *registry.Registry
	office *proof.Office
	now    func() time.Time
	vcAPI  bool
	// batches holds a place for every batch of decisions under way.
	batches chan struct{}
}

// Patterns are the patterns of [http.ServeMux] that the handler serves.
func Patterns() []string {
	return []string{
		"/v1/", "/.well-known/did.json", "/.well-known/certreg.json", "/status/", "/log/", "/credentials/", "/presentations/",
		"/healthz", "/readyz", "/openapi.yaml", "/docs", "/docs/",
	}
}

// A Handler answers the requests of the API.
type Handler struct {
	engine  *gin.Engine
	clients *client.Clients
}

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead { // GET, of which net/http leaves out the body
		get := *r
		get.Method = http.MethodGet
		r = &get
	}
	h.engine.ServeHTTP(w, r)
}

// Clients are those who send requests, as they are counted against the quotas
// of the contract. The pages of the same server count them together with the API.
func (h *Handler) Clients() *client.Clients { return h.clients }

// New returns the API, or what is missing or unfit in c.
func New(c Config) (*Handler, error) {
	if c.Registry == nil || c.Office == nil || c.Logger == nil || c.Now == nil {
		return nil, errors.New("api: registry, office, logger and clock are required")
	}
	if c.MaxBody == 0 {
		c.MaxBody = DefaultMaxBody
	}
	spec, err := loadContract()
	if err != nil {
		return nil, fmt.Errorf("api: contract: %w", err)
	}
	clients, err := client.New(client.Config{TrustedProxies: c.TrustedProxies, Quotas: spec.quotas, Now: c.Now})
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return &Handler{engine: newEngine(c, spec, clients), clients: clients}, nil
}

// newEngine routes the requests of the contract to their operations.
func newEngine(c Config, spec contract, clients *client.Clients) *gin.Engine {
	gin.SetMode(gin.ReleaseMode) // gin knows one mode per process; the others print
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.UseRawPath = true          // an escaped slash does not end a parameter
	e.ContextWithFallback = true // so that what an operation gets is the request's context
	f := failer{log: c.Logger}
	e.Use(identify, f.logged(c.Now), f.recovered)
	e.NoRoute(f.notFound)
	e.NoMethod(f.notAllowed)
	serveDocs(e)
	e.GET("/log/*path", gin.WrapH(http.StripPrefix("/log", translog.NewHandler(c.Office.Log(), c.Logger))))

	g := gate{failer: f, contract: spec, reg: c.Registry, maxBody: c.MaxBody, validate: newValidator(), clients: clients}
	operations := &server{
		reg: c.Registry, office: c.Office, now: c.Now, vcAPI: c.VCAPI,
		batches: make(chan struct{}, runtime.GOMAXPROCS(0)), // a batch takes a processor
	}
	strict := NewStrictHandlerWithOptions(operations, []StrictMiddlewareFunc{detached, markReplay, g.validated}, StrictGinServerOptions{
		RequestErrorHandlerFunc:  f.unreadable,
		HandlerErrorFunc:         f.fail,
		ResponseErrorHandlerFunc: f.fail,
	})
	RegisterHandlersWithOptions(e.Group("", g.admit), strict, GinServerOptions{
		ErrorHandler: func(c *gin.Context, err error, _ int) { f.unreadable(c, err) },
	})
	return e
}
