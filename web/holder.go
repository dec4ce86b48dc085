package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

type holderAskPage struct {
	page
	Fields []Field
	Faults []Fault
}

// askHolder serves GET /holder.
func (s *Server) askHolder(w http.ResponseWriter, r *http.Request) error {
	p := s.holderAskPage(r)
	return s.render(w, r, http.StatusOK, "holder-ask", &p)
}

func (s *Server) holderAskPage(r *http.Request) holderAskPage {
	p := holderAskPage{page: s.page(r, "holder.ask")}
	p.Self = "/holder"
	p.Fields = []Field{
		{Name: "code", Kind: "text", Class: "wide", Label: p.say("holder.code"), Hint: p.say("holder.code.hint"), Autocomplete: "off", Value: r.PostForm.Get("code")},
		{Name: "last", Kind: "text", Class: "short", Label: p.say("holder.last"), Hint: p.say("holder.last.hint"), Autocomplete: "off", Value: r.PostForm.Get("last")},
	}
	return p
}

// A holderPage is what a holder sees of the own certificate.
type holderPage struct {
	page
	registry.HolderView
	Show      shownStatus
	Code      string
	Last      string
	Made      string // address of the link just made, "" for none
	Fields    []Field
	Faults    []Fault
	Downloads bool
}

// A shownStatus is a status as pages show it.
type shownStatus struct{ State, Tint, Mark string }

func show(status registry.CertificateStatus) shownStatus { return showState(string(status)) }

func showState(state string) shownStatus {
	if _, known := states[state]; !known {
		state = "unknown" // amber, never green
	}
	return shownStatus{State: state, Tint: states[state].tint, Mark: states[state].mark}
}

// linkDays are the lives of a link to choose from.
var linkDays = []int{30, 90, 180}

// holder serves POST /holder. The proof of holding the certificate comes with
// every form and stands in no address.
func (s *Server) holder(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	w.Header().Set("Cache-Control", "no-store")
	proof := registry.HolderProof{Code: r.PostForm.Get("code"), Last: strings.TrimSpace(r.PostForm.Get("last"))}
	view, err := s.reg.Holder(r.Context(), proof)
	if errors.Is(err, registry.ErrNotFound) {
		p := s.holderAskPage(r)
		p.Fields[0].Error = p.say("holder.unknown")
		p.Faults = p.faults(p.Fields...)
		return s.render(w, r, problem.From(err, p.Lang).Status, "holder-ask", &p)
	}
	if err != nil {
		return fmt.Errorf("holder: %w", err)
	}
	p := holderPage{page: s.page(r, "holder.title"), HolderView: view, Show: show(view.Certificate.Status), Code: proof.Code, Last: proof.Last, Downloads: s.office != nil}
	p.Self, p.Script, p.Carry = "/holder", true, []Hidden{{"code", proof.Code}, {"last", proof.Last}}
	p.Fields = p.linkFields()
	deed, object, _ := strings.Cut(r.PostForm.Get("go"), ":")
	switch {
	case deed == "pdf" && p.Downloads:
		return s.download(w, r, view.Certificate, "application/pdf", ".pdf")
	case deed == "credential" && p.Downloads:
		return s.download(w, r, view.Certificate, "application/vc+ld+json", ".json")
	case deed == "revoke":
		err = s.reg.RevokeLink(r.Context(), proof, s.clients.Address(r), object)
	case deed == "link":
		err = s.makeLink(r, proof, &p)
	default:
		return s.render(w, r, http.StatusOK, "holder", &p)
	}
	if err != nil {
		return err
	}
	if len(p.Faults) > 0 {
		return s.render(w, r, http.StatusUnprocessableEntity, "holder", &p)
	}
	if p.HolderView, err = s.reg.Holder(r.Context(), proof); err != nil {
		return fmt.Errorf("holder: %w", err)
	}
	return s.render(w, r, http.StatusOK, "holder", &p)
}

// linkFields asks what a new link is for and what it shows.
func (p *holderPage) linkFields() []Field {
	shows := Field{Name: "fields", Kind: "checkbox", Label: p.say("link.fields"), Hint: p.say("link.fields.hint")}
	for _, f := range registry.LinkFields() {
		shows.Options = append(shows.Options, Option{Value: string(f), Label: p.say("link.field." + string(f))})
	}
	days := Field{Name: "days", Kind: "radio", Label: p.say("link.days")}
	for i, n := range linkDays {
		days.Options = append(days.Options, Option{Value: strconv.Itoa(n), Label: p.say("link.days.n", n), Chosen: i == 0})
	}
	return []Field{
		{Name: "purpose", Kind: "text", Label: p.say("link.purpose"), Hint: p.say("link.purpose.hint"), Autocomplete: "off"},
		shows, days,
	}
}

// makeLink makes the link that the form describes; faults are noted in p.
func (s *Server) makeLink(r *http.Request, proof registry.HolderProof, p *holderPage) error {
	days := atoi(r.PostForm.Get("days"))
	if !slices.Contains(linkDays, days) {
		days = linkDays[0]
	}
	in := registry.NewLink{Purpose: r.PostForm.Get("purpose"), ExpiresOn: s.reg.Today().AddDays(days)}
	for _, f := range r.PostForm["fields"] {
		in.Fields = append(in.Fields, registry.LinkField(f))
	}
	link, err := s.reg.MakeLink(r.Context(), proof, s.clients.Address(r), in)
	if refused, ok := errors.AsType[*registry.Error](err); ok && errors.Is(err, registry.ErrInvalid) {
		p.Fields[0].Value = in.Purpose
		for _, f := range refused.Fields {
			if f.Pointer == "/purpose" {
				p.Fields[0].Error = p.Text(f.Detail)
			}
		}
		p.Faults = p.faults(p.Fields...)
		if len(p.Faults) > 0 {
			return nil
		}
	}
	if err != nil {
		return err
	}
	p.Made = p.Absolute("/l/" + link.Code)
	if p.Made == "" {
		p.Made = "http://" + r.Host + "/l/" + link.Code
	}
	return nil
}

// download answers the certificate as a file.
func (s *Server) download(w http.ResponseWriter, r *http.Request, cert registry.Certificate, kind, ext string) error {
	var data []byte
	var err error
	if ext == ".pdf" {
		data, err = s.office.Document(r.Context(), cert)
	} else {
		data, err = s.office.Credential(r.Context(), cert)
	}
	if err != nil {
		return fmt.Errorf("certificate %s: %w", cert.Number, err)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", string(cert.Number)+ext))
	_, _ = w.Write(data) // the reader may be gone
	return nil
}

// A linkPage is what the opener of a holder's link sees.
type linkPage struct {
	page
	registry.LinkView
	Show   shownStatus
	Scheme registry.Scheme
	AsOf   string
}

// Part is the name of a part of the examination.
func (p *linkPage) Part(id string) string {
	for _, l := range p.Scheme.Levels {
		for _, c := range l.Components {
			if c.ID == id {
				return p.Text(c.Name)
			}
		}
	}
	return id
}

// link serves GET /l/{code}: what a holder chose to show, to whom the link was given.
func (s *Server) link(w http.ResponseWriter, r *http.Request) error {
	view, err := s.reg.OpenLink(r.Context(), r.PathValue("code"), s.clients.Address(r))
	if err != nil {
		return err
	}
	p := linkPage{page: s.page(r, ""), LinkView: view, Show: show(view.Lookup.Status), AsOf: ""}
	p.Title = p.say("lookup." + p.Show.State)
	p.AsOf = p.Time(s.now())
	if schemes := s.reg.Schemes(view.Lookup.Occupation); len(schemes) > 0 {
		p.Scheme = schemes[0]
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.render(w, r, http.StatusOK, "link", &p)
}
