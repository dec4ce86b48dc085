package credential_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
)

func TestStatusListKeepsEveryBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l credential.StatusList
		want := make(map[int]bool)
		for range rapid.IntRange(0, 50).Draw(t, "changes") {
			i := rapid.OneOf(rapid.IntRange(0, 20), rapid.IntRange(0, credential.StatusListSize-1)).Draw(t, "index")
			on := rapid.Bool().Draw(t, "on")
			l.Set(i, on)
			want[i] = on
		}
		encoded, err := l.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := credential.DecodeStatusList(encoded)
		if err != nil {
			t.Fatal(err)
		}
		for i := range credential.StatusListSize {
			if got := back.Get(i); got != want[i] {
				t.Fatalf("entry %d: got %t, want %t", i, got, want[i])
			}
		}
	})
}

// The first entry is the leftmost bit (W3C Bitstring Status List 1.0, §3.3).
func TestStatusListBitOrder(t *testing.T) {
	var l credential.StatusList
	l.Set(0, true)
	l.Set(9, true)
	encoded, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(encoded[1:])
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var head [2]byte
	if _, err := r.Read(head[:]); err != nil || head != [2]byte{0x80, 0x40} {
		t.Errorf("first bytes: got %x, %v, want 8040", head, err)
	}
}

func TestDecodeStatusListRefuses(t *testing.T) {
	packed := func(n int) string {
		var buf bytes.Buffer
		w := gzip.NewWriter(&buf)
		if _, err := w.Write(make([]byte, n)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return "u" + base64.RawURLEncoding.EncodeToString(buf.Bytes())
	}
	const size = credential.StatusListSize / 8
	if _, err := credential.DecodeStatusList(packed(size)); err != nil {
		t.Fatalf("list of the right size: %v", err)
	}
	for name, encoded := range map[string]string{
		"empty":             "",
		"no multibase":      packed(size)[1:],
		"not base64url":     "u+++",
		"not gzip":          "uAAAA",
		"a byte short":      packed(size - 1),
		"a byte long":       packed(size + 1),
		"a gzip bomb":       packed(50_000_000),
		"cut off":           packed(size)[:20],
		"checksum mismatch": packed(size)[:len(packed(size))-8] + "AAAAAAAA",
	} {
		if _, err := credential.DecodeStatusList(encoded); !errors.Is(err, credential.ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, credential.ErrMalformed)
		}
	}
}

// page is a list as it is published, until long after these tests.
func page(t testing.TB, l *credential.StatusList) credential.StatusPage {
	t.Helper()
	encoded, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return credential.StatusPage{
		Address: "https://register.example.cn/status/1", Purpose: credential.Revocation, Encoded: encoded, At: signedAt, Until: signedAt.AddDate(1000, 0, 0),
	}
}

func TestStatusOf(t *testing.T) {
	r, other := newRegister(t, "register.example.cn"), newRegister(t, "register.example.com")
	var l credential.StatusList
	l.Set(7, true)
	address := page(t, &l).Address
	sign := func(r register, change func(p *credential.StatusPage)) []byte {
		t.Helper()
		p := page(t, &l)
		change(&p)
		list, err := credential.SignStatusList(t.Context(), r.issuer, r.signer(t), p)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	keys := r.directory(t)
	keys[other.issuer.DID] = other.directory(t)[other.issuer.DID]
	as := func(*credential.StatusPage) {}
	list := sign(r, as)
	stale := sign(r, func(p *credential.StatusPage) { p.Until = signedAt.Add(48 * time.Hour) })
	tests := []struct {
		name  string
		index int
		list  []byte
		at    time.Time
		set   bool
		want  error
	}{
		{"set", 7, list, checked, true, nil},
		{"not set", 8, list, checked, false, nil},
		{"another list of the register", 8, sign(r, func(p *credential.StatusPage) { p.Address = "https://register.example.cn/status/2" }), checked, false, credential.ErrMalformed},
		{"a list for another purpose", 8, sign(r, func(p *credential.StatusPage) { p.Purpose = credential.Suspension }), checked, false, credential.ErrMalformed},
		{"a list of somebody else", 8, sign(other, as), checked, false, credential.ErrMalformed},
		{"a badge instead of a list", 8, r.sign(t, sample(t)), checked, false, credential.ErrMalformed},
		{"altered", 8, bytes.Replace(list, []byte("revocation"), []byte("suspension"), 1), checked, false, credential.ErrProof},
		{"no such index", credential.StatusListSize, list, checked, false, credential.ErrMalformed},
		{"before it was made", 8, list, signedAt.Add(-time.Hour), false, credential.ErrNotYetValid},
		{"fresh", 7, stale, signedAt.Add(48 * time.Hour), true, nil},
		{"too old", 8, stale, signedAt.Add(48*time.Hour + time.Second), false, credential.ErrExpired},
		{"too old, though set", 7, stale, checked, false, credential.ErrExpired},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			entry := credential.StatusEntry{Purpose: credential.Revocation, List: address, Index: tt.index}
			set, v, err := credential.StatusOf(entry, r.issuer.DID, tt.list, keys, tt.at)
			if !errors.Is(err, tt.want) || set != tt.set {
				t.Errorf("StatusOf: got %t, %v, want %t, %v", set, err, tt.set, tt.want)
			}
			if err == nil && !v.ValidFrom.Equal(signedAt) {
				t.Errorf("list as of %s, want %s", v.ValidFrom, signedAt)
			}
		})
	}
	unknown := page(t, &l)
	unknown.Purpose = "refresh"
	if _, err := credential.SignStatusList(t.Context(), r.issuer, r.signer(t), unknown); !errors.Is(err, credential.ErrMalformed) {
		t.Errorf("unknown purpose: got %v, want %v", err, credential.ErrMalformed)
	}
	t.Logf("list of %d entries, one set: %d bytes", credential.StatusListSize, len(list))
	if !strings.Contains(string(list), signing.VerificationMethod(r.issuer.DID, r.signer(t).KeyID())) {
		t.Error("list does not name the key that signed it")
	}
}
