package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/schollz/progressbar/v3"

	"github.com/certreg/certreg/internal/vault"
)

// vaultCommands keep the keys that personal data is encrypted under.
type vaultCommands struct {
	Rotate vaultRotateCommand `cmd:"" help:"${help_vault_rotate}"`
	Reseal vaultResealCommand `cmd:"" help:"${help_vault_reseal}"`
	Retire vaultRetireCommand `cmd:"" help:"${help_vault_retire}"`
	Wrap   vaultWrapCommand   `cmd:"" help:"${help_vault_wrap}"`
	Unwrap vaultUnwrapCommand `cmd:"" help:"${help_vault_unwrap}"`
	Rewrap vaultRewrapCommand `cmd:"" help:"${help_vault_rewrap}"`
}

// changeVault changes the keys in their file, and tells which that is.
func (f registerFlags) changeVault(p *program, change func(*vault.Keyset) error) (file string, err error) {
	kek, err := f.key(p)
	if err != nil {
		return "", err
	}
	file = f.complete().Keys
	keys, err := vault.Load(file, kek)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fail("没有密钥文件 %[1]s（--data 或 --keys 指定另一处）。", "there is no key file %[1]s (--data or --keys names another)", file)
	}
	if err != nil {
		return "", unopened(file, "vault", err)
	}
	if err := change(keys); err != nil {
		return "", err
	}
	return file, keys.Save(file, kek)
}

type vaultRotateCommand struct{ registerFlags }

// Run adds fresh keys, with which everything is encrypted from now on.
func (c *vaultRotateCommand) Run(p *program) error {
	file, err := c.changeVault(p, (*vault.Keyset).Rotate)
	if err != nil {
		return err
	}
	p.tell("已加入新密钥；请把 %s 交给每台服务器并重启，然后运行 certreg vault reseal。", "fresh keys are added; give %s to every server, restart them, then run certreg vault reseal", file)
	return nil
}

type vaultResealCommand struct{ registerFlags }

// Run encrypts again what older keys encrypted.
func (c *vaultResealCommand) Run(ctx context.Context, p *program) error {
	return c.use(ctx, p, func(reg *register) error {
		bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(p.stderr), progressbar.OptionShowCount(), progressbar.OptionSetDescription(say("重新加密", "reseal").In(p.lang)))
		n, err := reg.store.Reseal(ctx, func(done int) { _ = bar.Set(done) }) // a bar that cannot be drawn stops nothing
		p.sayf(p.stderr, "\n")
		if err != nil {
			return err
		}
		p.tell("重新加密 %d 处。", "encrypted %d values again", n)
		return nil
	})
}

type vaultRetireCommand struct{ registerFlags }

// Run drops the older keys, once nothing is encrypted under them any more.
func (c *vaultRetireCommand) Run(ctx context.Context, p *program) error {
	file, err := c.changeVault(p, func(keys *vault.Keyset) error {
		if err := c.use(ctx, p, func(reg *register) error { return nothingLeft(ctx, reg) }); err != nil {
			return err
		}
		return keys.Retire()
	})
	if err != nil {
		return err
	}
	p.tell("旧密钥已删除；请把 %s 交给每台服务器。", "the older keys are dropped; give %s to every server", file)
	return nil
}

// nothingLeft refuses to go on while older keys still encrypt anything.
func nothingLeft(ctx context.Context, reg *register) error {
	n, err := reg.store.Reseal(ctx, nil)
	if err == nil && n > 0 {
		return fail("刚才还有 %d 处由旧密钥加密：可能仍有服务器在用旧密钥。请重启全部服务器后再试。", "%d values were still encrypted under older keys: a server may still use them; restart every server and try again", n)
	}
	return err
}
