package proof_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/document"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/signing"
)

// forged is a page of somebody's own making around a genuine credential and
// its log proof.
func (b *bureau) forged(credential, logProof []byte) []byte {
	b.t.Helper()
	printer, err := document.NewPrinter()
	if err != nil {
		b.t.Fatal(err)
	}
	cert := b.certificate(b.contents.Valid)
	pdf, err := printer.Print(document.Certificate{
		Wording: document.NeutralWording(), Body: "别的机构", IssuedOn: cert.IssuedOn, Holder: "别人", Occupation: "客户服务管理师",
		Level: 1, Number: string(cert.Number), QR: "https://register.example.cn/", Credential: credential, LogProof: logProof,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return pdf
}

func (b *bureau) seal(pdf []byte, signer signing.Signer) []byte {
	b.t.Helper()
	sealed, err := document.AddSeal(pdf, document.Seal{At: now, Key: signer.KeyID()}, func(message []byte) ([]byte, error) {
		return signer.Sign(b.t.Context(), message)
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return sealed
}

// A genuine credential makes no page genuine.
func TestForgedPageIsAltered(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	pdf, err := b.Document(t.Context(), b.certificate(b.contents.Valid))
	if err != nil {
		t.Fatal(err)
	}
	credential, logProof, err := document.Extract(pdf)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := signing.NewKeyset(now.AddDate(-1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := stranger.Signer(now)
	if err != nil {
		t.Fatal(err)
	}
	forged := b.forged(credential, logProof)
	own := bytes.LastIndex(pdf, []byte("%certreg.seal/"))
	for name, file := range map[string][]byte{
		"without a seal":      forged,
		"sealed by another":   b.seal(forged, signer),
		"with our seal":       bytes.Replace(forged, []byte("startxref"), append(bytes.Clone(pdf[own:bytes.LastIndex(pdf, []byte("startxref"))]), "startxref"...), 1),
		"title changed":       bytes.Replace(pdf, []byte("/Title"), []byte("/Titlf"), 1),
		"line appended":       append(bytes.Clone(pdf), "% more\n"...),
		"last line end taken": pdf[:len(pdf)-1],
	} {
		f := b.check(file)
		if f.Verdict != proof.Altered || f.Number != string(b.contents.Valid) || f.Holder != "" {
			t.Errorf("%s: got %+v, want altered, the number and no more", name, f)
		}
	}
}

// The log bears out what a credential says, not what was drawn around it.
func TestPageSealedWithALostKeyIsDoubtful(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	cert := b.certificate(b.contents.Valid)
	credential, err := b.Credential(t.Context(), cert)
	if err != nil {
		t.Fatal(err)
	}
	lost, err := b.keys.Signer(now)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.keys.Rotate(now.Add(-time.Second), time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := b.keys.Compromise(lost.KeyID(), now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	b.publish()
	logProof, err := b.LogProof(t.Context(), cert)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(logProof)
	if err != nil {
		t.Fatal(err)
	}
	if f := b.check(b.seal(b.forged(credential, data), lost)); f.Verdict != proof.Doubtful || !f.Logged {
		t.Errorf("got %+v, want doubtful though logged", f)
	}
}

// With a certificate the body signs what the register has sealed.
func TestSignedDocument(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		b := newBureau(t, s)
		signed, err := proof.NewOffice(proof.Config{
			Registry: b.reg, Keys: b.keys, Log: s.Log(), Now: func() time.Time { return now }, Base: b.Base(), Signer: newSigner(t),
		})
		if err != nil {
			t.Fatal(err)
		}
		pdf, err := signed.Document(t.Context(), b.certificate(b.contents.Valid))
		if err != nil {
			t.Fatal(err)
		}
		if f := b.check(pdf); f.Verdict != proof.Authentic || !f.Logged {
			t.Errorf("got %+v, want authentic and logged", f)
		}
		end := bytes.Index(pdf, []byte("%%EOF\n")) + len("%%EOF\n")
		if f := b.check(pdf[:end]); f.Verdict != proof.Altered {
			t.Errorf("signature cut off: got %+v, want altered", f)
		}
	})
}

func newSigner(t *testing.T) *document.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "示范机构"}, KeyUsage: x509.KeyUsageDigitalSignature,
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := document.NewSigner(key, []*x509.Certificate{cert})
	if err != nil {
		t.Fatal(err)
	}
	return signer
}
