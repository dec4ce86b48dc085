package portrait

import (
	"encoding/binary"
	"image"
)

// An orientation says how a picture lies in its file, as EXIF numbers it: a
// phone that was held upright stores what its sensor saw, lying, and notes it.
type orientation int

const asItIs orientation = 1

// orientationTag is the number of the entry that tells an orientation.
const orientationTag = 0x0112

// orientationOf reads the orientation from EXIF data (JEITA CP-3451, a TIFF
// file); what cannot be read counts as upright.
func orientationOf(tiff []byte) orientation {
	if len(tiff) < 8 {
		return asItIs
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return asItIs
	}
	first := order.Uint32(tiff[4:])
	if int64(first)+2 > int64(len(tiff)) {
		return asItIs
	}
	entries := tiff[first+2:]
	for range order.Uint16(tiff[first:]) {
		if len(entries) < 12 {
			return asItIs
		}
		if value := order.Uint16(entries[8:]); order.Uint16(entries) == orientationTag && 1 <= value && value <= 8 {
			return orientation(value)
		}
		entries = entries[12:]
	}
	return asItIs
}

// swaps reports whether width and height change places.
func (o orientation) swaps() bool { return o >= 5 }

// source is the point of the lying picture, of the given size, that is seen at
// x, y of the upright one.
func (o orientation) source(x, y int, size image.Point) image.Point {
	p := image.Pt(x, y)
	if o.swaps() {
		p = image.Pt(y, x)
	}
	if o == 2 || o == 3 || o == 7 || o == 8 {
		p.X = size.X - 1 - p.X
	}
	if o == 3 || o == 4 || o == 6 || o == 7 {
		p.Y = size.Y - 1 - p.Y
	}
	return p
}
