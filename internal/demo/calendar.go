package demo

import (
	"fmt"
	"time"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// A term is a season of the national calendar.
type term struct {
	name         registry.Text
	registration registry.Days
	examination  registry.Days
}

// examMonths are the months of the national examinations.
var examMonths = []time.Month{time.April, time.June, time.October, time.December}

// terms are the seasons around a day: the past ones, the earliest first, and
// the one that takes applications on that day.
func terms(today civil.Date, past int) []term {
	var before []term
	for year := today.Year() - past; ; year++ {
		for _, month := range examMonths {
			t := termOf(year, month)
			switch {
			case t.examination.Until.AddDays(lastStep).Before(today):
				before = append(before, t)
			case !t.examination.From.Before(today.AddDays(8)):
				t.registration.From = earlier(t.registration.From, today.AddDays(-20))
				t.registration.Until = later(t.registration.Until, today.AddDays(3))
				return append(before[len(before)-past:], t)
			}
		}
	}
}

// lastStep is the number of days from a sitting to the last thing done about
// it: certificates are issued and picked up.
const lastStep = 16

// termOf is the season of a month: sittings from its second Saturday for nine
// days, registration for forty days until three weeks before.
func termOf(year int, month time.Month) term {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	saturday := civil.Of(first).AddDays(int(time.Saturday-first.Weekday()) + 7)
	return term{
		name:         registry.Text{ZH: fmt.Sprintf("%d 年 %d 月全国统一鉴定", year, month), EN: fmt.Sprintf("National examination of %s %d", month, year)},
		registration: registry.Days{From: saturday.AddDays(-61), Until: saturday.AddDays(-21)},
		examination:  registry.Days{From: saturday, Until: saturday.AddDays(8)},
	}
}

func earlier(a, b civil.Date) civil.Date {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b civil.Date) civil.Date {
	if b.After(a) {
		return b
	}
	return a
}
