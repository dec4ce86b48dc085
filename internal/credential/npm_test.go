package credential_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
)

// npmDir holds the verifiers from npm: "npm ci" there installs them.
var npmDir = filepath.Join("testdata", "npm")

// node runs a script of npmDir with input and reads its answer. Without node
// or the packages the test is skipped, or fails if CERTREG_TEST_REQUIRE is set.
func node(t testing.TB, script string, input, answer any) {
	t.Helper()
	_, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(npmDir, "node_modules"))
	}
	if err != nil {
		if os.Getenv("CERTREG_TEST_REQUIRE") != "" {
			t.Fatalf("independent verifiers are required: %v", err)
		}
		t.Skipf("INDEPENDENT VERIFIERS NOT RUN: %v; run npm ci in internal/credential/%s", err, npmDir)
	}
	data, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Dir, cmd.Stdin = npmDir, bytes.NewReader(data)
	out, err := cmd.Output()
	if err != nil {
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			err = fmt.Errorf("%w\n%s", err, failed.Stderr)
		}
		t.Fatalf("node %s: %v", script, err)
	}
	if err := json.Unmarshal(out, answer); err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, out)
	}
}

// verifierCase is a credential for the npm verifiers.
type verifierCase struct {
	Name       string          `json:"name"`
	Credential json.RawMessage `json:"credential"`
}

type verifierAnswer struct {
	Name, Verifier string
	Accepted       bool
	Reason         string
}

// published returns what the register publishes: DID document and status lists,
// which count until an instant.
func published(t testing.TB, r register, c credential.Certificate, set map[credential.Purpose]bool, until time.Time) map[string]json.RawMessage {
	t.Helper()
	document, err := signing.Document(r.issuer.DID, r.keys.Keys())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]json.RawMessage{r.issuer.DID: document}
	for _, s := range c.Status {
		var l credential.StatusList
		l.Set(s.Index, set[s.Purpose])
		p := page(t, &l)
		p.Address, p.Purpose, p.Until = s.List, s.Purpose, until
		list, err := credential.SignStatusList(t.Context(), r.issuer, r.signer(t), p)
		if err != nil {
			t.Fatal(err)
		}
		all[s.List] = list
	}
	return all
}

// changedKey has a register sign a credential, go on with another key, the one
// before retired or lost, and sign it again; what it publishes then is added to
// the documents.
func changedKey(t testing.TB, r register, lost bool, documents map[string]json.RawMessage) (before, after []byte) {
	t.Helper()
	c := sample(t)
	for i := range c.Status {
		c.Status[i].List = fmt.Sprintf("%s/status/%d", r.issuer.Base, i)
	}
	before = r.sign(t, c)
	old := r.signer(t).KeyID()
	if err := r.keys.Rotate(signedAt, time.Hour); err != nil {
		t.Fatal(err)
	}
	if lost {
		if err := r.keys.Compromise(old, signedAt.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	maps.Copy(documents, published(t, r, c, nil, signedAt.AddDate(1000, 0, 0)))
	return before, r.sign(t, c)
}

// resign sets a member of a credential and signs it as the register does.
func (r register) resign(t testing.TB, document []byte, member, value string) []byte {
	t.Helper()
	document = []byte(edit(func(d map[string]any) { delete(d, "proof"); d[member] = value })(t, string(document)))
	for _, asJSON := range []bool{false, true} {
		var err error
		if document, err = credential.SignDocument(t.Context(), r.issuer.DID, r.signer(t), document, credential.Options{At: signedAt, JSON: asJSON}); err != nil {
			t.Fatal(err)
		}
	}
	return document
}

func TestIndependentVerifiers(t *testing.T) {
	r, stranger := newRegister(t, "register.example.cn"), newRegister(t, "register.example.com")
	c := sample(t)
	document := r.sign(t, c)
	withdrawn := c
	withdrawn.Status = []credential.StatusEntry{
		{Purpose: credential.Revocation, List: "https://register.example.cn/status/3", Index: 7},
		{Purpose: credential.Suspension, List: "https://register.example.cn/status/4", Index: 7},
	}
	suspended := withdrawn
	suspended.Status = []credential.StatusEntry{
		{Purpose: credential.Revocation, List: "https://register.example.cn/status/5", Index: 7},
		{Purpose: credential.Suspension, List: "https://register.example.cn/status/6", Index: 7},
	}
	stale := withdrawn
	stale.Status = []credential.StatusEntry{
		{Purpose: credential.Revocation, List: "https://register.example.cn/status/7", Index: 7},
		{Purpose: credential.Suspension, List: "https://register.example.cn/status/8", Index: 7},
	}
	forGood := signedAt.AddDate(1000, 0, 0)
	documents := published(t, r, stale, nil, signedAt.Add(48*time.Hour))
	maps.Copy(documents, published(t, r, c, nil, forGood))
	for cert, set := range map[*credential.Certificate]credential.Purpose{&withdrawn: credential.Revocation, &suspended: credential.Suspension} {
		maps.Copy(documents, published(t, r, *cert, map[credential.Purpose]bool{set: true}, forGood))
	}
	strange, err := signing.Document(stranger.issuer.DID, stranger.keys.Keys())
	if err != nil {
		t.Fatal(err)
	}
	documents[stranger.issuer.DID] = strange

	cases := []verifierCase{
		{"valid", document},
		{"withdrawn", r.sign(t, withdrawn)},
		{"suspended", r.sign(t, suspended)},
		{"status lists too old", r.sign(t, stale)},
	}
	before, after := changedKey(t, newRegister(t, "retired.example.cn"), false, documents)
	cases = append(cases, verifierCase{"valid, key retired since", before}, verifierCase{"valid, key after it", after})
	before, after = changedKey(t, newRegister(t, "lost.example.cn"), true, documents)
	cases = append(cases, verifierCase{"key lost since", before}, verifierCase{"valid, key after the lost one", after})
	for name, dated := range map[string]string{"validFrom": "9999-01-01T00:00:00Z", "validUntil": "2026-05-06T07:08:10Z"} {
		cases = append(cases, verifierCase{name + " " + dated, r.resign(t, document, name, dated)})
	}
	for _, tt := range tamperings(stranger) {
		cases = append(cases, verifierCase{tt.name, json.RawMessage(tt.change(t, string(document)))})
	}
	var answers []verifierAnswer
	node(t, "verify.mjs", map[string]any{"documents": documents, "cases": cases}, &answers)
	if want := 4 * len(cases); len(answers) != want {
		t.Fatalf("answers: got %d, want %d", len(answers), want)
	}
	for _, a := range answers {
		if want := a.Name == "valid" || strings.HasPrefix(a.Name, "valid,"); a.Accepted != want {
			t.Errorf("%s, %s: got accepted %t (%s), want %t", a.Verifier, a.Name, a.Accepted, a.Reason, want)
		}
		t.Logf("%-40s %-32s accepted=%-5t %s", a.Verifier, a.Name, a.Accepted, a.Reason)
	}
}
