package document

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/document/pdf"
)

func signedAt() time.Time {
	return time.Date(2026, 6, 18, 9, 30, 0, 0, time.FixedZone("UTC+8", 8*60*60))
}

// selfSigned is a document-signing certificate valid in 2026.
func selfSigned(t testing.TB, key crypto.Signer, usage x509.KeyUsage) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(20260618),
		Subject:      pkix.Name{CommonName: "江南职业技能评价中心", Organization: []string{"Test"}},
		NotBefore:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:     usage,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newECDSA(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newRSA(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newSigner(t testing.TB, key crypto.Signer) *Signer {
	t.Helper()
	s, err := NewSigner(key, []*x509.Certificate{selfSigned(t, key, x509.KeyUsageDigitalSignature)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func signSample(t testing.TB, s *Signer) (unsigned, signed []byte) {
	t.Helper()
	_, unsigned = printed(t, sample())
	signed, err := s.Sign(unsigned, signedAt())
	if err != nil {
		t.Fatal(err)
	}
	return unsigned, signed
}

func TestSignatureIsValidForPoppler(t *testing.T) {
	for _, tt := range []struct {
		name string
		key  crypto.Signer
	}{{"ECDSA", newECDSA(t)}, {"RSA", newRSA(t)}} {
		t.Run(tt.name, func(t *testing.T) {
			unsigned, signed := signSample(t, newSigner(t, tt.key))
			if !bytes.HasPrefix(signed, unsigned) {
				t.Error("signing changed what was printed")
			}
			path := save(t, signed)
			got := tool(t, "pdfsig", "-nocert", path)
			for _, want := range []string{
				"Signature is Valid.", "Total document signed", "ETSI.CAdES.detached", "SHA-256", "江南职业技能评价中心",
			} {
				if !strings.Contains(got, want) {
					t.Errorf("pdfsig: got\n%s\nwant %q", got, want)
				}
			}
			if got := tool(t, "qpdf", "--check", path); !strings.Contains(got, "No syntax or stream encoding errors") {
				t.Errorf("qpdf --check: got\n%s", got)
			}
			credential, _, err := Extract(signed)
			if err != nil || !bytes.Equal(credential, sample().Credential) {
				t.Errorf("Extract: got %q, %v, want what was attached", credential, err)
			}
		})
	}
}

// The same signature is checked by OpenSSL over the bytes the byte range
// names.
func TestSignatureIsValidForOpenSSL(t *testing.T) {
	s := newSigner(t, newECDSA(t))
	unsigned, signed := signSample(t, s)
	var from, to, rest int
	at := bytes.Index(signed[len(unsigned):], []byte("/ByteRange [")) + len(unsigned)
	if _, err := fmt.Sscanf(string(signed[at:]), "/ByteRange [ 0 %d %d %d ]", &from, &to, &rest); err != nil {
		t.Fatal(err)
	}
	if to+rest != len(signed) {
		t.Errorf("got a byte range to %d, want to the end, %d", to+rest, len(signed))
	}
	cms, err := hex.DecodeString(string(signed[from+1 : to-1]))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	content := append(bytes.Clone(signed[:from]), signed[to:]...)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.chain[0].Raw})
	tool(t, "openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", write("cms.der", cms), "-purpose", "any",
		"-content", write("content", content), "-CAfile", write("ca.pem", ca), "-no_check_time", "-out", filepath.Join(dir, "out"))
}

func TestTamperingBreaksTheSignature(t *testing.T) {
	unsigned, signed := signSample(t, newSigner(t, newECDSA(t)))
	for _, at := range []int{20, len(unsigned) / 2, len(unsigned) + 10} {
		forged := bytes.Clone(signed)
		forged[at] ^= 1
		if got := tool(t, "pdfsig", "-nocert", save(t, forged)); strings.Contains(got, "Signature is Valid") {
			t.Errorf("byte %d changed: got\n%s\nwant no valid signature", at, got)
		}
	}
	forged := bytes.Replace(signed, []byte("/Title"), []byte("/Titlf"), 1)
	if got := tool(t, "pdfsig", "-nocert", save(t, forged)); !strings.Contains(got, "Digest Mismatch") {
		t.Errorf("title changed: got\n%s\nwant a digest mismatch", got)
	}
	appended := append(bytes.Clone(signed), "\n% one more line\n"...)
	if got := tool(t, "pdfsig", "-nocert", save(t, appended)); strings.Contains(got, "Total document signed") {
		t.Errorf("line appended: got\n%s\nwant the document not signed in total", got)
	}
}

func TestSignRefuses(t *testing.T) {
	s := newSigner(t, newECDSA(t))
	_, signed := signSample(t, s)
	if _, err := s.Sign(signed, signedAt()); !errors.Is(err, pdf.ErrSigned) {
		t.Errorf("signing twice: got error %v, want %v", err, pdf.ErrSigned)
	}
	_, unsigned := printed(t, sample())
	if _, err := s.Sign(unsigned, signedAt().AddDate(1, 0, 0)); !errors.Is(err, ErrSigningKey) {
		t.Errorf("expired certificate: got error %v, want %v", err, ErrSigningKey)
	}
	if _, err := s.Sign([]byte("hello"), signedAt()); !errors.Is(err, pdf.ErrNotPDF) {
		t.Errorf("no PDF: got error %v, want %v", err, pdf.ErrNotPDF)
	}
}

func TestNewSignerRefuses(t *testing.T) {
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, other := newECDSA(t), newECDSA(t)
	tests := []struct {
		name  string
		key   crypto.Signer
		chain []*x509.Certificate
	}{
		{"Ed25519", edKey, []*x509.Certificate{selfSigned(t, edKey, x509.KeyUsageDigitalSignature)}},
		{"another key", other, []*x509.Certificate{selfSigned(t, key, x509.KeyUsageDigitalSignature)}},
		{"no certificate", key, nil},
		{"certificate for encryption", key, []*x509.Certificate{selfSigned(t, key, x509.KeyUsageKeyEncipherment)}},
	}
	for _, tt := range tests {
		if _, err := NewSigner(tt.key, tt.chain); !errors.Is(err, ErrSigningKey) {
			t.Errorf("%s: got error %v, want %v", tt.name, err, ErrSigningKey)
		}
	}
}

func TestLoadSigner(t *testing.T) {
	key := newECDSA(t)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	chainPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: selfSigned(t, key, 0).Raw})
	if _, err := LoadSigner(chainPEM, keyPEM); err != nil {
		t.Errorf("got error %v, want a signer", err)
	}
	if _, err := LoadSigner(keyPEM, chainPEM); !errors.Is(err, ErrSigningKey) {
		t.Errorf("files swapped: got error %v, want %v", err, ErrSigningKey)
	}
}

func BenchmarkSign(b *testing.B) {
	s := newSigner(b, newECDSA(b))
	_, file := printed(b, sample())
	size := 0
	for b.Loop() {
		signed, err := s.Sign(file, signedAt())
		if err != nil {
			b.Fatal(err)
		}
		size = len(signed) - len(file)
	}
	b.ReportMetric(float64(size)/1024, "KB/signature")
}
