package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	maxUnzipped = 64 << 20 // bytes of a workbook's parts together; nothing is written to disk
	exactDigits = 15       // of a number that a spreadsheet stores
)

// XLSX reads the first sheet of an Excel workbook (ECMA-376) with at most so
// many rows below the header. Cells are as stored, not as shown. It reports
// [ErrUnreadable], [ErrTooLong], and [ErrRounded] for a number of more digits
// than a spreadsheet keeps that is not stored as text.
func XLSX(data []byte, most int) (t Table, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped,
	})
	if err != nil {
		return Table{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return Table{}, fmt.Errorf("%w: no sheet", ErrUnreadable)
	}
	rows, err := f.Rows(sheets[0])
	if err != nil {
		return Table{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return Table{}, &Error{Line: line, Reason: ErrUnreadable}
		}
		if err := exact(f, sheets[0], line, cells); err != nil {
			return Table{}, err
		}
		if err := t.add(Row{Line: line, Cells: cells}, most); err != nil {
			return Table{}, err
		}
	}
	if err := rows.Error(); err != nil {
		return Table{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return t, nil
}

// exact reports [ErrRounded] if a cell of the line is a long number that is not text.
func exact(f *excelize.File, sheet string, line int, cells []string) error {
	for i, cell := range cells {
		if !long(cell) {
			continue
		}
		name, err := excelize.CoordinatesToCellName(i+1, line)
		if err != nil {
			return &Error{Line: line, Reason: ErrUnreadable}
		}
		kind, err := f.GetCellType(sheet, name)
		if err != nil {
			return &Error{Line: line, Reason: ErrUnreadable}
		}
		if kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber {
			return &Error{Line: line, Reason: ErrRounded}
		}
	}
	return nil
}

// long reports whether a cell would be a number of more digits than are kept:
// "2610012003200001", "2.6100120032E+15".
func long(cell string) bool {
	if strings.Trim(cell, "0123456789") == "" {
		return len(cell) > exactDigits
	}
	return strings.Trim(cell, "0123456789.") == "E+" || strings.Trim(cell, "0123456789.") == "e+"
}
