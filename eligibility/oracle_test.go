package eligibility_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// An oracle decides by brute force, from the JSON of a rule set and of facts
// in which nothing is unknown: it marks every day worked, tries every choice
// of named facts and counts days one by one. It shares no code with the
// engine.
type oracle struct {
	set         map[string]any
	facts       map[string]any
	on          time.Time
	provisional bool
	calendar    map[any][]time.Time // days worked by scope, to the horizon
}

type dict = map[string]any

func parse(t testing.TB, text string) dict {
	t.Helper()
	var v dict
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func items(v any) []dict {
	var all []dict
	list, _ := v.([]any)
	for _, item := range list {
		all = append(all, item.(dict))
	}
	return all
}

func words(v any) []string {
	var all []string
	list, _ := v.([]any)
	for _, item := range list {
		all = append(all, item.(string))
	}
	return all
}

func day(s any) time.Time {
	t, err := time.Parse(time.DateOnly, s.(string))
	if err != nil {
		panic(err)
	}
	return t
}

// split reads a period of years and months.
func split(period string) (years, months int) {
	rest := strings.TrimPrefix(period, "P")
	if y, m, ok := strings.Cut(rest, "Y"); ok {
		years, _ = strconv.Atoi(y)
		rest = m
	}
	months, _ = strconv.Atoi(strings.TrimSuffix(rest, "M"))
	return years, months
}

// after adds a period, clamping to the end of the month.
func after(t time.Time, period string) time.Time {
	years, more := split(period)
	months := 12*years + more
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return first.AddDate(0, 0, min(t.Day(), last.Day())-1)
}

func (o *oracle) in(value any, scope any) bool {
	switch scope {
	case "own-or-related":
		return value == "own" || value == "related"
	case "related":
		return value == "related"
	default:
		return value == "own"
	}
}

// worked lists the days worked in scope from an anchor on, before o.on.
func (o *oracle) worked(scope any, anchor time.Time) []time.Time {
	all, ok := o.calendar[scope]
	if !ok {
		for _, w := range items(o.facts["work"]) {
			if !o.in(w["occupation"], scope) {
				continue
			}
			end := horizon
			if w["to"] != nil {
				end = day(w["to"])
			}
			for d := day(w["from"]); !d.After(end); d = d.AddDate(0, 0, 1) {
				all = append(all, d)
			}
		}
		slices.SortFunc(all, time.Time.Compare)
		all = slices.Compact(all)
		if o.calendar == nil {
			o.calendar = map[any][]time.Time{}
		}
		o.calendar[scope] = all
	}
	from, _ := slices.BinarySearchFunc(all, anchor, time.Time.Compare)
	to, _ := slices.BinarySearchFunc(all, o.on, time.Time.Compare)
	return all[from:max(from, to)]
}

func (o *oracle) work(c dict, anchor time.Time) bool {
	days := o.worked(c["scope"], anchor)
	if c["measure"] == "cumulative" {
		years, months := split(c["atLeast"].(string))
		need := 365*years + 30*months
		return len(days) >= need
	}
	gap := 0
	if policy, ok := o.set["datePolicy"].(dict); ok {
		gap = int(policy["gapToleranceDays"].(float64))
	}
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1].Sub(days[j]) <= time.Duration(1+gap)*24*time.Hour {
			j++
		}
		if !after(days[i], c["atLeast"].(string)).After(days[j].AddDate(0, 0, 1)) {
			return true
		}
		i = j + 1
	}
	return false
}

var ladder = []string{"secondary", "vocational", "college", "bachelor", "master", "doctorate"}

// schooled reports whether a diploma or enrolment is of the kind c asks for.
func schooled(c, f dict) bool {
	level := slices.Index(ladder, f["level"].(string))
	if want, ok := c["atLeast"]; ok && level < slices.Index(ladder, want.(string)) {
		return false
	}
	if want, ok := c["exactly"]; ok && f["level"] != want {
		return false
	}
	if c["field"] != nil && !slices.Contains(words(c["field"]), f["field"].(string)) {
		return false
	}
	return c["programme"] == nil || slices.ContainsFunc(words(c["programme"]), func(p string) bool {
		return slices.Contains(words(f["programme"]), p)
	})
}

// candidates lists the days of the facts that satisfy a clause that can name
// one.
func (o *oracle) candidates(c dict) []time.Time {
	var all []time.Time
	add := func(v any, ok bool) {
		if d := day(v); ok && !d.After(o.on) {
			all = append(all, d)
		}
	}
	switch c["kind"] {
	case "certificate":
		for _, f := range items(o.facts["certificates"]) {
			held := c["heldFor"] == nil || !after(day(f["issued"]), c["heldFor"].(string)).After(o.on)
			add(f["issued"], f["level"] == c["level"] && o.in(f["occupation"], c["scope"]) && held)
		}
	case "title":
		order := []string{"junior", "middle", "senior"}
		for _, f := range items(o.facts["titles"]) {
			add(f["awarded"], slices.Index(order, f["rank"].(string)) >= slices.Index(order, c["rank"].(string)))
		}
	case "education":
		for _, f := range items(o.facts["education"]) {
			add(f["awarded"], schooled(c, f) && (c["graduating"] != "only" || day(f["awarded"]).Year() == o.on.Year()))
		}
		for _, f := range items(o.facts["student"]) {
			if o.provisional && c["graduating"] != nil && f["finalYear"] == true && schooled(c, f) {
				all = append(all, o.on.AddDate(0, 0, 1))
			}
		}
	}
	return all
}

// plain decides the clauses that name nothing and count from nothing.
func (o *oracle) plain(c dict) bool {
	switch c["kind"] {
	case "student":
		return slices.ContainsFunc(items(o.facts["student"]), func(f dict) bool { return schooled(c, f) })
	case "age":
		return !after(day(o.facts["born"]), fmt.Sprintf("P%dY", int(c["atLeast"].(float64)))).After(o.on)
	case "engaged":
		return slices.ContainsFunc(items(o.facts["work"]), func(w dict) bool {
			return o.in(w["occupation"], c["scope"]) && !day(w["from"]).After(o.on) && (w["to"] == nil || !day(w["to"]).Before(o.on))
		})
	case "intends", "apprenticeship":
		return o.facts[c["kind"].(string)] == true
	case "evidence":
		return slices.ContainsFunc(items(o.facts["evidence"]), func(f dict) bool { return f["code"] == c["code"] && f["accepted"] == true })
	}
	panic(c["kind"])
}

// choices lists every way of naming facts with which all clauses hold.
func (o *oracle) choices(list []dict, named map[string]time.Time) []map[string]time.Time {
	list = slices.Clone(list)
	order := map[any]int{"education": 0, "certificate": 0, "title": 0, "any": 1}
	slices.SortStableFunc(list, func(x, y dict) int {
		rank := func(c dict) int {
			if r, ok := order[c["kind"]]; ok {
				return r
			}
			return 2
		}
		return rank(x) - rank(y)
	})
	open := []map[string]time.Time{named}
	for _, c := range list {
		var next []map[string]time.Time
		for _, env := range open {
			next = append(next, o.clause(c, env)...)
		}
		open = next
	}
	return open
}

func (o *oracle) clause(c dict, env map[string]time.Time) []map[string]time.Time {
	keep := []map[string]time.Time{env}
	anchor := time.Time{}
	if since, ok := c["since"]; ok {
		anchor = env[since.(string)]
	}
	switch c["kind"] {
	case "any":
		var all []map[string]time.Time
		for _, list := range c["of"].([]any) {
			all = append(all, o.choices(items(list), env)...)
		}
		return all
	case "certificate", "title", "education":
		found := o.candidates(c)
		if c["as"] == nil {
			if len(found) > 0 {
				return keep
			}
			return nil
		}
		var all []map[string]time.Time
		for _, d := range found {
			with := maps.Clone(env)
			if with == nil {
				with = map[string]time.Time{}
			}
			with[c["as"].(string)] = d
			all = append(all, with)
		}
		return all
	case "work":
		if o.work(c, anchor) {
			return keep
		}
		return nil
	case "training":
		for _, f := range items(o.facts["training"]) {
			d := day(f["completed"])
			if f["level"] == c["level"] && f["hours"].(float64) >= c["hours"].(float64) && f["certificate"] == true && !d.After(o.on) && !d.Before(anchor) {
				return keep
			}
		}
		return nil
	}
	if o.plain(c) {
		return keep
	}
	return nil
}

// satisfied lists the conditions of a level that hold, and whether what is
// required besides holds too.
func (o *oracle) satisfied(level int) (ids []string, required bool) {
	for _, l := range items(o.set["levels"]) {
		if l["level"] != float64(level) {
			continue
		}
		for _, c := range items(l["any"]) {
			if during, ok := c["during"]; ok {
				span := o.set["periods"].(dict)[during.(string)].(dict)
				if span["from"] != nil && o.on.Before(day(span["from"])) || span["to"] != nil && o.on.After(day(span["to"])) {
					continue
				}
			}
			if len(o.choices(items(c["all"]), nil)) > 0 {
				ids = append(ids, c["id"].(string))
			}
		}
		return ids, len(o.choices(items(l["require"]), nil)) > 0
	}
	return nil, false
}

// eligible reports whether the level is open on a day.
func (o *oracle) eligible(level int, on time.Time) bool {
	o.on = on
	ids, required := o.satisfied(level)
	return required && len(ids) > 0
}

// decide returns outcome, satisfied conditions and earliest day; days after
// the limit are not tried.
func (o *oracle) decide(level int, asOf, limit time.Time) (outcome string, satisfied []string, earliest string) {
	if o.eligible(level, asOf) {
		satisfied, _ = o.satisfied(level)
		return "eligible", satisfied, asOf.Format(time.DateOnly)
	}
	o.provisional = true
	if o.eligible(level, asOf) {
		satisfied, _ = o.satisfied(level)
		o.provisional = false
		return "eligible-provisional", satisfied, ""
	}
	o.provisional = false
	o.on = asOf
	satisfied, _ = o.satisfied(level)
	for d := asOf; !d.After(limit); d = d.AddDate(0, 0, 1) {
		if o.eligible(level, d) {
			return "not-yet", satisfied, d.Format(time.DateOnly)
		}
	}
	return "not-eligible", satisfied, ""
}
