package document

import (
	"math"

	"github.com/certreg/certreg/internal/document/pdf"
)

// The frame, in millimetres from the edge of the paper.
const (
	bandEdge  = 10.0 // where the guilloche band begins
	bandWidth = 7.5
	bandTile  = 7.5 // the wave length; both sides of the frame are whole multiples of it, or nearly
	ruleEdge  = bandEdge + bandWidth + 1.6
)

func red() pdf.Color   { return pdf.Color{0x8E, 0x1B, 0x25} }
func gold() pdf.Color  { return pdf.Color{0xB0, 0x8A, 0x4A} }
func straw() pdf.Color { return pdf.Color{0xD9, 0xC3, 0x95} }
func cream() pdf.Color { return pdf.Color{0xF3, 0xEA, 0xD8} }
func ink() pdf.Color   { return pdf.Color{0x1F, 0x1B, 0x18} }
func grey() pdf.Color  { return pdf.Color{0x6B, 0x63, 0x5A} }

// ornaments are the drawings every certificate of a document shows.
type ornaments struct{ frame, rosette pdf.Ref }

func drawOrnaments(d *pdf.Document) ornaments {
	across, down := d.Drawing(waves(false)), d.Drawing(waves(true))
	corner := &pdf.Page{}
	drawCorner(corner)
	return ornaments{frame: d.Drawing(frame(across, down, d.Drawing(corner))), rosette: d.Drawing(rosette(d.Drawing(petal())))}
}

// waves is one wave length of the band at the upper left corner: strands of a
// sine wave, each a little behind the one before.
func waves(vertical bool) *pdf.Page {
	const strands = 6
	p := &pdf.Page{}
	for strand := range strands {
		color := straw()
		if strand%3 == 0 {
			color = gold()
		}
		p.Stroke(color, 0.35)
		phase := 2 * math.Pi * float64(strand) / strands
		smooth(p, 12, func(t float64) (x, y float64) {
			along := bandTile * t
			aside := bandWidth / 2 * (1 + math.Sin(2*math.Pi*t+phase))
			if vertical {
				return bandEdge + aside, bandEdge + along
			}
			return bandEdge + along, bandEdge + aside
		}, false)
	}
	return p
}

// smooth draws a curve through n+1 points of f on [0, 1] as Bézier curves with
// the tangents of f.
func smooth(p *pdf.Page, n int, f func(t float64) (x, y float64), closed bool) {
	const h = 1e-5
	step := 1 / float64(n)
	slope := func(t float64) (dx, dy float64) {
		x1, y1 := f(t - h)
		x2, y2 := f(t + h)
		return (x2 - x1) / (2 * h) * step / 3, (y2 - y1) / (2 * h) * step / 3
	}
	x, y := f(0)
	dx, dy := slope(0)
	p.MoveTo(x, y)
	for i := 1; i <= n; i++ {
		t := float64(i) * step
		nextX, nextY := f(t)
		nextDX, nextDY := slope(t)
		p.CurveTo(x+dx, y+dy, nextX-nextDX, nextY-nextDY, nextX, nextY)
		x, y, dx, dy = nextX, nextY, nextDX, nextDY
	}
	if closed {
		p.DrawClosed()
	} else {
		p.Draw()
	}
}

// frame is the border of the page: bands along the edges, rosettes over the
// corners, rules inside.
func frame(across, down, corner pdf.Ref) *pdf.Page {
	const right, bottom = pdf.Width - 2*bandEdge - bandWidth, pdf.Height - 2*bandEdge - bandWidth
	p := &pdf.Page{}
	for x := bandWidth; x < right-1; x += bandTile {
		p.Show(across, x, 0)
		p.Show(across, x, bottom)
	}
	for y := bandWidth; y < bottom-1; y += bandTile {
		p.Show(down, 0, y)
		p.Show(down, right, y)
	}
	for _, x := range []float64{0, right} {
		for _, y := range []float64{0, bottom} {
			p.Show(corner, x, y)
		}
	}
	p.Stroke(red(), 1.6)
	p.Box(bandEdge-1.2, bandEdge-1.2, pdf.Width-2*bandEdge+2.4, pdf.Height-2*bandEdge+2.4)
	p.Stroke(red(), 0.9)
	p.Box(ruleEdge, ruleEdge, pdf.Width-2*ruleEdge, pdf.Height-2*ruleEdge)
	p.Stroke(gold(), 0.4)
	p.Box(ruleEdge+1.1, ruleEdge+1.1, pdf.Width-2*ruleEdge-2.2, pdf.Height-2*ruleEdge-2.2)
	return p
}

// drawCorner draws the rosette of the upper left corner.
func drawCorner(p *pdf.Page) {
	const middle, radius = bandEdge + bandWidth/2, bandWidth / 2
	p.Stroke(red(), 0.5)
	p.Box(bandEdge, bandEdge, bandWidth, bandWidth)
	for i := range 3 {
		p.Stroke([]pdf.Color{red(), gold(), gold()}[i], 0.35)
		smooth(p, 64, petals(middle, middle, radius*(0.95-0.12*float64(i)), 0.28, 8, float64(i)*0.25), true)
	}
}

// Where the rosette lies and how many petals it has.
const (
	rosetteX, rosetteY = pdf.Width / 2, 160.0
	rosettePetals      = 24
)

// petal is one petal of the pale figure behind the text.
func petal() *pdf.Page {
	p := &pdf.Page{}
	p.Stroke(cream(), 0.45)
	for i := range 10 {
		ring := petals(rosetteX, rosetteY, 62-9*float64(i/2), 0.16, rosettePetals, float64(i/2)*0.21+math.Pi*float64(i%2))
		smooth(p, 7, func(t float64) (x, y float64) { return ring(t / rosettePetals) }, false)
	}
	return p
}

func rosette(petal pdf.Ref) *pdf.Page {
	p := &pdf.Page{}
	for i := range rosettePetals {
		p.ShowTurned(petal, rosetteX, rosetteY, 2*math.Pi*float64(i)/rosettePetals)
	}
	return p
}

// petals is a circle whose radius swings n times a turn by a share of it.
func petals(cx, cy, radius, swing float64, n int, phase float64) func(t float64) (x, y float64) {
	return func(t float64) (x, y float64) {
		turn := 2 * math.Pi * t
		r := radius * (1 - swing/2 + swing/2*math.Cos(float64(n)*turn+phase))
		return cx + r*math.Cos(turn), cy + r*math.Sin(turn)
	}
}
