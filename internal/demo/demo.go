// Package demo fills an empty register with a demonstration: bodies, staff,
// seasons and sittings, synthetic people in every state of the chain, and
// certificates of every status. All of it goes through the registry's own
// operations under a clock that the package moves, so that the register's
// journal and evidence are as real as any. Days are relative to the day it is
// made on; it knows nothing of where the register is kept.
package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// Occupation is what the demonstration examines.
const Occupation = "customer-service-manager"

// A Config says what to fill.
type Config struct {
	Store   registry.Store // of an empty register
	Library *eligibility.Library
	Now     time.Time // the day after the last day of the demonstration's history
}

// Contents is what the demonstration holds that a visitor wants to know.
type Contents struct {
	Keys      []Key           `json:"keys"`
	Valid     registry.Number `json:"valid"` // the certificate of Holder
	Holder    string          `json:"holder"`
	Withdrawn registry.Number `json:"withdrawn"`
	Suspended registry.Number `json:"suspended"`
	Reissued  registry.Number `json:"reissued"`
	Corrected registry.Number `json:"corrected"`
	// SupersededPaper is the serial of the first paper of Corrected.
	SupersededPaper string `json:"supersededPaper"`
}

// A Key is an API key of the demonstration's staff.
type Key struct {
	Body    registry.Text `json:"body"`
	Role    registry.Role `json:"role"`
	Subject string        `json:"subject"`
	Token   string        `json:"token"`
}

// Load fills a register. It reports an error if the register is not empty or
// an operation refuses what the demonstration does.
func Load(ctx context.Context, in Config) (Contents, error) {
	s := &story{crowd: newCrowd(), staff: map[string]registry.Caller{}}
	var err error
	s.reg, err = registry.New(registry.Config{Store: in.Store, Library: in.Library, Now: func() time.Time { return s.clock }})
	if err != nil {
		return Contents{}, err
	}
	s.clock = in.Now
	s.today = s.reg.Today()
	s.terms = terms(s.today, 4)
	if err := s.found(ctx); err != nil {
		return Contents{}, fmt.Errorf("demonstration: bodies: %w", err)
	}
	if err := s.plan(); err != nil {
		return Contents{}, fmt.Errorf("demonstration: plan: %w", err)
	}
	slices.SortStableFunc(s.steps, func(a, b step) int { return a.at.Compare(b.at) })
	for _, step := range s.steps {
		s.clock = step.at
		if err := step.do(ctx); err != nil {
			return Contents{}, fmt.Errorf("demonstration: %s on %s: %w", step.what, s.reg.Today(), err)
		}
	}
	return s.contents, nil
}

// A story is the demonstration while it is told: what happens, and when.
type story struct {
	reg      *registry.Registry
	clock    time.Time
	today    civil.Date
	terms    []term // terms[len-1] is season 0
	crowd    *crowd
	staff    map[string]registry.Caller // by subject
	centres  []registry.Body
	seasons  []registry.Season // as terms
	steps    []step
	contents Contents
}

// A step is one thing that happens.
type step struct {
	at   time.Time
	what string
	do   func(context.Context) error
}

// china is the zone in which the demonstration's hours are.
func china() *time.Location { return time.FixedZone("CST", 8*60*60) }

// at has something happen at a time of a day.
func (s *story) at(day civil.Date, hour, minute int, what string, do func(context.Context) error) {
	y, m, d := day.YMD()
	s.steps = append(s.steps, step{at: time.Date(y, m, d, hour, minute, 0, 0, china()), what: what, do: do})
}

// found makes the bodies and gives their staff keys, before the first season.
func (s *story) found(ctx context.Context) error {
	y, m, d := s.terms[0].registration.From.AddDays(-45).YMD()
	s.clock = time.Date(y, m, d, 9, 0, 0, 0, china())
	top, err := s.body(ctx, "", registry.NationalCentre, nationalCentre)
	if err != nil {
		return err
	}
	if err := s.employ(ctx, top, registry.National, nationalCentre.head, deputy); err != nil {
		return err
	}
	if err := s.employ(ctx, top, registry.Auditor, "tang.lin"); err != nil {
		return err
	}
	var parents []registry.Body
	for _, p := range provinces {
		b, err := s.body(ctx, top.ID, registry.ProvincialCentre, p)
		if err != nil {
			return err
		}
		if err := s.employ(ctx, b, registry.Province, p.head); err != nil {
			return err
		}
		parents = append(parents, b)
	}
	for _, c := range centres {
		b, err := s.body(ctx, parents[c.parent].ID, registry.AssessmentCentre, c)
		if err != nil {
			return err
		}
		if err := s.employ(ctx, b, registry.CentreManager, c.head); err != nil {
			return err
		}
		if err := s.employ(ctx, b, registry.CentreClerk, c.clerks...); err != nil {
			return err
		}
		s.centres = append(s.centres, b)
	}
	return nil
}

// operator is who sets the register up.
func operator() registry.Caller { return registry.Operator("demo") }

func (s *story) body(ctx context.Context, parent string, kind registry.BodyKind, o office) (registry.Body, error) {
	s.clock = s.clock.Add(3 * time.Minute)
	return s.reg.AddBody(ctx, operator(), registry.NewBody{Parent: parent, Kind: kind, Code: o.code, Name: o.name})
}

// employ gives members of staff their keys.
func (s *story) employ(ctx context.Context, b registry.Body, role registry.Role, subjects ...string) error {
	for _, subject := range subjects {
		s.clock = s.clock.Add(time.Minute)
		_, token, err := s.reg.CreateKey(ctx, operator(), registry.NewKey{Body: b.ID, Role: role, Subject: subject})
		if err != nil {
			return err
		}
		if s.staff[subject], err = s.reg.Authenticate(ctx, token); err != nil {
			return err
		}
		s.contents.Keys = append(s.contents.Keys, Key{Body: b.Name, Role: role, Subject: subject, Token: token})
	}
	return nil
}
