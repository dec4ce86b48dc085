package api

import (
	"context"

	"github.com/certreg/certreg/registry"
)

func newRuleSet(e registry.Edition) SubmittedRuleSet {
	return SubmittedRuleSet{
		Digest: e.Digest, Id: e.RuleSet, Occupation: e.Occupation, State: SubmittedRuleSetState(e.State), GovernsFrom: e.GovernsFrom,
		SubmittedBy: e.SubmittedBy, SubmittedAt: e.SubmittedAt, ReviewedBy: e.ReviewedBy, ReviewedAt: e.ReviewedAt, Note: e.Note,
	}
}

// ListRuleSets serves GET /v1/rulesets.
func (s *server) ListRuleSets(ctx context.Context, _ ListRuleSetsRequestObject) (ListRuleSetsResponseObject, error) {
	editions, err := s.reg.Editions(ctx, callerOf(ctx))
	if err != nil {
		return nil, err
	}
	return ListRuleSets200JSONResponse{Items: represent(editions, newRuleSet)}, nil
}

// SubmitRuleSet serves POST /v1/rulesets.
func (s *server) SubmitRuleSet(ctx context.Context, in SubmitRuleSetRequestObject) (SubmitRuleSetResponseObject, error) {
	e, err := s.reg.SubmitEdition(ctx, callerOf(ctx), *in.Body)
	if err != nil {
		return nil, err
	}
	return SubmitRuleSet201JSONResponse(newRuleSet(e)), nil
}

// ReviewRuleSet serves POST /v1/rulesets/{digest}/review.
func (s *server) ReviewRuleSet(ctx context.Context, in ReviewRuleSetRequestObject) (ReviewRuleSetResponseObject, error) {
	e, err := s.reg.ReviewEdition(ctx, callerOf(ctx), in.Digest, in.Body.Accept, in.Body.Note)
	if err != nil {
		return nil, err
	}
	return ReviewRuleSet200JSONResponse(newRuleSet(e)), nil
}

// PublishRuleSet serves POST /v1/rulesets/{digest}/publication.
func (s *server) PublishRuleSet(ctx context.Context, in PublishRuleSetRequestObject) (PublishRuleSetResponseObject, error) {
	e, err := s.reg.ScheduleEdition(ctx, callerOf(ctx), in.Digest, in.Body.From)
	if err != nil {
		return nil, err
	}
	return PublishRuleSet200JSONResponse(newRuleSet(e)), nil
}
