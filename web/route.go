package web

import (
	"time"

	"github.com/certreg/certreg/eligibility"
)

// How the steps of a route are taken to go, where nothing else is published.
const (
	routeHoursPerWeek = 8  // of training beside work
	routeResultDays   = 60 // from the sitting to the certificate
)

// A routeView is the quickest way to a level.
type routeView struct {
	Level    int
	Title    string
	Steps    []routeStep
	Assuming []string
	Open     bool
}

// A routeStep is one step of the way.
type routeStep struct {
	Text string
	When string
	For  string // the condition it is for, "" for none
}

// routes is the quickest ways to the level the page is about, unless it can be
// applied for now, and to the levels above it.
func (c *check) routes(p *page, main *eligibility.Decision, facts *eligibility.Facts) []routeView {
	plan := eligibility.Plan{HoursPerWeek: routeHoursPerWeek, ResultDays: routeResultDays}
	if schemes := c.s.reg.Schemes(c.answers.Occupation); len(schemes) > 0 {
		for _, m := range schemes[0].Months {
			plan.Months = append(plan.Months, time.Month(m))
		}
	}
	var views []routeView
	for _, l := range c.rules.Levels() {
		open := main.Outcome == eligibility.Eligible || main.Outcome == eligibility.EligibleProvisional
		if l.Number > main.Level || l.Number == main.Level && open {
			continue
		}
		route := c.rules.Route(l.Number, main.AsOf, facts, plan)
		if len(route.Steps) == 0 {
			continue
		}
		view := routeView{Level: l.Number, Title: p.say("route.title", sentence(p.Level(l.Number)), p.Date(route.On)), Open: len(views) == 0}
		for _, step := range route.Steps {
			view.Steps = append(view.Steps, c.routeStep(p, step))
		}
		for _, code := range route.Assuming {
			view.Assuming = append(view.Assuming, p.say("route.assuming."+code))
		}
		view.Assuming = append(view.Assuming, p.say("route.assuming.plan", routeHoursPerWeek, routeResultDays))
		views = append(views, view)
	}
	return views
}

// routeStep puts one step into words.
func (c *check) routeStep(p *page, step eligibility.Step) routeStep {
	view := routeStep{When: p.Date(step.On)}
	switch step.Kind {
	case eligibility.Train:
		view.Text = p.say("route.train", p.Level(step.Level), step.Hours)
	case eligibility.Sit:
		view.Text = p.say("route.sit", p.Level(step.Level), p.Date(step.From))
	case eligibility.TakeUpWork, eligibility.Graduate, eligibility.Wait:
		view.Text = p.say("route." + step.Kind.String())
	}
	for _, l := range c.rules.Levels() {
		for i := range l.Conditions {
			if l.Conditions[i].ID == step.Condition {
				view.For = p.say("route.for", p.Level(l.Number), l.Conditions[i].Number)
			}
		}
	}
	return view
}
