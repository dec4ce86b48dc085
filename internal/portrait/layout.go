package portrait

import (
	"bytes"
	"encoding/binary"
)

// How files begin.
const (
	jpegHead = "\xff\xd8\xff"
	pngHead  = "\x89PNG\r\n\x1a\n"
)

// A layout is what the parts of a file say, of which the decoders of the
// standard library skip most.
type layout struct {
	whole    bool // it ends where the picture does
	plain    bool // JPEG: it has nothing but the picture
	animated bool // PNG
	turn     orientation
}

// The markers of a JPEG file (ITU-T T.81, table B.1).
const (
	markerTEM  = 0x01
	markerRST0 = 0xD0 // to RST7, 0xD7
	markerEOI  = 0xD9
	markerSOS  = 0xDA
	markerAPP0 = 0xE0 // to APP15, 0xEF
	markerAPP1 = 0xE1
	markerCOM  = 0xFE
)

// layJPEG walks through the segments of a JPEG file.
func layJPEG(data []byte) layout {
	l := layout{plain: true, turn: asItIs}
	for at := 2; at+2 <= len(data) && data[at] == 0xFF; {
		marker := data[at+1]
		switch {
		case marker == 0xFF: // filling
			at++
			continue
		case marker == markerEOI:
			l.whole = at+2 == len(data)
			return l
		case marker == markerTEM, marker&^7 == markerRST0:
			at += 2
			continue
		case at+4 > len(data):
			return l
		}
		end := at + 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		if end < at+4 || end > len(data) {
			return l
		}
		if marker&^0xF == markerAPP0 || marker == markerCOM {
			l.plain = false
		}
		if tiff, ok := bytes.CutPrefix(data[at+4:end], []byte("Exif\x00\x00")); ok && marker == markerAPP1 {
			l.turn = orientationOf(tiff)
		}
		if at = end; marker == markerSOS {
			at += scanned(data[at:])
		}
	}
	return l
}

// scanned is how many bytes of coded picture come before the next marker.
func scanned(data []byte) int {
	for i := 0; i+1 < len(data); i++ {
		if next := data[i+1]; data[i] == 0xFF && next != 0 && next&^7 != markerRST0 {
			return i
		}
	}
	return len(data)
}

// layPNG walks through the chunks of a PNG file (ISO/IEC 15948, clause 5).
func layPNG(data []byte) layout {
	l := layout{turn: asItIs}
	for at := len(pngHead); at+12 <= len(data); {
		size := binary.BigEndian.Uint32(data[at:])
		if int64(size) > int64(len(data)-at-12) {
			return l
		}
		kind, body := string(data[at+4:at+8]), data[at+8:at+8+int(size)]
		at += 12 + int(size)
		switch kind {
		case "acTL":
			l.animated = true
		case "eXIf":
			l.turn = orientationOf(body)
		case "IEND":
			l.whole = at == len(data)
			return l
		}
	}
	return l
}
