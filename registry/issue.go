package registry

import (
	"cmp"
	"context"
	"maps"
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
		return c.issue(ctx, s, "")
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
		a, err := by.application(ctx, c, application)
		if err != nil {
			return made[Certificate]{}, err
		}
		return c.issueOne(ctx, a)
	})
	return done.Thing, done.Created, err
}

func (c *change) issueOne(ctx context.Context, a Application) (made[Certificate], error) {
	var none made[Certificate]
	s, err := c.Sitting(ctx, a.Sitting)
	if err != nil {
		return none, err
	}
	done, err := c.issue(ctx, s, a.ID)
	switch {
	case err != nil:
		return none, err
	case len(done.Issued) == 1:
		return made[Certificate]{done.Issued[0], true}, nil
	case len(done.Existing) == 1:
		cert, err := c.Certificate(ctx, done.Existing[0])
		return made[Certificate]{cert, false}, err
	case len(done.NotDue) == 1:
		return none, notDue(done.NotDue[0].Reason)
	}
	return none, a.closed()
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

// A candidate is what issuing looks at for one admitted application.
type candidate struct {
	application Application
	results     map[string]Result // of the application, by component
	passes      []Attempt         // complete, when a certificate is due
}

// issue issues what a sitting completed, for all its seats or for the
// application only. The lock on the sitting makes concurrent runs take turns,
// so that the second finds what the first issued.
func (c *change) issue(ctx context.Context, s Sitting, only string) (Issuance, error) {
	var done Issuance
	if err := c.LockSitting(ctx, s.ID); err != nil {
		return done, err
	}
	applications, err := c.examined(ctx, s, only)
	if err != nil {
		return done, err
	}
	history, err := c.histories(ctx, s, applications)
	if err != nil {
		return done, err
	}
	var due []candidate
	for _, a := range applications {
		if n, ok := history.certificates[a.ID]; ok {
			done.Existing = append(done.Existing, n)
			continue
		}
		cand := history.candidate(a, c.r.schemes[s.Scheme])
		if reason := cand.notDue(history.holders[a.Person]); reason != "" {
			done.NotDue = append(done.NotDue, NotDue{Application: a.ID, Reason: reason})
			continue
		}
		due = append(due, cand)
	}
	if len(due) == 0 {
		return done, nil
	}
	people, err := c.holders(ctx, due)
	if err != nil {
		return done, err
	}
	due = slices.DeleteFunc(due, func(cand candidate) bool {
		waits := len(people[cand.application.Person].CorrectedBy) > 0
		if waits {
			done.NotDue = append(done.NotDue, NotDue{Application: cand.application.ID, Reason: IdentityUnconfirmed})
		}
		return waits
	})
	if len(due) > 0 {
		done.Issued, err = c.create(ctx, s, due, people)
	}
	return done, err
}

// holders is who gets the certificates of the candidates, as they are printed.
// They are read once, so that nobody is printed otherwise than they were looked at.
func (c *change) holders(ctx context.Context, due []candidate) (map[string]Person, error) {
	ids := make([]string, len(due))
	for i, cand := range due {
		ids[i] = cand.application.Person
	}
	return c.People(ctx, ids)
}

// examined is the applications to look at, in the order of ticket numbers. For
// one application, if it is admitted, the rest of the sitting, which may be
// thousands, is not read.
func (c *change) examined(ctx context.Context, s Sitting, only string) ([]Application, error) {
	if only == "" {
		return c.Roll(ctx, s.ID, nil)
	}
	a, err := c.Application(ctx, only)
	if err != nil || a.Status != Admitted {
		return nil, err
	}
	return []Application{a}, nil
}

// A history is what the register knows of the people of a sitting.
type history struct {
	attempts     map[string][]Attempt // by person
	certificates map[string]Number    // by application
	holders      map[string]bool      // people who hold a certificate of this level in force
}

func (c *change) histories(ctx context.Context, s Sitting, applications []Application) (history, error) {
	people := make([]string, len(applications))
	for i, a := range applications {
		people[i] = a.Person
	}
	h := history{certificates: map[string]Number{}, holders: map[string]bool{}}
	var err error
	if h.attempts, err = c.Attempts(ctx, people, s.Occupation, s.Level); err != nil {
		return h, err
	}
	certs, err := c.CertificatesOf(ctx, people, s.Occupation, s.Level)
	if err != nil {
		return h, err
	}
	for _, cert := range certs {
		h.certificates[cert.Application] = cert.Number
		if cert.inForce() {
			h.holders[cert.Person] = true
		}
	}
	return h, nil
}

// candidate is what is known of one application.
func (h history) candidate(a Application, scheme Scheme) candidate {
	cand := candidate{application: a, results: map[string]Result{}, passes: scheme.complete(h.attempts[a.Person], a.Level)}
	for _, t := range h.attempts[a.Person] {
		if t.Result.Application == a.ID {
			cand.results[t.Result.Component] = t.Result
		}
	}
	return cand
}

// notDue says why no certificate is due, or "".
func (cand candidate) notDue(holds bool) NotDueReason {
	missing, unverified := false, false
	for _, id := range cand.application.Components {
		res, ok := cand.results[id]
		missing = missing || !ok
		unverified = unverified || (ok && !res.Confirmed())
	}
	switch {
	case holds:
		return HasCertificate
	case cand.application.Decided.Outcome == eligibility.EligibleProvisional.String():
		return AwaitsDiploma
	case missing:
		return ResultsMissing
	case unverified:
		return ResultsUnverified
	case !cand.completes():
		return NotPassed
	}
	return ""
}

// completes reports whether the candidate's application made the last pass that
// was missing: the certificate is due from that sitting and from no other.
func (cand candidate) completes() bool {
	if len(cand.passes) == 0 {
		return false
	}
	last := slices.MaxFunc(cand.passes, func(a, b Attempt) int {
		return cmp.Or(a.On.Compare(b.On), a.Result.settledAt().Compare(b.Result.settledAt()))
	})
	return last.Result.Application == cand.application.ID
}

// create makes the certificates of the due candidates, numbered in order.
func (c *change) create(ctx context.Context, s Sitting, due []candidate, people map[string]Person) ([]Certificate, error) {
	body, err := c.Body(ctx, s.Body)
	if err != nil {
		return nil, err
	}
	photos, err := c.PhotosOf(ctx, slices.Collect(maps.Keys(people)))
	if err != nil {
		return nil, err
	}
	today := c.r.Today()
	series := Series{Scheme: National16, Year: today.Year(), Code: body.Code, Level: s.Level}
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
	for i, cand := range due {
		cert, err := c.certify(ctx, s, cand, people[cand.application.Person])
		if err != nil {
			return nil, err
		}
		if cert.Number, err = series.number(first[0] + i); err != nil {
			return nil, err
		}
		cert.Scheme, cert.Body, cert.Paper, cert.Place, cert.IssuedOn, cert.StatusOn = series.Scheme, body.ID, paper(first[1]+i), places[i], today, today
		certs[i] = cert
		prints[i] = Print{Certificate: cert.Number, Paper: cert.Paper, At: c.at, By: c.by.Subject}
		for _, p := range cand.passes {
			uses = append(uses, Use{Certificate: cert.Number, Result: p.Result.ID, Amendment: p.Result.Amendment})
		}
		if err := c.attestOf(CertificateIssued, cert, body.Code, map[string]string{"application": cert.Application, "evidence": cert.Evidence}); err != nil {
			return nil, err
		}
	}
	if err := c.InsertCertificates(ctx, certs, uses); err != nil {
		return nil, err
	}
	if err := c.InsertPrints(ctx, prints); err != nil {
		return nil, err
	}
	return certs, c.show(ctx, photos, certs...)
}

// A Use says that a certificate rests on a result, as it was confirmed or as an
// amendment made it. A result carries one certificate at most: the store refuses
// a second use.
type Use struct {
	Certificate Number
	Result      string
	Amendment   string // "" as confirmed
}

// certify makes the certificate of one candidate, all but its number and papers.
func (c *change) certify(ctx context.Context, s Sitting, cand candidate, person Person) (Certificate, error) {
	applications := map[string]Application{cand.application.ID: cand.application}
	for _, p := range cand.passes {
		if _, ok := applications[p.Result.Application]; !ok {
			a, err := c.Application(ctx, p.Result.Application)
			if err != nil {
				return Certificate{}, err
			}
			applications[a.ID] = a
		}
	}
	proof, err := evidence(s.Occupation, s.Level, cand.passes, applications).Digest()
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
		Salt: salt, Occupation: s.Occupation, Level: s.Level, Person: person.ID, Application: cand.application.ID,
		Route: RouteExam, Holder: person.Name, Document: person.Document, IssuedAt: c.at, Code: code,
		Evidence: proof, Status: StatusValid, Version: 1,
	}, nil
}
