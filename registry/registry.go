// Package registry decides what happens to applications, results and
// certificates: who may apply, sit, pass, hold and lose a certificate, and what
// is written down about it. It knows neither HTTP nor SQL: it asks a [Store]
// for state and gives back domain values or an [Error].
package registry

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// A Registry carries out the operations of the register.
type Registry struct {
	store   Store
	rules   *eligibility.Library
	schemes map[string]Scheme // by ID
	now     func() time.Time
	random  io.Reader
	zone    *time.Location
	since   int
	hold    func() error

	parsedSets    sync.Map // digest → *eligibility.RuleSet, of editions in the store
	statusSecrets sync.Map // status list → its secret, []byte
}

// A Config says what a Registry works with.
type Config struct {
	Store   Store
	Library *eligibility.Library
	Now     func() time.Time // the clock
	Random  io.Reader        // for verification codes and keys; nil means crypto/rand
	// CoversSince is the first year whose certificates this register holds;
	// look-ups of earlier numbers are answered "outside coverage". 0 means all.
	CoversSince int
	// Hold is asked whether the register is on hold: see [Registry.OnHold]. The
	// error it reports says why. nil never holds.
	Hold func() error
}

// New returns a Registry over c, or what is missing or unfit in c.
func New(c Config) (*Registry, error) {
	if c.Store == nil || c.Library == nil || c.Now == nil {
		return nil, errors.New("registry: store, library and clock are required")
	}
	schemes, err := embeddedSchemes()
	if err != nil {
		return nil, fmt.Errorf("registry: exam schemes: %w", err)
	}
	if c.Hold == nil {
		c.Hold = func() error { return nil }
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	return &Registry{
		store: c.Store, rules: c.Library, schemes: schemes, now: c.Now, random: c.Random,
		// The register's days are China Standard Time days; instants are UTC.
		zone:  time.FixedZone("CST", 8*60*60),
		since: c.CoversSince, hold: c.Hold,
	}, nil
}

// Today is the civil day of the register's clock.
func (r *Registry) Today() civil.Date { return r.dayOf(r.now()) }

// dayOf is the civil day of an instant where the register is.
func (r *Registry) dayOf(at time.Time) civil.Date { return civil.Of(at.In(r.zone)) }

// Library is the rule sets that come with the program; see [Registry.Rules].
func (r *Registry) Library() *eligibility.Library { return r.rules }

// instant is the clock's reading as the register keeps it.
func (r *Registry) instant() time.Time { return r.now().UTC().Truncate(time.Microsecond) }

// newID makes an identifier that sorts roughly by time (UUID version 7, RFC 9562).
func (r *Registry) newID() (string, error) {
	id, err := uuid.NewV7FromReader(r.random)
	if err != nil {
		return "", fmt.Errorf("new identifier: %w", err)
	}
	return id.String(), nil
}

// OnHold reports [RegisterOnHold] while the transparency log contradicts what was
// signed before, as after an old backup was restored. The register then knows
// nothing of what happened since: it must not say yes, nor have anything signed
// that says so, nor record of certificates what would be lost with this state.
func (r *Registry) OnHold() error {
	err := r.hold()
	if err == nil {
		return nil
	}
	return &Error{Code: RegisterOnHold, Cause: err, Detail: Text{
		ZH: "登记系统正在与其透明日志核对，核对完成前不发证、不变更状态，也不作任何证明。请稍后再试。",
		EN: "The register is being checked against its transparency log. Until that is done it issues and changes nothing and vouches for nothing; try again later.",
	}}
}

// Ready reports whether the register can be read and is not on hold.
func (r *Registry) Ready(ctx context.Context) error {
	if err := r.hold(); err != nil {
		return fmt.Errorf("on hold: %w", err)
	}
	return r.store.Read(ctx, func(rd Reader) error {
		_, err := rd.Bodies(ctx, BodyFilter{Page: Page{Limit: 1}})
		return err
	})
}

// A Page asks for part of a list: at most Limit items after the item After.
type Page struct {
	After string // identifier of the last item seen; "" starts at the beginning
	Limit int    // 1..200
}

// MaxPage is the largest Limit of a Page.
const MaxPage = 200

// valid clamps what the caller asked for to what is served.
func (p Page) valid() Page {
	if p.Limit <= 0 {
		p.Limit = 50
	}
	p.Limit = min(p.Limit, MaxPage)
	return p
}

// list reads one page: fetch is asked for one item more than wanted, which
// tells whether there is a next page. next is the cursor of that page, or "".
func list[T any](ctx context.Context, r *Registry, p Page, id func(T) string, fetch func(Reader, Page) ([]T, error)) (items []T, next string, err error) {
	p = p.valid()
	more := Page{After: p.After, Limit: p.Limit + 1}
	err = r.store.Read(ctx, func(rd Reader) error {
		items, err = fetch(rd, more)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if len(items) > p.Limit {
		items = items[:p.Limit]
		next = id(items[p.Limit-1])
	}
	return items, next, nil
}

// A change is a transaction that also collects what goes into the journal.
// Entries are written last, all at once: the journal's head is the one row every
// writer needs, so it is held for the shortest time and always taken last.
type change struct {
	Writer
	r       *Registry
	by      Caller
	at      time.Time
	entries []Entry
	leaves  []LogEntry
	bodies  map[string]Body // read or written so far
}

// Body reads a body once for all who ask for it in the course of a change.
func (c *change) Body(ctx context.Context, id string) (Body, error) {
	if b, ok := c.bodies[id]; ok {
		return b, nil
	}
	b, err := c.Writer.Body(ctx, id)
	if err == nil {
		c.bodies[id] = b
	}
	return b, err
}

// UpdateBody keeps what [change.Body] answers up to date.
func (c *change) UpdateBody(ctx context.Context, b Body) error {
	delete(c.bodies, b.ID)
	return c.Writer.UpdateBody(ctx, b)
}

// record notes an entry for the journal.
func (c *change) record(action Action, kind, subject, body string, detail map[string]string) {
	c.entries = append(c.entries, Entry{
		At: c.at, Action: action, Kind: kind, Subject: subject, Body: body, Detail: detail,
		By: c.by.Subject, Role: c.by.Role, Key: c.by.Key, From: c.by.From, RequestID: c.by.RequestID,
	})
}

// A made is what an operation answers that makes a thing or finds it made: a
// retry must be told again which of the two it was.
type made[T any] struct {
	Thing   T
	Created bool
}

// write runs f in one transaction together with its journal entries and, when
// the context carries an [Idempotency], with the record that makes a retry
// answer the same result again. f may run more than once; only the last run counts.
func write[T any](ctx context.Context, r *Registry, by Caller, f func(*change) (T, error)) (T, error) {
	var none, result T
	claim := claimed(ctx)
	err := r.store.Write(ctx, func(w Writer) error {
		c := &change{Writer: w, r: r, by: by, at: r.instant(), bodies: map[string]Body{}}
		result = none // of the run before
		if done, err := claim.begin(ctx, c, &result); err != nil || done {
			return err
		}
		var err error
		if result, err = f(c); err != nil {
			return err
		}
		if err := claim.save(ctx, c, result); err != nil {
			return err
		}
		if len(c.entries) == 0 {
			return nil
		}
		return w.Append(ctx, c.entries, c.leaves)
	})
	if err != nil {
		result = none
		err = claim.afterRefusal(ctx, r, by, &result, err)
	}
	if err != nil {
		return none, err
	}
	return result, nil
}
