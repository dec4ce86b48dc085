package credential

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/mr-tron/base58"

	"github.com/certreg/certreg/internal/signing"
)

// The cryptosuites of W3C Data Integrity EdDSA Cryptosuites 1.0. The first
// signs the meaning (the RDF statements), the second the JSON.
const (
	suiteRDFC = "eddsa-rdfc-2022"
	suiteJCS  = "eddsa-jcs-2022"
)

const (
	proofType    = "DataIntegrityProof"
	proofPurpose = "assertionMethod"
)

// An ownProof is a Data Integrity proof as the register makes it, members in
// canonical order.
type ownProof struct {
	Context            []string `json:"@context,omitempty"`
	Created            string   `json:"created"`
	Cryptosuite        string   `json:"cryptosuite"`
	Purpose            string   `json:"proofPurpose"`
	Value              string   `json:"proofValue,omitempty"`
	Type               string   `json:"type"`
	VerificationMethod string   `json:"verificationMethod"`
}

// newProof returns a proof without its value.
func newProof(suite, did, keyID string, created time.Time) ownProof {
	return ownProof{
		Created: created.UTC().Format(time.RFC3339), Cryptosuite: suite, Purpose: proofPurpose,
		Type: proofType, VerificationMethod: signing.VerificationMethod(did, keyID),
	}
}

// canonical writes the proof's options for its cryptosuite.
func (p ownProof) canonical() ([]byte, error) {
	p.Value = ""
	if p.Cryptosuite == suiteJCS {
		return marshal(p)
	}
	g := &graph{}
	node := g.blank()
	g.link(node, rdfType, iri(vocabSec+proofType))
	g.text(node, "<http://purl.org/dc/terms/created>", p.Created, xsdDateTime)
	g.text(node, iri(vocabSec+"cryptosuite"), p.Cryptosuite, vocabSec+"cryptosuiteString")
	g.link(node, iri(vocabSec+"proofPurpose"), iri(vocabSec+p.Purpose))
	g.link(node, iri(vocabSec+"verificationMethod"), g.node(p.VerificationMethod))
	return g.canonical()
}

// sign completes the proof over a canonical document.
func (p ownProof) sign(ctx context.Context, signer signing.Signer, document []byte) (ownProof, error) {
	options, err := p.canonical()
	if err != nil {
		return ownProof{}, err
	}
	signature, err := signer.Sign(ctx, hashData(options, document))
	if err != nil {
		return ownProof{}, fmt.Errorf("sign with %s: %w", signer.KeyID(), err)
	}
	p.Value = encodeProofValue(signature)
	return p, nil
}

// hashData is what is signed: the digests of proof options and document
// (vc-di-eddsa §3.2.4 and §3.3.4).
func hashData(options, document []byte) []byte {
	o, d := sha256.Sum256(options), sha256.Sum256(document)
	return append(o[:], d[:]...)
}

// signDocument returns the proof set of a document: one proof over its meaning
// and one over its JSON, both given in canonical form.
func signDocument(ctx context.Context, issuer Issuer, signer signing.Signer, at time.Time, contexts []string, quads, json []byte) ([]ownProof, error) {
	meaning, err := newProof(suiteRDFC, issuer.DID, signer.KeyID(), at).sign(ctx, signer, quads)
	if err != nil {
		return nil, err
	}
	text := newProof(suiteJCS, issuer.DID, signer.KeyID(), at)
	text.Context = contexts
	if text, err = text.sign(ctx, signer, json); err != nil {
		return nil, err
	}
	return []ownProof{meaning, text}, nil
}

func encodeProofValue(signature []byte) string { return "z" + base58.Encode(signature) }

// decodeProofValue reads a base58btc multibase signature.
func decodeProofValue(value string) ([]byte, error) {
	encoded, ok := strings.CutPrefix(value, "z")
	if !ok || len(encoded) > 2*ed25519.SignatureSize {
		return nil, fmt.Errorf("%w: proofValue is not base58btc multibase", ErrMalformed)
	}
	signature, err := base58.Decode(encoded)
	if err != nil || len(signature) != ed25519.SignatureSize {
		return nil, fmt.Errorf("%w: proofValue is not an Ed25519 signature", ErrMalformed)
	}
	return signature, nil
}
