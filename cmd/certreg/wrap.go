package main

import (
	"errors"
	"io/fs"

	"github.com/certreg/certreg/internal/keyfile"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/vault"
)

// A kekFlags gives the key that files of keys are wrapped under.
type kekFlags struct {
	// KEK is the key-encryption key, 32 bytes in base64, from the environment
	// or a file; empty means that the files are in the clear.
	KEK string `name:"kek" setting:"secret" placeholder:"BASE64" help:"${help_kek}"`
}

// key reads the key-encryption key; nil means none.
func (f kekFlags) key(p *program) (*keyfile.KEK, error) { return p.kek("kek", f.KEK) }

// kek reads the key-encryption key that a setting gives.
func (p *program) kek(setting, value string) (*keyfile.KEK, error) {
	if value == "" {
		return nil, nil //nolint:nilnil // nil stands for files in the clear
	}
	name := variable(setting)
	if p.values.from[setting] == "" {
		return nil, usage("请用环境变量 %[1]s 或 %[1]s_FILE 给出密钥加密密钥：命令行会被同机其他用户看到。", "give the key-encryption key by %[1]s or %[1]s_FILE: others on the machine see command lines", name)
	}
	kek, err := keyfile.ParseKEK(value)
	if err != nil {
		return nil, usage("%s：密钥加密密钥应为 32 字节的 base64（可用 openssl rand -base64 32 生成）。", "%s: a key-encryption key is 32 bytes in base64 (openssl rand -base64 32 makes one)", name)
	}
	return kek, nil
}

// unopened says in words why a file of keys was not opened. command is the
// group of commands that look after it.
func unopened(file, command string, err error) error {
	switch {
	case errors.Is(err, keyfile.ErrWrapped):
		return &failure{say("%[1]s 已封装，打开它须用环境变量 CERTREG_KEK 或 CERTREG_KEK_FILE 给出密钥加密密钥。", "%[1]s is wrapped: set CERTREG_KEK or CERTREG_KEK_FILE to its key-encryption key", file), err}
	case errors.Is(err, keyfile.ErrNotWrapped):
		return &failure{say("已给出密钥加密密钥，但 %[1]s 未封装（可能被替换）；确认无误后用 certreg %[2]s wrap 封装。", "a key-encryption key is set, but %[1]s is not wrapped (somebody may have exchanged it); if it is the right one, certreg %[2]s wrap wraps it", file, command), err}
	case errors.Is(err, keyfile.ErrOtherKEK):
		return &failure{say("密钥加密密钥打不开 %s：密钥不对，或文件被改动。", "the key-encryption key does not open %s: it is another one, or the file was altered", file), err}
	}
	return err
}

// A keyset is what a file of keys holds.
type keyset interface {
	Save(path string, kek *keyfile.KEK) error
}

// A keysetFile is a file of keys that a command wraps or unwraps.
type keysetFile struct {
	path    string
	command string // the group of commands that look after it
	load    func(path string, kek *keyfile.KEK) (keyset, error)
}

// file is the file of the keys that personal data is encrypted under.
func (f registerFlags) file() keysetFile {
	return keysetFile{f.complete().Keys, "vault", func(path string, kek *keyfile.KEK) (keyset, error) { return vault.Load(path, kek) }}
}

// file is the file of the keys that proofs are signed with.
func (f keysetFlags) file() keysetFile {
	return keysetFile{f.complete(f.Data).SigningKeys, "signing", func(path string, kek *keyfile.KEK) (keyset, error) { return signing.Load(path, kek) }}
}

// rewrap stores the keys under another key-encryption key; nil is none.
func (k keysetFile) rewrap(from, to *keyfile.KEK) error {
	keys, err := k.load(k.path, from)
	if errors.Is(err, fs.ErrNotExist) {
		return fail("没有密钥文件 %s。", "there is no key file %s", k.path)
	}
	if err != nil {
		return unopened(k.path, k.command, err)
	}
	return keys.Save(k.path, to)
}

// wrap wraps a file that is in the clear.
func (k keysetFile) wrap(p *program, f kekFlags) error {
	kek, err := f.needed(p)
	if err != nil {
		return err
	}
	err = k.rewrap(nil, kek)
	if errors.Is(err, keyfile.ErrWrapped) {
		return fail("%[1]s 已经封装；换密钥加密密钥请用 certreg %[2]s rewrap。", "%[1]s is wrapped already; certreg %[2]s rewrap exchanges its key-encryption key", k.path, k.command)
	}
	if err != nil {
		return err
	}
	p.tell("%[1]s 已用密钥加密密钥 %[2]s 封装；此密钥须另处保管，失去它就再也打不开。", "%[1]s is wrapped under the key-encryption key %[2]s; keep that key elsewhere: without it nobody opens the file", k.path, kek.ID())
	return nil
}

// unwrap puts a wrapped file in the clear.
func (k keysetFile) unwrap(p *program, f kekFlags) error {
	kek, err := f.needed(p)
	if err != nil {
		return err
	}
	if err := k.rewrap(kek, nil); err != nil {
		return err
	}
	p.tell("%[1]s 已解除封装；此后请勿再设置 CERTREG_KEK。", "%[1]s is in the clear; unset CERTREG_KEK for this register", k.path)
	return nil
}

// exchange wraps a wrapped file under a new key-encryption key.
func (k keysetFile) exchange(p *program, f kekFlags, fresh string) error {
	from, err := f.needed(p)
	if err != nil {
		return err
	}
	to, err := p.kek("new-kek", fresh)
	if err == nil && to == nil {
		err = missing("new-kek")
	}
	if err != nil {
		return err
	}
	if err := k.rewrap(from, to); err != nil {
		return err
	}
	p.tell("%[1]s 已改用密钥加密密钥 %[2]s 封装；请把它设为 CERTREG_KEK。", "%[1]s is wrapped under the key-encryption key %[2]s; set CERTREG_KEK to it", k.path, to.ID())
	return nil
}

// needed is key for commands that cannot do without.
func (f kekFlags) needed(p *program) (*keyfile.KEK, error) {
	kek, err := f.key(p)
	if err == nil && kek == nil {
		err = missing("kek")
	}
	return kek, err
}

func missing(setting string) error {
	return usage("缺少密钥加密密钥：请设置 %[1]s 或 %[1]s_FILE（32 字节的 base64，可用 openssl rand -base64 32 生成）。", "a key-encryption key is missing: set %[1]s or %[1]s_FILE (32 bytes in base64; openssl rand -base64 32 makes one)", variable(setting))
}

type (
	vaultWrapCommand   struct{ registerFlags }
	vaultUnwrapCommand struct{ registerFlags }
	vaultRewrapCommand struct {
		registerFlags
		NewKEK string `name:"new-kek" setting:"secret" placeholder:"BASE64" help:"${help_new_kek}"`
	}
	signingWrapCommand   struct{ keysetFlags }
	signingUnwrapCommand struct{ keysetFlags }
	signingRewrapCommand struct {
		keysetFlags
		NewKEK string `name:"new-kek" setting:"secret" placeholder:"BASE64" help:"${help_new_kek}"`
	}
)

// Run wraps the file of the encryption keys.
func (c *vaultWrapCommand) Run(p *program) error { return c.file().wrap(p, c.kekFlags) }

// Run puts the file of the encryption keys in the clear.
func (c *vaultUnwrapCommand) Run(p *program) error { return c.file().unwrap(p, c.kekFlags) }

// Run exchanges the key-encryption key of the encryption keys.
func (c *vaultRewrapCommand) Run(p *program) error { return c.file().exchange(p, c.kekFlags, c.NewKEK) }

// Run wraps the file of the signing keys.
func (c *signingWrapCommand) Run(p *program) error { return c.file().wrap(p, c.kekFlags) }

// Run puts the file of the signing keys in the clear.
func (c *signingUnwrapCommand) Run(p *program) error { return c.file().unwrap(p, c.kekFlags) }

// Run exchanges the key-encryption key of the signing keys.
func (c *signingRewrapCommand) Run(p *program) error {
	return c.file().exchange(p, c.kekFlags, c.NewKEK)
}
