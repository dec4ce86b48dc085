package translog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/certreg/certreg/internal/translog"
)

func TestLeafIsCanonical(t *testing.T) {
	salt := translog.Salt{0: 1, 15: 2}
	leaf := translog.Leaf{
		At:     time.Date(2026, 3, 2, 17, 30, 0, 123_456_789, time.FixedZone("CST", 8*60*60)),
		Digest: salt.Digest([]byte(`{"name":"…"}`)),
		Event:  "certificate-issued",
		Number: `S&<津>"1"`,
	}
	const want = `{"at":"2026-03-02T09:30:00.123456Z",` +
		`"digest":"e61bdc9140cf552d73a523a356f4a857319e8b60a802bc63c8411d124019cc4c",` +
		`"event":"certificate-issued","number":"S&<津>\"1\""}`
	got, err := leaf.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("Encode: got %s, want %s", got, want)
	}
	back, err := translog.ParseLeaf(got)
	if err != nil {
		t.Fatal(err)
	}
	leaf.At = leaf.At.UTC().Truncate(time.Microsecond)
	if diff := cmp.Diff(leaf, back); diff != "" {
		t.Errorf("ParseLeaf (-want +got):\n%s", diff)
	}
}

func TestAnyEncodedLeafIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaf := translog.Leaf{
			At:     time.UnixMicro(rapid.Int64Range(-62135596800e6, 253402300799e6).Draw(t, "at")).UTC(),
			Digest: translog.NewSalt().Digest(nil),
			Event:  rapid.StringMatching(`[a-z]{1,20}(-[a-z]{1,20})?`).Draw(t, "event"),
			Number: rapid.StringMatching(`[\pL\pN\pP ]{1,30}`).Draw(t, "number"),
		}
		entry, err := leaf.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := translog.ParseLeaf(entry)
		if err != nil || back != leaf {
			t.Fatalf("ParseLeaf(%s): got %v, %v, want %v", entry, back, err, leaf)
		}
	})
}

func TestLeafRefuses(t *testing.T) {
	good := translog.Leaf{At: start, Digest: strings.Repeat("0a", 32), Event: "issued", Number: "S1"}
	for name, change := range map[string]func(*translog.Leaf){
		"digest in capitals": func(l *translog.Leaf) { l.Digest = strings.ToUpper(l.Digest) },
		"digest too short":   func(l *translog.Leaf) { l.Digest = l.Digest[2:] },
		"no event":           func(l *translog.Leaf) { l.Event = "" },
		"event with a space": func(l *translog.Leaf) { l.Event = "is sued" },
		"no number":          func(l *translog.Leaf) { l.Number = "" },
		"number with a line": func(l *translog.Leaf) { l.Number = "S\n1" },
		"line separator":     func(l *translog.Leaf) { l.Number = "S\u20281" },
		"not UTF-8":          func(l *translog.Leaf) { l.Number = "S\xff" },
		"number too long":    func(l *translog.Leaf) { l.Number = strings.Repeat("1", 200) },
		"year 10000":         func(l *translog.Leaf) { l.At = l.At.AddDate(10_000, 0, 0) },
	} {
		leaf := good
		change(&leaf)
		if entry, err := leaf.Encode(); err == nil {
			t.Errorf("%s: got %s, want an error", name, entry)
		}
	}
}

func TestParseLeafRefusesOtherSpellings(t *testing.T) {
	good := string(entries(t, 0, 1)[0])
	if _, err := translog.ParseLeaf([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, entry := range map[string]string{
		"empty":          "",
		"not an object":  "[]",
		"space":          strings.Replace(good, ":", ": ", 1),
		"trailing line":  good + "\n",
		"unknown field":  strings.Replace(good, "{", `{"a":1,`, 1),
		"field twice":    strings.Replace(good, `"event"`, `"event":"x","event"`, 1),
		"other case":     strings.Replace(good, `"event"`, `"Event"`, 1),
		"escaped letter": strings.Replace(good, "issued", `issue\u0064`, 1),
		"time zone":      strings.Replace(good, "Z\"", "+00:00\"", 1),
		"no digest":      strings.Replace(good, "digest", "digset", 1),
	} {
		if leaf, err := translog.ParseLeaf([]byte(entry)); err == nil {
			t.Errorf("%s: got %v, want an error", name, leaf)
		}
	}
}

func TestSaltHidesTheRecord(t *testing.T) {
	record := []byte("record")
	a, b := translog.NewSalt(), translog.NewSalt()
	if a == b {
		t.Fatal("two salts are equal")
	}
	if a.Digest(record) == b.Digest(record) {
		t.Error("digests of one record under two salts are equal")
	}
	if a.Digest(record) != a.Digest([]byte("record")) {
		t.Error("digests of one record under one salt differ")
	}
}
