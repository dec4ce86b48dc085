package credential

import (
	"context"
	"fmt"
	"time"

	"github.com/certreg/certreg/internal/signing"
)

// Sign returns the credential of a certificate: JSON in canonical form (RFC
// 8785) with a proof set of eddsa-rdfc-2022 and eddsa-jcs-2022, made at the
// instant. The bytes depend on nothing but the arguments. It reports
// [ErrMalformed] for a certificate that cannot be told in a credential.
func Sign(ctx context.Context, issuer Issuer, signer signing.Signer, c Certificate, at time.Time) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("credential of %s: %w: %w", c.Number, ErrMalformed, err)
	}
	b := newBadge(issuer, c)
	quads, err := b.canonical()
	if err != nil {
		return nil, fmt.Errorf("credential of %s: %w", c.Number, err)
	}
	json, err := marshal(b)
	if err != nil {
		return nil, fmt.Errorf("credential of %s: %w", c.Number, err)
	}
	if b.Proof, err = signDocument(ctx, issuer, signer, at, b.Context, quads, json); err != nil {
		return nil, fmt.Errorf("credential of %s: %w", c.Number, err)
	}
	return marshal(b)
}

// Options say how [SignDocument] makes its proof.
type Options struct {
	// At is the instant the proof claims.
	At time.Time
	// JSON signs the JSON (eddsa-jcs-2022) instead of the statements
	// (eddsa-rdfc-2022).
	JSON bool
	// ProofID names the proof, for others to build on; may be empty.
	ProofID string
	// PreviousProof names the proofs already in the document that this one
	// builds on, making a proof chain.
	PreviousProof []string
}

// SignDocument adds a proof to any credential of the W3C data model 2.0 whose
// contexts are bundled and whose issuer is the DID, or the did:key of the
// signer's own key, as a VC API issuer does. Proofs already there are kept. It
// reports [ErrMalformed] or [ErrRelatedResource].
func SignDocument(ctx context.Context, did string, signer signing.Signer, document []byte, o Options) ([]byte, error) {
	content, err := parseStrict(document)
	if err != nil {
		return nil, err
	}
	if err := checkModel(content); err != nil {
		return nil, err
	}
	if err := checkRelated(content); err != nil {
		return nil, err
	}
	issuer := issuerID(content)
	if issuer != did && issuer != signing.KeyDID(signer.KeyID()) {
		return nil, fmt.Errorf("%w: issuer is %s, and this is %s", ErrMalformed, issuer, did)
	}
	var existing []map[string]any
	if value, ok := content["proof"]; ok {
		if existing, err = objectList(value); err != nil {
			return nil, fmt.Errorf("%w: proof: %w", ErrMalformed, err)
		}
	}
	proof := o.proof(issuer, signer.KeyID(), content["@context"])
	d := secured{content: without(content, "proof")}
	suite, _ := proof["cryptosuite"].(string)
	message, err := d.message(suite, existing, proof)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	signature, err := signer.Sign(ctx, message)
	if err != nil {
		return nil, fmt.Errorf("sign with %s: %w", signer.KeyID(), err)
	}
	proof["proofValue"] = encodeProofValue(signature)
	content["proof"] = append(existing, proof)
	return marshal(content)
}

// proof returns the options of a proof to be made.
func (o Options) proof(did, keyID string, contexts any) map[string]any {
	proof := map[string]any{
		"type": proofType, "cryptosuite": suiteRDFC, "proofPurpose": proofPurpose,
		"created": o.At.UTC().Format(time.RFC3339), "verificationMethod": signing.VerificationMethod(did, keyID),
	}
	if o.JSON {
		proof["cryptosuite"], proof["@context"] = suiteJCS, contexts
	}
	if o.ProofID != "" {
		proof["id"] = o.ProofID
	}
	switch len(o.PreviousProof) {
	case 0:
	case 1:
		proof["previousProof"] = o.PreviousProof[0]
	default:
		names := make([]any, len(o.PreviousProof))
		for i, name := range o.PreviousProof {
			names[i] = name
		}
		proof["previousProof"] = names
	}
	return proof
}
