package main

import (
	"fmt"
	"time"

	"cel.dev/cel-go/cel"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// condition is level 2 of csm-2007 as a rules engine states it, on years and
// flags somebody else has already worked out from the dates. It is valid in
// both expression languages.
const condition = `run >= 13 ` +
	`|| (cert3 && (runCert >= 5 || (runCert >= 4 && trained))) ` +
	`|| (bachelor && runDiploma >= 5) ` +
	`|| (bachelor && cert3 && (runCert >= 4 || (runCert >= 3 && trained))) ` +
	`|| (master && runMaster >= 2)`

// derived works the years and flags out, which is most of the work.
func derived(p *person, day time.Time) map[string]any {
	years := func(anchor time.Time) int {
		n := 0
		for n < 20 && p.worked(n+1, anchor, day) {
			n++
		}
		return n
	}
	var bachelor, master, held time.Time
	trained := false
	for _, e := range p.education {
		if e.awarded.After(day) {
			continue
		}
		if e.rung >= 3 && e.fits && (bachelor.IsZero() || e.awarded.Before(bachelor)) {
			bachelor = e.awarded
		}
		if e.rung >= 4 && (master.IsZero() || e.awarded.Before(master)) {
			master = e.awarded
		}
	}
	for _, c := range p.certificates {
		if c.level == 3 && c.own && !c.issued.After(day) && (held.IsZero() || c.issued.Before(held)) {
			held = c.issued
		}
	}
	for _, t := range p.training {
		trained = trained || t.level == 2 && t.hours >= 140 && t.passed && !t.completed.After(day)
	}
	return map[string]any{
		"run": years(time.Time{}), "runCert": years(held), "runDiploma": years(bachelor), "runMaster": years(master),
		"cert3": !held.IsZero(), "bachelor": !bachelor.IsZero(), "master": !master.IsZero(), "trained": trained,
	}
}

// compileCEL compiles the condition for cel-go.
func compileCEL() (cel.Program, error) {
	var vars []cel.EnvOption
	for _, name := range []string{"run", "runCert", "runDiploma", "runMaster"} {
		vars = append(vars, cel.Variable(name, cel.IntType))
	}
	for _, name := range []string{"cert3", "bachelor", "master", "trained"} {
		vars = append(vars, cel.Variable(name, cel.BoolType))
	}
	env, err := cel.NewEnv(vars...)
	if err != nil {
		return nil, err
	}
	ast, issues := env.Compile(condition)
	if err := issues.Err(); err != nil {
		return nil, err
	}
	return env.Program(ast, cel.EvalOptions(cel.OptOptimize))
}

// compileExpr compiles the condition for expr.
func compileExpr(example map[string]any) (*vm.Program, error) {
	return expr.Compile(condition, expr.Env(example), expr.AsBool())
}

// boolean reports what an engine made of the condition.
func boolean(v any, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if !ok {
		return false, fmt.Errorf("got %T, want a boolean", v)
	}
	return b, nil
}
