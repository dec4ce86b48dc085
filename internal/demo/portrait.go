package demo

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"

	"github.com/certreg/certreg/registry"
)

// photograph gives a person a drawn portrait.
func (s *story) photograph(ctx context.Context, clerk registry.Caller, p registry.Person, n int) error {
	file, err := drawPortrait(n)
	if err != nil {
		return err
	}
	_, _, err = s.reg.PutPhoto(ctx, clerk, p.ID, p.Version, file)
	return err
}

// drawPortrait is a head and shoulders, nobody's, as a PNG file; n chooses the colours.
func drawPortrait(n int) ([]byte, error) {
	const width, height = 210, 294 // 5 to 7, as the frame on a certificate
	clothes := []color.RGBA{{44, 62, 92, 255}, {112, 48, 56, 255}, {52, 84, 66, 255}, {70, 64, 88, 255}}[n%4]
	skin, hair := color.RGBA{226, 190, 160, 255}, color.RGBA{uint8(30 + n%3*14), 26, 24, 255}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	within := func(x, y, cx, cy, rx, ry int) bool {
		dx, dy := (x-cx)*ry, (y-cy)*rx
		return dx*dx+dy*dy < rx*rx*ry*ry
	}
	for y := range height {
		for x := range width {
			c := color.RGBA{255, 255, 255, 255}
			switch {
			case within(x, y, width/2, 134, 44, 58) && y > 100:
				c = skin
			case within(x, y, width/2, 120, 54, 64) && y < 128+n%2*26:
				c = hair
			case x > 86 && x < 124 && y > 170 && y < 212:
				c = skin
			case within(x, y, width/2, 300, 92, 94):
				c = clothes
			}
			img.SetRGBA(x, y, c)
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}
