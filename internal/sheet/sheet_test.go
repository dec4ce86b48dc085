package sheet_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/certreg/certreg/internal/sheet"
)

// list is the same table in every form.
const list = "证书编号,姓名\r\n2610012003200001,张伟\r\n\r\n 2610012003200002 ,\"欧阳, 静怡\"\r\n"

var want = []sheet.Row{
	{Line: 2, Cells: []string{"2610012003200001", "张伟"}},
	{Line: 4, Cells: []string{" 2610012003200002 ", "欧阳, 静怡"}},
}

func gb18030(t testing.TB, text string) []byte {
	t.Helper()
	data, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(data)
}

func TestCSVInEveryEncoding(t *testing.T) {
	for name, data := range map[string][]byte{
		"UTF-8":                 []byte(list),
		"with byte order mark":  []byte("\ufeff" + list),
		"GB18030":               gb18030(t, list),
		"separated by tabs":     []byte("证书编号\t姓名\n2610012003200001\t张伟\n\n 2610012003200002 \t欧阳, 静怡\n"),
		"separated by semicola": []byte("证书编号;姓名\n2610012003200001;张伟\n\n 2610012003200002 ;欧阳, 静怡"),
	} {
		got, err := sheet.CSV(data, 2)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, got.Rows); diff != "" {
			t.Errorf("%s: rows (-want +got):\n%s", name, diff)
		}
		if columns, err := got.Columns(nil, []string{"编号", "证书编号"}, []string{"姓名"}); err != nil || got.Rows[1].Cell(columns[0]) != "2610012003200002" {
			t.Errorf("%s: got columns %d, %v, want the first for 证书编号", name, columns, err)
		}
	}
}

// workbook is an Excel file whose first sheet has these cells.
func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestXLSX(t *testing.T) {
	got, err := sheet.XLSX(workbook(t, []any{"Ｎｕｍｂｅｒ", " Na me "}, []any{"2610012003200001", "张伟"}, []any{}, []any{" 2610012003200002 ", "欧阳, 静怡"}), 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if columns, err := got.Columns(nil, []string{"name"}, []string{"number"}); err != nil || got.Rows[0].Cell(columns[0]) != "张伟" || got.Rows[0].Cell(7) != "" {
		t.Errorf("got columns %d, %v, want the second first", columns, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	header := []any{"number"}
	tests := []struct {
		name string
		read func([]byte, int) (sheet.Table, error)
		data []byte
		want error
		line int
	}{
		{"too many lines", sheet.CSV, []byte("number\n1\n\n2\n3\n"), sheet.ErrTooLong, 5},
		{"broken quotes", sheet.CSV, []byte("number\n\"1\n"), sheet.ErrUnreadable, 2},
		{"no text", sheet.CSV, []byte("PK\x03\x04\x00"), sheet.ErrUnreadable, 0},
		{"no Chinese either", sheet.CSV, []byte("number\n\xff\xff\n"), sheet.ErrUnreadable, 0},
		{"no workbook", sheet.XLSX, []byte("number\n1\n"), sheet.ErrUnreadable, 0},
		{"too many rows", sheet.XLSX, workbook(t, header, []any{"1"}, []any{"2"}, []any{"3"}), sheet.ErrTooLong, 4},
		{"number as quantity", sheet.XLSX, workbook(t, header, []any{2610012003200001}), sheet.ErrRounded, 2},
		{"number as approximate quantity", sheet.XLSX, workbook(t, header, []any{"1"}, []any{2.6100120032e15}), sheet.ErrRounded, 3},
	}
	for _, tt := range tests {
		_, err := tt.read(tt.data, 2)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
		line := 0
		if e, ok := errors.AsType[*sheet.Error](err); ok {
			line = e.Line
		}
		if line != tt.line {
			t.Errorf("%s: got line %d, want %d", tt.name, line, tt.line)
		}
	}
	empty, err := sheet.CSV(nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := empty.Columns(nil, []string{"number"}); !errors.Is(err, sheet.ErrNoColumn) {
		t.Errorf("an empty file: got %v, want no column", err)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(list))
	f.Add(gb18030(f, list))
	f.Add([]byte("\ufeff\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := sheet.CSV(data, 10)
		if err == nil && len(got.Rows) > 10 {
			t.Errorf("got %d rows, want at most 10", len(got.Rows))
		}
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(workbook(f, []any{"number"}, []any{"1"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := sheet.XLSX(data, 10)
		if err == nil && len(got.Rows) > 10 {
			t.Errorf("got %d rows, want at most 10", len(got.Rows))
		}
	})
}

func BenchmarkXLSX(b *testing.B) {
	rows := [][]any{{"number", "name"}}
	for range 10_000 {
		rows = append(rows, []any{"2610012003200001", strings.Repeat("张", 3)})
	}
	data := workbook(b, rows...)
	for b.Loop() {
		if _, err := sheet.XLSX(data, 10_000); err != nil {
			b.Fatal(err)
		}
	}
}
