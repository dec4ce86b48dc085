package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"
)

// TestAnyRequestHasAnAnswerOfTheContract sends requests drawn from the contract,
// some of them spoilt, by any caller and in any order: none is a fault of the
// server, and every answer is one that the contract allows.
func TestAnyRequestHasAnAnswerOfTheContract(t *testing.T) {
	o := newOffice(t)
	s := newScene(o)
	d := drawer{
		ids:    []string{s.season, s.sitting, s.centre, s.province, s.otherCentre, s.application.at("id"), s.person, anywhere},
		number: s.number,
		keys:   []string{s.chief, s.chief, s.chief, s.head, s.head, s.clerk, s.second, s.director, s.stranger, s.auditor, "nonsense", ""},
		ops:    slices.DeleteFunc(operations(t), func(op operation) bool { return !strings.HasPrefix(op.path, "/v1/") }),
	}
	good := 0
	rapid.Check(t, func(rt *rapid.T) {
		for _, c := range rapid.SliceOfN(rapid.Custom(d.call), 10, 10).Draw(rt, "calls") {
			o.log.Reset()
			a := o.serve(c)
			if a.status >= http.StatusInternalServerError {
				rt.Fatalf("%s %v: got %d\n%s\n%s", a.name, c.body, a.status, a.raw, o.log)
			}
			if err := o.breach(c, a); err != nil {
				rt.Fatalf("%s %v: %d %v\n%s", a.name, c.body, a.status, err, a.raw)
			}
			if a.status < http.StatusBadRequest {
				good++
			}
		}
	})
	if good == 0 {
		t.Error("got no request that succeeded, want some: the drawer makes nothing but nonsense")
	}
}

// TestTheEngineReadsTheFactsOfTheContract draws facts that the contract allows
// and the engine must read; only the order of two days is beyond a schema.
func TestTheEngineReadsTheFactsOfTheContract(t *testing.T) {
	o := newOffice(t)
	d := drawer{number: "2610012003300001", known: true}
	schema := document(t).Components.Schemas["Facts"].Value
	rapid.Check(t, func(rt *rapid.T) {
		facts := d.value(rt, "facts", schema)
		got := o.post("/v1/eligibility", "", object{"occupation": occupation, "facts": facts})
		if got.status != http.StatusOK && !strings.HasSuffix(got.at("errors.0.pointer"), "/to") {
			rt.Errorf("facts %v: got %d, want 200\n%s", facts, got.status, got.raw)
		}
	})
}

// A drawer draws requests from the contract.
type drawer struct {
	ids    []string
	number string
	keys   []string
	ops    []operation
	known  bool // draw no text but that which means something
}

func (d drawer) call(t *rapid.T) call {
	op := rapid.SampledFrom(d.ops).Draw(t, "operation")
	c := call{method: op.method, path: op.path, key: rapid.SampledFrom(d.keys).Draw(t, "key")}
	query := url.Values{}
	for _, ref := range append(slices.Clone(op.item.Parameters), op.spec.Parameters...) {
		p := ref.Value
		if !p.Required && rapid.Bool().Draw(t, "without "+p.Name) {
			continue
		}
		value := fmt.Sprint(d.value(t, p.Name, p.Schema.Value))
		switch p.In {
		case openapi3.ParameterInPath:
			c.path = strings.ReplaceAll(c.path, "{"+p.Name+"}", url.PathEscape(value))
		case openapi3.ParameterInQuery:
			query.Set(p.Name, value)
		case openapi3.ParameterInHeader:
			if p.Name == "If-Match" {
				c.ifMatch = rapid.SampledFrom([]string{`"1"`, `"2"`, `"3"`, `W/"1"`, value}).Draw(t, "version")
			} else {
				c.idempotency = value
			}
		}
	}
	if len(query) > 0 {
		c.path += "?" + query.Encode()
	}
	switch body := op.spec.RequestBody; {
	case body == nil:
	case body.Value.Content["application/json"] == nil || len(body.Value.Content) > 1 && rapid.Bool().Draw(t, "another media type"):
		media := rapid.SampledFrom(slices.Sorted(maps.Keys(body.Value.Content))).Draw(t, "media type")
		c.header = http.Header{"Content-Type": {media}}
		c.body = rapid.SampledFrom([]string{"number,name\n" + d.number + ",x\n", "{}", "[]", "%PDF-1.7", "PK\x03\x04", "\xff", "https://register.example/v/X"}).Draw(t, "file")
	default:
		body := d.value(t, "body", op.spec.RequestBody.Value.Content["application/json"].Schema.Value)
		if rapid.IntRange(0, 3).Draw(t, "spoil") == 0 {
			body = d.spoil(t, body)
		}
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		c.body = string(data)
	}
	return c
}

// value draws a value that the schema allows, most often one that means something here.
func (d drawer) value(t *rapid.T, name string, s *openapi3.Schema) any {
	switch {
	case len(s.OneOf) > 0:
		return d.value(t, name, rapid.SampledFrom(s.OneOf).Draw(t, name).Value)
	case len(s.Enum) > 0:
		return rapid.SampledFrom(s.Enum).Draw(t, name)
	case s.Nullable && rapid.Bool().Draw(t, name+" is null"):
		return nil
	case s.Type.Is("object"):
		members := object{}
		for _, member := range slices.Sorted(maps.Keys(s.Properties)) {
			if slices.Contains(s.Required, member) || rapid.Bool().Draw(t, "with "+member) {
				members[member] = d.value(t, member, s.Properties[member].Value)
			}
		}
		return members
	case s.Type.Is("array"):
		item := rapid.Custom(func(t *rapid.T) any {
			rapid.Bool().Draw(t, name+" follows") // an item must draw something
			return d.value(t, name, s.Items.Value)
		})
		if s.UniqueItems {
			return rapid.SliceOfNDistinct(item, 0, 3, rapid.ID).Draw(t, name)
		}
		return rapid.SliceOfN(item, int(s.MinItems), 3).Draw(t, name) //nolint:gosec // small
	case s.Type.Is("boolean"):
		return rapid.Bool().Draw(t, name)
	case s.Type.Is("integer"):
		return rapid.IntRange(int(*s.Min), int(*s.Max)).Draw(t, name)
	}
	return d.text(t, name, s)
}

func (d drawer) text(t *rapid.T, name string, s *openapi3.Schema) string {
	known := map[string][]string{
		"occupation": {occupation}, "occupationId": {occupation}, "edition": {"csm-2007", "csm-2017-vendor"}, "editionId": {"csm-2007"},
		"number": {d.number, "11010519491231002X", "E1234567"}, "component": {"theory", "skills"}, "code": {"10012005"},
	}[name]
	switch {
	case s.Format == "date":
		return rapid.SampledFrom([]string{"2025-01-01", "2025-11-21", "2026-05-15", "2026-05-20", "1900-02-28", "9999-12-31", "0001-01-01"}).Draw(t, name)
	case strings.HasPrefix(s.Pattern, "^[0-9]{4}-[0-9]{2}"):
		known = []string{"2010-06", "2015-07-01", "2020-02-29", "2030-01"}
	case strings.HasPrefix(s.Pattern, "^[a-z]") && name == "code":
		known = []string{"driving-licence"}
	case strings.HasPrefix(s.Pattern, "^[0-9a-f]{8}-"):
		known = d.ids
	}
	if len(known) > 0 && (d.known || rapid.IntRange(0, 4).Draw(t, "known "+name) > 0) {
		return rapid.SampledFrom(known).Draw(t, name)
	}
	if s.Pattern == "" {
		return rapid.String().Draw(t, name)
	}
	return rapid.StringMatching(s.Pattern).Draw(t, name)
}

// spoil replaces one value of a body by something else.
func (d drawer) spoil(t *rapid.T, v any) any {
	nonsense := []any{nil, true, 0, -1, 2.5, 1e300, "", "\x00", "'; --", strings.Repeat("长", 3000), []any{}, object{}, object{"a": object{}}}
	members, ok := v.(object)
	if !ok || len(members) == 0 || rapid.IntRange(0, 3).Draw(t, "here") == 0 {
		return rapid.SampledFrom(nonsense).Draw(t, "nonsense")
	}
	member := rapid.SampledFrom(slices.Sorted(maps.Keys(members))).Draw(t, "member")
	spoilt := maps.Clone(members)
	spoilt[member] = d.spoil(t, members[member])
	return spoilt
}
