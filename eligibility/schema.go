package eligibility

import (
	_ "embed"
	"slices"
)

//go:embed schema/facts.json
var factsSchema []byte

//go:embed schema/ruleset.json
var ruleSetSchema []byte

// FactsSchema returns the JSON Schema of facts. It describes their form; that
// days exist and spells end after they begin is for [ParseFacts].
func FactsSchema() []byte { return slices.Clone(factsSchema) }

// RuleSetSchema returns the JSON Schema of rule sets. It describes their form;
// that names and periods are there is for [ParseRuleSet].
func RuleSetSchema() []byte { return slices.Clone(ruleSetSchema) }
