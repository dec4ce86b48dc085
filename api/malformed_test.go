package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// A refusal is a request that must not do anything, and what it is told.
type refusal struct {
	name   string
	call   call
	status int
	code   string // problem type, "" for about:blank
	at     string // pointer or parameter of the first error, "" for none asked for
}

// TestMalformedRequests sends what programs, people and attackers get wrong.
// Each gets the right problem, and nothing is written.
func TestMalformedRequests(t *testing.T) {
	o := newOffice(t)
	s := newScene(o)
	before := o.lastEntry()
	for _, group := range [][]refusal{s.types(), s.dates(), s.encodings(), s.syntax(), s.unknown(), s.limits(), s.dependent(), s.headers(), s.addresses(), s.callers(), s.others(), s.tables(), s.holders(), s.ruleSets(), s.paths()} {
		for _, tt := range group {
			t.Run(tt.name, func(t *testing.T) {
				w := *o.world
				w.t = t
				got := w.do(tt.call).refused(tt.status, tt.code)
				if tt.at != "" && got.at("errors.0.pointer") != tt.at && got.at("errors.0.parameter") != tt.at {
					t.Errorf("got errors %s, want the first at %s", got.at("errors"), tt.at)
				}
				if got.at("title") == "" || strings.Contains(string(got.raw), "goroutine") || strings.Contains(string(got.raw), "json:") {
					t.Errorf("got %s, want a title and nothing of ours", got.raw)
				}
				if after := o.lastEntry(); after != before {
					t.Errorf("journal: got entry %s, want %s as before", after, before)
					before = after
				}
			})
		}
	}
}

// lastEntry is the number of the newest journal entry.
func (o *office) lastEntry() string {
	o.t.Helper()
	next, last := "", ""
	for {
		path := "/v1/journal?limit=200"
		if next != "" {
			path += "&after=" + next
		}
		page := o.get(path, o.chief).want(200)
		if items, ok := page.body["items"].([]any); ok && len(items) > 0 {
			last = page.at("items." + strconv.Itoa(len(items)-1) + ".seq")
		}
		if next = page.at("next"); next == "" {
			return last
		}
	}
}

// A scene is what the refusals are about.
type scene struct {
	*office
	sitting     string
	application answer
	person      string
	number      string // of a certificate
	revoked     string // token
}

func newScene(o *office) scene {
	s := scene{office: o, sitting: o.sitting(o.season, 3, "2026-05-15", 3)}
	s.application = o.apply(s.sitting, "周全")
	s.person = s.application.at("person")
	s.number = o.certify("吴用", "2026-05-18")
	key := o.post("/v1/keys", o.chief, object{"body": o.centre, "role": "auditor", "subject": "leaver"}).want(201)
	o.do(call{method: http.MethodDelete, path: "/v1/keys/" + key.at("key.id"), key: o.chief}).want(204)
	s.revoked = key.at("token")
	return s
}

// persons is a request to register a person with this body.
func (s scene) persons(body string) call {
	return call{method: http.MethodPost, path: "/v1/persons", key: s.clerk, body: body}
}

// question is a request for a decision with this body.
func question(body string) call {
	return call{method: http.MethodPost, path: "/v1/eligibility", body: body}
}

// seats is a request to set up a sitting with these members besides the right ones.
func (s scene) seats(members string) call {
	return call{method: http.MethodPost, path: "/v1/sittings", key: s.head, body: `{"season":"` + s.season + `","body":"` + s.centre + `",` + members + `}`}
}

// change is a request to change the status of the certificate.
func (s scene) change(members string) call {
	return call{method: http.MethodPost, path: "/v1/certificates/" + s.number + "/status-changes", key: s.director, ifMatch: `"1"`, body: "{" + members + "}"}
}

// results is a request to enter one line.
func (s scene) results(line string) call {
	return call{method: http.MethodPut, path: "/v1/sittings/" + s.sitting + "/results", key: s.clerk, body: `{"results":[` + line + `]}`}
}

const (
	someone   = `"name":"郑和","document":{"kind":"citizen-id","number":"11010519491231002X"}`
	asked     = `"occupation":"customer-service-manager"`
	anywhere  = "019a9c1e-7b2a-7c3d-8e4f-5a6b7c8d9eff"
	oneTicket = `"ticketNumber":"1001200326051530001","component":"theory"`
)

func (s scene) types() []refusal {
	return []refusal{
		{"text for a number", question(`{` + asked + `,"level":"2","facts":{}}`), 400, "", "/level"},
		{"fraction for an integer", s.seats(`"level":3,"day":"2026-05-15","capacity":2.5`), 400, "", "/capacity"},
		{"a number without end", question(`{` + asked + `,"level":1e999,"facts":{}}`), 400, "", "/level"},
		{"2.0 for an integer", question(`{` + asked + `,"level":2.0,"facts":{}}`), 400, "", "/level"},
		{"number for text", s.persons(`{"name":7,"document":{"kind":"passport","number":"E123"}}`), 400, "", "/name"},
		{"list for an object", question(`{` + asked + `,"facts":[]}`), 400, "", "/facts"},
		{"list for the body", s.persons(`[]`), 400, "", ""},
		{"null for the body", s.persons(`null`), 400, "", ""},
		{"null for a member", s.persons(`{"name":null,"document":{"kind":"passport","number":"E123"}}`), 400, "", "/name"},
		{"number for a score", s.results(`{` + oneTicket + `,"raw":60}`), 400, "", "/results/0/raw"},
		{"text for yes or no", s.results(`{` + oneTicket + `,"absent":"yes"}`), 400, "", "/results/0/absent"},
	}
}

func (s scene) dates() []refusal {
	season := func(from, until string) call {
		return call{method: http.MethodPost, path: "/v1/seasons", key: s.chief, body: `{` + asked + `,"name":{"zh":"考期"},"registration":{"from":"` + from + `","until":"` + until + `"},"examination":{"from":"2026-05-10","until":"2026-05-20"}}`}
	}
	return []refusal{
		{"30 February", question(`{` + asked + `,"asOf":"2026-02-30","facts":{}}`), 422, "", "/asOf"},
		{"month 13", season("2026-13-01", "2026-04-30"), 422, "", "/registration/from"},
		{"day first", season("01/11/2025", "2026-04-30"), 422, "", "/registration/from"},
		{"single digits", season("2025-11-1", "2026-04-30"), 422, "", "/registration/from"},
		{"with a time", season("2025-11-01T00:00:00Z", "2026-04-30"), 422, "", "/registration/from"},
		{"ends before it begins", season("2026-04-30", "2025-11-01"), 422, "", "/registration/until"},
		{"day outside the season", s.seats(`"level":3,"day":"2027-05-15","capacity":3`), 422, "day-out-of-season", "/day"},
		{"fact in month 13", question(`{` + asked + `,"facts":{"born":"1990-13"}}`), 422, "invalid-input", "/facts/born"},
		{"work that ends before it begins", question(`{` + asked + `,"facts":{"work":[{"from":"2020-01-02","to":"2019-01-01","occupation":"own"}]}}`), 422, "invalid-input", "/facts/work/0/to"},
		{"a fact that is no date", question(`{` + asked + `,"facts":{"born":"yesterday"}}`), 422, "", "/facts/born"},
	}
}

func (s scene) encodings() []refusal {
	as := func(c call, header, value string) call {
		c.header = http.Header{header: {value}}
		return c
	}
	right := s.persons(`{` + someone + `}`)
	return []refusal{
		{"GBK", s.persons("{\"name\":\"\xd6\xa3\xba\xcd\"}"), 400, "", ""},
		{"UTF-16", s.persons("\xff\xfe{\x00}\x00"), 400, "", ""},
		{"byte order mark", s.persons("\ufeff{" + someone + "}"), 400, "", ""},
		{"half a surrogate pair", s.persons(`{"name":"\ud800","document":{"kind":"passport","number":"E123"}}`), 400, "", "/name"},
		{"NUL", s.persons(`{"name":"郑\u0000和","document":{"kind":"passport","number":"E123"}}`), 400, "", "/name"},
		{"control character", s.persons(`{"name":"郑\n和","document":{"kind":"passport","number":"E123"}}`), 422, "", "/name"},
		{"form", as(right, "Content-Type", "application/x-www-form-urlencoded"), 415, "", ""},
		{"another charset", as(right, "Content-Type", "application/json; charset=gbk"), 415, "", ""},
		{"no content type", as(right, "Content-Type", ""), 415, "", ""},
		{"compressed", as(right, "Content-Encoding", "gzip"), 415, "", ""},
	}
}

func (s scene) syntax() []refusal {
	return []refusal{
		{"no body", call{method: http.MethodPost, path: "/v1/persons", key: s.clerk, body: ""}, 400, "", ""},
		{"cut off", s.persons(`{` + someone), 400, "", ""},
		{"two values", s.persons(`{` + someone + `}{}`), 400, "", ""},
		{"trailing text", s.persons(`{` + someone + `} #`), 400, "", ""},
		{"trailing comma", s.persons(`{` + someone + `,}`), 400, "", ""},
		{"single quotes", s.persons(`{'name':'郑和'}`), 400, "", ""},
		{"member twice", s.persons(`{` + someone + `,"name":"郑成功"}`), 400, "", "/name"},
		{"inner member twice", s.persons(`{"name":"郑和","document":{"kind":"passport","number":"E123","number":"E124"}}`), 400, "", "/document/number"},
		{"unknown member", s.persons(`{` + someone + `,"colour":"red"}`), 400, "", "/colour"},
		{"unknown member of a fact", question(`{` + asked + `,"facts":{"work":[{"form":"2020-01-01"}]}}`), 400, "", "/facts/work/0/form"},
		{"member in another case", s.persons(`{` + someone + `,"Name":"郑成功"}`), 400, "", "/Name"},
		{"member of the record", s.persons(`{` + someone + `,"id":"` + anywhere + `"}`), 400, "", "/id"},
		{"body where none is", call{method: http.MethodPost, path: "/v1/sittings/" + s.sitting + "/certificates", key: s.head, body: `{}`}, 400, "", ""},
		{"nested too deep", question(strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000)), 400, "", ""},
	}
}

func (s scene) unknown() []refusal {
	key := func(role string) call {
		return call{method: http.MethodPost, path: "/v1/keys", key: s.chief, body: object{"body": s.centre, "role": role, "subject": "x"}}
	}
	reissue := call{method: http.MethodPost, path: "/v1/certificates/" + s.number + "/reissue", key: s.head, ifMatch: `"1"`, body: object{"reason": "持证人 " + citizenNumber(1)}}
	return []refusal{
		{"identity number in a reason", reissue, 422, "identity-in-text", "/reason"},
		{"reason code of a correction", s.change(`"kind":"correct","reasonCode":"bad-mood"`), 422, "invalid-input", "/reasonCode"},
		{"role", key("boss"), 422, "", "/role"},
		{"role of another kind of body", key("province"), 422, "invalid-input", "/role"},
		{"kind of document", s.persons(`{"name":"郑和","document":{"kind":"library-card","number":"1"}}`), 422, "", "/document/kind"},
		{"occupation", question(`{"occupation":"astrologer","facts":{}}`), 404, "occupation-not-found", ""},
		{"edition", question(`{` + asked + `,"edition":"csm-1999","facts":{}}`), 404, "edition-not-found", ""},
		{"level of the edition", question(`{` + asked + `,"level":5,"facts":{}}`), 422, "invalid-input", "/level"},
		{"day before every edition", question(`{` + asked + `,"asOf":"1990-01-01","facts":{}}`), 409, "no-governing-edition", ""},
		{"scope of a fact", question(`{` + asked + `,"facts":{"work":[{"from":"2020-01-01","occupation":"similar"}]}}`), 422, "", "/facts/work/0/occupation"},
		{"ticket", s.results(`{` + oneTicket + `,"raw":"60"}`), 409, "result-before-sitting", ""},
		{"reason code", s.change(`"kind":"cancel","reasonCode":"bad-mood","reason":"x"`), 422, "invalid-input", "/reasonCode"},
		{"status to list", call{method: http.MethodGet, path: "/v1/applications?status=lost", key: s.clerk}, 422, "", "status"},
		{"parent of a body", call{method: http.MethodPost, path: "/v1/bodies", key: s.chief, body: object{"kind": "centre", "parent": anywhere, "code": "10012009", "name": object{"zh": "站"}}}, 404, "body-not-found", ""},
		{"level not opened", s.seats(`"level":1,"day":"2026-05-15","capacity":3`), 409, "level-not-opened", ""},
	}
}

func (s scene) paths() []refusal {
	path := func(members string) call {
		return call{method: http.MethodPost, path: "/v1/eligibility/path", body: `{` + asked + `,"facts":{},` + members + `}`}
	}
	return []refusal{
		{"way to no level", path(`"plan":{}`), 422, "", "/level"},
		{"way to a level that is not known", path(`"level":5`), 422, "invalid-input", "/level"},
		{"way by no edition", path(`"level":2,"edition":"csm-1999"`), 404, "edition-not-found", ""},
		{"way in month 13", path(`"level":2,"plan":{"months":[13]}`), 422, "", "/plan/months/0"},
		{"way with a month twice", path(`"level":2,"plan":{"months":[4,4]}`), 422, "", "/plan/months"},
		{"way at no pace", path(`"level":2,"plan":{"hoursPerWeek":-1}`), 422, "", "/plan/hoursPerWeek"},
		{"way by another means", path(`"level":2,"plan":{"bribe":true}`), 400, "", "/plan/bribe"},
	}
}

func (s scene) limits() []refusal {
	return []refusal{
		{"body too large", question(`{` + asked + `,"facts":{"partial":["` + strings.Repeat("x", 70<<10) + `"]}}`), 413, "", ""},
		{"name too long", s.persons(`{"name":"` + strings.Repeat("长", 101) + `","document":{"kind":"passport","number":"E123"}}`), 422, "", "/name"},
		{"no name", s.persons(`{"name":"","document":{"kind":"passport","number":"E123"}}`), 422, "", "/name"},
		{"name of spaces", s.persons(`{"name":"   ","document":{"kind":"passport","number":"E123"}}`), 422, "invalid-input", "/name"},
		{"missing member", s.persons(`{"name":"郑和"}`), 422, "", "/document"},
		{"no seats", s.seats(`"level":3,"day":"2026-05-15","capacity":0`), 422, "", "/capacity"},
		{"too many seats", s.seats(`"level":3,"day":"2026-05-15","capacity":10000`), 422, "", "/capacity"},
		{"score over 100", s.results(`{` + oneTicket + `,"raw":"100.001"}`), 422, "", "/results/0/raw"},
		{"negative score", s.results(`{` + oneTicket + `,"raw":"-1"}`), 422, "", "/results/0/raw"},
		{"no results", call{method: http.MethodPut, path: "/v1/sittings/" + s.sitting + "/results", key: s.clerk, body: `{"results":[]}`}, 422, "", "/results"},
		{"check character", s.persons(`{"name":"郑和","document":{"kind":"citizen-id","number":"110105194912310021"}}`), 422, "document-invalid", "/document/number"},
		{"born in month 13", s.persons(`{"name":"郑和","document":{"kind":"citizen-id","number":"440106198813010022"}}`), 422, "document-invalid", "/document/number"},
		{"no such province", s.persons(`{"name":"郑和","document":{"kind":"citizen-id","number":"990101199003071237"}}`), 422, "document-invalid", "/document/number"},
		{"birth date of another", s.persons(`{` + someone + `,"born":"1990-01-01"}`), 422, "invalid-input", "/born"},
		{"nothing to change", call{method: http.MethodPatch, path: "/v1/sittings/" + s.sitting, key: s.head, ifMatch: `"1"`, body: `{}`}, 422, "", ""},
	}
}

func (s scene) dependent() []refusal {
	apply := func(members string) call {
		return call{method: http.MethodPost, path: "/v1/applications", key: s.clerk, body: `{"person":"` + s.person + `","sitting":"` + s.sitting + `"` + members + `}`}
	}
	return []refusal{
		{"neither facts nor retake", apply(""), 422, "", "/retakeOf"},
		{"facts and retake", apply(`,"facts":{},"retakeOf":"` + s.application.at("id") + `"`), 422, "", "/retakeOf"},
		{"applied already", apply(`,"facts":{}`), 409, "application-exists", ""},
		{"cancelled without reason", s.change(`"kind":"cancel","reasonCode":"other"`), 422, "invalid-input", "/reason"},
		{"corrected with a reason", s.change(`"kind":"correct","reasonCode":"other","reason":"x"`), 422, "invalid-input", "/reason"},
		{"deduction without score", s.results(`{` + oneTicket + `,"deduction":"5","reason":"x"}`), 422, "", "/results/0/deduction"},
		{"absent and void", s.results(`{` + oneTicket + `},{` + oneTicket + `,"absent":true,"void":true,"reason":"x"}`), 422, "", "/results/1/absent"},
	}
}

func (s scene) headers() []refusal {
	admit := func(ifMatch, idempotency string) call {
		return call{method: http.MethodPost, path: "/v1/applications/" + s.application.at("id") + "/admission", key: s.clerk, ifMatch: ifMatch, idempotency: idempotency}
	}
	rename := call{method: http.MethodPatch, path: "/v1/bodies/" + s.centre, key: s.director, body: object{"name": object{"zh": "站"}}}
	twice := admit(`"1"`, "")
	twice.header = http.Header{"If-Match": {`"1"`, `"2"`}}
	return []refusal{
		{"no If-Match", rename, 428, "", "If-Match"},
		{"no If-Match for a deed", admit("", ""), 428, "", "If-Match"},
		{"an old version", admit(`"0"`, ""), 412, "version-changed", ""},
		{"a weak tag", admit(`W/"1"`, ""), 412, "version-changed", ""},
		{"a tag of another server", admit(`"abc"`, ""), 412, "version-changed", ""},
		{"a version without quotes", admit(`1`, ""), 422, "", "If-Match"},
		{"two versions", twice, 400, "", ""},
		{"idempotency key too long", admit(`"1"`, strings.Repeat("k", 256)), 422, "", "Idempotency-Key"},
		{"idempotency key in Chinese", admit(`"1"`, "键"), 422, "", "Idempotency-Key"},
	}
}

func (s scene) addresses() []refusal {
	get := func(path string) call { return call{method: http.MethodGet, path: path, key: s.clerk} }
	return []refusal{
		{"unknown address", get("/v1/nothing"), 404, "", ""},
		{"trailing slash", get("/v1/seasons/"), 404, "", ""},
		{"unknown method", call{method: http.MethodPut, path: "/v1/seasons", key: s.chief}, 405, "", ""},
		{"identifier that is none", get("/v1/persons/1"), 422, "", "personId"},
		{"identifier in capitals", get("/v1/persons/" + strings.ToUpper(anywhere)), 422, "", "personId"},
		{"level 9", get("/v1/occupations/" + occupation + "/levels/9"), 422, "", "level"},
		{"level in words", get("/v1/occupations/" + occupation + "/levels/two"), 422, "", "level"},
		{"unknown parameter", get("/v1/sittings?sesson=" + s.season), 400, "", "sesson"},
		{"parameter too long", get("/v1/sittings?" + strings.Repeat("x", 5000) + "=1"), 400, "", ""},
		{"address too long", get("/v1/certificates/" + strings.Repeat("1", 5000)), 422, "", "number"},
		{"parameter twice", get("/v1/sittings?level=2&level=3"), 400, "", "level"},
		{"limit of nothing", get("/v1/sittings?limit=0"), 422, "", "limit"},
		{"limit too high", get("/v1/sittings?limit=201"), 422, "", "limit"},
		{"limit in words", get("/v1/sittings?limit=all"), 422, "", "limit"},
		{"cursor", get("/v1/sittings?after=%27%3B--"), 422, "", "after"},
		{"cursor of the journal", call{method: http.MethodGet, path: "/v1/journal?after=last", key: s.chief}, 422, "", "after"},
		{"broken escape", get("/v1/sittings?level=%zz"), 400, "", ""},
		{"paper of no length", get("/v1/certificates/" + s.number + "?paper="), 422, "", "paper"},
		{"paper too long", get("/v1/certificates/" + s.number + "?paper=" + strings.Repeat("P", 41)), 422, "", "paper"},
		{"paper with control characters", get("/v1/certificates/" + s.number + "?paper=P%00"), 422, "", "paper"},
		{"version of nothing", get("/v1/certificates/" + s.number + "?version=0"), 422, "", "version"},
		{"version in words", get("/v1/verification-codes/7K3M-9QXT-02VA-5HJD-R?version=two"), 422, "", "version"},
		{"number too short", get("/v1/certificates/261001200320000"), 422, "certificate-number-unreadable", "/number"},
		{"number with letters", get("/v1/certificates/26100120032000O1"), 422, "certificate-number-unreadable", "/number"},
		{"number that is a path", get("/v1/certificates/..%2F..%2Fetc%2Fpasswd"), 422, "certificate-number-unreadable", "/number"},
		{"status list of no number", get("/status/revocation/one"), 422, "", "list"},
		{"status list that was never begun", get("/status/revocation/7"), 404, "status-list-not-found", ""},
		{"purpose of a status list", get("/status/refresh/1"), 422, "", "purpose"},
		{"number with control characters", get("/v1/certificates/2610012003200001%00"), 422, "", "number"},
	}
}

func (s scene) callers() []refusal {
	whoami := func(authorization string) call {
		return call{method: http.MethodGet, path: "/v1/whoami", header: http.Header{"Authorization": {authorization}}}
	}
	return []refusal{
		{"no key", call{method: http.MethodGet, path: "/v1/whoami"}, 401, "unauthenticated", ""},
		{"no key and a broken body", call{method: http.MethodPost, path: "/v1/persons", body: "{"}, 401, "unauthenticated", ""},
		{"another scheme", whoami("Basic " + s.clerk), 401, "unauthenticated", ""},
		{"not a key", whoami("Bearer secret"), 401, "unauthenticated", ""},
		{"another secret", whoami("Bearer " + s.clerk[:len(s.clerk)-1] + "!"), 401, "unauthenticated", ""},
		{"revoked key", whoami("Bearer " + s.revoked), 401, "unauthenticated", ""},
		{"clerk announces a season", call{method: http.MethodPost, path: "/v1/seasons", key: s.clerk, body: `{` + asked + `,"name":{"zh":"考期"},"registration":{"from":"2026-01-01","until":"2026-02-01"},"examination":{"from":"2026-05-10","until":"2026-05-20"}}`}, 403, "forbidden", ""},
		{"centre adds a body", call{method: http.MethodPost, path: "/v1/bodies", key: s.head, body: object{"kind": "centre", "parent": s.province, "code": "10012009", "name": object{"zh": "站"}}}, 403, "forbidden", ""},
		{"auditor registers", call{method: http.MethodPost, path: "/v1/persons", key: s.auditor, body: `{` + someone + `}`}, 403, "forbidden", ""},
		{"centre makes a key", call{method: http.MethodPost, path: "/v1/keys", key: s.head, body: object{"body": s.centre, "role": "auditor", "subject": "spy"}}, 403, "forbidden", ""},
		{"clerk issues", call{method: http.MethodPost, path: "/v1/sittings/" + s.sitting + "/certificates", key: s.clerk}, 403, "forbidden", ""},
		{"clerk reads the journal", call{method: http.MethodGet, path: "/v1/journal", key: s.clerk}, 403, "forbidden", ""},
	}
}

func (s scene) others() []refusal {
	get := func(path string) call { return call{method: http.MethodGet, path: path, key: s.stranger} }
	id := s.application.at("id")
	return []refusal{
		{"another's application", get("/v1/applications/" + id), 404, "application-not-found", ""},
		{"an application that is nowhere", get("/v1/applications/" + anywhere), 404, "application-not-found", ""},
		{"another's person", get("/v1/persons/" + s.person), 404, "person-not-found", ""},
		{"another's sitting", get("/v1/sittings/" + s.sitting), 404, "sitting-not-found", ""},
		{"another's results", get("/v1/sittings/" + s.sitting + "/results"), 404, "sitting-not-found", ""},
		{"another's record", get("/v1/certificates/" + s.number + "/record"), 404, "certificate-not-found", ""},
		{"another's body", get("/v1/bodies/" + s.centre), 404, "body-not-found", ""},
		{"admission elsewhere", call{method: http.MethodPost, path: "/v1/applications/" + id + "/admission", key: s.stranger, ifMatch: s.application.etag()}, 404, "application-not-found", ""},
		{"results elsewhere", call{method: http.MethodPut, path: "/v1/sittings/" + s.sitting + "/results", key: s.stranger, body: `{"results":[{` + oneTicket + `,"raw":"60"}]}`}, 404, "sitting-not-found", ""},
		{"application for another's person", call{method: http.MethodPost, path: "/v1/applications", key: s.stranger, body: object{"person": s.person, "sitting": s.sitting, "facts": object{}}}, 404, "person-not-found", ""},
		{"sitting at another's centre", call{method: http.MethodPost, path: "/v1/sittings", key: s.stranger, body: object{"season": s.season, "body": s.centre, "level": 3, "day": "2026-05-15", "capacity": 3}}, 404, "body-not-found", ""},
		{"key for another's body", call{method: http.MethodPost, path: "/v1/keys", key: s.director, body: object{"body": s.get("/v1/whoami", s.chief).at("body.id"), "role": "auditor", "subject": "spy"}}, 404, "body-not-found", ""},
	}
}

func (s scene) tables() []refusal {
	const csv = "text/csv"
	verify := func(body string) call { return call{method: http.MethodPost, path: "/v1/verifications", body: body} }
	return []refusal{
		{"nothing to verify", verify(`{"items":[]}`), 422, "", "/items"},
		{"unknown member of an item", verify(`{"items":[{"number":"1","id":"2"}]}`), 400, "", "/items/0/id"},
		{"too much to verify", verify(`{"items":[` + strings.Repeat(`{"number":"1"},`, 10_000) + `{"number":"1"}]}`), 422, "", "/items"},
		{"a table without lines", upload(csv, "证书编号\n"), 422, "invalid-input", "/items"},
		{"a table without the column", upload(csv, "id\n1\n"), 422, "", ""},
		{"a table too long", upload(csv, "number\n"+strings.Repeat("1\n", 10_001)), 422, "", ""},
		{"a table too large", upload(csv, strings.Repeat("x", 8<<20+1)), 413, "", ""},
		{"a table in no encoding", upload(csv, "number\n\xff\xff\n"), 400, "", ""},
		{"a workbook that is none", upload(mediaXLSX, "number\n1\n"), 400, "", ""},
		{"a workbook that was rounded", upload(mediaXLSX, workbook(s.t, []any{"number"}, []any{2610012003200001})), 422, "", ""},
		{"a table of another kind", upload("application/vnd.ms-excel", "\xd0\xcf"), 415, "", ""},
		{"a proof that is none", proofOf("hello"), 422, "", ""},
		{"a proof of nothing", proofOf(""), 400, "", ""},
		{"a proof in a form", call{method: http.MethodPost, path: "/v1/verifications/check", body: "a=b", header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}, 415, "", ""},
		{"verification code with a slip", call{method: http.MethodGet, path: "/v1/verification-codes/0000"}, 422, "certificate-number-unreadable", ""},
		{"credential without a key", call{method: http.MethodGet, path: "/v1/certificates/" + s.number + "/credential"}, 401, "unauthenticated", ""},
		{"another's credentials", call{method: http.MethodGet, path: "/v1/sittings/" + s.sitting + "/credentials", key: s.stranger}, 404, "sitting-not-found", ""},
		{"certificates that there are not", call{method: http.MethodPost, path: "/v1/sittings/" + s.sitting + "/documents", key: s.head}, 404, "certificate-not-found", ""},
	}
}

func (s scene) holders() []refusal {
	post := func(path, members string) call {
		return call{method: http.MethodPost, path: "/v1/holder" + path, body: `{"code":"` + s.codeOf(s.number) + `",` + members + `}`}
	}
	const wish = `"name":"吴用","purpose":"应聘"`
	return []refusal{
		{"another name", post("", `"name":"宋江"`), 404, "certificate-not-found", ""},
		{"another number", post("/credential", `"last":"0000"`), 404, "certificate-not-found", ""},
		{"another code", call{method: http.MethodPost, path: "/v1/holder/document", body: `{"code":"7K3M-9QXT-02VA-5HJD-R","name":"吴用"}`}, 404, "certificate-not-found", ""},
		{"neither name nor number", post("", `"last":""`), 422, "", "/last"},
		{"nothing but the code", call{method: http.MethodPost, path: "/v1/holder/disclosure", body: `{"code":"x"}`}, 422, "", "/name"},
		{"link that never ends", post("/links", wish+`,"expiresOn":"9999-12-31"`), 422, "invalid-input", "/expiresOn"},
		{"link from yesterday", post("/links", wish+`,"expiresOn":"2025-11-20"`), 422, "invalid-input", "/expiresOn"},
		{"link without a purpose", post("/links", `"name":"吴用","purpose":" ","expiresOn":"2025-12-20"`), 422, "", "/purpose"},
		{"link to show what there is not", post("/links", wish+`,"expiresOn":"2025-12-20","fields":["photo"]`), 422, "", "/fields/0"},
		{"revocation of no link", post("/links/revocation", `"name":"吴用","link":"7K3M"`), 404, "link-not-found", ""},
		{"link of nobody", call{method: http.MethodGet, path: "/v1/links/7K3M-9QXT-02VA-5HJD-R"}, 404, "link-not-found", ""},
	}
}

func (s scene) ruleSets() []refusal {
	submit := func(key, body string) call {
		return call{method: http.MethodPost, path: "/v1/rulesets", key: key, body: body}
	}
	nowhere := "/v1/rulesets/sha256:" + strings.Repeat("0", 64)
	next := s.nextRuleSet("csm-2030")
	return []refusal{
		{"a rule set without anything", submit(s.chief, `{}`), 422, "", "/authority"},
		{"a rule set with another member", submit(s.chief, strings.Replace(next, `"format"`, `"colour":"red","format"`, 1)), 422, "invalid-input", "/colour"},
		{"a rule set that is there already", submit(s.chief, s.nextRuleSet("csm-2007")), 409, "edition-exists", ""},
		{"a rule set from a province", submit(s.director, next), 403, "forbidden", ""},
		{"rule sets for a clerk", call{method: http.MethodGet, path: "/v1/rulesets", key: s.clerk}, 403, "forbidden", ""},
		{"review of no rule set", call{method: http.MethodPost, path: nowhere + "/review", key: s.chief, body: `{"accept":true}`}, 404, "edition-not-found", ""},
		{"review without an answer", call{method: http.MethodPost, path: nowhere + "/review", key: s.chief, body: `{"note":"x"}`}, 422, "", "/accept"},
		{"publication of no rule set", call{method: http.MethodPost, path: nowhere + "/publication", key: s.chief, body: `{"from":"2026-01-01"}`}, 404, "edition-not-found", ""},
		{"publication without a day", call{method: http.MethodPost, path: nowhere + "/publication", key: s.chief, body: `{"from":"soon"}`}, 422, "", "/from"},
		{"a digest that is none", call{method: http.MethodPost, path: "/v1/rulesets/latest/review", key: s.chief, body: `{"accept":true}`}, 422, "", "digest"},
	}
}
