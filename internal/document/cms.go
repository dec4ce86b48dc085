package document

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
)

// The structures of RFC 5652 as far as one detached signature needs them.
type (
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content signedData `asn1:"explicit,tag:0"`
	}
	signedData struct {
		Version      int
		Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
		Encapsulated struct{ Type asn1.ObjectIdentifier }
		Certificates []asn1.RawValue `asn1:"set,tag:0"`
		Signers      []signerInfo    `asn1:"set"`
	}
	signerInfo struct {
		Version    int
		ID         issuerAndSerial
		Digest     pkix.AlgorithmIdentifier
		Attributes []attribute `asn1:"set,tag:0"`
		Algorithm  pkix.AlgorithmIdentifier
		Signature  []byte
	}
	issuerAndSerial struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values []asn1.RawValue `asn1:"set"`
	}
	// signingCertificateV2 is RFC 5035 with its default digest, SHA-256.
	signingCertificateV2 struct{ Certificates []certificateID }
	certificateID        struct{ Hash []byte }
)

// pkcs9 is the arc of the attributes, 1.2.840.113549.1.9.
func pkcs9(arcs ...int) asn1.ObjectIdentifier {
	return append(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9}, arcs...)
}

// pkcs7 is the arc of the content types, 1.2.840.113549.1.7.
func pkcs7(arc int) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, arc}
}

// detachedCMS is the signature of a SHA-256 digest with the attributes PAdES
// asks for: content type, digest, signing certificate, and no signing time,
// which stands in the PDF (ETSI EN 319 142-1 §6.3). Sign is given the SHA-256
// digest of the attributes.
func detachedCMS(chain []*x509.Certificate, digest []byte, sign func(digest []byte) ([]byte, error)) ([]byte, error) {
	own := sha256.Sum256(chain[0].Raw)
	attributes, err := newAttributes(pkcs7(1), digest, signingCertificateV2{[]certificateID{{own[:]}}})
	if err != nil {
		return nil, err
	}
	// What is signed is the attributes as a plain SET OF, not under the tag
	// they have in the message (RFC 5652 §5.4).
	signed, err := asn1.MarshalWithParams(attributes, "set")
	if err != nil {
		return nil, fmt.Errorf("document: signature: %w", err)
	}
	attributesDigest := sha256.Sum256(signed)
	signature, err := sign(attributesDigest[:])
	if err != nil {
		return nil, fmt.Errorf("document: signature: %w", err)
	}
	sha := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}}
	message := contentInfo{Type: pkcs7(2), Content: signedData{
		Version: 1,
		Digests: []pkix.AlgorithmIdentifier{sha},
		Signers: []signerInfo{{
			Version:    1,
			ID:         issuerAndSerial{Issuer: asn1.RawValue{FullBytes: chain[0].RawIssuer}, Serial: chain[0].SerialNumber},
			Digest:     sha,
			Attributes: attributes,
			Algorithm:  signatureAlgorithm(chain[0]),
			Signature:  signature,
		}},
	}}
	message.Content.Encapsulated.Type = pkcs7(1)
	for _, c := range chain {
		message.Content.Certificates = append(message.Content.Certificates, asn1.RawValue{FullBytes: c.Raw})
	}
	return asn1.Marshal(message)
}

// resign is detachedCMS with the signature and the certificates of a message
// that it made before. It reports [ErrAltered] if that signature is not of the
// digest.
func resign(message, digest []byte) ([]byte, error) {
	var info contentInfo
	if _, err := asn1.Unmarshal(message, &info); err != nil || len(info.Content.Signers) != 1 {
		return nil, ErrAltered
	}
	signer := info.Content.Signers[0]
	var own, others []*x509.Certificate // a set is in no order
	for _, raw := range info.Content.Certificates {
		c, err := x509.ParseCertificate(raw.FullBytes)
		switch {
		case err != nil:
			return nil, ErrAltered
		case bytes.Equal(c.RawIssuer, signer.ID.Issuer.FullBytes) && c.SerialNumber.Cmp(signer.ID.Serial) == 0:
			own = append(own, c)
		default:
			others = append(others, c)
		}
	}
	if len(own) != 1 {
		return nil, ErrAltered
	}
	chain, signature := append(own, others...), signer.Signature
	return detachedCMS(chain, digest, func(digest []byte) ([]byte, error) {
		var holds bool
		switch key := chain[0].PublicKey.(type) {
		case *ecdsa.PublicKey:
			holds = ecdsa.VerifyASN1(key, digest, signature)
		case *rsa.PublicKey:
			holds = rsa.VerifyPKCS1v15(key, crypto.SHA256, digest, signature) == nil
		}
		if !holds {
			return nil, ErrAltered
		}
		return signature, nil
	})
}

func newAttributes(contentType asn1.ObjectIdentifier, digest []byte, certificate signingCertificateV2) ([]attribute, error) {
	var attributes []attribute
	for _, a := range []struct {
		kind  asn1.ObjectIdentifier
		value any
	}{
		{pkcs9(3), contentType},
		{pkcs9(4), digest},
		{pkcs9(16, 2, 47), certificate},
	} {
		der, err := asn1.Marshal(a.value)
		if err != nil {
			return nil, fmt.Errorf("document: signature: %w", err)
		}
		attributes = append(attributes, attribute{Type: a.kind, Values: []asn1.RawValue{{FullBytes: der}}})
	}
	return attributes, nil
}

// signatureAlgorithm names how the key signs a SHA-256 digest.
func signatureAlgorithm(c *x509.Certificate) pkix.AlgorithmIdentifier {
	if _, ok := c.PublicKey.(*ecdsa.PublicKey); ok {
		return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}
	}
	return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}, Parameters: asn1.NullRawValue}
}
