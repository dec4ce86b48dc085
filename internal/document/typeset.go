package document

import (
	"slices"
	"strings"

	"github.com/certreg/certreg/internal/document/pdf"
)

// A style is how a text is set; sizes in points.
type style struct {
	face    typeface
	size    float64
	color   pdf.Color
	spacing float64
	weight  float64
}

func (s style) at(font *pdf.Font) pdf.Style {
	return pdf.Style{Font: font, Size: s.size, Color: s.color, Spacing: s.spacing, Weight: s.weight}
}

// width is the width of a line in millimetres, without space after the last
// character.
func (s style) width(text string) float64 {
	width := 0.0
	for i, r := range s.face.runs(text) {
		if i > 0 {
			width += s.spacing * mmPerPoint
		}
		width += s.at(r.font).Width(r.text)
	}
	return width
}

// shrunk is the style made small enough for a text to fit, down to a floor.
func (s style) shrunk(text string, width, floor float64) style {
	if got := s.width(text); got > width {
		s.size = max(floor, s.size*width/got)
	}
	return s
}

const mmPerPoint = 25.4 / 72

// A sheet is a certificate's page being set.
type sheet struct {
	page     *pdf.Page
	kai      typeface
	sans     typeface
	ornament ornaments
}

// left sets a line from x.
func (s *sheet) left(st style, x, y float64, text string) {
	for _, r := range st.face.runs(text) {
		s.page.Text(st.at(r.font), x, y, r.text)
		x += st.at(r.font).Width(r.text) + st.spacing*mmPerPoint
	}
}

// centre sets a line around x.
func (s *sheet) centre(st style, x, y float64, text string) {
	s.left(st, x-st.width(text)/2, y, text)
}

// right sets a line that ends at x.
func (s *sheet) right(st style, x, y float64, text string) {
	s.left(st, x-st.width(text), y, text)
}

// justified sets a paragraph of Chinese text, lines filled by spacing but for
// the last, and returns the baseline after it. The first line is indented by
// two characters, as is the custom.
func (s *sheet) justified(st style, x, y, width, leading float64, text string) float64 {
	indent := 2 * st.size * mmPerPoint
	lines := breakChinese(st, text, width, indent)
	for i, line := range lines {
		set, from := st, x
		if i == 0 {
			from += indent
		}
		if i < len(lines)-1 {
			gaps := float64(len([]rune(line)) - 1)
			set.spacing += (x + width - from - st.width(line)) / mmPerPoint / gaps
		}
		s.left(set, from, y, line)
		y += leading
	}
	return y
}

// breakChinese fills lines character by character. No line begins with a
// closing mark or ends with an opening one (GB/T 15834): the former goes back
// to the line before, which the spacing then narrows, the latter goes down.
func breakChinese(st style, text string, width, indent float64) []string {
	const closing, opening = "，。、；：？！）》」』”’%", "（《「『“‘"
	var lines []string
	var line []rune
	room := width - indent
	for _, r := range text {
		if len(line) > 0 && st.width(string(line)+string(r)) > room+0.01 && !strings.ContainsRune(closing, r) {
			end := len(line)
			if end > 1 && strings.ContainsRune(opening, line[end-1]) {
				end--
			}
			lines = append(lines, string(line[:end]))
			line, room = slices.Clone(line[end:]), width
		}
		line = append(line, r)
	}
	return append(lines, string(line))
}

// ragged sets a paragraph of words and returns the baseline after it.
func (s *sheet) ragged(st style, x, y, width, leading float64, text string) float64 {
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && st.width(longer) > width {
			s.left(st, x, y, line+" ") // a reader joins the lines
			y += leading
			longer = word
		}
		line = longer
	}
	s.left(st, x, y, line)
	return y + leading
}

// phrases are a line in more than one language: that of the document where
// none is named.
type phrases []struct{ text, language string }

func (p phrases) text() string {
	var b strings.Builder
	for _, phrase := range p {
		b.WriteString(phrase.text)
	}
	return b.String()
}

// phrases sets a line from x as content of e.
func (s *sheet) phrases(e *pdf.Element, st style, x, y float64, line phrases) {
	for _, phrase := range line {
		s.page.In(e, phrase.language)
		s.left(st, x, y, phrase.text)
		x += st.width(phrase.text) + st.spacing*mmPerPoint
	}
}
