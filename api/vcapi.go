package api

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/registry"
)

// vcAPIOff is the answer while the VC API is not switched on: as if it were not there.
func vcAPIOff() error {
	return &problem.StatusError{Status: http.StatusNotFound, Detail: registry.Text{
		ZH: "未启用 VC API。", EN: "The VC API is not switched on.",
	}}
}

// unfitCredential says what is wrong with what was sent, in the words of package
// credential, which quote no more than what was sent. Other errors are not the
// caller's.
func unfitCredential(pointer string, err error) error {
	unfit := []error{
		credential.ErrMalformed, credential.ErrProof, credential.ErrNotYetValid, credential.ErrExpired,
		credential.ErrRelatedResource, credential.ErrStatus,
	}
	if !slices.ContainsFunc(unfit, func(e error) bool { return errors.Is(err, e) }) {
		return err
	}
	detail := registry.Text{ZH: clip(err.Error()), EN: clip(err.Error())}
	return &problem.StatusError{Status: http.StatusBadRequest, Detail: registry.Text{
		ZH: "未被接受。", EN: "Not accepted.",
	}, Fields: []problem.Fault{{Pointer: pointer, Detail: detail}}}
}

// IssueCredential serves POST /credentials/issue.
func (s *server) IssueCredential(ctx context.Context, in IssueCredentialRequestObject) (IssueCredentialResponseObject, error) {
	if !s.vcAPI {
		return nil, vcAPIOff()
	}
	signed, err := s.office.Issue(ctx, in.Body.Credential, in.Body.Options.Cryptosuite == EddsaJcs2022)
	if err != nil {
		return nil, unfitCredential("/credential", err)
	}
	return IssueCredential201JSONResponse{Body: signed, Headers: IssueCredential201ResponseHeaders{CacheControl: "no-store"}}, nil
}

// VerifyCredential serves POST /credentials/verify.
func (s *server) VerifyCredential(ctx context.Context, in VerifyCredentialRequestObject) (VerifyCredentialResponseObject, error) {
	if !s.vcAPI {
		return nil, vcAPIOff()
	}
	examined, err := s.office.Examine(ctx, in.Body.VerifiableCredential, expectation(in.Body.Options))
	if err != nil {
		return nil, unfitCredential("/verifiableCredential", err)
	}
	return VerifyCredential200JSONResponse(newVcVerification(examined)), nil
}

// VerifyPresentation serves POST /presentations/verify.
func (s *server) VerifyPresentation(ctx context.Context, in VerifyPresentationRequestObject) (VerifyPresentationResponseObject, error) {
	if !s.vcAPI {
		return nil, vcAPIOff()
	}
	examined, err := s.office.ExaminePresentation(ctx, in.Body.VerifiablePresentation, expectation(in.Body.Options))
	if err != nil {
		return nil, unfitCredential("/verifiablePresentation", err)
	}
	return VerifyPresentation200JSONResponse(newVcVerification(examined)), nil
}

func expectation(o VcVerifyOptions) credential.Expectation {
	return credential.Expectation{Purpose: o.ExpectedProofPurpose, Domain: o.Domain, Challenge: o.Challenge}
}

func newVcVerification(x proof.Examination) VcVerification {
	v := VcVerification{Verified: true, Checks: []string{"proof"}, Warnings: []string{}, Errors: []string{}}
	if x.Status {
		v.Checks = append(v.Checks, "credentialStatus")
	}
	for _, list := range x.Foreign {
		v.Warnings = append(v.Warnings, clip("not fetched: "+list))
	}
	return v
}
