package api_test

import (
	"bytes"
	"image"
	"image/color"
	"net/http"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/portrait/portraittest"
)

// putPhoto is a request to give a person a photo.
func putPhoto(person, key, ifMatch, media string, file []byte) call {
	return call{
		method: http.MethodPut, path: "/v1/persons/" + person + "/photo", key: key, ifMatch: ifMatch,
		body: string(file), header: http.Header{"Content-Type": {media}},
	}
}

// photographed gives the holder of a certificate a photo and returns it as the register keeps it.
func (o *office) photographed(number string, shade uint8) []byte {
	o.t.Helper()
	application := o.get("/v1/certificates/"+number+"/record", o.head).want(200).at("application")
	person := o.get("/v1/applications/"+application, o.head).want(200).at("person")
	o.do(putPhoto(person, o.clerk, o.get("/v1/persons/"+person, o.clerk).etag(), "image/jpeg", portraittest.JPEG(o.t, shade)))
	return o.get("/v1/persons/"+person+"/photo", o.clerk).want(200).raw
}

func TestPhotoIsPutReadAndRemoved(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		o := newOfficeOn(t, s)
		person := o.person("孙权")
		path := "/v1/persons/" + person + "/photo"
		o.get(path, o.clerk).refused(404, "photo-not-found")
		jpeg, png := portraittest.JPEG(t, 90), portraittest.EncodePNG(t, portraittest.Figure(60, color.White))
		steps := []struct {
			name, ifMatch, media string
			file                 []byte
			status               int
			etag                 string
		}{
			{"first", `"1"`, "image/jpeg", jpeg, 201, `"2"`},
			{"retry", `"1"`, "image/jpeg", jpeg, 204, `"2"`},
			{"under another media type", `"2"`, "image/png", jpeg, 204, `"2"`},
			{"another", `"2"`, "image/png", png, 204, `"3"`},
			{"unseen", `"2"`, "image/jpeg", jpeg, 412, ""},
		}
		for _, step := range steps {
			if got := o.do(putPhoto(person, o.clerk, step.ifMatch, step.media, step.file)).want(step.status); got.header.Get("ETag") != step.etag {
				t.Errorf("%s: got ETag %s, want %s", step.name, got.header.Get("ETag"), step.etag)
			}
		}
		photo := o.get(path, o.auditor).want(200)
		if photo.header.Get("Content-Type") != "image/jpeg" || photo.etag() != `"3"` || photo.header.Get("Cache-Control") != "no-store" || !bytes.HasPrefix(photo.raw, jpeg[:2]) {
			t.Errorf("got %v and %.4q, want a JPEG of version 3 that nobody keeps", photo.header, photo.raw)
		}
		if got := o.get("/v1/persons/"+person, o.clerk).etag(); got != `"3"` {
			t.Errorf("ETag of the person: got %s, want \"3\"", got)
		}
		o.do(putPhoto(person, o.clerk, photo.etag(), "image/jpeg", photo.raw)).want(204)

		remove := call{method: http.MethodDelete, path: path, key: o.clerk, ifMatch: `"2"`}
		o.do(remove).refused(412, "version-changed")
		remove.ifMatch = o.get(path, o.clerk).etag()
		o.do(remove).want(204)
		o.do(remove).want(204)
		o.get(path, o.clerk).refused(404, "photo-not-found")
	})
}

func TestPhotosAreForStaff(t *testing.T) {
	o := newOffice(t)
	person := o.person("孙权")
	path := "/v1/persons/" + person + "/photo"
	o.do(putPhoto(person, o.clerk, `"1"`, "image/jpeg", portraittest.JPEG(t, 90))).want(201)
	for name, tt := range map[string]struct {
		call
		status int
		code   string
	}{
		"read without a key":       {call{method: http.MethodGet, path: path}, 401, "unauthenticated"},
		"put without a key":        {putPhoto(person, "", `"2"`, "image/jpeg", portraittest.JPEG(t, 60)), 401, "unauthenticated"},
		"read by a stranger":       {call{method: http.MethodGet, path: path, key: o.stranger}, 404, "person-not-found"},
		"put by a stranger":        {putPhoto(person, o.stranger, `"2"`, "image/jpeg", portraittest.JPEG(t, 60)), 404, "person-not-found"},
		"removed by a stranger":    {call{method: http.MethodDelete, path: path, key: o.stranger, ifMatch: `"2"`}, 404, "person-not-found"},
		"put by an auditor":        {putPhoto(person, o.auditor, `"2"`, "image/jpeg", portraittest.JPEG(t, 60)), 403, "forbidden"},
		"removed by an auditor":    {call{method: http.MethodDelete, path: path, key: o.auditor, ifMatch: `"2"`}, 403, "forbidden"},
		"put without a version":    {putPhoto(person, o.clerk, "", "image/jpeg", portraittest.JPEG(t, 60)), 428, ""},
		"removed without version":  {call{method: http.MethodDelete, path: path, key: o.clerk}, 428, ""},
		"of a person who is not":   {call{method: http.MethodGet, path: "/v1/persons/01900000-0000-7000-8000-000000000000/photo", key: o.clerk}, 404, "person-not-found"},
		"of an address that isn't": {call{method: http.MethodGet, path: "/v1/persons/7/photo", key: o.clerk}, 422, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := *o.world
			w.t = t
			w.do(tt.call).refused(tt.status, tt.code)
		})
	}
}

// What is no photo is refused with what is wrong, and nothing is written.
func TestMalformedPhotos(t *testing.T) {
	o := newOffice(t)
	person := o.person("孙权")
	before := o.lastEntry()
	photo := portraittest.JPEG(t, 90)
	figure := portraittest.EncodePNG(t, portraittest.Figure(90, color.White))
	for name, tt := range map[string]struct {
		media  string
		file   []byte
		status int
		code   string
	}{
		"nothing":         {"image/jpeg", nil, 400, ""},
		"JSON":            {"application/json", []byte(`{}`), 415, ""},
		"GIF":             {"image/gif", photo, 415, ""},
		"no media type":   {"", photo, 415, ""},
		"64 KB":           {"image/jpeg", append(bytes.Clone(photo), make([]byte, 64<<10)...), 413, ""},
		"51 KB":           {"image/jpeg", append(bytes.Clone(photo), make([]byte, 51<<10-len(photo))...), 422, "photo-too-large"},
		"a PDF":           {"image/jpeg", []byte("%PDF-1.7"), 422, "photo-format"},
		"a GIF as JPEG":   {"image/jpeg", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), 422, "photo-format"},
		"half a JPEG":     {"image/jpeg", photo[:len(photo)/2], 422, "photo-damaged"},
		"half a PNG":      {"image/png", figure[:len(figure)/2], 422, "photo-damaged"},
		"JPEG and a page": {"image/jpeg", append(bytes.Clone(photo), "<script>"...), 422, "photo-damaged"},
		"1 × 1":           {"image/png", portraittest.EncodePNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), 422, "photo-dimensions"},
		"on blue":         {"image/jpeg", portraittest.EncodeJPEG(t, portraittest.Figure(90, color.RGBA{60, 120, 200, 255})), 422, "photo-background"},
	} {
		t.Run(name, func(t *testing.T) {
			w := *o.world
			w.t = t
			w.do(putPhoto(person, o.clerk, `"1"`, tt.media, tt.file)).refused(tt.status, tt.code)
		})
	}
	o.get("/v1/persons/"+person+"/photo", o.clerk).refused(404, "photo-not-found")
	if after := o.lastEntry(); after != before {
		t.Errorf("journal: got entry %s, want %s as before", after, before)
	}
}

// The photo is printed for staff, for the holder and for a whole sitting, on
// papers made since it was there; nobody else is shown it.
func TestPhotoIsOnThePaper(t *testing.T) {
	o := newOffice(t)
	number := o.certify("孙权", "2026-05-18")
	o.clock.set(t, "2026-05-19")
	o.publish()
	holder := object{"code": o.codeOf(number), "name": "孙权"}
	prints := map[string]func() answer{
		"staff":   func() answer { return o.get("/v1/certificates/"+number+"/document", o.head) },
		"holder":  func() answer { return o.post("/v1/holder/document", "", holder) },
		"sitting": func() answer { return o.post("/v1/sittings/"+o.sittingOf(number)+"/documents", o.head, nil) },
	}
	photo := o.photographed(number, 90)
	for name, print := range prints {
		if bytes.Contains(print().want(200).raw, photo) {
			t.Errorf("%s: the photo is on a paper that was made before it", name)
		}
	}
	record := o.get("/v1/certificates/"+number+"/record", o.head)
	o.do(call{method: http.MethodPost, path: "/v1/certificates/" + number + "/reissue", key: o.head, ifMatch: record.etag(), body: object{"reason": "补印照片"}}).want(200)
	o.publish()
	for name, print := range prints {
		if !bytes.Contains(print().want(200).raw, photo) {
			t.Errorf("%s: the photo is not on the paper", name)
		}
	}
	later := o.photographed(number, 60)
	for name, print := range prints {
		if pdf := print().want(200).raw; !bytes.Contains(pdf, photo) || bytes.Contains(pdf, later) {
			t.Errorf("%s: the paper shows another photo than it was made with", name)
		}
	}
	link := o.post("/v1/holder/links", "", object{"code": holder["code"], "name": "孙权", "purpose": "应聘", "fields": []string{"name", "document", "results"}, "expiresOn": "2026-06-30"}).want(201)
	for _, public := range []answer{
		o.get("/v1/certificates/"+number, ""), o.get("/v1/links/"+link.at("code"), ""), o.post("/v1/holder", "", holder), o.post("/v1/holder/credential", "", holder),
	} {
		if public.want(200); bytes.Contains(bytes.ToLower(public.raw), []byte("photo")) {
			t.Errorf("%s: the answer tells of a photo: %s", public.name, public.raw)
		}
	}
	o.nothingPersonalLogged("孙权")
}
