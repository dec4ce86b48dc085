package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// parseFacts reads the member "facts" of a body. What is wrong with it is told
// by pointers into the body.
func parseFacts(data json.RawMessage) (*eligibility.Facts, error) {
	facts, err := eligibility.ParseFacts(data)
	if e, ok := errors.AsType[*eligibility.InputError](err); ok {
		return nil, &registry.Error{
			Code: registry.InvalidInput, Detail: registry.Text{ZH: "申报事实有误。", EN: "The facts have a fault."},
			Fields: []registry.Field{{Pointer: clip("/facts" + e.Pointer), Detail: e.Message}},
		}
	}
	return facts, err
}

// CheckEligibility serves POST /v1/eligibility.
func (s *server) CheckEligibility(ctx context.Context, in CheckEligibilityRequestObject) (CheckEligibilityResponseObject, error) {
	facts, err := parseFacts(in.Body.Facts)
	if err != nil {
		return nil, err
	}
	asOf := in.Body.AsOf
	if asOf.IsZero() {
		asOf = s.reg.Today()
	}
	rules, err := s.edition(ctx, in.Body.Occupation, in.Body.Edition, asOf)
	if err != nil {
		return nil, err
	}
	levels := []int{in.Body.Level}
	if in.Body.Level == 0 {
		levels = represent(rules.Levels(), func(l eligibility.Level) int { return l.Number })
	} else if !hasLevel(rules, in.Body.Level) {
		return nil, levelAbsent()
	}
	answer := CheckEligibility200JSONResponse{Decisions: []Decision{}}
	for _, level := range levels {
		answer.Decisions = append(answer.Decisions, rules.Explain(level, asOf, facts).AppendJSON(nil))
	}
	return answer, nil
}

// levelAbsent is the failure that an edition does not know a level.
func levelAbsent() error {
	absent := registry.Text{ZH: "该版本没有这个等级的申报条件。", EN: "The edition has no conditions for this level."}
	return &registry.Error{Code: registry.InvalidInput, Detail: absent, Fields: []registry.Field{{Pointer: "/level", Detail: absent}}}
}

// FindPath serves POST /v1/eligibility/path.
func (s *server) FindPath(ctx context.Context, in FindPathRequestObject) (FindPathResponseObject, error) {
	facts, err := parseFacts(in.Body.Facts)
	if err != nil {
		return nil, err
	}
	from := in.Body.AsOf
	if from.IsZero() {
		from = s.reg.Today()
	}
	rules, err := s.edition(ctx, in.Body.Occupation, in.Body.Edition, from)
	if err != nil {
		return nil, err
	}
	if !hasLevel(rules, in.Body.Level) {
		return nil, levelAbsent()
	}
	p := in.Body.Plan
	route := rules.Route(in.Body.Level, from, facts, eligibility.Plan{
		HoursPerWeek: p.HoursPerWeek, WithoutTraining: p.WithoutTraining, Sittings: p.Sittings, ResultDays: p.ResultDays,
		Months: represent(p.Months, func(m int) time.Month { return time.Month(m) }),
	})
	return FindPath200JSONResponse{
		Occupation: rules.Occupation().ID, Edition: rules.ID(), Level: route.Level, From: route.From, On: route.On,
		Steps: represent(route.Steps, newStep), Assuming: represent(route.Assuming, func(code string) string { return code }),
	}, nil
}

func newStep(s eligibility.Step) PathStep {
	return PathStep{
		Kind: PathStepKind(s.Kind.String()), From: s.From, On: s.On, Level: s.Level, Hours: s.Hours,
		Condition: s.Condition, Conditions: s.Conditions,
	}
}

// edition is the one asked for by id, or the one that governs on a day. It
// reports [registry.OccupationAbsent], [registry.EditionNotFound] and
// [registry.NoGoverningEdition].
func (s *server) edition(ctx context.Context, occupation, id string, on civil.Date) (*eligibility.RuleSet, error) {
	rules, err := s.reg.Rules(ctx)
	if err != nil {
		return nil, err
	}
	if id != "" {
		set, ok := rules.ByID(id)
		if !ok || set.Occupation().ID != occupation {
			return nil, registry.NotFound(registry.EditionNotFound)
		}
		return set, nil
	}
	if set, ok := rules.Governing(occupation, on); ok {
		return set, nil
	}
	for _, o := range rules.Occupations() {
		if o.ID == occupation {
			return nil, &registry.Error{Code: registry.NoGoverningEdition, Detail: registry.Text{
				ZH: fmt.Sprintf("%s 没有有效的申报条件版本。", on), EN: fmt.Sprintf("No edition of the conditions is in force on %s.", on),
			}}
		}
	}
	return nil, registry.NotFound(registry.OccupationAbsent)
}

func hasLevel(rules *eligibility.RuleSet, level int) bool {
	_, ok := rules.Level(level)
	return ok
}
