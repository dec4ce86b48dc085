package credential

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gowebpki/jcs"

	"github.com/certreg/certreg/internal/signing"
)

// A Resolver knows the keys that proofs name. [signing.Directory] is one.
type Resolver interface {
	// Key returns the key a verification method names. It reports
	// [signing.ErrUnknownKey].
	Key(verificationMethod string) (signing.Key, error)
}

// Verified is what a check found out about an unaltered document.
type Verified struct {
	ID     string // may be empty
	Issuer string
	Types  []string
	// ValidFrom and ValidUntil are zero where the document says nothing.
	ValidFrom, ValidUntil time.Time
	// Status is where one bit each tells whether the document still counts,
	// in lists that remain to be looked at.
	Status []StatusEntry
	Proofs []VerifiedProof // at least one, all of them hold
}

// A VerifiedProof is a proof that holds.
type VerifiedProof struct {
	Cryptosuite        string
	VerificationMethod string
	Purpose            string // proofPurpose
	// Created is the signer's claim; zero if it makes none.
	Created time.Time
	// Domain and Challenge are where the proof was meant to be used; empty for
	// anywhere, as in what the register issues. See [Expectation].
	Domain    []string
	Challenge string
	// Suspect: the key was lost at some later date, so that the proof may be
	// forged and back-dated. Such a document is not to be shown as good unless
	// the log bears it out.
	Suspect bool
}

// signer is the DID that controls the key.
func (p VerifiedProof) signer() string {
	did, _, _ := strings.Cut(p.VerificationMethod, "#")
	return did
}

// Suspect reports whether no proof is beyond the suspicion of
// [VerifiedProof].Suspect.
func (v Verified) Suspect() bool {
	return !slices.ContainsFunc(v.Proofs, func(p VerifiedProof) bool { return !p.Suspect })
}

const maxProofs = 8

// clockSkew is how far the signer's clock may be ahead of the reader's.
const clockSkew = 5 * time.Minute

// Verify checks a credential offline: its form, its time of validity and every
// proof it carries, each by a key of its issuer that counted when the proof
// was made. Nothing is fetched; contexts must be among the bundled ones. It
// does not look at the status list: see [StatusOf].
//
// It reports [ErrMalformed], [ErrProof] (also with [signing.ErrUnknownKey],
// [signing.ErrNotActive], [signing.ErrCompromised] or
// [signing.ErrBadSignature]), [ErrNotYetValid], [ErrExpired] and, for the
// bundled contexts, [ErrRelatedResource].
func Verify(document []byte, keys Resolver, now time.Time) (Verified, error) {
	content, err := parseStrict(document)
	if err != nil {
		return Verified{}, err
	}
	return verifyContent(newSecured(document, content), content, keys, now)
}

func verifyContent(d secured, content map[string]any, keys Resolver, now time.Time) (Verified, error) {
	v, err := readContent(content)
	if err != nil {
		return Verified{}, err
	}
	if v.Proofs, err = verifyProofs(d, content["proof"], signatory{v.Issuer, proofPurpose}, keys, now); err != nil {
		return Verified{}, err
	}
	if err := v.inTime(now); err != nil {
		return Verified{}, err
	}
	return v, nil
}

// readContent holds a document to the data model and returns what it says.
func readContent(content map[string]any) (Verified, error) {
	if err := checkModel(content); err != nil {
		return Verified{}, err
	}
	if err := checkRelated(content); err != nil {
		return Verified{}, err
	}
	v := Verified{
		Issuer: issuerID(content), ValidFrom: instantOf(content["validFrom"]), ValidUntil: instantOf(content["validUntil"]),
		Status: statusEntries(content),
	}
	v.ID, _ = content["id"].(string)
	var err error
	if v.Types, err = texts(content["type"]); err != nil {
		return Verified{}, fmt.Errorf("%w: type: %w", ErrMalformed, err)
	}
	return v, nil
}

// inTime reports [ErrNotYetValid] or [ErrExpired].
func (v Verified) inTime(now time.Time) error {
	switch {
	case now.Add(clockSkew).Before(v.ValidFrom):
		return fmt.Errorf("%w: from %s", ErrNotYetValid, v.ValidFrom.Format(time.RFC3339))
	case !v.ValidUntil.IsZero() && now.After(v.ValidUntil):
		return fmt.Errorf("%w: until %s", ErrExpired, v.ValidUntil.Format(time.RFC3339))
	}
	return nil
}

// A signatory is who must have made a proof, and what for.
type signatory struct {
	did     string // "" for anybody
	purpose string // proofPurpose
}

// verifyProofs checks the proof set. A proof of an unknown kind fails it: it
// cannot be told from one that does not hold.
func verifyProofs(d secured, set any, by signatory, keys Resolver, now time.Time) ([]VerifiedProof, error) {
	proofs, err := objectList(set)
	if err != nil || len(proofs) > maxProofs {
		return nil, fmt.Errorf("%w: want one to %d proofs", ErrProof, maxProofs)
	}
	verified := make([]VerifiedProof, 0, len(proofs))
	for i, p := range proofs {
		done, err := verifyProof(d, proofs, p, by, keys, now)
		if err != nil {
			return nil, fmt.Errorf("%w: proof %d: %w", ErrProof, i+1, err)
		}
		verified = append(verified, done)
	}
	return verified, nil
}

func verifyProof(d secured, all []map[string]any, proof map[string]any, by signatory, keys Resolver, now time.Time) (VerifiedProof, error) {
	text := func(member string) string {
		s, _ := proof[member].(string)
		return s
	}
	v := VerifiedProof{
		Cryptosuite: text("cryptosuite"), VerificationMethod: text("verificationMethod"),
		Purpose: text("proofPurpose"), Created: instantOf(proof["created"]),
	}
	if text("type") != proofType || v.Purpose != by.purpose {
		return v, fmt.Errorf("%w: not a %s for %s", ErrMalformed, proofType, by.purpose)
	}
	if by.did != "" && v.signer() != by.did {
		return v, fmt.Errorf("signed by %s, not by %s", v.VerificationMethod, by.did)
	}
	var err error
	if v.Domain, v.Challenge, err = bounds(proof); err != nil {
		return v, err
	}
	at := now
	if _, dated := proof["created"]; dated {
		if at = v.Created; at.IsZero() {
			return v, fmt.Errorf("%w: created is not a date-time", ErrMalformed)
		}
	}
	if value, ok := proof["expires"]; ok {
		until := instantOf(value)
		if until.IsZero() {
			return v, fmt.Errorf("%w: expires is not a date-time", ErrMalformed)
		}
		if !now.Before(until) {
			return v, fmt.Errorf("%w: proof expired", ErrExpired)
		}
	}
	signature, err := decodeProofValue(text("proofValue"))
	if err != nil {
		return v, err
	}
	message, err := d.message(v.Cryptosuite, all, proof)
	if err != nil {
		return v, err
	}
	key, err := keys.Key(v.VerificationMethod)
	if err != nil {
		return v, err
	}
	v.Suspect = key.Suspect()
	return v, key.Verify(message, signature, at)
}

// A secured is a document whose proofs are being checked.
type secured struct {
	content map[string]any // without proof
	fixed   fixedDocument  // the same in the register's own form; nil if it is not
}

// A fixedDocument is a document in one of the forms that the register signs.
type fixedDocument interface {
	canonical() ([]byte, error)
	fixedTypes() bool
	unsigned() any
}

func (b badge) unsigned() any          { b.Proof = nil; return b }
func (d statusDocument) unsigned() any { d.Proof = nil; return d }

func newSecured(document []byte, content map[string]any) secured {
	d := secured{content: without(content, "proof")}
	var compact bytes.Buffer
	if err := json.Compact(&compact, document); err != nil {
		return d
	}
	if b, ok := ownForm[badge](compact.Bytes()); ok {
		d.fixed = b
	} else if s, ok := ownForm[statusDocument](compact.Bytes()); ok {
		d.fixed = s
	}
	return d
}

// without returns a copy that lacks the member.
func without(object map[string]any, member string) map[string]any {
	rest := maps.Clone(object)
	delete(rest, member)
	return rest
}

// ownForm reads a document as T if T holds all of it: written again, it is the
// same to the byte.
func ownForm[T fixedDocument](compact []byte) (T, bool) {
	var d T
	if err := json.Unmarshal(compact, &d); err != nil || !d.fixedTypes() {
		return d, false
	}
	again, err := marshal(d)
	return d, err == nil && bytes.Equal(again, compact)
}

// message returns what the proof signs: see [hashData].
func (d secured) message(suite string, all []map[string]any, proof map[string]any) ([]byte, error) {
	options := maps.Clone(proof)
	delete(options, "proofValue")
	previous, chained, err := previousProofs(all, proof)
	if err != nil {
		return nil, err
	}
	if chained {
		d.fixed, d.content = nil, maps.Clone(d.content)
		d.content["proof"] = previous
	}
	var text, statements []byte
	switch suite {
	case suiteRDFC:
		options["@context"] = d.content["@context"]
		if text, err = rdfcOptions(options); err == nil {
			statements, err = d.statements()
		}
	case suiteJCS:
		if c, ok := options["@context"]; ok && !sameJSON(c, d.content["@context"]) {
			return nil, errors.New("proof made under other contexts")
		}
		if text, err = canonicalJSON(options); err == nil {
			statements, err = d.text()
		}
	default:
		return nil, fmt.Errorf("unknown cryptosuite %q", suite)
	}
	if err != nil {
		return nil, err
	}
	return hashData(text, statements), nil
}

// statements are the document's canonical N-Quads.
func (d secured) statements() ([]byte, error) {
	if d.fixed != nil {
		if quads, err := d.fixed.canonical(); err == nil {
			return quads, nil
		}
	}
	return canonicalJSONLD(d.content)
}

// text is the document's canonical JSON.
func (d secured) text() ([]byte, error) {
	if d.fixed != nil {
		return marshal(d.fixed.unsigned())
	}
	return canonicalJSON(d.content)
}

// previousProofs returns the proofs that a proof of a chain builds on
// (VC Data Integrity 1.0, §4.5): previousProof names one or a list of them.
func previousProofs(all []map[string]any, proof map[string]any) ([]any, bool, error) {
	value, ok := proof["previousProof"]
	if !ok {
		return nil, false, nil
	}
	names, err := texts(value)
	if err != nil {
		return nil, false, fmt.Errorf("%w: previousProof: %w", ErrMalformed, err)
	}
	var previous []any
	for _, name := range names {
		i := slices.IndexFunc(all, func(p map[string]any) bool { return p["id"] == name })
		if i < 0 || proof["id"] == name {
			return nil, false, fmt.Errorf("previousProof %s is not in the document", name)
		}
		previous = append(previous, all[i])
	}
	return previous, true, nil
}

// rdfcOptions writes proof options as canonical N-Quads.
func rdfcOptions(options map[string]any) ([]byte, error) {
	own := ownProof{Type: proofType, Purpose: proofPurpose, Cryptosuite: suiteRDFC}
	own.Created, _ = options["created"].(string)
	own.VerificationMethod, _ = options["verificationMethod"].(string)
	if len(options) == 6 && own.Created != "" && options["proofPurpose"] == proofPurpose { // these five and @context
		if quads, err := own.canonical(); err == nil {
			return quads, nil
		}
	}
	return canonicalJSONLD(options)
}

// canonicalJSON writes a value in the JSON Canonicalization Scheme (RFC 8785).
func canonicalJSON(value any) ([]byte, error) {
	data, err := marshal(value)
	if err != nil {
		return nil, err
	}
	out, err := jcs.Transform(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return out, nil
}

func sameJSON(a, b any) bool {
	x, errX := canonicalJSON(a)
	y, errY := canonicalJSON(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// StatusOf reads an entry in its status list credential, whose proof is
// checked as [Verify] does. The list must come from the issuer of the
// credential, from the address and for the purpose that the entry names. It
// reports [ErrMalformed] if it does not, and [ErrExpired] for one too old to
// tell.
func StatusOf(entry StatusEntry, issuer string, list []byte, keys Resolver, now time.Time) (bool, Verified, error) {
	v, err := Verify(list, keys, now)
	if err != nil {
		return false, Verified{}, fmt.Errorf("status list %s: %w", entry.List, err)
	}
	var d statusDocument
	if err := json.Unmarshal(list, &d); err != nil {
		return false, Verified{}, fmt.Errorf("status list %s: %w: %w", entry.List, ErrMalformed, err)
	}
	if !slices.Contains(v.Types, typeStatusCredential) || d.Subject.Type != typeStatusList ||
		v.ID != entry.List || v.Issuer != issuer || d.Subject.Purpose != string(entry.Purpose) {
		return false, Verified{}, fmt.Errorf("status list %s: %w: not this list of %s for %s", entry.List, ErrMalformed, issuer, entry.Purpose)
	}
	l, err := DecodeStatusList(d.Subject.Encoded)
	if err != nil {
		return false, Verified{}, fmt.Errorf("status list %s: %w", entry.List, err)
	}
	if entry.Index < 0 || entry.Index >= StatusListSize {
		return false, Verified{}, fmt.Errorf("status list %s: %w: index %d", entry.List, ErrMalformed, entry.Index)
	}
	return l.Get(entry.Index), v, nil
}
