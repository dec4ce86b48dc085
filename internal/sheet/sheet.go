// Package sheet reads tables as offices send them: CSV in UTF-8 or GB18030, as
// spreadsheets in Chinese write it, and the first sheet of an Excel workbook.
package sheet

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/width"
)

// maxHeading is how many characters of a heading are told.
const maxHeading = 40

// The reasons a table is not read.
var (
	// ErrUnreadable says that the file is no table, or a broken one.
	ErrUnreadable = errors.New("not a table")
	// ErrTooLong says that there are more rows than were asked for.
	ErrTooLong = errors.New("too many rows")
	// ErrNoColumn says that the first line does not name a column that is needed.
	ErrNoColumn = errors.New("no such column")
	// ErrUnknownColumn says that there is a column nobody asked for: what stands
	// in it would be passed over in silence.
	ErrUnknownColumn = errors.New("unknown column")
	// ErrSameColumn says that two columns are of the same meaning.
	ErrSameColumn = errors.New("two columns of one meaning")
	// ErrRounded says that a long number was stored as a quantity: a
	// spreadsheet keeps 15 digits and replaces the others by 0.
	ErrRounded = errors.New("digits were rounded away")
)

// An Error is a reason at a line.
type Error struct {
	Line   int    // of the file, from 1
	Column string // its heading, or its letter where it has none; "" where no column is at fault
	Reason error
}

// Error names line and reason.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Reason) }

// Unwrap is the reason.
func (e *Error) Unwrap() error { return e.Reason }

// A Row is a line of a table that has any content.
type Row struct {
	Line  int // in the file, from 1
	Cells []string
}

// Cell is the content of a column, without space around it; "" where the row
// is shorter or the column is -1.
func (r Row) Cell(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return strings.TrimSpace(r.Cells[column])
}

// A Table is what stands in a file, its first line apart.
type Table struct {
	Header Row
	Rows   []Row
}

// Columns finds the column of each heading, of which each may be written in
// several ways, whatever their width, case and spaces. A column that is not
// there is -1, but the first is needed: [ErrNoColumn]. Columns named besides are
// passed over. It reports [ErrUnknownColumn] for a column of any other heading,
// or of none if anything stands in it, and [ErrSameColumn] for the second of a
// heading.
func (t Table) Columns(besides []string, headings ...[]string) ([]int, error) {
	columns := slices.Repeat([]int{-1}, len(headings))
	var fault error
	for i, cell := range t.Header.Cells {
		h := slices.IndexFunc(headings, func(names []string) bool { return slices.Contains(names, fold(cell)) })
		switch {
		case h >= 0 && columns[h] < 0:
			columns[h] = i
		case fault != nil || h < 0 && (fold(cell) == "" || slices.Contains(besides, fold(cell))):
		case h < 0:
			fault = &Error{Line: t.Header.Line, Column: clip(cell), Reason: ErrUnknownColumn}
		default:
			fault = &Error{Line: t.Header.Line, Column: clip(cell), Reason: ErrSameColumn}
		}
	}
	if len(columns) > 0 && columns[0] < 0 { // first, since the line may be no header: what it says is not repeated
		return nil, &Error{Line: t.Header.Line, Reason: ErrNoColumn}
	}
	if fault != nil {
		return nil, fault
	}
	return columns, t.nameless()
}

// nameless reports [ErrUnknownColumn] for content in a column without heading.
func (t Table) nameless() error {
	for _, r := range t.Rows {
		for i := range r.Cells {
			if r.Cell(i) != "" && t.Header.Cell(i) == "" {
				letter, err := excelize.ColumnNumberToName(i + 1)
				return &Error{Line: r.Line, Column: letter, Reason: errors.Join(ErrUnknownColumn, err)}
			}
		}
	}
	return nil
}

// clip is the beginning of a heading, to name it by.
func clip(heading string) string {
	heading = strings.Join(strings.Fields(heading), " ")
	if r := []rune(heading); len(r) > maxHeading {
		return string(r[:maxHeading]) + "…"
	}
	return heading
}

// fold drops what does not tell two column names apart.
func fold(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(width.Narrow.String(name)), ""))
}

// add appends a row unless it is empty; the first is the header. It reports
// [ErrTooLong] when there are most rows already.
func (t *Table) add(r Row, most int) error {
	if !slices.ContainsFunc(r.Cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
		return nil
	}
	if t.Header.Line == 0 {
		t.Header = r
		return nil
	}
	if len(t.Rows) == most {
		return &Error{Line: r.Line, Reason: ErrTooLong}
	}
	t.Rows = append(t.Rows, r)
	return nil
}
