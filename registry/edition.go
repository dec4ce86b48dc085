package registry

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// An EditionState says how far an edition has come to governing decisions.
type EditionState string

// The states of an edition. An edition is never edited: a correction is
// another edition, with its own digest. Scheduled, in force and superseded are
// one stored state, EditionScheduled; which it is follows from the day.
const (
	EditionDraft      EditionState = "draft"
	EditionReviewed   EditionState = "reviewed"
	EditionRefused    EditionState = "refused"
	EditionScheduled  EditionState = "scheduled"
	EditionInForce    EditionState = "in-force"
	EditionSuperseded EditionState = "superseded"
)

// An Edition is a rule set entered into the register, beside those that come
// with the program.
type Edition struct {
	Digest      string // of the rule set; identifies the edition
	RuleSet     string // identifier of the rule set
	Occupation  string
	Document    []byte // the rule set in canonical JSON
	State       EditionState
	GovernsFrom civil.Date // zero until scheduled
	SubmittedBy string
	SubmittedAt time.Time
	ReviewedBy  string // another person, or who submitted it to take it back
	ReviewedAt  time.Time
	Note        string // of who reviewed it
	Version     int
}

// SubmitEdition enters a rule set as a draft. It reports [InvalidInput] with
// the place of the fault, and [EditionExists] when its identifier or its very
// content is there already.
func (r *Registry) SubmitEdition(ctx context.Context, by Caller, document []byte) (Edition, error) {
	if err := by.may(manageEditions); err != nil {
		return Edition{}, err
	}
	rules, err := eligibility.ParseRuleSet(document)
	if fault, ok := errors.AsType[*eligibility.InputError](err); ok {
		return Edition{}, &Error{
			Code: InvalidInput, Detail: Text{ZH: "规则集有误。", EN: "The rule set has a fault."},
			Fields: []Field{{Pointer: fault.Pointer, Detail: fault.Message}},
		}
	}
	if err != nil {
		return Edition{}, err
	}
	return write(ctx, r, by, func(c *change) (Edition, error) {
		known, err := r.rulesNow(ctx, c)
		if err != nil {
			return Edition{}, err
		}
		_, byID := known.ByID(rules.ID())
		_, err = c.Edition(ctx, rules.Digest())
		if byID || err == nil {
			return Edition{}, refuse(EditionExists, say("规则集 %s 已存在；版本不可修改，只能另出新版。", "Rule set %s exists already; editions are superseded, never edited.", rules.ID()))
		}
		if !errors.Is(err, ErrNotFound) {
			return Edition{}, err
		}
		e := Edition{
			Digest: rules.Digest(), RuleSet: rules.ID(), Occupation: rules.Occupation().ID, Document: rules.Canonical(),
			State: EditionDraft, SubmittedBy: by.Subject, SubmittedAt: c.at, Version: 1,
		}
		if err := c.InsertEdition(ctx, e); err != nil {
			return Edition{}, err
		}
		c.record(EditionSubmitted, "edition", e.Digest, "", map[string]string{"ruleset": e.RuleSet})
		return e, nil
	})
}

// ReviewEdition accepts or refuses a draft. Who submitted it may refuse it,
// which takes it back. It reports [EditionNotFound], [InvalidInput],
// [IdentityInText], [EditionDecided], and [EditionSamePerson] when the caller
// accepts what the caller submitted.
func (r *Registry) ReviewEdition(ctx context.Context, by Caller, digest string, accept bool, note string) (Edition, error) {
	return r.alterEdition(ctx, by, digest, func(c *change, e *Edition) error {
		note, err := checkAnswer("/note", note, 2000)
		if err != nil {
			return err
		}
		switch {
		case e.State != EditionDraft:
			return refuse(EditionDecided, Text{ZH: "该版本已经审核。", EN: "The edition is reviewed already."})
		case accept && e.SubmittedBy == by.Subject:
			return refuse(EditionSamePerson, Text{ZH: "规则集须由提交人以外的人审核通过；提交人只能撤回。", EN: "A rule set is accepted by someone other than who submitted it, who can only take it back."})
		}
		e.State = EditionRefused
		if accept {
			e.State = EditionReviewed
		}
		e.ReviewedBy, e.ReviewedAt, e.Note = by.Subject, c.at, note
		c.record(EditionReviewedBy, "edition", e.Digest, "", map[string]string{"ruleset": e.RuleSet, "state": string(e.State)})
		return nil
	})
}

// ScheduleEdition lets a reviewed edition govern from a day on, today at the
// earliest. It reports [EditionNotFound], [EditionNotReviewed], [InvalidInput].
func (r *Registry) ScheduleEdition(ctx context.Context, by Caller, digest string, from civil.Date) (Edition, error) {
	return r.alterEdition(ctx, by, digest, func(c *change, e *Edition) error {
		if e.State != EditionReviewed {
			return refuse(EditionNotReviewed, Text{ZH: "只有审核通过且尚未发布的版本可以发布。", EN: "Only an edition that was accepted and is not published yet can be published."})
		}
		rules, err := r.parsed(*e)
		if err != nil {
			return err
		}
		var chk check
		chk.that(!from.Before(r.Today()), "/from", Text{ZH: "生效日期不能早于今天：已作出的决定不能改变。", EN: "It cannot govern days before today: decisions made stay as they are."})
		chk.that(rules.InForceOn(from), "/from", Text{ZH: "该日不在规则集自身的有效期内。", EN: "The rule set itself is not in force on that day."})
		scheduled, err := c.Editions(ctx, EditionScheduled)
		if err != nil {
			return err
		}
		taken := slices.ContainsFunc(scheduled, func(o Edition) bool { return o.Occupation == e.Occupation && o.GovernsFrom == from })
		chk.that(!taken, "/from", Text{ZH: "该日已有另一版本生效。", EN: "Another edition begins to govern on that day."})
		if err := chk.err(); err != nil {
			return err
		}
		e.State, e.GovernsFrom = EditionScheduled, from
		c.record(EditionScheduledFrom, "edition", e.Digest, "", map[string]string{"ruleset": e.RuleSet, "from": from.String()})
		return nil
	})
}

func (r *Registry) alterEdition(ctx context.Context, by Caller, digest string, f func(*change, *Edition) error) (Edition, error) {
	if err := by.may(manageEditions); err != nil {
		return Edition{}, err
	}
	return write(ctx, r, by, func(c *change) (Edition, error) {
		e, err := c.Edition(ctx, digest)
		if err != nil {
			return Edition{}, err
		}
		if err := f(c, &e); err != nil {
			return Edition{}, err
		}
		if err := c.UpdateEdition(ctx, e); err != nil {
			return Edition{}, err
		}
		e.Version++
		return e, nil
	})
}

// Editions lists the editions entered into the register, with the state each has today.
func (r *Registry) Editions(ctx context.Context, by Caller) ([]Edition, error) {
	if err := by.may(readJournal); err != nil {
		return nil, err
	}
	var editions []Edition
	err := r.store.Read(ctx, func(rd Reader) error {
		var err error
		if editions, err = rd.Editions(ctx, ""); err != nil {
			return err
		}
		rules, err := r.rulesNow(ctx, rd)
		for i, e := range editions {
			editions[i].State = rules.stateOn(e, r.Today())
		}
		return err
	})
	return editions, err
}
