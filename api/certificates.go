package api

import (
	"context"

	"github.com/certreg/certreg/registry"
)

// newCertificate is a certificate without its history, as lists have it.
func newCertificate(c registry.Certificate) Certificate {
	return Certificate{
		Number: string(c.Number), Scheme: string(c.Scheme), Occupation: c.Occupation, Level: c.Level, Person: c.Person,
		Application: c.Application, Body: c.Body, Route: CertificateRoute(c.Route), Holder: c.Holder, Document: newDocument(c.Document),
		IssuedOn: c.IssuedOn, IssuedAt: c.IssuedAt, VerificationCode: c.Code, PaperSerial: c.Paper, Evidence: c.Evidence,
		Status: CertificateStatus(c.Status), StatusOn: c.StatusOn, Version: c.Version,
	}
}

// newRecord is a certificate with its status changes and prints.
func newRecord(r registry.CertificateRecord) Certificate {
	c := newCertificate(r.Certificate)
	c.Changes = represent(r.Changes, newStatusChange)
	c.Prints = represent(r.Prints, func(p registry.Print) Print {
		return Print{
			PaperSerial: p.Paper, Version: p.Version, Holder: p.Holder, Document: newDocument(p.Document), Reason: p.Reason, At: p.At, By: p.By,
		}
	})
	for i := range c.Prints {
		c.Prints[i].DocumentChanged = i > 0 && r.Prints[i].Document != r.Prints[i-1].Document
	}
	c.DocumentDiffers = r.DocumentDiffers
	return c
}

func newStatusChange(c registry.StatusChange) StatusChange {
	return StatusChange{
		Id: c.ID, Kind: StatusKind(c.Kind), ReasonCode: c.ReasonCode, Reason: c.Reason, State: StatusChangeState(c.State),
		EffectiveOn: c.On, ProposedBy: c.ProposedBy, ProposedAt: c.ProposedAt, DecidedBy: c.DecidedBy, DecidedAt: c.DecidedAt, Answer: c.Answer,
		PersonVersion: c.PersonVersion,
	}
}

// LookUpCertificate serves GET /v1/certificates/{number}.
func (s *server) LookUpCertificate(ctx context.Context, in LookUpCertificateRequestObject) (LookUpCertificateResponseObject, error) {
	l, err := s.reg.LookUp(ctx, registry.Query{Number: in.Number, Name: in.Params.Name, Paper: in.Params.Paper, Version: in.Params.Version})
	if err != nil {
		return nil, err
	}
	found, err := s.publicCertificate(ctx, l)
	return LookUpCertificate200JSONResponse(found), err
}

// LookUpCode serves GET /v1/verification-codes/{code}.
func (s *server) LookUpCode(ctx context.Context, in LookUpCodeRequestObject) (LookUpCodeResponseObject, error) {
	l, err := s.reg.LookUpCode(ctx, in.Code, in.Params.Version)
	if err != nil {
		return nil, err
	}
	found, err := s.publicCertificate(ctx, l)
	return LookUpCode200JSONResponse(found), err
}

// publicCertificate is what a look-up tells, in words.
func (s *server) publicCertificate(ctx context.Context, l registry.Lookup) (PublicCertificate, error) {
	var asked AskedPaper
	if a := l.Asked; a != nil {
		asked = AskedPaper{Standing: AskedPaperStanding(a.Standing), PaperSerial: a.Paper, SupersededOn: a.SupersededOn, SupersededBy: a.SupersededBy}
	}
	public := PublicCertificate{
		Number: string(l.Number), Verdict: Verdict(l.Verdict()), NameMatches: l.NameMatches, Paper: asked,
		DataAsOf: l.DataAsOf, Register: s.office.Base(),
	}
	if l.Status == "" { // the name or the paper differs, or the register is on hold
		return public, nil
	}
	rules, err := s.reg.Rules(ctx)
	if err != nil {
		return PublicCertificate{}, err
	}
	occupation := NamedOccupation{Id: l.Occupation}
	for _, o := range rules.Occupations() {
		if o.ID == l.Occupation {
			occupation.Name = newText(o.Name)
		}
	}
	public.Status, public.StatusOn, public.StatusReason = CertificateStatus(l.Status), l.StatusOn, l.ReasonCode
	public.Occupation, public.Level, public.LevelTitle = occupation, l.Level, levelTitle(rules, l.Occupation, l.Level, l.IssuedOn)
	public.IssuedBy, public.IssuedOn, public.Holder, public.PaperSerial = newText(l.Body), l.IssuedOn, l.Holder, l.Paper
	return public, nil
}

// ListCertificates serves GET /v1/certificates.
func (s *server) ListCertificates(ctx context.Context, in ListCertificatesRequestObject) (ListCertificatesResponseObject, error) {
	certificates, next, err := s.reg.Certificates(ctx, callerOf(ctx), registry.CertificateFilter{
		Sitting: in.Params.Sitting, Body: in.Params.Body, Occupation: in.Params.Occupation, Level: in.Params.Level,
		Status: registry.CertificateStatus(in.Params.Status), Page: page(in.Params.After, in.Params.Limit),
	})
	if err != nil {
		return nil, err
	}
	return ListCertificates200JSONResponse{Items: represent(certificates, newCertificate), Next: next}, nil
}

// GetCertificate serves GET /v1/certificates/{number}/record.
func (s *server) GetCertificate(ctx context.Context, in GetCertificateRequestObject) (GetCertificateResponseObject, error) {
	r, err := s.reg.CertificateRecord(ctx, callerOf(ctx), registry.NormaliseNumber(in.Number))
	if err != nil {
		return nil, err
	}
	return GetCertificate200JSONResponse{Body: newRecord(r), Headers: GetCertificate200ResponseHeaders{ETag: etag(r.Certificate.Version)}}, nil
}

// IssueCertificates serves POST /v1/sittings/{sittingId}/certificates.
func (s *server) IssueCertificates(ctx context.Context, in IssueCertificatesRequestObject) (IssueCertificatesResponseObject, error) {
	done, err := s.reg.IssueSitting(ctx, callerOf(ctx), in.SittingId)
	if err != nil {
		return nil, err
	}
	return IssueCertificates200JSONResponse{
		Issued:   represent(done.Issued, func(c registry.Certificate) CertificateNumber { return string(c.Number) }),
		Existing: represent(done.Existing, func(n registry.Number) CertificateNumber { return string(n) }),
		NotDue: represent(done.NotDue, func(n registry.NotDue) NotDue {
			return NotDue{Application: n.Application, Reason: NotDueReason(n.Reason)}
		}),
	}, nil
}

// IssueCertificate serves POST /v1/applications/{applicationId}/certificate.
func (s *server) IssueCertificate(ctx context.Context, in IssueCertificateRequestObject) (IssueCertificateResponseObject, error) {
	c, created, err := s.reg.IssueOne(ctx, callerOf(ctx), in.ApplicationId)
	if err != nil {
		return nil, err
	}
	if !created {
		return IssueCertificate200JSONResponse{Body: newCertificate(c), Headers: IssueCertificate200ResponseHeaders{ETag: etag(c.Version)}}, nil
	}
	return IssueCertificate201JSONResponse{
		Body:    newCertificate(c),
		Headers: IssueCertificate201ResponseHeaders{ETag: etag(c.Version), Location: "/v1/certificates/" + string(c.Number) + "/record"},
	}, nil
}

// ChangeStatus serves POST /v1/certificates/{number}/status-changes.
func (s *server) ChangeStatus(ctx context.Context, in ChangeStatusRequestObject) (ChangeStatusResponseObject, error) {
	r, err := s.reg.ChangeStatus(ctx, callerOf(ctx), registry.NewStatusChange{
		Certificate: registry.NormaliseNumber(in.Number), Version: version(in.Params.IfMatch),
		Kind: registry.StatusKind(in.Body.Kind), ReasonCode: in.Body.ReasonCode, Reason: in.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return ChangeStatus201JSONResponse{Body: newRecord(r), Headers: ChangeStatus201ResponseHeaders{ETag: etag(r.Certificate.Version)}}, nil
}

// DecideStatusChange serves POST /v1/certificates/{number}/status-changes/{changeId}/decision.
func (s *server) DecideStatusChange(ctx context.Context, in DecideStatusChangeRequestObject) (DecideStatusChangeResponseObject, error) {
	r, err := s.reg.DecideStatusChange(ctx, callerOf(ctx), registry.StatusDecision{
		Certificate: registry.NormaliseNumber(in.Number), Change: in.ChangeId, Accept: in.Body.Accept, Answer: in.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return DecideStatusChange200JSONResponse{Body: newRecord(r), Headers: DecideStatusChange200ResponseHeaders{ETag: etag(r.Certificate.Version)}}, nil
}

// ReissueCertificate serves POST /v1/certificates/{number}/reissue.
func (s *server) ReissueCertificate(ctx context.Context, in ReissueCertificateRequestObject) (ReissueCertificateResponseObject, error) {
	r, err := s.reg.Reissue(ctx, callerOf(ctx), registry.NormaliseNumber(in.Number), version(in.Params.IfMatch), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return ReissueCertificate200JSONResponse{Body: newRecord(r), Headers: ReissueCertificate200ResponseHeaders{ETag: etag(r.Certificate.Version)}}, nil
}
