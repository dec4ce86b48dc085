package api

import (
	"context"
	"slices"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/registry"
)

// ListOccupations serves GET /v1/occupations.
func (s *server) ListOccupations(ctx context.Context, _ ListOccupationsRequestObject) (ListOccupationsResponseObject, error) {
	rules, err := s.reg.Rules(ctx)
	if err != nil {
		return nil, err
	}
	list := ListOccupations200JSONResponse{Items: []Occupation{}}
	for _, o := range rules.Occupations() {
		levels, err := s.levels(ctx, rules, o.ID)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, Occupation{Id: o.ID, Code: o.Code, Name: newText(o.Name), Levels: levels})
	}
	return list, nil
}

// GetLevel serves GET /v1/occupations/{occupationId}/levels/{level}.
func (s *server) GetLevel(ctx context.Context, in GetLevelRequestObject) (GetLevelResponseObject, error) {
	rules, err := s.reg.Rules(ctx)
	if err != nil {
		return nil, err
	}
	levels, err := s.levels(ctx, rules, in.OccupationId)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(levels, func(l Level) bool { return l.Level == in.Level })
	if i < 0 {
		return nil, registry.NotFound(registry.OccupationAbsent)
	}
	return GetLevel200JSONResponse(levels[i]), nil
}

// OpenLevel serves PUT /v1/occupations/{occupationId}/levels/{level}.
func (s *server) OpenLevel(ctx context.Context, in OpenLevelRequestObject) (OpenLevelResponseObject, error) {
	o, err := s.reg.OpenLevel(ctx, callerOf(ctx), registry.OpenedLevel{
		Occupation: in.OccupationId, Level: in.Level, OpenedOn: in.Body.OpenedOn,
	})
	if err != nil {
		return nil, err
	}
	rules, err := s.reg.Rules(ctx)
	if err != nil {
		return nil, err
	}
	return OpenLevel200JSONResponse{
		Occupation: o.Occupation, Level: o.Level, Opened: true, OpenedOn: o.OpenedOn,
		Title: levelTitle(rules, o.Occupation, o.Level, s.reg.Today()),
	}, nil
}

// levels are the levels that the editions of an occupation know, from the
// lowest (5), with whether this register examines them.
func (s *server) levels(ctx context.Context, rules registry.Rules, occupation string) ([]Level, error) {
	opened, err := s.reg.OpenedLevels(ctx, occupation)
	if err != nil {
		return nil, err
	}
	var levels []Level
	for number := 5; number >= 1; number-- {
		known := slices.ContainsFunc(rules.RuleSets(), func(r *eligibility.RuleSet) bool {
			return r.Occupation().ID == occupation && hasLevel(r, number)
		})
		if !known {
			continue
		}
		l := Level{Occupation: occupation, Level: number, Title: levelTitle(rules, occupation, number, s.reg.Today())}
		for _, o := range opened {
			if o.Level == number {
				l.Opened, l.OpenedOn = true, o.OpenedOn
			}
		}
		levels = append(levels, l)
	}
	return levels, nil
}

func newEditionSummary(r *eligibility.RuleSet) EditionSummary {
	inForce := r.InForce()
	e := EditionSummary{
		Id: r.ID(), Occupation: r.Occupation().ID, Name: newText(r.Edition()), Rank: Rank(r.Rank().String()),
		InForce: InForce{From: inForce.From, To: inForce.To}, Digest: r.Digest(),
	}
	for _, l := range r.Levels() {
		e.Levels = append(e.Levels, l.Number)
	}
	return e
}

// ListEditions serves GET /v1/editions.
func (s *server) ListEditions(ctx context.Context, in ListEditionsRequestObject) (ListEditionsResponseObject, error) {
	rules, err := s.reg.Rules(ctx)
	if err != nil {
		return nil, err
	}
	sets := slices.DeleteFunc(rules.RuleSets(), func(r *eligibility.RuleSet) bool {
		return in.Params.Occupation != "" && r.Occupation().ID != in.Params.Occupation
	})
	return ListEditions200JSONResponse{Items: represent(sets, newEditionSummary)}, nil
}

// GetEdition serves GET /v1/editions/{editionId}.
func (s *server) GetEdition(ctx context.Context, in GetEditionRequestObject) (GetEditionResponseObject, error) {
	rules, err := s.reg.Rules(ctx)
	if err != nil {
		return nil, err
	}
	r, ok := rules.ByID(in.EditionId)
	if !ok {
		return nil, registry.NotFound(registry.EditionNotFound)
	}
	return GetEdition200JSONResponse{Id: r.ID(), Digest: r.Digest(), Ruleset: r.Canonical()}, nil
}
