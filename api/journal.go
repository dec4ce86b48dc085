package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

func newJournalEntry(e registry.Entry) JournalEntry {
	return JournalEntry{
		Seq: e.Seq, At: e.At, Action: string(e.Action), SubjectKind: e.Kind, Subject: e.Subject, Body: e.Body,
		By: e.By, Role: Role(e.Role), Key: e.Key, From: e.From, RequestId: e.RequestID, Detail: e.Detail,
	}
}

// ListJournal serves GET /v1/journal. Its cursor is the number of an entry.
func (s *server) ListJournal(ctx context.Context, in ListJournalRequestObject) (ListJournalResponseObject, error) {
	var after int64
	if in.Params.After != "" {
		var err error
		if after, err = strconv.ParseInt(in.Params.After, 10, 64); err != nil {
			return nil, &problem.StatusError{
				Status: http.StatusUnprocessableEntity,
				Detail: registry.Text{ZH: "请求中有不可接受的内容，请改正下列各处。", EN: "Some values are not acceptable; correct the places named."},
				Fields: []problem.Fault{{Parameter: "after", Detail: faultTexts["pattern"]}},
			}
		}
	}
	entries, next, err := s.reg.Journal(ctx, callerOf(ctx), registry.JournalFilter{
		Kind: in.Params.SubjectKind, Subject: in.Params.Subject, Action: registry.Action(in.Params.Action),
		After: after, Limit: in.Params.Limit,
	})
	if err != nil {
		return nil, err
	}
	list := ListJournal200JSONResponse{Items: represent(entries, newJournalEntry)}
	if next > 0 {
		list.Next = strconv.FormatInt(next, 10)
	}
	return list, nil
}
