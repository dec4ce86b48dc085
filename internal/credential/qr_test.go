package credential_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"rsc.io/qr"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
)

func sampleQR() credential.QR {
	return credential.QR{
		Link: "https://register.example.cn/v/7K3MQ-9XW2T-4RB8D", Number: "2610001200300001", Version: 2,
		Standing: credential.Valid, AsOf: signedAt,
	}
}

func encodeQR(t *testing.T, r register, q credential.QR) string {
	t.Helper()
	text, err := credential.EncodeQR(t.Context(), q, r.signer(t))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestQRReadsBack(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	for _, standing := range []credential.Standing{
		credential.Valid, credential.Suspended, credential.Withdrawn, credential.Cancelled, credential.Void, credential.Superseded,
	} {
		want := sampleQR()
		want.Standing = standing
		got, suspect, err := credential.OpenQR(encodeQR(t, r, want), r.issuer.Base, r.keys.Keys())
		if err != nil || suspect {
			t.Fatalf("%s: got suspect %t, %v", standing, suspect, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", standing, diff)
		}
	}
}

// Printed 25 mm wide, a code of 53 modules has modules of 0.47 mm; phones read
// them from 0.33 mm on.
func TestQRStaysSmall(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	long := sampleQR()
	long.Number = "Y000123000001265000001"
	for name, q := range map[string]credential.QR{"16 digits": sampleQR(), "22 characters": long} {
		text := encodeQR(t, r, q)
		code, err := qr.Encode(text, qr.M)
		if err != nil {
			t.Fatal(err)
		}
		if code.Size > 57 {
			t.Errorf("%s: %d characters make %d modules, want at most 57", name, len(text), code.Size)
		}
		t.Logf("%s: %d characters, %d × %d modules at level M", name, len(text), code.Size, code.Size)
	}
}

func TestOpenQRRefuses(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	text := encodeQR(t, r, sampleQR())
	link, fragment, _ := strings.Cut(text, "#")
	lost := r.keys.Keys()
	lost[0].CompromisedAt = signedAt
	retired := r.keys.Keys()
	retired[0].NotAfter = signedAt
	withdrawn := sampleQR()
	withdrawn.Standing = credential.Withdrawn
	_, other, _ := strings.Cut(encodeQR(t, r, withdrawn), "#")
	tests := []struct {
		name, text string
		keys       signing.Keys
		want       error
	}{
		{"no statement", link, r.keys.Keys(), credential.ErrMalformed},
		{"another site", strings.Replace(text, "register.example.cn", "register.example.com", 1), r.keys.Keys(), credential.ErrMalformed},
		{"a site that begins alike", strings.Replace(text, "example.cn/", "example.cn.evil.com/", 1), r.keys.Keys(), credential.ErrMalformed},
		{"not base64url", link + "#" + strings.Repeat("+", len(fragment)), r.keys.Keys(), credential.ErrMalformed},
		{"cut off", text[:len(text)-4], r.keys.Keys(), credential.ErrMalformed},
		{"another certificate's page", strings.Replace(text, "7K3MQ", "7K3MR", 1), r.keys.Keys(), credential.ErrProof},
		{"standing exchanged", link + "#" + fragment[:4] + other[4:], r.keys.Keys(), credential.ErrProof},
		{"another register's keys", text, newRegister(t, "register.example.cn").keys.Keys(), signing.ErrUnknownKey},
		{"no keys", text, nil, signing.ErrUnknownKey},
		{"key lost before", text, lost, signing.ErrCompromised},
		{"key retired before", text, retired, signing.ErrNotActive},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if q, _, err := credential.OpenQR(tt.text, r.issuer.Base, tt.keys); !errors.Is(err, tt.want) {
				t.Errorf("OpenQR: got %v, %v, want %v", q, err, tt.want)
			}
		})
	}
	for i := range len(fragment) {
		changed := []byte(fragment)
		changed[i] ^= 1
		if q, _, err := credential.OpenQR(link+"#"+string(changed), r.issuer.Base, r.keys.Keys()); err == nil {
			t.Fatalf("character %d changed: got %v, want an error", i, q)
		}
	}
	late := r.keys.Keys()
	late[0].CompromisedAt = signedAt.Add(time.Second)
	if _, suspect, err := credential.OpenQR(text, r.issuer.Base, late); err != nil || !suspect {
		t.Errorf("key lost later: got suspect %t, %v, want true", suspect, err)
	}
}

func TestEncodeQRRefuses(t *testing.T) {
	r := newRegister(t, "register.example.cn")
	for name, change := range map[string]func(*credential.QR){
		"http by a look-alike": func(q *credential.QR) { q.Link = "http://localhost.example.cn/v/1" },
		"plain http":           func(q *credential.QR) { q.Link = "http://register.example.cn/v/1" },
		"link with a part":     func(q *credential.QR) { q.Link += "#x" },
		"unknown standing":     func(q *credential.QR) { q.Standing = "fine" },
		"version 0":            func(q *credential.QR) { q.Version = 0 },
		"version 256":          func(q *credential.QR) { q.Version = 256 },
		"no number":            func(q *credential.QR) { q.Number = "" },
		"number too long":      func(q *credential.QR) { q.Number = strings.Repeat("1", 65) },
		"before 1970":          func(q *credential.QR) { q.AsOf = time.Unix(-1, 0) },
	} {
		q := sampleQR()
		change(&q)
		if text, err := credential.EncodeQR(t.Context(), q, r.signer(t)); !errors.Is(err, credential.ErrMalformed) {
			t.Errorf("%s: got %q, %v, want %v", name, text, err, credential.ErrMalformed)
		}
	}
}
