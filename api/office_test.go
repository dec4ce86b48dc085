package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

const occupation = "customer-service-manager"

// An office is a world with a province and two centres, a key for each of their
// staff, level 2 opened, and a season that takes applications.
type office struct {
	*world
	province, centre, otherCentre                              string // bodies
	director, head, clerk, second, stranger, auditor, examiner string // tokens
	season                                                     string
	people                                                     int
}

func newOffice(t testing.TB) *office {
	t.Helper()
	return newOfficeOn(t, dbtest.Open(t, dbtest.SQLite(t)))
}

func newOfficeOn(t testing.TB, store registry.Store) *office {
	t.Helper()
	o := &office{world: newWorld(t, store)}
	national := o.get("/v1/whoami", o.chief).want(200).at("body.id")
	o.province = o.body(national, "province", "10000001")
	o.centre = o.body(o.province, "centre", "10012003")
	o.otherCentre = o.body(o.province, "centre", "10012004")
	o.director = o.token(o.province, "province", "director")
	o.examiner = o.token(national, "national", "examiner")
	o.auditor = o.token(o.province, "auditor", "auditor")
	o.head = o.token(o.centre, "centre-manager", "head")
	o.clerk = o.token(o.centre, "centre-clerk", "clerk")
	o.second = o.token(o.centre, "centre-clerk", "second")
	o.stranger = o.token(o.otherCentre, "centre-manager", "stranger")
	o.do(call{method: http.MethodPut, path: "/v1/occupations/" + occupation + "/levels/2", key: o.chief, body: object{"openedOn": "2025-01-01"}}).want(200)
	o.season = o.announce("2025-11-01", "2026-04-30", "2026-05-10", "2026-05-20")
	return o
}

func (w *world) get(path, key string) answer {
	w.t.Helper()
	return w.do(call{method: http.MethodGet, path: path, key: key})
}

func (w *world) post(path, key string, body any) answer {
	w.t.Helper()
	return w.do(call{method: http.MethodPost, path: path, key: key, body: body})
}

func (o *office) body(parent, kind, code string) string {
	o.t.Helper()
	return o.post("/v1/bodies", o.chief, object{"kind": kind, "parent": parent, "code": code, "name": object{"zh": "机构" + code, "en": "Body " + code}}).want(201).at("id")
}

func (o *office) token(body, role, subject string) string {
	o.t.Helper()
	return o.post("/v1/keys", o.chief, object{"body": body, "role": role, "subject": subject}).want(201).at("token")
}

func (o *office) announce(regFrom, regUntil, examFrom, examUntil string) string {
	o.t.Helper()
	return o.post("/v1/seasons", o.chief, object{
		"occupation": occupation, "name": object{"zh": "考期", "en": "Season"},
		"registration": object{"from": regFrom, "until": regUntil}, "examination": object{"from": examFrom, "until": examUntil},
	}).want(201).at("id")
}

func (o *office) sitting(season string, level int, day string, seats int) string {
	o.t.Helper()
	return o.post("/v1/sittings", o.head, object{"season": season, "body": o.centre, "level": level, "day": day, "capacity": seats}).want(201).at("id")
}

// person registers a synthetic person; identity numbers count upwards.
func (o *office) person(name string) string {
	o.t.Helper()
	o.people++
	return o.post("/v1/persons", o.clerk, object{
		"name": name, "document": object{"kind": "citizen-id", "number": citizenNumber(o.people)},
	}).want(201).at("id")
}

// citizenNumber is the n-th of a run of synthetic numbers that are well formed.
func citizenNumber(n int) string {
	head := fmt.Sprintf("32010219800101%03d", 100+n)
	today := civil.Of(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
	for _, c := range "0123456789X" {
		if _, err := registry.NewDocument(registry.CitizenID, head+string(c), today); err == nil {
			return head + string(c)
		}
	}
	return ""
}

// experienced is facts that meet condition 2.2 from 2026-03-21 on: five years of
// continuous work after the certificate of level 3.
func experienced() object {
	return object{
		"work":         []object{{"from": "2019-06-01", "to": nil, "occupation": "own"}},
		"certificates": []object{{"level": 3, "occupation": "own", "issued": "2021-03-21"}},
		"education":    []object{}, "training": []object{}, "titles": []object{}, "student": []object{},
	}
}

// graduate is facts that meet condition 3.3 on any day.
func graduate() object {
	return object{"education": []object{{"level": "college", "field": "related", "awarded": "2015-07-01"}}}
}

// apply enters an application to a sitting of level 3 for a new person.
func (o *office) apply(sitting, name string) answer {
	o.t.Helper()
	return o.post("/v1/applications", o.clerk, object{"person": o.person(name), "sitting": sitting, "facts": graduate()}).want(201)
}

// admit gives an application its seat.
func (o *office) admit(application answer) answer {
	o.t.Helper()
	return o.do(call{
		method: http.MethodPost, path: "/v1/applications/" + application.at("id") + "/admission", key: o.clerk, ifMatch: application.etag(),
	}).want(200)
}

// certify takes a new person through a sitting of level 3 on a day and returns
// the number of the certificate.
func (o *office) certify(name, day string) string {
	o.t.Helper()
	return o.certifyAll([]string{name}, day)[0]
}

// certifyMany does so with so many people.
func (o *office) certifyMany(n int, day string) []string {
	o.t.Helper()
	names := make([]string, n)
	for i := range names {
		names[i] = "张" + string(rune('一'+i))
	}
	return o.certifyAll(names, day)
}

func (o *office) certifyAll(names []string, day string) []string {
	o.t.Helper()
	sitting := o.sitting(o.season, 3, day, len(names)+4)
	var lines []object
	for _, name := range names {
		ticket := o.admit(o.apply(sitting, name)).at("ticketNumber")
		for _, component := range []string{"theory", "skills"} {
			lines = append(lines, object{"ticketNumber": ticket, "component": component, "raw": "60"})
		}
	}
	before := o.clock.now()
	o.clock.set(o.t, day)
	o.do(call{method: http.MethodPut, path: "/v1/sittings/" + sitting + "/results", key: o.clerk, body: object{"results": lines}}).want(200)
	o.confirm(sitting, o.second, object{}).want(200).is("confirmed", strconv.Itoa(len(lines)), "left", "[]")
	issued := o.post("/v1/sittings/"+sitting+"/certificates", o.head, nil).want(200)
	o.clock.mu.Lock()
	o.clock.at = before
	o.clock.mu.Unlock()
	numbers := make([]string, len(names))
	for i := range numbers {
		numbers[i] = issued.at("issued." + strconv.Itoa(i))
	}
	return numbers
}

// confirm confirms the results of a sitting as they are.
func (o *office) confirm(sitting, key string, body object) answer {
	o.t.Helper()
	sheet := o.get("/v1/sittings/"+sitting+"/results", key).want(200)
	return o.do(call{method: http.MethodPost, path: "/v1/sittings/" + sitting + "/results/confirmation", key: key, body: body, ifMatch: sheet.header.Get("ETag")})
}
