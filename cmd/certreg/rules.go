package main

import (
	"errors"
	"os"
	"strings"

	"github.com/certreg/certreg/eligibility"
)

// rulesCommands check editions of the conditions and the cases beside them.
type rulesCommands struct {
	Lint   rulesLintCommand   `cmd:"" help:"${help_rules_lint}"`
	Test   rulesTestCommand   `cmd:"" help:"${help_rules_test}"`
	Mutate rulesMutateCommand `cmd:"" help:"${help_rules_mutate}"`
	Diff   rulesDiffCommand   `cmd:"" help:"${help_rules_diff}"`
	Show   rulesShowCommand   `cmd:"" help:"${help_rules_show}"`
}

// A rulesFlags names editions: embedded ones by id, others by file. The cases
// of FILE.json are looked for in FILE.cases.json.
type rulesFlags struct {
	Editions []string `arg:"" optional:"" name:"edition" help:"${help_rules_edition}"`
	JSON     bool     `name:"json" help:"${help_json}"`
}

// A namedEdition is a rule set with its cases, from the program or from files.
type namedEdition struct {
	name  string
	lint  func() []eligibility.Lint
	parse func() (*eligibility.RuleSet, *eligibility.Cases, error)
}

// editions finds the editions named, or every embedded one.
func (f rulesFlags) editions() ([]namedEdition, error) {
	library, err := eligibility.Embedded()
	if err != nil {
		return nil, err
	}
	names := f.Editions
	if len(names) == 0 {
		for _, set := range library.RuleSets() {
			names = append(names, set.ID())
		}
	}
	list := make([]namedEdition, len(names))
	for i, name := range names {
		if set, ok := library.ByID(name); ok {
			list[i], err = embeddedEdition(set)
		} else {
			list[i], err = fileEdition(name)
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

func embeddedEdition(set *eligibility.RuleSet) (namedEdition, error) {
	cases, _, err := eligibility.CasesOf(set.ID())
	return namedEdition{
		name: set.ID(),
		lint: func() []eligibility.Lint { return set.Lint(cases) },
		parse: func() (*eligibility.RuleSet, *eligibility.Cases, error) {
			return set, cases, withCases(set.ID(), cases != nil)
		},
	}, err
}

func fileEdition(name string) (namedEdition, error) {
	ruleset, err := os.ReadFile(name)
	if err != nil {
		return namedEdition{}, fail("%[1]s 既不是内置版本，也无法作为文件读取：%[2]v", "%[1]s is no embedded edition and cannot be read as a file: %[2]v", name, errors.Unwrap(err))
	}
	cases, err := os.ReadFile(strings.TrimSuffix(name, ".json") + ".cases.json")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return namedEdition{}, err
	}
	return namedEdition{
		name: name,
		lint: func() []eligibility.Lint { return eligibility.LintFile(ruleset, cases) },
		parse: func() (*eligibility.RuleSet, *eligibility.Cases, error) {
			set, err := eligibility.ParseRuleSet(ruleset)
			if err != nil {
				return nil, nil, err
			}
			if err := withCases(name, cases != nil); err != nil {
				return nil, nil, err
			}
			parsed, err := eligibility.ParseCases(cases)
			return set, parsed, err
		},
	}, nil
}

// withCases refuses an edition that has no cases to be tested with.
func withCases(name string, has bool) error {
	if has {
		return nil
	}
	return fail("%[1]s 没有用例。", "%[1]s has no cases", name)
}

type rulesLintCommand struct{ rulesFlags }

// A lintResult is a finding in JSON.
type lintResult struct {
	Edition  string `json:"edition"`
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Pointer  string `json:"pointer"`
	Message  string `json:"message"`
}

// Run prints what should be looked at. It fails when there is a fault.
func (c *rulesLintCommand) Run(p *program) error {
	editions, err := c.editions()
	if err != nil {
		return err
	}
	found, faults := []lintResult{}, 0
	for _, e := range editions {
		for _, l := range e.lint() {
			if l.Severity == eligibility.Fault {
				faults++
			}
			found = append(found, lintResult{e.name, l.Code, l.Severity.String(), l.Pointer, l.Message.In(p.lang)})
		}
	}
	if c.JSON {
		err = p.writeJSON(found)
	} else {
		for _, l := range found {
			p.sayf(p.stdout, "%s: %s: %s: %s: %s\n", l.Edition, l.Severity, l.Code, l.Pointer, l.Message)
		}
		p.tell("检查 %d 个版本，提示 %d 条，其中错误 %d 条。", "looked at %d editions: %d findings, %d of them faults", len(editions), len(found), faults)
	}
	if err == nil && faults > 0 {
		return errSaid
	}
	return err
}

type rulesTestCommand struct{ rulesFlags }

// A testResult is how an edition answers its cases, in JSON.
type testResult struct {
	Edition  string       `json:"edition"`
	Cases    int          `json:"cases"`
	Failures []failedCase `json:"failures"`
}

type failedCase struct {
	Name string `json:"name"`
	Got  string `json:"got"`
	Want string `json:"want"`
}

// Run runs the cases beside each edition. It fails when one comes out otherwise.
func (c *rulesTestCommand) Run(p *program) error {
	editions, err := c.editions()
	if err != nil {
		return err
	}
	results := make([]testResult, len(editions))
	failed := false
	for i, e := range editions {
		set, cases, err := e.parse()
		if err != nil {
			return err
		}
		results[i] = testResult{Edition: e.name, Cases: len(cases.All()), Failures: []failedCase{}}
		for _, f := range cases.Run(set) {
			failed = true
			results[i].Failures = append(results[i].Failures, failedCase{f.Case.Name.In(p.lang), f.Got.String(), f.Case.Want.String()})
		}
	}
	if c.JSON {
		err = p.writeJSON(results)
	} else {
		for _, r := range results {
			for _, f := range r.Failures {
				p.sayf(p.stdout, "%s: %s\n  got  %s\n  want %s\n", r.Edition, f.Name, f.Got, f.Want)
			}
			p.tell("%s：用例 %d 个，不符 %d 个", "%s: %d cases, %d failed", r.Edition, r.Cases, len(r.Failures))
		}
	}
	if err == nil && failed {
		return errSaid
	}
	return err
}

type rulesMutateCommand struct{ rulesFlags }

// A mutateResult is which small mistakes the cases do not notice, in JSON.
type mutateResult struct {
	Edition   string     `json:"edition"`
	Mutations int        `json:"mutations"`
	Survivors []survivor `json:"survivors"`
}

type survivor struct {
	Pointer string `json:"pointer"`
	Change  string `json:"change"`
}

// Run puts small mistakes into each edition. It fails when one goes unnoticed.
func (c *rulesMutateCommand) Run(p *program) error {
	editions, err := c.editions()
	if err != nil {
		return err
	}
	results := make([]mutateResult, len(editions))
	survived := false
	for i, e := range editions {
		set, cases, err := e.parse()
		if err != nil {
			return err
		}
		results[i] = mutateResult{Edition: e.name, Mutations: len(set.Mutations()), Survivors: []survivor{}}
		for _, m := range cases.Survivors(set) {
			survived = true
			results[i].Survivors = append(results[i].Survivors, survivor{m.Pointer, m.Change.In(p.lang)})
		}
		if !c.JSON {
			p.printMutations(results[i])
		}
	}
	if c.JSON {
		err = p.writeJSON(results)
	}
	if err == nil && survived {
		return errSaid
	}
	return err
}

func (p *program) printMutations(r mutateResult) {
	for _, s := range r.Survivors {
		p.sayf(p.stdout, "%s: %s: %s\n", r.Edition, s.Pointer, s.Change)
	}
	p.tell("%s：变异 %d 处，%d 处没有用例发现", "%s: %d mutations, %d noticed by no case", r.Edition, r.Mutations, len(r.Survivors))
}
