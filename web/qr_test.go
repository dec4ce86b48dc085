package web_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/signing"
)

// The register that vectors are of.
const (
	vectorBase = "https://register.example.cn"
	vectorLink = vectorBase + "/v/7K3M-Q9XW-2T4R-B8D1-*/2"
)

// A vectorKey is a key of that register and what its trust file says of it.
type vectorKey struct {
	signer            signing.Signer
	from, until, lost time.Time
	unlisted          bool
}

func newVectorKey(seed byte) vectorKey {
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), ed25519.SeedSize)))
	return vectorKey{signer: signing.NewSigner(private), from: now.AddDate(-1, 0, 0)}
}

// vectorKeys are keys in every state at the instant now.
func vectorKeys() map[string]vectorKey {
	keys := map[string]vectorKey{}
	for i, name := range []string{"current", "begins now", "begins later", "ended now", "ends later", "lost now", "lost before", "lost later", "lost and ended", "unknown"} {
		keys[name] = newVectorKey(byte('a' + i))
	}
	change := func(name string, f func(*vectorKey)) {
		k := keys[name]
		f(&k)
		keys[name] = k
	}
	change("begins now", func(k *vectorKey) { k.from = now })
	change("begins later", func(k *vectorKey) { k.from = now.Add(time.Second) })
	change("ended now", func(k *vectorKey) { k.until = now })
	change("ends later", func(k *vectorKey) { k.until = now.Add(time.Second) })
	change("lost now", func(k *vectorKey) { k.lost = now })
	change("lost before", func(k *vectorKey) { k.lost = now.Add(-time.Second) })
	change("lost later", func(k *vectorKey) { k.lost = now.Add(time.Second) })
	change("lost and ended", func(k *vectorKey) { k.lost, k.until = now.Add(time.Hour), now })
	change("unknown", func(k *vectorKey) { k.unlisted = true })
	return keys
}

// trustOf is the trust file that lists the keys.
func trustOf(t *testing.T, keys map[string]vectorKey) []byte {
	t.Helper()
	type key struct {
		ID            string    `json:"id"`
		NotBefore     time.Time `json:"notBefore"`
		NotAfter      time.Time `json:"notAfter,omitzero"`
		CompromisedAt time.Time `json:"compromisedAt,omitzero"`
	}
	var listed []key
	for _, k := range keys {
		if !k.unlisted {
			listed = append(listed, key{k.signer.KeyID(), k.from, k.until, k.lost})
		}
	}
	data, err := json.Marshal(map[string]any{"format": "certreg.trust/1", "base": vectorBase, "origin": "register.example.cn/log", "did": map[string]any{}, "keys": listed})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// vectors are texts of QR codes, genuine and not.
func vectors(t *testing.T, keys map[string]vectorKey) []string {
	t.Helper()
	encode := func(k vectorKey, standing credential.Standing) string {
		text, err := credential.EncodeQR(t.Context(), credential.QR{Link: vectorLink, Number: "2610001200300001", Version: 2, Standing: standing, AsOf: now}, k.signer)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	var texts []string
	for _, standing := range []credential.Standing{credential.Valid, credential.Suspended, credential.Withdrawn, credential.Cancelled, credential.Void, credential.Superseded} {
		for _, k := range keys {
			texts = append(texts, encode(k, standing))
		}
	}
	text := encode(keys["current"], credential.Valid)
	link, fragment, _ := strings.Cut(text, "#")
	raw, err := base64.RawURLEncoding.DecodeString(fragment)
	if err != nil {
		t.Fatal(err)
	}
	for i := range text { // every character changed, and the text cut off before it
		texts = append(texts, text[:i], text[:i]+string(text[i]^1)+text[i+1:], text[:i]+"A"+text[i:])
	}
	for i := range raw {
		changed := append([]byte(nil), raw...)
		changed[i] ^= 0x80
		texts = append(texts, link+"#"+base64.RawURLEncoding.EncodeToString(changed))
	}
	_, other, _ := strings.Cut(encode(keys["current"], credential.Withdrawn), "#")
	texts = append(texts,
		link, link+"#", link+"#"+fragment+"=", link+"#"+fragment+"==", link+"##"+fragment, link+"#"+fragment+"#", link+"?lang=en#"+fragment,
		link+"#"+strings.NewReplacer("-", "+", "_", "/").Replace(fragment), link+"#"+fragment[:5]+other[5:], link+"#"+fragment+fragment, link+"#"+fragment+"证",
		strings.Replace(text, "register.example.cn", "register.example.com", 1), strings.Replace(text, "register.example.cn/", "register.example.cn.evil.example/", 1),
		strings.Replace(text, "https:", "http:", 1), vectorBase+"#"+fragment, vectorBase+"/#"+fragment, "HTTPS"+text[5:],
	)
	return append(texts, oddStatements(t, keys["current"].signer)...)
}

// oddStatements are well signed and have no such form, or just have it.
func oddStatements(t *testing.T, signer signing.Signer) []string {
	t.Helper()
	text, err := credential.EncodeQR(t.Context(), credential.QR{Link: vectorLink, Number: "1", Version: 1, Standing: credential.Valid, AsOf: now}, signer)
	if err != nil {
		t.Fatal(err)
	}
	_, fragment, _ := strings.Cut(text, "#")
	raw, err := base64.RawURLEncoding.DecodeString(fragment)
	if err != nil {
		t.Fatal(err)
	}
	head := raw[:len(raw)-ed25519.SignatureSize-1]
	var texts []string
	sign := func(statement []byte) {
		signature, err := signer.Sign(t.Context(), append([]byte("certreg/qr/1\n"+vectorLink+"\n"), statement...))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, vectorLink+"#"+base64.RawURLEncoding.EncodeToString(append(statement, signature...)))
	}
	for _, number := range []string{
		"", "1", strings.Repeat("9", 63), strings.Repeat("9", 64), strings.Repeat("9", 65), strings.Repeat("9", 300),
		"编号", "\ufeff1", "1\n", "1\x00", "1\x7f", "1\u0085", "1\u2028", "1\u2029", "1\u200b", "1\ufffd", "1\xff", "1\xe7\xbc", "\xed\xa0\x80", "😀", `<b>&"`,
	} {
		sign(append(append([]byte(nil), head...), number...))
	}
	for at, values := range map[int][]byte{0: {0, 2, 255}, 1: {0, 6, 7, 255}, 2: {0, 1, 255}, 3: {0, 255}} { // format, standing, version, instant
		for _, value := range values {
			statement := append(append([]byte(nil), head...), '1')
			statement[at] = value
			sign(statement)
		}
	}
	return texts
}

// A verdict is what is told of a text.
type verdict struct {
	Verdict  proof.Verdict `json:"verdict"`
	Number   string        `json:"number"`
	Version  int           `json:"version"`
	Standing string        `json:"standing"`
	AsOf     int64         `json:"asOf"` // milliseconds
}

// The script that phones check QR codes with says of every text what package
// proof says of it, by the same trust file.
func TestScriptOpensQRCodesAsGoDoes(t *testing.T) {
	s := newSite(t)
	v := visit(t, s, manner{lang: "zh", width: 360, script: true})
	v.open("/verify/offline")
	keys := vectorKeys()
	trusted := trustOf(t, keys)
	var trust proof.Trust
	if err := json.Unmarshal(trusted, &trust); err != nil {
		t.Fatal(err)
	}
	texts := vectors(t, keys)
	got := await[[]verdict](v, `((texts, trust) => Promise.all(texts.map((text) => openQR(text, trust))))(%s, %s)`, texts, json.RawMessage(trusted))
	seen := map[proof.Verdict]int{}
	for i, text := range texts {
		f, err := proof.Check([]byte(text), trust, now)
		want := verdict{Verdict: f.Verdict, Number: f.Number, Version: f.Version, Standing: string(f.Status)}
		if errors.Is(err, proof.ErrMalformed) {
			want.Verdict = proof.Foreign // the script is not asked about files
		} else if err != nil {
			t.Fatal(err)
		}
		if !f.AsOf.IsZero() {
			want.AsOf = f.AsOf.UnixMilli()
		}
		if diff := cmp.Diff(want, got[i]); diff != "" {
			t.Errorf("%q (-Go +script):\n%s", text, diff)
		}
		seen[want.Verdict]++
	}
	for _, want := range []proof.Verdict{proof.Authentic, proof.Doubtful, proof.Altered, proof.Foreign} {
		if seen[want] == 0 {
			t.Errorf("got no text that is %s", want)
		}
	}
	t.Logf("%d texts: %v", len(texts), seen)
}
