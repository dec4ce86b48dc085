package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/batch"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

const (
	maxLine   = 64 << 10         // bytes of a line of a batch
	idleBatch = 30 * time.Second // after which a batch on which nothing moves is given up
	laterMore = 10 * time.Second // after which a batch that found no room may come again
)

// CheckBatch serves POST /v1/eligibility/batch.
func (s *server) CheckBatch(ctx context.Context, in CheckBatchRequestObject) (CheckBatchResponseObject, error) {
	rules, err := s.reg.Rules(ctx)
	if err != nil {
		return nil, err
	}
	return batchAnswer{ctx: ctx, in: in.Body, rooms: s.batches, config: batch.Config{
		Rules: governing(rules), AsOf: s.reg.Today(), Lang: problem.Language(in.Params.AcceptLanguage), MaxLine: maxLine,
	}}, nil
}

// governing finds the edition that decides a line.
func governing(rules registry.Rules) func(batch.Question) (*eligibility.RuleSet, error) {
	wrong := func(pointer, zh, en string) error {
		return &eligibility.InputError{Pointer: pointer, Detail: en, Message: registry.Text{ZH: zh, EN: en}}
	}
	known := map[string]bool{}
	for _, o := range rules.Occupations() {
		known[o.ID] = true
	}
	return func(q batch.Question) (*eligibility.RuleSet, error) {
		if !known[q.Occupation] {
			return nil, wrong("/occupation", "没有这个职业。", "There is no such occupation.")
		}
		set, ok := rules.Governing(q.Occupation, q.AsOf)
		if !ok {
			return nil, wrong("/asOf", "当日没有有效的申报条件。", "No edition of the conditions is in force on that day.")
		}
		if !hasLevel(set, q.Level) {
			return nil, wrong("/level", "该版本没有这个等级的申报条件。", "The edition has no conditions for this level.")
		}
		return set, nil
	}
}

// A batchAnswer is an answer that is made while it is written.
type batchAnswer struct {
	ctx    context.Context // of the request
	in     io.Reader
	rooms  chan struct{} // a place for every batch under way
	config batch.Config
}

// VisitCheckBatchResponse answers line by line, if there is room for another
// batch. A client that is gone is no fault, and to one whose questions broke off
// the last line says so.
func (b batchAnswer) VisitCheckBatchResponse(w http.ResponseWriter) error {
	select {
	case b.rooms <- struct{}{}:
		defer func() { <-b.rooms }()
	default:
		return problem.Later(http.StatusServiceUnavailable, laterMore)
	}
	out := newLineWriter(w)
	defer out.idle.Stop()
	w.Header().Set("Content-Type", mediaLines)
	w.WriteHeader(http.StatusOK)
	if _, err := batch.Run(b.ctx, b.config, b.in, out); err != nil && b.ctx.Err() == nil {
		broken := registry.Text{ZH: "问题没有完整到达。", EN: "The questions did not arrive whole."}
		_, _ = fmt.Fprintf(out, "{\"id\":null,\"error\":{\"pointer\":\"\",\"detail\":%q}}\n", broken.In(b.config.Lang)) // if anybody still reads
	}
	return nil
}

// A lineWriter sends on what it is given at once, while the request is still
// read, and gives the connection up when nothing moves.
type lineWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	idle    *time.Timer
}

// newLineWriter replaces the limits that the server set for short requests.
// Writers that are no connection have none.
func newLineWriter(w http.ResponseWriter) *lineWriter {
	l := &lineWriter{ResponseWriter: w, control: http.NewResponseController(w)}
	_ = l.control.EnableFullDuplex() // HTTP/2 always is
	l.deadlines(time.Time{})
	l.idle = time.AfterFunc(idleBatch, func() { l.deadlines(time.Unix(1, 0)) })
	return l
}

func (l *lineWriter) deadlines(at time.Time) {
	_ = l.control.SetReadDeadline(at)
	_ = l.control.SetWriteDeadline(at)
}

// Write writes and flushes.
func (l *lineWriter) Write(p []byte) (int, error) {
	n, err := l.ResponseWriter.Write(p)
	if err != nil {
		return n, err
	}
	l.idle.Reset(idleBatch)
	return n, l.control.Flush()
}
