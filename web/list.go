package web

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/certreg/certreg/internal/sheet"
	"github.com/certreg/certreg/registry"
)

// A pair is a number with the name and the paper serial to compare, "" for none.
type pair struct {
	line   int
	number registry.Number
	name   string
	paper  string
}

// errEmpty says that a list names no certificate.
var errEmpty = errors.New("no certificates")

// listFault is the code of what is wrong with a list, and whether err says so.
func listFault(err error) (code string, known bool) {
	switch {
	case errors.Is(err, errEmpty):
		return "many.empty", true
	case errors.Is(err, sheet.ErrTooLong):
		return "many.too-many", true
	case errors.Is(err, sheet.ErrRounded):
		return "many.rounded", true
	case errors.Is(err, sheet.ErrUnreadable):
		return "many.unreadable", true
	}
	return "", false
}

// givenList reads the list of a form: the file if there is one, else the text.
func givenList(r *http.Request) ([]pair, error) {
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return readText(r.PostForm.Get("list"))
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read from
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		table, err := sheet.XLSX(data, maxMany)
		if err != nil {
			return nil, err
		}
		return pairsOf(append([]sheet.Row{table.Header}, table.Rows...))
	}
	text, err := sheet.Text(data)
	if err != nil {
		return nil, err
	}
	return readText(string(text))
}

// readText reads one certificate per line, its cells parted by commas of
// either width, tabs or semicolons.
func readText(text string) ([]pair, error) {
	text = strings.NewReplacer("，", ",", "；", ";", "\r\n", "\n", "\r", "\n").Replace(text)
	comma := ','
	for _, c := range "\t;" {
		if strings.Count(text, string(c)) > strings.Count(text, string(comma)) {
			comma = c
		}
	}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes, in.TrimLeadingSpace = comma, -1, true, true
	var rows []sheet.Row
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return pairsOf(rows)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", sheet.ErrUnreadable, err)
		}
		line, _ := in.FieldPos(0)
		if rows = append(rows, sheet.Row{Line: line, Cells: cells}); len(rows) > maxMany+1 {
			return nil, sheet.ErrTooLong
		}
	}
}

// pairsOf takes numbers, names and paper serials from rows. A first row that
// names its columns says which they are; else the number stands first and the
// name second, and what follows is taken for nothing.
func pairsOf(rows []sheet.Row) ([]pair, error) {
	number, name, paper := 0, 1, -1
	if len(rows) > 0 {
		header := sheet.Table{Header: rows[0]}
		if column, err := header.Column("证书编号", "编号", "证书号", "number", "certificatenumber"); err == nil {
			number = column
			if name, err = header.Column("姓名", "持证人", "name", "holder"); err != nil {
				name = -1
			}
			if paper, err = header.Column("流水码", "流水号", "证书流水号", "paper", "paperserial"); err != nil {
				paper = -1
			}
			rows = rows[1:]
		}
	}
	var pairs []pair
	for _, row := range rows {
		n := registry.NormaliseNumber(strings.TrimPrefix(row.Cell(number), "'"))
		if n == "" {
			continue
		}
		if pairs = append(pairs, pair{line: row.Line, number: n, name: row.Cell(name), paper: row.Cell(paper)}); len(pairs) > maxMany {
			return nil, sheet.ErrTooLong
		}
	}
	if len(pairs) == 0 {
		return nil, errEmpty
	}
	return pairs, nil
}

// listText is pairs as [readText] reads them.
func listText(pairs []pair) string {
	var b strings.Builder
	out := csv.NewWriter(&b)
	papers := slices.ContainsFunc(pairs, func(p pair) bool { return p.paper != "" })
	if papers {
		_ = out.Write([]string{"number", "name", "paper"}) // a builder takes everything
	}
	for _, p := range pairs {
		row := []string{string(p.number), p.name}
		if papers {
			row = append(row, p.paper)
		}
		_ = out.Write(row)
	}
	out.Flush()
	return b.String()
}
