package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/certreg/certreg/internal/document/pdf"
	"github.com/certreg/certreg/internal/portrait"
	"github.com/certreg/certreg/internal/portrait/portraittest"
)

// squeeze drops white space, which pdftotext puts where it sees gaps.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func TestEveryFieldIsReadBack(t *testing.T) {
	c := sample()
	path, _ := printed(t, c)
	text := squeeze(tool(t, "pdftotext", "-layout", path, "-"))
	for _, want := range []string{
		c.Wording.Title, strings.ToUpper(c.Wording.TitleEN), c.Wording.Text, c.Wording.TextEN, c.Body, "2026年6月18日",
		"姓名" + c.Holder, "证件类型" + c.IDKind, "证件号码" + c.IDNumber, "职业名称" + c.Occupation,
		"工种/职业方向" + c.Direction, "技能等级三级/高级工", "证书编号" + c.Number, c.PaperSerial,
		c.LookUps[0].Label, c.LookUps[0].Address, c.LookUps[1].Label, c.LookUps[1].Address, "扫码核验",
	} {
		if !strings.Contains(text, squeeze(want)) {
			t.Errorf("got text without %q:\n%s", want, text)
		}
	}
}

// What is read out to people who do not see the page: all of it, in order, and
// nothing of its ornaments.
func TestPageIsReadOut(t *testing.T) {
	c := sample()
	c.Photo = photo(t)
	path, file := printed(t, c)
	var got strings.Builder
	for line := range strings.Lines(tool(t, "pdfinfo", "-struct-text", path)) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, `"`); ok {
			line = strings.TrimSuffix(text, `"`)
		} else if line, _, _ = strings.Cut(line, " "); strings.HasPrefix(line, "/Scope") {
			continue
		} else {
			line = "<" + strings.TrimSuffix(line, ":") + ">"
		}
		got.WriteString(line)
	}
	row := func(label, value string) string { return "<TR><TH>" + label + "<TD>" + value }
	want := "<Document><Sect><H1>" + c.Wording.Title + "<P>" + strings.ToUpper(c.Wording.TitleEN) +
		"<P>流水号 Paper serial  " + c.PaperSerial + "<P>" + c.Wording.Text + "<P>" + c.Wording.TextEN + "<Table>" +
		row("姓名Name", c.Holder) + row("证件类型ID type", c.IDKind) + row("证件号码ID number", c.IDNumber) +
		row("职业名称Occupation", c.Occupation) + row("工种/职业方向Specialisation", c.Direction) +
		row("技能等级Level", "三级/高级工") + row("证书编号Certificate no.", c.Number) +
		row("发证机构（盖章）Issued by (seal)", c.Body) + row("发证日期Date of issue", "2026年6月18日") +
		"<Figure><P><Link><Object><Figure><P>扫码核验  Scan to verify" +
		"<P>证书查询 Certificates  https://register.example.org/<P>机构查询 Bodies  https://register.example.org/bodies" +
		"<P>电子文件内附可验证凭证，可离线核验  ·  The electronic file carries a verifiable credential for checking offline"
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	for _, figure := range []string{"持证人照片 Photo of the holder", "二维码，扫描或打开可核验本证书 QR code: scan or open it to verify this certificate"} {
		if !bytes.Contains(file, fmt.Appendf(nil, "/Alt <%X>", pdf.Text(figure))) {
			t.Errorf("got no figure described as %s", figure)
		}
	}
}

func TestEmptyFieldsAreTold(t *testing.T) {
	c := sample()
	c.IDKind, c.IDNumber, c.Direction, c.LevelName, c.PaperSerial, c.LookUps = "", "", "", "", "", nil
	c.Credential, c.LogProof = nil, nil
	path, _ := printed(t, c)
	text := squeeze(tool(t, "pdftotext", "-layout", path, "-"))
	for _, want := range []string{"证件类型--", "证件号码--", "工种/职业方向--", "技能等级三级证书编号"} {
		if !strings.Contains(strings.NewReplacer("IDtype", "", "IDnumber", "", "Level", "", "Photo", "", "照片", "").Replace(text), want) {
			t.Errorf("got text without %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "流水号") {
		t.Errorf("got a paper serial, want none:\n%s", text)
	}
}

func TestNamesFit(t *testing.T) {
	for _, name := range []string{
		"买买提·阿卜杜热合曼", "阿依古丽·买买提吐尔逊·阿卜杜热西提·努尔麦麦提", "玥", "Maria del Carmen Fernández-Ortiz",
		strings.Repeat("买买提吐尔逊", 10), strings.Repeat("Wm", 30),
	} {
		c := sample()
		c.Holder, c.Occupation, c.Body = name, name, name
		path, _ := printed(t, c)
		text := squeeze(tool(t, "pdftotext", "-raw", path, "-"))
		if got := strings.Count(text, squeeze(name)); got != 3 {
			t.Errorf("%s: read back %d times, want 3:\n%s", name, got, text)
		}
	}
}

// A word is a stretch of text without space and where it stands on the page,
// in millimetres.
type word struct {
	text             string
	xMax, yMin, yMax float64
}

// words are those of a page.
func words(t *testing.T, path string) []word {
	t.Helper()
	var all []word
	for line := range strings.Lines(tool(t, "pdftotext", "-bbox", path, "-")) {
		var xMin, yMin, xMax, yMax float64
		head, text, ok := strings.Cut(strings.TrimSpace(line), ">")
		if n, _ := fmt.Sscanf(head, `<word xMin="%g" yMin="%g" xMax="%g" yMax="%g"`, &xMin, &yMin, &xMax, &yMax); ok && n == 4 {
			all = append(all, word{strings.TrimSuffix(text, "</word>"), xMax * mmPerPoint, yMin * mmPerPoint, yMax * mmPerPoint})
		}
	}
	return all
}

// Three addresses are printed whole, of letters as wide as there are too, and
// nothing runs into the margin or into what stands below.
func TestLongestLookUpsStayOnTheirLines(t *testing.T) {
	c := sample()
	c.LookUps = []LookUp{
		{Label: "证书查询", LabelEN: "Certificate look-up", Address: "https://" + strings.Repeat("W", MaxAddress-8)},
		{Label: "另可查询", LabelEN: "See also", Address: "https://" + strings.Repeat("m", MaxAddress-8)},
		{Label: "另可查询", LabelEN: "See also", Address: "https://" + strings.Repeat("look-up/", 9)},
	}
	path, _ := printed(t, c)
	var bottoms []float64
	for _, w := range words(t, path) {
		if strings.HasPrefix(w.text, "https://") {
			if w.text != c.LookUps[len(bottoms)].Address || w.xMax > marginRight+0.1 {
				t.Errorf("got %s as far as %.1f mm, want %s as far as %.1f mm at most", w.text, w.xMax, c.LookUps[len(bottoms)].Address, marginRight)
			}
			if n := len(bottoms); n > 0 && w.yMin < bottoms[n-1]-1 {
				t.Errorf("%s begins at %.1f mm, want it below %.1f mm", w.text, w.yMin, bottoms[n-1])
			}
			bottoms = append(bottoms, w.yMax)
		}
		if strings.HasPrefix(w.text, "电子文件") && w.yMin < bottoms[len(bottoms)-1] {
			t.Errorf("the foot begins at %.1f mm, want it below the addresses, %v mm", w.yMin, bottoms)
		}
	}
	if len(bottoms) != MaxLookUps {
		t.Errorf("got %d addresses, want %d", len(bottoms), MaxLookUps)
	}
}

// A value must end before the photo and the margin however long it is.
func TestLongestValueStaysInItsField(t *testing.T) {
	c := sample()
	c.Holder, c.Occupation = strings.Repeat("買", maxText), strings.Repeat("W", maxText)
	path, _ := printed(t, c)
	for _, w := range words(t, path) {
		if limit := photoLeft - 6 + 0.1; w.xMax > limit && (strings.Contains(w.text, "買買") || strings.Contains(w.text, "WW")) {
			t.Errorf("value ends at %.1f mm, want %.1f mm at most: %s", w.xMax, limit, w.text)
		}
	}
}

func TestRareCharacters(t *testing.T) {
	for _, name := range []string{"𠮷田", "龘𪛗", "王㐂", "玥祎", "㐂𠮷㐂", "㛃𠅤", "Ａｎｎａ·Ñandú", "Đặng Thị É"} {
		c := sample()
		c.Holder = name
		path, _ := printed(t, c)
		if text := squeeze(tool(t, "pdftotext", path, "-")); !strings.Contains(text, squeeze(name)) {
			t.Errorf("%s: not read back:\n%s", name, text)
		}
		if fonts := tool(t, "pdffonts", path); strings.Count(fonts, "yes yes yes") != 2 {
			t.Errorf("%s: got fonts\n%s\nwant two, embedded, subset, with Unicode", name, fonts)
		}
	}
}

// Characters of the table of standard characters (通用规范汉字表, 2013) that stand
// outside Unicode's first plane, where fonts fail first.
func TestStandardCharactersPrint(t *testing.T) {
	const table = "𠙶𠮷𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳" +
		"𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩" +
		"𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
	for _, r := range table {
		if err := newPrinter(t).checkGlyphs([]field{{text: string(r)}}); err != nil {
			t.Error(err)
		}
	}
}

func TestFileIsSound(t *testing.T) {
	c := sample()
	c.Photo = photo(t)
	path, _ := printed(t, c)
	if got := tool(t, "qpdf", "--check", path); !strings.Contains(got, "No syntax or stream encoding errors") {
		t.Errorf("qpdf --check: got\n%s", got)
	}
	info := tool(t, "pdfinfo", path)
	for _, want := range []string{"Title:           职业技能等级证书 2610012003300017", "Page size:       595.276 x 841.89 pts (A4)", "Encrypted:       no", "PDF version:     1.7"} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo: got\n%s\nwant %q", info, want)
		}
	}
	if images := tool(t, "pdfimages", "-list", path); !strings.Contains(images, "295   413  rgb") {
		t.Errorf("pdfimages: got\n%s\nwant the photo of 295 × 413", images)
	}
}

func TestQRIsReadFromTheRenderedPage(t *testing.T) {
	for _, text := range []string{sample().QR, strings.Repeat("x", maxQR)} {
		c := sample()
		c.QR = text
		path, _ := printed(t, c)
		png := filepath.Join(t.TempDir(), "page")
		tool(t, "pdftoppm", "-r", "100", "-png", "-singlefile", path, png)
		if got := strings.TrimSpace(tool(t, "zbarimg", "-q", "--raw", png+".png")); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
}

func TestAttachmentsAreByteEqual(t *testing.T) {
	c := sample()
	path, file := printed(t, c)
	dir := t.TempDir()
	tool(t, "pdfdetach", "-saveall", "-o", dir, path)
	for name, want := range map[string][]byte{CredentialFile: c.Credential, LogProofFile: c.LogProof} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("pdfdetach %s: got %q, %v, want %q", name, got, err, want)
		}
	}
	credential, proof, err := Extract(file)
	if err != nil || !bytes.Equal(credential, c.Credential) || !bytes.Equal(proof, c.LogProof) {
		t.Errorf("Extract: got %q, %q, %v, want what was attached", credential, proof, err)
	}
}

func TestSameRecordGivesSameBytes(t *testing.T) {
	c := sample()
	c.Photo = photo(t)
	_, first := printed(t, c)
	_, second := printed(t, c)
	if !bytes.Equal(first, second) {
		t.Errorf("two prints of one record differ")
	}
	c.PaperSerial = "A 00012346"
	if _, third := printed(t, c); bytes.Equal(first, third) {
		t.Errorf("prints of two records are equal")
	}
}

func TestPrinterIsSharedSafely(t *testing.T) {
	p := newPrinter(t)
	want, err := p.Print(sample())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got, err := p.Print(sample()); err != nil || !bytes.Equal(got, want) {
				t.Errorf("got other bytes or error %v", err)
			}
		})
	}
	wg.Wait()
}

// A photo is printed as it is kept, byte for byte, and not stretched to its frame.
func TestPhotoIsPrintedAsItIs(t *testing.T) {
	wide := image.NewGray(image.Rect(0, 0, 360, 400))
	for i := range wide.Pix {
		wide.Pix[i] = 255
	}
	for name, file := range map[string][]byte{"295 × 413": portraittest.JPEG(t, 110), "360 × 400": portraittest.EncodeJPEG(t, wide)} {
		c := sample()
		var err error
		if c.Photo, err = portrait.Clean(file); err != nil {
			t.Fatal(err)
		}
		path, _ := printed(t, c)
		images := filepath.Join(t.TempDir(), "image")
		tool(t, "pdfimages", "-all", path, images)
		if got, err := os.ReadFile(images + "-000.jpg"); err != nil || !bytes.Equal(got, c.Photo) {
			t.Errorf("%s: got an image of %d bytes, %v, want the %d of the photo", name, len(got), err, len(c.Photo))
		}
		list := strings.Fields(tool(t, "pdfimages", "-list", path))
		if ppi := list[len(list)-4 : len(list)-2]; ppi[0] != ppi[1] {
			t.Errorf("%s: got %s pixels an inch across and %s down, want the same", name, ppi[0], ppi[1])
		}
	}
}

func TestHistoricWording(t *testing.T) {
	c := sample()
	c.Wording, c.IssuedOn, c.LevelName = HistoricWording(), c.IssuedOn.AddYears(-11), ""
	path, _ := printed(t, c)
	if text := squeeze(tool(t, "pdftotext", path, "-")); !strings.Contains(text, "中华人民共和国职业资格证书") {
		t.Errorf("got text without the historic title:\n%s", text)
	}
}

func TestPrintAll(t *testing.T) {
	p := newPrinter(t)
	certs := []Certificate{sample(), sample(), sample()}
	certs[1].Holder, certs[2].Holder = "买买提·阿卜杜热合曼", "𠮷田"
	certs[2].Photo = photo(t)
	var file bytes.Buffer
	var done []int
	if err := p.PrintAll(t.Context(), &file, certs, func(n int) { done = append(done, n) }); err != nil {
		t.Fatal(err)
	}
	if len(done) != 3 || done[2] != 3 {
		t.Errorf("got progress %v, want 1 2 3", done)
	}
	path := save(t, file.Bytes())
	if got := tool(t, "qpdf", "--check", path); !strings.Contains(got, "No syntax or stream encoding errors") {
		t.Errorf("qpdf --check: got\n%s", got)
	}
	outlines := tool(t, "qpdf", "--json", "--json-key=outlines", path)
	for i, c := range certs {
		want := fmt.Sprintf(`"destpageposfrom1": %d,`, i+1)
		if !strings.Contains(outlines, want) || !strings.Contains(outlines, c.Number+" "+c.Holder) {
			t.Errorf("got bookmarks\n%s\nwant one of %s on page %d", outlines, c.Holder, i+1)
		}
	}
	pages := strings.Split(tool(t, "pdftotext", path, "-"), "\f")
	for i, c := range certs {
		if len(pages) != 4 || !strings.Contains(squeeze(pages[i]), c.Holder) {
			t.Errorf("page %d of %d: got text without its holder", i+1, len(pages)-1)
		}
	}
	if _, _, err := Extract(file.Bytes()); !errors.Is(err, ErrNoCredential) {
		t.Errorf("Extract of a batch: got error %v, want %v", err, ErrNoCredential)
	}
}

func TestPrintAllChecksBeforeItWrites(t *testing.T) {
	certs := []Certificate{sample(), sample()}
	certs[1].Number = ""
	var file bytes.Buffer
	err := newPrinter(t).PrintAll(t.Context(), &file, certs, func(int) {})
	if got, ok := errors.AsType[*Error](err); !ok || got.Field != "Number" || !strings.Contains(err.Error(), "certificate 2 of 2") {
		t.Errorf("got error %v, want Number of certificate 2 of 2", err)
	}
	if file.Len() != 0 {
		t.Errorf("got %d bytes written, want none", file.Len())
	}
}

func TestPrintAllStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	certs := []Certificate{sample(), sample(), sample()}
	var file bytes.Buffer
	err := newPrinter(t).PrintAll(ctx, &file, certs, func(int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
}

func BenchmarkPrint(b *testing.B) {
	p, bare, full := newPrinter(b), sample(), sample()
	full.Photo = photo(b)
	for name, c := range map[string]Certificate{"photo": full, "bare": bare} {
		b.Run(name, func(b *testing.B) {
			size := 0
			for b.Loop() {
				file, err := p.Print(c)
				if err != nil {
					b.Fatal(err)
				}
				size = len(file)
			}
			b.ReportMetric(float64(size)/1024, "KB/file")
		})
	}
}

func BenchmarkPrintAll(b *testing.B) {
	p := newPrinter(b)
	certs := make([]Certificate, 200)
	for i := range certs {
		certs[i] = sample()
	}
	size := 0
	for b.Loop() {
		var file bytes.Buffer
		if err := p.PrintAll(b.Context(), &file, certs, func(int) {}); err != nil {
			b.Fatal(err)
		}
		size = file.Len()
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N*len(certs)), "ms/page")
	b.ReportMetric(float64(size)/1024/float64(len(certs)), "KB/page")
}

func BenchmarkNewPrinter(b *testing.B) {
	for b.Loop() {
		if _, err := NewPrinter(); err != nil {
			b.Fatal(err)
		}
	}
}
