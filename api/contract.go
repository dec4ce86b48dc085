package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/certreg/certreg"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/client"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

// A contract is openapi.yaml, ready to check requests against.
type contract struct {
	routes map[string]route        // by method and route as gin writes it
	quotas map[string]client.Quota // by name
}

// A route is an operation of the contract, with what its extensions say.
type route struct {
	*routers.Route
	maxBody int64  // x-max-body, bytes; 0 where the server's own limit holds
	limit   string // x-rate-limit, the name of a quota; "" for none
}

func loadContract() (contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(certreg.OpenAPI()))
	if err != nil {
		return contract{}, err
	}
	routes := map[string]route{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			maxBody, _ := op.Extensions["x-max-body"].(float64)
			limit, _ := op.Extensions["x-rate-limit"].(string)
			routes[method+" "+ginPath(path)] = route{
				Route:   &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op},
				maxBody: int64(maxBody),
				limit:   limit,
			}
		}
	}
	return contract{routes: routes, quotas: quotasOf(doc)}, nil
}

// quotasOf reads x-rate-limits.
func quotasOf(doc *openapi3.T) map[string]client.Quota {
	quotas := map[string]client.Quota{}
	all, _ := doc.Extensions["x-rate-limits"].(map[string]any)
	for name, v := range all {
		values, _ := v.(map[string]any)
		burst, _ := values["burst"].(float64)
		perMinute, _ := values["perMinute"].(float64)
		quotas[name] = client.Quota{Burst: int(burst), PerMinute: int(perMinute)}
	}
	return quotas
}

// ginPath is /a/{b} as gin writes it: /a/:b.
func ginPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// public reports whether an operation needs no key.
func (r route) public() bool {
	return r.Operation.Security != nil && len(*r.Operation.Security) == 0
}

// options are those of every check. Days are read as the register reads them:
// the library's own pattern lets 30 February pass.
var options = &openapi3filter.Options{
	AuthenticationFunc:  openapi3filter.NoopAuthenticationFunc, // done before
	MultiError:          true,
	SkipSettingDefaults: true,
	SchemaValidationOptions: []openapi3.SchemaValidationOption{
		openapi3.WithStringFormatValidator("date", openapi3.NewCallbackValidator(func(s string) error {
			_, err := civil.ParseDate(s)
			return err
		})),
	},
}

// check refuses a request that the contract does not allow. Bodies other than
// JSON are for the operation to read.
func (r route) check(req *http.Request, path map[string]string, json bool) error {
	if err := checkQuery(req.URL, r.Route); err != nil {
		return err
	}
	o := *options
	o.ExcludeRequestBody = !json
	in := &openapi3filter.RequestValidationInput{Request: req, PathParams: path, QueryParams: req.URL.Query(), Route: r.Route, Options: &o}
	err := openapi3filter.ValidateRequest(req.Context(), in)
	if err == nil {
		return nil
	}
	all, ok := errors.AsType[openapi3.MultiError](err)
	if !ok {
		return fmt.Errorf("check against the contract: %w", err)
	}
	var v violations
	for _, e := range all {
		v.add(e)
	}
	return v.err()
}

// checkQuery refuses parameters that the operation does not know, which would
// otherwise quietly not count, and those given twice.
func checkQuery(u *url.URL, route *routers.Route) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return unreadableBody("查询参数无法读取。", "The query cannot be read.")
	}
	var faults []problem.Fault
	for name, values := range query {
		known := route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) != nil
		switch {
		case !known:
			faults = append(faults, problem.Fault{Parameter: clip(name), Detail: registry.Text{ZH: "没有这个参数。", EN: "There is no such parameter."}})
		case len(values) > 1:
			faults = append(faults, problem.Fault{Parameter: name, Detail: registry.Text{ZH: "参数重复。", EN: "This parameter stands here twice."}})
		}
	}
	if len(faults) == 0 {
		return nil
	}
	slices.SortFunc(faults, func(a, b problem.Fault) int { return strings.Compare(a.Parameter, b.Parameter) })
	return unreadableBody("查询参数有误。", "The query has faults.", faults...)
}

// violations collects what a request has against it.
type violations struct {
	faults       []problem.Fault
	unreadable   bool // a wrong type or an unknown member is among them
	precondition bool // If-Match is missing
}

// maxFaults is how many faults are told at once.
const maxFaults = 50

func (v *violations) add(err error) {
	e, ok := errors.AsType[*openapi3filter.RequestError](err)
	if !ok {
		v.note(problem.Fault{Detail: faultTexts[""]})
		return
	}
	if p := e.Parameter; p != nil {
		v.precondition = v.precondition || (p.Name == "If-Match" && errors.Is(e.Err, openapi3filter.ErrInvalidRequired))
		field := ""
		if s, ok := errors.AsType[*openapi3.SchemaError](e.Err); ok {
			field = s.SchemaField
		}
		v.note(problem.Fault{Parameter: p.Name, Detail: faultText(field, p.Schema.Value)})
		return
	}
	v.body(e.Err)
}

// body notes what a schema has against a body.
func (v *violations) body(err error) {
	if all, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // the tree is walked, not searched
		for _, e := range all {
			v.body(e)
		}
		return
	}
	s, ok := errors.AsType[*openapi3.SchemaError](err)
	if !ok {
		v.unreadable = true
		v.note(problem.Fault{Detail: faultTexts[""]})
		return
	}
	at := ""
	for _, token := range s.JSONPointer() {
		at += "/" + escapePointer(token)
	}
	switch s.SchemaField {
	case "properties":
		v.unreadable = true
		v.unknown(at, s)
		return
	case "type", "nullable":
		v.unreadable = true
	}
	v.note(problem.Fault{Pointer: clip(at), Detail: faultText(s.SchemaField, s.Schema)})
}

// unknown notes the members of an object that its schema does not have. The
// library reports each of them with the whole object.
func (v *violations) unknown(at string, s *openapi3.SchemaError) {
	object, _ := s.Value.(map[string]any)
	for name := range object {
		if _, ok := s.Schema.Properties[name]; !ok {
			v.note(problem.Fault{Pointer: clip(at + "/" + escapePointer(name)), Detail: faultTexts["properties"]})
		}
	}
}

func (v *violations) note(f problem.Fault) {
	if len(v.faults) < maxFaults && !slices.Contains(v.faults, f) {
		v.faults = append(v.faults, f)
	}
}

func (v *violations) err() error {
	slices.SortStableFunc(v.faults, func(a, b problem.Fault) int { return strings.Compare(a.Pointer, b.Pointer) })
	e := &problem.StatusError{Fields: v.faults}
	switch {
	case v.precondition:
		e.Status = http.StatusPreconditionRequired
		e.Detail = registry.Text{ZH: "修改前请读取记录，并以其 ETag 作为 If-Match。", EN: "Read the record first and send its ETag as If-Match."}
	case v.unreadable:
		e.Status = http.StatusBadRequest
		e.Detail = registry.Text{ZH: "请求有未知的字段或类型不符的内容。", EN: "The request has unknown members or values of the wrong type."}
	default:
		e.Status = http.StatusUnprocessableEntity
		e.Detail = registry.Text{ZH: "请求中有不可接受的内容，请改正下列各处。", EN: "Some values are not acceptable; correct the places named."}
	}
	return e
}
