package credential

import (
	"fmt"
	"slices"
)

// An Expectation is what a verifier asks that proofs were made for (W3C
// Verifiable Credential Data Integrity 1.0, §4.3). What is empty is not asked.
type Expectation struct {
	Purpose   string // proofPurpose
	Domain    string // one of the domains of the proof
	Challenge string
}

// MetBy reports [ErrProof] if one of the proofs was made for something else.
func (e Expectation) MetBy(proofs []VerifiedProof) error {
	for i, p := range proofs {
		switch {
		case e.Purpose != "" && e.Purpose != p.Purpose:
			return fmt.Errorf("%w: proof %d is for %s, not for %q", ErrProof, i+1, p.Purpose, e.Purpose)
		case e.Domain != "" && !slices.Contains(p.Domain, e.Domain):
			return fmt.Errorf("%w: proof %d is not for the domain %q", ErrProof, i+1, e.Domain)
		case e.Challenge != "" && p.Challenge != e.Challenge:
			return fmt.Errorf("%w: proof %d answers another challenge", ErrProof, i+1)
		}
	}
	return nil
}

// bounds reads where a proof is meant to be used (Data Integrity 1.0, §2.1):
// one domain or several, and a challenge.
func bounds(proof map[string]any) (domain []string, challenge string, err error) {
	if value, ok := proof["domain"]; ok {
		if domain, err = texts(value); err != nil {
			return nil, "", fmt.Errorf("%w: domain: %w", ErrMalformed, err)
		}
	}
	if value, ok := proof["challenge"]; ok {
		if challenge, ok = value.(string); !ok {
			return nil, "", fmt.Errorf("%w: challenge: not a text", ErrMalformed)
		}
	}
	return domain, challenge, nil
}
