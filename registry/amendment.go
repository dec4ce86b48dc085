package registry

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// An AmendmentKind says why a confirmed result is amended.
type AmendmentKind string

// The kinds of amendment.
const (
	Review     AmendmentKind = "review"      // 复核: marked again, as candidates may ask within the days announced
	Misconduct AmendmentKind = "misconduct"  // found out later: the subject is void (after Order 31 of 2017, art. 6–8, 11)
	EntryError AmendmentKind = "entry-error" // what was confirmed is not what was marked
)

// AmendmentKinds lists every kind of amendment.
func AmendmentKinds() []AmendmentKind { return []AmendmentKind{Review, Misconduct, EntryError} }

// An Amendment puts another value in the place of a confirmed result. The
// result itself stays as it was confirmed, and so does every amendment: what
// counts is the one that took effect last.
type Amendment struct {
	ID         string
	Result     string // identifier of the result
	Kind       AmendmentKind
	Reason     string // for the file
	Mark       Mark
	Raw        Score
	Deduction  Score
	Final      Score
	State      ChangeState
	ProposedBy string
	ProposedAt time.Time
	DecidedBy  string // another person, or who proposed it to take it back; "" while proposed
	DecidedAt  time.Time
	Answer     string // of who decided
	Version    int    // of the result once the amendment takes effect
}

// amended is the result as it counts after an amendment.
func (r Result) amended(m Amendment) Result {
	r.Mark, r.Raw, r.Deduction, r.Final, r.Reason = m.Mark, m.Raw, m.Deduction, m.Final, m.Reason
	r.Amendment, r.AmendedAt, r.Version = m.ID, m.DecidedAt, m.Version
	return r
}

// A ResultRecord is a result with all that was done to it, as staff see it.
type ResultRecord struct {
	Result     Result // as it counts
	Confirmed  Result // as it was entered and confirmed
	Amendments []Amendment
}

// waiting is the amendment that waits for its decision, if there is one.
func (rec ResultRecord) waiting() bool {
	return slices.ContainsFunc(rec.Amendments, func(m Amendment) bool { return m.State == Proposed })
}

// ResultRecord returns a result of a sitting in the caller's subtree. It
// reports [SittingNotFound], [ResultNotFound].
func (r *Registry) ResultRecord(ctx context.Context, by Caller, sitting, id string) (rec ResultRecord, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		_, rec, err = by.resultRecord(ctx, rd, sitting, id)
		return err
	})
	return rec, err
}

// resultRecord is a result of a sitting, with its application.
func (c Caller) resultRecord(ctx context.Context, rd Reader, sitting, id string) (Application, ResultRecord, error) {
	s, err := c.sitting(ctx, rd, sitting)
	if err != nil {
		return Application{}, ResultRecord{}, err
	}
	rec, err := resultNow(ctx, rd, id)
	if err != nil {
		return Application{}, ResultRecord{}, err
	}
	a, err := rd.Application(ctx, rec.Result.Application)
	if err != nil {
		return Application{}, ResultRecord{}, err
	}
	if a.Sitting != s.ID {
		return Application{}, ResultRecord{}, NotFound(ResultNotFound)
	}
	return a, rec, nil
}

// resultNow is a result with what was done to it.
func resultNow(ctx context.Context, rd Reader, id string) (ResultRecord, error) {
	confirmed, err := rd.ConfirmedResult(ctx, id)
	if err != nil {
		return ResultRecord{}, err
	}
	rec := ResultRecord{Result: confirmed, Confirmed: confirmed}
	if rec.Amendments, err = rd.Amendments(ctx, id); err != nil {
		return ResultRecord{}, err
	}
	for _, m := range rec.Amendments {
		if m.State == Effective {
			rec.Result = rec.Result.amended(m)
		}
	}
	return rec, nil
}

// A NewAmendment is what must be told to propose an amendment. Scores are texts
// as in [Entered].
type NewAmendment struct {
	Sitting   string
	Result    string
	Version   int // of the result the caller read
	Kind      AmendmentKind
	Reason    string
	Raw       string
	Deduction string
	Absent    bool
	Void      bool
}

// ProposeAmendment proposes another value for a confirmed result; it takes
// effect by [Registry.DecideAmendment]. It reports [SittingNotFound],
// [ResultNotFound], [InvalidInput], [IdentityInText], [VersionChanged],
// [ResultNotConfirmed], [AmendmentWaiting].
func (r *Registry) ProposeAmendment(ctx context.Context, by Caller, in NewAmendment) (ResultRecord, error) {
	if err := by.may(enterResults); err != nil {
		return ResultRecord{}, err
	}
	return write(ctx, r, by, func(c *change) (ResultRecord, error) {
		a, rec, err := by.resultRecord(ctx, c, in.Sitting, in.Result)
		if err != nil {
			return ResultRecord{}, err
		}
		switch {
		case rec.Result.Version != in.Version:
			return ResultRecord{}, Changed()
		case !rec.Result.Confirmed():
			return ResultRecord{}, refuse(ResultNotConfirmed, Text{ZH: "成绩尚未确认，可直接重新登记。", EN: "The result is not confirmed yet; it can simply be entered again."})
		case rec.waiting():
			return ResultRecord{}, refuse(AmendmentWaiting, Text{ZH: "该成绩已有待决定的更正。", EN: "An amendment of this result is waiting for its decision."})
		}
		s, err := c.Sitting(ctx, a.Sitting)
		if err != nil {
			return ResultRecord{}, err
		}
		m, err := in.amendment(rec.Result, r.schemes[s.Scheme].MaxScore)
		if err != nil {
			return ResultRecord{}, err
		}
		if m.ID, err = r.newID(); err != nil {
			return ResultRecord{}, err
		}
		m.ProposedBy, m.ProposedAt = by.Subject, c.at
		if err := c.InsertAmendment(ctx, m); err != nil {
			return ResultRecord{}, err
		}
		rec.Amendments = append(rec.Amendments, m)
		c.recordAmendment(ResultAmendmentProposed, a, m)
		return rec, nil
	})
}

// amendment reads what is proposed for a result.
func (in NewAmendment) amendment(now Result, maxScore Score) (Amendment, error) {
	var chk check
	chk.that(slices.Contains(AmendmentKinds(), in.Kind), "/kind", Text{ZH: "类别应为 review、misconduct 或 entry-error。", EN: "Kind must be review, misconduct or entry-error."})
	chk.that(strings.TrimSpace(in.Reason) != "", "/reason", Text{ZH: "请填写理由（1 至 500 字）。", EN: "A reason of 1 to 500 characters is required."})
	if err := chk.err(); err != nil {
		return Amendment{}, err
	}
	value := Entered{Raw: in.Raw, Deduction: in.Deduction, Absent: in.Absent, Void: in.Void, Reason: in.Reason}.result(&chk, "", maxScore)
	same := value.Mark == now.Mark && value.Raw == now.Raw && value.Deduction == now.Deduction
	chk.that(!same || len(chk.fields) > 0, "/raw", Text{ZH: "与现有成绩相同，无需更正。", EN: "This is what the result is already; there is nothing to amend."})
	return Amendment{
		Result: now.ID, Kind: in.Kind, Reason: value.Reason, Mark: value.Mark, Raw: value.Raw, Deduction: value.Deduction,
		Final: value.Final, State: Proposed, Version: now.Version + 1,
	}, chk.err()
}

func (c *change) recordAmendment(action Action, a Application, m Amendment) {
	c.record(action, "result", m.Result, a.Body, map[string]string{
		"application": a.ID, "amendment": m.ID, "kind": string(m.Kind), "mark": string(m.Mark), "final": m.Final.String(),
	})
}

// An AmendmentDecision is the answer to a proposed amendment: of a second
// person or, to take it back, of who proposed it.
type AmendmentDecision struct {
	Sitting   string
	Result    string
	Amendment string
	Accept    bool
	Answer    string
}

// DecideAmendment accepts or refuses a proposed amendment. Who proposed one may
// refuse it, which takes it back, whether or not they may decide about others.
// It reports [SittingNotFound], [ResultNotFound], [AmendmentNotFound],
// [InvalidInput], [IdentityInText], [AmendmentDecided], [AmendmentSamePerson]
// when the caller accepts what the caller proposed or entered the result, and
// [ResultCertified] when a certificate in force rests on the result and would
// rest on a failed one.
func (r *Registry) DecideAmendment(ctx context.Context, by Caller, in AmendmentDecision) (ResultRecord, error) {
	deed := decideAmendments
	if !in.Accept {
		deed = enterResults // whoever may propose; whose proposal it is shows below
	}
	if err := by.may(deed); err != nil {
		return ResultRecord{}, err
	}
	answer, err := checkAnswer("/reason", in.Answer, longestRemark)
	if err != nil {
		return ResultRecord{}, err
	}
	return write(ctx, r, by, func(c *change) (ResultRecord, error) {
		a, _, err := by.resultRecord(ctx, c, in.Sitting, in.Result)
		if err != nil {
			return ResultRecord{}, err
		}
		if err := c.lockSittingsOf(ctx, a); err != nil {
			return ResultRecord{}, err
		}
		_, rec, err := by.resultRecord(ctx, c, in.Sitting, in.Result)
		if err != nil {
			return ResultRecord{}, err
		}
		i := slices.IndexFunc(rec.Amendments, func(m Amendment) bool { return m.ID == in.Amendment })
		if i < 0 {
			return ResultRecord{}, NotFound(AmendmentNotFound)
		}
		m := &rec.Amendments[i]
		if err := by.decides(*m, rec.Confirmed, in.Accept); err != nil {
			return ResultRecord{}, err
		}
		m.DecidedBy, m.DecidedAt, m.Answer, m.State = by.Subject, c.at, answer, Refused
		action := ResultAmendmentRefused
		if in.Accept {
			m.State, action = Effective, ResultAmended
			rec.Result = rec.Result.amended(*m)
			if err := c.mayFail(ctx, a, rec.Result); err != nil {
				return ResultRecord{}, err
			}
		}
		if err := c.UpdateAmendment(ctx, *m); err != nil {
			return ResultRecord{}, err
		}
		c.recordAmendment(action, a, *m)
		return rec, nil
	})
}

// decides refuses who may not give this answer to an amendment of a result.
func (c Caller) decides(m Amendment, confirmed Result, accept bool) error {
	takesBack := !accept && m.ProposedBy == c.Subject
	if !takesBack {
		if err := c.may(decideAmendments); err != nil {
			return err
		}
	}
	switch {
	case m.State != Proposed:
		return refuse(AmendmentDecided, Text{ZH: "该项更正已有决定。", EN: "The amendment is decided already."})
	case !takesBack && (m.ProposedBy == c.Subject || confirmed.EnteredBy == c.Subject):
		return refuse(AmendmentSamePerson, Text{
			ZH: "更正须由提出人和原登记人以外的人决定；提出人只能撤回。",
			EN: "An amendment is decided by someone who neither proposed it nor entered the result; who proposed it can only take it back.",
		})
	}
	return nil
}

// lockSittingsOf locks every sitting from which the applicant could be issued a
// certificate that rests on a result of this application, so that none is
// issued meanwhile. They are locked in the order of their identifiers, so that
// two decisions never wait for each other.
func (c *change) lockSittingsOf(ctx context.Context, a Application) error {
	all, err := c.Applications(ctx, ApplicationFilter{Scope: "/", Person: a.Person})
	if err != nil {
		return err
	}
	sittings := []string{a.Sitting}
	for _, other := range all {
		if other.Occupation == a.Occupation && other.Level == a.Level && (other.Status == Submitted || other.Status == Admitted) {
			sittings = append(sittings, other.Sitting)
		}
	}
	slices.Sort(sittings)
	for _, id := range slices.Compact(sittings) {
		if err := c.LockSitting(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// mayFail refuses a result that is no pass while a certificate in force rests
// on it: what a certificate says stays true, or the certificate goes first.
func (c *change) mayFail(ctx context.Context, a Application, res Result) error {
	s, err := c.Sitting(ctx, a.Sitting)
	if err != nil || res.Passed(c.r.schemes[s.Scheme].PassMark) {
		return err
	}
	cert, err := c.CertificateOfResult(ctx, res.ID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil || !cert.inForce() {
		return err
	}
	return refuse(ResultCertified, say("有效证书 %s 以此成绩为依据，须先撤销或注销该证书。", "Certificate %s, which is in force, rests on this result: withdraw or cancel it first.", cert.Number))
}
