package main

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/certreg/certreg/internal/signing"
)

// signingCommands keep the keys that proofs are signed with. A server reads
// them when it starts.
type signingCommands struct {
	List       signingListCommand       `cmd:"" help:"${help_signing_list}"`
	Rotate     signingRotateCommand     `cmd:"" help:"${help_signing_rotate}"`
	Compromise signingCompromiseCommand `cmd:"" help:"${help_signing_compromise}"`
	Wrap       signingWrapCommand       `cmd:"" help:"${help_signing_wrap}"`
	Unwrap     signingUnwrapCommand     `cmd:"" help:"${help_signing_unwrap}"`
	Rewrap     signingRewrapCommand     `cmd:"" help:"${help_signing_rewrap}"`
}

// A keysetFlags names the file of signing keys.
type keysetFlags struct {
	Data string `setting:"plain" default:"certreg-data" placeholder:"DIR" help:"${help_data}"`
	proofFlags
	kekFlags
}

// keys reads the keyset.
func (f keysetFlags) keys(p *program) (*signing.Keyset, error) {
	kek, err := f.key(p)
	if err != nil {
		return nil, err
	}
	file := f.complete(f.Data).SigningKeys
	keys, err := signing.Load(file, kek)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail("没有签名密钥文件 %[1]s（certreg serve 首次运行时生成；--data 或 --signing-keys 指定另一处）。", "there is no file of signing keys %[1]s (certreg serve makes it; --data or --signing-keys names another)", file)
	}
	if err != nil {
		return nil, unopened(file, "signing", err)
	}
	return keys, nil
}

// change changes the keys in their file.
func (f keysetFlags) change(p *program, change func(*signing.Keyset) error) error {
	keys, err := f.keys(p)
	if err != nil {
		return err
	}
	if err := change(keys); err != nil {
		return err
	}
	kek, err := f.key(p)
	if err != nil {
		return err
	}
	return keys.Save(f.complete(f.Data).SigningKeys, kek)
}

type signingListCommand struct {
	keysetFlags
	JSON bool `name:"json" help:"${help_json}"`
}

// A signingKey is a key as it is listed.
type signingKey struct {
	ID            string    `json:"id"`
	NotBefore     time.Time `json:"notBefore"`
	NotAfter      time.Time `json:"notAfter,omitzero"`
	CompromisedAt time.Time `json:"compromisedAt,omitzero"`
}

// Run lists the keys.
func (c *signingListCommand) Run(p *program) error {
	keys, err := c.keys(p)
	if err != nil {
		return err
	}
	var list []signingKey
	for _, k := range keys.Keys() {
		list = append(list, signingKey{ID: k.ID(), NotBefore: k.NotBefore, NotAfter: k.NotAfter, CompromisedAt: k.CompromisedAt})
	}
	if c.JSON {
		return p.writeJSON(list)
	}
	when := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.UTC().Format(time.RFC3339)
	}
	return p.table(func(row func(...string)) {
		for _, k := range list {
			row(k.ID, when(k.NotBefore), when(k.NotAfter), when(k.CompromisedAt))
		}
	})
}

type signingRotateCommand struct {
	keysetFlags
	In      time.Duration `default:"24h" help:"${help_signing_in}"`
	Overlap time.Duration `default:"24h" help:"${help_signing_overlap}"`
}

// Run adds a key that signs from a while ahead on.
func (c *signingRotateCommand) Run(p *program) error {
	from := p.now().Add(c.In)
	if err := c.change(p, func(keys *signing.Keyset) error { return keys.Rotate(from, c.Overlap) }); err != nil {
		return err
	}
	p.tell("新密钥自 %s 起签名；请重启各服务器，使其先行公布。", "the new key signs from %s on; restart every server, so that it is published before", from.UTC().Format(time.RFC3339))
	return nil
}

type signingCompromiseCommand struct {
	keysetFlags
	ID   string    `arg:"" help:"${help_signing_id}"`
	From time.Time `format:"2006-01-02T15:04:05Z07:00" required:"" placeholder:"TIME" help:"${help_signing_from}"`
}

// Run marks a key as lost to somebody else.
func (c *signingCompromiseCommand) Run(_ context.Context, p *program) error {
	err := c.change(p, func(keys *signing.Keyset) error {
		if err := keys.Compromise(c.ID, c.From); err != nil {
			return fail("没有密钥 %[1]s（certreg signing list 列出全部密钥）。", "there is no key %[1]s (certreg signing list tells them all)", c.ID)
		}
		if _, err := keys.Signer(p.now()); err != nil { // never leave a register that cannot sign
			return keys.Rotate(p.now(), 0)
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.tell("密钥 %s 自 %s 起的签名不再有效；请立即重启各服务器。", "signatures of key %s from %s on no longer count; restart every server now", c.ID, c.From.UTC().Format(time.RFC3339))
	return nil
}
