package credential

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/certreg/certreg/internal/civil"
)

// The documents of this file declare their members in the order of the JSON
// Canonicalization Scheme (RFC 8785), and [checkText] keeps out the characters
// that encoding/json would escape: so what [marshal] writes is canonical JSON.

// A badge is the document of a certificate.
type badge struct {
	Context   []string                `json:"@context"`
	Status    oneOrMore[statusMember] `json:"credentialStatus,omitempty"`
	Subject   badgeSubject            `json:"credentialSubject"`
	Evidence  []evidenceMember        `json:"evidence,omitempty"`
	ID        string                  `json:"id"`
	Issuer    profile                 `json:"issuer"`
	Name      string                  `json:"name"`
	Proof     []ownProof              `json:"proof,omitempty"`
	Refresh   *refreshMember          `json:"refreshService,omitempty"`
	Type      []string                `json:"type"`
	ValidFrom string                  `json:"validFrom"`
}

type statusMember struct {
	ID      string `json:"id"`
	List    string `json:"statusListCredential"`
	Index   string `json:"statusListIndex"`
	Purpose string `json:"statusPurpose"`
	Type    string `json:"type"`
}

type badgeSubject struct {
	Achievement   achievement     `json:"achievement"`
	Identifier    []identityProof `json:"identifier"`
	LicenseNumber string          `json:"licenseNumber"`
	Result        []result        `json:"result"`
	Source        profile         `json:"source"`
	Type          []string        `json:"type"`
}

type achievement struct {
	AchievementType   string              `json:"achievementType"`
	Criteria          criteriaMember      `json:"criteria"`
	Description       string              `json:"description"`
	HumanCode         string              `json:"humanCode"`
	ID                string              `json:"id"`
	Name              string              `json:"name"`
	ResultDescription []resultDescription `json:"resultDescription"`
	Specialization    string              `json:"specialization,omitempty"`
	Type              []string            `json:"type"`
}

type criteriaMember struct {
	ID        string `json:"id"`
	Narrative string `json:"narrative"`
}

type resultDescription struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	ResultType string   `json:"resultType"`
	Type       []string `json:"type"`
}

type result struct {
	ResultDescription string   `json:"resultDescription"`
	Type              []string `json:"type"`
	Value             string   `json:"value"`
}

// identityProof is an IdentityObject of Open Badges 3.0.
type identityProof struct {
	Hashed bool   `json:"hashed"`
	Hash   string `json:"identityHash"`
	Kind   string `json:"identityType"`
	Type   string `json:"type"`
}

type profile struct {
	ID   string   `json:"id"`
	Name string   `json:"name"`
	Type []string `json:"type"`
	URL  string   `json:"url,omitempty"`
}

type evidenceMember struct {
	Digest string   `json:"digestMultibase"`
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Type   []string `json:"type"`
}

type refreshMember struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// oneOrMore is written as an object when it has one element and as an array
// when it has more. Open Badges 3.0 allows one credentialStatus, the W3C data
// model any number.
type oneOrMore[T any] []T

// MarshalJSON implements [json.Marshaler].
func (v oneOrMore[T]) MarshalJSON() ([]byte, error) {
	if len(v) == 1 {
		return marshal(v[0])
	}
	return marshal([]T(v))
}

// UnmarshalJSON implements [json.Unmarshaler].
func (v *oneOrMore[T]) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("[")) {
		return json.Unmarshal(data, (*[]T)(v))
	}
	*v = make([]T, 1)
	return json.Unmarshal(data, &(*v)[0])
}

// The kinds of identity a subject carries.
const (
	identityCommitment = "ext:idNumberCommitment"
	identityName       = "name"
)

// chinaTime is the offset of China Standard Time, in which days are meant.
const chinaTime = "T00:00:00+08:00"

// newBadge writes the certificate as an unsigned document.
func newBadge(issuer Issuer, c Certificate) badge {
	at := issuer.Base + "/occupations/" + url.PathEscape(c.Occupation.Code) + "/levels/" + strconv.Itoa(c.Level.Rank)
	title := c.title()
	b := badge{
		Context: []string{contextVC, contextOB, contextOBMore},
		ID:      issuer.CredentialID(c.Number, c.Version),
		Type:    []string{"VerifiableCredential", "OpenBadgeCredential"},
		Name:    title.String(),
		Issuer:  profile{ID: issuer.DID, Name: issuer.Name.String(), Type: []string{"Profile"}, URL: issuer.Base},
		Subject: badgeSubject{
			Achievement: achievement{
				AchievementType:   "Certification",
				Criteria:          criteriaMember{ID: c.Criteria.URL, Narrative: c.Criteria.Narrative.String()},
				Description:       title.En,
				HumanCode:         c.Occupation.Code,
				ID:                at,
				Name:              title.Zh,
				ResultDescription: []resultDescription{{ID: at + "#level", Name: "职业技能等级 / Skill level", ResultType: "ext:SkillLevel", Type: []string{"ResultDescription"}}},
				Specialization:    c.Direction,
				Type:              []string{"Achievement"},
			},
			Identifier:    []identityProof{{Hash: c.Commitment.String(), Kind: identityCommitment, Type: "IdentityObject"}},
			LicenseNumber: c.Number,
			Result:        []result{{ResultDescription: at + "#level", Type: []string{"Result"}, Value: strconv.Itoa(c.Level.Rank)}},
			Source:        profile{ID: c.IssuedBy.URL, Name: c.IssuedBy.Name.String(), Type: []string{"Profile"}},
			Type:          []string{"AchievementSubject"},
		},
		ValidFrom: c.IssuedOn.String() + chinaTime,
	}
	if b.Subject.Achievement.Description == "" {
		b.Subject.Achievement.Description = title.Zh
	}
	if c.Holder != "" {
		b.Subject.Identifier = append(b.Subject.Identifier, identityProof{Hash: c.Holder, Kind: identityName, Type: "IdentityObject"})
	}
	for _, s := range c.Status {
		b.Status = append(b.Status, s.member())
	}
	for _, e := range c.Evidence {
		b.Evidence = append(b.Evidence, evidenceMember{Digest: multihash(e.SHA256), ID: e.URL, Name: e.Name.String(), Type: []string{"Evidence"}})
	}
	if c.Refresh != "" {
		b.Refresh = &refreshMember{ID: c.Refresh, Type: "1EdTechCredentialRefresh"}
	}
	return b
}

func (s StatusEntry) member() statusMember {
	index := strconv.Itoa(s.Index)
	return statusMember{ID: s.List + "#" + index, List: s.List, Index: index, Purpose: string(s.Purpose), Type: statusEntryType}
}

// multihash writes a SHA-256 as a base64url multibase multihash.
func multihash(sum [sha256.Size]byte) string {
	return "u" + base64.RawURLEncoding.EncodeToString(append([]byte{0x12, sha256.Size}, sum[:]...))
}

// A Statement is what a badge of this register says, read back. Texts that the
// badge holds in both languages at once are in Zh.
type Statement struct {
	ID             string
	Issuer         string // DID
	Register       string // name of the register
	Number         string
	Version        int
	OccupationCode string
	Rank           int  // skill level
	Title          Text // occupation and level in words
	Direction      string
	IssuedBy       string
	IssuedOn       civil.Date
	Holder         string
	Commitment     Commitment
	Status         []StatusEntry
	Refresh        string
	Evidence       []Evidence
}

// ReadBadge reads a credential of the form this package signs. It does not
// check the proof: see [Verify]. It reports [ErrMalformed].
func ReadBadge(document []byte) (Statement, error) {
	var b badge
	if err := json.Unmarshal(document, &b); err != nil {
		return Statement{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if !slices.Contains(b.Type, "OpenBadgeCredential") || len(b.Subject.Result) != 1 {
		return Statement{}, fmt.Errorf("%w: not an Open Badges credential of a register", ErrMalformed)
	}
	a := b.Subject.Achievement
	s := Statement{
		ID: b.ID, Issuer: b.Issuer.ID, Register: b.Issuer.Name, Number: b.Subject.LicenseNumber,
		OccupationCode: a.HumanCode, Title: Text{Zh: a.Name, En: a.Description}, Direction: a.Specialization,
		IssuedBy: b.Subject.Source.Name,
	}
	if b.Refresh != nil {
		s.Refresh = b.Refresh.ID
	}
	var err error
	if s.Version, err = strconv.Atoi(b.ID[strings.LastIndexByte(b.ID, '/')+1:]); err != nil {
		return Statement{}, fmt.Errorf("%w: no version in %q", ErrMalformed, b.ID)
	}
	if s.Rank, err = strconv.Atoi(b.Subject.Result[0].Value); err != nil {
		return Statement{}, fmt.Errorf("%w: level %q", ErrMalformed, b.Subject.Result[0].Value)
	}
	day, _, _ := strings.Cut(b.ValidFrom, "T")
	if s.IssuedOn, err = civil.ParseDate(day); err != nil {
		return Statement{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if err := s.readIdentity(b.Subject.Identifier); err != nil {
		return Statement{}, err
	}
	for _, m := range b.Status {
		e, err := m.entry()
		if err != nil {
			return Statement{}, err
		}
		s.Status = append(s.Status, e)
	}
	for _, m := range b.Evidence {
		d, err := parseMultihash(m.Digest)
		if err != nil || len(d.sum) != sha256.Size {
			return Statement{}, fmt.Errorf("%w: evidence %s: no SHA-256", ErrMalformed, m.ID)
		}
		s.Evidence = append(s.Evidence, Evidence{URL: m.ID, Name: Text{Zh: m.Name}, SHA256: [sha256.Size]byte(d.sum)})
	}
	return s, nil
}

func (s *Statement) readIdentity(ids []identityProof) error {
	for _, id := range ids {
		switch id.Kind {
		case identityName:
			s.Holder = id.Hash
		case identityCommitment:
			var err error
			if s.Commitment, err = ParseCommitment(id.Hash); err != nil {
				return err
			}
		}
	}
	return nil
}

// entry reads a status entry. It reports [ErrMalformed].
func (m statusMember) entry() (StatusEntry, error) {
	index, err := strconv.Atoi(m.Index)
	if err != nil || m.Type != statusEntryType || index < 0 || index >= StatusListSize || strconv.Itoa(index) != m.Index {
		return StatusEntry{}, fmt.Errorf("%w: status entry %s", ErrMalformed, m.ID)
	}
	return StatusEntry{Purpose: Purpose(m.Purpose), List: m.List, Index: index}, nil
}

// marshal writes JSON without HTML escapes and without a closing line end.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
