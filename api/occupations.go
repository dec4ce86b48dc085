package api

import (
	"context"
	"slices"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/registry"
)

// ListOccupations serves GET /v1/occupations.
func (s *server) ListOccupations(ctx context.Context, _ ListOccupationsRequestObject) (ListOccupationsResponseObject, error) {
	list := ListOccupations200JSONResponse{Items: []Occupation{}}
	for _, o := range s.reg.Library().Occupations() {
		levels, err := s.levels(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, Occupation{Id: o.ID, Code: o.Code, Name: newText(o.Name), Levels: levels})
	}
	return list, nil
}

// GetLevel serves GET /v1/occupations/{occupationId}/levels/{level}.
func (s *server) GetLevel(ctx context.Context, in GetLevelRequestObject) (GetLevelResponseObject, error) {
	levels, err := s.levels(ctx, in.OccupationId)
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
	return OpenLevel200JSONResponse{
		Occupation: o.Occupation, Level: o.Level, Opened: true, OpenedOn: o.OpenedOn,
		Title: levelTitle(s.reg.Library(), o.Occupation, o.Level, s.reg.Today()),
	}, nil
}

// levels are the levels that the editions of an occupation know, from the
// lowest (5), with whether this register examines them.
func (s *server) levels(ctx context.Context, occupation string) ([]Level, error) {
	opened, err := s.reg.OpenedLevels(ctx, occupation)
	if err != nil {
		return nil, err
	}
	lib := s.reg.Library()
	var levels []Level
	for number := 5; number >= 1; number-- {
		known := slices.ContainsFunc(lib.RuleSets(), func(r *eligibility.RuleSet) bool {
			return r.Occupation().ID == occupation && hasLevel(r, number)
		})
		if !known {
			continue
		}
		l := Level{Occupation: occupation, Level: number, Title: levelTitle(lib, occupation, number, s.reg.Today())}
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
func (s *server) ListEditions(_ context.Context, in ListEditionsRequestObject) (ListEditionsResponseObject, error) {
	sets := slices.DeleteFunc(s.reg.Library().RuleSets(), func(r *eligibility.RuleSet) bool {
		return in.Params.Occupation != "" && r.Occupation().ID != in.Params.Occupation
	})
	return ListEditions200JSONResponse{Items: represent(sets, newEditionSummary)}, nil
}

// GetEdition serves GET /v1/editions/{editionId}.
func (s *server) GetEdition(_ context.Context, in GetEditionRequestObject) (GetEditionResponseObject, error) {
	r, ok := s.reg.Library().ByID(in.EditionId)
	if !ok {
		return nil, registry.NotFound(registry.EditionNotFound)
	}
	return GetEdition200JSONResponse{Id: r.ID(), Digest: r.Digest(), Ruleset: r.Canonical()}, nil
}
