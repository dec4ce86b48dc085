package api

import (
	"context"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/registry"
)

// newApplication is an application without its decision, as lists have it.
func newApplication(a registry.Application) Application {
	return Application{
		Id: a.ID, Code: a.Code, Person: a.Person, Sitting: a.Sitting, Body: a.Body, Occupation: a.Occupation, Level: a.Level,
		Components: represent(a.Components, func(id string) ComponentId { return id }), RetakeOf: a.RetakeOf,
		Status: ApplicationStatus(a.Status), Reason: a.Reason, TicketNumber: a.Ticket,
		Eligibility: Eligibility{
			AsOf: a.Decided.AsOf, Outcome: EligibilityOutcome(a.Decided.Outcome), Condition: a.Decided.Condition, DueBy: a.Decided.DueBy,
			Ruleset: a.Decided.RuleSet, RulesetDigest: a.Decided.RuleSetDigest, FactsDigest: a.Decided.FactsDigest, Digest: a.Decided.Digest,
		},
		AppliedAt: a.AppliedAt, Version: a.Version,
	}
}

// newDecidedApplication is an application with the decision it rests on.
func newDecidedApplication(a registry.Application) Application {
	whole := newApplication(a)
	whole.Decision = a.Decided.Explanation
	return whole
}

// ListApplications serves GET /v1/applications.
func (s *server) ListApplications(ctx context.Context, in ListApplicationsRequestObject) (ListApplicationsResponseObject, error) {
	applications, next, err := s.reg.Applications(ctx, callerOf(ctx), registry.ApplicationFilter{
		Sitting: in.Params.Sitting, Person: in.Params.Person, Status: registry.ApplicationStatus(in.Params.Status),
		Page: page(in.Params.After, in.Params.Limit),
	})
	if err != nil {
		return nil, err
	}
	return ListApplications200JSONResponse{Items: represent(applications, newApplication), Next: next}, nil
}

// Apply serves POST /v1/applications.
func (s *server) Apply(ctx context.Context, in ApplyRequestObject) (ApplyResponseObject, error) {
	var facts *eligibility.Facts
	if in.Body.Facts != nil {
		var err error
		if facts, err = parseFacts(in.Body.Facts); err != nil {
			return nil, err
		}
	}
	a, err := s.reg.Apply(ctx, callerOf(ctx), registry.NewApplication{
		Person: in.Body.Person, Sitting: in.Body.Sitting, Facts: facts, RetakeOf: in.Body.RetakeOf,
	})
	if err != nil {
		return nil, err
	}
	return Apply201JSONResponse{
		Body: newDecidedApplication(a), Headers: Apply201ResponseHeaders{ETag: etag(a.Version), Location: "/v1/applications/" + a.ID},
	}, nil
}

// GetApplication serves GET /v1/applications/{applicationId}.
func (s *server) GetApplication(ctx context.Context, in GetApplicationRequestObject) (GetApplicationResponseObject, error) {
	a, err := s.reg.Application(ctx, callerOf(ctx), in.ApplicationId)
	if err != nil {
		return nil, err
	}
	return GetApplication200JSONResponse{Body: newDecidedApplication(a), Headers: GetApplication200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

// ReplaceFacts serves PUT /v1/applications/{applicationId}/facts.
func (s *server) ReplaceFacts(ctx context.Context, in ReplaceFactsRequestObject) (ReplaceFactsResponseObject, error) {
	facts, err := parseFacts(in.Body.Facts)
	if err != nil {
		return nil, err
	}
	a, err := s.reg.Redecide(ctx, callerOf(ctx), in.ApplicationId, version(in.Params.IfMatch), facts)
	if err != nil {
		return nil, err
	}
	return ReplaceFacts200JSONResponse{Body: newDecidedApplication(a), Headers: ReplaceFacts200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

// WithdrawApplication serves POST /v1/applications/{applicationId}/withdrawal.
func (s *server) WithdrawApplication(ctx context.Context, in WithdrawApplicationRequestObject) (WithdrawApplicationResponseObject, error) {
	a, err := s.reg.WithdrawApplication(ctx, callerOf(ctx), in.ApplicationId, version(in.Params.IfMatch), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return WithdrawApplication200JSONResponse{Body: newApplication(a), Headers: WithdrawApplication200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

// AdmitApplication serves POST /v1/applications/{applicationId}/admission.
func (s *server) AdmitApplication(ctx context.Context, in AdmitApplicationRequestObject) (AdmitApplicationResponseObject, error) {
	a, err := s.reg.Admit(ctx, callerOf(ctx), in.ApplicationId, version(in.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return AdmitApplication200JSONResponse{Body: newApplication(a), Headers: AdmitApplication200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

// RejectApplication serves POST /v1/applications/{applicationId}/rejection.
func (s *server) RejectApplication(ctx context.Context, in RejectApplicationRequestObject) (RejectApplicationResponseObject, error) {
	a, err := s.reg.Reject(ctx, callerOf(ctx), in.ApplicationId, version(in.Params.IfMatch), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return RejectApplication200JSONResponse{Body: newApplication(a), Headers: RejectApplication200ResponseHeaders{ETag: etag(a.Version)}}, nil
}
