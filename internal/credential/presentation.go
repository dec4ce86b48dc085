package credential

import (
	"fmt"
	"slices"
	"time"
)

// A Presentation is what a check found out about an unaltered presentation.
type Presentation struct {
	Holder      string          // who presents; may be empty
	Credentials []Verified      // without proofs where they are the holder's own word
	Proofs      []VerifiedProof // at least one, all of them hold
}

// presentationPurpose is what the proof of a presentation is for.
const presentationPurpose = "authentication"

// presentationChecks are the properties that the data model defines for a
// presentation, by the section that does.
func presentationChecks() map[string]check {
	return map[string]check{
		"@context":             checkContexts,                    // §4.3
		"id":                   isURL,                            // §4.4
		"type":                 isType("VerifiablePresentation"), // §4.5
		"holder":               isAgent,                          // §4.13
		"proof":                each(hasType),                    // §4.12
		"termsOfUse":           each(hasType),                    // §5.5
		"verifiableCredential": isPresented,                      // §4.13
	}
}

// isPresented accepts one object or a list of them, which may be empty.
func isPresented(value any) error {
	_, err := presented(value)
	return err
}

func presented(value any) ([]map[string]any, error) {
	if list, ok := value.([]any); ok && len(list) == 0 {
		return nil, nil
	}
	return objectList(value)
}

// VerifyPresentation checks a presentation offline: its form, every proof it
// carries, made by the holder to authenticate, and each credential in it. A
// credential that the presenter issued or that has no proof of its own is the
// holder's word about himself, and the presentation has to say who that is (W3C
// Verifiable Credentials Data Model 2.0, §4.13.4); others are checked as
// [Verify] does. Credentials in envelopes are not read.
//
// It reports as Verify, for the presentation and for its credentials.
func VerifyPresentation(document []byte, keys Resolver, now time.Time) (Presentation, error) {
	content, err := parseStrict(document)
	if err != nil {
		return Presentation{}, err
	}
	if err := checkProperties(content, presentationChecks(), "@context", "type"); err != nil {
		return Presentation{}, err
	}
	p := Presentation{Holder: agentID(content["holder"])}
	by := signatory{p.Holder, presentationPurpose}
	if p.Proofs, err = verifyProofs(newSecured(document, content), content["proof"], by, keys, now); err != nil {
		return Presentation{}, err
	}
	credentials, _ := presented(content["verifiableCredential"]) // checked above
	for i, c := range credentials {
		v, err := p.verify(c, keys, now)
		if err != nil {
			return Presentation{}, fmt.Errorf("credential %d: %w", i+1, err)
		}
		p.Credentials = append(p.Credentials, v)
	}
	return p, nil
}

// verify checks a credential in the presentation.
func (p Presentation) verify(content map[string]any, keys Resolver, now time.Time) (Verified, error) {
	v, err := readContent(content)
	if err != nil {
		return Verified{}, err
	}
	_, signed := content["proof"]
	own := slices.ContainsFunc(p.Proofs, func(proof VerifiedProof) bool { return proof.signer() == v.Issuer })
	if (own || !signed) && v.Issuer != p.Holder {
		return Verified{}, fmt.Errorf("%w: the presenter's own word by %s, and the holder is %q", ErrProof, v.Issuer, p.Holder)
	}
	if !signed {
		return v, v.inTime(now)
	}
	return verifyContent(secured{content: without(content, "proof")}, content, keys, now)
}
