package document

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/certreg/certreg/internal/document/pdf"
)

// ErrSigningKey is what [NewSigner] reports for a certificate or key that
// readers of PDF could not check.
var ErrSigningKey = errors.New("document: not usable for signing documents")

// A Signer signs certificates with the body's document-signing certificate.
// It is safe for concurrent use if its key is.
type Signer struct {
	key   crypto.Signer
	chain []*x509.Certificate // the signer's own first
}

// LoadSigner is a signer of PEM data: the certificate, any intermediate ones
// after it, and the private key.
func LoadSigner(chainPEM, keyPEM []byte) (*Signer, error) {
	pair, err := tls.X509KeyPair(chainPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSigningKey, err)
	}
	key, ok := pair.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%w: the key cannot sign", ErrSigningKey)
	}
	chain := make([]*x509.Certificate, len(pair.Certificate))
	for i, der := range pair.Certificate {
		if chain[i], err = x509.ParseCertificate(der); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSigningKey, err)
		}
	}
	return NewSigner(key, chain)
}

// NewSigner is a signer of a key that may live anywhere, such as in a
// hardware module. The key is RSA of 2048 bits or more, or ECDSA: readers do
// not check Ed25519 in CMS (RFC 8419), so it is refused here.
func NewSigner(key crypto.Signer, chain []*x509.Certificate) (*Signer, error) {
	if len(chain) == 0 {
		return nil, fmt.Errorf("%w: no certificate", ErrSigningKey)
	}
	public, ok := chain[0].PublicKey.(interface{ Equal(x crypto.PublicKey) bool })
	if !ok || !public.Equal(key.Public()) {
		return nil, fmt.Errorf("%w: the key is not the certificate's", ErrSigningKey)
	}
	switch k := key.Public().(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() < 2048 {
			return nil, fmt.Errorf("%w: RSA of less than 2048 bits", ErrSigningKey)
		}
	case *ecdsa.PublicKey:
	default:
		return nil, fmt.Errorf("%w: the key is %T, readers check RSA and ECDSA only", ErrSigningKey, k)
	}
	const signs = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	if usage := chain[0].KeyUsage; usage != 0 && usage&signs == 0 {
		return nil, fmt.Errorf("%w: the certificate is not meant for signatures", ErrSigningKey)
	}
	return &Signer{key: key, chain: chain}, nil
}

// Sign signs a printed certificate as PAdES baseline B-B (ETSI EN 319 142-1):
// SHA-256, the signing certificate bound into the signature, no change allowed
// afterwards. At is the time claimed; a time stamp of an authority is not
// asked for. It reports [ErrSigningKey] if the signing certificate is not
// valid at that time, and [pdf.ErrSigned] for a file that is signed already.
func (s *Signer) Sign(file []byte, at time.Time) ([]byte, error) {
	own := s.chain[0]
	if at.Before(own.NotBefore) || at.After(own.NotAfter) {
		return nil, fmt.Errorf("%w: the certificate is valid from %s to %s",
			ErrSigningKey, own.NotBefore.Format(time.DateOnly), own.NotAfter.Format(time.DateOnly))
	}
	room := 2048 // the signature, attributes and algorithm names
	for _, c := range s.chain {
		room += len(c.Raw)
	}
	signature := pdf.Signature{Name: own.Subject.CommonName, At: at, Room: room}
	return pdf.AddSignature(file, signature, func(digest []byte) ([]byte, error) {
		return detachedCMS(s.chain, digest, func(digest []byte) ([]byte, error) {
			return s.key.Sign(rand.Reader, digest, crypto.SHA256)
		})
	})
}
