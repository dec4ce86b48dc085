package portrait_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/certreg/certreg/internal/portrait"
	"github.com/certreg/certreg/internal/portrait/portraittest"
)

// exif is EXIF data with an orientation and a place.
func exif(order binary.AppendByteOrder, mark string, orientation uint16) []byte {
	data := order.AppendUint32([]byte(mark), 8)
	data = order.AppendUint16(data, 2)
	for _, entry := range [][2]uint16{{0x010F, 7}, {0x0112, orientation}} {
		data = order.AppendUint16(order.AppendUint16(data, entry[0]), 3)
		data = order.AppendUint16(order.AppendUint32(data, 1), entry[1])
		data = append(data, 0, 0)
	}
	return append(order.AppendUint32(data, 0), "GPS 31.2304 N"...)
}

// withSegment puts a segment behind the first marker of a JPEG file.
func withSegment(file []byte, marker byte, body []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2))
	return slices.Concat(file[:2], head, body, file[2:])
}

func withExif(file []byte, tiff []byte) []byte {
	return withSegment(file, 0xE1, append([]byte("Exif\x00\x00"), tiff...))
}

// withChunk puts a chunk behind the header of a PNG file.
func withChunk(file []byte, kind string, body []byte) []byte {
	const header = 8 + 25
	typed := append([]byte(kind), body...)
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), typed...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(typed))
	return slices.Concat(file[:header], chunk, file[header:])
}

// clean wants a file to be taken, and returns what became of it.
func clean(t *testing.T, data []byte) (file []byte, picture image.Image) {
	t.Helper()
	file, err := portrait.Clean(data)
	if err != nil {
		t.Fatal(err)
	}
	size, err := portrait.Measure(file)
	if err != nil {
		t.Fatalf("Measure of a clean photo: %v", err)
	}
	picture, err = jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if picture.Bounds().Size() != size {
		t.Errorf("Measure: got %v, want %v", size, picture.Bounds().Size())
	}
	return file, picture
}

func TestCleanKeepsThePicture(t *testing.T) {
	progressive, err := os.ReadFile(filepath.Join("testdata", "progressive.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	gray := image.NewGray(image.Rect(0, 0, 100, 140))
	for i := range gray.Pix {
		gray.Pix[i] = 255
	}
	for name, tt := range map[string]struct {
		file []byte
		size image.Point
	}{
		"JPEG":              {portraittest.JPEG(t, 90), image.Pt(295, 413)},
		"PNG":               {portraittest.EncodePNG(t, portraittest.Figure(90, color.White)), image.Pt(295, 413)},
		"transparent PNG":   {portraittest.EncodePNG(t, portraittest.Figure(90, color.Transparent)), image.Pt(295, 413)},
		"grey JPEG":         {portraittest.EncodeJPEG(t, gray), image.Pt(100, 140)},
		"progressive JPEG":  {progressive, image.Pt(150, 200)},
		"JPEG with a note":  {withSegment(portraittest.JPEG(t, 90), 0xFE, []byte("note")), image.Pt(295, 413)},
		"PNG with a text":   {withChunk(portraittest.EncodePNG(t, portraittest.Figure(90, color.White)), "tEXt", []byte("k\x00v")), image.Pt(295, 413)},
		"filling in a JPEG": {slices.Concat([]byte{0xFF, 0xD8, 0xFF, 0xFF}, portraittest.JPEG(t, 90)[2:]), image.Pt(295, 413)},
	} {
		t.Run(name, func(t *testing.T) {
			file, picture := clean(t, tt.file)
			if got := picture.Bounds().Size(); got != tt.size {
				t.Errorf("size: got %v, want %v", got, tt.size)
			}
			if r, g, b, _ := picture.At(2, 2).RGBA(); min(r, g, b) < 0xF000 {
				t.Errorf("corner: got %x %x %x, want white", r, g, b)
			}
			if again, _ := clean(t, tt.file); !bytes.Equal(again, file) {
				t.Error("two cleanings of one file differ")
			}
			clean(t, file) // what is given out can be given in
		})
	}
}

// Of what cameras and phones write into files nothing is left.
func TestCleanDropsWhatIsNotThePicture(t *testing.T) {
	const place = "GPS 31.2304 N"
	photo := portraittest.JPEG(t, 90)
	picture := portraittest.EncodePNG(t, portraittest.Figure(90, color.White))
	plain, _ := clean(t, photo)
	for name, file := range map[string][]byte{
		"EXIF":        withExif(photo, exif(binary.LittleEndian, "II*\x00", 1)),
		"XMP":         withSegment(photo, 0xE1, []byte("http://ns.adobe.com/xap/1.0/\x00"+place)),
		"comment":     withSegment(photo, 0xFE, []byte(place)),
		"EXIF of PNG": withChunk(picture, "eXIf", exif(binary.BigEndian, "MM\x00*", 1)),
		"text of PNG": withChunk(picture, "tEXt", []byte("Place\x00"+place)),
	} {
		if !bytes.Contains(file, []byte(place)) {
			t.Fatalf("%s: the file tells no place", name)
		}
		got, _ := clean(t, file)
		if bytes.Contains(got, []byte(place)) {
			t.Errorf("%s: the place is in the photo", name)
		}
		if _, err := portrait.Measure(file); err == nil {
			t.Errorf("%s: Measure took the file as clean", name)
		}
		if bytes.HasPrefix(file, photo[:2]) && !bytes.Equal(got, plain) {
			t.Errorf("%s: the photo differs from that of the file without", name)
		}
	}
}

// lying is the figure as a camera held that way stores it: each turn is made by
// the rule of the standard, by where its row 0 and its column 0 are seen.
func lying(orientation uint16) image.Image {
	seen := portraittest.Figure(90, color.White)
	size := seen.Bounds().Size()
	if orientation >= 5 {
		size = image.Pt(size.Y, size.X)
	}
	stored := image.NewRGBA(image.Rectangle{Max: size})
	w, h := seen.Bounds().Dx()-1, seen.Bounds().Dy()-1
	at := map[uint16]func(row, column int) (x, y int){
		1: func(r, c int) (int, int) { return c, r },         // top, left
		2: func(r, c int) (int, int) { return w - c, r },     // top, right
		3: func(r, c int) (int, int) { return w - c, h - r }, // bottom, right
		4: func(r, c int) (int, int) { return c, h - r },     // bottom, left
		5: func(r, c int) (int, int) { return r, c },         // left, top
		6: func(r, c int) (int, int) { return w - r, c },     // right, top
		7: func(r, c int) (int, int) { return w - r, h - c }, // right, bottom
		8: func(r, c int) (int, int) { return r, h - c },     // left, bottom
	}[orientation]
	for row := range size.Y {
		for column := range size.X {
			stored.Set(column, row, seen.At(at(row, column)))
		}
	}
	return stored
}

func TestCleanTurnsUpright(t *testing.T) {
	for orientation := range uint16(8) {
		orientation++
		for name, file := range map[string][]byte{
			"JPEG, Intel":    withExif(portraittest.EncodeJPEG(t, lying(orientation)), exif(binary.LittleEndian, "II*\x00", orientation)),
			"JPEG, Motorola": withExif(portraittest.EncodeJPEG(t, lying(orientation)), exif(binary.BigEndian, "MM\x00*", orientation)),
			"PNG":            withChunk(portraittest.EncodePNG(t, lying(orientation)), "eXIf", exif(binary.BigEndian, "MM\x00*", orientation)),
		} {
			_, picture := clean(t, file)
			head, _, _, _ := picture.At(147, 190).RGBA()
			shoulders, _, _, _ := picture.At(60, 400).RGBA()
			left, _, _, _ := picture.At(4, 400).RGBA()
			if picture.Bounds().Size() != image.Pt(295, 413) || head>>8 < 100 || head>>8 > 140 || shoulders>>8 > 60 || left>>8 < 0xF0 {
				t.Errorf("orientation %d, %s: got %v, head %x, shoulders %x, beside them %x", orientation, name, picture.Bounds().Size(), head>>8, shoulders>>8, left>>8)
			}
		}
	}
}

// EXIF data that is broken says nothing; the picture counts as upright.
func TestCleanBearsBrokenEXIF(t *testing.T) {
	whole := exif(binary.LittleEndian, "II*\x00", 6)
	far := slices.Concat([]byte("II*\x00"), []byte{0xFF, 0xFF, 0xFF, 0xFF}, whole[8:])
	for name, tiff := range map[string][]byte{"empty": nil, "cut off": whole[:20], "no TIFF": []byte("XX*\x00aaaaaaaaaaaa"), "beyond the end": far, "orientation 9": exif(binary.LittleEndian, "II*\x00", 9)} {
		if _, picture := clean(t, withExif(portraittest.JPEG(t, 90), tiff)); picture.Bounds().Dx() != 295 {
			t.Errorf("%s: got a width of %d, want 295", name, picture.Bounds().Dx())
		}
	}
}
