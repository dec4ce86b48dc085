package document

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png" // photos come as PNG too
)

const (
	maxPhotoBytes = 50 << 10 // the ministry's interface takes 50 KB
	maxPhotoSide  = 2000     // pixels; a small file can unpack to a huge picture
	minPhotoSide  = 100
	nearWhite     = 0xD0 // mean brightness of a corner that counts as white
	photoQuality  = 92
)

// CheckPhoto reports whether a photo can stand on a certificate: JPEG or PNG,
// at most 50 KB, upright, on a white background (looked at in both upper
// corners).
func CheckPhoto(data []byte) error {
	_, err := portrait(data)
	return err
}

// portrait decodes a photo onto white.
func portrait(data []byte) (*image.RGBA, error) {
	if len(data) > maxPhotoBytes {
		return nil, &Error{Field: "Photo", Problem: PhotoTooLarge, Detail: "at most 50 KB"}
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || format != "jpeg" && format != "png" {
		return nil, &Error{Field: "Photo", Problem: PhotoFormat, Detail: "not a JPEG or PNG image"}
	}
	w, h := config.Width, config.Height
	if min(w, h) < minPhotoSide || max(w, h) > maxPhotoSide || w*10 < h*6 || w*10 > h*9 {
		return nil, &Error{Field: "Photo", Problem: PhotoFormat, Detail: "not an upright portrait of 100 to 2000 pixels a side"}
	}
	decoded, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, &Error{Field: "Photo", Problem: PhotoFormat, Detail: "the image is damaged"}
	}
	photo := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(photo, photo.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(photo, photo.Bounds(), decoded, decoded.Bounds().Min, draw.Over)
	for _, left := range []int{0, w - w/10} {
		if brightness(photo, image.Rect(left, 0, left+w/10, h/10)) < nearWhite {
			return nil, &Error{Field: "Photo", Problem: PhotoBackground, Detail: "the background is not white"}
		}
	}
	return photo, nil
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

// cleanJPEG is the photo as pixels and nothing else: what cameras and phones
// hide in a file (place, time, device) is not passed on.
func cleanJPEG(data []byte) (encoded []byte, size image.Point, err error) {
	photo, err := portrait(data)
	if err != nil {
		return nil, image.Point{}, err
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, photo, &jpeg.Options{Quality: photoQuality}); err != nil {
		return nil, image.Point{}, err
	}
	return b.Bytes(), photo.Bounds().Size(), nil
}
