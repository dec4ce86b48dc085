package proof_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/registry"
)

// carried is everything that carries a certificate, by kind.
func (b *bureau) carried(cert registry.Certificate) map[proof.Kind][]byte {
	b.t.Helper()
	cred, err := b.Credential(b.t.Context(), cert)
	if err != nil {
		b.t.Fatal(err)
	}
	pdf, err := b.Document(b.t.Context(), cert)
	if err != nil {
		b.t.Fatal(err)
	}
	qr, err := b.QR(b.t.Context(), cert)
	if err != nil {
		b.t.Fatal(err)
	}
	return map[proof.Kind][]byte{
		proof.KindCredential: cred, proof.KindPDF: pdf, proof.KindLogProof: b.logProof(cert.Number), proof.KindQR: []byte(qr),
		proof.KindReceipt: b.receipt(registry.Query{Number: string(cert.Number), Paper: cert.Paper}),
	}
}

// online checks a proof with what the register answers now.
func (b *bureau) online(data []byte) proof.Finding {
	b.t.Helper()
	f, err := b.Check(b.t.Context(), data)
	if err != nil || len(f.Today) != 1 {
		b.t.Fatalf("finding = %+v, %v, want one answer of today", f, err)
	}
	return f
}

// correct gives the holder of a certificate another name and corrects the certificate.
func (b *bureau) correct(n registry.Number) registry.Certificate {
	b.t.Helper()
	ctx, cert := b.t.Context(), b.certificate(n)
	person, err := b.reg.Person(ctx, b.root, cert.Person)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err = b.reg.CorrectPerson(ctx, b.root, person.ID, person.Version, registry.PersonCorrection{Name: "更正人", ReasonCode: "name-changed"}); err != nil {
		b.t.Fatal(err)
	}
	rec, err := b.reg.ChangeStatus(ctx, registry.Operator("one"), registry.NewStatusChange{
		Certificate: n, Version: cert.Version, Kind: registry.Correct, ReasonCode: "name-changed",
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err = b.reg.DecideStatusChange(ctx, registry.Operator("two"), registry.StatusDecision{
		Certificate: n, Change: rec.Changes[len(rec.Changes)-1].ID, Accept: true,
	}); err != nil {
		b.t.Fatal(err)
	}
	b.publish()
	return b.certificate(n)
}

// Whatever carries a superseded paper is authentic offline, since that is all
// that can be told there, and superseded as soon as the register is asked.
func TestSupersededPapersShowEverywhere(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		b := newBureau(t, s)
		old := b.certificate(b.contents.Valid)
		before := b.carried(old)
		for kind, data := range before {
			if f := b.online(data); f.Verdict != proof.Authentic || f.Today[0].Verdict != registry.VerdictValid {
				t.Errorf("%s before the correction: %+v, want authentic and valid", kind, f)
			}
		}
		now := b.correct(old.Number)
		for kind, data := range before {
			if f := b.check(data); f.Verdict != proof.Authentic || f.Today != nil {
				t.Errorf("%s offline: %+v, want authentic and nothing of today", kind, f)
			}
			f := b.online(data)
			want := proof.Superseded
			if kind == proof.KindReceipt { // it says what was answered then, and that is so
				want = proof.Authentic
			}
			if item := f.Today[0]; f.Verdict != want || item.Verdict != registry.VerdictSuperseded || item.SupersededBy != 2 || item.SupersededOn != today(t) {
				t.Errorf("%s after the correction: %+v, want %s, superseded by version 2", kind, f, want)
			}
		}
		for kind, data := range b.carried(now) {
			if f := b.online(data); f.Verdict != proof.Authentic || f.Today[0].Verdict != registry.VerdictValid {
				t.Errorf("%s of the paper in force: %+v, want authentic and valid", kind, f)
			}
		}
		b.withdrawn(now)
		for kind, data := range before {
			if item := b.online(data).Today[0]; item.Verdict != registry.VerdictWithdrawn || item.SupersededBy != 2 {
				t.Errorf("%s after the withdrawal: %+v, want withdrawn, and superseded beside it", kind, item)
			}
		}
	})
}

func today(t *testing.T) civil.Date {
	t.Helper()
	d, err := civil.ParseDate("2026-11-22")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// withdrawn withdraws a certificate by two people.
func (b *bureau) withdrawn(cert registry.Certificate) {
	b.t.Helper()
	rec, err := b.reg.ChangeStatus(b.t.Context(), registry.Operator("one"), registry.NewStatusChange{
		Certificate: cert.Number, Version: cert.Version, Kind: registry.Withdraw, ReasonCode: "misconduct", Reason: "替考",
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err = b.reg.DecideStatusChange(b.t.Context(), registry.Operator("two"), registry.StatusDecision{
		Certificate: cert.Number, Change: rec.Changes[len(rec.Changes)-1].ID, Accept: true,
	}); err != nil {
		b.t.Fatal(err)
	}
}

// A certificate changes while its file is made: the log proof in it is of the
// version that the credential is of.
func TestLogProofsAreOfTheVersionThatWasRead(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	read := b.certificate(b.contents.Valid)
	made := func(when string) {
		t.Helper()
		pdf, err := b.Document(t.Context(), read)
		if err != nil {
			t.Fatal(err)
		}
		if f := b.check(pdf); f.Verdict != proof.Authentic || !f.Logged || f.Version != read.Version || f.Paper != read.Paper {
			t.Errorf("%s: %+v, want authentic and logged, version %d", when, f, read.Version)
		}
	}
	now := b.correct(read.Number)
	made("corrected since it was read")
	read = now
	b.withdrawn(now)
	b.publish()
	made("withdrawn since it was read")
}

// Verifiers that know nothing of this register but its keys and its status
// lists refuse the credential of a superseded paper, and accept the other.
func TestIndependentVerifiersRefuseSupersededCredentials(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	old := b.certificate(b.contents.Valid)
	first := b.carried(old)[proof.KindCredential]
	cert := b.correct(old.Number)
	second := b.carried(cert)[proof.KindCredential]
	documents := map[string]json.RawMessage{}
	did, err := b.DIDDocument()
	if err != nil {
		t.Fatal(err)
	}
	documents["did:web:register.example.cn"] = did
	for _, purpose := range []credential.Purpose{credential.Revocation, credential.Suspension} {
		list, err := b.StatusList(t.Context(), purpose, 1)
		if err != nil {
			t.Fatal(err)
		}
		documents["https://register.example.cn/status/"+string(purpose)+"/1"] = list.Credential
	}
	type verified struct {
		Name       string          `json:"name"`
		Credential json.RawMessage `json:"credential"`
	}
	var answers []struct {
		Name, Verifier, Reason string
		Accepted               bool
	}
	out := verifyWithNode(t.Context(), t, map[string]any{"documents": documents, "cases": []verified{{"superseded", first}, {"in force", second}}})
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != 8 {
		t.Fatalf("answers of the verifiers: %v, %s", err, out)
	}
	for _, a := range answers {
		if want := a.Name == "in force"; a.Accepted != want {
			t.Errorf("%s, %s: accepted %t (%s), want %t", a.Verifier, a.Name, a.Accepted, a.Reason, want)
		}
	}
}

// verifyWithNode runs the verifiers from npm of package credential, which "npm
// ci" installs there.
func verifyWithNode(ctx context.Context, t *testing.T, input any) []byte {
	t.Helper()
	dir := filepath.Join("..", "credential", "testdata", "npm")
	_, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(dir, "node_modules"))
	}
	if err != nil {
		if os.Getenv("CERTREG_TEST_REQUIRE") != "" {
			t.Fatalf("independent verifiers are required: %v", err)
		}
		t.Skipf("independent verifiers not run: %v", err)
	}
	data, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, "node", "verify.mjs")
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, bytes.NewReader(data), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node verify.mjs: %v", err)
	}
	return out
}

// A receipt written before papers were told apart holds as long as its key does.
func TestReceiptsOfBeforeHold(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "receipt.json"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join("testdata", "receipt-trust.json"))
	if err != nil {
		t.Fatal(err)
	}
	var trust proof.Trust
	if err := json.Unmarshal(file, &trust); err != nil {
		t.Fatal(err)
	}
	f, err := proof.Check(data, trust, now)
	if err != nil || f.Verdict != proof.Authentic || len(f.Items) != 3 || f.Items[1].Verdict != registry.VerdictWithdrawn {
		t.Errorf("finding = %+v, %v, want an authentic receipt of three lines", f, err)
	}
}

// Superseded is said of what is authentic only, and when nothing worse is to be said.
func TestOnlyTheAuthenticIsSuperseded(t *testing.T) {
	old := proof.ReceiptItem{Verdict: registry.VerdictSuperseded, SupersededBy: 2}
	gone := proof.ReceiptItem{Verdict: registry.VerdictWithdrawn, SupersededBy: 2}
	for _, tt := range []struct {
		verdict, want proof.Verdict
		today         proof.ReceiptItem
	}{
		{proof.Authentic, proof.Superseded, old},
		{proof.Authentic, proof.Authentic, gone},
		{proof.Doubtful, proof.Doubtful, old},
		{proof.Doubtful, proof.Doubtful, gone},
	} {
		f := proof.Finding{Kind: proof.KindPDF, Verdict: tt.verdict, Number: "2610012003300001"}.Answered([]proof.ReceiptItem{tt.today})
		if f.Verdict != tt.want || len(f.Today) != 1 {
			t.Errorf("%s, today %s: got %s, want %s", tt.verdict, tt.today.Verdict, f.Verdict, tt.want)
		}
	}
}

// A genuine receipt is the answer to the request it was made for, then, and to no other.
func TestReceiptsAnswerTheirRequestOnly(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	asked := proof.Request{Nonce: "one", Items: []registry.Query{{Number: string(b.contents.Valid), Name: b.contents.Holder}, {Number: string(b.contents.Withdrawn), Version: 1}}}
	receipt, err := b.Verify(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(receipt)
	if err != nil {
		t.Fatal(err)
	}
	asked.LogSize = receipt.LogSize
	items, err := asked.Answer(data, b.trust(), receipt.At.Add(9*time.Minute))
	if err != nil || len(items) != 2 || items[0].Verdict != registry.VerdictValid || items[1].Verdict != registry.VerdictWithdrawn {
		t.Fatalf("the answer asked for: got %+v, %v", items, err)
	}
	with := func(change func(r *proof.Request)) proof.Request {
		r := proof.Request{Nonce: asked.Nonce, Items: slices.Clone(asked.Items)}
		change(&r)
		return r
	}
	for name, tt := range map[string]struct {
		asked proof.Request
		data  []byte
		at    time.Duration
		want  error
	}{
		"nonce":      {with(func(r *proof.Request) { r.Nonce = "two" }), data, 0, proof.ErrNotAsked},
		"number":     {with(func(r *proof.Request) { r.Items[0].Number = string(b.contents.Suspended) }), data, 0, proof.ErrNotAsked},
		"name":       {with(func(r *proof.Request) { r.Items[0].Name = "" }), data, 0, proof.ErrNotAsked},
		"paper":      {with(func(r *proof.Request) { r.Items[1].Paper = "P00000001" }), data, 0, proof.ErrNotAsked},
		"version":    {with(func(r *proof.Request) { r.Items[1].Version = 2 }), data, 0, proof.ErrNotAsked},
		"fewer":      {with(func(r *proof.Request) { r.Items = r.Items[:1] }), data, 0, proof.ErrNotAsked},
		"old":        {asked, data, 11 * time.Minute, proof.ErrNotNow},
		"early":      {asked, data, -11 * time.Minute, proof.ErrNotNow},
		"put back":   {with(func(r *proof.Request) { r.LogSize = receipt.LogSize + 1 }), data, 0, proof.ErrPutBack},
		"altered":    {asked, bytes.Replace(data, []byte(`"withdrawn"`), []byte(`"valid"`), 1), 0, proof.ErrUnvouched},
		"no receipt": {asked, b.logProof(b.contents.Valid), 0, proof.ErrUnvouched},
	} {
		if items, err := tt.asked.Answer(tt.data, b.trust(), receipt.At.Add(tt.at)); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %+v, %v, want %v", name, items, err, tt.want)
		}
	}
}
