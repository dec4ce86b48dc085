package proof_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/demo"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// now is the instant of these tests.
var now = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

// A bureau is a demonstration register with an office and a published log.
type bureau struct {
	*proof.Office
	t         testing.TB
	reg       *registry.Registry
	contents  demo.Contents
	root      registry.Caller
	keys      *signing.Keyset
	publisher *translog.Publisher
}

func newBureau(t testing.TB, s *db.DB) *bureau {
	t.Helper()
	library, err := eligibility.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	b := &bureau{t: t, root: registry.Operator("operator")}
	if b.contents, err = demo.Load(t.Context(), demo.Config{Store: s, Library: library, Now: now}); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	if b.reg, err = registry.New(registry.Config{Store: s, Library: library, Now: clock, CoversSince: 2007}); err != nil {
		t.Fatal(err)
	}
	if b.keys, err = signing.NewKeyset(now.AddDate(-5, 0, 0)); err != nil {
		t.Fatal(err)
	}
	b.Office, err = proof.NewOffice(proof.Config{
		Registry: b.reg, Keys: b.keys, Log: s.Log(), Now: clock, Base: "https://register.example.cn",
		Name: registry.Text{ZH: "示范登记系统", EN: "Demonstration register"},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.publisher = translog.NewPublisher("register.example.cn/log", s.Log(), b.LogSigners, filepath.Join(t.TempDir(), "mark"))
	b.publish()
	return b
}

func (b *bureau) publish() {
	b.t.Helper()
	if err := b.publisher.Publish(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bureau) certificate(n registry.Number) registry.Certificate {
	b.t.Helper()
	rec, err := b.reg.CertificateRecord(b.t.Context(), b.root, n)
	if err != nil {
		b.t.Fatal(err)
	}
	return rec.Certificate
}

// trust is the office's trust file, read back as somebody else would.
func (b *bureau) trust() proof.Trust {
	b.t.Helper()
	data, err := json.Marshal(b.Trust())
	if err != nil {
		b.t.Fatal(err)
	}
	var t proof.Trust
	if err := json.Unmarshal(data, &t); err != nil {
		b.t.Fatal(err)
	}
	return t
}

func (b *bureau) check(data []byte) proof.Finding {
	b.t.Helper()
	f, err := proof.Check(data, b.trust(), now)
	if err != nil {
		b.t.Fatal(err)
	}
	return f
}

func TestEveryProofChecksOffline(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		b := newBureau(t, s)
		ctx := t.Context()
		cert := b.certificate(b.contents.Valid)
		cred, err := b.Credential(ctx, cert)
		if err != nil {
			t.Fatal(err)
		}
		pdf, err := b.Document(ctx, cert)
		if err != nil {
			t.Fatal(err)
		}
		logProof, err := b.LogProof(ctx, cert)
		if err != nil {
			t.Fatal(err)
		}
		events, err := json.Marshal(logProof)
		if err != nil {
			t.Fatal(err)
		}
		qr, err := b.QR(ctx, cert)
		if err != nil {
			t.Fatal(err)
		}
		for kind, data := range map[proof.Kind][]byte{proof.KindCredential: cred, proof.KindPDF: pdf, proof.KindLogProof: events, proof.KindQR: []byte(qr)} {
			f := b.check(data)
			if f.Kind != kind || f.Verdict != proof.Authentic || f.Number != string(cert.Number) {
				t.Errorf("%s: %+v, want authentic, number %s", kind, f, cert.Number)
			}
			if wantLog := kind == proof.KindPDF || kind == proof.KindLogProof; f.Logged != wantLog {
				t.Errorf("%s: logged = %v, want %v", kind, f.Logged, wantLog)
			}
			if bytes.Contains(data, []byte(cert.Document.Number)) {
				t.Errorf("%s holds the document number", kind)
			}
		}
	})
}

func TestAlteredProofsAreNeverAuthentic(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	ctx := t.Context()
	cert := b.certificate(b.contents.Valid)
	other := b.certificate(b.contents.Reissued)
	cred, err := b.Credential(ctx, cert)
	if err != nil {
		t.Fatal(err)
	}
	receipt := b.receipt(registry.Query{Number: string(cert.Number)}, registry.Query{Number: string(b.contents.Withdrawn)})
	events := b.logProof(cert.Number)
	swap := func(data []byte, old, with string) []byte {
		if !bytes.Contains(data, []byte(old)) {
			t.Fatalf("%q is not in the proof", old)
		}
		return bytes.Replace(data, []byte(old), []byte(with), 1)
	}
	qr, err := b.QR(ctx, cert)
	if err != nil {
		t.Fatal(err)
	}
	end := "AA"
	if strings.HasSuffix(qr, end) { // as one signature in a thousand does
		end = "QA"
	}
	for name, data := range map[string][]byte{
		"number in the credential":  swap(cred, string(cert.Number), string(other.Number)),
		"holder in the credential":  swap(cred, cert.Holder, other.Holder),
		"verdict in the receipt":    swap(receipt, `"verdict":"withdrawn"`, `"verdict":"valid"`),
		"time of the receipt":       swap(receipt, `"at":"2026-`, `"at":"2027-`),
		"member in other letters":   swap(receipt, `"verdict":"valid"`, `"verdict":"valid","Verdict":"withdrawn"`),
		"member added to a receipt": swap(receipt, `"items":`, `"note":"valid","items":`),
		"record in the log proof":   swap(events, `"status":"valid"`, `"status":"valid" `),
		"holder in the log proof":   swap(events, cert.Holder, other.Holder),
		"statement of the QR code":  []byte(qr[:len(qr)-2] + end),
	} {
		if f, err := proof.Check(data, b.trust(), now); err == nil && f.Verdict == proof.Authentic {
			t.Errorf("%s changed: %+v", name, f)
		}
	}
	for _, junk := range []string{"", "{}", "[]", "null", "hello", "%PDF-1.7", `{"type":"x"}`, `{"format":"certreg.receipt/1"}`, "https://"} {
		if f, err := proof.Check([]byte(junk), b.trust(), now); err == nil && f.Verdict == proof.Authentic {
			t.Errorf("%q: %+v", junk, f)
		}
	}
}

func (b *bureau) receipt(queries ...registry.Query) []byte {
	b.t.Helper()
	r, err := b.Verify(b.t.Context(), proof.Request{Items: queries})
	if err != nil {
		b.t.Fatal(err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		b.t.Fatal(err)
	}
	return data
}

func (b *bureau) logProof(n registry.Number) []byte {
	b.t.Helper()
	p, err := b.LogProof(b.t.Context(), b.certificate(n))
	if err != nil {
		b.t.Fatal(err)
	}
	data, err := json.Marshal(p)
	if err != nil {
		b.t.Fatal(err)
	}
	return data
}

func TestReceiptTellsEveryVerdict(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	data := b.receipt(
		registry.Query{Number: string(b.contents.Valid), Name: b.contents.Holder},
		registry.Query{Number: string(b.contents.Valid), Name: "别人"},
		registry.Query{Number: string(b.contents.Withdrawn)},
		registry.Query{Number: string(b.contents.Suspended)},
		registry.Query{Number: "2610012003399999"},
		registry.Query{Number: "0110012003300001"},
		registry.Query{Number: "26100120033"},
	)
	f := b.check(data)
	want := []registry.Verdict{
		registry.VerdictValid, registry.VerdictNameDiffers, registry.VerdictWithdrawn, registry.VerdictSuspended,
		registry.VerdictNeverIssued, registry.VerdictOutside, registry.VerdictUnreadable,
	}
	if f.Verdict != proof.Authentic || len(f.Items) != len(want) {
		t.Fatalf("finding = %+v", f)
	}
	for i, item := range f.Items {
		if item.Verdict != want[i] {
			t.Errorf("item %d: %s, want %s", i, item.Verdict, want[i])
		}
		if item.Verdict == registry.VerdictNameDiffers && item.Holder+string(item.Status) != "" {
			t.Errorf("the name differs, and yet told: %+v", item)
		}
	}
}

func TestWithdrawalShowsEverywhere(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		b := newBureau(t, s)
		ctx := t.Context()
		cert := b.certificate(b.contents.Valid)
		before, err := b.StatusList(ctx, credential.Revocation, cert.Place.List)
		if err != nil {
			t.Fatal(err)
		}
		if b.listed(before, credential.Revocation, cert.Place) {
			t.Error("a valid certificate is in the revocation list")
		}
		rec, err := b.reg.ChangeStatus(ctx, registry.Operator("one"), registry.NewStatusChange{
			Certificate: cert.Number, Version: cert.Version, Kind: registry.Withdraw, ReasonCode: "misconduct", Reason: "替考",
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.reg.DecideStatusChange(ctx, registry.Operator("two"), registry.StatusDecision{
			Certificate: cert.Number, Change: rec.Changes[len(rec.Changes)-1].ID, Accept: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		b.publish()
		after, err := b.StatusList(ctx, credential.Revocation, cert.Place.List)
		if err != nil {
			t.Fatal(err)
		}
		if !b.listed(after, credential.Revocation, cert.Place) || after.ETag == before.ETag {
			t.Error("the revocation list does not tell the withdrawal")
		}
		if f := b.check(b.logProof(cert.Number)); f.Status != registry.StatusWithdrawn {
			t.Errorf("log proof: %+v, want withdrawn", f)
		}
		qr, err := b.QR(ctx, b.certificate(cert.Number))
		if err != nil {
			t.Fatal(err)
		}
		if f := b.check([]byte(qr)); f.Status != registry.StatusWithdrawn {
			t.Errorf("QR code: %+v, want withdrawn", f)
		}
	})
}

// listed reports whether a list has the place set, as a stranger reads it.
func (b *bureau) listed(l proof.List, p credential.Purpose, place registry.Place) bool {
	b.t.Helper()
	doc, err := b.DIDDocument()
	if err != nil {
		b.t.Fatal(err)
	}
	did, keys, err := signing.ParseDocument(doc)
	if err != nil {
		b.t.Fatal(err)
	}
	entry := credential.StatusEntry{Purpose: p, List: "https://register.example.cn/status/" + string(p) + "/1", Index: place.Index}
	set, _, err := credential.StatusOf(entry, did, l.Credential, signing.Directory{did: keys}, now)
	if err != nil {
		b.t.Fatal(err)
	}
	return set
}

func TestLostKeyMakesProofsDoubtfulUnlessTheLogBearsThemOut(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	ctx := t.Context()
	cert := b.certificate(b.contents.Valid)
	cred, err := b.Credential(ctx, cert)
	if err != nil {
		t.Fatal(err)
	}
	receipt := b.receipt(registry.Query{Number: string(cert.Number)})
	lost := b.keys.Keys()[0].ID()
	if err := b.keys.Rotate(now.Add(time.Minute), time.Hour); err != nil {
		t.Fatal(err)
	}
	if f := b.check(cred); f.Verdict != proof.Authentic {
		t.Errorf("after a rotation: %+v", f)
	}
	if err := b.keys.Compromise(lost, now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"credential": cred, "receipt": receipt} {
		if f := b.check(data); f.Verdict != proof.Doubtful {
			t.Errorf("%s after its key was lost: %s, want doubtful", name, f.Verdict)
		}
	}
}

// A proposed withdrawal is no event of the certificate yet: what is printed
// meanwhile is as authentic as before.
func TestProposedWithdrawalLeavesProofsAlone(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	cert := b.certificate(b.contents.Valid)
	_, err := b.reg.ChangeStatus(t.Context(), b.root, registry.NewStatusChange{
		Certificate: cert.Number, Version: cert.Version, Kind: registry.Withdraw, ReasonCode: "misconduct", Reason: "替考",
	})
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := b.Document(t.Context(), b.certificate(cert.Number))
	if err != nil {
		t.Fatal(err)
	}
	if f := b.check(pdf); f.Verdict != proof.Authentic || !f.Logged {
		t.Errorf("PDF: %+v, want authentic and logged", f)
	}
}

func TestLostKeyMakesPDFsDoubtfulNotAltered(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	pdf, err := b.Document(t.Context(), b.certificate(b.contents.Valid))
	if err != nil {
		t.Fatal(err)
	}
	lost := b.keys.Keys()[0].ID()
	if err := b.keys.Rotate(now.Add(-time.Second), time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := b.keys.Compromise(lost, now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if f := b.check(pdf); f.Verdict != proof.Doubtful || f.Logged {
		t.Errorf("PDF of before: %+v, want doubtful", f)
	}
}

func TestProofsOfAnotherRegisterAreForeign(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	cert := b.certificate(b.contents.Valid)
	cred, err := b.Credential(t.Context(), cert)
	if err != nil {
		t.Fatal(err)
	}
	qr, err := b.QR(t.Context(), cert)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(b.Trust())
	if err != nil {
		t.Fatal(err)
	}
	var other proof.Trust
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(data), "register.example.cn", "other.example.cn")), &other); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"credential": cred, "receipt": b.receipt(registry.Query{Number: "1"}), "QR code": []byte(qr)} {
		f, err := proof.Check(data, other, now)
		if err != nil || f.Verdict != proof.Foreign {
			t.Errorf("%s: %s (%s), %v, want foreign", name, f.Verdict, f.Reason, err)
		}
	}
}
