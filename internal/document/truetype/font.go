// Package truetype reads TrueType outlines and cuts them down to the glyphs a
// document uses, as PDF asks of an embedded font (ISO 32000-1 §9.9). It knows
// nothing of text layout beyond advances: no kerning, no shaping.
package truetype

import (
	"encoding/binary"
	"errors"
	"fmt"
)

var be = binary.BigEndian

// A GID is the index of a glyph in one font.
type GID uint16

// A Font is a parsed TrueType font. It keeps the slice it was parsed from and
// is safe for concurrent use.
type Font struct {
	// Metrics in thousandths of an em, as a PDF font descriptor wants them.
	Ascent, Descent, CapHeight int
	BBox                       [4]int

	name      string
	upem      int
	advances  []uint16 // font units; glyphs beyond the last share its advance
	bearings  []byte   // the hmtx table itself
	loca      []uint32
	glyf      []byte
	head      []byte
	hhea      []byte
	maxp      []byte
	character map[rune]GID
}

// Parse reads a font that has glyf outlines and a format 12 character map.
func Parse(data []byte) (*Font, error) {
	tables, err := directory(data)
	if err != nil {
		return nil, err
	}
	need := map[string]int{"head": 54, "hhea": 36, "maxp": 32, "OS/2": 96, "hmtx": 4, "loca": 4, "glyf": 0, "cmap": 4, "name": 6}
	for tag, size := range need {
		if got, ok := tables[tag]; !ok || len(got) < size {
			return nil, fmt.Errorf("truetype: table %q missing or short", tag)
		}
	}
	f := &Font{head: tables["head"], hhea: tables["hhea"], maxp: tables["maxp"], glyf: tables["glyf"], bearings: tables["hmtx"]}
	f.upem = int(be.Uint16(f.head[18:]))
	if f.upem == 0 {
		return nil, errors.New("truetype: no units per em")
	}
	f.Ascent = f.scale(int(int16(be.Uint16(f.hhea[4:]))))
	f.Descent = f.scale(int(int16(be.Uint16(f.hhea[6:]))))
	f.CapHeight = f.scale(int(int16(be.Uint16(tables["OS/2"][88:]))))
	for i := range f.BBox {
		f.BBox[i] = f.scale(int(int16(be.Uint16(f.head[36+2*i:]))))
	}
	if f.name = postScriptName(tables["name"]); f.name == "" {
		return nil, errors.New("truetype: no PostScript name")
	}
	if err := f.parseMetrics(tables["loca"]); err != nil {
		return nil, err
	}
	if f.character, err = characters(tables["cmap"], len(f.loca)-1); err != nil {
		return nil, err
	}
	return f, nil
}

// Name is the font's PostScript name.
func (f *Font) Name() string { return f.name }

// Glyph is the glyph of a character; ok is false if the font has none.
func (f *Font) Glyph(r rune) (g GID, ok bool) {
	g, ok = f.character[r]
	return g, ok
}

// Advance is the width of a glyph in thousandths of an em.
func (f *Font) Advance(g GID) int { return f.scale(int(f.advance(g))) }

func (f *Font) advance(g GID) uint16 { return f.advances[min(int(g), len(f.advances)-1)] }

// bearing is the left side bearing, which hmtx goes on listing after the
// advances have ended.
func (f *Font) bearing(g GID) uint16 {
	if n := len(f.advances); int(g) >= n {
		return be.Uint16(f.bearings[4*n+2*(int(g)-n):])
	}
	return be.Uint16(f.bearings[4*int(g)+2:])
}

func (f *Font) scale(units int) int { return units * 1000 / f.upem }

// outline is the glyph's description; empty for a space.
func (f *Font) outline(g GID) []byte { return f.glyf[f.loca[g]:f.loca[g+1]] }

func (f *Font) parseMetrics(loca []byte) error {
	glyphs := int(be.Uint16(f.maxp[4:]))
	advances := int(be.Uint16(f.hhea[34:]))
	if advances == 0 || advances > glyphs || len(f.bearings) < 4*advances+2*(glyphs-advances) {
		return errors.New("truetype: hmtx does not cover the glyphs")
	}
	f.advances = make([]uint16, advances)
	for i := range f.advances {
		f.advances[i] = be.Uint16(f.bearings[4*i:])
	}
	long := be.Uint16(f.head[50:]) == 1
	if long && len(loca) < 4*(glyphs+1) || len(loca) < 2*(glyphs+1) {
		return errors.New("truetype: loca does not cover the glyphs")
	}
	f.loca = make([]uint32, glyphs+1)
	for i := range f.loca {
		if long {
			f.loca[i] = be.Uint32(loca[4*i:])
		} else {
			f.loca[i] = 2 * uint32(be.Uint16(loca[2*i:]))
		}
		if i > 0 && f.loca[i] < f.loca[i-1] || int64(f.loca[i]) > int64(len(f.glyf)) {
			return fmt.Errorf("truetype: glyph %d lies outside glyf", i)
		}
	}
	return nil
}

// directory cuts a font file into its tables.
func directory(data []byte) (map[string][]byte, error) {
	if len(data) < 12 || be.Uint32(data) != 0x00010000 {
		return nil, errors.New("truetype: not a TrueType font")
	}
	count := int(be.Uint16(data[4:]))
	if len(data) < 12+16*count {
		return nil, errors.New("truetype: table directory cut short")
	}
	tables := make(map[string][]byte, count)
	for i := range count {
		entry := data[12+16*i:]
		offset, length := uint64(be.Uint32(entry[8:])), uint64(be.Uint32(entry[12:]))
		if offset+length > uint64(len(data)) {
			return nil, fmt.Errorf("truetype: table %q lies outside the file", entry[:4])
		}
		tables[string(entry[:4])] = data[offset : offset+length]
	}
	return tables, nil
}

// characters reads the format 12 subtable, the only one that reaches beyond
// the Basic Multilingual Plane.
func characters(cmap []byte, glyphs int) (map[rune]GID, error) {
	for i := range int(be.Uint16(cmap[2:])) {
		if len(cmap) < 4+8*(i+1) {
			break
		}
		offset := uint64(be.Uint32(cmap[4+8*i+4:]))
		if offset+16 > uint64(len(cmap)) || be.Uint16(cmap[offset:]) != 12 {
			continue
		}
		sub := cmap[offset:]
		groups := uint64(be.Uint32(sub[12:]))
		if 16+12*groups > uint64(len(sub)) {
			return nil, errors.New("truetype: character map cut short")
		}
		chars := make(map[rune]GID, glyphs)
		for g := range int(groups) {
			group := sub[16+12*g:]
			first, last, gid := be.Uint32(group), be.Uint32(group[4:]), be.Uint32(group[8:])
			if last < first || last > 0x10FFFF || uint64(gid)+uint64(last-first) >= uint64(glyphs) {
				return nil, errors.New("truetype: character map points outside the font")
			}
			for c := first; c <= last; c++ {
				if id := gid + c - first; id != 0 {
					chars[rune(c)] = GID(id)
				}
			}
		}
		return chars, nil
	}
	return nil, errors.New("truetype: no format 12 character map")
}

// postScriptName is name 6 of the Windows platform: ASCII in UTF-16.
func postScriptName(table []byte) string {
	storage := int(be.Uint16(table[4:]))
	for i := range int(be.Uint16(table[2:])) {
		if len(table) < 6+12*(i+1) {
			break
		}
		record := table[6+12*i:]
		from := storage + int(be.Uint16(record[10:]))
		to := from + int(be.Uint16(record[8:]))
		if be.Uint16(record) != 3 || be.Uint16(record[6:]) != 6 || to > len(table) {
			continue
		}
		var name []byte
		for ; from+1 < to; from += 2 {
			name = append(name, table[from+1])
		}
		return string(name)
	}
	return ""
}
