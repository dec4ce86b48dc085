package api

import (
	"context"

	"github.com/certreg/certreg/registry"
)

func newPerson(p registry.Person) Person {
	return Person{
		Id: p.ID, Name: p.Name, Document: newDocument(p.Document), Born: p.Born, Sex: Sex(p.Sex), Claimed: p.Claimed,
		AwaitsConfirmation: len(p.CorrectedBy) > 0, CreatedAt: p.CreatedAt, Version: p.Version,
	}
}

// RegisterPerson serves POST /v1/persons.
func (s *server) RegisterPerson(ctx context.Context, in RegisterPersonRequestObject) (RegisterPersonResponseObject, error) {
	p, created, err := s.reg.RegisterPerson(ctx, callerOf(ctx), registry.NewPerson{
		Name:     in.Body.Name,
		Document: registry.Document{Kind: registry.DocumentKind(in.Body.Document.Kind), Number: in.Body.Document.Number},
		Born:     in.Body.Born, Sex: registry.Sex(in.Body.Sex),
	})
	if err != nil {
		return nil, err
	}
	if !created {
		return RegisterPerson200JSONResponse{Body: newPerson(p), Headers: RegisterPerson200ResponseHeaders{ETag: etag(p.Version)}}, nil
	}
	return RegisterPerson201JSONResponse{
		Body: newPerson(p), Headers: RegisterPerson201ResponseHeaders{ETag: etag(p.Version), Location: "/v1/persons/" + p.ID},
	}, nil
}

// GetPerson serves GET /v1/persons/{personId}.
func (s *server) GetPerson(ctx context.Context, in GetPersonRequestObject) (GetPersonResponseObject, error) {
	p, err := s.reg.Person(ctx, callerOf(ctx), in.PersonId)
	if err != nil {
		return nil, err
	}
	return GetPerson200JSONResponse{Body: newPerson(p), Headers: GetPerson200ResponseHeaders{ETag: etag(p.Version)}}, nil
}

// CorrectPerson serves PATCH /v1/persons/{personId}.
func (s *server) CorrectPerson(ctx context.Context, in CorrectPersonRequestObject) (CorrectPersonResponseObject, error) {
	p, err := s.reg.CorrectPerson(ctx, callerOf(ctx), in.PersonId, version(in.Params.IfMatch), registry.PersonCorrection{
		Name:     in.Body.Name,
		Document: registry.Document{Kind: registry.DocumentKind(in.Body.Document.Kind), Number: in.Body.Document.Number}, ReasonCode: in.Body.ReasonCode,
	})
	if err != nil {
		return nil, err
	}
	return CorrectPerson200JSONResponse{Body: newPerson(p), Headers: CorrectPerson200ResponseHeaders{ETag: etag(p.Version)}}, nil
}

// ConfirmPerson serves POST /v1/persons/{personId}/confirmation.
func (s *server) ConfirmPerson(ctx context.Context, in ConfirmPersonRequestObject) (ConfirmPersonResponseObject, error) {
	p, err := s.reg.ConfirmPerson(ctx, callerOf(ctx), in.PersonId, version(in.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return ConfirmPerson200JSONResponse{Body: newPerson(p), Headers: ConfirmPerson200ResponseHeaders{ETag: etag(p.Version)}}, nil
}
