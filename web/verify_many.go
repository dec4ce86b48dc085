package web

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

const (
	maxMany   = 500       // certificates in one go
	maxList   = 512 << 10 // bytes of a list
	maxUpload = 2 << 20   // bytes of any form with a file
)

type manyPage struct {
	page
	Limit  int
	List   Field
	File   Field
	Faults []Fault
}

// askMany serves GET /verify/many.
func (s *Server) askMany(w http.ResponseWriter, r *http.Request) error {
	p := s.manyPage(r)
	return s.render(w, r, http.StatusOK, "many", &p)
}

func (s *Server) manyPage(r *http.Request) manyPage {
	p := manyPage{page: s.page(r, "many.title"), Limit: maxMany}
	p.Self = "/verify/many"
	p.List = Field{Name: "list", Kind: "textarea", Label: p.say("many.list"), Hint: p.say("many.list.hint"), Rows: 8}
	p.File = Field{Name: "file", Kind: "file", Label: p.say("many.file"), Hint: p.say("many.file.hint"), Accept: ".csv,.txt,text/csv,text/plain"}
	return p
}

// A manyRow is one certificate of a list with its answer.
type manyRow struct {
	Line      int
	Number    registry.Number
	Name      string // as given, "" for none
	State     string
	Tint      string
	Mark      string
	Detail    string
	Look      registry.Lookup
	Matches   string // "yes", "no", or "" when no name was given
	LevelName string
}

type manyResultPage struct {
	page
	Rows   []manyRow
	Counts []manyCount
	List   string // as given, so that the same can be had as a file
	AsOf   string
}

type manyCount struct {
	State, Tint, Mark string
	N                 int
}

// verifyMany serves POST /verify/many. The list is answered and forgotten.
func (s *Server) verifyMany(w http.ResponseWriter, r *http.Request) error {
	list, err := givenList(r)
	if err != nil {
		return err
	}
	p := s.manyPage(r)
	pairs, fault := readList(list)
	if fault != "" {
		p.List.Error, p.List.Value = p.say(fault, maxMany), list
		p.Faults = p.faults(p.List)
		return s.render(w, r, http.StatusUnprocessableEntity, "many", &p)
	}
	if r.FormValue("as") == "receipt" && s.office != nil {
		w.Header().Set("Cache-Control", "no-store")
		return s.receipt(w, r, pairs)
	}
	result := manyResultPage{page: p.page, List: list, AsOf: p.Time(s.now())}
	result.Title = p.say("many.result.title", len(pairs))
	result.Carry = []Hidden{{"list", list}}
	for _, pair := range pairs {
		row, err := s.manyRow(r, &p.page, pair)
		if err != nil {
			return err
		}
		result.Rows = append(result.Rows, row)
	}
	result.Counts = count(result.Rows)
	w.Header().Set("Cache-Control", "no-store")
	if r.FormValue("as") == "csv" {
		return result.download(w)
	}
	return s.render(w, r, http.StatusOK, "many-result", &result)
}

// givenList is the list of a form: the file if there is one, else the text.
func givenList(r *http.Request) (string, error) {
	if err := r.ParseMultipartForm(maxUpload); err != nil && !errors.Is(err, http.ErrNotMultipart) { //nolint:gosec // protect bounds the body
		return "", unreadable(err)
	}
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return r.PostForm.Get("list"), nil
	}
	if err != nil {
		return "", unreadable(err)
	}
	return readFile(file)
}

// readFile reads a text file in UTF-8, with or without byte order mark, or in
// GB18030, which spreadsheets in Chinese write.
func readFile(file multipart.File) (string, error) {
	defer func() { _ = file.Close() }() // only read from
	data, err := io.ReadAll(file)
	if err != nil {
		return "", unreadable(err)
	}
	if len(data) > maxList {
		return "", &http.MaxBytesError{Limit: maxList}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.IndexByte(data, 0) >= 0 {
		return "", &problem.StatusError{Status: http.StatusUnsupportedMediaType, Detail: eligibility.Text{
			ZH: "请上传文本或 CSV 文件；Excel 表格请另存为 CSV。", EN: "Upload a text or CSV file; save a spreadsheet as CSV first.",
		}}
	}
	if !utf8.Valid(data) {
		if data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data); err != nil {
			return "", unreadable(err)
		}
	}
	return string(data), nil
}

// A pair is a number and a name to compare, "" for none.
type pair struct {
	line   int
	number registry.Number
	name   string
}

// readList reads one certificate per line: the number, then perhaps the name,
// parted by a comma, tab or semicolon of either width. A heading line is
// skipped. fault is the code of what is wrong with the list as a whole.
func readList(text string) (pairs []pair, fault string) {
	comma := ','
	text = strings.NewReplacer("，", ",", "；", ";", "\r\n", "\n", "\r", "\n").Replace(text)
	for _, c := range "\t;" {
		if strings.Count(text, string(c)) > strings.Count(text, string(comma)) {
			comma = c
		}
	}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes, in.TrimLeadingSpace = comma, -1, true, true
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "many.unreadable"
		}
		line, _ := in.FieldPos(0)
		p := pair{line: line, number: registry.NormaliseNumber(strings.TrimPrefix(record[0], "'"))}
		if len(record) > 1 {
			p.name = strings.TrimSpace(record[1])
		}
		heading := len(pairs) == 0 && !strings.ContainsAny(string(p.number), "0123456789")
		if p.number == "" || heading {
			continue
		}
		if pairs = append(pairs, p); len(pairs) > maxMany {
			return nil, "many.too-many"
		}
	}
	if len(pairs) == 0 {
		return nil, "many.empty"
	}
	return pairs, ""
}

func (s *Server) manyRow(r *http.Request, base *page, in pair) (manyRow, error) {
	p := lookupPage{page: *base, Number: in.number, Asked: in.name}
	if _, err := s.lookUp(r, &p); err != nil {
		return manyRow{}, err
	}
	row := manyRow{
		Line: in.line, Number: in.number, Name: in.name, State: p.State, Tint: states[p.State].tint, Mark: states[p.State].mark,
		Look: p.Look, Detail: strings.Join(p.Faults, base.say("list.and")),
	}
	if p.Found {
		row.LevelName = p.Text(p.Occup) + " " + p.Level(p.Look.Level)
		if in.name != "" {
			row.Matches = map[bool]string{true: "yes", false: "no"}[p.Matches]
		}
	}
	return row, nil
}

// count says how often each answer occurs, the good news last.
func count(rows []manyRow) []manyCount {
	var counts []manyCount
	for _, row := range rows {
		i := slices.IndexFunc(counts, func(c manyCount) bool { return c.State == row.State })
		if i < 0 {
			i = len(counts)
			counts = append(counts, manyCount{State: row.State, Tint: row.Tint, Mark: row.Mark})
		}
		counts[i].N++
	}
	slices.SortStableFunc(counts, func(a, b manyCount) int {
		rank := func(c manyCount) int {
			return strings.Index("is-no is-dashed|is-no|is-wait|is-yes", c.Tint)
		}
		return rank(a) - rank(b)
	})
	return counts
}

// download answers the rows as a CSV file that spreadsheets in Chinese open rightly.
func (p *manyResultPage) download(w http.ResponseWriter) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	out := csv.NewWriter(&b)
	head := []string{"line", "number", "name", "answer", "matches", "level", "issued", "body", "detail", "asof", "host"}
	for i, column := range head {
		head[i] = p.say("many.column." + column)
	}
	_ = out.Write(head) // a buffer takes everything
	for _, row := range p.Rows {
		issued, body, matches := "", "", ""
		if row.LevelName != "" {
			issued, body = row.Look.IssuedOn.String(), p.Text(row.Look.Body)
		}
		if row.Matches != "" {
			matches = p.say("many.matches." + row.Matches)
		}
		_ = out.Write(safe(fmt.Sprint(row.Line), "\t"+string(row.Number), row.Name, p.say("lookup."+row.State), matches, row.LevelName, issued, body, row.Detail, p.AsOf, p.Host))
	}
	out.Flush()
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="certificates.csv"`)
	_, _ = b.WriteTo(w)
	return nil
}

// safe keeps spreadsheets from taking what a stranger typed for a formula.
func safe(cells ...string) []string {
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@", rune(c[0])) {
			cells[i] = "'" + c
		}
	}
	return cells
}
