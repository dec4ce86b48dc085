package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/certreg/certreg/internal/document"
	"github.com/certreg/certreg/internal/keyfile"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// A proofFlags says what proofs are signed with.
type proofFlags struct {
	// SigningKeys is the file of the Ed25519 keys that credentials, status
	// lists, receipts and checkpoints are signed with; empty means signing.json
	// in the data directory.
	SigningKeys string `setting:"plain" placeholder:"FILE" help:"${help_signing_keys}"`
	// Witnesses is the file that names who cosigns the log, see
	// [translog.ParsePolicy]; empty means nobody.
	Witnesses string `setting:"plain" placeholder:"FILE" help:"${help_witnesses}"`
	// PDFCertificate and PDFKey are PEM files with which PDFs are signed; empty
	// leaves them unsigned.
	PDFCertificate string `name:"pdf-certificate" setting:"plain" placeholder:"FILE" help:"${help_pdf_certificate}"`
	PDFKey         string `name:"pdf-key" setting:"plain" placeholder:"FILE" help:"${help_pdf_key}"`
	// RegisterName is the register's name on what it signs.
	RegisterName string `setting:"plain" placeholder:"NAME" help:"${help_register_name}"`
	// LookUps are addresses that certificates name beside the register's own.
	LookUps []string `setting:"plain" placeholder:"URL" help:"${help_look_ups}"`
}

// complete fills in what depends on the data directory.
func (f proofFlags) complete(data string) proofFlags {
	if f.SigningKeys == "" {
		f.SigningKeys = filepath.Join(data, "signing.json")
	}
	if f.RegisterName == "" {
		f.RegisterName = "职业技能鉴定与证书登记系统"
	}
	return f
}

// keyset reads the signing keys, and makes them for a register that has none.
func (f proofFlags) keyset(now time.Time, kek *keyfile.KEK) (*signing.Keyset, error) {
	keys, err := signing.Load(f.SigningKeys, kek)
	if err == nil {
		return keys, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, unopened(f.SigningKeys, "signing", err)
	}
	if keys, err = signing.NewKeyset(now); err != nil {
		return nil, err
	}
	return keys, keys.Create(f.SigningKeys, kek)
}

// signer is what signs PDFs, or nil.
func (f proofFlags) signer() (*document.Signer, error) {
	if f.PDFCertificate == "" && f.PDFKey == "" {
		return nil, nil //nolint:nilnil // no signer is a setting, not a fault
	}
	if f.PDFCertificate == "" || f.PDFKey == "" {
		return nil, usage("--pdf-certificate 与 --pdf-key 须同时给出。", "--pdf-certificate and --pdf-key go together")
	}
	chain, err := os.ReadFile(f.PDFCertificate)
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(f.PDFKey)
	if err != nil {
		return nil, err
	}
	return document.LoadSigner(chain, key)
}

// readPolicy reads the file that names the witnesses of a log; "" names none.
func readPolicy(file string) (translog.Policy, error) {
	if file == "" {
		return translog.Policy{}, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return translog.Policy{}, fail("无法读取见证策略 %s：%v", "cannot read the witness policy %s: %v", file, errors.Unwrap(err))
	}
	policy, err := translog.ParsePolicy(string(text))
	if err != nil {
		return translog.Policy{}, fail("见证策略 %s 有误：%v", "the witness policy %s has a fault: %v", file, err)
	}
	return policy, nil
}

// localOrigin names the log of a register that has no public address of its own.
const localOrigin = "localhost/log"

// office makes the office that proves for a register at a public address.
// origin names its log unless that has a name already; "" means after the address.
func (f proofFlags) office(ctx context.Context, p *program, reg *register, public, origin string) (*proof.Office, error) {
	published, err := reg.origin(ctx)
	if err != nil {
		return nil, err
	}
	if published != "" {
		origin = published
	}
	keys, err := f.keyset(p.now(), reg.kek)
	if err != nil {
		return nil, err
	}
	signer, err := f.signer()
	if err != nil {
		return nil, err
	}
	policy, err := readPolicy(f.Witnesses)
	if err != nil {
		return nil, err
	}
	office, err := proof.NewOffice(proof.Config{
		Registry: reg.Registry, Keys: keys, Log: reg.store.Log(), Now: p.now, Base: public, Origin: origin, Witnesses: policy,
		Name: registry.Text{ZH: f.RegisterName, EN: f.RegisterName}, Signer: signer,
		LookUps: f.LookUps,
	})
	fault, ok := errors.AsType[*proof.LookUpError](err)
	switch {
	case ok && fault.Place == 0:
		return nil, usage("对外网址 %[1]s 过长，印不到证书上：加上 /verify 后不超过 %[2]d 个字符；请用 --url 另给。",
			"the public address %[1]s is too long to stand on a certificate: at most %[2]d characters with /verify; give another with --url",
			fault.Address, document.MaxAddress)
	case ok:
		return nil, usage("--look-ups 的第 %[1]d 个网址有误：%[2]s（至多 %[3]d 个，均为 https:// 开头的完整网址，不含空格和中文，不超过 %[4]d 个字符）。",
			"address %[1]d of --look-ups has a fault: %[2]s (at most %[3]d, each a whole address that begins with https://, in ASCII without spaces, of at most %[4]d characters)",
			fault.Place, fault.Address, proof.MaxLookUps, document.MaxAddress)
	}
	return office, err
}
