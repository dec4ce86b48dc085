package api

import (
	"context"

	"github.com/certreg/certreg/registry"
)

func newSeason(s registry.Season) Season {
	return Season{
		Id: s.ID, Occupation: s.Occupation, Scheme: s.Scheme, Name: newText(s.Name), Registration: newDays(s.Registration),
		Examination: newDays(s.Examination), CutoffOn: s.CutoffOn, CreatedAt: s.CreatedAt, Version: s.Version,
	}
}

// ListSeasons serves GET /v1/seasons.
func (s *server) ListSeasons(ctx context.Context, in ListSeasonsRequestObject) (ListSeasonsResponseObject, error) {
	seasons, next, err := s.reg.Seasons(ctx, registry.SeasonFilter{Page: page(in.Params.After, in.Params.Limit)})
	if err != nil {
		return nil, err
	}
	return ListSeasons200JSONResponse{Items: represent(seasons, newSeason), Next: next}, nil
}

// CreateSeason serves POST /v1/seasons.
func (s *server) CreateSeason(ctx context.Context, in CreateSeasonRequestObject) (CreateSeasonResponseObject, error) {
	n, err := s.reg.AnnounceSeason(ctx, callerOf(ctx), registry.NewSeason{
		Occupation: in.Body.Occupation, Scheme: in.Body.Scheme, Name: in.Body.Name.text(),
		Registration: in.Body.Registration.days(), Examination: in.Body.Examination.days(), CutoffOn: in.Body.CutoffOn,
	})
	if err != nil {
		return nil, err
	}
	return CreateSeason201JSONResponse{
		Body: newSeason(n), Headers: CreateSeason201ResponseHeaders{ETag: etag(n.Version), Location: "/v1/seasons/" + n.ID},
	}, nil
}

// GetSeason serves GET /v1/seasons/{seasonId}.
func (s *server) GetSeason(ctx context.Context, in GetSeasonRequestObject) (GetSeasonResponseObject, error) {
	n, err := s.reg.Season(ctx, in.SeasonId)
	if err != nil {
		return nil, err
	}
	return GetSeason200JSONResponse{Body: newSeason(n), Headers: GetSeason200ResponseHeaders{ETag: etag(n.Version)}}, nil
}

func newSitting(s registry.Sitting) Sitting {
	return Sitting{
		Id: s.ID, Season: s.Season, Body: s.Body, Occupation: s.Occupation, Level: s.Level, Day: s.On,
		Capacity: s.Capacity, Applied: s.Applied, Admitted: s.Admitted, Version: s.Version,
	}
}

// ListSittings serves GET /v1/sittings.
func (s *server) ListSittings(ctx context.Context, in ListSittingsRequestObject) (ListSittingsResponseObject, error) {
	sittings, next, err := s.reg.Sittings(ctx, callerOf(ctx), registry.SittingFilter{
		Season: in.Params.Season, Body: in.Params.Body, Level: in.Params.Level, Page: page(in.Params.After, in.Params.Limit),
	})
	if err != nil {
		return nil, err
	}
	return ListSittings200JSONResponse{Items: represent(sittings, newSitting), Next: next}, nil
}

// CreateSitting serves POST /v1/sittings.
func (s *server) CreateSitting(ctx context.Context, in CreateSittingRequestObject) (CreateSittingResponseObject, error) {
	n, err := s.reg.ScheduleSitting(ctx, callerOf(ctx), registry.NewSitting{
		Season: in.Body.Season, Body: in.Body.Body, Level: in.Body.Level, On: in.Body.Day, Capacity: in.Body.Capacity,
	})
	if err != nil {
		return nil, err
	}
	return CreateSitting201JSONResponse{
		Body: newSitting(n), Headers: CreateSitting201ResponseHeaders{ETag: etag(n.Version), Location: "/v1/sittings/" + n.ID},
	}, nil
}

// GetSitting serves GET /v1/sittings/{sittingId}.
func (s *server) GetSitting(ctx context.Context, in GetSittingRequestObject) (GetSittingResponseObject, error) {
	n, err := s.reg.Sitting(ctx, callerOf(ctx), in.SittingId)
	if err != nil {
		return nil, err
	}
	return GetSitting200JSONResponse{Body: newSitting(n), Headers: GetSitting200ResponseHeaders{ETag: etag(n.Version)}}, nil
}

// ChangeSitting serves PATCH /v1/sittings/{sittingId}.
func (s *server) ChangeSitting(ctx context.Context, in ChangeSittingRequestObject) (ChangeSittingResponseObject, error) {
	n, err := s.reg.ChangeSitting(ctx, callerOf(ctx), registry.SittingChange{
		ID: in.SittingId, Version: version(in.Params.IfMatch), On: in.Body.Day, Capacity: in.Body.Capacity,
	})
	if err != nil {
		return nil, err
	}
	return ChangeSitting200JSONResponse{Body: newSitting(n), Headers: ChangeSitting200ResponseHeaders{ETag: etag(n.Version)}}, nil
}
