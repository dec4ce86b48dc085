package main

import (
	"context"
	"fmt"
	"time"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// keyCommands are the commands on API keys.
type keyCommands struct {
	Create keyCreateCommand `cmd:"" help:"${help_key_create}"`
	List   keyListCommand   `cmd:"" help:"${help_key_list}"`
	Revoke keyRevokeCommand `cmd:"" help:"${help_key_revoke}"`
}

// A keyCreateCommand makes a key.
type keyCreateCommand struct {
	registerFlags
	Body    string     `required:"" placeholder:"CODE" help:"${help_key_body}"`
	Role    string     `required:"" enum:"national,province,centre-manager,centre-clerk,auditor" placeholder:"ROLE" help:"${help_key_role}"`
	Subject string     `required:"" placeholder:"NAME" help:"${help_key_subject}"`
	Expires civil.Date `placeholder:"YYYY-MM-DD" help:"${help_key_expires}"`
	JSON    bool       `name:"json" help:"${help_json}"`
}

// A keyLine is what is told of a key.
type keyLine struct {
	ID        string        `json:"id"`
	Body      string        `json:"body"`
	Role      registry.Role `json:"role"`
	Subject   string        `json:"subject"`
	CreatedAt time.Time     `json:"createdAt"`
	ExpiresOn string        `json:"expiresOn,omitempty"`
	RevokedAt *time.Time    `json:"revokedAt,omitempty"`
	Token     string        `json:"token,omitempty"`
}

func newKeyLine(k registry.Key, token string) keyLine {
	line := keyLine{ID: k.ID, Body: k.Body, Role: k.Role, Subject: k.Subject, CreatedAt: k.CreatedAt, ExpiresOn: k.ExpiresOn.String(), Token: token}
	if !k.RevokedAt.IsZero() {
		line.RevokedAt = &k.RevokedAt
	}
	return line
}

// Run makes the key and prints its token.
func (c *keyCreateCommand) Run(ctx context.Context, p *program) error {
	return c.use(ctx, p, func(reg *register) error {
		b, err := reg.body(ctx, p.operator(), c.Body)
		if err != nil {
			return err
		}
		k, token, err := reg.CreateKey(ctx, p.operator(), registry.NewKey{Body: b.ID, Role: registry.Role(c.Role), Subject: c.Subject, ExpiresOn: c.Expires})
		if err != nil {
			return err
		}
		if c.JSON {
			return p.writeJSON(newKeyLine(k, token))
		}
		p.sayf(p.stderr, "%s\n", say("密钥 %s 只显示这一次：", "key %s is shown this once:", k.ID).In(p.lang))
		_, err = fmt.Fprintln(p.stdout, token)
		return err
	})
}

// A keyListCommand lists the keys.
type keyListCommand struct {
	registerFlags
	JSON bool `name:"json" help:"${help_json}"`
}

// Run lists the keys, those in force and those that are not.
func (c *keyListCommand) Run(ctx context.Context, p *program) error {
	return c.use(ctx, p, func(reg *register) error {
		lines, codes := []keyLine{}, map[string]string{}
		for b, err := range reg.bodies(ctx, p.operator()) {
			if err != nil {
				return err
			}
			codes[b.ID] = string(b.Code)
		}
		for page := (registry.Page{Limit: registry.MaxPage}); ; {
			keys, next, err := reg.Keys(ctx, p.operator(), page)
			if err != nil {
				return err
			}
			for _, k := range keys {
				lines = append(lines, newKeyLine(k, ""))
			}
			if page.After = next; next == "" {
				break
			}
		}
		if c.JSON {
			return p.writeJSON(lines)
		}
		return p.table(func(row func(...string)) {
			for _, l := range lines {
				state := say("有效", "in force").In(p.lang)
				if l.RevokedAt != nil {
					state = say("已撤销", "revoked").In(p.lang)
				}
				row(l.ID, codes[l.Body], string(l.Role), l.Subject, state, l.ExpiresOn)
			}
		})
	})
}

// A keyRevokeCommand ends a key.
type keyRevokeCommand struct {
	registerFlags
	ID string `arg:"" help:"${help_key_id}"`
}

// Run revokes the key.
func (c *keyRevokeCommand) Run(ctx context.Context, p *program) error {
	return c.use(ctx, p, func(reg *register) error {
		if err := reg.RevokeKey(ctx, p.operator(), c.ID); err != nil {
			return err
		}
		p.tell("密钥 %s 已撤销。", "key %s is revoked", c.ID)
		return nil
	})
}
