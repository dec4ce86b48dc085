package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/certreg/certreg/registry"
)

const requestIDHeader = "X-Request-Id"

// passedOn is the form of request identifiers taken over from a proxy. It is
// narrow so that nothing about a person can stand there.
var passedOn = regexp.MustCompile(`^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// identify gives the request its identifier and the headers every answer has.
func identify(c *gin.Context) {
	id := c.GetHeader(requestIDHeader)
	if !passedOn.MatchString(id) {
		raw := make([]byte, 16)
		_, _ = rand.Read(raw) // never fails (Go 1.24)
		id = hex.EncodeToString(raw)
	}
	h := c.Writer.Header()
	h.Set(requestIDHeader, id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	c.Next()
}

func requestID(c *gin.Context) string { return c.Writer.Header().Get(requestIDHeader) }

type callerKey struct{}

// callerOf returns who is calling; a Caller without a role, who may do nothing
// but be noted, when an operation is public.
func callerOf(ctx context.Context) registry.Caller {
	by, _ := ctx.Value(callerKey{}).(registry.Caller)
	return by
}

// identifyCaller finds out who is calling. It reports [registry.Unauthenticated]
// where the operation asks for a key.
func (g gate) identifyCaller(c *gin.Context, r route) (err error) {
	ctx := c.Request.Context()
	var by registry.Caller
	if !r.public() {
		if by, err = g.reg.Authenticate(ctx, bearer(c.Request.Header)); err != nil {
			return err
		}
	}
	by.From, by.RequestID = g.clients.Address(c.Request), requestID(c)
	c.Request = c.Request.WithContext(context.WithValue(ctx, callerKey{}, by))
	return nil
}

// bearer is the token of the Authorization header, or "".
func bearer(h http.Header) string {
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
