package document

import (
	"fmt"
	"strings"

	"rsc.io/qr"

	"github.com/certreg/certreg/internal/document/pdf"
)

// The page, in millimetres.
const (
	marginLeft  = 31.0
	marginRight = pdf.Width - marginLeft
	textWidth   = marginRight - marginLeft

	labelWidth = 31.0
	valueLeft  = marginLeft + labelWidth
	rowHeight  = 13.2
	photoWidth = 35.0 // 二寸: 35 × 49
	photoTall  = 49.0
	photoLeft  = marginRight - photoWidth

	qrSize   = 40.0
	qrTop    = 208.0
	maxQR    = 240 // bytes: 0.58 mm a module, which a phone and a 100 dpi scan can read
	qrQuiet  = 4   // modules of white around, ISO/IEC 18004
	footLine = 273.0
)

// lay draws the certificate, and says in the order of reading what is on it.
func (s *sheet) lay(c *Certificate, photo figure) error {
	s.page.In(nil, "")
	s.page.Show(s.ornament.rosette, 0, 0)
	s.page.Show(s.ornament.frame, 0, 0)
	s.heading(c)
	top := s.statement(c)
	table := s.page.Add("Table")
	s.fields(table, c, top)
	s.issuer(table, c)
	s.photo(photo, top)
	if err := s.code(c.QR); err != nil {
		return err
	}
	s.lookUps(c.LookUps)
	s.foot(c)
	return nil
}

func (s *sheet) heading(c *Certificate) {
	title := style{face: s.kai, size: 36, color: red(), spacing: 6, weight: 0.7}
	if wide := title.width(c.Wording.Title); wide > textWidth {
		title.size *= textWidth / wide
		title.spacing *= textWidth / wide
	}
	s.page.In(s.page.Add("H1"), "")
	s.centre(title, pdf.Width/2, 52, c.Wording.Title)
	english := style{face: s.sans, size: 10, color: gold(), spacing: 1.6}
	english = english.shrunk(strings.ToUpper(c.Wording.TitleEN), textWidth, 6)
	s.page.In(s.page.Add("P"), "en")
	s.centre(english, pdf.Width/2, 62, strings.ToUpper(c.Wording.TitleEN))
	s.page.In(nil, "")
	s.divider(69)
	if c.PaperSerial != "" {
		small := style{face: s.sans, size: 7.5, color: grey(), spacing: 0.3}
		words := phrases{{"流水号 ", ""}, {"Paper serial  ", "en"}, {c.PaperSerial, ""}}
		s.phrases(s.page.Add("P"), small, marginRight+4-small.width(words.text()), 28, words)
	}
}

// divider is a rule with a diamond in its middle.
func (s *sheet) divider(y float64) {
	const half, gap, diamond = 44.0, 4.0, 1.5
	middle := pdf.Width / 2
	s.page.Stroke(gold(), 0.6)
	s.page.Line(middle-half, y, middle-gap, y)
	s.page.Line(middle+gap, y, middle+half, y)
	s.page.Stroke(red(), 0.8)
	s.page.MoveTo(middle-diamond, y)
	s.page.LineTo(middle, y-diamond)
	s.page.LineTo(middle+diamond, y)
	s.page.LineTo(middle, y+diamond)
	s.page.DrawClosed()
}

// statement sets what is certified and returns where the fields begin.
func (s *sheet) statement(c *Certificate) float64 {
	s.page.In(s.page.Add("P"), "")
	y := s.justified(style{face: s.kai, size: 14, color: ink()}, marginLeft, 80, textWidth, 7.6, c.Wording.Text)
	s.page.In(s.page.Add("P"), "en")
	y = s.ragged(style{face: s.sans, size: 8, color: grey()}, marginLeft, y-0.6, textWidth, 4.2, c.Wording.TextEN)
	return max(y+3, 107)
}

// fields sets the table of what is certified about whom.
func (s *sheet) fields(table *pdf.Element, c *Certificate, y float64) {
	rows := []struct{ label, english, value string }{
		{"姓名", "Name", c.Holder},
		{"证件类型", "ID type", c.IDKind},
		{"证件号码", "ID number", c.IDNumber},
		{"职业名称", "Occupation", c.Occupation},
		{"工种/职业方向", "Specialisation", c.Direction},
		{"技能等级", "Level", levelText(c.Level, c.LevelName)},
		{"证书编号", "Certificate no.", c.Number},
	}
	photoEnd := y + photoTall
	for _, row := range rows {
		right := marginRight
		if y < photoEnd {
			right = photoLeft - 6
		}
		base := y + rowHeight - 4.6
		s.row(table, marginLeft, base-1.4, row.label, row.english)
		s.value(s.valueStyle(), valueLeft, base, right-valueLeft, row.value)
		s.rule(valueLeft-2, right, base+2.4)
		y += rowHeight
	}
}

// row begins a row of the table with its heading in both languages. What is
// drawn next is its value.
func (s *sheet) row(table *pdf.Element, x, y float64, label, english string) {
	row := table.Add("TR")
	heading := row.Add("TH")
	s.page.In(heading, "")
	s.left(style{face: s.sans, size: 9.5, color: ink()}, x, y, label)
	s.page.In(heading, "en")
	s.left(style{face: s.sans, size: 6.5, color: grey()}, x, y+3.4, english)
	s.page.In(row.Add("TD"), "")
}

func (s *sheet) valueStyle() style { return style{face: s.kai, size: 15, color: ink()} }

// rule draws the line below a value.
func (s *sheet) rule(from, to, y float64) {
	s.page.In(nil, "")
	s.page.Stroke(straw(), 0.6)
	s.page.Line(from, y, to, y)
}

// value sets a value on one line, smaller if it must be, or on two lines if
// it would become too small to read. An empty value is told to be empty.
func (s *sheet) value(st style, x, base, width float64, text string) {
	const oneLine, twoLines = 10.5, 7.0 // points
	if text == "" {
		text, st.spacing = "--", 2 // else the two dashes run together
	}
	if fit := st.shrunk(text, width, oneLine); fit.width(text) <= width {
		s.left(fit, x, base, text)
		return
	}
	first, second := halves(text)
	longer := first
	if st.width(second) > st.width(first) {
		longer = second
	}
	st.size = 11.5
	st = st.shrunk(longer, width, twoLines)
	s.left(st, x, base-3.4, first)
	s.left(st, x, base+1.1, second)
}

// halves divides a text near its middle: after a space or a name's dot, or
// before a bracket, where there is one close by.
func halves(text string) (first, second string) {
	runes := []rune(text)
	middle := (len(runes) + 1) / 2
	for away := range len(runes) / 3 {
		for _, at := range []int{middle - away, middle + away} {
			if strings.ContainsRune("·• ", runes[at-1]) || runes[at] == '（' {
				return string(runes[:at]), string(runes[at:])
			}
		}
	}
	return string(runes[:middle]), string(runes[middle:])
}

// photo places the photo in its frame, as large as it fits and undistorted.
func (s *sheet) photo(photo figure, y float64) {
	if photo.ref != 0 {
		element := s.page.Add("Figure")
		element.Alt = "持证人照片 Photo of the holder"
		s.page.In(element, "")
		scale := min(photoWidth/float64(photo.size.X), photoTall/float64(photo.size.Y))
		width, tall := scale*float64(photo.size.X), scale*float64(photo.size.Y)
		s.page.Image(photo.ref, photoLeft+(photoWidth-width)/2, y+(photoTall-tall)/2, width, tall)
		s.page.In(nil, "")
	} else {
		s.page.In(nil, "")
		hint := style{face: s.sans, size: 8, color: straw()}
		s.centre(hint, photoLeft+photoWidth/2, y+photoTall/2-1, "照片")
		s.centre(hint, photoLeft+photoWidth/2, y+photoTall/2+3, "Photo")
	}
	s.page.Stroke(gold(), 0.6)
	s.page.Box(photoLeft, y, photoWidth, photoTall)
}

func (s *sheet) issuer(table *pdf.Element, c *Certificate) {
	const left, top = 96.0, 212.0
	s.row(table, left, top, "发证机构（盖章）", "Issued by (seal)")
	s.value(s.valueStyle(), left, top+11.4, marginRight-left, c.Body)
	s.rule(left, marginRight, top+13.8)
	s.row(table, left, top+20, "发证日期", "Date of issue")
	year, month, day := c.IssuedOn.YMD()
	s.right(s.valueStyle(), marginRight, top+21.4, fmt.Sprintf("%d年%d月%d日", year, month, day))
	s.rule(left, marginRight, top+25)
}

// code draws the QR code as rectangles, one for each stretch of dark modules.
func (s *sheet) code(text string) error {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return &Error{Field: "QR", Problem: TooLong}
	}
	module := qrSize / float64(code.Size+2*qrQuiet)
	figure := s.qrFigure(text)
	s.page.In(figure, "")
	s.page.Fill(pdf.Color{255, 255, 255})
	s.page.Block(marginLeft, qrTop, qrSize, qrSize)
	var dark [][4]float64
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for code.Black(x, y) {
				x++
			}
			if x > from {
				dark = append(dark, [4]float64{
					marginLeft + module*float64(from+qrQuiet), qrTop + module*float64(y+qrQuiet),
					module * float64(x-from), module,
				})
			}
		}
	}
	s.page.Fill(pdf.Color{0, 0, 0})
	s.page.Blocks(dark)
	s.page.In(nil, "")
	s.page.Stroke(straw(), 0.6)
	s.page.Box(marginLeft, qrTop, qrSize, qrSize)
	small := style{face: s.sans, size: 7, color: grey()}
	words := phrases{{"扫码核验  ", ""}, {"Scan to verify", "en"}}
	s.phrases(s.page.Add("P"), small, marginLeft+(qrSize-small.width(words.text()))/2, qrTop+qrSize+4, words)
	return nil
}

// qrFigure is the element of the QR code, which opens its address if it is one.
func (s *sheet) qrFigure(text string) *pdf.Element {
	const described = "二维码，扫描或打开可核验本证书 QR code: scan or open it to verify this certificate"
	holder := s.page.Add("P")
	if strings.HasPrefix(text, "https://") {
		holder = holder.Add("Link")
		s.page.Link(holder, marginLeft, qrTop, qrSize, qrSize, text, described)
	}
	figure := holder.Add("Figure")
	figure.Alt = described
	return figure
}

// lookUps sets the addresses below each other, a line each: what is typed from
// paper is not divided. The smallest size is that at which [MaxAddress] wide
// letters fit.
func (s *sheet) lookUps(lookUps []LookUp) {
	const top, leading, smallest = 258.5, 3.8, 4.2
	label := style{face: s.sans, size: 7.5, color: grey()}
	labels := make([]phrases, len(lookUps))
	left := marginLeft
	for i, l := range lookUps {
		labels[i] = phrases{{l.Label + " ", ""}, {l.LabelEN + "  ", "en"}}
		left = max(left, marginLeft+label.width(labels[i].text()))
	}
	for i, l := range lookUps {
		y := top + leading*float64(i)
		line := s.page.Add("P")
		s.phrases(line, label, marginLeft, y, labels[i])
		s.page.In(line, "")
		s.left(style{face: s.sans, size: 7.5, color: ink()}.shrunk(l.Address, marginRight-left, smallest), left, y, l.Address)
	}
}

func (s *sheet) foot(c *Certificate) {
	if len(c.Credential) == 0 {
		return
	}
	note := style{face: s.sans, size: 6.5, color: grey()}
	words := phrases{
		{"电子文件内附可验证凭证，可离线核验  ·  ", ""}, {"The electronic file carries a verifiable credential for checking offline", "en"},
	}
	s.phrases(s.page.Add("P"), note, (pdf.Width-note.width(words.text()))/2, footLine, words)
}
