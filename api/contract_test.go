package api_test

import (
	"cmp"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/certreg/certreg"
	"github.com/certreg/certreg/registry"
)

// An operation is one operation of the contract.
type operation struct {
	id, method, path string
	spec             *openapi3.Operation
	item             *openapi3.PathItem
}

// operations lists the operations of the contract, by path and method.
func operations(t testing.TB) []operation {
	t.Helper()
	doc := document(t)
	var all []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			all = append(all, operation{id: op.OperationID, method: method, path: path, spec: op, item: item})
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method)) })
	return all
}

func document(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(certreg.OpenAPI()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func queryEscape(s string) string { return url.QueryEscape(s) }

func TestContractIsValid(t *testing.T) {
	doc := document(t)
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
	if doc.Info.Version != certreg.Version {
		t.Errorf("version: got %s in the contract, want %s as in the program", doc.Info.Version, certreg.Version)
	}
}

// TestRefusalsAreCodesOfTheRegistry is one half of holding refusals to the
// contract; the other is that every refusal a test sees must stand in it.
func TestRefusalsAreCodesOfTheRegistry(t *testing.T) {
	named := regexp.MustCompile("`([a-z]+(?:-[a-z]+)+)`")
	for _, op := range operations(t) {
		_, refusals, _ := strings.Cut(op.spec.Description, "Refusals:")
		for _, m := range named.FindAllStringSubmatch(refusals, -1) {
			if registry.Code(m[1]).Kind() == nil {
				t.Errorf("%s: got the refusal %s, want codes of the registry", op.id, m[1])
			}
		}
	}
}

func TestEnumsAreThoseOfTheRegistry(t *testing.T) {
	schemas := document(t).Components.Schemas
	for name, want := range map[string][]string{
		"Role":              texts(registry.Roles()),
		"DocumentKind":      texts(registry.DocumentKinds()),
		"ApplicationStatus": texts(registry.ApplicationStatuses()),
		"CertificateStatus": texts(registry.CertificateStatuses()),
	} {
		var got []string
		for _, v := range schemas[name].Value.Enum {
			s, _ := v.(string)
			got = append(got, s)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	for _, kind := range []registry.StatusKind{registry.Suspend, registry.Lift, registry.Withdraw, registry.Cancel} {
		for _, reason := range registry.StatusReasons(kind) {
			if !strings.Contains(schemas["NewStatusChange"].Value.Description, "`"+reason+"`") {
				t.Errorf("NewStatusChange does not name the reason %s of %s", reason, kind)
			}
		}
	}
}

func texts[S ~string](values []S) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

// TestRequestsAreClosed holds every request body to refusing unknown members
// and every string in it, and every parameter, to a limit.
func TestRequestsAreClosed(t *testing.T) {
	for _, op := range operations(t) {
		for _, p := range append(slices.Clone(op.spec.Parameters), op.item.Parameters...) {
			closed(t, op.id+" "+p.Value.Name, p.Value.Schema.Value)
		}
		if body := op.spec.RequestBody; body != nil && body.Value.Content["application/json"] != nil {
			closed(t, op.id, body.Value.Content["application/json"].Schema.Value)
		}
	}
}

func closed(t *testing.T, at string, s *openapi3.Schema) {
	t.Helper()
	switch {
	case s.Extensions["x-closed-by"] != nil: // a reader of its own, with its own tests
	case s.Type.Is("object"):
		if s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has {
			t.Errorf("%s: got an open object, want additionalProperties: false", at)
		}
		for name, p := range s.Properties {
			closed(t, at+"/"+name, p.Value)
		}
	case s.Type.Is("array"):
		if s.MaxItems == nil {
			t.Errorf("%s: got an array without maxItems", at)
		}
		closed(t, at+"/0", s.Items.Value)
	case s.Type.Is("string"):
		if s.MaxLength == nil && len(s.Enum) == 0 && s.Format != "date" {
			t.Errorf("%s: got a string without maxLength", at)
		}
	case s.Type.Is("integer"):
		if s.Min == nil || s.Max == nil {
			t.Errorf("%s: got an integer without bounds", at)
		}
	}
}

// TestGeneratedCodeIsUpToDate makes the server from the contract again.
func TestGeneratedCodeIsUpToDate(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the generator")
	}
	out := filepath.Join(t.TempDir(), "openapi.gen.go")
	cmd := exec.CommandContext(t.Context(), "go", "tool", "oapi-codegen", "-config", "oapi-codegen.yaml", "-o", out, "../openapi.yaml")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("oapi-codegen: %v\n%s", err, text)
	}
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("openapi.gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("openapi.gen.go is not what openapi.yaml makes; run go generate ./api")
	}
}
