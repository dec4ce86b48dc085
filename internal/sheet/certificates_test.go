package sheet_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/certreg/certreg/internal/sheet"
)

func TestCertificatesUnderEveryHeading(t *testing.T) {
	want := []sheet.Certificate{{Line: 2, Number: "2610012003200001", Name: "张伟", Paper: "P00000001"}}
	for _, serial := range []string{"流水号", "流水码", "证书流水号", "证书 流水码", "paper", "paperSerial", "Paper serial", "ｓｅｒｉａｌ"} {
		table, err := sheet.CSV([]byte(serial+",证书编号,,姓名\nP00000001,2610012003200001,,张伟\n"), 5)
		if err != nil {
			t.Fatal(err)
		}
		got, err := table.Headed().Certificates()
		if err != nil {
			t.Errorf("%s: %v", serial, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: list (-want +got):\n%s", serial, diff)
		}
	}
}

func TestListsWithoutHeader(t *testing.T) {
	table, err := sheet.CSV([]byte("2610012003200001,张伟,P00000001\n2610012003200002\n"), 5)
	if err != nil {
		t.Fatal(err)
	}
	want := []sheet.Certificate{{Line: 1, Number: "2610012003200001", Name: "张伟", Paper: "P00000001"}, {Line: 2, Number: "2610012003200002"}}
	got, err := table.Headed().Certificates()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
}

// A column that is passed over could be the serial of a superseded paper.
func TestColumnsThatWouldBePassedOver(t *testing.T) {
	tests := []struct {
		name, table string
		want        error
		column      string
		line        int
	}{
		{"another heading", "证书编号,姓名,纸张流水码\n1,张伟,P1\n", sheet.ErrUnknownColumn, "纸张流水码", 1},
		{"the same twice", "number,paper,paper\n1,P1,P2\n", sheet.ErrSameColumn, "paper", 1},
		{"two headings of one meaning", "number,流水号,serial\n1,P1,P2\n", sheet.ErrSameColumn, "serial", 1},
		{"no heading", "number,name\n1,张伟\n2,王芳,P1\n", sheet.ErrUnknownColumn, "C", 3},
		{"a fourth column without header", "1,张伟,P1\n2,王芳,P2,x\n", sheet.ErrUnknownColumn, "D", 2},
		{"a long heading", "number," + strings.Repeat("长", 50) + "\n1,x\n", sheet.ErrUnknownColumn, strings.Repeat("长", 40) + "…", 1},
		{"no number", "姓名,流水号\n张伟,P1\n", sheet.ErrNoColumn, "", 1},
	}
	for _, tt := range tests {
		table, err := sheet.CSV([]byte(tt.table), 5)
		if err != nil {
			t.Fatal(err)
		}
		_, err = table.Headed().Certificates()
		e, _ := errors.AsType[*sheet.Error](err)
		if !errors.Is(err, tt.want) || e.Column != tt.column || e.Line != tt.line {
			t.Errorf("%s: got %v, want %v at line %d, column %q", tt.name, err, tt.want, tt.line, tt.column)
		}
	}
}
