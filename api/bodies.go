package api

import (
	"context"

	"github.com/certreg/certreg/registry"
)

func newBody(b registry.Body) Body {
	return Body{
		Id: b.ID, Parent: b.Parent, Kind: BodyKind(b.Kind), Code: string(b.Code), Name: newText(b.Name),
		CreatedAt: b.CreatedAt, Version: b.Version,
	}
}

// WhoAmI serves GET /v1/whoami.
func (s *server) WhoAmI(ctx context.Context, _ WhoAmIRequestObject) (WhoAmIResponseObject, error) {
	by := callerOf(ctx)
	b, err := s.reg.Body(ctx, by, by.Body)
	if err != nil {
		return nil, err
	}
	return WhoAmI200JSONResponse{Subject: by.Subject, Role: Role(by.Role), Key: by.Key, Body: newBody(b)}, nil
}

// ListBodies serves GET /v1/bodies.
func (s *server) ListBodies(ctx context.Context, in ListBodiesRequestObject) (ListBodiesResponseObject, error) {
	bodies, next, err := s.reg.Bodies(ctx, callerOf(ctx), registry.BodyFilter{Page: page(in.Params.After, in.Params.Limit)})
	if err != nil {
		return nil, err
	}
	return ListBodies200JSONResponse{Items: represent(bodies, newBody), Next: next}, nil
}

// CreateBody serves POST /v1/bodies.
func (s *server) CreateBody(ctx context.Context, in CreateBodyRequestObject) (CreateBodyResponseObject, error) {
	b, err := s.reg.AddBody(ctx, callerOf(ctx), registry.NewBody{
		Parent: in.Body.Parent, Kind: registry.BodyKind(in.Body.Kind), Code: in.Body.Code, Name: in.Body.Name.text(),
	})
	if err != nil {
		return nil, err
	}
	return CreateBody201JSONResponse{
		Body: newBody(b), Headers: CreateBody201ResponseHeaders{ETag: etag(b.Version), Location: "/v1/bodies/" + b.ID},
	}, nil
}

// GetBody serves GET /v1/bodies/{bodyId}.
func (s *server) GetBody(ctx context.Context, in GetBodyRequestObject) (GetBodyResponseObject, error) {
	b, err := s.reg.Body(ctx, callerOf(ctx), in.BodyId)
	if err != nil {
		return nil, err
	}
	return GetBody200JSONResponse{Body: newBody(b), Headers: GetBody200ResponseHeaders{ETag: etag(b.Version)}}, nil
}

// RenameBody serves PATCH /v1/bodies/{bodyId}.
func (s *server) RenameBody(ctx context.Context, in RenameBodyRequestObject) (RenameBodyResponseObject, error) {
	b, err := s.reg.RenameBody(ctx, callerOf(ctx), in.BodyId, version(in.Params.IfMatch), in.Body.Name.text())
	if err != nil {
		return nil, err
	}
	return RenameBody200JSONResponse{Body: newBody(b), Headers: RenameBody200ResponseHeaders{ETag: etag(b.Version)}}, nil
}
