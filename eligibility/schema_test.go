package eligibility_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/certreg/certreg/eligibility"
)

func schema(t testing.TB, data []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(t testing.TB, s *jsonschema.Schema, data []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func TestEmbeddedEditionsAndCasesFitTheSchemas(t *testing.T) {
	rules, told := schema(t, eligibility.RuleSetSchema()), schema(t, eligibility.FactsSchema())
	names, err := filepath.Glob("rulesets/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, ".cases.json") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(t, rules, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, r := range embedded(t).RuleSets() {
		for _, k := range cases(t, r.ID()).All() {
			if err := valid(t, told, k.Facts.Canonical()); err != nil {
				t.Errorf("%s, %s: %v", r.ID(), k.Name.EN, err)
			}
		}
	}
}

func TestSchemasTakeWhatTheParsersTake(t *testing.T) {
	rules, told := schema(t, eligibility.RuleSetSchema()), schema(t, eligibility.FactsSchema())
	rapid.Check(t, func(rt *rapid.T) {
		set, _ := encoded(rt, anyRuleSet(rt))
		if err := valid(t, rules, set); err != nil {
			rt.Fatalf("%s: %v", set, err)
		}
		known, _ := encoded(rt, anyUnknowns(rt).told)
		if err := valid(t, told, known); err != nil {
			rt.Fatalf("%s: %v", known, err)
		}
	})
}
