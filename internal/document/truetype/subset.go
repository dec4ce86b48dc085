package truetype

import (
	"bytes"
	"fmt"
	"slices"
)

// Flags of a composite glyph's component (OpenType, glyf table).
const (
	argsAreWords   = 1 << 0
	haveScale      = 1 << 3
	moreComponents = 1 << 5
	haveXYScale    = 1 << 6
	have2x2        = 1 << 7
)

// Subset is a font with the given glyphs only, renumbered by their place in
// the list; the first must be glyph 0, which stands for a missing character.
// Glyphs that others are composed of follow at the end. The result has the
// tables PDF needs and no character map. It fails on a malformed outline.
func (f *Font) Subset(glyphs []GID) ([]byte, error) {
	if len(glyphs) == 0 || glyphs[0] != 0 {
		return nil, fmt.Errorf("truetype: a subset starts with glyph 0")
	}
	glyphs = slices.Clone(glyphs)
	place := make(map[GID]GID, len(glyphs))
	for i, g := range glyphs {
		place[g] = GID(i)
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(glyphs); i++ { // grows while components are met
		g := glyphs[i]
		if int(g) >= len(f.loca)-1 {
			return nil, fmt.Errorf("truetype: no glyph %d", g)
		}
		outline := f.outline(g)
		parts, err := components(outline)
		if err != nil {
			return nil, fmt.Errorf("truetype: glyph %d: %w", g, err)
		}
		if len(parts) > 0 {
			outline = bytes.Clone(outline)
		}
		for _, at := range parts {
			part := GID(be.Uint16(outline[at:]))
			if _, ok := place[part]; !ok {
				place[part] = GID(len(glyphs))
				glyphs = append(glyphs, part)
			}
			be.PutUint16(outline[at:], uint16(place[part]))
		}
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, outline...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = be.AppendUint16(hmtx, f.advance(g))
		hmtx = be.AppendUint16(hmtx, f.bearing(g))
	}
	loca = be.AppendUint32(loca, uint32(len(glyf)))
	return assemble(f.resized(len(glyphs)), []table{{"glyf", glyf}, {"hmtx", hmtx}, {"loca", loca}}), nil
}

// resized is the font's fixed-size tables, made to speak of n glyphs.
func (f *Font) resized(n int) []table {
	head, hhea, maxp := bytes.Clone(f.head), bytes.Clone(f.hhea), bytes.Clone(f.maxp)
	be.PutUint32(head[8:], 0)  // checksum adjustment, filled in by assemble
	be.PutUint16(head[50:], 1) // long offsets
	be.PutUint16(hhea[34:], uint16(n))
	be.PutUint16(maxp[4:], uint16(n))
	return []table{{"head", head}, {"hhea", hhea}, {"maxp", maxp}}
}

// components is where in a composite outline its parts are named.
func components(outline []byte) ([]int, error) {
	if len(outline) < 10 || int16(be.Uint16(outline)) >= 0 {
		return nil, nil
	}
	var at []int
	for p := 10; ; {
		if p+4 > len(outline) {
			return nil, fmt.Errorf("composite outline cut short")
		}
		flags := be.Uint16(outline[p:])
		at = append(at, p+2)
		if flags&moreComponents == 0 {
			return at, nil
		}
		p += 6
		if flags&argsAreWords != 0 {
			p += 2
		}
		switch {
		case flags&haveScale != 0:
			p += 2
		case flags&haveXYScale != 0:
			p += 4
		case flags&have2x2 != 0:
			p += 8
		}
	}
}

type table struct {
	tag  string
	data []byte
}

// assemble writes a font file of the tables, sorted by tag.
func assemble(sets ...[]table) []byte {
	tables := slices.Concat(sets...)
	slices.SortFunc(tables, func(a, b table) int { return bytes.Compare([]byte(a.tag), []byte(b.tag)) })
	selector := 0
	for 2<<selector <= len(tables) {
		selector++
	}
	file := be.AppendUint32(nil, 0x00010000)
	for _, v := range []int{len(tables), 16 << selector, selector, 16*len(tables) - 16<<selector} {
		file = be.AppendUint16(file, uint16(v))
	}
	offset, headAt := 12+16*len(tables), 0
	var body []byte
	for _, t := range tables {
		if t.tag == "head" {
			headAt = offset + len(body)
		}
		file = append(file, t.tag...)
		file = be.AppendUint32(file, checksum(t.data))
		file = be.AppendUint32(file, uint32(offset+len(body)))
		file = be.AppendUint32(file, uint32(len(t.data)))
		body = append(body, t.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	file = append(file, body...)
	be.PutUint32(file[headAt+8:], 0xB1B0AFBA-checksum(file))
	return file
}

// checksum adds up the table as big-endian words, padded with zeros.
func checksum(data []byte) uint32 {
	var sum uint32
	for ; len(data) >= 4; data = data[4:] {
		sum += be.Uint32(data)
	}
	var rest [4]byte
	copy(rest[:], data)
	return sum + be.Uint32(rest[:])
}
