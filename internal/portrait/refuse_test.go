package portrait_test

import (
	"bytes"
	"errors"
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

// white is an empty picture.
func white(w, h int) image.Image {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	return img
}

func TestCleanRefuses(t *testing.T) {
	// Made with ImageMagick 6: convert -size 150x200 xc:white -colorspace CMYK.
	cmyk, err := os.ReadFile(filepath.Join("testdata", "cmyk.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	photo := portraittest.JPEG(t, 90)
	picture := portraittest.EncodePNG(t, portraittest.Figure(90, color.White))
	for name, tt := range map[string]struct {
		file []byte
		want portrait.Problem
	}{
		"nothing":            {nil, portrait.Format},
		"text":               {[]byte("photo"), portrait.Format},
		"PDF":                {[]byte("%PDF-1.7\n"), portrait.Format},
		"GIF":                {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), portrait.Format},
		"51 KB":              {append(bytes.Clone(photo), make([]byte, 51<<10)...), portrait.TooLarge},
		"CMYK":               {cmyk, portrait.Format},
		"animated PNG":       {withChunk(picture, "acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0}), portrait.Format},
		"head of a JPEG":     {photo[:3], portrait.Damaged},
		"half a JPEG":        {photo[:len(photo)/2], portrait.Damaged},
		"JPEG without end":   {photo[:len(photo)-2], portrait.Damaged},
		"half a PNG":         {picture[:len(picture)/2], portrait.Damaged},
		"PNG without end":    {picture[:len(picture)-12], portrait.Damaged},
		"broken PNG":         {flipped(picture, len(picture)/2), portrait.Damaged},
		"JPEG and a ZIP":     {slices.Concat(photo, []byte("PK\x03\x04rest")), portrait.Damaged},
		"PNG and a page":     {slices.Concat(picture, []byte("<script>")), portrait.Damaged},
		"two JPEG":           {slices.Concat(photo, photo), portrait.Damaged},
		"JPEG after a page":  {slices.Concat([]byte("<html>"), photo), portrait.Format},
		"1 × 1":              {portraittest.EncodePNG(t, white(1, 1)), portrait.Dimensions},
		"a pixel too small":  {portraittest.EncodePNG(t, white(99, 140)), portrait.Dimensions},
		"a pixel too tall":   {portraittest.EncodePNG(t, white(900, 1201)), portrait.Dimensions},
		"square":             {portraittest.EncodePNG(t, white(300, 300)), portrait.Dimensions},
		"lying":              {portraittest.EncodePNG(t, white(413, 295)), portrait.Dimensions},
		"strip":              {portraittest.EncodePNG(t, white(100, 800)), portrait.Dimensions},
		"bomb of 400 MB":     {portraittest.EncodePNG(t, bomb{}), portrait.Dimensions},
		"blue":               {portraittest.EncodeJPEG(t, portraittest.Figure(90, color.RGBA{60, 120, 200, 255})), portrait.Background},
		"blue in one corner": {portraittest.EncodePNG(t, corner()), portrait.Background},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := portrait.Clean(tt.file)
			if got, ok := errors.AsType[*portrait.Error](err); !ok || got.Problem != tt.want || file != nil {
				t.Errorf("got %d bytes, error %v, want %s", len(file), err, tt.want)
			}
		})
	}
}

func flipped(file []byte, at int) []byte {
	file = bytes.Clone(file)
	file[at] ^= 0xFF
	return file
}

// corner is a picture on white with a blue corner.
func corner() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 295, 413))
	for y := range 413 {
		for x := range 295 {
			img.Set(x, y, color.White)
			if x > 250 && y < 60 {
				img.Set(x, y, color.RGBA{0, 0, 200, 255})
			}
		}
	}
	return img
}

// A bomb is a picture of 10,000 × 10,000 pixels, which take 400 MB, in a file of 12 KB.
type bomb struct{}

func (bomb) ColorModel() color.Model     { return color.Palette{color.White, color.Black} }
func (bomb) Bounds() image.Rectangle     { return image.Rect(0, 0, 10_000, 10_000) }
func (bomb) At(int, int) color.Color     { return color.White }
func (bomb) ColorIndexAt(int, int) uint8 { return 0 }

// A photo in full detail at the largest size is brought to what MaxBytes hold.
func TestCleanKeepsToItsSize(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 1000, 1200))
	for y := range 1200 {
		for x := range 1000 {
			shade := uint8(255)
			if y > 150 {
				shade = uint8(128 + (x*y/256)%32)
			}
			img.Set(x, y, color.RGBA{shade, shade, shade, 255})
		}
	}
	var low, high bytes.Buffer
	if err := errors.Join(jpeg.Encode(&low, img, &jpeg.Options{Quality: 15}), jpeg.Encode(&high, img, &jpeg.Options{Quality: 92})); err != nil {
		t.Fatal(err)
	}
	if low.Len() > portrait.MaxBytes || high.Len() < 2*portrait.MaxBytes {
		t.Fatalf("the picture takes %d to %d bytes, want less and far more than %d", low.Len(), high.Len(), portrait.MaxBytes)
	}
	file, err := portrait.Clean(low.Bytes())
	if err != nil || len(file) > portrait.MaxBytes {
		t.Errorf("Clean: got %d bytes, %v, want %d at most", len(file), err, portrait.MaxBytes)
	}
}

// FuzzClean wants every file to be refused with a problem or to become a clean photo.
func FuzzClean(f *testing.F) {
	f.Add(portraittest.EncodeJPEG(f, white(100, 140)))
	f.Add(portraittest.EncodePNG(f, white(100, 140)))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := portrait.Clean(data)
		if err != nil {
			if e, ok := errors.AsType[*portrait.Error](err); !ok || !slices.Contains(portrait.Problems(), e.Problem) {
				t.Errorf("Clean: got error %v, want a problem", err)
			}
			return
		}
		if _, err := portrait.Measure(file); err != nil {
			t.Errorf("Measure of a clean photo: %v", err)
		}
	})
}
