package credential

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/gowebpki/jcs"
	"github.com/piprate/json-gold/ld"
	"pgregory.net/rapid"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/signing"
)

// reference canonicalises a document with json-gold alone.
func reference(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, document []byte,
) []byte {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(document, &doc); err != nil {
		t.Fatalf("reference: %v", err)
	}
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = &loader
	options.SafeMode = true
	options.Algorithm = ld.AlgorithmURDNA2015
	options.Format = "application/n-quads"
	out, err := ld.NewJsonLdProcessor().Normalize(doc, options)
	if err != nil {
		t.Fatalf("reference: %v", err)
	}
	return fmt.Append(nil, out)
}

// anyText draws texts with the characters that need care in JSON and RDF.
func anyText(name string) *rapid.Generator[string] {
	special := []rune("\"\\<>&'{}|^`@:#/%~ \u00a0\u3000（）张欧阳客户服务管理师𠮷é\ufeff\u200d")
	return rapid.StringOfN(rapid.OneOf(rapid.SampledFrom(special), rapid.Rune()), 1, 20, -1).
		Filter(func(s string) bool { return checkText(s) == nil })
}

func anyURL() *rapid.Generator[string] {
	return rapid.StringMatching(`https://[a-z]{1,8}\.example\.cn(:[0-9]{2,4})?/[a-zA-Z0-9._~()-]{0,20}(%[0-9A-F]{2})?(\?[a-z=&]{1,8})?(#[a-z]{1,5})?`)
}

func anyBoth(name string) *rapid.Generator[Text] {
	return rapid.Custom(func(t *rapid.T) Text {
		text := Text{Zh: anyText(name).Draw(t, name+" zh")}
		if rapid.Bool().Draw(t, name+" has en") {
			text.En = anyText(name).Draw(t, name+" en")
		}
		return text
	})
}

// anyCertificate draws certificates of every shape that can be signed.
func anyCertificate() *rapid.Generator[Certificate] {
	return rapid.Custom(func(t *rapid.T) Certificate {
		c := Certificate{
			Number:     anyText("number").Draw(t, "number"),
			Version:    rapid.IntRange(1, 99).Draw(t, "version"),
			Occupation: Occupation{Code: anyText("code").Draw(t, "code"), Title: anyBoth("occupation").Draw(t, "occupation")},
			Level:      Level{Rank: rapid.IntRange(1, 5).Draw(t, "rank"), Title: anyBoth("level").Draw(t, "level")},
			IssuedBy:   Body{URL: anyURL().Draw(t, "body"), Name: anyBoth("body name").Draw(t, "body name")},
			IssuedOn:   anyDay().Draw(t, "day"),
			Criteria:   Criteria{URL: anyURL().Draw(t, "criteria"), Narrative: anyBoth("narrative").Draw(t, "narrative")},
			Commitment: Commitment(rapid.SliceOfN(rapid.ByteRange(1, 255), 32, 32).Draw(t, "commitment")),
		}
		if rapid.Bool().Draw(t, "has direction") {
			c.Direction = anyText("direction").Draw(t, "direction")
		}
		if rapid.Bool().Draw(t, "has holder") {
			c.Holder = anyText("holder").Draw(t, "holder")
		}
		if rapid.Bool().Draw(t, "has refresh") {
			c.Refresh = anyURL().Draw(t, "refresh")
		}
		for _, p := range []Purpose{Revocation, Suspension}[:rapid.IntRange(0, 2).Draw(t, "status entries")] {
			c.Status = append(c.Status, StatusEntry{
				Purpose: p, List: "https://a.example.cn/status/" + string(p), Index: rapid.IntRange(0, StatusListSize-1).Draw(t, "index"),
			})
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "evidence") {
			c.Evidence = append(c.Evidence, Evidence{
				URL: fmt.Sprintf("https://a.example.cn/evidence/%d", i), Name: anyBoth("evidence").Draw(t, "evidence name"),
				SHA256: [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "digest")),
			})
		}
		return c
	})
}

func anyDay() *rapid.Generator[civil.Date] {
	return rapid.Custom(func(t *rapid.T) civil.Date {
		day := time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 20_000).Draw(t, "days"))
		return civil.Of(day)
	})
}

// What is signed must be what independent implementations compute from the
// document: json-gold for the statements, gowebpki/jcs for the text.
func TestBadgeIsCanonical(t *testing.T) {
	issuer := Issuer{DID: "did:web:register.example.cn", Base: "https://register.example.cn", Name: Text{Zh: "登记处", En: "Register"}}
	rapid.Check(t, func(t *rapid.T) {
		c := anyCertificate().Draw(t, "certificate")
		if err := c.check(); err != nil {
			t.Fatalf("check: %v", err)
		}
		b := newBadge(issuer, c)
		document, err := marshal(b)
		if err != nil {
			t.Fatalf("marshal: %v", err)
		}
		compareCanonical(t, b, document)
		general := mustMap(t, document)
		got, err := canonicalJSONLD(general)
		if want := reference(t, document); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("general form: got %v\n%s\nwant\n%s", err, got, want)
		}
	})
}

// Whatever can be signed verifies, compact or reformatted, and reads back.
func TestSignedBadgesVerify(t *testing.T) {
	set, err := signing.NewKeyset(time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1_700_000_000, 0)
	signer, err := set.Signer(at)
	if err != nil {
		t.Fatal(err)
	}
	issuer := Issuer{DID: signing.KeyDID(signer.KeyID()), Base: "https://register.example.cn", Name: Text{Zh: "登记处"}}
	rapid.Check(t, func(t *rapid.T) {
		c := anyCertificate().Draw(t, "certificate")
		document, err := Sign(context.Background(), issuer, signer, c, at)
		if err != nil {
			t.Fatalf("Sign: %v", err)
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, document, "", " "); err != nil {
			t.Fatalf("Indent: %v", err)
		}
		until := time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, d := range [][]byte{document, indented.Bytes()} {
			if _, err := Verify(d, signing.DIDKeys{}, until); err != nil {
				t.Fatalf("Verify: %v", err)
			}
		}
		s, err := ReadBadge(document)
		if err != nil || s.Number != c.Number || s.Version != c.Version || s.Rank != c.Level.Rank || s.Holder != c.Holder ||
			s.IssuedOn != c.IssuedOn || s.Commitment != c.Commitment || !slices.Equal(s.Status, c.Status) {
			t.Fatalf("ReadBadge: got %+v, %v, want %+v", s, err, c)
		}
	})
}

func TestStatusDocumentIsCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := statusDocument{
			Context: []string{contextVC}, ID: anyURL().Draw(t, "id"), Issuer: "did:web:register.example.cn",
			Subject: statusSubject{Encoded: "uABC", ID: anyURL().Draw(t, "list"), Purpose: "revocation", Type: typeStatusList},
			Type:    []string{"VerifiableCredential", typeStatusCredential}, ValidFrom: "2026-05-01T00:00:00Z",
			ValidUntil: rapid.SampledFrom([]string{"", "2026-05-03T00:00:00Z"}).Draw(t, "until"),
		}
		document, err := marshal(d)
		if err != nil {
			t.Fatalf("marshal: %v", err)
		}
		compareCanonical(t, d, document)
	})
}

func compareCanonical(t *rapid.T, d interface{ canonical() ([]byte, error) }, document []byte) {
	t.Helper()
	got, err := d.canonical()
	if err != nil {
		t.Fatalf("canonical: %v", err)
	}
	if want := reference(t, document); !bytes.Equal(got, want) {
		t.Fatalf("statements of %s: got\n%s\nwant\n%s", document, got, want)
	}
	if want, err := jcs.Transform(document); err != nil || !bytes.Equal(document, want) {
		t.Fatalf("text: got\n%s\nwant\n%s, %v", document, want, err)
	}
}

func TestProofOptionsAreCanonical(t *testing.T) {
	for _, suite := range []string{suiteRDFC, suiteJCS} {
		p := newProof(suite, "did:web:register.example.cn", "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", time.Unix(1_800_000_000, 0))
		p.Context = []string{contextVC}
		document, err := marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		want, err := jcs.Transform(document)
		if err != nil {
			t.Fatal(err)
		}
		if suite == suiteRDFC {
			want = reference(t, document)
		}
		if got, err := p.canonical(); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got %v\n%s\nwant\n%s", suite, err, got, want)
		}
	}
}

func mustMap(t *rapid.T, document []byte) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(document, &m); err != nil {
		t.Fatalf("unmarshal: %v", err)
	}
	return m
}
