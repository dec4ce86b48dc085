package proof_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/translog/translogtest"
)

// cosign adds a witness's cosignature to the checkpoints of a log proof.
func cosign(t *testing.T, w *translogtest.Witness, data []byte) []byte {
	t.Helper()
	var p proof.LogProof
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	for i := range p.Events {
		checkpoint := &p.Events[i].Proof.Checkpoint
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/add-checkpoint", strings.NewReader("old 0\n\n"+*checkpoint)))
		if answer.Code != http.StatusOK {
			t.Fatalf("witness answers %d", answer.Code)
		}
		*checkpoint += answer.Body.String()
	}
	cosigned, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return cosigned
}

// naming is a trust file that names a witness as well.
func naming(t *testing.T, trust proof.Trust, w *translogtest.Witness) proof.Trust {
	t.Helper()
	data, err := json.Marshal(trust)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := json.Marshal("witness w " + w.VerifierKey() + "\nquorum w\n")
	if err != nil {
		t.Fatal(err)
	}
	data = append(bytes.TrimSuffix(data, []byte("}")), `,"witnesses":`+string(policy)+`}`...)
	if err := json.Unmarshal(data, &trust); err != nil {
		t.Fatal(err)
	}
	return trust
}

// Who has a lost key can sign any log with it, but cannot have had a witness
// cosign it before.
func TestWitnessesBearOutLogsSignedWithALostKey(t *testing.T) {
	b := newBureau(t, dbtest.Open(t, dbtest.SQLite(t)))
	plain := b.logProof(b.contents.Valid)
	witness := func(n byte, at time.Time) *translogtest.Witness {
		seed := make([]byte, ed25519.SeedSize)
		seed[0] = n
		return &translogtest.Witness{Name: "witness.example", Key: ed25519.NewKeyFromSeed(seed), Log: b.trust().Identity(), At: at}
	}
	lostAt := now.Add(time.Minute)
	before, after, stranger := witness(1, now), witness(1, lostAt), witness(2, now)
	proofs := map[string][]byte{"before": cosign(t, before, plain), "after": cosign(t, after, plain), "by a stranger": cosign(t, stranger, plain), "never": plain}

	lost := b.keys.Keys()[0].ID()
	if err := b.keys.Rotate(now.Add(-time.Second), time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := b.keys.Compromise(lost, lostAt); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		cosigned string
		trust    proof.Trust
		want     proof.Verdict
	}{
		{"before", naming(t, b.trust(), before), proof.Authentic},
		{"before", b.trust(), proof.Doubtful}, // the trust file knows no witness
		{"after", naming(t, b.trust(), before), proof.Doubtful},
		{"by a stranger", naming(t, b.trust(), before), proof.Doubtful},
		{"never", naming(t, b.trust(), before), proof.Doubtful},
	} {
		f, err := proof.Check(proofs[tt.cosigned], tt.trust, now)
		if err != nil || f.Verdict != tt.want || f.Logged != (tt.want == proof.Authentic) {
			t.Errorf("cosigned %s: got %+v, %v, want %s", tt.cosigned, f, err, tt.want)
		}
	}
	altered := bytes.Replace(proofs["before"], []byte(`"status":"valid"`), []byte(`"status":"voided"`), 1)
	if f, err := proof.Check(altered, naming(t, b.trust(), before), now); err == nil && f.Verdict != proof.Altered {
		t.Errorf("altered: got %+v, want altered", f)
	}
}
