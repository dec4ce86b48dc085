package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/certreg/certreg/api"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/registry"
	"github.com/certreg/certreg/web"
)

// A serveCommand serves the register.
type serveCommand struct {
	registerFlags
	listenFlags
	proofFlags
}

// Run serves until the program is told to stop.
func (c *serveCommand) Run(ctx context.Context, p *program) error {
	l, err := c.listen(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // closed already, unless serving never began
	return c.with(ctx, p, upToDate, func(reg *register) error {
		return c.serve(ctx, p, reg, c.proofFlags.complete(c.Data), l, func(address string) {
			p.tell("登记系统已运行：%s", "the register is served at %s", address)
		})
	})
}

// The limits of a connection. A whole answer is small; what takes longer is a
// client that does not read or write.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeader         = 32 << 10
	shutdownTimeout   = 15 * time.Second
)

// collectAt is how much memory may be used beside what is kept, in percent,
// before it is collected. What a server keeps is some 10 MB: with Go's 100 it
// would collect several times while a sitting is issued. GOGC takes precedence.
const collectAt = 400

// listen takes the address to serve on, before anything is made or opened for
// it. It refuses one by which nobody could call the register.
func (f listenFlags) listen(ctx context.Context) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", f.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fail("%[1]s 已被其他程序占用；请用 --listen 另选地址，如 --listen 127.0.0.1:0。", "%[1]s is in use by another program; choose another address with --listen, for instance --listen 127.0.0.1:0", f.Listen)
	}
	if err != nil {
		return nil, fail("无法监听 %s：%v", "cannot listen on %s: %v", f.Listen, err)
	}
	u, err := url.Parse(f.public(l))
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "" || net.ParseIP(u.Hostname()).IsUnspecified() {
		err = usage("请用 --url 给出登记系统对外的网址，如 https://certreg.example。", "give the public address of the register with --url, for instance https://certreg.example")
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// public is the register's public address: the one listened on unless the
// flags name another.
func (f listenFlags) public(l net.Listener) string {
	if f.URL != "" {
		return f.URL
	}
	return local(l)
}

// local is the address listened on.
func local(l net.Listener) string { return "http://" + l.Addr().String() }

// serve publishes the log, tells ready the address in use, and serves until
// ctx ends; requests under way are then given time to finish, and the log is
// published with what they added.
func (f listenFlags) serve(ctx context.Context, p *program, reg *register, proofs proofFlags, l net.Listener, ready func(address string)) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	log := slog.New(slog.NewJSONHandler(p.stderr, nil))
	origin := ""
	if f.URL == "" {
		origin = localOrigin
	}
	office, err := proofs.office(ctx, p, reg, f.public(l), origin)
	if err != nil {
		return err
	}
	publishing, err := proofs.publishing(p, reg, office, log)
	if err != nil {
		return err
	}
	handler, err := f.handler(reg.Registry, office, publishing, log)
	if err != nil {
		return err
	}
	publishing.once(ctx) // so that a register that must be on hold is so from its first request on
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	work.Go(func() { publishing.run(background) })
	work.Go(func() { forget(background, reg.Registry, log) })
	defer func() {
		stop()
		work.Wait() // it uses the store, which is closed next
	}()
	server := &http.Server{
		Handler: handler, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	ready(local(l))
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}

// forgetEvery is how often a server removes what was kept for retries and is
// kept no longer.
const forgetEvery = time.Hour

// forget removes it, now and every so often until ctx ends.
func forget(ctx context.Context, reg *registry.Registry, log *slog.Logger) {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		if _, err := reg.ForgetRetries(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "results kept for retries not removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// handler is everything that is served on an address: the API where its
// contract says, the metrics, and the pages.
func (f listenFlags) handler(reg *registry.Registry, office *proof.Office, publishing *publishing, log *slog.Logger) (http.Handler, error) {
	operations, err := api.New(api.Config{Registry: reg, Office: office, Logger: log, Now: time.Now, TrustedProxies: f.TrustedProxies, VCAPI: f.VCAPI})
	if err != nil {
		return nil, err
	}
	pages, err := web.New(web.Config{Registry: reg, Office: office, Logger: log, Now: time.Now, Clients: operations.Clients(), PublicURL: office.Base(), NoOffline: f.NoOffline})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for _, pattern := range api.Patterns() {
		mux.Handle(pattern, operations)
	}
	mux.HandleFunc("GET /metrics", publishing.metrics)
	mux.Handle("/", pages)
	return mux, nil
}
