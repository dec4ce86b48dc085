package main

import (
	"context"

	"github.com/certreg/certreg/registry"
)

// bodyCommands are the commands on bodies.
type bodyCommands struct {
	Add  bodyAddCommand  `cmd:"" help:"${help_body_add}"`
	List bodyListCommand `cmd:"" help:"${help_body_list}"`
}

// A bodyAddCommand enters a body.
type bodyAddCommand struct {
	registerFlags
	Kind   string `required:"" enum:"national,province,centre" placeholder:"KIND" help:"${help_body_kind}"`
	Code   string `required:"" placeholder:"CODE" help:"${help_body_code}"`
	Name   string `required:"" placeholder:"NAME" help:"${help_body_name}"`
	NameEN string `name:"name-en" placeholder:"NAME" help:"${help_body_name_en}"`
	Parent string `placeholder:"CODE" help:"${help_body_parent}"`
	JSON   bool   `name:"json" help:"${help_json}"`
}

// A bodyLine is what is told of a body.
type bodyLine struct {
	ID     string            `json:"id"`
	Parent string            `json:"parent,omitempty"`
	Kind   registry.BodyKind `json:"kind"`
	Code   string            `json:"code"`
	Name   bodyName          `json:"name"`
}

type bodyName struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// in is the name in a language; many bodies have a Chinese one only.
func (n bodyName) in(lang string) string {
	if name := registry.Text(n).In(lang); name != "" {
		return name
	}
	return n.ZH
}

func newBodyLine(b registry.Body) bodyLine {
	return bodyLine{ID: b.ID, Parent: b.Parent, Kind: b.Kind, Code: string(b.Code), Name: bodyName(b.Name)}
}

// Run enters the body. It makes a register where there is none: the first body begins one.
func (c *bodyAddCommand) Run(ctx context.Context, p *program) error {
	return c.with(ctx, p, orNew, func(reg *register) error {
		in := registry.NewBody{Kind: registry.BodyKind(c.Kind), Code: c.Code, Name: registry.Text{ZH: c.Name, EN: c.NameEN}}
		if c.Parent != "" {
			parent, err := reg.body(ctx, p.operator(), c.Parent)
			if err != nil {
				return err
			}
			in.Parent = parent.ID
		}
		b, err := reg.AddBody(ctx, p.operator(), in)
		if err != nil {
			return err
		}
		if c.JSON {
			return p.writeJSON(newBodyLine(b))
		}
		p.tell("已登记 %s：%s", "added %s: %s", b.Code, b.ID)
		return nil
	})
}

// A bodyListCommand lists the bodies.
type bodyListCommand struct {
	registerFlags
	JSON bool `name:"json" help:"${help_json}"`
}

// Run lists the bodies in the order they were entered.
func (c *bodyListCommand) Run(ctx context.Context, p *program) error {
	return c.use(ctx, p, func(reg *register) error {
		lines := []bodyLine{}
		for b, err := range reg.bodies(ctx, p.operator()) {
			if err != nil {
				return err
			}
			lines = append(lines, newBodyLine(b))
		}
		if c.JSON {
			return p.writeJSON(lines)
		}
		return p.table(func(row func(...string)) {
			for _, l := range lines {
				row(l.Code, string(l.Kind), l.Name.in(p.lang), l.ID)
			}
		})
	})
}
