package api

import (
	"context"
	"strings"

	"github.com/certreg/certreg/registry"
)

func newResult(r registry.Result) Result {
	result := Result{
		Id: r.ID, Application: r.Application, TicketNumber: r.Ticket, Component: r.Component, Mark: Mark(r.Mark), Final: r.Final.String(),
		Reason: r.Reason, Confirmed: r.Confirmed(), EnteredBy: r.EnteredBy, EnteredAt: r.EnteredAt,
		ConfirmedBy: r.ConfirmedBy, ConfirmedAt: r.ConfirmedAt, Amendment: r.Amendment, AmendedAt: r.AmendedAt, Version: r.Version,
	}
	if r.Mark == registry.Scored {
		result.Raw, result.Deduction = r.Raw.String(), r.Deduction.String()
	}
	return result
}

// ListResults serves GET /v1/sittings/{sittingId}/results.
func (s *server) ListResults(ctx context.Context, in ListResultsRequestObject) (ListResultsResponseObject, error) {
	sheet, err := s.reg.ResultsOfSitting(ctx, callerOf(ctx), in.SittingId, in.Params.Component)
	if err != nil {
		return nil, err
	}
	return ListResults200JSONResponse{
		Body: ResultList{Items: represent(sheet.Results, newResult)}, Headers: ListResults200ResponseHeaders{ETag: `"` + sheet.Tag + `"`},
	}, nil
}

// EnterResults serves PUT /v1/sittings/{sittingId}/results.
func (s *server) EnterResults(ctx context.Context, in EnterResultsRequestObject) (EnterResultsResponseObject, error) {
	entered := represent(in.Body.Results, func(e EnteredResult) registry.Entered {
		return registry.Entered{
			Ticket: e.TicketNumber, Component: e.Component, Raw: e.Raw, Deduction: e.Deduction,
			Absent: e.Absent, Void: e.Void, Reason: e.Reason,
		}
	})
	results, err := s.reg.EnterResults(ctx, callerOf(ctx), in.SittingId, entered)
	if err != nil {
		return nil, err
	}
	return EnterResults200JSONResponse{Items: represent(results, newResult)}, nil
}

// ConfirmResults serves POST /v1/sittings/{sittingId}/results/confirmation.
func (s *server) ConfirmResults(ctx context.Context, in ConfirmResultsRequestObject) (ConfirmResultsResponseObject, error) {
	done, err := s.reg.ConfirmResults(ctx, callerOf(ctx), registry.Confirming{
		Sitting: in.SittingId, Component: in.Body.Component, Read: strings.Trim(in.Params.IfMatch, `"`),
	})
	if err != nil {
		return nil, err
	}
	report := ConfirmResults200JSONResponse{Confirmed: done.Confirmed, Left: []LeftResults{}}
	if done.Own > 0 {
		report.Left = append(report.Left, LeftResults{Reason: SamePerson, Count: done.Own})
	}
	if done.Missing > 0 {
		report.Left = append(report.Left, LeftResults{Reason: NotEntered, Count: done.Missing})
	}
	return report, nil
}
