package credential

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/signing"
)

// StatusListSize is the number of entries of a list: the least that W3C
// Bitstring Status List 1.0 allows, so that an entry hides among many.
const StatusListSize = 131_072

const statusEntryType = "BitstringStatusListEntry"

// A Purpose is what a set bit of a status list means.
type Purpose string

// Revocation is for good, suspension may end.
const (
	Revocation Purpose = "revocation"
	Suspension Purpose = "suspension"
)

func (p Purpose) known() bool { return p == Revocation || p == Suspension }

// A StatusList holds one bit for each entry; bit 0 is the leftmost. The zero
// value has no bit set.
type StatusList struct {
	bits [StatusListSize / 8]byte
}

// Set writes the bit of an entry, which lies in the list.
func (l *StatusList) Set(index int, on bool) {
	mask := byte(0x80) >> (index % 8)
	if on {
		l.bits[index/8] |= mask
	} else {
		l.bits[index/8] &^= mask
	}
}

// Get reads the bit of an entry, which lies in the list.
func (l *StatusList) Get(index int) bool {
	return l.bits[index/8]&(byte(0x80)>>(index%8)) != 0
}

// Encode writes the list as an encodedList: multibase base64url of its gzip.
// Equal lists have equal encodings.
func (l *StatusList) Encode() (string, error) {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	if _, err := w.Write(l.bits[:]); err != nil {
		return "", fmt.Errorf("status list: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("status list: %w", err)
	}
	return "u" + base64.RawURLEncoding.EncodeToString(buf.Bytes()), nil
}

// DecodeStatusList reads an encodedList of [StatusListSize] entries. It
// reports [ErrMalformed], and never expands more than a list holds.
func DecodeStatusList(encoded string) (*StatusList, error) {
	text, ok := strings.CutPrefix(encoded, "u")
	if !ok {
		return nil, fmt.Errorf("%w: encodedList is not base64url multibase", ErrMalformed)
	}
	r, err := gzip.NewReader(base64.NewDecoder(base64.RawURLEncoding.Strict(), strings.NewReader(text)))
	if err != nil {
		return nil, fmt.Errorf("%w: encodedList: %w", ErrMalformed, err)
	}
	var l StatusList
	if _, err := io.ReadFull(r, l.bits[:]); err != nil {
		return nil, fmt.Errorf("%w: encodedList: %w", ErrMalformed, err)
	}
	if n, err := io.Copy(io.Discard, io.LimitReader(r, 1)); n != 0 || err != nil {
		return nil, fmt.Errorf("%w: encodedList is not of %d entries", ErrMalformed, StatusListSize)
	}
	return &l, nil
}

// statusDocument is a BitstringStatusListCredential, members in canonical
// order. Lists of before had no end.
type statusDocument struct {
	Context    []string      `json:"@context"`
	Subject    statusSubject `json:"credentialSubject"`
	ID         string        `json:"id"`
	Issuer     string        `json:"issuer"`
	Proof      []ownProof    `json:"proof,omitempty"`
	Type       []string      `json:"type"`
	ValidFrom  string        `json:"validFrom"`
	ValidUntil string        `json:"validUntil,omitempty"`
}

type statusSubject struct {
	Encoded string `json:"encodedList"`
	ID      string `json:"id"`
	Purpose string `json:"statusPurpose"`
	Type    string `json:"type"`
}

const (
	typeStatusList       = "BitstringStatusList"
	typeStatusCredential = "BitstringStatusListCredential"
)

// A StatusPage is a status list as it is published.
type StatusPage struct {
	Address string
	Purpose Purpose
	Encoded string // the list, see [StatusList.Encode]
	// At is when it stood so. From Until on it tells nothing: whoever keeps
	// showing an old list does not hide what was withdrawn since for longer.
	At, Until time.Time
}

// SignStatusList returns the credential that publishes a list.
func SignStatusList(ctx context.Context, issuer Issuer, signer signing.Signer, p StatusPage) ([]byte, error) {
	if !p.Purpose.known() {
		return nil, fmt.Errorf("status list %s: %w: purpose %q", p.Address, ErrMalformed, p.Purpose)
	}
	d := statusDocument{
		Context:    []string{contextVC},
		Subject:    statusSubject{Encoded: p.Encoded, ID: p.Address + "#list", Purpose: string(p.Purpose), Type: typeStatusList},
		ID:         p.Address,
		Issuer:     issuer.DID,
		Type:       []string{"VerifiableCredential", typeStatusCredential},
		ValidFrom:  p.At.UTC().Format(time.RFC3339),
		ValidUntil: p.Until.UTC().Format(time.RFC3339),
	}
	quads, err := d.canonical()
	if err != nil {
		return nil, fmt.Errorf("status list %s: %w", p.Address, err)
	}
	json, err := marshal(d)
	if err != nil {
		return nil, fmt.Errorf("status list %s: %w", p.Address, err)
	}
	if d.Proof, err = signDocument(ctx, issuer, signer, p.At, d.Context, quads, json); err != nil {
		return nil, fmt.Errorf("status list %s: %w", p.Address, err)
	}
	return marshal(d)
}

// canonical writes the document without its proofs, as [badge.canonical] does.
func (d statusDocument) canonical() ([]byte, error) {
	g := &graph{}
	id, list := g.node(d.ID), g.node(d.Subject.ID)
	g.link(id, rdfType, iri(vocabVC+"VerifiableCredential"))
	g.link(id, rdfType, iri(vocabStatus+typeStatusCredential))
	g.link(id, iri(vocabVC+"issuer"), g.node(d.Issuer))
	g.text(id, iri(vocabVC+"validFrom"), d.ValidFrom, xsdDateTime)
	if d.ValidUntil != "" {
		g.text(id, iri(vocabVC+"validUntil"), d.ValidUntil, xsdDateTime)
	}
	g.link(id, iri(vocabVC+"credentialSubject"), list)
	g.link(list, rdfType, iri(vocabStatus+typeStatusList))
	g.text(list, iri(vocabStatus+"statusPurpose"), d.Subject.Purpose, "")
	g.text(list, iri(vocabStatus+"encodedList"), d.Subject.Encoded, vocabSec+"multibase")
	return g.canonical()
}

// fixedTypes reports whether contexts and types are those for which canonical
// writes its quads.
func (d statusDocument) fixedTypes() bool {
	return slices.Equal(d.Context, []string{contextVC}) &&
		slices.Equal(d.Type, []string{"VerifiableCredential", typeStatusCredential}) && d.Subject.Type == typeStatusList
}
