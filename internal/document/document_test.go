package document

import (
	"bytes"
	"errors"
	"image/color"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/portrait"
	"github.com/certreg/certreg/internal/portrait/portraittest"
)

// sample is a certificate with every field filled but the photo.
func sample() Certificate {
	return Certificate{
		Wording: NeutralWording(), Body: "江南职业技能评价中心（第三考评站）", IssuedOn: civil.Of(time.Date(2026, 6, 18, 0, 0, 0, 0, time.UTC)),
		Holder: "欧阳文静", IDKind: "居民身份证", IDNumber: "110105********002X",
		Occupation: "客户服务管理师", Direction: "呼叫中心", Level: 3, LevelName: "高级工",
		Number: "2610012003300017", PaperSerial: "A 00012345",
		QR: "https://register.example.org/v/7K3Q-M9TD-2XHB-5RWA-C?s=" + strings.Repeat("Zm9vYmFy", 14),
		LookUps: []LookUp{
			{Label: "证书查询", LabelEN: "Certificates", Address: "https://register.example.org/"},
			{Label: "机构查询", LabelEN: "Bodies", Address: "https://register.example.org/bodies"},
		},
		Credential: []byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"name":"客户服务管理师"}`),
		LogProof:   []byte("c2sp.org/tlog-proof@v1\nindex 17\n"),
	}
}

// sharedPrinter reads the fonts once for all tests.
var sharedPrinter = sync.OnceValues(NewPrinter)

func newPrinter(t testing.TB) *Printer {
	t.Helper()
	p, err := sharedPrinter()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// printed is a certificate as bytes and as a file.
func printed(t testing.TB, c Certificate) (path string, file []byte) {
	t.Helper()
	file, err := newPrinter(t).Print(c)
	if err != nil {
		t.Fatal(err)
	}
	return save(t, file), file
}

func save(t testing.TB, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "certificate.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tool calls a program that was not written here. Without it the test is
// skipped, or fails if CERTREG_TEST_REQUIRE is 1.
func tool(t testing.TB, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CERTREG_TEST_REQUIRE") == "1" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("SKIPPED, NOT CHECKED: %s is not installed", name)
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

// photo is a photo of the holder on white, as the register keeps it.
func photo(t testing.TB) []byte {
	t.Helper()
	file, err := portrait.Clean(portraittest.JPEG(t, 110))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPrintRefuses(t *testing.T) {
	on := func(year int) civil.Date { return civil.Of(time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)) }
	tests := []struct {
		name   string
		change func(*Certificate)
		field  string
		want   Problem
	}{
		{"no holder", func(c *Certificate) { c.Holder = " " }, "Holder", Missing},
		{"no body", func(c *Certificate) { c.Body = "" }, "Body", Missing},
		{"no number", func(c *Certificate) { c.Number = "" }, "Number", Missing},
		{"no day", func(c *Certificate) { c.IssuedOn = civil.Date{} }, "IssuedOn", Missing},
		{"no wording", func(c *Certificate) { c.Wording.Kind = 0 }, "Wording", Missing},
		{"level 0", func(c *Certificate) { c.Level = 0 }, "Level", OutOfRange},
		{"level 6", func(c *Certificate) { c.Level = 6 }, "Level", OutOfRange},
		{"name of 61 characters", func(c *Certificate) { c.Holder = strings.Repeat("买", 61) }, "Holder", TooLong},
		{"ID number in full", func(c *Certificate) { c.IDNumber = "11010519491231002X" }, "IDNumber", NotMasked},
		{"no QR", func(c *Certificate) { c.QR = "" }, "QR", Missing},
		{"long QR", func(c *Certificate) { c.QR = strings.Repeat("x", maxQR+1) }, "QR", TooLong},
		{"four addresses", func(c *Certificate) { c.LookUps = append(c.LookUps, c.LookUps...) }, "LookUps", TooLong},
		{"character without glyph", func(c *Certificate) { c.Holder = "张\U0002F80A" }, "Holder", NoGlyph},
		{"private character", func(c *Certificate) { c.Holder = "张\uE000" }, "Holder", NoGlyph},
		{"mark apart from its letter", func(c *Certificate) { c.Holder = "X\u030C" }, "Holder", NoGlyph},
		{"soft hyphen", func(c *Certificate) { c.Body = "江\u00AD南" }, "Body", NoGlyph},
		{"line break", func(c *Certificate) { c.Holder = "张\n三" }, "Holder", NoGlyph},
		{"historic wording in 2018", func(c *Certificate) { c.Wording, c.IssuedOn = HistoricWording(), on(2018) }, "Wording", HistoricTooLate},
		{"forbidden title", func(c *Certificate) { c.Wording.Title = "国家职业技能证书" }, "Wording", ForbiddenWording},
		{"forbidden text", func(c *Certificate) { c.Wording.Text += "全国通用。" }, "Wording", ForbiddenWording},
		{"photo is a PDF", func(c *Certificate) { c.Photo = []byte("%PDF-1.7") }, "Photo", PhotoFormat},
		{"photo cut off", func(c *Certificate) { c.Photo = photo(t)[:900] }, "Photo", PhotoFormat},
		{"photo as PNG", func(c *Certificate) {
			c.Photo = portraittest.EncodePNG(t, portraittest.Figure(110, color.White))
		}, "Photo", PhotoFormat},
		{"photo with metadata", func(c *Certificate) {
			c.Photo = slices.Concat(photo(t)[:2], []byte("\xff\xe1\x00\x08Exif\x00\x00"), photo(t)[2:])
		}, "Photo", PhotoFormat},
	}
	p := newPrinter(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := sample()
			tt.change(&c)
			_, err := p.Print(c)
			got, ok := errors.AsType[*Error](err)
			if !ok || got.Field != tt.field || got.Problem != tt.want {
				t.Errorf("got error %v, want %s: %s", err, tt.field, tt.want)
			}
		})
	}
}

func TestErrorNamesTheCharacterAndNotTheName(t *testing.T) {
	c := sample()
	c.Holder = "司马\U0002F80A"
	_, err := newPrinter(t).Print(c)
	if err == nil || !strings.Contains(err.Error(), "U+2F80A") || strings.Contains(err.Error(), "司马") {
		t.Errorf("got error %v, want U+2F80A named and the name not", err)
	}
}

func TestNeutralWordingSaysNothingForbidden(t *testing.T) {
	for _, word := range forbidden() {
		w := NeutralWording()
		if strings.Contains(w.Title+w.Text, word) {
			t.Errorf("neutral wording says %s", word)
		}
		w.Text += word
		if err := w.check(sample().IssuedOn); err == nil {
			t.Errorf("wording with %s: got no error, want %s", word, ForbiddenWording)
		}
	}
}

func TestLevelText(t *testing.T) {
	tests := []struct {
		level int
		name  string
		want  string
	}{
		{1, "高级技师", "一级/高级技师"}, {2, "技师", "二级/技师"}, {3, "", "三级"}, {4, "中级工", "四级/中级工"}, {5, "", "五级"},
	}
	for _, tt := range tests {
		if got := levelText(tt.level, tt.name); got != tt.want {
			t.Errorf("level %d %q: got %s, want %s", tt.level, tt.name, got, tt.want)
		}
	}
}

func TestHalves(t *testing.T) {
	tests := []struct{ text, first, second string }{
		{"一二三四", "一二", "三四"},
		{"一二三四五", "一二三", "四五"},
		{"阿卜杜·热合曼·买买提", "阿卜杜·", "热合曼·买买提"},
		{"江南职业技能评价中心（第三考评站）", "江南职业技能评价中心", "（第三考评站）"},
	}
	for _, tt := range tests {
		first, second := halves(tt.text)
		if first+second != tt.text {
			t.Errorf("%s: got %s and %s, which is another text", tt.text, first, second)
		}
		if first != tt.first || second != tt.second {
			t.Errorf("%s: got %s | %s, want %s | %s", tt.text, first, second, tt.first, tt.second)
		}
	}
}

func TestBreakChinese(t *testing.T) {
	job := newPrinter(t).start(io.Discard)
	st := style{face: job.kai, size: 10}
	em := 10 * mmPerPoint
	tests := []struct {
		text   string
		width  float64
		indent float64
		want   []string
	}{
		{"一二三四五六七", 3 * em, 0, []string{"一二三", "四五六", "七"}},
		{"一二三四五六七", 3 * em, em, []string{"一二", "三四五", "六七"}},
		{"一二三，四五六。", 3 * em, 0, []string{"一二三，", "四五六。"}},
		{"一二（三四）五", 3 * em, 0, []string{"一二", "（三四）", "五"}},
		{"", 3 * em, 0, []string{""}},
	}
	for _, tt := range tests {
		if got := breakChinese(st, tt.text, tt.width, tt.indent); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.text, got, tt.want)
		}
	}
}
