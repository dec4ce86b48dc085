package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// An ApplicationStatus says how far an application has come.
type ApplicationStatus string

// The states of an application.
const (
	Submitted ApplicationStatus = "submitted"
	Admitted  ApplicationStatus = "admitted" // has a seat and a ticket number
	Rejected  ApplicationStatus = "rejected" // by the centre, with a reason
	Withdrawn ApplicationStatus = "withdrawn"
)

// ApplicationStatuses lists every state of an application.
func ApplicationStatuses() []ApplicationStatus {
	return []ApplicationStatus{Submitted, Admitted, Rejected, Withdrawn}
}

// An Application is a person's wish to sit one sitting, with the decision that
// let it in.
type Application struct {
	ID         string
	Code       string // random, for the applicant: who has it may see the state
	Person     string
	Sitting    string
	Body       string // the sitting's centre
	Occupation string
	Level      int
	Components []string // what is sat: all of it, or in a retake what is not passed yet
	RetakeOf   string   // the application whose facts were used again, or ""
	Status     ApplicationStatus
	Reason     string // of a rejection or withdrawal
	Ticket     string // ticket number (准考证号) once admitted
	Decided    Decided
	AppliedAt  time.Time
	Version    int
}

// A Decided is a decision on eligibility as it is kept: with the facts it was
// made from and digests of everything it rests on, so that it can be replayed.
type Decided struct {
	AsOf          civil.Date
	RuleSet       string
	RuleSetDigest string
	FactsDigest   string
	Outcome       string
	Condition     string     // the condition to cite on forms (符合申报条件第*项); "" when one or another holds, whichever way an unknown falls
	DueBy         civil.Date // when a provisional applicant must show the diploma
	Facts         []byte     // canonical JSON; the store keeps it encrypted
	Explanation   []byte     // the whole decision in JSON
	Digest        string     // SHA-256 of Explanation
}

// An ApplicationFilter chooses applications to bodies under Scope; empty fields choose all.
type ApplicationFilter struct {
	Scope   string
	Sitting string
	Person  string
	Status  ApplicationStatus
	Page
}

// A NewApplication is what must be told to apply. Facts may be nil when
// RetakeOf names an earlier application whose facts are used again.
type NewApplication struct {
	Person   string
	Sitting  string
	Facts    *eligibility.Facts
	RetakeOf string
}

// Apply decides on a person's eligibility and, when that allows, enters the
// application. It reports [PersonNotFound], [PersonClaimed] for who applied
// without an account and was not admitted yet, [SittingNotFound],
// [RegistrationClosed], [ApplicationExists] for a second live application in the
// same season, [NothingToSit] when everything is passed already,
// [NoGoverningEdition], and [ApplicationNotEligible] with the decision.
func (r *Registry) Apply(ctx context.Context, by Caller, in NewApplication) (Application, error) {
	if err := by.may(register); err != nil {
		return Application{}, err
	}
	var chk check
	chk.that(in.Facts != nil || in.RetakeOf != "", "/facts", Text{ZH: "请提供申报事实，或指明补考所依据的申报。", EN: "Give the facts, or name the application of which this is a retake."})
	if err := chk.err(); err != nil {
		return Application{}, err
	}
	return write(ctx, r, by, func(c *change) (Application, error) {
		p, err := by.person(ctx, c, in.Person)
		if err != nil {
			return Application{}, err
		}
		if p.Claimed {
			return Application{}, refuse(PersonClaimed, Text{
				ZH: "此人为自行申报、证件尚未核验：请先准予其已有的申报，或按证件登记人员后再申报。",
				EN: "This applicant's document was not seen yet: admit the application they made, or register the person from the document and apply for that person.",
			})
		}
		sitting, err := by.sitting(ctx, c, in.Sitting)
		if err != nil {
			return Application{}, err
		}
		return c.apply(ctx, in, sitting)
	})
}

// apply does what Apply promises, for a person and sitting that may be used.
func (c *change) apply(ctx context.Context, in NewApplication, sitting Sitting) (Application, error) {
	// The lock keeps the sitting from being moved meanwhile.
	if err := c.LockSitting(ctx, sitting.ID); err != nil {
		return Application{}, err
	}
	sitting, err := c.Sitting(ctx, sitting.ID)
	if err != nil {
		return Application{}, err
	}
	season, err := c.Season(ctx, sitting.Season)
	if err != nil {
		return Application{}, err
	}
	if err := c.open(ctx, season, sitting, in.Person); err != nil {
		return Application{}, err
	}
	facts, err := c.factsFor(ctx, in, sitting)
	if err != nil {
		return Application{}, err
	}
	asOf := season.CutoffOn
	if asOf.IsZero() {
		asOf = c.r.Today()
	}
	decided, err := c.decide(ctx, sitting.Occupation, sitting.Level, asOf, facts)
	if err != nil {
		return Application{}, err
	}
	components, err := c.toSit(ctx, in.Person, sitting, c.r.schemes[season.Scheme])
	if err != nil {
		return Application{}, err
	}
	id, err := c.r.newID()
	if err != nil {
		return Application{}, err
	}
	code, err := c.r.newCode()
	if err != nil {
		return Application{}, err
	}
	a := Application{
		ID: id, Code: code, Person: in.Person, Sitting: sitting.ID, Body: sitting.Body, Occupation: sitting.Occupation,
		Level: sitting.Level, Components: components, RetakeOf: in.RetakeOf, Status: Submitted,
		Decided: decided, AppliedAt: c.at, Version: 1,
	}
	if err := c.InsertApplication(ctx, a); err != nil {
		return Application{}, err
	}
	c.record(ApplicationSubmitted, "application", a.ID, a.Body, decided.detail())
	return a, nil
}

func (d Decided) detail() map[string]string {
	return map[string]string{"outcome": d.Outcome, "decision": d.Digest, "ruleset": d.RuleSetDigest, "facts": d.FactsDigest}
}

// upcoming refuses a sitting whose day is over.
func (r *Registry) upcoming(s Sitting) error {
	if r.Today().After(s.On) {
		return refuse(SittingHeld, say("该考次已于 %s 举行。", "The sitting was held on %s.", s.On))
	}
	return nil
}

// open refuses an application outside the registration period or beside a live
// one of the same person for the same level in the same season.
func (c *change) open(ctx context.Context, season Season, sitting Sitting, person string) error {
	if err := c.r.upcoming(sitting); err != nil {
		return err
	}
	if !season.Registration.Contain(c.r.Today()) {
		return refuse(RegistrationClosed, say("报名时间为 %s 至 %s。", "Applications are taken from %s to %s.", season.Registration.From, season.Registration.Until))
	}
	return c.onlyLive(ctx, person, sitting)
}

// onlyLive refuses a second live application of a person for a level in a season.
func (c *change) onlyLive(ctx context.Context, person string, sitting Sitting) error {
	live, err := c.LiveApplication(ctx, person, sitting.Season, sitting.Level)
	if err == nil {
		return refuse(ApplicationExists, say("此人本考期已有该等级的申报（%s）。", "This person has an application for this level in this season already (%s).", live.ID))
	}
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// factsFor returns the facts to decide by: those given, or those of the earlier
// application of the same person for the same level. They must not contradict
// what the register knows of the person.
func (c *change) factsFor(ctx context.Context, in NewApplication, sitting Sitting) (*eligibility.Facts, error) {
	facts := in.Facts
	if in.RetakeOf != "" {
		earlier, err := c.by.application(ctx, c, in.RetakeOf)
		if err != nil {
			return nil, err
		}
		if earlier.Person != in.Person || earlier.Occupation != sitting.Occupation || earlier.Level != sitting.Level || earlier.Status != Admitted {
			return nil, NotFound(ApplicationNotFound)
		}
		if facts == nil {
			if facts, err = eligibility.ParseFacts(earlier.Decided.Facts); err != nil {
				return nil, fmt.Errorf("facts of application %s: %w", earlier.ID, err)
			}
		}
	}
	person, err := c.Person(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	return facts, person.fits(facts)
}

// fits refuses facts that tell another birth date than the register has.
func (p Person) fits(facts *eligibility.Facts) error {
	var told struct {
		Born string `json:"born"` // a day or a month
	}
	if err := json.Unmarshal(facts.Canonical(), &told); err != nil {
		return fmt.Errorf("facts: %w", err)
	}
	var chk check
	chk.that(p.Born.IsZero() || strings.HasPrefix(p.Born.String(), told.Born), "/facts/born", Text{ZH: "出生日期与登记的人员不符。", EN: "The birth date differs from that of the person registered."})
	return chk.err()
}

// decide asks the governing edition. It reports [NoGoverningEdition], and
// [ApplicationNotEligible] with the decision for every outcome that does not let in.
func (c *change) decide(ctx context.Context, occupation string, level int, asOf civil.Date, facts *eligibility.Facts) (Decided, error) {
	published, err := c.r.rulesNow(ctx, c)
	if err != nil {
		return Decided{}, err
	}
	rules, ok := published.Governing(occupation, asOf)
	if ok {
		_, ok = rules.Level(level)
	}
	if !ok {
		return Decided{}, refuse(NoGoverningEdition, say("%s 没有适用于 %d 级的申报条件。", "No edition in force on %s has conditions for level %d.", asOf, level))
	}
	d := rules.Explain(level, asOf, facts)
	explanation := d.AppendJSON(nil)
	if d.Outcome != eligibility.Eligible && d.Outcome != eligibility.EligibleProvisional {
		e := refuse(ApplicationNotEligible, say("不符合申报条件（%s）。", "The conditions are not met (%s).", d.Outcome))
		e.Decision = explanation
		return Decided{}, e
	}
	decided := Decided{
		AsOf: asOf, RuleSet: rules.ID(), RuleSetDigest: rules.Digest(), FactsDigest: facts.Digest(),
		Outcome: d.Outcome.String(), DueBy: d.DueBy,
		Facts: facts.Canonical(), Explanation: explanation, Digest: digest(explanation),
	}
	if len(d.Satisfied) > 0 {
		decided.Condition = d.Satisfied[0]
	}
	return decided, nil
}

// toSit is the components that the person has not passed, as the retention of
// the scheme counts on the day of the sitting. It reports [NothingToSit].
func (c *change) toSit(ctx context.Context, person string, sitting Sitting, scheme Scheme) ([]string, error) {
	attempts, err := c.Attempts(ctx, []string{person}, sitting.Occupation, sitting.Level)
	if err != nil {
		return nil, err
	}
	switch _, err := c.CertificateInForce(ctx, person, sitting.Occupation, sitting.Level); {
	case err == nil:
		return nil, refuse(NothingToSit, notDueDetails[HasCertificate])
	case !errors.Is(err, ErrNotFound):
		return nil, err
	}
	kept := scheme.kept(attempts[person], sitting.On)
	var components []string
	for _, id := range scheme.components(sitting.Level) {
		if _, ok := kept[id]; !ok {
			components = append(components, id)
		}
	}
	if len(components) == 0 {
		return nil, refuse(NothingToSit, Text{ZH: "各科均已合格且在有效期内，无需再考。", EN: "Every part is passed and still valid; there is nothing to sit."})
	}
	return components, nil
}

// alter changes an application of the caller's subtree that is still at version.
func (r *Registry) alter(ctx context.Context, by Caller, id string, version int, f func(*change, *Application) error) (Application, error) {
	return write(ctx, r, by, func(c *change) (Application, error) {
		a, err := by.application(ctx, c, id)
		if err != nil {
			return Application{}, err
		}
		if a.Version != version {
			return Application{}, Changed()
		}
		if err := f(c, &a); err != nil {
			return Application{}, err
		}
		if err := c.UpdateApplication(ctx, a); err != nil {
			return Application{}, err
		}
		a.Version++
		return a, nil
	})
}

func (c Caller) application(ctx context.Context, rd Reader, id string) (Application, error) {
	a, err := rd.Application(ctx, id)
	if err != nil {
		return Application{}, err
	}
	if _, err := c.reach(ctx, rd, a.Body, ApplicationNotFound); err != nil {
		return Application{}, err
	}
	return a, nil
}

// Application returns one application of the caller's subtree. It reports [ApplicationNotFound].
func (r *Registry) Application(ctx context.Context, by Caller, id string) (a Application, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		a, err = by.application(ctx, rd, id)
		return err
	})
	return a, err
}

// Applications lists applications of the caller's subtree.
func (r *Registry) Applications(ctx context.Context, by Caller, f ApplicationFilter) ([]Application, string, error) {
	var chk check
	chk.that(f.Status == "" || slices.Contains(ApplicationStatuses(), f.Status), "/status", Text{ZH: "没有这种申报状态。", EN: "There is no such status of an application."})
	if err := chk.err(); err != nil {
		return nil, "", err
	}
	f.Scope = by.Scope
	return list(ctx, r, f.Page, func(a Application) string { return a.ID }, func(rd Reader, p Page) ([]Application, error) {
		f.Page = p
		return rd.Applications(ctx, f)
	})
}
