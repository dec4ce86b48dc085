package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/registry"
)

type filePage struct {
	page
	File   Field
	Faults []Fault
}

// askFile serves GET /verify/file.
func (s *Server) askFile(w http.ResponseWriter, r *http.Request) error {
	p := s.filePage(r)
	return s.render(w, r, http.StatusOK, "file", &p)
}

func (s *Server) filePage(r *http.Request) filePage {
	p := filePage{page: s.page(r, "file.title")}
	p.Self = "/verify/file"
	p.File = Field{Name: "file", Kind: "file", Label: p.say("file.file"), Hint: p.say("file.file.hint"), Accept: ".pdf,.json,application/pdf,application/json"}
	return p
}

// A fileResultPage says what a file shows by itself, and what the register
// says of the certificate today.
type fileResultPage struct {
	page
	Finding    proof.Finding
	State      string // of the answer: the finding's verdict, or what the register says that is no yes
	Tint, Mark string
	Rows       []fileRow // a certificate each
	AsOf       string
}

// A fileRow is one certificate that a file names.
type fileRow struct {
	Then  *shownStatus // on a receipt
	Now   shownStatus
	Today proof.ReceiptItem
}

// verdicts are the findings of a file with the tint and the mark that show them.
var verdicts = map[proof.Verdict]struct{ tint, mark string }{
	proof.Authentic:  {"is-yes", "yes"},
	proof.Superseded: {"is-no", "closed"},
	proof.Doubtful:   {"is-wait", "caution"},
	proof.Altered:    {"is-no", "no"},
	proof.Foreign:    {"is-no is-dashed", "none"},
}

// answer says what a finding comes to. An authentic file is shown as a yes only
// when the register says yes to every certificate in it; a receipt, when it
// said so then as well.
func (p *fileResultPage) answer(f proof.Finding) {
	p.Finding, p.State = f, string(f.Verdict)
	p.Tint, p.Mark = verdicts[f.Verdict].tint, verdicts[f.Verdict].mark
	p.Title = p.say("file." + p.State)
	for i, item := range f.Today {
		row := fileRow{Now: showState(string(item.Verdict)), Today: item}
		yes := item.Verdict == registry.VerdictValid
		if f.Kind == proof.KindReceipt {
			then := showState(string(f.Items[i].Verdict))
			row.Then = &then
			yes = yes && f.Items[i].Verdict == registry.VerdictValid
		}
		p.Rows = append(p.Rows, row)
		switch {
		case f.Verdict != proof.Authentic || yes:
		case f.Kind == proof.KindReceipt:
			p.Tint, p.Mark = "is-wait", "caution"
		default:
			p.State, p.Tint, p.Mark = row.Now.State, row.Now.Tint, row.Now.Mark
			p.Title = p.say("lookup." + p.State)
		}
	}
}

// verifyFile serves POST /verify/file: the file is checked here and forgotten.
func (s *Server) verifyFile(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(maxUpload); err != nil { //nolint:gosec // protect bounds the body
		return unreadable(err)
	}
	p := s.filePage(r)
	refuse := func(code string) error {
		p.File.Error = p.say(code)
		p.Faults = p.faults(p.File)
		return s.render(w, r, http.StatusUnprocessableEntity, "file", &p)
	}
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return refuse("file.missing")
	}
	if err != nil {
		return unreadable(err)
	}
	defer func() { _ = file.Close() }() // only read from
	data, err := io.ReadAll(file)
	if err != nil {
		return unreadable(err)
	}
	finding, err := s.office.Check(r.Context(), data)
	if errors.Is(err, proof.ErrMalformed) {
		return refuse("file.unreadable")
	}
	if err != nil {
		return fmt.Errorf("check of a file: %w", err)
	}
	result := fileResultPage{page: p.page, AsOf: p.Time(s.now())}
	result.answer(finding)
	w.Header().Set("Cache-Control", "no-store")
	return s.render(w, r, http.StatusOK, "file-result", &result)
}

// receipt answers queries with a signed receipt to be filed.
func (s *Server) receipt(w http.ResponseWriter, r *http.Request, queries []registry.Query) error {
	receipt, err := s.office.Verify(r.Context(), proof.Request{Items: queries})
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	data, err := json.MarshalIndent(receipt, "", "  ")
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="receipt-%s.json"`, s.reg.Today()))
	_, _ = w.Write(append(data, '\n')) // the reader may be gone
	return nil
}
