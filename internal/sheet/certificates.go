package sheet

import "slices"

// headings are how the columns of a list of certificates may be called, as
// [fold] leaves them: the number, the holder's name, the paper serial.
var headings = [][]string{
	{"证书编号", "编号", "证书号", "number", "certificatenumber"},
	{"姓名", "持证人", "name", "holder"},
	{"流水号", "流水码", "证书流水号", "证书流水码", "paper", "paperserial", "serial"},
}

// answers are the columns that the register adds when it answers such a list,
// in both languages. They are passed over, so that an answered list can be asked
// again.
var answers = []string{
	"行", "结果", "姓名核对", "职业与等级", "发证", "发证机构", "说明", "截至", "查询网址",
	"line", "answer", "namecheck", "occupationandlevel", "issued", "issuedby", "detail", "asof", "register",
}

// A Certificate is a line of a list of certificates to look up: its number, and
// the name and the paper serial to compare, "" for none.
type Certificate struct {
	Line                int // in the file, from 1
	Number, Name, Paper string
}

// Certificates reads a list of certificates to look up. Its errors are those of
// [Table.Columns]: an answer about less than was asked would mislead.
func (t Table) Certificates() ([]Certificate, error) {
	columns, err := t.Columns(answers, headings...)
	if err != nil {
		return nil, err
	}
	list := make([]Certificate, len(t.Rows))
	for i, r := range t.Rows {
		list[i] = Certificate{Line: r.Line, Number: r.Cell(columns[0]), Name: r.Cell(columns[1]), Paper: r.Cell(columns[2])}
	}
	return list, nil
}

// Headed is the table with a header for [Table.Certificates]: its first line if
// that names a column of such a list, else number, name and paper serial in
// this order, and the first line is a row.
func (t Table) Headed() Table {
	for _, cell := range t.Header.Cells {
		if slices.ContainsFunc(headings, func(names []string) bool { return slices.Contains(names, fold(cell)) }) {
			return t
		}
	}
	if t.Header.Line == 0 {
		return t
	}
	return Table{
		Header: Row{Line: t.Header.Line, Cells: []string{"number", "name", "paper"}},
		Rows:   slices.Concat([]Row{t.Header}, t.Rows),
	}
}
