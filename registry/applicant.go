package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// applicant is the caller of what people do for themselves, without an account.
func applicant(from, requestID string) Caller {
	return Caller{Subject: "applicant", From: from, RequestID: requestID}
}

// A SelfApplication is what a person tells to apply without an account.
type SelfApplication struct {
	Person    NewPerson
	Sitting   string
	Facts     *eligibility.Facts
	From      string // network address, for the journal
	RequestID string // for the journal
}

// ApplySelf enters the application of a person who tells who they are. Anyone
// can type anyone's document, so nothing is compared with the people of the
// register before a centre has seen it: whoever applies is a claim, which
// blocks nobody, and the answer, in time and in words, says nothing about who is
// registered. [Registry.Admit] settles it. It reports [InvalidInput],
// [DocumentInvalid], [SittingNotFound], [SittingHeld], [RegistrationClosed],
// [NoGoverningEdition], and [ApplicationNotEligible] with the decision. The
// application's Code is what the person follows it by.
func (r *Registry) ApplySelf(ctx context.Context, in SelfApplication) (Application, error) {
	var chk check
	chk.that(in.Facts != nil, "/facts", Text{ZH: "请提供申报事实。", EN: "The facts are required."})
	if err := chk.err(); err != nil {
		return Application{}, err
	}
	person, err := r.checkPerson(in.Person)
	if err != nil {
		return Application{}, err
	}
	return write(ctx, r, applicant(in.From, in.RequestID), func(c *change) (Application, error) {
		sitting, err := c.Sitting(ctx, in.Sitting)
		if err != nil {
			return Application{}, err
		}
		id, err := r.newID()
		if err != nil {
			return Application{}, err
		}
		claim := Person{
			ID: id, Name: person.Name, Document: person.Document, Born: person.Born, Sex: person.Sex,
			Body: sitting.Body, Claimed: true, CreatedAt: c.at, Version: 1,
		}
		if err := c.InsertPerson(ctx, claim); err != nil {
			return Application{}, err
		}
		return c.apply(ctx, NewApplication{Person: id, Facts: in.Facts}, sitting)
	})
}

// identify makes the applicant of a claim a person of the register, now that a
// centre has seen the document: the one the document belongs to, or a new one.
// What was not compared when the person applied is compared here. It reports
// [PersonNameDiffers], [ApplicationExists], and [InvalidInput] for facts that
// tell another birth date than the register has.
func (c *change) identify(ctx context.Context, a *Application, sitting Sitting) error {
	claim, err := c.Person(ctx, a.Person)
	if err != nil || !claim.Claimed {
		return err
	}
	known, err := c.PersonByDocument(ctx, claim.Document)
	if errors.Is(err, ErrNotFound) {
		claim.Claimed = false
		c.record(PersonRegistered, "person", claim.ID, a.Body, nil)
		return c.UpdatePerson(ctx, claim)
	}
	if err != nil {
		return err
	}
	if FoldName(known.Name) != FoldName(claim.Name) {
		return nameDiffers()
	}
	if err := c.onlyLive(ctx, known.ID, sitting); err != nil {
		return err
	}
	facts, err := eligibility.ParseFacts(a.Decided.Facts)
	if err != nil {
		return fmt.Errorf("facts of application %s: %w", a.ID, err)
	}
	if err := known.fits(facts); err != nil {
		return err
	}
	if known.Body != a.Body {
		if err := c.putReach(ctx, known.ID, a.Body); err != nil {
			return err
		}
	}
	if err := c.inheritPhoto(ctx, claim, known); err != nil {
		return err
	}
	a.Person = known.ID
	return c.ReplaceClaim(ctx, a.ID, claim.ID, known.ID)
}

// A Progress is what the holder of an application code may see.
type Progress struct {
	Application Application
	Season      Season
	Sitting     Sitting
	Centre      Body
	Results     []Result // confirmed ones only
	Certificate Number   // "" while none is issued
}

// ProgressOf returns how far an application has come. It reports [ApplicationNotFound].
func (r *Registry) ProgressOf(ctx context.Context, code string) (p Progress, err error) {
	code, err = ParseCode(code)
	if err != nil {
		return Progress{}, NotFound(ApplicationNotFound)
	}
	err = r.store.Read(ctx, func(rd Reader) error {
		p = Progress{}
		if p.Application, err = rd.ApplicationByCode(ctx, code); err != nil {
			return err
		}
		if p.Sitting, err = rd.Sitting(ctx, p.Application.Sitting); err != nil {
			return err
		}
		if p.Season, err = rd.Season(ctx, p.Sitting.Season); err != nil {
			return err
		}
		if p.Centre, err = rd.Body(ctx, p.Sitting.Body); err != nil {
			return err
		}
		results, err := rd.ResultsOfApplication(ctx, p.Application.ID)
		if err != nil {
			return err
		}
		for _, res := range results {
			if res.Confirmed() {
				p.Results = append(p.Results, res)
			}
		}
		cert, err := rd.CertificateOfApplication(ctx, p.Application.ID)
		if err == nil {
			p.Certificate = cert.Number
		}
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	})
	return p, err
}

// An OpenSitting is a sitting that takes applications, as the public sees it.
type OpenSitting struct {
	ID           string
	Occupation   string
	Level        int
	On           civil.Date
	Centre       Text
	Season       Text
	Registration Days
	CutoffOn     civil.Date // day on which conditions must be met; zero: the day of the application
	Free         int        // seats not yet given
}

// OpenSittings lists the sittings of an occupation that take applications
// today, by day. They are public. level 0 means every level.
func (r *Registry) OpenSittings(ctx context.Context, occupation string, level int) (open []OpenSitting, err error) {
	today := r.Today()
	err = r.store.Read(ctx, func(rd Reader) error {
		open = nil
		f := SittingFilter{Scope: "/", Occupation: occupation, Level: level, From: today, Page: Page{Limit: MaxPage}}
		for {
			sittings, err := rd.Sittings(ctx, f)
			if err != nil {
				return err
			}
			for _, s := range sittings {
				o, ok, err := openSitting(ctx, rd, s, today)
				if err != nil {
					return err
				}
				if ok {
					open = append(open, o)
				}
			}
			if len(sittings) < MaxPage {
				return nil
			}
			f.After = sittings[len(sittings)-1].ID
		}
	})
	slices.SortStableFunc(open, func(a, b OpenSitting) int { return a.On.Compare(b.On) })
	return open, err
}

// openSitting is s as the public sees it, and whether it takes applications today.
func openSitting(ctx context.Context, rd Reader, s Sitting, today civil.Date) (OpenSitting, bool, error) {
	season, err := rd.Season(ctx, s.Season)
	if err != nil {
		return OpenSitting{}, false, err
	}
	if !season.Registration.Contain(today) || s.Admitted >= s.Capacity {
		return OpenSitting{}, false, nil
	}
	body, err := rd.Body(ctx, s.Body)
	if err != nil {
		return OpenSitting{}, false, err
	}
	return OpenSitting{
		ID: s.ID, Occupation: s.Occupation, Level: s.Level, On: s.On, Centre: body.Name, Season: season.Name,
		Registration: season.Registration, CutoffOn: season.CutoffOn, Free: s.Capacity - s.Admitted,
	}, true, nil
}
