package web_test

import (
	"io"
	"net/http"
	"net/url"
	"testing"
)

// get reads a page and fails unless it has the status.
func get(t testing.TB, s site, address string, status int) string {
	t.Helper()
	resp, err := s.Client().Get(s.URL + address) //nolint:noctx // the server ends with the test
	return read(t, resp, err, address, status)
}

// post sends a form.
func post(t testing.TB, s site, address string, status int, form url.Values) string {
	t.Helper()
	resp, err := s.Client().PostForm(s.URL+address, form) //nolint:noctx // the server ends with the test
	return read(t, resp, err, address, status)
}

func read(t testing.TB, resp *http.Response, err error, address string, status int) string {
	t.Helper()
	body := readAny(t, resp, err)
	if resp.StatusCode != status {
		t.Fatalf("%s: got status %d, want %d: %.2000s", address, resp.StatusCode, status, body)
	}
	return body
}

func readAny(t testing.TB, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// workSince is the state of a check for level 2: a bachelor with a level 3
// certificate and a course who has worked in the occupation since a day.
func workSince(from string) string {
	return `{"occupation":"customer-service-manager","level":2,"told":{` +
		`"education":{"known":"yes","entries":[{"level":"bachelor","field":"related","awarded":"2015-07"}]},` +
		`"certificates":{"known":"yes","entries":[{"level":"3","occupation":"own","issued":"2022-06-01"}]},` +
		`"work":{"known":"yes","entries":[{"occupation":"related","from":"2015-09-01","to":"2023-12-31"},{"occupation":"own","from":"` + from + `","to":"now"}]},` +
		`"training":{"known":"yes","entries":[{"level":"2","hours":"150","completed":"2025-05-20","certificate":"yes"}]}},` +
		`"trail":["start"]}`
}
