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
	Tint, Mark string
	Registered *shownStatus // nil when the file names no certificate of this register
	Number     registry.Number
	AsOf       string
}

// verdicts are the findings of a file with the tint and the mark that show them.
var verdicts = map[proof.Verdict]struct{ tint, mark string }{
	proof.Authentic: {"is-yes", "yes"},
	proof.Doubtful:  {"is-wait", "caution"},
	proof.Altered:   {"is-no", "no"},
	proof.Foreign:   {"is-no is-dashed", "none"},
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
	finding, err := proof.Check(data, s.office.Trust(), s.now())
	if errors.Is(err, proof.ErrMalformed) {
		return refuse("file.unreadable")
	}
	if err != nil {
		return fmt.Errorf("check of a file: %w", err)
	}
	result := fileResultPage{page: p.page, Finding: finding, Tint: verdicts[finding.Verdict].tint, Mark: verdicts[finding.Verdict].mark, AsOf: p.Time(s.now())}
	result.Title = p.say("file." + string(finding.Verdict))
	if finding.Number != "" && finding.Verdict != proof.Foreign {
		result.Number = registry.Number(finding.Number)
		if l, err := s.reg.LookUp(r.Context(), finding.Number, ""); err == nil {
			shown := show(l.Status)
			result.Registered = &shown
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.render(w, r, http.StatusOK, "file-result", &result)
}

// receipt answers a list with a signed receipt to be filed.
func (s *Server) receipt(w http.ResponseWriter, r *http.Request, pairs []pair) error {
	queries := make([]registry.Query, len(pairs))
	for i, p := range pairs {
		queries[i] = registry.Query{Number: string(p.number), Name: p.name}
	}
	receipt, err := s.office.Verify(r.Context(), queries)
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	data, err := json.MarshalIndent(receipt, "", "  ")
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="receipt-%s.json"`, s.reg.Today()))
	_, _ = w.Write(append(data, '\n')) // the reader may be gone
	return nil
}
