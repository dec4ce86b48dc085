package document

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/document/pdf"
)

// A registerKey seals as a register does.
type registerKey struct{ private ed25519.PrivateKey }

func newRegisterKey() registerKey {
	return registerKey{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))}
}

func (k registerKey) seal(t testing.TB, file []byte, signed bool) []byte {
	t.Helper()
	sealed, err := AddSeal(file, Seal{At: signedAt(), Signed: signed, Key: "z6MkSample"}, func(message []byte) ([]byte, error) {
		return ed25519.Sign(k.private, message), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// open is what a caller of OpenSeal does.
func (k registerKey) open(file []byte) (Seal, error) {
	s, message, err := OpenSeal(file)
	if err == nil && (s.Key != "z6MkSample" || !ed25519.Verify(k.private.Public().(ed25519.PublicKey), message, s.Signature)) {
		err = ErrAltered
	}
	return s, err
}

// sealedAndSigned is a printed file, and what is handed out of it: sealed, then
// signed.
func sealedAndSigned(t testing.TB, s *Signer) (sealed, signed []byte) {
	t.Helper()
	_, file := printed(t, sample())
	sealed = newRegisterKey().seal(t, file, true)
	signed, err := s.Sign(sealed, signedAt())
	if err != nil {
		t.Fatal(err)
	}
	return sealed, signed
}

// chained is a signer whose certificate comes with that of its issuer.
func chained(t testing.TB, organization string) *Signer {
	t.Helper()
	issuerKey, key := newECDSA(t), newECDSA(t)
	issuer := selfSigned(t, issuerKey, x509.KeyUsageCertSign)
	template := *issuer
	template.SerialNumber, template.KeyUsage = big.NewInt(2), x509.KeyUsageDigitalSignature
	template.Subject.Organization = []string{organization}
	der, err := x509.CreateCertificate(rand.Reader, &template, issuer, key.Public(), issuerKey)
	if err != nil {
		t.Fatal(err)
	}
	own, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSigner(key, []*x509.Certificate{own, issuer})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSealHolds(t *testing.T) {
	key := newRegisterKey()
	_, file := printed(t, sample())
	files := map[string][]byte{"unsigned": key.seal(t, file, false)}
	_, files["signed ECDSA"] = sealedAndSigned(t, newSigner(t, newECDSA(t)))
	_, files["signed RSA"] = sealedAndSigned(t, newSigner(t, newRSA(t)))
	// Certificates are a set in the order of their bytes: the signer's own comes first or last.
	_, files["signed short chain"] = sealedAndSigned(t, chained(t, "x"))
	_, files["signed long chain"] = sealedAndSigned(t, chained(t, strings.Repeat("x", 60)))
	for name, file := range files {
		got, err := key.open(file)
		if err != nil || !got.At.Equal(signedAt()) || got.Signed != (name != "unsigned") {
			t.Errorf("%s: got %v, %v, want the seal of %s", name, got, err, signedAt())
		}
		if got := tool(t, "qpdf", "--check", save(t, file)); !strings.Contains(got, "No syntax or stream encoding errors") {
			t.Errorf("%s: qpdf --check: got\n%s", name, got)
		}
		if credential, _, err := Extract(file); err != nil || !bytes.Equal(credential, sample().Credential) {
			t.Errorf("%s: Extract: got %q, %v, want what was attached", name, credential, err)
		}
	}
}

// No byte of a file can be changed, left out or added.
func TestSealBreaks(t *testing.T) {
	key := newRegisterKey()
	sealed, signed := sealedAndSigned(t, newSigner(t, newECDSA(t)))
	for name, file := range tampered(t, sealed, signed) {
		if name == "signature of other" {
			continue // it is sound: whose it is, readers of PDF say
		}
		if got, err := key.open(file); err == nil {
			t.Errorf("%s: got seal %v, want an error", name, got)
		}
	}
	_, printed := printed(t, sample())
	unsigned := key.seal(t, printed, false)
	for _, file := range [][]byte{unsigned, signed} {
		for at := 7; at < len(file); at += 89 {
			changed := bytes.Clone(file)
			changed[at] ^= 1
			if _, err := key.open(changed); err == nil {
				t.Fatalf("byte %d of %d changed: got no error", at, len(file))
			}
		}
		for _, cut := range []int{1, 2, 8, 100, 1000, len(file) / 2} {
			if _, err := key.open(file[:len(file)-cut]); err == nil {
				t.Errorf("%d of %d bytes cut off: got no error", cut, len(file))
			}
		}
	}
	later, err := newSigner(t, newECDSA(t)).Sign(unsigned, signedAt())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := key.open(later); !errors.Is(err, ErrAltered) {
		t.Errorf("signed by somebody later: got error %v, want %v", err, ErrAltered)
	}
	if _, err := key.open(printed); !errors.Is(err, ErrUnsealed) {
		t.Errorf("never sealed: got error %v, want %v", err, ErrUnsealed)
	}
}

// The time of a signature is read back whatever the zone it was written in.
func TestSealHoldsInEveryZone(t *testing.T) {
	key, s := newRegisterKey(), newSigner(t, newECDSA(t))
	_, file := printed(t, sample())
	for _, minutes := range []int{0, 330, -210} {
		signed, err := s.Sign(key.seal(t, file, true), signedAt().In(time.FixedZone("", minutes*60)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := key.open(signed); err != nil {
			t.Errorf("%d minutes east: got error %v", minutes, err)
		}
	}
}

// tampered is a signed file changed in every way we could think of.
func tampered(t *testing.T, unsigned, signed []byte) map[string][]byte {
	t.Helper()
	flip := func(at int) []byte {
		forged := bytes.Clone(signed)
		forged[at] ^= 1
		return forged
	}
	update := func(change func(u *pdf.Update)) []byte {
		u, err := pdf.NewUpdate(signed)
		if err != nil {
			t.Fatal(err)
		}
		change(u)
		return u.Bytes()
	}
	contents := bytes.LastIndex(signed, []byte("/Contents <")) + len("/Contents <")
	byteRange := bytes.LastIndex(signed, []byte("/ByteRange ["))
	narrow := bytes.Clone(signed)
	copy(narrow[byteRange:], "/ByteRange [         20")
	_, other := sealedAndSigned(t, newSigner(t, newECDSA(t)))
	return map[string][]byte{
		"page changed":       flip(bytes.Index(signed, []byte("stream\n")) + 100),
		"attachment changed": flip(bytes.LastIndex(unsigned, []byte("stream\n")) - 20),
		"title changed":      bytes.Replace(signed, []byte("/Title"), []byte("/Titlf"), 1),
		"signature changed":  flip(contents + 700),
		"signature of other": append(bytes.Clone(unsigned), other[len(unsigned):]...),
		"byte range moved":   narrow,
		"cut back":           unsigned,
		"cut off":            signed[:len(signed)-300],
		"line appended":      append(bytes.Clone(signed), "\n% one more line\n"...),
		"page replaced": update(func(u *pdf.Update) {
			root, err := u.Root()
			if err != nil {
				t.Fatal(err)
			}
			pages := root["Pages"].(pdf.Ref)
			page := u.Resolve(pages).(pdf.Dict)["Kids"].(pdf.Array)[0].(pdf.Ref)
			changed := maps.Clone(u.Resolve(page).(pdf.Dict))
			changed["Contents"] = u.Add(&pdf.Stream{Dict: pdf.Dict{}, Data: []byte("0 0 100 100 re f")})
			u.Replace(page, changed)
		}),
		"revision appended": update(func(u *pdf.Update) { u.Add(pdf.Dict{"Type": pdf.Name("Metadata")}) }),
	}
}
