package pdf

import (
	"fmt"
	"slices"
	"unicode/utf16"

	"github.com/certreg/certreg/internal/document/truetype"
)

// A Font is one font of one document and the glyphs used of it so far.
type Font struct {
	face   *truetype.Font
	ref    Ref
	index  map[rune]int // place in glyphs
	glyphs []truetype.GID
	runes  []rune // the character each glyph was first used for
}

func newFont(face *truetype.Font, ref Ref) *Font {
	return &Font{face: face, ref: ref, index: map[rune]int{}, glyphs: []truetype.GID{0}, runes: []rune{0}}
}

// Width is the width of a text in units of the font size. Characters the font
// does not have count nothing.
func (f *Font) Width(s string) float64 {
	sum := 0
	for _, r := range s {
		if g, ok := f.face.Glyph(r); ok {
			sum += f.face.Advance(g)
		}
	}
	return float64(sum) / 1000
}

// Has reports whether the font can show every character of s.
func (f *Font) Has(s string) bool {
	for _, r := range s {
		if _, ok := f.face.Glyph(r); !ok {
			return false
		}
	}
	return true
}

// appendCodes writes the text as a hexadecimal string of two-byte codes and
// remembers the glyphs. Codes are places in the subset, so Identity-H and an
// identity CIDToGIDMap fit. Callers have asked Has.
func (f *Font) appendCodes(b []byte, s string) []byte {
	b = append(b, '<')
	for _, r := range s {
		i, ok := f.index[r]
		if !ok {
			g, _ := f.face.Glyph(r)
			i = len(f.glyphs)
			f.index[r] = i
			f.glyphs = append(f.glyphs, g)
			f.runes = append(f.runes, r)
		}
		b = fmt.Appendf(b, "%04X", i)
	}
	return append(b, '>')
}

// write embeds the glyphs used (ISO 32000-1 §9.7). Two characters that share
// a glyph get a code each, so that copied text is right for both.
func (f *Font) write(w *Writer) error {
	program, err := f.face.Subset(f.glyphs)
	if err != nil {
		return err
	}
	widths := make(Array, len(f.glyphs))
	for i, g := range f.glyphs {
		widths[i] = f.face.Advance(g)
	}
	name := Name("CRTREG+" + f.face.Name())
	box := f.face.BBox
	descriptor := w.Add(Dict{
		"Type": Name("FontDescriptor"), "FontName": name, "Flags": 4, "ItalicAngle": 0, "StemV": 80,
		"Ascent": f.face.Ascent, "Descent": f.face.Descent, "CapHeight": f.face.CapHeight,
		"FontBBox":  Array{box[0], box[1], box[2], box[3]},
		"FontFile2": w.Add(w.Deflated(Dict{"Length1": len(program)}, program)),
	})
	descendant := w.Add(Dict{
		"Type": Name("Font"), "Subtype": Name("CIDFontType2"), "BaseFont": name,
		"CIDSystemInfo":  Dict{"Registry": String("Adobe"), "Ordering": String("Identity"), "Supplement": 0},
		"FontDescriptor": descriptor, "CIDToGIDMap": Name("Identity"), "DW": 1000, "W": Array{0, widths},
	})
	w.Put(f.ref, Dict{
		"Type": Name("Font"), "Subtype": Name("Type0"), "BaseFont": name, "Encoding": Name("Identity-H"),
		"DescendantFonts": Array{descendant}, "ToUnicode": w.Add(w.Deflated(Dict{}, f.toUnicode())),
	})
	return nil
}

// toUnicode maps codes back to characters, surrogate pairs included (ISO
// 32000-1 §9.10.3). A block holds at most 100 lines.
func (f *Font) toUnicode() []byte {
	b := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	code := 1
	for block := range slices.Chunk(f.runes[1:], 100) {
		b = fmt.Appendf(b, "%d beginbfchar\n", len(block))
		for _, r := range block {
			b = fmt.Appendf(b, "<%04X><", code)
			for _, unit := range utf16.AppendRune(nil, r) {
				b = fmt.Appendf(b, "%04X", unit)
			}
			b = append(b, ">\n"...)
			code++
		}
		b = append(b, "endbfchar\n"...)
	}
	return append(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"...)
}
