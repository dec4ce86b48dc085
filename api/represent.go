package api

import (
	"strconv"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

func newText(t registry.Text) Text { return Text{Zh: t.ZH, En: t.EN} }

func (t Text) text() registry.Text { return registry.Text{ZH: t.Zh, EN: t.En} }

func newDays(d registry.Days) Days { return Days{From: d.From, Until: d.Until} }

func (d Days) days() registry.Days { return registry.Days{From: d.From, Until: d.Until} }

func newDocument(d registry.Document) Document {
	return Document{Kind: DocumentKind(d.Kind), Number: d.Masked()}
}

// etag is a version as the header ETag has it.
func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// version is the version that If-Match names; -1, which nothing has, for an
// entity tag that is none of ours or a weak one.
func version(ifMatch string) int {
	n, err := strconv.Atoi(strings.Trim(ifMatch, `"`))
	if err != nil || n < 0 || etag(n) != ifMatch {
		return -1
	}
	return n
}

func page(after Cursor, limit int) registry.Page {
	return registry.Page{After: after, Limit: limit}
}

// represent applies f to every item. The result is never nil: an empty list is [].
func represent[T, U any](items []T, f func(T) U) []U {
	all := make([]U, len(items))
	for i, item := range items {
		all[i] = f(item)
	}
	return all
}

// levelTitle is what a level is called on a day, by the edition that governs
// then or else by any edition that knows the level.
func levelTitle(rules registry.Rules, occupation string, level int, on civil.Date) Text {
	sets := rules.RuleSets()
	if governing, ok := rules.Governing(occupation, on); ok {
		sets = append([]*eligibility.RuleSet{governing}, sets...)
	}
	for _, set := range sets {
		if l, ok := set.Level(level); ok && set.Occupation().ID == occupation {
			return newText(l.Title)
		}
	}
	number := strconv.Itoa(level)
	return Text{Zh: number + " 级", En: "Level " + number}
}
