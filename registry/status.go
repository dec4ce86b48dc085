package registry

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/civil"
)

// A CertificateStatus says what a certificate is worth today.
type CertificateStatus string

// The statuses. Only "valid" is a yes; every other one is told by look-ups.
const (
	StatusValid     CertificateStatus = "valid"
	StatusSuspended CertificateStatus = "suspended"
	StatusWithdrawn CertificateStatus = "withdrawn" // 撤销: fraud, not eligible, misconduct
	StatusCancelled CertificateStatus = "cancelled" // 注销: given up by the holder, duplicate, death
)

// CertificateStatuses lists every status.
func CertificateStatuses() []CertificateStatus {
	return []CertificateStatus{StatusValid, StatusSuspended, StatusWithdrawn, StatusCancelled}
}

// A StatusKind is what a status change does.
type StatusKind string

// The kinds of status change.
const (
	Suspend  StatusKind = "suspend"
	Lift     StatusKind = "lift" // ends a suspension
	Withdraw StatusKind = "withdraw"
	Cancel   StatusKind = "cancel"
	Correct  StatusKind = "correct" // prints the holder's present name and document, see [change.correct]
)

// transitions says which statuses each change starts from, where it leads, what
// the journal calls it, and the reason codes it takes.
var transitions = map[StatusKind]struct {
	from    []CertificateStatus
	to      CertificateStatus
	action  Action
	reasons []string
}{
	Suspend:  {[]CertificateStatus{StatusValid}, StatusSuspended, CertificateSuspended, []string{"investigation", "court-order", "other"}},
	Lift:     {[]CertificateStatus{StatusSuspended}, StatusValid, CertificateRestored, []string{"cleared", "court-order", "other"}},
	Withdraw: {[]CertificateStatus{StatusValid, StatusSuspended}, StatusWithdrawn, CertificateWithdrawn, []string{"false-documents", "not-eligible", "misconduct", "issued-in-error", "other"}},
	Cancel:   {[]CertificateStatus{StatusValid, StatusSuspended}, StatusCancelled, CertificateCancelled, []string{"holder-request", "duplicate", "deceased", "other"}},
	Correct:  {[]CertificateStatus{StatusValid}, StatusValid, CertificateCorrected, []string{"entered-wrongly", "name-changed", "document-changed", "other"}},
}

// proposals are the kinds that take two people, with what the journal calls
// their proposal and their refusal, and what is told while one waits.
var proposals = map[StatusKind]struct {
	proposed, refused Action
	waits             Text
}{
	Withdraw: {WithdrawalProposed, WithdrawalRefused, Text{ZH: "该证书已有待决定的撤销。", EN: "A withdrawal of this certificate is waiting for its decision."}},
	Correct:  {CorrectionProposed, CorrectionRefused, Text{ZH: "该证书已有待决定的更正。", EN: "A correction of this certificate is waiting for its decision."}},
}

// StatusReasons lists the reason codes of a kind of change, or nil for no kind.
func StatusReasons(k StatusKind) []string { return transitions[k].reasons }

// A ChangeState says whether a status change has taken effect.
type ChangeState string

// The states of a status change. Only withdrawals and corrections wait for a second person.
const (
	Proposed  ChangeState = "proposed"
	Effective ChangeState = "effective"
	Refused   ChangeState = "refused"
)

// A StatusChange is one step in the life of a certificate.
type StatusChange struct {
	ID          string
	Certificate Number
	Kind        StatusKind
	ReasonCode  string
	Reason      string // for the file; never shown to the public, "" for a correction
	State       ChangeState
	On          civil.Date // day from which it holds
	ProposedBy  string
	ProposedAt  time.Time
	DecidedBy   string // "" unless it waited and was decided
	DecidedAt   time.Time
	Answer      string // of who decided; "" for a correction

	// PersonVersion is the version of the person whose name and document a
	// correction prints; 0 for other kinds.
	PersonVersion int
}

// effectiveAt is when a change took effect: one that waited for a second
// person when it was decided, any other at once.
func (s StatusChange) effectiveAt() time.Time {
	if !s.DecidedAt.IsZero() {
		return s.DecidedAt
	}
	return s.ProposedAt
}

// A NewStatusChange is what must be told to change a status.
type NewStatusChange struct {
	Certificate Number
	Version     int // the one the caller read
	Kind        StatusKind
	ReasonCode  string
	Reason      string // "" for a correction
}

// ChangeStatus suspends, restores or cancels a certificate at once, or
// proposes its withdrawal or correction, which takes effect by
// [Registry.DecideStatusChange]. It reports [CertificateNotFound],
// [InvalidInput], [IdentityInText], [VersionChanged], [StatusUnchangeable] when
// the status does not admit the change or a proposal of the same kind is waiting
// already, [WithdrawalWaiting] for a cancellation meanwhile, and
// [NothingToCorrect].
func (r *Registry) ChangeStatus(ctx context.Context, by Caller, in NewStatusChange) (CertificateRecord, error) {
	if err := by.may(changeStatus); err != nil {
		return CertificateRecord{}, err
	}
	reason, err := in.check()
	if err != nil {
		return CertificateRecord{}, err
	}
	return write(ctx, r, by, func(c *change) (CertificateRecord, error) {
		cert, err := c.lockedCertificate(ctx, in.Certificate)
		if err != nil {
			return CertificateRecord{}, err
		}
		if cert.Version != in.Version {
			return CertificateRecord{}, Changed()
		}
		if !slices.Contains(transitions[in.Kind].from, cert.Status) {
			return CertificateRecord{}, unchangeable(cert.Status)
		}
		if err := c.admits(ctx, in.Kind, cert.Number); err != nil {
			return CertificateRecord{}, err
		}
		id, err := r.newID()
		if err != nil {
			return CertificateRecord{}, err
		}
		sc := StatusChange{
			ID: id, Certificate: cert.Number, Kind: in.Kind, ReasonCode: in.ReasonCode, Reason: reason,
			State: Effective, On: r.Today(), ProposedBy: by.Subject, ProposedAt: c.at,
		}
		if _, two := proposals[in.Kind]; two {
			err = c.propose(ctx, &sc, cert)
		} else {
			err = c.effect(ctx, sc, cert)
		}
		if err != nil {
			return CertificateRecord{}, err
		}
		if err := c.InsertStatusChange(ctx, sc); err != nil {
			return CertificateRecord{}, err
		}
		return by.record(ctx, c, cert.Number)
	})
}

// check returns the reason as it is kept.
func (in NewStatusChange) check() (reason string, err error) {
	var chk check
	t, ok := transitions[in.Kind]
	chk.that(ok, "/kind", Text{ZH: "变更类别应为 suspend、lift、withdraw、cancel 或 correct。", EN: "Kind must be suspend, lift, withdraw, cancel or correct."})
	if ok {
		reasons := strings.Join(t.reasons, ", ")
		chk.that(slices.Contains(t.reasons, in.ReasonCode), "/reasonCode", say("理由代码应为以下之一：%s。", "The reason code must be one of: %s.", reasons))
	}
	if in.Kind == Correct {
		chk.noRemark(in.Reason)
	} else {
		reason = chk.reason(in.Reason)
	}
	return reason, chk.err()
}

// lockedCertificate is a certificate of the caller's subtree that nobody else
// changes before this change is over: of two who change it, the second finds
// what the first did. It comes before anything else that is locked for it.
// A register on hold refuses: what is proposed or decided now would be lost.
func (c *change) lockedCertificate(ctx context.Context, n Number) (Certificate, error) {
	if err := c.r.OnHold(); err != nil {
		return Certificate{}, err
	}
	if err := c.LockCertificate(ctx, n); err != nil {
		return Certificate{}, err
	}
	return c.by.certificate(ctx, c, n)
}

func unchangeable(s CertificateStatus) error {
	return refuse(StatusUnchangeable, say("证书的状态为 %s，不能作此变更。", "The certificate is %s; this change does not apply to it.", s))
}

// admits refuses a change that what waits for its decision stands in the way
// of: one proposal of each kind waits at a time, so that a correction never
// keeps a certificate from being withdrawn, and a certificate is not cancelled
// from under its withdrawal, which would then come to nothing.
func (c *change) admits(ctx context.Context, kind StatusKind, n Number) error {
	changes, err := c.StatusChanges(ctx, n)
	if err != nil {
		return err
	}
	for _, o := range changes {
		switch {
		case o.State != Proposed:
		case o.Kind == kind:
			return refuse(StatusUnchangeable, proposals[kind].waits)
		case o.Kind == Withdraw && kind == Cancel:
			return refuse(WithdrawalWaiting, Text{
				ZH: "该证书的撤销正待决定，决定或撤回之前不能注销。",
				EN: "A withdrawal of this certificate is waiting: it can be cancelled once that is refused or taken back.",
			})
		}
	}
	return nil
}

// propose lets a withdrawal or correction wait for its decision. The
// certificate itself stays as it is, version and all.
func (c *change) propose(ctx context.Context, sc *StatusChange, cert Certificate) (err error) {
	if sc.Kind == Correct {
		if sc.PersonVersion, err = c.correctable(ctx, cert); err != nil {
			return err
		}
	}
	sc.State, sc.On = Proposed, civil.Date{}
	c.record(proposals[sc.Kind].proposed, "certificate", string(cert.Number), cert.Body, map[string]string{"change": sc.ID, "reasonCode": sc.ReasonCode})
	return nil
}

// effect gives the certificate its new status, or its correction.
func (c *change) effect(ctx context.Context, sc StatusChange, cert Certificate) error {
	if sc.Kind == Correct {
		return c.correct(ctx, sc, cert)
	}
	t := transitions[sc.Kind]
	cert.Status, cert.StatusOn = t.to, sc.On
	if err := c.UpdateCertificate(ctx, cert); err != nil {
		return err
	}
	cert.Version++
	return c.attest(ctx, t.action, cert, map[string]string{"change": sc.ID, "reasonCode": sc.ReasonCode, "status": string(t.to)})
}

// A StatusDecision is the answer to a proposed withdrawal or correction: of a
// second person or, to take it back, of who proposed it.
type StatusDecision struct {
	Certificate Number
	Change      string
	Accept      bool
	Answer      string // "" for a correction
}

// DecideStatusChange accepts or refuses a proposed withdrawal or correction. A
// withdrawal concerns the certificate as it stands by then, whatever was
// corrected or printed meanwhile; nothing else that waits is decided with it. It
// reports [CertificateNotFound], [StatusChangeNotFound], [InvalidInput],
// [IdentityInText], [StatusChangeDecided],
// [StatusSamePerson] when the caller accepts what the caller proposed,
// [StatusUnchangeable] when the status does not admit the change any more, and
// [CorrectionOutdated] when the person is not the one that was proposed to print.
func (r *Registry) DecideStatusChange(ctx context.Context, by Caller, in StatusDecision) (CertificateRecord, error) {
	if err := by.may(changeStatus); err != nil {
		return CertificateRecord{}, err
	}
	return write(ctx, r, by, func(c *change) (CertificateRecord, error) {
		cert, err := c.lockedCertificate(ctx, in.Certificate)
		if err != nil {
			return CertificateRecord{}, err
		}
		sc, err := c.StatusChange(ctx, in.Certificate, in.Change)
		if err != nil {
			return CertificateRecord{}, err
		}
		answer, err := sc.answer(in.Answer)
		if err != nil {
			return CertificateRecord{}, err
		}
		switch {
		case sc.State != Proposed:
			return CertificateRecord{}, refuse(StatusChangeDecided, Text{ZH: "该项变更已有决定。", EN: "The change is decided already."})
		case in.Accept && sc.ProposedBy == by.Subject:
			return CertificateRecord{}, refuse(StatusSamePerson, Text{ZH: "撤销和更正须由提出人以外的人同意；提出人只能撤回。", EN: "A withdrawal or correction is accepted by someone other than who proposed it, who can only take it back."})
		case in.Accept && !slices.Contains(transitions[sc.Kind].from, cert.Status):
			return CertificateRecord{}, unchangeable(cert.Status)
		}
		sc.DecidedBy, sc.DecidedAt, sc.Answer = by.Subject, c.at, answer
		sc.State = Refused
		if in.Accept {
			sc.State, sc.On = Effective, r.Today()
			err = c.effect(ctx, sc, cert)
		} else {
			c.record(proposals[sc.Kind].refused, "certificate", string(cert.Number), cert.Body, map[string]string{"change": sc.ID})
		}
		if err != nil {
			return CertificateRecord{}, err
		}
		if err := c.UpdateStatusChange(ctx, sc); err != nil {
			return CertificateRecord{}, err
		}
		return by.record(ctx, c, cert.Number)
	})
}

// answer takes what is said with the decision about a change, which may be nothing.
func (s StatusChange) answer(text string) (string, error) {
	if s.Kind == Correct {
		var chk check
		chk.noRemark(text)
		return "", chk.err()
	}
	return checkAnswer("/reason", text, longestRemark)
}
