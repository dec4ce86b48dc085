package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

type verifyPage struct {
	page
	Number Field
	Name   Field
	Paper  Field
	Faults []Fault
}

// numberField asks for a certificate number.
func (p *page) numberField(value string) Field {
	return Field{
		Name: "number", Kind: "text", Class: "wide", Label: p.say("verify.number"), Hint: p.say("verify.number.hint"),
		Value: value, Autocomplete: "off",
	}
}

// paperField asks for a paper serial.
func (p *page) paperField(value string) Field {
	return Field{Name: "paper", Kind: "text", Label: p.say("verify.paper"), Hint: p.say("verify.paper.hint"), Value: value, Autocomplete: "off"}
}

// askNumber serves GET /verify.
func (s *Server) askNumber(w http.ResponseWriter, r *http.Request) error {
	p := s.verifyPage(r)
	return s.render(w, r, http.StatusOK, "verify", &p)
}

func (s *Server) verifyPage(r *http.Request) verifyPage {
	p := verifyPage{page: s.page(r, "verify.title")}
	p.Description = p.say("verify.lead")
	p.Number = p.numberField("")
	p.Name = Field{Name: "name", Kind: "text", Label: p.say("verify.name"), Hint: p.say("verify.name.hint"), Autocomplete: "off"}
	p.Paper = p.paperField("")
	return p
}

// alphanumeric is what a number is made of that can stand in an address.
const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// verify serves POST /verify. A number has an address of its own, with a paper
// serial, a version or neither; a name is personal and stays out of addresses.
func (s *Server) verify(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	number, name, paper := r.PostForm.Get("number"), strings.TrimSpace(r.PostForm.Get("name")), strings.TrimSpace(r.PostForm.Get("paper"))
	n, version := registry.NormaliseNumber(number), versionOf(r.PostForm.Get("version"))
	if r.PostForm.Get("as") == "receipt" && s.office != nil {
		return s.receipt(w, r, []registry.Query{{Number: string(n), Name: name, Paper: paper, Version: version}})
	}
	switch {
	case n == "":
		p := s.verifyPage(r)
		p.Self = "/verify"
		p.Number.Error = p.say("verify.number.missing")
		p.Name.Value, p.Paper.Value = name, paper
		p.Faults = p.faults(p.Number)
		return s.render(w, r, http.StatusUnprocessableEntity, "verify", &p)
	case name == "" && !r.PostForm.Has("lang") && strings.Trim(string(n), alphanumeric) == "":
		address := "/verify/" + url.PathEscape(string(n))
		switch {
		case paper != "":
			address += "?" + url.Values{"paper": {paper}}.Encode()
		case version != 0:
			address += "?" + url.Values{"version": {strconv.Itoa(version)}}.Encode()
		}
		http.Redirect(w, r, address, http.StatusSeeOther)
		return nil
	}
	p := s.lookupPage(r)
	p.Number, p.Asked, p.AskedPaper, p.Version = n, name, paper, version
	p.Self = "/verify"
	p.Carry = []Hidden{{"number", string(n)}, {"name", name}, {"paper", paper}, {"version", r.PostForm.Get("version")}}
	return s.answer(w, r, &p)
}

// verified serves GET /verify/{number}.
func (s *Server) verified(w http.ResponseWriter, r *http.Request) error {
	p, query := s.lookupPage(r), r.URL.Query()
	p.Number = registry.NormaliseNumber(r.PathValue("number"))
	p.AskedPaper, p.Version = strings.TrimSpace(query.Get("paper")), versionOf(query.Get("version"))
	return s.answer(w, r, &p)
}

// scanned serves GET /v/{code}/{version}, where the QR code of a paper leads,
// and GET /v/{code}, which does not say which paper it is.
func (s *Server) scanned(w http.ResponseWriter, r *http.Request) error {
	p := s.lookupPage(r)
	p.Code, p.Version = r.PathValue("code"), versionOf(r.PathValue("version"))
	return s.answer(w, r, &p)
}

// noVersion is the largest version that the contract lets anybody ask about. No
// certificate has as many, so it stands for what is no version at all, and a
// receipt that names it can be checked again.
const noVersion = 1_000_000

// versionOf reads the version that a file or a QR code tells: 0 when it tells
// none, noVersion when it cannot be one.
func versionOf(text string) int {
	if text == "" {
		return 0
	}
	if version, err := strconv.Atoi(text); err == nil && 0 < version && version < noVersion {
		return version
	}
	return noVersion
}

// A lookupPage says what the register knows of one certificate number.
type lookupPage struct {
	page
	Number     registry.Number
	Code       string // verification code that was scanned, "" when a number was asked for
	Version    int    // that a scanned code or a file told, see versionOf
	State      string // of the answer, see lookUp
	Mark       string
	Tint       string
	Found      bool // something is told of the certificate
	Look       registry.Lookup
	Name       Field
	Paper      Field
	Asked      string // the name that was compared, "" for none
	AskedPaper string // the paper serial that was compared, "" for none
	Matches    bool
	Faults     []string // parts of the number that cannot be right
	Detail     string
	LevelTitle eligibility.Text
	Occup      eligibility.Text
	AsOf       string
}

// states are the answers to a look-up with the tint and the mark that show them.
var states = map[string]struct{ tint, mark string }{
	string(registry.StatusValid):         {"is-yes", "yes"},
	string(registry.StatusSuspended):     {"is-wait", "stopped"},
	string(registry.StatusWithdrawn):     {"is-no", "no"},
	string(registry.StatusCancelled):     {"is-no", "closed"},
	string(registry.VerdictSuperseded):   {"is-no", "closed"},
	string(registry.VerdictUntold):       {"is-wait", "caution"},
	string(registry.VerdictUnconfirmed):  {"is-wait", "unknown"},
	string(registry.VerdictNameDiffers):  {"is-no", "no"},
	string(registry.VerdictPaperDiffers): {"is-no", "no"},
	string(registry.VerdictNeverIssued):  {"is-no is-dashed", "none"},
	string(registry.VerdictOutside):      {"is-wait", "unknown"},
	string(registry.VerdictUnreadable):   {"is-wait", "caution"},
	"unknown":                            {"is-wait", "unknown"},
}

// lookupPage begins the answer to a look-up.
func (s *Server) lookupPage(r *http.Request) lookupPage { return lookupPage{page: s.page(r, "")} }

// answer looks up what p asks for and says what that gave.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, p *lookupPage) error {
	status, err := s.lookUp(r, p)
	if err != nil {
		return err
	}
	p.Tint, p.Mark = states[p.State].tint, states[p.State].mark
	p.Title = p.say("lookup." + p.State)
	p.AsOf = p.Time(s.now())
	p.Name = Field{Name: "name", Kind: "text", Label: p.say("verify.compare"), Hint: p.say("verify.name.hint"), Value: p.Asked, Autocomplete: "off"}
	p.Paper = p.paperField(p.AskedPaper)
	w.Header().Set("Cache-Control", "no-store") // the answer is of this moment
	return s.render(w, r, status, "lookup", p)
}

// lookUp fills in the answer and returns its HTTP status. That a number is
// not there, or cannot be read, is an answer too.
func (s *Server) lookUp(r *http.Request, p *lookupPage) (int, error) {
	var l registry.Lookup
	var err error
	if p.Code != "" {
		l, err = s.reg.LookUpCode(r.Context(), p.Code, p.Version)
	} else {
		l, err = s.reg.LookUp(r.Context(), registry.Query{Number: string(p.Number), Name: p.Asked, Paper: p.AskedPaper, Version: p.Version})
	}
	if refused, ok := errors.AsType[*registry.Error](err); ok {
		p.State = stateOf(refused.Code)
		p.Detail = p.Text(refused.Detail)
		for _, f := range refused.Fields {
			p.Faults = append(p.Faults, p.Text(f.Detail))
		}
		return problem.From(err, p.Lang).Status, nil
	}
	if err != nil {
		return 0, err
	}
	p.Found, p.Look, p.Number, p.State = l.Status != "", l, l.Number, showState(string(l.Verdict())).State
	p.Matches = l.NameMatches != nil && *l.NameMatches
	if !p.Found {
		return http.StatusOK, nil
	}
	p.Occup, p.LevelTitle = s.level(l.Occupation, l.Level)
	if p.LevelTitle.ZH == "" {
		p.LevelTitle = eligibility.Text{ZH: sentence(p.Level(l.Level))}
	}
	return http.StatusOK, nil
}

// PaperText is what is to be told of the paper asked about, "" for nothing.
func (p *lookupPage) PaperText() string {
	a := p.Look.Asked
	if a == nil {
		return ""
	}
	switch a.Standing {
	case registry.PaperSuperseded:
		return p.say("lookup.paper.superseded", a.Paper, p.Date(a.SupersededOn), a.SupersededBy)
	case registry.PaperUntold:
		return p.say("lookup.paper.untold", p.Look.Paper)
	case registry.PaperInForce:
		return p.say("lookup.paper.in-force", a.Paper)
	case registry.PaperDiffers: // the verdict says so
	}
	return ""
}

func stateOf(code registry.Code) string {
	switch code {
	case registry.NeverIssued:
		return "never-issued"
	case registry.OutsideCoverage:
		return "outside-coverage"
	case registry.NumberUnreadable:
		return "unreadable"
	case registry.RegisterOnHold: // by a verification code, which it does not know
		return "unconfirmed"
	default:
		return "unknown"
	}
}

// level is the names of an occupation and of one of its levels, as the edition
// in force has them.
func (s *Server) level(occupation string, level int) (name, title eligibility.Text) {
	for _, o := range s.reg.Library().Occupations() {
		if o.ID == occupation {
			name = o.Name
		}
	}
	if rules, ok := s.reg.Library().Governing(occupation, s.reg.Today()); ok {
		if l, ok := rules.Level(level); ok {
			title = l.Title
		}
	}
	return name, title
}

// unreadable is what a form that cannot be parsed is answered with.
func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	return &problem.StatusError{Status: http.StatusBadRequest}
}
