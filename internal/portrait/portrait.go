// Package portrait decides whether a file is a photo that can stand on a
// certificate, and draws it anew, so that nothing but its pixels is left. It
// knows neither who is on a photo nor where photos are kept.
package portrait

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// MaxBytes is how large the file of a photo may be: the ministry's interfaces
// take 50 KB.
const MaxBytes = 50 << 10

const (
	minSide   = 100 // pixels
	maxSide   = 1200
	nearWhite = 0xD0 // mean brightness of a corner that counts as white
)

// A Problem says why a file cannot stand on a certificate.
type Problem string

// The problems.
const (
	TooLarge   Problem = "too-large"  // more than MaxBytes, or more detail than they hold
	Format     Problem = "format"     // no JPEG or PNG, or one in the colours of print, or animated
	Damaged    Problem = "damaged"    // cut off, broken, or followed by something else
	Dimensions Problem = "dimensions" // not upright, too small or too large
	Background Problem = "background" // not white
)

// Problems lists every problem.
func Problems() []Problem { return []Problem{TooLarge, Format, Damaged, Dimensions, Background} }

// An Error is a file that is refused.
type Error struct{ Problem Problem }

// Error names the problem.
func (e *Error) Error() string { return "portrait: " + string(e.Problem) }

// Clean is the photo in data, a JPEG or PNG, as a JPEG with nothing but its
// pixels: upright as its EXIF data says, on white where it was transparent. What
// cameras and phones hide in a file (place, time, device, thumbnails, colour
// profiles) is dropped with everything else. Equal files give equal bytes, of
// [MaxBytes] at most. It reports an [*Error].
func Clean(data []byte) ([]byte, error) {
	if len(data) > MaxBytes {
		return nil, &Error{TooLarge}
	}
	decoded, turn, err := decode(data)
	if err != nil {
		return nil, err
	}
	photo := upright(decoded, turn)
	size := photo.Bounds().Size()
	for _, left := range []int{0, size.X - size.X/10} {
		if brightness(photo, image.Rect(left, 0, left+size.X/10, size.Y/10)) < nearWhite {
			return nil, &Error{Background}
		}
	}
	return encode(photo)
}

// encode writes a photo in the best quality that MaxBytes holds.
func encode(photo image.Image) ([]byte, error) {
	for _, quality := range []int{92, 80, 65, 50, 35, 20} {
		var file bytes.Buffer
		if err := jpeg.Encode(&file, photo, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if file.Len() <= MaxBytes {
			return file.Bytes(), nil
		}
	}
	return nil, &Error{TooLarge}
}

// Measure returns the size in pixels of a photo as [Clean] makes it. It reports
// an [*Error] for any other file.
func Measure(photo []byte) (image.Point, error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(photo))
	if err != nil || config.ColorModel != color.YCbCrModel || len(photo) > MaxBytes {
		return image.Point{}, &Error{Format}
	}
	if l := layJPEG(photo); !l.whole || !l.plain {
		return image.Point{}, &Error{Format}
	}
	return image.Pt(config.Width, config.Height), nil
}

// decode reads a file and how it is to be turned. Its size is looked at before
// its pixels are: a small file can unpack to a huge picture.
func decode(data []byte) (image.Image, orientation, error) {
	var l layout
	readConfig, read := jpeg.DecodeConfig, jpeg.Decode
	switch {
	case bytes.HasPrefix(data, []byte(jpegHead)):
		l = layJPEG(data)
	case bytes.HasPrefix(data, []byte(pngHead)):
		l = layPNG(data)
		readConfig, read = png.DecodeConfig, png.Decode
	default:
		return nil, 0, &Error{Format}
	}
	config, err := readConfig(bytes.NewReader(data))
	switch {
	case err != nil && !l.whole:
		return nil, 0, &Error{Damaged}
	case err != nil, config.ColorModel == color.CMYKModel, l.animated:
		return nil, 0, &Error{Format}
	case !l.whole:
		return nil, 0, &Error{Damaged}
	}
	w, h := config.Width, config.Height
	if l.turn.swaps() {
		w, h = h, w
	}
	// The print is 35 × 49 mm, 0.71; what is on the way from 3:5 to 9:10 is a portrait.
	if w < minSide || h > maxSide || w*10 < h*6 || w*10 > h*9 {
		return nil, 0, &Error{Dimensions}
	}
	picture, err := read(bytes.NewReader(data))
	if err != nil {
		return nil, 0, &Error{Damaged}
	}
	return picture, l.turn, nil
}

// upright draws a picture on white, turned.
func upright(picture image.Image, turn orientation) *image.RGBA {
	flat := image.NewRGBA(image.Rectangle{Max: picture.Bounds().Size()})
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), picture, picture.Bounds().Min, draw.Over)
	if turn == asItIs {
		return flat
	}
	size := flat.Bounds().Size()
	turned := image.Rectangle{Max: size}
	if turn.swaps() {
		turned.Max = image.Pt(size.Y, size.X)
	}
	photo := image.NewRGBA(turned)
	for y := range turned.Max.Y {
		for x := range turned.Max.X {
			from := turn.source(x, y, size)
			photo.SetRGBA(x, y, flat.RGBAAt(from.X, from.Y))
		}
	}
	return photo
}

// brightness is the mean of the darkest channel over an area.
func brightness(photo *image.RGBA, area image.Rectangle) int {
	sum := 0
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c := photo.RGBAAt(x, y)
			sum += int(min(c.R, c.G, c.B))
		}
	}
	return sum / (area.Dx() * area.Dy())
}
