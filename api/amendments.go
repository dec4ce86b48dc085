package api

import (
	"context"

	"github.com/certreg/certreg/registry"
)

func newAmendment(m registry.Amendment) Amendment {
	amendment := Amendment{
		Id: m.ID, Kind: AmendmentKind(m.Kind), Reason: m.Reason, Mark: Mark(m.Mark), Final: m.Final.String(), State: AmendmentState(m.State),
		ProposedBy: m.ProposedBy, ProposedAt: m.ProposedAt, DecidedBy: m.DecidedBy, DecidedAt: m.DecidedAt, Answer: m.Answer,
	}
	if m.Mark == registry.Scored {
		amendment.Raw, amendment.Deduction = m.Raw.String(), m.Deduction.String()
	}
	return amendment
}

func newResultRecord(rec registry.ResultRecord) ResultRecord {
	return ResultRecord{Result: newResult(rec.Result), AsConfirmed: newResult(rec.Confirmed), Amendments: represent(rec.Amendments, newAmendment)}
}

// GetResult serves GET /v1/sittings/{sittingId}/results/{resultId}.
func (s *server) GetResult(ctx context.Context, in GetResultRequestObject) (GetResultResponseObject, error) {
	rec, err := s.reg.ResultRecord(ctx, callerOf(ctx), in.SittingId, in.ResultId)
	if err != nil {
		return nil, err
	}
	return GetResult200JSONResponse{Body: newResultRecord(rec), Headers: GetResult200ResponseHeaders{ETag: etag(rec.Result.Version)}}, nil
}

// ProposeAmendment serves POST /v1/sittings/{sittingId}/results/{resultId}/amendments.
func (s *server) ProposeAmendment(ctx context.Context, in ProposeAmendmentRequestObject) (ProposeAmendmentResponseObject, error) {
	rec, err := s.reg.ProposeAmendment(ctx, callerOf(ctx), registry.NewAmendment{
		Sitting: in.SittingId, Result: in.ResultId, Version: version(in.Params.IfMatch), Kind: registry.AmendmentKind(in.Body.Kind),
		Reason: in.Body.Reason, Raw: in.Body.Raw, Deduction: in.Body.Deduction, Absent: in.Body.Absent, Void: in.Body.Void,
	})
	if err != nil {
		return nil, err
	}
	return ProposeAmendment201JSONResponse{Body: newResultRecord(rec), Headers: ProposeAmendment201ResponseHeaders{ETag: etag(rec.Result.Version)}}, nil
}

// DecideAmendment serves POST
// /v1/sittings/{sittingId}/results/{resultId}/amendments/{amendmentId}/decision.
func (s *server) DecideAmendment(ctx context.Context, in DecideAmendmentRequestObject) (DecideAmendmentResponseObject, error) {
	rec, err := s.reg.DecideAmendment(ctx, callerOf(ctx), registry.AmendmentDecision{
		Sitting: in.SittingId, Result: in.ResultId, Amendment: in.AmendmentId, Accept: in.Body.Accept, Answer: in.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return DecideAmendment200JSONResponse{Body: newResultRecord(rec), Headers: DecideAmendment200ResponseHeaders{ETag: etag(rec.Result.Version)}}, nil
}
