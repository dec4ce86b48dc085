package proof_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/registry"
)

// lose has the register go on with another key and declares the one it had
// lost since an instant.
func (b *bureau) lose(since time.Time) {
	b.t.Helper()
	lost := b.keys.Keys()[0].ID()
	if err := b.keys.Rotate(now.Add(-time.Second), time.Hour); err != nil {
		b.t.Fatal(err)
	}
	if err := b.keys.Compromise(lost, since); err != nil {
		b.t.Fatal(err)
	}
	b.publish()
}

// A lost key takes nothing from what the register says of a paper, nor the
// other way round: both are told.
func TestDoubtfulFilesOfASupersededPaperTellBoth(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	before := b.carried(b.certificate(b.contents.Valid))
	b.correct(b.contents.Valid)
	b.lose(now.Add(time.Second))
	for kind, data := range before {
		f := b.online(data)
		if f.Verdict != proof.Doubtful || f.Today[0].Verdict != registry.VerdictSuperseded || f.Today[0].SupersededBy != 2 {
			t.Errorf("%s: got %+v, want doubtful, and superseded by version 2 today", kind, f)
		}
	}
}

// What was signed when the key was lost already is altered, and nothing more
// is asked about it, except of a sound credential in the file.
func TestFilesSignedWithALostKeyAreAltered(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	before := b.carried(b.certificate(b.contents.Valid))
	b.lose(now.Add(-time.Hour))
	for kind, data := range before {
		f, err := b.Check(t.Context(), data)
		if kind == proof.KindLogProof { // it bears no date of its own: whoever has the key can make one
			if err != nil || f.Verdict != proof.Doubtful {
				t.Errorf("%s: got %+v, %v, want doubtful", kind, f, err)
			}
			continue
		}
		if err != nil || f.Verdict != proof.Altered || f.Today != nil || !strings.Contains(f.Reason, "compromised") {
			t.Errorf("%s: got %+v, %v, want altered because of the key", kind, f, err)
		}
	}
}

// Around the credential of a paper that is not in force an altered page tells
// that too. Around that of a valid certificate it is told no yes.
func TestAlteredFilesTellNoYes(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	cert := b.certificate(b.contents.Valid)
	altered := bytes.Replace(b.carried(cert)[proof.KindPDF], []byte("/Title"), []byte("/Titlf"), 1)
	f, err := b.Check(t.Context(), altered)
	if err != nil || f.Verdict != proof.Altered || f.Number != string(cert.Number) || f.Today != nil {
		t.Errorf("valid: got %+v, %v, want altered, the number and nothing of today", f, err)
	}
	now := b.correct(cert.Number)
	if f := b.online(altered); f.Verdict != proof.Altered || f.Paper != cert.Paper || f.Today[0].Verdict != registry.VerdictSuperseded || f.Today[0].SupersededBy != 2 {
		t.Errorf("superseded: got %+v, want altered, and superseded today", f)
	}
	b.withdrawn(now)
	if f := b.online(altered); f.Verdict != proof.Altered || f.Today[0].Verdict != registry.VerdictWithdrawn {
		t.Errorf("withdrawn: got %+v, want altered, and withdrawn today", f)
	}
}

// A server's answer counts only when the trusted register's own key of today
// signed all of it.
func TestNoAnswerIsTakenThatNobodyVouchesFor(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	asked := proof.Request{Nonce: "one", Items: []registry.Query{{Number: string(b.contents.Withdrawn)}}}
	receipt, err := b.Verify(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	answer := func(change func(r *proof.Receipt)) []byte {
		t.Helper()
		r := receipt
		r.Items = []proof.ReceiptItem{receipt.Items[0]}
		change(&r)
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	genuine := answer(func(*proof.Receipt) {})
	trusted := b.trust()
	if _, err := asked.Answer(genuine, trusted, now); err != nil {
		t.Fatalf("the genuine answer: got %v, want it taken", err)
	}
	published, err := json.Marshal(b.Trust())
	if err != nil {
		t.Fatal(err)
	}
	var elsewhere proof.Trust
	if err := json.Unmarshal(bytes.ReplaceAll(published, []byte("register.example.cn"), []byte("other.example.cn")), &elsewhere); err != nil {
		t.Fatal(err)
	}
	stranger := newBureau(t, dbtest.Open(t, dbtest.SQLite(t))).trust()
	b.lose(now.Add(time.Hour))
	later := b.trust()
	for name, tt := range map[string]struct {
		data  []byte
		trust proof.Trust
	}{
		"verdict changed":        {answer(func(r *proof.Receipt) { r.Items[0].Verdict = registry.VerdictValid }), trusted},
		"nonce changed":          {answer(func(r *proof.Receipt) { r.Nonce = "two" }), trusted},
		"time changed":           {answer(func(r *proof.Receipt) { r.At = r.At.Add(time.Minute) }), trusted},
		"register changed":       {answer(func(r *proof.Receipt) { r.Register = "https://other.example.cn" }), trusted},
		"no signature":           {answer(func(r *proof.Receipt) { r.Sig = "" }), trusted},
		"signature of nothing":   {answer(func(r *proof.Receipt) { r.Sig = strings.Repeat("A", len(r.Sig)) }), trusted},
		"no key":                 {answer(func(r *proof.Receipt) { r.Key = "" }), trusted},
		"member added":           {bytes.Replace(genuine, []byte(`"items"`), []byte(`"note":"","items"`), 1), trusted},
		"cut off":                {genuine[:len(genuine)-1], trusted},
		"empty":                  {nil, trusted},
		"of another register":    {genuine, elsewhere},
		"signed by another key":  {genuine, stranger},
		"with a key lost since":  {genuine, later},
		"a credential":           {b.carried(b.certificate(b.contents.Valid))[proof.KindCredential], later},
		"a problem of the API":   {[]byte(`{"type":"/problems/not-found","title":"not found","status":404}`), trusted},
		"two receipts in a list": {append(append([]byte("["), genuine...), "]"...), trusted},
	} {
		if items, err := asked.Answer(tt.data, tt.trust, now); !errors.Is(err, proof.ErrUnvouched) || items != nil {
			t.Errorf("%s: got %+v, %v, want %v", name, items, err, proof.ErrUnvouched)
		}
	}
}
