package web

import (
	"net/http"
	"strings"

	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

type homePage struct {
	page
	Number Field
}

// home serves GET /: the two jobs.
func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	p := homePage{page: s.page(r, "site.name")}
	p.Description = p.say("home.lead")
	p.Number = p.numberField("")
	p.Number.Hint = ""
	return s.render(w, r, http.StatusOK, "home", &p)
}

type aboutPage struct{ page }

// about serves GET /about: what this is, what it keeps, and how to tell it from a copy.
func (s *Server) about(w http.ResponseWriter, r *http.Request) error {
	p := aboutPage{s.page(r, "about.title")}
	return s.render(w, r, http.StatusOK, "about", &p)
}

type problemsPage struct {
	page
	Types []problem.Type
}

// problems serves GET /problems: every problem type.
func (s *Server) problems(w http.ResponseWriter, r *http.Request) error {
	p := problemsPage{page: s.page(r, "problems.title"), Types: problem.Types()}
	return s.render(w, r, http.StatusOK, "problems", &p)
}

type problemTypePage struct {
	page
	Type problem.Type
}

// problemType serves GET /problems/{code}, where the type of a problem leads.
func (s *Server) problemType(w http.ResponseWriter, r *http.Request) error {
	t, ok := problem.TypeOf(registry.Code(r.PathValue("code")))
	if !ok {
		return notFound()
	}
	p := problemTypePage{page: s.page(r, ""), Type: t}
	p.Title = strings.TrimSpace(p.Text(t.Title))
	return s.render(w, r, http.StatusOK, "problem-type", &p)
}
