package api

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"

	"github.com/certreg/certreg/internal/document"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// unproved says why a proof cannot be made as things stand.
func unproved(err error) error {
	_, unprintable := errors.AsType[*document.Error](err)
	switch {
	case errors.Is(err, translog.ErrUnpublished), errors.Is(err, fs.ErrNotExist): // the latter before the first checkpoint
		return &problem.StatusError{Status: http.StatusConflict, Detail: registry.Text{
			ZH: "最近的变更尚未进入公布的日志，请一秒后再试。", EN: "The published log does not cover the last event yet; ask again in a second.",
		}}
	case unprintable:
		return &problem.StatusError{Status: http.StatusConflict, Detail: registry.Text{
			ZH: "证书内容无法排印，请联系管理员。", EN: "What stands on the certificate cannot be printed; tell the operator.",
		}}
	}
	return err
}

// GetCredential serves GET /v1/certificates/{number}/credential.
func (s *server) GetCredential(ctx context.Context, in GetCredentialRequestObject) (GetCredentialResponseObject, error) {
	r, err := s.reg.CertificateRecord(ctx, callerOf(ctx), registry.NormaliseNumber(in.Number))
	if err != nil {
		return nil, err
	}
	signed, err := s.office.Credential(ctx, r.Certificate)
	if err != nil {
		return nil, err
	}
	return GetCredential200ApplicationvcResponse{Body: bytes.NewReader(signed), ContentLength: int64(len(signed))}, nil
}

// GetLogProof serves GET /v1/certificates/{number}/log-proof.
func (s *server) GetLogProof(ctx context.Context, in GetLogProofRequestObject) (GetLogProofResponseObject, error) {
	r, err := s.reg.CertificateRecord(ctx, callerOf(ctx), registry.NormaliseNumber(in.Number))
	if err != nil {
		return nil, err
	}
	p, err := s.office.LogProof(ctx, r.Certificate)
	if err != nil {
		return nil, unproved(err)
	}
	return GetLogProof200JSONResponse(p), nil
}

// GetDocument serves GET /v1/certificates/{number}/document.
func (s *server) GetDocument(ctx context.Context, in GetDocumentRequestObject) (GetDocumentResponseObject, error) {
	r, err := s.reg.CertificateRecord(ctx, callerOf(ctx), registry.NormaliseNumber(in.Number))
	if err != nil {
		return nil, err
	}
	pdf, err := s.office.Document(ctx, r.Certificate)
	if err != nil {
		return nil, unproved(err)
	}
	return GetDocument200ApplicationpdfResponse{Body: bytes.NewReader(pdf), ContentLength: int64(len(pdf))}, nil
}

// PrintSitting serves POST /v1/sittings/{sittingId}/documents.
func (s *server) PrintSitting(ctx context.Context, in PrintSittingRequestObject) (PrintSittingResponseObject, error) {
	certificates, err := s.certificatesOf(ctx, in.SittingId, registry.StatusValid)
	if err != nil {
		return nil, err
	}
	if len(certificates) == 0 {
		return nil, registry.NotFound(registry.CertificateNotFound)
	}
	var pdf bytes.Buffer
	if err := s.office.Pages(ctx, &pdf, certificates, nil); err != nil {
		return nil, unproved(err)
	}
	return PrintSitting200ApplicationpdfResponse{Body: &pdf, ContentLength: int64(pdf.Len())}, nil
}

// ListCredentials serves GET /v1/sittings/{sittingId}/credentials.
func (s *server) ListCredentials(ctx context.Context, in ListCredentialsRequestObject) (ListCredentialsResponseObject, error) {
	certificates, err := s.certificatesOf(ctx, in.SittingId, "")
	if err != nil {
		return nil, err
	}
	var lines bytes.Buffer
	for _, c := range certificates {
		signed, err := s.office.Credential(ctx, c)
		if err != nil {
			return nil, err
		}
		lines.Write(append(signed, '\n'))
	}
	return ListCredentials200ApplicationxNdjsonResponse{Body: &lines, ContentLength: int64(lines.Len())}, nil
}

// certificatesOf is every certificate of a sitting in a status, "" for any, by
// number. It reports [registry.SittingNotFound].
func (s *server) certificatesOf(ctx context.Context, sitting string, status registry.CertificateStatus) ([]registry.Certificate, error) {
	by := callerOf(ctx)
	if _, err := s.reg.Sitting(ctx, by, sitting); err != nil {
		return nil, err
	}
	var all []registry.Certificate
	filter := registry.CertificateFilter{Sitting: sitting, Status: status, Page: registry.Page{Limit: registry.MaxPage}}
	for {
		certificates, next, err := s.reg.Certificates(ctx, by, filter)
		if err != nil {
			return nil, err
		}
		all = append(all, certificates...)
		if next == "" {
			return all, nil
		}
		filter.After = next
	}
}
