package pdf

import (
	"fmt"
	"math"
)

// A Page is a page being drawn, in millimetres from the upper left corner.
// Line widths and font sizes are in points.
type Page struct {
	content []byte
	objects []Ref
	links   []*link
	section Element
	marks   int
	marked  bool
}

// Add adds an element at the end of what the page says.
func (p *Page) Add(role string) *Element { return p.section.Add(role) }

// In makes what is drawn from here on content of e, in a language other than
// the document's if one is named (BCP 47). With nil it is decoration, which is
// not read out. All of a page is one or the other; of a [Document.Drawing]
// nothing is said, as it belongs to what the page shows it in.
func (p *Page) In(e *Element, language string) {
	p.endMark()
	p.marked = true
	if e == nil {
		p.op("BMC", "/Artifact")
		return
	}
	e.kids = append(e.kids, mark(p.marks))
	if language == "" {
		p.op("BDC", "/%s <</MCID %d>>", e.Role, p.marks)
	} else {
		p.op("BDC", "/Span <</MCID %d/Lang (%s)>>", p.marks, language)
	}
	p.marks++
}

// endMark ends what In began.
func (p *Page) endMark() {
	if p.marked {
		p.op("EMC", "")
	}
	p.marked = false
}

// A Color is red, green and blue, 0 to 255.
type Color [3]uint8

// A Style is how text looks.
type Style struct {
	Font    *Font
	Size    float64 // points
	Color   Color
	Spacing float64 // points between characters
	Weight  float64 // points of outline, to embolden a font that has one weight
}

// Width is the width of a text in millimetres, spacing included except after
// the last character.
func (s Style) Width(text string) float64 {
	gaps := max(0, len([]rune(text))-1)
	return (s.Font.Width(text)*s.Size + s.Spacing*float64(gaps)) / pointsPerMM
}

// Text writes a line of text whose baseline starts at (x, y).
func (p *Page) Text(s Style, x, y float64, text string) {
	p.op("BT", "")
	p.color(s.Color, "rg")
	if s.Weight > 0 {
		p.color(s.Color, "RG")
		p.op("w", "%s", num(s.Weight))
		p.op("Tr", "2")
	} else {
		p.op("Tr", "0")
	}
	p.op("Tf", "/%s %s", objectName(s.Font.ref), num(s.Size))
	p.op("Tc", "%s", num(s.Spacing))
	p.op("Td", "%s %s", px(x), py(y))
	p.content = s.Font.appendCodes(p.content, text)
	p.op(" Tj\nET", "")
}

// Stroke sets colour and width of the lines to come.
func (p *Page) Stroke(c Color, width float64) {
	p.color(c, "RG")
	p.op("w", "%s", num(width))
}

// Fill sets the colour of the areas to come.
func (p *Page) Fill(c Color) { p.color(c, "rg") }

// Box draws the outline of a rectangle.
func (p *Page) Box(x, y, w, h float64) { p.rect(x, y, w, h); p.op("S", "") }

// Block fills a rectangle.
func (p *Page) Block(x, y, w, h float64) { p.rect(x, y, w, h); p.op("f", "") }

// Blocks fills many rectangles at once, as for a QR code: no hairlines show
// between neighbours.
func (p *Page) Blocks(rects [][4]float64) {
	for _, r := range rects {
		p.rect(r[0], r[1], r[2], r[3])
	}
	p.op("f", "")
}

func (p *Page) rect(x, y, w, h float64) {
	p.op("re", "%s %s %s %s", px(x), py(y+h), px(w), px(h))
}

// Line draws a straight line.
func (p *Page) Line(x1, y1, x2, y2 float64) {
	p.MoveTo(x1, y1)
	p.LineTo(x2, y2)
	p.Draw()
}

// MoveTo starts a path, LineTo and CurveTo go on with it, Draw and DrawClosed
// paint its line.
func (p *Page) MoveTo(x, y float64) { p.op("m", "%s %s", px(x), py(y)) }

// LineTo adds a straight line to the path.
func (p *Page) LineTo(x, y float64) { p.op("l", "%s %s", px(x), py(y)) }

// CurveTo adds a Bézier curve with two control points to the path.
func (p *Page) CurveTo(x1, y1, x2, y2, x, y float64) {
	p.op("c", "%s %s %s %s %s %s", px(x1), py(y1), px(x2), py(y2), px(x), py(y))
}

// Draw paints the line of the path.
func (p *Page) Draw() { p.op("S", "") }

// DrawClosed closes the path and paints its line.
func (p *Page) DrawClosed() { p.op("s", "") }

// Image places an image.
func (p *Page) Image(ref Ref, x, y, w, h float64) {
	p.op("q", "")
	p.op("cm", "%s 0 0 %s %s %s", px(w), px(h), px(x), py(y+h))
	p.do(ref)
	p.op("Q", "")
}

// Show places a drawing (right, down) of where it was drawn.
func (p *Page) Show(drawing Ref, right, down float64) {
	p.op("q", "")
	p.op("cm", "1 0 0 1 %s %s", px(right), px(-down))
	p.do(drawing)
	p.op("Q", "")
}

// ShowTurned places a drawing turned clockwise around (x, y), the angle in
// radians.
func (p *Page) ShowTurned(drawing Ref, x, y, angle float64) {
	sin, cos := math.Sincos(-angle)
	cx, cy := x*pointsPerMM, (Height-y)*pointsPerMM
	p.op("q", "")
	p.op("cm", "%.6f %.6f %.6f %.6f %s %s", cos, sin, -sin, cos, num(cx-cx*cos+cy*sin), num(cy-cx*sin-cy*cos))
	p.do(drawing)
	p.op("Q", "")
}

func (p *Page) do(ref Ref) {
	p.objects = append(p.objects, ref)
	p.op("Do", "/%s", objectName(ref))
}

// Link makes an area open an address. It is read out in e as described.
func (p *Page) Link(e *Element, x, y, w, h float64, address, description string) {
	l := &link{annotation: Dict{
		"Type": Name("Annot"), "Subtype": Name("Link"), "F": printed, "Border": Array{0, 0, 0}, "Contents": Text(description),
		"Rect": Array{x * pointsPerMM, (Height - y - h) * pointsPerMM, (x + w) * pointsPerMM, (Height - y) * pointsPerMM},
		"A":    Dict{"S": Name("URI"), "URI": String(address)},
	}}
	p.links = append(p.links, l)
	e.kids = append(e.kids, l)
}

// printed is the annotation flag PDF/A asks for.
const printed = 4

func (p *Page) color(c Color, operator string) {
	p.op(operator, "%s %s %s", num(float64(c[0])/255), num(float64(c[1])/255), num(float64(c[2])/255))
}

func (p *Page) op(operator, operands string, args ...any) {
	if operands != "" {
		p.content = fmt.Appendf(p.content, operands, args...)
		p.content = append(p.content, ' ')
	}
	p.content = append(p.content, operator...)
	p.content = append(p.content, '\n')
}

func num(v float64) string { return string(appendNumber(nil, v)) }

func px(mm float64) string { return num(mm * pointsPerMM) }

func py(mm float64) string { return num((Height - mm) * pointsPerMM) }
