package truetype

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"slices"
	"testing"
)

func open(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile("../fonts/" + name)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t testing.TB, name string) *Font {
	t.Helper()
	f, err := Parse(open(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const (
	kai  = "CertregKai-Regular.ttf.gz"
	sans = "NotoSansSC-Regular.ttf.gz"
)

func TestParse(t *testing.T) {
	tests := []struct {
		file, name      string
		ascent, descent int
		has, lacks      string
	}{
		{kai, "CertregKai-Regular", 928, -256, "证𠮷𪛗·—A", "\U0002F80A\n"},
		{sans, "NotoSansSC-Regular", 1160, -288, "证玥㐂·—A", "𠮷𪛗\n"},
	}
	for _, tt := range tests {
		f := parse(t, tt.file)
		if f.Name() != tt.name || f.Ascent != tt.ascent || f.Descent != tt.descent {
			t.Errorf("got %s %d %d, want %s %d %d", f.Name(), f.Ascent, f.Descent, tt.name, tt.ascent, tt.descent)
		}
		for _, r := range tt.has {
			if g, ok := f.Glyph(r); !ok || g == 0 || f.Advance(g) == 0 {
				t.Errorf("%s: got glyph %d, %v for %c, want one with a width", tt.name, g, ok, r)
			}
		}
		for _, r := range tt.lacks {
			if g, ok := f.Glyph(r); ok {
				t.Errorf("%s: got glyph %d for %U, want none", tt.name, g, r)
			}
		}
		if g, _ := f.Glyph('证'); f.Advance(g) != 1000 {
			t.Errorf("%s: got advance %d of a Han character, want 1000", tt.name, f.Advance(g))
		}
	}
}

func TestSubset(t *testing.T) {
	f := parse(t, kai)
	glyphs := []GID{0}
	for _, r := range "证书´龘" { // the accent is a composite glyph
		g, _ := f.Glyph(r)
		glyphs = append(glyphs, g)
	}
	data, err := f.Subset(glyphs)
	if err != nil {
		t.Fatal(err)
	}
	if got := checksum(data); got != 0xB1B0AFBA {
		t.Errorf("got file checksum %08X, want B1B0AFBA", got)
	}
	tables, err := directory(data)
	if err != nil {
		t.Fatal(err)
	}
	parts := 0
	got := &Font{head: tables["head"], hhea: tables["hhea"], maxp: tables["maxp"], glyf: tables["glyf"], bearings: tables["hmtx"], upem: f.upem}
	if err := got.parseMetrics(tables["loca"]); err != nil {
		t.Fatal(err)
	}
	for i, g := range glyphs {
		at, err := components(got.outline(GID(i)))
		if err != nil {
			t.Fatal(err)
		}
		parts += len(at)
		if got.Advance(GID(i)) != f.Advance(g) || got.bearing(GID(i)) != f.bearing(g) {
			t.Errorf("glyph %d: got advance %d, bearing %d, want %d, %d", g, got.Advance(GID(i)), got.bearing(GID(i)), f.Advance(g), f.bearing(g))
		}
		if len(at) == 0 && !bytes.HasPrefix(got.outline(GID(i)), f.outline(g)) {
			t.Errorf("glyph %d: its outline changed", g)
		}
		for _, p := range at {
			part := GID(be.Uint16(got.outline(GID(i))[p:]))
			if int(part) < len(glyphs) || int(part) >= len(got.loca)-1 {
				t.Errorf("glyph %d: got component %d, want one of those added", g, part)
			}
		}
	}
	if parts == 0 || len(got.loca)-1 <= len(glyphs) {
		t.Errorf("got %d components and %d glyphs, want the accent's part added to %d", parts, len(got.loca)-1, len(glyphs))
	}
	if !slices.Equal(f.loca, parse(t, kai).loca) || !bytes.Equal(f.glyf, parse(t, kai).glyf) {
		t.Error("subsetting changed the font")
	}
}

func TestSubsetRefuses(t *testing.T) {
	f := parse(t, kai)
	for _, glyphs := range [][]GID{nil, {5}, {0, 65535}} {
		if _, err := f.Subset(glyphs); err == nil {
			t.Errorf("glyphs %v: got no error", glyphs)
		}
	}
}

// A font cut short anywhere is an error, not a crash.
func TestParseDamaged(t *testing.T) {
	data := open(t, kai)
	for size := 0; size < len(data); size += 1 + size/3 {
		if _, err := Parse(data[:size]); err == nil {
			t.Errorf("first %d bytes: got no error", size)
		}
	}
}
