package main

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/keyfile"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/internal/vault"
	"github.com/certreg/certreg/registry"
)

// chinaTime is the zone of the register's days.
func chinaTime() *time.Location { return time.FixedZone("CST", 8*60*60) }

// complete fills in what depends on the data directory.
func (f registerFlags) complete() registerFlags {
	if f.DB == "" {
		f.DB = "sqlite:" + filepath.Join(f.Data, "register.db")
	}
	if f.Keys == "" {
		f.Keys = filepath.Join(f.Data, "vault.json")
	}
	if f.LogMark == "" {
		f.LogMark = filepath.Join(f.Data, "log-mark")
	}
	return f
}

// A register is an open register.
type register struct {
	*registry.Registry
	store   *db.DB
	hold    *hold
	mark    string // file with the largest log ever signed
	kek     *keyfile.KEK
	applied []db.Migration // when it was opened
}

// An opening says what a command may do to the register before it works on it.
type opening int

// The sorts of command. Those that only use a register neither make one where
// the wrong place was named nor change it under the feet of a server that runs.
const (
	asItIs   opening = iota // the register must be there, with this program's schema
	orNew                   // one is made where there is none
	upToDate                // one is made, or its schema is brought up to date
)

// open opens the register the flags name, with a schema of this version.
func (f registerFlags) open(ctx context.Context, p *program, o opening) (*register, error) {
	kek, err := f.key(p)
	if err != nil {
		return nil, err
	}
	store, applied, err := f.openStore(ctx, kek, o)
	if err != nil {
		return nil, err
	}
	reg := &register{store: store, hold: &hold{}, mark: f.complete().LogMark, kek: kek, applied: applied}
	if reg.Registry, err = f.registry(p, reg); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return reg, nil
}

// registry makes the registry over an open store.
func (f registerFlags) registry(p *program, reg *register) (*registry.Registry, error) {
	library, err := f.library()
	if err != nil {
		return nil, err
	}
	return registry.New(registry.Config{Store: reg.store, Library: library, Now: p.now, CoversSince: f.CoversSince, Hold: reg.hold.err})
}

// library is the embedded editions and those of the flags.
func (f registerFlags) library() (*eligibility.Library, error) {
	library, err := eligibility.Embedded()
	if err != nil || len(f.Ruleset) == 0 {
		return library, err
	}
	sets := library.RuleSets()
	for _, name := range f.Ruleset {
		set, err := readRuleSet(name)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return eligibility.NewLibrary(sets...)
}

// openStore opens the database. As far as it may, it makes one with the keys
// its personal data is encrypted under, and brings its schema up to date.
func (f registerFlags) openStore(ctx context.Context, kek *keyfile.KEK, o opening) (*db.DB, []db.Migration, error) {
	absent := f.absent()
	f = f.complete()
	if o == asItIs && !f.exists() {
		return nil, nil, absent
	}
	if o != asItIs {
		if err := os.MkdirAll(f.Data, 0o700); err != nil {
			return nil, nil, fail("无法建立数据目录 %s：%v", "cannot create the data directory %s: %v", f.Data, errors.Unwrap(err))
		}
	}
	keys, err := vault.Load(f.Keys, kek)
	fresh := errors.Is(err, fs.ErrNotExist)
	if fresh {
		keys, err = vault.NewKeyset()
	}
	if err != nil {
		return nil, nil, unopened(f.Keys, "vault", err)
	}
	sealed, err := keys.Vault()
	if err != nil {
		return nil, nil, err
	}
	store, err := db.Open(ctx, db.Config{URL: f.DB, Vault: sealed})
	if err != nil {
		return nil, nil, err
	}
	// Fresh keys are kept only after the database was found to have no others,
	// and before anything is written that they seal.
	if fresh && o != asItIs {
		err = keys.Create(f.Keys, kek)
	}
	var applied []db.Migration
	if err == nil {
		applied, err = o.migrate(ctx, store, absent)
	}
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, applied, nil
}

// exists says whether there may be a register: whether a file is one, or what
// a server keeps, only shows when it is opened.
func (f registerFlags) exists() bool {
	file, embedded := strings.CutPrefix(f.DB, "sqlite:")
	if !embedded {
		return true
	}
	_, err := os.Stat(strings.TrimPrefix(file, "//"))
	return !errors.Is(err, fs.ErrNotExist)
}

// absent says that there is no register where the flags point.
func (f registerFlags) absent() error {
	place := f.Data
	if f.DB != "" {
		place = masked(f.DB)
	}
	return fail("%[1]s 中没有登记系统（可用 certreg migrate 建立，或用 --data、--db 指定另一处）。", "there is no register in %[1]s (certreg migrate makes one; --data or --db names another)", place)
}

// migrate brings the schema up to date as far as o allows. It reports absent
// for a database without one, and refuses a schema that is older.
func (o opening) migrate(ctx context.Context, store *db.DB, absent error) ([]db.Migration, error) {
	known, err := store.Status(ctx)
	if err != nil {
		return nil, err
	}
	pending := 0
	for _, m := range known {
		if m.AppliedAt.IsZero() {
			pending++
		}
	}
	switch {
	case o == asItIs && pending == len(known):
		return nil, absent
	case o != upToDate && 0 < pending && pending < len(known):
		return nil, fail("数据库结构较旧，请先备份，再运行 certreg migrate。", "the schema is older than this program: back up, then run certreg migrate")
	}
	return store.Migrate(ctx)
}

// use opens a register that is there for one command and closes it after.
func (f registerFlags) use(ctx context.Context, p *program, do func(*register) error) error {
	return f.with(ctx, p, asItIs, do)
}

// vouch is use for commands that say what certificates are worth now. Like a
// server they do not while the log contradicts its mark.
func (f registerFlags) vouch(ctx context.Context, p *program, do func(*register) error) error {
	return f.use(ctx, p, func(reg *register) error {
		origin, err := reg.origin(ctx)
		if err != nil {
			return err
		}
		if err := translog.NewPublisher(origin, reg.store.Log(), nil, reg.mark).Check(ctx); err != nil {
			reg.hold.set(err)
			p.sayf(p.stderr, "certreg: %s: %v\n", say("不能证明这是最新的数据库", "nothing bears out that this database is the newest").In(p.lang), err)
		}
		return do(reg)
	})
}

// with is use for commands that may do more to the register.
func (f registerFlags) with(ctx context.Context, p *program, o opening, do func(*register) error) (err error) {
	reg, err := f.open(ctx, p, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reg.store.Close()) }()
	return do(reg)
}

// operator is who acts on the command line: the user of this account.
func (p *program) operator() registry.Caller {
	name := p.values.vars["USER"]
	if name == "" {
		name = "unknown"
	}
	return registry.Operator("operator:" + name)
}

// bodies goes through all bodies, in the order they were entered.
func (r *register) bodies(ctx context.Context, by registry.Caller) iter.Seq2[registry.Body, error] {
	return func(yield func(registry.Body, error) bool) {
		for page := (registry.Page{Limit: registry.MaxPage}); ; {
			bodies, next, err := r.Bodies(ctx, by, registry.BodyFilter{Page: page})
			if err != nil {
				yield(registry.Body{}, err)
				return
			}
			for _, b := range bodies {
				if !yield(b, nil) {
					return
				}
			}
			if page.After = next; next == "" {
				return
			}
		}
	}
}

// body finds a body by identifier or institution code.
func (r *register) body(ctx context.Context, by registry.Caller, name string) (registry.Body, error) {
	for b, err := range r.bodies(ctx, by) {
		if err != nil || b.ID == name || string(b.Code) == name {
			return b, err
		}
	}
	return registry.Body{}, fail("没有机构 %[1]s（certreg body list 列出全部机构）。", "there is no body %[1]s (certreg body list tells them all)", name)
}

// A migrateCommand creates or upgrades the schema.
type migrateCommand struct{ registerFlags }

// Run brings the schema up to date and says what that took.
func (c *migrateCommand) Run(ctx context.Context, p *program) error {
	return c.with(ctx, p, upToDate, func(reg *register) error {
		for _, m := range reg.applied {
			p.sayf(p.stdout, "%04d %s\n", m.Version, m.Name)
		}
		p.tell("数据库结构已是最新：%s", "the schema is up to date: %s", masked(c.complete().DB))
		return nil
	})
}
