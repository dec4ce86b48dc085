// Package proof makes what a certificate can show without asking the register,
// and checks it: the credential, the status lists, the place in the
// transparency log, the PDF that carries all of it, the QR code, and the
// receipt an employer files.
//
// It joins the register with the packages that know one norm each. It decides
// nothing about certificates.
package proof

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/document"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// An Office issues proofs for one register. It is safe for concurrent use.
type Office struct {
	reg     *registry.Registry
	keys    *signing.Keyset
	log     translog.Reader
	now     func() time.Time
	base    string
	did     string
	origin  string
	policy  translog.Policy
	name    registry.Text
	signer  *document.Signer
	lookUps []document.LookUp
	printer func() (*document.Printer, error)
}

// A Config says what an Office works with.
type Config struct {
	Registry *registry.Registry
	// Keys are the register's signing keys. They are not changed while the Office uses them.
	Keys *signing.Keyset
	Log  translog.Reader
	Now  func() time.Time
	// Base is the register's own public address, "https://register.example.cn".
	Base string
	// Origin names the register's log, for good: it must not change with the
	// address. "" means the host of Base and /log, as C2SP recommends.
	Origin string
	// Witnesses says who cosigns the log, for the trust file.
	Witnesses translog.Policy
	// Name is the register's name.
	Name registry.Text
	// Signer signs PDFs with the body's document-signing certificate; nil leaves them unsigned.
	Signer *document.Signer
	// LookUps are further addresses that certificates name beside the register's
	// own, such as the national platform's: at most [MaxLookUps], https. Files
	// made before they changed hold, since nobody checks a file by drawing it again.
	LookUps []string
}

// NewOffice returns an Office over c, or what is missing or unfit in c: a
// [*LookUpError] for an address.
func NewOffice(c Config) (*Office, error) {
	if c.Registry == nil || c.Keys == nil || c.Log == nil || c.Now == nil {
		return nil, errors.New("proof: registry, keys, log and clock are required")
	}
	base := strings.TrimSuffix(c.Base, "/")
	address, err := url.Parse(base)
	if err != nil || address.Host == "" || address.Path != "" || (address.Scheme != "https" && address.Scheme != "http") {
		return nil, fmt.Errorf("proof: public address %q is not of the form https://host", c.Base)
	}
	did, err := signing.WebDID(address.Host)
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	if c.Origin == "" {
		c.Origin = address.Host + "/log"
	}
	if _, err := identity(c.Origin, c.Keys.Keys()); err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	addresses, err := lookUps(base, c.LookUps)
	if err != nil {
		return nil, err
	}
	return &Office{
		reg: c.Registry, keys: c.Keys, log: c.Log, now: c.Now, base: base, did: did,
		origin: c.Origin, policy: c.Witnesses, name: c.Name, signer: c.Signer, lookUps: addresses,
		printer: sync.OnceValues(document.NewPrinter), // the fonts take a moment to unpack, and not every process prints
	}, nil
}

// Base is the register's own public address.
func (o *Office) Base() string { return o.base }

// Name is the register's name.
func (o *Office) Name() registry.Text { return o.name }

// DIDDocument is the register's DID document, for /.well-known/did.json.
func (o *Office) DIDDocument() ([]byte, error) { return signing.Document(o.did, o.keys.Keys()) }

// Identity is what must be known of the register's log to believe it.
func (o *Office) Identity() (translog.Identity, error) { return identity(o.origin, o.keys.Keys()) }

// Origin is the name of the register's transparency log.
func (o *Office) Origin() string { return o.origin }

// Log is the transparency log.
func (o *Office) Log() translog.Reader { return o.log }

// LogSigners are the keys that sign checkpoints now: in the overlap of a
// rotation the old one and the new one.
func (o *Office) LogSigners() ([]translog.Signer, error) {
	active, err := o.keys.Signers(o.now())
	if err != nil {
		return nil, err
	}
	signers := make([]translog.Signer, len(active))
	for i, s := range active {
		signers[i] = s
	}
	return signers, nil
}

func (o *Office) issuer() credential.Issuer {
	return credential.Issuer{DID: o.did, Base: o.base, Name: text(o.name)}
}

func text(t registry.Text) credential.Text {
	if t.EN == "" {
		return credential.Text{Zh: t.ZH, En: t.ZH}
	}
	return credential.Text{Zh: t.ZH, En: t.EN}
}

// titles are how an occupation and a level are named where they are printed.
type titles struct {
	occupation eligibility.Occupation
	level      registry.Text
}

func (o *Office) titles(ctx context.Context, cert registry.Certificate) (titles, error) {
	rules, err := o.reg.Rules(ctx)
	if err != nil {
		return titles{}, err
	}
	set, ok := rules.Governing(cert.Occupation, cert.IssuedOn)
	if !ok {
		return titles{}, fmt.Errorf("no edition names occupation %s on %s", cert.Occupation, cert.IssuedOn)
	}
	return titles{occupation: set.Occupation(), level: registry.Text{ZH: levelZH[cert.Level], EN: fmt.Sprintf("Level %d", cert.Level)}}, nil
}

// levelZH is the levels as certificates print them (人社鉴发〔2021〕1号).
var levelZH = map[int]string{5: "五级", 4: "四级", 3: "三级", 2: "二级", 1: "一级"}

// Credential is the verifiable credential of a certificate as it stands now. It
// reports [registry.RegisterOnHold].
func (o *Office) Credential(ctx context.Context, cert registry.Certificate) ([]byte, error) {
	if err := o.reg.OnHold(); err != nil {
		return nil, err
	}
	at := o.now()
	signer, err := o.keys.Signer(at)
	if err != nil {
		return nil, err
	}
	c, err := o.credential(ctx, cert)
	if err != nil {
		return nil, err
	}
	return credential.Sign(ctx, o.issuer(), signer, c, at)
}

func (o *Office) credential(ctx context.Context, cert registry.Certificate) (credential.Certificate, error) {
	t, err := o.titles(ctx, cert)
	if err != nil {
		return credential.Certificate{}, err
	}
	body, err := o.reg.BodyName(ctx, cert.Body)
	if err != nil {
		return credential.Certificate{}, err
	}
	commitment, err := credential.Commit(credential.Disclosure{IDNumber: cert.Document.Number, Salt: cert.Salt})
	if err != nil {
		return credential.Certificate{}, err
	}
	evidence, err := digest(cert.Evidence)
	if err != nil {
		return credential.Certificate{}, err
	}
	number := url.PathEscape(string(cert.Number))
	return credential.Certificate{
		Number: string(cert.Number), Version: cert.Version, IssuedOn: cert.IssuedOn, Holder: cert.Holder, Commitment: commitment,
		Occupation: credential.Occupation{Code: t.occupation.Code, Title: text(t.occupation.Name)},
		Level:      credential.Level{Rank: cert.Level, Title: text(t.level)},
		IssuedBy:   credential.Body{URL: o.base + "/bodies/" + cert.Body, Name: text(body)},
		Criteria: credential.Criteria{
			URL:       fmt.Sprintf("%s/occupations/%s#level-%d", o.base, cert.Occupation, cert.Level),
			Narrative: credential.Text{Zh: "符合申报条件，各科考核合格。", En: "Met the conditions of application and passed every part of the examination."},
		},
		Status:  o.places(cert.Place),
		Refresh: o.base + "/verify/" + number,
		Evidence: []credential.Evidence{{
			URL: o.base + "/verify/" + number, SHA256: evidence,
			Name: credential.Text{Zh: "申报决定与各科成绩", En: "Decision on eligibility and results"},
		}},
	}, nil
}

// places is the certificate's entries in the two status lists. Open Badges 3.0
// admits one entry only (1EdTech issue 623; 3.1 will take several), but one list
// cannot tell a suspension, which ends, from a withdrawal, which does not.
func (o *Office) places(p registry.Place) []credential.StatusEntry {
	entries := make([]credential.StatusEntry, 0, 2)
	for _, purpose := range []credential.Purpose{credential.Revocation, credential.Suspension} {
		entries = append(entries, credential.StatusEntry{Purpose: purpose, List: o.listAddress(purpose, p.List), Index: p.Index})
	}
	return entries
}

func digest(s string) (sum [32]byte, err error) {
	raw, err := hex.DecodeString(strings.TrimPrefix(s, "sha256:"))
	if err != nil || len(raw) != len(sum) {
		return sum, errors.New("evidence is no SHA-256")
	}
	copy(sum[:], raw)
	return sum, nil
}
