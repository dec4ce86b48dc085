package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Text is a text file in UTF-8: as it is when it is UTF-8, with or without
// byte order mark, and otherwise from GB18030, of which GBK and GB2312 are
// parts. It reports [ErrUnreadable] for what is neither, such as a workbook.
func Text(data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, fmt.Errorf("%w: not a text", ErrUnreadable)
	}
	if utf8.Valid(data) {
		return data, nil
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return nil, fmt.Errorf("%w: neither UTF-8 nor GB18030", ErrUnreadable)
	}
	return text, nil
}

// CSV reads comma-separated values (RFC 4180) with at most so many rows below
// the header; tabs and semicolons separate too, if the header has them and no
// comma. It reports [ErrUnreadable] and [ErrTooLong].
func CSV(data []byte, most int) (Table, error) {
	text, err := Text(data)
	if err != nil {
		return Table{}, err
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	var t Table
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if e, ok := errors.AsType[*csv.ParseError](err); ok {
			return Table{}, &Error{Line: e.Line, Reason: ErrUnreadable}
		}
		if err != nil {
			return Table{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
		line, _ := r.FieldPos(0)
		if err := t.add(Row{Line: line, Cells: cells}, most); err != nil {
			return Table{}, err
		}
	}
}

// separator is what separates the cells of the first line.
func separator(text []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n"), []byte("\n"))
	for _, c := range []byte{',', '\t', ';'} {
		if bytes.IndexByte(line, c) >= 0 {
			return rune(c)
		}
	}
	return ','
}
