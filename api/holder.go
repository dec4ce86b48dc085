package api

import (
	"bytes"
	"context"

	"github.com/certreg/certreg/registry"
)

func (p HolderProof) proof() registry.HolderProof {
	return registry.HolderProof{Code: p.Code, Name: p.Name, Last: p.Last}
}

func (s *server) newLink(l registry.Link) Link {
	return Link{
		Code: l.Code, Address: s.office.Base() + "/l/" + l.Code, Purpose: l.Purpose,
		Fields:    represent(l.Fields, func(f registry.LinkField) LinkField { return LinkField(f) }),
		ExpiresOn: l.ExpiresOn, CreatedAt: l.CreatedAt, RevokedAt: l.RevokedAt,
		Uses: represent(l.Uses, func(u registry.LinkUse) LinkUse { return LinkUse{At: u.At, From: u.From} }),
	}
}

// ShowHolder serves POST /v1/holder.
func (s *server) ShowHolder(ctx context.Context, in ShowHolderRequestObject) (ShowHolderResponseObject, error) {
	v, err := s.reg.Holder(ctx, in.Body.proof())
	if err != nil {
		return nil, err
	}
	found, err := s.publicCertificate(ctx, v.Lookup)
	if err != nil {
		return nil, err
	}
	return ShowHolder200JSONResponse{Certificate: found, Document: newDocument(v.Certificate.Document), Links: represent(v.Links, s.newLink)}, nil
}

// FetchCredential serves POST /v1/holder/credential.
func (s *server) FetchCredential(ctx context.Context, in FetchCredentialRequestObject) (FetchCredentialResponseObject, error) {
	v, err := s.reg.Holder(ctx, in.Body.proof())
	if err != nil {
		return nil, err
	}
	signed, err := s.office.Credential(ctx, v.Certificate)
	if err != nil {
		return nil, err
	}
	return FetchCredential200ApplicationvcResponse{Body: bytes.NewReader(signed), ContentLength: int64(len(signed))}, nil
}

// FetchDocument serves POST /v1/holder/document.
func (s *server) FetchDocument(ctx context.Context, in FetchDocumentRequestObject) (FetchDocumentResponseObject, error) {
	v, err := s.reg.Holder(ctx, in.Body.proof())
	if err != nil {
		return nil, err
	}
	pdf, err := s.office.Document(ctx, v.Certificate)
	if err != nil {
		return nil, unproved(err)
	}
	return FetchDocument200ApplicationpdfResponse{Body: bytes.NewReader(pdf), ContentLength: int64(len(pdf))}, nil
}

// DiscloseCommitment serves POST /v1/holder/disclosure.
func (s *server) DiscloseCommitment(ctx context.Context, in DiscloseCommitmentRequestObject) (DiscloseCommitmentResponseObject, error) {
	v, err := s.reg.Holder(ctx, in.Body.proof())
	if err != nil {
		return nil, err
	}
	return DiscloseCommitment200JSONResponse{Salt: v.Certificate.Salt}, nil
}

// MakeLink serves POST /v1/holder/links.
func (s *server) MakeLink(ctx context.Context, in MakeLinkRequestObject) (MakeLinkResponseObject, error) {
	by := HolderProof{Code: in.Body.Code, Name: in.Body.Name, Last: in.Body.Last}
	l, err := s.reg.MakeLink(ctx, by.proof(), callerOf(ctx).From, registry.NewLink{
		Purpose: in.Body.Purpose, ExpiresOn: in.Body.ExpiresOn,
		Fields: represent(in.Body.Fields, func(f LinkField) registry.LinkField { return registry.LinkField(f) }),
	})
	if err != nil {
		return nil, err
	}
	return MakeLink201JSONResponse(s.newLink(l)), nil
}

// RevokeLink serves POST /v1/holder/links/revocation.
func (s *server) RevokeLink(ctx context.Context, in RevokeLinkRequestObject) (RevokeLinkResponseObject, error) {
	by := HolderProof{Code: in.Body.Code, Name: in.Body.Name, Last: in.Body.Last}
	if err := s.reg.RevokeLink(ctx, by.proof(), callerOf(ctx).From, in.Body.Link); err != nil {
		return nil, err
	}
	return RevokeLink204Response{}, nil
}

// OpenLink serves GET /v1/links/{code}.
func (s *server) OpenLink(ctx context.Context, in OpenLinkRequestObject) (OpenLinkResponseObject, error) {
	v, err := s.reg.OpenLink(ctx, in.Code, callerOf(ctx).From)
	if err != nil {
		return nil, err
	}
	found, err := s.publicCertificate(ctx, v.Lookup)
	if err != nil {
		return nil, err
	}
	return OpenLink200JSONResponse{
		Certificate: found, Purpose: v.Purpose, ExpiresOn: v.Expires, Name: v.Name, Document: v.Document,
		Results: represent(v.Results, func(r registry.EvidenceResult) LinkResult {
			return LinkResult{Component: r.Component, Final: r.Final.String()}
		}),
	}, nil
}
