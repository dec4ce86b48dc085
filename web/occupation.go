package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/locale"
	"github.com/certreg/certreg/registry"
)

type occupationsPage struct {
	page
	Occupations []eligibility.Occupation
}

// occupations serves GET /occupations.
func (s *Server) occupations(w http.ResponseWriter, r *http.Request) error {
	p := occupationsPage{page: s.page(r, "occupations.title"), Occupations: s.reg.Library().Occupations()}
	return s.render(w, r, http.StatusOK, "occupations", &p)
}

// An occupationPage is all that is published about one occupation.
type occupationPage struct {
	page
	Occupation eligibility.Occupation
	Editions   []edition // the governing one first
	Levels     []examLevel
	Scheme     registry.Scheme // how it is examined; no ID if it is not examined here
	Months     []string
	Seasons    []registry.Season // still to come or going on
	Open       []registry.OpenSitting
}

// An edition is one published set of conditions, as the page shows it.
type edition struct {
	ID        string
	Name      eligibility.Text
	Authority eligibility.Authority
	Rank      eligibility.Text
	InForce   eligibility.Span
	Governs   bool // decides today
	Fields    []string
	Policy    eligibility.DatePolicy
	Sources   []eligibility.Source
	Note      eligibility.Text
	Digest    string
	Levels    []eligibility.Level
	Periods   []eligibility.Period
}

// shownEdition is an edition with the page it stands on.
type shownEdition struct {
	Edition edition
	Page    *page
}

// Shown puts an edition beside the page, for the template of its levels.
func (p *occupationPage) Shown(e edition) shownEdition { return shownEdition{e, &p.page} }

// An examLevel is how one level is examined and trained for.
type examLevel struct {
	Number     int
	Title      eligibility.Text
	Hours      int // of training that the conditions ask for; 0 for none
	Components []registry.Component
	Opened     bool
	OpenedOn   civil.Date // zero: from the start
}

// occupation serves GET /occupations/{id}.
func (s *Server) occupation(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	all := s.reg.Library().Occupations()
	i := slices.IndexFunc(all, func(o eligibility.Occupation) bool { return o.ID == id })
	if i < 0 {
		return registry.NotFound(registry.OccupationAbsent)
	}
	p := occupationPage{page: s.page(r, ""), Occupation: all[i], Editions: s.editions(id)}
	p.Title = p.Text(p.Occupation.Name)
	p.Description = p.say("occupation.description", p.Title)
	opened, err := s.reg.OpenedLevels(r.Context(), id)
	if err != nil {
		return fmt.Errorf("occupation %s: %w", id, err)
	}
	if schemes := s.reg.Schemes(id); len(schemes) > 0 {
		p.Scheme = schemes[0]
		for _, m := range p.Scheme.Months {
			p.Months = append(p.Months, p.say(fmt.Sprintf("month.%d", m)))
		}
	}
	if len(p.Editions) > 0 {
		p.Levels = examLevels(p.Editions[0], p.Scheme, opened)
	}
	if p.Seasons, err = s.seasonsAhead(r, id); err != nil {
		return fmt.Errorf("occupation %s: %w", id, err)
	}
	if p.Open, err = s.reg.OpenSittings(r.Context(), id, 0); err != nil {
		return fmt.Errorf("occupation %s: %w", id, err)
	}
	return s.render(w, r, http.StatusOK, "occupation", &p)
}

// editions is every edition for an occupation, the one that governs today
// first, then by rank and by the day they came into force, newest first.
func (s *Server) editions(occupation string) []edition {
	governing, _ := s.reg.Library().Governing(occupation, s.reg.Today())
	var all []edition
	for _, rs := range s.reg.Library().RuleSets() {
		if rs.Occupation().ID != occupation {
			continue
		}
		all = append(all, edition{
			ID: rs.ID(), Name: rs.Edition(), Authority: rs.Authority(), Rank: locale.Rank(rs.Rank()), InForce: rs.InForce(),
			Governs: rs == governing, Fields: rs.Fields().Related, Policy: rs.DatePolicy(), Sources: rs.Sources(), Note: rs.Note(),
			Digest: rs.Digest(), Levels: rs.Levels(), Periods: rs.Periods(),
		})
	}
	slices.SortStableFunc(all, func(a, b edition) int {
		switch {
		case a.Governs != b.Governs:
			if a.Governs {
				return -1
			}
			return 1
		case a.Authority.Rank != b.Authority.Rank:
			return int(b.Authority.Rank) - int(a.Authority.Rank)
		}
		return b.InForce.From.Compare(a.InForce.From)
	})
	return all
}

func examLevels(e edition, scheme registry.Scheme, opened []registry.OpenedLevel) []examLevel {
	var levels []examLevel
	for _, l := range e.Levels {
		level := examLevel{Number: l.Number, Title: l.Title}
		for _, c := range l.Conditions {
			level.Hours = max(level.Hours, trainingHours(c.All, l.Number))
		}
		for _, sl := range scheme.Levels {
			if sl.Level == l.Number {
				level.Components = sl.Components
			}
		}
		for _, o := range opened {
			if o.Level == l.Number {
				level.Opened, level.OpenedOn = true, o.OpenedOn
			}
		}
		levels = append(levels, level)
	}
	return levels
}

// trainingHours is the hours of training for a level that clauses ask for.
func trainingHours(clauses []eligibility.Clause, level int) int {
	hours := 0
	for _, c := range clauses {
		switch c := c.(type) {
		case *eligibility.Training:
			if c.Level == level {
				hours = max(hours, c.Hours)
			}
		case *eligibility.Any:
			for _, of := range c.Of {
				hours = max(hours, trainingHours(of, level))
			}
		}
	}
	return hours
}

// seasonsAhead is the announced seasons of an occupation that are not over, by
// the day registration begins.
func (s *Server) seasonsAhead(r *http.Request, occupation string) ([]registry.Season, error) {
	var ahead []registry.Season
	f := registry.SeasonFilter{Occupation: occupation, Page: registry.Page{Limit: registry.MaxPage}}
	for {
		seasons, next, err := s.reg.Seasons(r.Context(), f)
		if err != nil {
			return nil, err
		}
		for _, season := range seasons {
			if !season.Examination.Until.Before(s.reg.Today()) {
				ahead = append(ahead, season)
			}
		}
		if next == "" {
			break
		}
		f.After = next
	}
	slices.SortStableFunc(ahead, func(a, b registry.Season) int { return a.Registration.From.Compare(b.Registration.From) })
	return ahead, nil
}
