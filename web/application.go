package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

// An applyPage asks who applies for a sitting.
type applyPage struct {
	page
	State   string
	Token   string // makes sending the form twice the same as once
	Sitting registry.OpenSitting
	Rows    []reviewRow
	Fields  []Field
	Faults  []Fault
}

// An appliedPage says that an application is in.
type appliedPage struct {
	page
	Application registry.Application
	Sitting     registry.OpenSitting
}

// apply serves POST /apply: first it asks who applies, then it enters the application.
func (s *Server) apply(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	a, err := readAnswers(r.PostForm.Get("state"))
	if err != nil {
		return restart()
	}
	c := &check{s: s, w: w, r: r, answers: a}
	if err := c.govern(); err != nil {
		return err
	}
	sitting, err := c.chosen()
	if err != nil {
		return err
	}
	if r.PostForm.Get("step") != "apply" || r.PostForm.Has("lang") {
		p := c.applyPage(sitting)
		return s.render(w, r, http.StatusOK, "apply", &p)
	}
	if err := s.clients.Count(w.Header(), r, quotaHolder); err != nil {
		return err
	}
	return c.enter(sitting)
}

// chosen is the sitting that was chosen, if it still takes applications.
func (c *check) chosen() (registry.OpenSitting, error) {
	open, err := c.s.reg.OpenSittings(c.r.Context(), c.answers.Occupation, 0)
	if err != nil {
		return registry.OpenSitting{}, fmt.Errorf("open sittings: %w", err)
	}
	id := c.r.PostForm.Get("sitting")
	i := slices.IndexFunc(open, func(o registry.OpenSitting) bool { return o.ID == id })
	if i < 0 {
		return registry.OpenSitting{}, &registry.Error{Code: registry.RegistrationClosed, Detail: eligibility.Text{
			ZH: "这个考次现在不接受申报：报名已截止，或座位已满。", EN: "This sitting takes no applications now: registration is over, or all seats are taken.",
		}}
	}
	return open[i], nil
}

// applyPage is the form with what was typed into it.
func (c *check) applyPage(sitting registry.OpenSitting) applyPage {
	form := c.r.PostForm
	p := applyPage{page: c.s.page(c.r, "apply.title"), State: c.answers.String(), Token: form.Get("token"), Sitting: sitting}
	if p.Token == "" {
		p.Token = rand.Text()
	}
	p.Self, p.Script = "/apply", true
	p.Carry = []Hidden{{"state", p.State}, {"sitting", sitting.ID}, {"token", p.Token}}
	p.Rows, _ = c.summary(&p.page)
	p.Rows = p.Rows[2:] // the sitting says which level and day
	kind := Field{Name: "kind", Kind: "radio", Label: p.say("apply.kind")}
	chosen := form.Get("kind")
	if chosen == "" {
		chosen = string(registry.CitizenID)
	}
	for _, k := range registry.DocumentKinds() {
		kind.Options = append(kind.Options, Option{Value: string(k), Label: p.say("document." + string(k)), Chosen: chosen == string(k)})
	}
	truth := Field{Name: "truth", Kind: "checkbox", Label: p.say("apply.truth"), Hint: p.say("apply.truth.hint"), Options: []Option{
		{Value: "yes", Label: p.say("apply.truth.yes"), Chosen: form.Get("truth") == "yes"},
	}}
	p.Fields = []Field{
		{Name: "name", Kind: "text", Label: p.say("apply.name"), Hint: p.say("apply.name.hint"), Value: form.Get("name"), Autocomplete: "name"},
		kind,
		{Name: "number", Kind: "text", Label: p.say("apply.number"), Hint: p.say("apply.number.hint"), Value: form.Get("number"), Autocomplete: "off"},
		truth,
	}
	return p
}

// places says which field of the form a place in the input stands for.
var places = map[string]int{"/name": 0, "/document/kind": 1, "/document/number": 2, "/born": 2, "/sex": 2}

// enter enters the application. What the register refuses is shown at its place.
func (c *check) enter(sitting registry.OpenSitting) error {
	form := c.r.PostForm
	p := c.applyPage(sitting)
	if form.Get("truth") != "yes" {
		p.Fields[3].Error = p.say("apply.truth.missing")
		return c.refill(&p)
	}
	facts, err := c.answers.facts()
	if err != nil {
		return restart()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{p.State, sitting.ID, form.Get("name"), form.Get("kind"), form.Get("number")}, "\x00")))
	ctx := registry.WithIdempotency(c.r.Context(), &registry.Idempotency{Key: "apply-" + p.Token, Fingerprint: hex.EncodeToString(sum[:])})
	application, err := c.s.reg.ApplySelf(ctx, registry.SelfApplication{
		Person: registry.NewPerson{
			Name:     form.Get("name"),
			Document: registry.Document{Kind: registry.DocumentKind(form.Get("kind")), Number: form.Get("number")},
		},
		Sitting: sitting.ID, Facts: facts, From: c.s.clients.Address(c.r), RequestID: c.w.Header().Get("X-Request-Id"),
	})
	if refused, ok := errors.AsType[*registry.Error](err); ok && c.place(&p, refused) {
		return c.refill(&p)
	}
	if err != nil {
		return err
	}
	done := appliedPage{page: p.page, Application: application, Sitting: sitting}
	done.Title = done.say("applied.title")
	done.Carry = nil
	done.Self = "/application"
	c.w.Header().Set("Cache-Control", "no-store")
	return c.s.render(c.w, c.r, http.StatusOK, "applied", &done)
}

// place puts what the register refuses into the form, and reports whether it
// belongs there.
func (c *check) place(p *applyPage, refused *registry.Error) bool {
	switch refused.Code {
	case registry.InvalidInput, registry.DocumentInvalid:
	default:
		return false
	}
	for _, f := range refused.Fields {
		if i, ok := places[f.Pointer]; ok {
			p.Fields[i].Error = p.Text(f.Detail)
		}
	}
	return len(p.faults(p.Fields...)) > 0
}

func (c *check) refill(p *applyPage) error {
	p.Faults = p.faults(p.Fields...)
	p.Faulty = true
	return c.s.render(c.w, c.r, http.StatusUnprocessableEntity, "apply", p)
}

type codePage struct {
	page
	Code   Field
	Faults []Fault
}

// askProgress serves GET /application.
func (s *Server) askProgress(w http.ResponseWriter, r *http.Request) error {
	p := s.codePage(r)
	return s.render(w, r, http.StatusOK, "code", &p)
}

func (s *Server) codePage(r *http.Request) codePage {
	p := codePage{page: s.page(r, "progress.ask")}
	p.Self = "/application"
	p.Code = Field{Name: "code", Kind: "text", Class: "wide", Label: p.say("progress.code"), Hint: p.say("progress.code.hint"), Autocomplete: "off"}
	return p
}

// A progressPage says how far an application has come.
type progressPage struct {
	page
	registry.Progress
	Name    eligibility.Text
	Steps   []progressStep
	Results []resultRow
	Scheme  registry.Scheme
}

// A progressStep is one step of the way to the certificate.
type progressStep struct {
	Tint, Mark, Title, Text string
}

// A resultRow is the result of one part.
type resultRow struct {
	Part       eligibility.Text
	Result     *registry.Result // nil while there is none
	Passed     bool
	Amended    string // says on which day it was amended; "" when it was not
	Tint, Mark string
	Word       string
}

// progress serves POST /application. The code opens the application, so it
// travels in the form and stands in no address.
func (s *Server) progress(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	code := strings.TrimSpace(r.PostForm.Get("code"))
	found, err := s.reg.ProgressOf(r.Context(), code)
	if errors.Is(err, registry.ErrNotFound) {
		p := s.codePage(r)
		p.Code.Value, p.Code.Error = code, p.say("progress.unknown")
		if code == "" {
			p.Code.Error = p.say("progress.code.missing")
		} else if _, bad := registry.ParseCode(code); bad != nil {
			p.Code.Error = p.say("progress.code.wrong")
		}
		p.Faults = p.faults(p.Code)
		return s.render(w, r, problem.From(err, p.Lang).Status, "code", &p)
	}
	if err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	p := progressPage{page: s.page(r, "progress.title"), Progress: found}
	p.Self, p.Carry = "/application", []Hidden{{"code", code}}
	p.Name, _ = s.level(found.Application.Occupation, found.Application.Level)
	for _, scheme := range s.reg.Schemes(found.Application.Occupation) {
		if scheme.ID == found.Season.Scheme {
			p.Scheme = scheme
		}
	}
	p.results()
	p.steps()
	w.Header().Set("Cache-Control", "no-store")
	return s.render(w, r, http.StatusOK, "progress", &p)
}

// results lists the parts that are sat, with their confirmed results.
func (p *progressPage) results() {
	for _, l := range p.Scheme.Levels {
		for _, part := range l.Components {
			if l.Level != p.Application.Level || !slices.Contains(p.Application.Components, part.ID) {
				continue
			}
			row := resultRow{Part: part.Name, Mark: "wait", Word: p.say("result.pending")}
			for i := range p.Progress.Results {
				res := &p.Progress.Results[i]
				if res.Component != part.ID {
					continue
				}
				row.Result, row.Passed = res, res.Passed(p.Scheme.PassMark)
				if res.Amendment != "" {
					row.Amended = p.say("result.amended", p.Date(civil.Of(res.AmendedAt.In(beijing))))
				}
				row.Tint, row.Mark, row.Word = "is-no", "no", p.say("result.failed")
				switch {
				case row.Passed:
					row.Tint, row.Mark, row.Word = "is-yes", "yes", p.say("result.passed")
				case res.Mark != registry.Scored:
					row.Word = p.say("result." + string(res.Mark))
				}
			}
			p.Results = append(p.Results, row)
		}
	}
}

// steps is the way from application to certificate, as far as it has come.
func (p *progressPage) steps() {
	a := p.Application
	step := func(state, code string, args ...any) {
		s := progressStep{Mark: "wait", Title: p.say("step." + code), Text: p.say("step."+code+"."+state, args...)}
		switch state {
		case "done":
			s.Tint, s.Mark = "is-yes", "yes"
		case "ended":
			s.Tint, s.Mark = "is-no", "closed"
		}
		p.Steps = append(p.Steps, s)
	}
	step("done", "applied", p.Time(a.AppliedAt))
	switch a.Status {
	case registry.Rejected:
		step("ended", "admitted", a.Reason)
		return
	case registry.Withdrawn:
		step("ended", "withdrawn", a.Reason)
		return
	case registry.Submitted:
		step("waiting", "admitted")
		return
	case registry.Admitted:
		step("done", "admitted", a.Ticket)
	}
	if p.Today.Before(p.Sitting.On) || p.Today == p.Sitting.On {
		step("waiting", "sat", p.Date(p.Sitting.On))
		return
	}
	step("done", "sat", p.Date(p.Sitting.On))
	passed := 0
	for _, row := range p.Results {
		if row.Result == nil {
			step("waiting", "results")
			return
		}
		if row.Passed {
			passed++
		}
	}
	if passed < len(p.Results) {
		step("ended", "results", passed, len(p.Results))
		return
	}
	step("done", "results", passed, len(p.Results))
	if p.Certificate == "" {
		step("waiting", "certificate")
		return
	}
	step("done", "certificate", string(p.Certificate))
}
