// Package api serves the register as JSON over HTTP, as openapi.yaml promises.
// It knows the contract and the registry's operations; it knows nothing of
// storage and decides nothing about applications, results or certificates.
package api

//go:generate go tool oapi-codegen -config oapi-codegen.yaml ../openapi.yaml
