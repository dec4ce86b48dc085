package registry

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/certreg/certreg/eligibility"
)

// A NotDueReason says why someone admitted to a sitting gets no certificate from it.
type NotDueReason string

// The reasons, in the order in which they are looked for.
const (
	HasCertificate    NotDueReason = "has-certificate"    // holds a valid one for this level already
	AwaitsDiploma     NotDueReason = "awaits-diploma"     // admitted provisionally; see [Registry.Redecide]
	ResultsMissing    NotDueReason = "results-missing"    // a component has no result yet
	ResultsUnverified NotDueReason = "results-unverified" // a result is not confirmed yet
	NotPassed         NotDueReason = "not-passed"

	IdentityUnconfirmed NotDueReason = "identity-unconfirmed" // see [Registry.ConfirmPerson]
)

// A NotDue names an application that no certificate is due for.
type NotDue struct {
	Application string
	Reason      NotDueReason
}

// An Issuance is what a run of issuing did. Running it again issues nothing
// new and answers the same numbers as Existing.
type Issuance struct {
	Issued   []Certificate // by this run, in the order of ticket numbers
	Existing []Number      // of earlier runs
	NotDue   []NotDue
}

// IssueSitting issues every certificate that a sitting completed, all in one
// transaction. It reports [SittingNotFound], [NumbersExhausted].
func (r *Registry) IssueSitting(ctx context.Context, by Caller, sitting string) (Issuance, error) {
	if err := by.may(issue); err != nil {
		return Issuance{}, err
	}
	return write(ctx, r, by, func(c *change) (Issuance, error) {
		s, err := by.sitting(ctx, c, sitting)
		if err != nil {
			return Issuance{}, err
		}
		if err := c.LockSitting(ctx, s.ID); err != nil {
			return Issuance{}, err
		}
		candidates, err := c.Candidates(ctx, s.ID)
		if err != nil {
			return Issuance{}, err
		}
		return c.issue(ctx, s, candidates...)
	})
}

// IssueOne issues the certificate that one application completed; created
// tells whether this call did it. It reports [ApplicationNotFound],
// [CertificateNotDue] with the reason, [NumbersExhausted].
func (r *Registry) IssueOne(ctx context.Context, by Caller, application string) (cert Certificate, created bool, err error) {
	if err := by.may(issue); err != nil {
		return Certificate{}, false, err
	}
	done, err := write(ctx, r, by, func(c *change) (made[Certificate], error) {
		s, err := c.LockSittingOf(ctx, application)
		if err != nil {
			return made[Certificate]{}, err
		}
		cand, err := c.Candidate(ctx, application)
		if err != nil {
			return made[Certificate]{}, err
		}
		if !by.reaches(cand.Path) {
			return made[Certificate]{}, NotFound(ApplicationNotFound)
		}
		if cand.Status != Admitted {
			return made[Certificate]{}, cand.Status.closed()
		}
		return c.issueOne(ctx, s, cand)
	})
	return done.Thing, done.Created, err
}

func (c *change) issueOne(ctx context.Context, s Sitting, cand Candidate) (made[Certificate], error) {
	done, err := c.issue(ctx, s, cand)
	switch {
	case err != nil:
		return made[Certificate]{}, err
	case len(done.Issued) == 1:
		return made[Certificate]{done.Issued[0], true}, nil
	case len(done.Existing) == 1:
		cert, err := c.Certificate(ctx, done.Existing[0])
		return made[Certificate]{cert, false}, err
	}
	return made[Certificate]{}, notDue(done.NotDue[0].Reason)
}

func notDue(reason NotDueReason) error {
	return refuse(CertificateNotDue, notDueDetails[reason])
}

var notDueDetails = map[NotDueReason]Text{
	HasCertificate:    {ZH: "已持有该等级的有效证书。", EN: "The person holds a valid certificate of this level already."},
	AwaitsDiploma:     {ZH: "申报为预审通过，须先提交毕业证书并重新审核。", EN: "The application is provisional: the diploma must be shown first."},
	ResultsMissing:    {ZH: "尚有科目没有成绩。", EN: "A component has no result yet."},
	ResultsUnverified: {ZH: "尚有成绩未经他人确认。", EN: "A result is not confirmed by a second person yet."},
	NotPassed:         {ZH: "各科成绩未全部合格或已过有效期。", EN: "Not every component is passed within its retention."},

	IdentityUnconfirmed: {ZH: "人员登记的姓名或证件更正后尚未经他人确认。", EN: "A correction of the person's name or document is not confirmed by a second person yet."},
}

// A Candidate is what issuing asks of an application and its person. It is read
// at once and not again, so that nobody gets a certificate otherwise than they
// were looked at.
type Candidate struct {
	Application string
	Body        string
	Path        string          // of the body
	Code        InstitutionCode // of the body
	Status      ApplicationStatus
	Components  []string // to sit
	Outcome     string   // of the decision

	Person    string
	Name      string
	Document  Document
	Corrected bool   // a correction of the name or document is not confirmed yet
	Photo     string // identifier of the photo the person has now, "" for none

	Certificate Number // of this application, "" for none
	InForce     Number // of the application's level, held by the person, "" for none
}

// A finalist is a candidate with what was examined.
type finalist struct {
	Candidate
	results map[string]Result // of the application, by component
	passes  []Attempt         // complete, when a certificate is due
}

// issue issues what candidates of a sitting completed, who are admitted to it.
// The sitting is locked: concurrent runs take turns, so that the second finds
// what the first issued.
func (c *change) issue(ctx context.Context, s Sitting, candidates ...Candidate) (Issuance, error) {
	var done Issuance
	people := make([]string, len(candidates))
	for i, cand := range candidates {
		people[i] = cand.Person
	}
	attempts, err := c.Attempts(ctx, people, s.Occupation, s.Level)
	if err != nil {
		return done, err
	}
	var due []finalist
	for _, cand := range candidates {
		if cand.Certificate != "" {
			done.Existing = append(done.Existing, cand.Certificate)
			continue
		}
		f := cand.examined(attempts[cand.Person], c.r.schemes[s.Scheme], s.Level)
		if reason := f.notDue(); reason != "" {
			done.NotDue = append(done.NotDue, NotDue{Application: cand.Application, Reason: reason})
			continue
		}
		due = append(due, f)
	}
	if len(due) > 0 {
		done.Issued, err = c.create(ctx, s, due)
	}
	return done, err
}

// examined adds to a candidate what their attempts come to.
func (cand Candidate) examined(attempts []Attempt, scheme Scheme, level int) finalist {
	f := finalist{Candidate: cand, results: map[string]Result{}, passes: scheme.complete(attempts, level)}
	for _, t := range attempts {
		if t.Result.Application == cand.Application {
			f.results[t.Result.Component] = t.Result
		}
	}
	return f
}

// notDue says why no certificate is due, or "".
func (f finalist) notDue() NotDueReason {
	missing, unverified := false, false
	for _, id := range f.Components {
		res, ok := f.results[id]
		missing = missing || !ok
		unverified = unverified || (ok && !res.Confirmed())
	}
	switch {
	case f.InForce != "":
		return HasCertificate
	case f.Outcome == eligibility.EligibleProvisional.String():
		return AwaitsDiploma
	case missing:
		return ResultsMissing
	case unverified:
		return ResultsUnverified
	case !f.completes():
		return NotPassed
	case f.Corrected:
		return IdentityUnconfirmed
	}
	return ""
}

// completes reports whether the finalist's application made the last pass that
// was missing: the certificate is due from that sitting and from no other.
func (f finalist) completes() bool {
	if len(f.passes) == 0 {
		return false
	}
	last := slices.MaxFunc(f.passes, func(a, b Attempt) int {
		return cmp.Or(a.On.Compare(b.On), a.Result.settledAt().Compare(b.Result.settledAt()))
	})
	return last.Result.Application == f.Application
}

// create makes the certificates of those they are due for, numbered in order.
func (c *change) create(ctx context.Context, s Sitting, due []finalist) ([]Certificate, error) {
	body, code := due[0].Body, due[0].Code // of the sitting, so of all
	today := c.r.Today()
	series := Series{Scheme: National16, Year: today.Year(), Code: code, Level: s.Level}
	// From here until the transaction ends, others who issue wait.
	first, err := c.NextSerials(ctx, []string{series.name(), paperSeries, placeSeries}, len(due))
	if err != nil {
		return nil, err
	}
	places, err := c.places(ctx, first[2], len(due))
	if err != nil {
		return nil, err
	}
	certs := make([]Certificate, len(due))
	prints := make([]Print, len(due))
	var uses []Use
	var shown []PhotoUse
	for i, f := range due {
		cert, err := c.certify(s, f)
		if err != nil {
			return nil, err
		}
		if cert.Number, err = series.number(first[0] + i); err != nil {
			return nil, err
		}
		cert.Scheme, cert.Body, cert.Paper, cert.Place, cert.IssuedOn, cert.StatusOn = series.Scheme, body, paper(first[1]+i), places[i], today, today
		certs[i] = cert
		prints[i] = Print{Certificate: cert.Number, Paper: cert.Paper, At: c.at, By: c.by.Subject}
		if f.Photo != "" {
			shown = append(shown, PhotoUse{Paper: cert.Paper, Photo: f.Photo})
		}
		for _, p := range f.passes {
			uses = append(uses, Use{Certificate: cert.Number, Result: p.Result.ID, Amendment: p.Result.Amendment})
		}
	}
	// The store needs none of what is attested, and its server has its own processor.
	attested := make(chan error, 1)
	go func() { attested <- c.attestIssued(certs, code) }()
	err = c.InsertCertificates(ctx, certs, uses)
	if err == nil {
		err = c.InsertPrints(ctx, prints)
	}
	if err == nil {
		err = c.InsertPhotoUses(ctx, shown)
	}
	return certs, errors.Join(err, <-attested)
}

func (c *change) attestIssued(certs []Certificate, code InstitutionCode) error {
	for _, cert := range certs {
		if err := c.attestOf(CertificateIssued, cert, code, map[string]string{"application": cert.Application, "evidence": cert.Evidence}); err != nil {
			return err
		}
	}
	return nil
}

// A Use says that a certificate rests on a result, as it was confirmed or as an
// amendment made it. A result carries one certificate at most: the store refuses
// a second use.
type Use struct {
	Certificate Number
	Result      string
	Amendment   string // "" as confirmed
}

// certify makes the certificate of one finalist, all but its number and papers.
func (c *change) certify(s Sitting, f finalist) (Certificate, error) {
	proof, err := evidence(s.Occupation, s.Level, f.passes).Digest()
	if err != nil {
		return Certificate{}, err
	}
	code, err := c.r.newCode()
	if err != nil {
		return Certificate{}, err
	}
	salt, err := c.r.newSalt()
	if err != nil {
		return Certificate{}, err
	}
	return Certificate{
		Salt: salt, Occupation: s.Occupation, Level: s.Level, Person: f.Person, Application: f.Application,
		Route: RouteExam, Holder: f.Name, Document: f.Document, IssuedAt: c.at, Code: code,
		Evidence: proof, Status: StatusValid, Version: 1,
	}, nil
}
