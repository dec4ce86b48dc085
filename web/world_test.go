package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/client"
	"github.com/certreg/certreg/internal/demo"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/internal/vault"
	"github.com/certreg/certreg/registry"
	"github.com/certreg/certreg/web"
)

// now is the instant at which the tests look at the demonstration register.
var now = time.Date(2026, time.November, 21, 1, 30, 0, 0, time.UTC)

// demonstration makes the register once; tests copy it.
var demonstration = sync.OnceValues(makeDemonstration)

// A made demonstration is a database file with the keys it is read by.
type made struct {
	dir      string
	vault    *vault.Vault
	contents demo.Contents
}

func makeDemonstration() (made, error) {
	dir, err := os.MkdirTemp("", "certreg-web-test-")
	if err != nil {
		return made{}, err
	}
	keys, err := vault.NewKeyset()
	if err != nil {
		return made{}, err
	}
	m := made{dir: dir}
	if m.vault, err = keys.Vault(); err != nil {
		return made{}, err
	}
	ctx := context.Background()
	store, err := db.Open(ctx, db.Config{URL: "sqlite:" + filepath.Join(dir, "register.db"), Vault: m.vault})
	if err != nil {
		return made{}, err
	}
	if _, err := store.Migrate(ctx); err != nil {
		return made{}, err
	}
	library, err := eligibility.Embedded()
	if err != nil {
		return made{}, err
	}
	m.contents, err = demo.Load(ctx, demo.Config{Store: store, Library: library, Now: now})
	return m, errors.Join(err, store.Close())
}

func TestMain(m *testing.M) {
	status := m.Run()
	for _, done := range closers {
		done()
	}
	if d, err := demonstration(); err == nil {
		_ = os.RemoveAll(d.dir)
	}
	os.Exit(status)
}

// A site is the pages of a register of their own, served on the loopback.
type site struct {
	*httptest.Server
	t        testing.TB
	contents demo.Contents
	registry *registry.Registry
	office   *proof.Office
	keys     *signing.Keyset
	log      *journal
	onHold   *atomic.Bool
}

// A journal keeps what is logged.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements [io.Writer].
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

// String is what was logged.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// newSite serves the demonstration register as it is at now, with the editions
// for its own occupation.
func newSite(t testing.TB) site {
	t.Helper()
	all, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var own []*eligibility.RuleSet
	for _, rs := range all.RuleSets() {
		if rs.Occupation().ID == demo.Occupation {
			own = append(own, rs)
		}
	}
	library, err := eligibility.NewLibrary(own...)
	if err != nil {
		t.Fatal(err)
	}
	return newSiteWith(t, library)
}

// newSiteWith is newSite with other editions.
func newSiteWith(t testing.TB, library *eligibility.Library) site {
	t.Helper()
	unlimited := client.Quota{Burst: 1e6, PerMinute: 1e6}
	return newSiteFor(t, library, client.Config{Quotas: map[string]client.Quota{"look-up": unlimited, "holder": unlimited}})
}

// newSiteFor is newSiteWith for clients that are limited.
func newSiteFor(t testing.TB, library *eligibility.Library, limits client.Config) site {
	t.Helper()
	return newSiteAt(t, httptest.NewUnstartedServer(nil), library, web.Config{PublicURL: "https://certs.example.org"}, limits)
}

// newSiteAt is newSiteFor with a server and settings of its own; it fills in the rest of them.
func newSiteAt(t testing.TB, server *httptest.Server, library *eligibility.Library, config web.Config, limits client.Config) site {
	t.Helper()
	d, err := demonstration()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "register.db")
	data, err := os.ReadFile(filepath.Join(d.dir, "register.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	store := dbtest.Open(t, db.Config{URL: "sqlite:" + file, Vault: d.vault})
	onHold := &atomic.Bool{}
	hold := func() error {
		if onHold.Load() {
			return errors.New("log is smaller than it was")
		}
		return nil
	}
	reg, err := registry.New(registry.Config{Store: store, Library: library, Now: clock, CoversSince: 2010, Hold: hold})
	if err != nil {
		t.Fatal(err)
	}
	log := &journal{}
	keys, err := signing.NewKeyset(now.AddDate(-5, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	office := newOffice(t, store, reg, keys, config.PublicURL)
	limits.Now = clock
	clients, err := client.New(limits)
	if err != nil {
		t.Fatal(err)
	}
	config.Registry, config.Office, config.Now, config.Clients = reg, office, clock, clients
	config.Logger = slog.New(slog.NewTextHandler(io.MultiWriter(t.Output(), log), nil))
	pages, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.HandleFunc("GET /.well-known/certreg.json", func(w http.ResponseWriter, _ *http.Request) { // as the API does
		_ = json.NewEncoder(w).Encode(office.Trust())
	})
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
	return site{server, t, d.contents, reg, office, keys, log, onHold}
}

// newOffice is an office at an address, with a published log.
func newOffice(t testing.TB, store *db.DB, reg *registry.Registry, keys *signing.Keyset, base string) *proof.Office {
	t.Helper()
	office, err := proof.NewOffice(proof.Config{
		Registry: reg, Keys: keys, Log: store.Log(), Now: func() time.Time { return now }, Base: base,
		Name: registry.Text{ZH: "示范登记系统", EN: "Demonstration register"},
	})
	if err != nil {
		t.Fatal(err)
	}
	publisher := translog.NewPublisher(office.Origin(), store.Log(), office.LogSigners, filepath.Join(t.TempDir(), "mark"))
	if err := publisher.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return office
}

// certificate is the whole record of a certificate.
func (s site) certificate(n registry.Number) registry.Certificate {
	s.t.Helper()
	rec, err := s.registry.CertificateRecord(s.t.Context(), registry.Operator("test"), n)
	if err != nil {
		s.t.Fatal(err)
	}
	return rec.Certificate
}
