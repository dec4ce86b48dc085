// Package credential turns a certificate into a credential that anybody can
// check without asking the register: an Open Badges 3.0 OpenBadgeCredential in
// the W3C Verifiable Credentials Data Model 2.0, signed with Data Integrity
// proofs. It encodes and signs the status lists that tell of withdrawals, the
// short statement of the QR code and the commitment to the holder's ID number,
// and it checks all of these offline. It does not know the register's store,
// and it fetches nothing.
package credential

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/certreg/certreg/internal/civil"
)

// The reasons a document is not accepted. Errors of keys come from the signing
// package.
var (
	// ErrMalformed: not a document of the expected form.
	ErrMalformed = errors.New("malformed document")
	// ErrProof: altered, or not signed by whom it says.
	ErrProof = errors.New("proof does not hold")
	// ErrNotYetValid and ErrExpired: unaltered, but not for now.
	ErrNotYetValid = errors.New("not valid yet")
	ErrExpired     = errors.New("no longer valid")
	// ErrRelatedResource: a linked document is not the one that was linked.
	ErrRelatedResource = errors.New("related resource does not match its digest")
	// ErrStatus: unaltered, but its status list says that it does not count.
	ErrStatus = errors.New("no longer counts")
)

// A Text is worded in both languages of the register.
type Text struct{ Zh, En string }

// String joins both wordings for fields that hold one text.
func (t Text) String() string {
	if t.En == "" || t.En == t.Zh {
		return t.Zh
	}
	return t.Zh + " / " + t.En
}

// A Certificate is what a credential says. Every text is free of control
// characters, every address is absolute.
type Certificate struct {
	// Number is the certificate number (证书编号) and Version the version of
	// the record under it, from 1.
	Number  string
	Version int
	// Occupation and Level as printed; Direction (职业方向) may be empty.
	Occupation Occupation
	Level      Level
	Direction  string
	// IssuedBy is the body that examined and issues; the register signs.
	IssuedBy Body
	// IssuedOn is the day of issue, in China Standard Time.
	IssuedOn civil.Date
	// Criteria is what the holder had to fulfil.
	Criteria Criteria
	// Holder is the name to show, empty if the credential shall not tell it.
	Holder string
	// Commitment stands for the holder's ID number: see [Commit].
	Commitment Commitment
	// Status are the places in status lists, at most one for each purpose.
	Status []StatusEntry
	// Refresh is where a freshly signed credential can be had; may be empty.
	Refresh string
	// Evidence is what the certificate rests on.
	Evidence []Evidence
}

// An Occupation is an entry of the national classification of occupations.
type Occupation struct {
	Code  string
	Title Text
}

// A Level is a skill level, 5 the lowest and 1 the highest.
type Level struct {
	Rank  int
	Title Text
}

// A Body is an assessment body.
type Body struct {
	URL  string
	Name Text
}

// Criteria are the conditions of award, as a text and where they are published.
type Criteria struct {
	URL       string
	Narrative Text
}

// A StatusEntry is a place in a status list.
type StatusEntry struct {
	Purpose Purpose
	List    string // address of the status list credential
	Index   int
}

// An Evidence is a document the certificate rests on, with its SHA-256.
type Evidence struct {
	URL    string
	Name   Text
	SHA256 [32]byte
}

// title is the achievement in words.
func (c Certificate) title() Text {
	t := Text{Zh: c.Occupation.Title.Zh + "（" + c.Level.Title.Zh + "）"}
	if c.Occupation.Title.En != "" {
		t.En = c.Occupation.Title.En + " (" + c.Level.Title.En + ")"
	}
	return t
}

// check reports what keeps the certificate from being signed.
func (c Certificate) check() error {
	switch {
	case c.Version < 1:
		return fmt.Errorf("version is %d, want 1 or more", c.Version)
	case c.Level.Rank < 1 || c.Level.Rank > 5:
		return fmt.Errorf("level is %d, want 1 to 5", c.Level.Rank)
	case c.IssuedOn.IsZero():
		return errors.New("no day of issue")
	case c.Commitment == Commitment{}:
		return errors.New("no commitment to the holder's ID number")
	}
	required := map[string]string{
		"number": c.Number, "occupation code": c.Occupation.Code, "occupation": c.Occupation.Title.Zh,
		"level": c.Level.Title.Zh, "body": c.IssuedBy.Name.Zh, "criteria": c.Criteria.Narrative.Zh,
	}
	for name, text := range required {
		if text == "" {
			return fmt.Errorf("no %s", name)
		}
	}
	return c.checkLists()
}

func (c Certificate) checkLists() error {
	seen := make(map[string]bool)
	for i, s := range c.Status {
		if !s.Purpose.known() || s.Index < 0 || s.Index >= StatusListSize {
			return fmt.Errorf("status entry %d: purpose %q, index %d", i+1, s.Purpose, s.Index)
		}
		if slices.ContainsFunc(c.Status[:i], func(o StatusEntry) bool { return o.Purpose == s.Purpose || o.List == s.List }) {
			return fmt.Errorf("status entry %d: purpose or list named twice", i+1)
		}
	}
	for i, e := range c.Evidence {
		if seen[e.URL] {
			return fmt.Errorf("evidence %d: named twice", i+1)
		}
		seen[e.URL] = true
	}
	return nil
}

// An Issuer is the register as it signs.
type Issuer struct {
	// DID is the register's did:web, or a did:key in tests.
	DID string
	// Base is the register's address without a closing slash
	// ("https://register.example.cn"); what it publishes stands below.
	Base string
	Name Text
}

// CredentialID is the address of the credential of one version of a
// certificate: where it may be had and the name it carries.
func (i Issuer) CredentialID(number string, version int) string {
	return i.Base + "/credentials/" + url.PathEscape(number) + "/" + strconv.Itoa(version)
}

// checkText refuses what the canonical forms of JSON and of RDF write
// differently, so that there is one way to write every text: invalid UTF-8,
// the replacement character, control characters and the two Unicode line ends.
func checkText(text string) error {
	for _, r := range text { // invalid UTF-8 reads as utf8.RuneError
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return fmt.Errorf("%w: text has the character %U", ErrMalformed, r)
		}
	}
	return nil
}

// checkIRI accepts absolute IRIs that N-Quads can hold as they are.
func checkIRI(value string) error {
	if err := checkText(value); err != nil {
		return err
	}
	// json-gold drops, without a word, statements about what url.Parse refuses.
	u, err := url.Parse(value)
	if err != nil || !u.IsAbs() || strings.HasSuffix(value, ":") || strings.ContainsAny(value, " <>\"{}|\\^`") {
		return fmt.Errorf("%w: %q is not an absolute address", ErrMalformed, value)
	}
	return nil
}
