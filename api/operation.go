package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/certreg/certreg"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

// Health serves GET /healthz.
func (s *server) Health(context.Context, HealthRequestObject) (HealthResponseObject, error) {
	return Health200JSONResponse{Status: Ok}, nil
}

// Ready serves GET /readyz.
func (s *server) Ready(ctx context.Context, _ ReadyRequestObject) (ReadyResponseObject, error) {
	if err := s.reg.Ready(ctx); err != nil {
		return nil, fmt.Errorf("ready: %w", notReadyError{err})
	}
	return Ready200JSONResponse{Status: Ok}, nil
}

// A notReadyError makes whatever keeps the register from being read or changed a 503.
type notReadyError struct{ cause error }

// Error is the cause, for the log.
func (e notReadyError) Error() string { return e.cause.Error() }

// Unwrap makes the answer a 503.
func (e notReadyError) Unwrap() error {
	return &problem.StatusError{Status: http.StatusServiceUnavailable, Detail: registry.Text{
		ZH: "目前无法读取登记数据，或系统已暂停发证；原因见服务器日志。", EN: "The register cannot be read at present, or is on hold; the log of the server says why.",
	}}
}

// Contract serves GET /openapi.yaml.
func (s *server) Contract(context.Context, ContractRequestObject) (ContractResponseObject, error) {
	text := certreg.OpenAPI()
	return Contract200ApplicationyamlResponse{Body: strings.NewReader(text), ContentLength: int64(len(text))}, nil
}
