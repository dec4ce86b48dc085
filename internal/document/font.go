package document

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the fonts
	"fmt"
	"io"
	"unicode"

	"github.com/certreg/certreg/internal/document/pdf"
	"github.com/certreg/certreg/internal/document/truetype"
)

//go:embed fonts/NotoSansSC-Regular.ttf.gz
var sansFile []byte

//go:embed fonts/CertregKai-Regular.ttf.gz
var kaiFile []byte

func loadFont(file []byte) (*truetype.Font, error) {
	r, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("document: font: %w", err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("document: font: %w", err)
	}
	return truetype.Parse(data)
}

// A typeface is one of the two fonts with the other to fall back on.
type typeface struct{ first, second *pdf.Font }

// A run is a stretch of text in one font.
type run struct {
	font *pdf.Font
	text string
}

// runs divides a text by font. One font for the whole is tried first, either
// one: a name half in Kai and half in Sans looks forged. Only a text that
// neither font has whole is mixed.
func (t typeface) runs(text string) []run {
	for _, font := range []*pdf.Font{t.first, t.second} {
		if font.Has(text) {
			return []run{{font, text}}
		}
	}
	var runs []run
	for _, r := range text {
		font := t.first
		if !font.Has(string(r)) {
			font = t.second
		}
		if n := len(runs); n > 0 && runs[n-1].font == font {
			runs[n-1].text += string(r)
		} else {
			runs = append(runs, run{font, string(r)})
		}
	}
	return runs
}

// checkGlyphs refuses a text with a character that would print as a blank or
// a box, which is one no font has, and marks that belong above or below the
// letter before, which are not placed there: a letter with its mark in one, as
// NFC writes it where there is one, prints.
func (p *Printer) checkGlyphs(fields []field) error {
	for _, f := range fields {
		for _, r := range f.text {
			_, sans := p.sans.Glyph(r)
			_, kai := p.kai.Glyph(r)
			if (sans || kai) && !unicode.In(r, unicode.M, unicode.Cf) {
				continue
			}
			detail := fmt.Sprintf("U+%04X", r)
			if unicode.IsPrint(r) {
				detail = fmt.Sprintf("%c (U+%04X)", r, r)
			}
			return &Error{Field: f.name, Problem: NoGlyph, Detail: detail}
		}
	}
	return nil
}
