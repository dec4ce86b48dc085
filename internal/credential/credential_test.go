package credential_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
)

var (
	signedAt = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	checked  = signedAt.AddDate(3, 0, 0)
)

// A register is an issuer with its keys.
type register struct {
	issuer credential.Issuer
	keys   *signing.Keyset
}

func newRegister(t testing.TB, host string) register {
	t.Helper()
	keys, err := signing.NewKeyset(signedAt.AddDate(-1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	did, err := signing.WebDID(host)
	if err != nil {
		t.Fatal(err)
	}
	return register{
		issuer: credential.Issuer{DID: did, Base: "https://" + host, Name: credential.Text{Zh: "职业技能证书登记处", En: "Register of Vocational Certificates"}},
		keys:   keys,
	}
}

func (r register) signer(t testing.TB) signing.Signer {
	t.Helper()
	s, err := r.keys.Signer(signedAt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// directory is what a checker holds: the published DID document, read back.
func (r register) directory(t testing.TB) signing.Directory {
	t.Helper()
	document, err := signing.Document(r.issuer.DID, r.keys.Keys())
	if err != nil {
		t.Fatal(err)
	}
	did, keys, err := signing.ParseDocument(document)
	if err != nil {
		t.Fatal(err)
	}
	return signing.Directory{did: keys}
}

func (r register) sign(t testing.TB, c credential.Certificate) []byte {
	t.Helper()
	document, err := credential.Sign(t.Context(), r.issuer, r.signer(t), c, signedAt)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func disclosure() credential.Disclosure {
	return credential.Disclosure{IDNumber: "11010519491231002X", Salt: []byte("0123456789abcdef0123456789abcdef")}
}

func sample(t testing.TB) credential.Certificate {
	t.Helper()
	day, err := civil.ParseDate("2026-05-06")
	if err != nil {
		t.Fatal(err)
	}
	commitment, err := credential.Commit(disclosure())
	if err != nil {
		t.Fatal(err)
	}
	return credential.Certificate{
		Number:  "2610001200300001",
		Version: 2,
		Occupation: credential.Occupation{
			Code: "4-07-02-03", Title: credential.Text{Zh: "客户服务管理师", En: "Customer Service Manager"},
		},
		Level:     credential.Level{Rank: 3, Title: credential.Text{Zh: "三级/高级技能", En: "Level 3, senior skilled worker"}},
		Direction: "呼叫中心",
		IssuedBy: credential.Body{
			URL: "https://register.example.cn/bodies/10012003", Name: credential.Text{Zh: "南京第三鉴定站", En: "Nanjing Station 3"},
		},
		IssuedOn: day,
		Criteria: credential.Criteria{
			URL: "https://register.example.cn/editions/2007", Narrative: credential.Text{Zh: "理论与技能考试均达到60分", En: "Theory and skills passed with 60 points each"},
		},
		Holder:     "张三",
		Commitment: commitment,
		Status: []credential.StatusEntry{
			{Purpose: credential.Revocation, List: "https://register.example.cn/status/1", Index: 94_567},
			{Purpose: credential.Suspension, List: "https://register.example.cn/status/2", Index: 17},
		},
		Refresh: "https://register.example.cn/credentials/2610001200300001/refresh",
		Evidence: []credential.Evidence{
			{URL: "https://register.example.cn/evidence/1", Name: credential.Text{Zh: "成绩记录", En: "Results"}, SHA256: [32]byte{1}},
		},
	}
}

func TestSignedCredentialVerifiesAndReadsBack(t *testing.T) {
	r, c := newRegister(t, "register.example.cn"), sample(t)
	document := r.sign(t, c)
	v, err := credential.Verify(document, r.directory(t), checked)
	if err != nil {
		t.Fatal(err)
	}
	method := signing.VerificationMethod(r.issuer.DID, r.signer(t).KeyID())
	want := credential.Verified{
		ID: "https://register.example.cn/credentials/2610001200300001/2", Issuer: "did:web:register.example.cn",
		Types:     []string{"VerifiableCredential", "OpenBadgeCredential"},
		ValidFrom: time.Date(2026, 5, 5, 16, 0, 0, 0, time.UTC),
		Status:    c.Status,
		Proofs: []credential.VerifiedProof{
			{Cryptosuite: "eddsa-rdfc-2022", VerificationMethod: method, Purpose: "assertionMethod", Created: signedAt},
			{Cryptosuite: "eddsa-jcs-2022", VerificationMethod: method, Purpose: "assertionMethod", Created: signedAt},
		},
	}
	sameInstant := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	if diff := cmp.Diff(want, v, sameInstant); diff != "" {
		t.Errorf("Verify (-want +got):\n%s", diff)
	}
	got, err := credential.ReadBadge(document)
	if err != nil {
		t.Fatal(err)
	}
	wantStatement := credential.Statement{
		ID: v.ID, Issuer: v.Issuer, Register: r.issuer.Name.String(), Number: c.Number, Version: 2,
		OccupationCode: "4-07-02-03", Rank: 3, Direction: "呼叫中心",
		Title:    credential.Text{Zh: "客户服务管理师（三级/高级技能）", En: "Customer Service Manager (Level 3, senior skilled worker)"},
		IssuedBy: c.IssuedBy.Name.String(), IssuedOn: c.IssuedOn, Holder: "张三", Commitment: c.Commitment, Status: c.Status, Refresh: c.Refresh,
		Evidence: []credential.Evidence{{URL: c.Evidence[0].URL, Name: credential.Text{Zh: "成绩记录 / Results"}, SHA256: c.Evidence[0].SHA256}},
	}
	if diff := cmp.Diff(wantStatement, got, cmp.Comparer(func(a, b civil.Date) bool { return a == b })); diff != "" {
		t.Errorf("ReadBadge (-want +got):\n%s", diff)
	}
	if again := r.sign(t, c); string(again) != string(document) {
		t.Error("signed twice: got different bytes, want equal")
	}
	t.Logf("credential of %d bytes", len(document))
}

// A reader may store the credential with its own spaces and order of members.
func TestReformattedCredentialVerifies(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	var members map[string]any
	if err := json.Unmarshal(r.sign(t, sample(t)), &members); err != nil {
		t.Fatal(err)
	}
	indented, err := json.MarshalIndent(members, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	reordered := "{\"type\":" + mustJSON(t, members["type"]) + "," + strings.TrimPrefix(strings.Replace(mustJSON(t, members), "\"type\":"+mustJSON(t, members["type"])+",", "", 1), "{")
	for name, document := range map[string]string{"indented": string(indented), "reordered": reordered} {
		if _, err := credential.Verify([]byte(document), r.directory(t), checked); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func mustJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestCredentialTellsNoIDNumber(t *testing.T) {
	document := string(newRegister(t, "register.example.cn").sign(t, sample(t)))
	d := disclosure()
	for name, secret := range map[string]string{"ID number": d.IDNumber, "birth date": "19491231", "salt": string(d.Salt)} {
		if strings.Contains(document, secret) {
			t.Errorf("credential contains the %s", name)
		}
	}
}

func TestHolderDisclosesIDNumber(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	s, err := credential.ReadBadge(r.sign(t, sample(t)))
	if err != nil {
		t.Fatal(err)
	}
	other, otherSalt, short := disclosure(), disclosure(), disclosure()
	other.IDNumber = "110101200002290018"
	otherSalt.Salt = credential.NewSalt()
	short.Salt = short.Salt[:16]
	tests := []struct {
		name string
		d    credential.Disclosure
		want bool
	}{
		{"the holder's number", disclosure(), true},
		{"another number", other, false},
		{"another salt", otherSalt, false},
		{"half a salt", short, false},
		{"nothing", credential.Disclosure{}, false},
	}
	for _, tt := range tests {
		if got := s.Commitment.Opens(tt.d); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
}

func TestSignRefuses(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	tests := []struct {
		name   string
		change func(*credential.Certificate)
	}{
		{"no number", func(c *credential.Certificate) { c.Number = "" }},
		{"version 0", func(c *credential.Certificate) { c.Version = 0 }},
		{"level 6", func(c *credential.Certificate) { c.Level.Rank = 6 }},
		{"no day", func(c *credential.Certificate) { c.IssuedOn = civil.Date{} }},
		{"no commitment", func(c *credential.Certificate) { c.Commitment = credential.Commitment{} }},
		{"control character in a name", func(c *credential.Certificate) { c.Holder = "张\x00三" }},
		{"line separator in a name", func(c *credential.Certificate) { c.Holder = "张\u2028三" }},
		{"not UTF-8", func(c *credential.Certificate) { c.Holder = "\xff" }},
		{"relative address", func(c *credential.Certificate) { c.Refresh = "/refresh" }},
		{"address with a space", func(c *credential.Certificate) { c.IssuedBy.URL = "https://a.cn/ b" }},
		{"address json-gold would drop", func(c *credential.Certificate) { c.Refresh = "https://a.cn/%" }},
		{"no such status index", func(c *credential.Certificate) { c.Status[0].Index = credential.StatusListSize }},
		{"purpose named twice", func(c *credential.Certificate) { c.Status[1].Purpose = credential.Revocation }},
		{"evidence named twice", func(c *credential.Certificate) { c.Evidence = append(c.Evidence, c.Evidence[0]) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := sample(t)
			tt.change(&c)
			if _, err := credential.Sign(t.Context(), r.issuer, r.signer(t), c, signedAt); !errors.Is(err, credential.ErrMalformed) {
				t.Errorf("Sign: got %v, want %v", err, credential.ErrMalformed)
			}
		})
	}
}

func TestValidityByDate(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	document := r.sign(t, sample(t))
	lost := signing.Directory{r.issuer.DID: r.keys.Keys()}
	lost[r.issuer.DID][0].CompromisedAt = signedAt
	late := signing.Directory{r.issuer.DID: r.keys.Keys()}
	late[r.issuer.DID][0].CompromisedAt = signedAt.Add(time.Second)
	retired := signing.Directory{r.issuer.DID: r.keys.Keys()}
	retired[r.issuer.DID][0].NotAfter = signedAt.Add(time.Second)
	unborn := signing.Directory{r.issuer.DID: r.keys.Keys()}
	unborn[r.issuer.DID][0].NotBefore = signedAt.Add(time.Second)
	tests := []struct {
		name    string
		keys    signing.Directory
		at      time.Time
		want    error
		suspect bool
	}{
		{"years later", r.directory(t), checked, nil, false},
		{"before the day of issue", r.directory(t), signedAt.AddDate(0, 0, -2), credential.ErrNotYetValid, false},
		{"key retired since", retired, checked, nil, false},
		{"signed before the key began", unborn, checked, signing.ErrNotActive, false},
		{"signed after the key was lost", lost, checked, signing.ErrCompromised, false},
		{"signed before the key was lost", late, checked, nil, true},
		{"key unknown", signing.Directory{}, checked, signing.ErrUnknownKey, false},
		{"keys of another register", newRegister(t, "register.example.cn").directory(t), checked, signing.ErrUnknownKey, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := credential.Verify(document, tt.keys, tt.at)
			if !errors.Is(err, tt.want) {
				t.Fatalf("Verify: got %v, want %v", err, tt.want)
			}
			if err == nil && v.Suspect() != tt.suspect {
				t.Errorf("Suspect: got %t, want %t", v.Suspect(), tt.suspect)
			}
		})
	}
}
