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

// listFault is what is wrong with a list, "" when err does not say so.
func (p *page) listFault(err error) string {
	if e, ok := errors.AsType[*sheet.Error](err); ok && e.Column != "" {
		code := "many.column-unknown"
		if errors.Is(err, sheet.ErrSameColumn) {
			code = "many.column-twice"
		}
		return p.say(code, e.Column)
	}
	switch {
	case errors.Is(err, errEmpty):
		return p.say("many.empty")
	case errors.Is(err, sheet.ErrTooLong):
		return p.say("many.too-many", maxMany)
	case errors.Is(err, sheet.ErrNoColumn):
		return p.say("many.no-number")
	case errors.Is(err, sheet.ErrRounded):
		return p.say("many.rounded")
	case errors.Is(err, sheet.ErrUnreadable):
		return p.say("many.unreadable")
	}
	return ""
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
		return pairsOf(table)
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
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", sheet.ErrUnreadable, err)
		}
		line, _ := in.FieldPos(0)
		if rows = append(rows, sheet.Row{Line: line, Cells: cells}); len(rows) > maxMany+1 {
			return nil, sheet.ErrTooLong
		}
	}
	if len(rows) == 0 {
		return nil, errEmpty
	}
	return pairsOf(sheet.Table{Header: rows[0], Rows: rows[1:]})
}

// pairsOf takes numbers, names and paper serials from a table, which may be
// without a line that names its columns.
func pairsOf(table sheet.Table) ([]pair, error) {
	list, err := table.Headed().Certificates()
	if err != nil {
		return nil, err
	}
	var pairs []pair
	for _, c := range list {
		n := registry.NormaliseNumber(strings.TrimPrefix(c.Number, "'"))
		if n == "" {
			continue
		}
		if pairs = append(pairs, pair{line: c.Line, number: n, name: c.Name, paper: c.Paper}); len(pairs) > maxMany {
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
