package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-playground/validator/v10"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/client"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

// A gate lets a request through to its operation when the caller is known where
// a key is asked for, and the request is as the contract says.
type gate struct {
	failer
	contract contract
	reg      *registry.Registry
	maxBody  int64
	validate *validator.Validate
	clients  *client.Clients
}

func (g gate) admit(c *gin.Context) {
	if err := g.check(c); err != nil {
		g.fail(c, err)
		return
	}
	c.Next()
}

func (g gate) check(c *gin.Context) error {
	route, ok := g.contract.routes[c.Request.Method+" "+c.FullPath()]
	if !ok {
		return fmt.Errorf("%s %s is not in the contract", c.Request.Method, c.FullPath())
	}
	if route.limit != "" {
		if err := g.clients.Count(c.Writer.Header(), c.Request, route.limit); err != nil {
			return err
		}
	}
	if err := g.identifyCaller(c, route); err != nil {
		return err
	}
	var body upload
	switch {
	case route.Operation.RequestBody != nil:
		var err error
		if body, err = readBody(c.Writer, c.Request, route.Operation.RequestBody.Value.Content, max(g.maxBody, route.maxBody)); err != nil {
			return err
		}
	case c.Request.ContentLength != 0:
		return unreadableBody("此操作不接受请求正文。", "This operation takes no body.")
	}
	if body.media != mediaLines {
		c.Request.Body = io.NopCloser(bytes.NewReader(body.data))
	}
	path := make(map[string]string, len(c.Params))
	for _, p := range c.Params {
		path[p.Key] = p.Value
	}
	if err := route.check(c.Request, path, body.media == mediaJSON); err != nil {
		return err
	}
	ctx := context.WithValue(c.Request.Context(), uploadKey{}, body)
	if key := c.GetHeader("Idempotency-Key"); key != "" && !route.public() {
		ctx = registry.WithIdempotency(ctx, &registry.Idempotency{Key: key, Fingerprint: fingerprint(c.Request, body.data)})
	}
	c.Request = c.Request.WithContext(ctx)
	return nil
}

// fingerprint tells one request from another under the same Idempotency-Key.
func fingerprint(r *http.Request, body []byte) string {
	h := sha256.New()
	for _, s := range []string{r.Method, r.URL.EscapedPath(), r.Header.Get("If-Match")} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// detached gives an operation a context that is only its own. The generated
// server hands on gin's, which goes back to a pool while a database driver may
// still be looking at it.
func detached(next StrictHandlerFunc, _ string) StrictHandlerFunc {
	return func(c *gin.Context, request any) (any, error) { return next(c.Copy(), request) }
}

// markReplay marks the answer to a request that was carried out before.
func markReplay(next StrictHandlerFunc, _ string) StrictHandlerFunc {
	return func(c *gin.Context, request any) (any, error) {
		response, err := next(c, request)
		if err == nil && registry.Replayed(c.Request.Context()) {
			c.Header("Idempotency-Replayed", "true")
		}
		return response, err
	}
}

// newValidator returns the validator of what JSON Schema cannot say: how members
// depend on each other. Its rules stand in the contract, as validate tags.
func newValidator() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	v.RegisterCustomTypeFunc(func(f reflect.Value) any {
		d, _ := f.Interface().(civil.Date)
		y, m, day := d.YMD()
		return time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
	}, civil.Date{})
	return v
}

// validated checks the decoded request of an operation.
func (g gate) validated(next StrictHandlerFunc, _ string) StrictHandlerFunc {
	return func(c *gin.Context, request any) (any, error) {
		err := g.validate.StructCtx(c.Request.Context(), request)
		if all, ok := errors.AsType[validator.ValidationErrors](err); ok {
			return nil, invalid(all)
		}
		if err != nil {
			return nil, fmt.Errorf("validate: %w", err)
		}
		return next(c, request)
	}
}

// ruleTexts says what the rules used in the contract ask for.
var ruleTexts = map[string]registry.Text{
	"gtefield":         {ZH: "截止日期不得早于开始日期。", EN: "The last day must not be before the first."},
	"required_without": {ZH: "缺少此项，或应填写与其二选一的项。", EN: "Give this, or the member it is an alternative to."},
	"excluded_with":    {ZH: "不能与另一项同时填写。", EN: "This does not go with another member given."},
	"excluded_without": {ZH: "缺少与此项一同填写的项。", EN: "This needs another member besides."},
}

func invalid(all validator.ValidationErrors) error {
	e := &problem.StatusError{Status: http.StatusUnprocessableEntity, Detail: registry.Text{
		ZH: "请求中有不可接受的内容，请改正下列各处。", EN: "Some values are not acceptable; correct the places named.",
	}}
	for _, f := range all {
		e.Fields = append(e.Fields, problem.Fault{Pointer: pointerTo(f.Namespace()), Detail: ruleTexts[f.Tag()]})
	}
	return e
}

// pointerTo is the JSON pointer of a validator's namespace, which begins with
// the request and its body: "ApplyRequestObject.Body.results[3].raw".
func pointerTo(namespace string) string {
	parts := strings.SplitN(namespace, ".", 3)
	return "/" + strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(parts[len(parts)-1])
}
