package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

// A failer answers failures as problems, and is the one place that logs.
type failer struct{ log *slog.Logger }

// fail answers err. Faults of ours are logged, once, and not told.
func (f failer) fail(c *gin.Context, err error) {
	ctx := c.Request.Context()
	d := problem.From(err, problem.Language(c.GetHeader("Accept-Language")))
	if d.Status >= http.StatusInternalServerError && ctx.Err() != nil {
		d = problem.From(ctx.Err(), problem.Language(c.GetHeader("Accept-Language")))
	}
	d.Instance = clip(c.Request.URL.EscapedPath())
	d.RequestID = requestID(c)
	if d.Status >= http.StatusInternalServerError && d.RetryAfter == 0 { // having no room at the moment is no fault
		f.log.ErrorContext(ctx, "request failed", slog.String("request_id", d.RequestID), slog.String("method", c.Request.Method),
			slog.String("route", c.FullPath()), slog.Int("status", d.Status), slog.Any("error", err))
	}
	c.Abort()
	if !c.Writer.Written() {
		d.Write(c.Writer)
	}
}

// recovered answers a panic as a fault of ours.
func (f failer) recovered(c *gin.Context) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if err, ok := r.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(r) //nolint:forbidigo // net/http's own way to drop a connection
		}
		f.fail(c, fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
	}()
	c.Next()
}

// logged writes one line per request. It names the route, not the address asked
// for, and nobody: addresses, names and numbers of people stay out of the log.
func (f failer) logged(now func() time.Time) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := now()
		c.Next()
		f.log.InfoContext(c.Request.Context(), "request", slog.String("request_id", requestID(c)), slog.String("method", c.Request.Method),
			slog.String("route", c.FullPath()), slog.Int("status", c.Writer.Status()), slog.Int("bytes", max(c.Writer.Size(), 0)),
			slog.Float64("duration_ms", float64(now().Sub(start))/float64(time.Millisecond)), slog.String("key_id", callerOf(c.Request.Context()).Key))
	}
}

func (f failer) notFound(c *gin.Context) {
	f.fail(c, &problem.StatusError{Status: http.StatusNotFound, Detail: registry.Text{
		ZH: "这个地址没有内容，接口说明见 /docs。", EN: "There is nothing at this address; /docs describes the API.",
	}})
}

// notAllowed is reached with the header Allow set.
func (f failer) notAllowed(c *gin.Context) {
	f.fail(c, &problem.StatusError{Status: http.StatusMethodNotAllowed, Detail: registry.Text{
		ZH: "这个地址不支持该方法，支持的方法见 Allow。", EN: "This address does not know the method; Allow names those it knows.",
	}})
}

// unreadable answers a request that passed the contract and still does not fit
// the types generated from it, such as 2.0 for a level: an integer to JSON
// Schema, not to Go. The error's own text names Go types and is not told.
func (f failer) unreadable(c *gin.Context, err error) {
	e := &problem.StatusError{Status: http.StatusBadRequest, Detail: registry.Text{ZH: "请求无法读取。", EN: "The request cannot be read."}}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		e.Fields = []problem.Fault{{Pointer: "/" + strings.ReplaceAll(t.Field, ".", "/"), Detail: faultTexts["type"]}}
	}
	f.fail(c, e)
}
