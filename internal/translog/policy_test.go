package translog_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/internal/translog/translogtest"
)

// policyOf writes %1…%3 for the keys of three witnesses.
func policyOf(text string, witnesses ...*translogtest.Witness) string {
	for i, w := range witnesses {
		text = strings.ReplaceAll(text, fmt.Sprintf("%%%d", i+1), w.VerifierKey())
	}
	return text
}

func TestPolicyCountsCosignatures(t *testing.T) {
	var witnesses []*translogtest.Witness
	for i := range 3 {
		w := newWitness(t)
		w.Key = newSigner(byte(60 + i)).PrivateKey
		witnesses = append(witnesses, w)
	}
	s := newLog(t, 10)
	msg := string(s.checkpoint)
	lines := make([]string, len(witnesses))
	for i, w := range witnesses {
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/w1/add-checkpoint", strings.NewReader("old 0\n\n"+msg)))
		if answer.Code != http.StatusOK {
			t.Fatalf("witness %d answers %d", i, answer.Code)
		}
		lines[i] = answer.Body.String()
	}
	const three = "# ours\nwitness a %1\n\twitness b\t%2 https://b.example/\nwitness c %3\n\n"
	for _, tt := range []struct {
		policy string
		signed []int
		enough bool
	}{
		{three + "quorum none", nil, true},
		{three + "quorum b", []int{0, 2}, false},
		{three + "quorum b", []int{1}, true},
		{three + "group g any a b c\nquorum g", nil, false},
		{three + "group g any a b c\nquorum g", []int{2}, true},
		{three + "group g 2 a b c\nquorum g", []int{2}, false},
		{three + "group g 2 a b c\nquorum g", []int{2, 2}, false},
		{three + "group g 2 a b c\nquorum g", []int{2, 0}, true},
		{three + "group g all a b c\nquorum g", []int{2, 0}, false},
		{three + "group g all a b c\nquorum g", []int{2, 0, 1}, true},
		{three + "group g any a b\ngroup h all g c\nquorum h", []int{0, 1}, false},
		{three + "group g any a b\ngroup h all g c\nquorum h", []int{1, 2}, true},
		{"log " + identity(t, newSigner(1)).String() + three + "quorum a", []int{0}, true},
		{"log " + identity(t, newSigner(2)).String() + three + "quorum a", []int{0}, false},
	} {
		p, err := translog.ParsePolicy(policyOf(tt.policy, witnesses...))
		if err != nil {
			t.Fatal(err)
		}
		cosigned := msg
		for _, i := range tt.signed {
			cosigned += lines[i]
		}
		if _, got := p.Cosigners([]byte(cosigned)); got != tt.enough {
			t.Errorf("%q with %v: enough: got %t, want %t", tt.policy, tt.signed, got, tt.enough)
		}
		again, err := translog.ParsePolicy(p.String())
		if err != nil || again.String() != p.String() || strings.Contains(p.String(), "https://") {
			t.Errorf("%q written and read: got %q, %v, want %q without addresses", tt.policy, again, err, p)
		}
		// A cosignature of another checkpoint counts for nothing.
		other := strings.Replace(cosigned, "\n10\n", "\n11\n", 1)
		if names, _ := p.Cosigners([]byte(other)); len(names) > 0 {
			t.Errorf("%q on another checkpoint: got cosigners %v, want none", tt.policy, names)
		}
	}
}

func TestParsePolicyRefuses(t *testing.T) {
	one, two := newWitness(t), newWitness(t)
	two.Key = newSigner(61).PrivateKey
	logKey := strings.TrimSpace(identity(t, newSigner(1)).String())
	for name, text := range map[string]string{
		"no quorum":             "witness a %1\n",
		"two quorums":           "witness a %1\nquorum a\nquorum a\n",
		"an unknown quorum":     "witness a %1\nquorum b\n",
		"a quorum defined late": "quorum a\nwitness a %1\n",
		"a name twice":          "witness a %1\nwitness a %2\nquorum a\n",
		"a key twice":           "witness a %1\nwitness b %1\nquorum a\n",
		"the name none":         "witness none %1\nquorum none\n",
		"a member twice":        "witness a %1\ngroup g any a a\nquorum g\n",
		"an unknown member":     "witness a %1\ngroup g any a b\nquorum g\n",
		"too many":              "witness a %1\ngroup g 2 a\nquorum g\n",
		"too few":               "witness a %1\ngroup g 0 a\nquorum g\n",
		"an empty group":        "group g any\nquorum g\n",
		"a log's key":           "witness a " + logKey + "\nquorum a\n",
		"a witness's log":       "log %1\nquorum none\n",
		"a key with a changed hash": "witness a " +
			strings.Replace(one.VerifierKey(), "w1", "w2", 1) + "\nquorum a\n",
		"no URL":       "witness a %1 witness.example\nquorum a\n",
		"another word": "trust a %1\nquorum none\n",
	} {
		if p, err := translog.ParsePolicy(policyOf(text, one, two)); err == nil {
			t.Errorf("%s: got %q, want an error", name, p)
		}
	}
	p, err := translog.ParsePolicy(policyOf("witness a %1\nquorum a\n", one))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Witnesses(http.DefaultClient); err == nil {
		t.Error("a witness without an address: got a client, want an error")
	}
}
