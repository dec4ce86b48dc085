package web_test

import (
	"io"
	"net/http"
	"testing"
)

func TestSmoke(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/check", "/verify", "/verify/" + string(s.contents.Valid), "/verify/many", "/occupations", "/occupations/customer-service-manager", "/problems", "/problems/sitting-full", "/about", "/application", "/nowhere"} {
		resp, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		t.Log(path, resp.StatusCode, len(body))
		if resp.StatusCode >= 400 {
			t.Errorf("%s: %d %.600s", path, resp.StatusCode, body)
		}
	}
}
