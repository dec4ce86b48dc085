// Package certreg is the root of the module. It holds what must be embedded from
// here, the API contract, and the version that goes with it. It knows nothing of
// the rest of the program.
package certreg

import _ "embed"

// Version is the version of the program and of its API contract (SemVer). It
// changes with every change of either.
const Version = "0.1.0"

//go:embed openapi.yaml
var openAPI string

// OpenAPI is the API contract, an OpenAPI 3.0.3 document in YAML.
func OpenAPI() string { return openAPI }
