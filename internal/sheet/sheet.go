// Package sheet reads tables as offices send them: CSV in UTF-8 or GB18030, as
// spreadsheets in Chinese write it, and the first sheet of an Excel workbook.
package sheet

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// The reasons a table is not read.
var (
	// ErrUnreadable says that the file is no table, or a broken one.
	ErrUnreadable = errors.New("not a table")
	// ErrTooLong says that there are more rows than were asked for.
	ErrTooLong = errors.New("too many rows")
	// ErrNoColumn says that the first line does not name a column that is needed.
	ErrNoColumn = errors.New("no such column")
	// ErrRounded says that a long number was stored as a quantity: a
	// spreadsheet keeps 15 digits and replaces the others by 0.
	ErrRounded = errors.New("digits were rounded away")
)

// An Error is a reason at a line.
type Error struct {
	Line   int // of the file, from 1
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

// Column is the first column of one of these names, whatever their width, case
// and spaces. It reports [ErrNoColumn] at the line of the header.
func (t Table) Column(names ...string) (int, error) {
	for i, cell := range t.Header.Cells {
		if slices.Contains(names, fold(cell)) {
			return i, nil
		}
	}
	return -1, &Error{Line: t.Header.Line, Reason: ErrNoColumn}
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
