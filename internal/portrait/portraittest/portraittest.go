// Package portraittest draws figures for the tests of packages that take photos.
package portraittest

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// Figure is a head and shoulders of 295 × 413 pixels on a background; shade
// tells figures apart. The head is lighter than the shoulders, so that it shows
// when a picture was turned.
func Figure(shade uint8, background color.Color) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, 295, 413))
	for y := range 413 {
		for x := range 295 {
			dx, dy := x-147, y-190
			switch {
			case dx*dx+dy*dy < 90*90:
				img.Set(x, y, color.RGBA{120, shade, 100, 255})
			case y > 320 && dx*dx < 120*120:
				img.Set(x, y, color.RGBA{40, shade, 30, 255})
			default:
				img.Set(x, y, background)
			}
		}
	}
	return img
}

// JPEG is a figure on white as a file.
func JPEG(t testing.TB, shade uint8) []byte { return EncodeJPEG(t, Figure(shade, color.White)) }

// EncodeJPEG is a picture as a JPEG file.
func EncodeJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// EncodePNG is a picture as a PNG file.
func EncodePNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
