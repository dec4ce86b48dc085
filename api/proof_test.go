package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// anchors calls what others need to check proofs, and returns it as they read it.
func (o *office) anchors() (did string, keys signing.Keys, trust proof.Trust) {
	o.t.Helper()
	did, keys, err := signing.ParseDocument(o.get("/.well-known/did.json", "").want(200).raw)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := json.Unmarshal(o.get("/.well-known/certreg.json", "").want(200).raw, &trust); err != nil {
		o.t.Fatal(err)
	}
	return did, keys, trust
}

// place is where a certificate stands in the status lists.
func (o *office) place(number string) registry.Place {
	o.t.Helper()
	r, err := o.reg.CertificateRecord(o.t.Context(), registry.Operator("operator"), registry.NormaliseNumber(number))
	if err != nil {
		o.t.Fatal(err)
	}
	return r.Certificate.Place
}

// listed reports whether the published list of a purpose has the place set.
func (o *office) listed(purpose credential.Purpose, place registry.Place) bool {
	o.t.Helper()
	did, keys, _ := o.anchors()
	path := fmt.Sprintf("/status/%s/%d", purpose, place.List)
	list := o.get(path, "").want(200)
	entry := credential.StatusEntry{Purpose: purpose, List: publicURL + path, Index: place.Index}
	set, _, err := credential.StatusOf(entry, did, list.raw, signing.Directory{did: keys}, o.clock.now())
	if err != nil {
		o.t.Fatal(err)
	}
	return set
}

// logged is the published tree of the log.
func (o *office) logged() translog.Checkpoint {
	o.t.Helper()
	id, err := o.proofs.Identity()
	if err != nil {
		o.t.Fatal(err)
	}
	tree, err := id.Open(o.get("/log/checkpoint", "").want(200).raw)
	if err != nil {
		o.t.Fatal(err)
	}
	return tree
}

// TestAWithdrawalShowsEverywhere withdraws a certificate and finds it in the
// look-up and the status list at once, and in the log with the next checkpoint.
func TestAWithdrawalShowsEverywhere(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		o := newOfficeOn(t, s)
		number := o.certify("韩信", "2026-05-18")
		o.clock.set(t, "2026-05-19")
		o.publish()
		place, before := o.place(number), o.logged()
		if o.listed(credential.Revocation, place) {
			t.Error("a valid certificate is in the revocation list")
		}
		o.withdraw(number)
		o.get("/v1/certificates/"+number, "").want(200).is("status", "withdrawn")
		if !o.listed(credential.Revocation, place) || o.listed(credential.Suspension, place) {
			t.Error("the status lists do not tell the withdrawal")
		}
		o.publish()
		if after := o.logged(); after.Size != before.Size+1 {
			t.Errorf("log: got %d entries after the withdrawal, want %d", after.Size, before.Size+1)
		}
	})
}

// withdraw takes a valid certificate back, by two people.
func (o *office) withdraw(number string) {
	o.t.Helper()
	path := "/v1/certificates/" + number
	record := o.get(path+"/record", o.chief).want(200)
	change := object{"kind": "withdraw", "reasonCode": "misconduct", "reason": "替考。"}
	proposed := o.do(call{method: http.MethodPost, path: path + "/status-changes", key: o.director, ifMatch: record.etag(), body: change}).want(201)
	o.post(path+"/status-changes/"+proposed.at("changes.0.id")+"/decision", o.chief, object{"accept": true}).want(200)
}

func TestAStatusListIsAskedForAgainCheaply(t *testing.T) {
	o := newOffice(t)
	o.certify("陈平", "2026-05-18")
	const path = "/status/revocation/1"
	list := o.get(path, "").want(200)
	if got := list.header.Get("Cache-Control"); got != "public, no-cache" {
		t.Errorf("Cache-Control: got %q, want public, no-cache", got)
	}
	for _, held := range []string{list.etag(), `"0", W/` + list.etag(), "*"} {
		got := o.do(call{method: http.MethodGet, path: path, header: http.Header{"If-None-Match": {held}}}).want(304)
		if len(got.raw) != 0 || got.etag() != list.etag() {
			t.Errorf("If-None-Match %s: got %d bytes, ETag %s, want none and %s", held, len(got.raw), got.etag(), list.etag())
		}
	}
	o.do(call{method: http.MethodGet, path: path, header: http.Header{"If-None-Match": {`"0"`}}}).want(200)
	o.clock.set(t, "2026-05-19") // a copy held longer would end before it is asked for again
	o.do(call{method: http.MethodGet, path: path, header: http.Header{"If-None-Match": {list.etag()}}}).want(200)
	o.get("/status/revocation/2", "").refused(404, "status-list-not-found")
	o.get("/status/refresh/1", "").refused(422, "")
}

// A list of before a withdrawal, kept by somebody, tells a verifier nothing
// once its next day has ended.
func TestAnOldStatusListTellsNothing(t *testing.T) {
	o := newOffice(t)
	number := o.certify("陈平", "2026-05-18")
	place := o.place(number)
	did, keys, _ := o.anchors()
	const path = "/status/revocation/1"
	list := o.get(path, "").want(200)
	o.withdraw(number)
	if !o.listed(credential.Revocation, place) {
		t.Error("the list of now does not tell the withdrawal")
	}
	entry := credential.StatusEntry{Purpose: credential.Revocation, List: publicURL + path, Index: place.Index}
	read := func(at time.Time) (credential.Verified, error) {
		_, v, err := credential.StatusOf(entry, did, list.raw, signing.Directory{did: keys}, at)
		return v, err
	}
	v, err := read(o.clock.now())
	if left := v.ValidUntil.Sub(o.clock.now()); err != nil || left < 24*time.Hour || left > 48*time.Hour {
		t.Fatalf("the list of before counts %s, %v, want a day at least and two at most", left, err)
	}
	if _, err := read(v.ValidUntil.Add(time.Second)); !errors.Is(err, credential.ErrExpired) {
		t.Errorf("the list of before after %s: got %v, want %v", v.ValidUntil, err, credential.ErrExpired)
	}
}

func TestTheLogIsServedAsTiles(t *testing.T) {
	o := newOffice(t)
	o.get("/log/checkpoint", "").want(404)
	o.certify("张良", "2026-05-18")
	o.publish()
	if got := o.logged(); got.Size != 1 {
		t.Errorf("got %d entries, want 1", got.Size)
	}
	o.get("/log/tile/0/000", "").want(404) // not full yet
	o.serve(call{method: http.MethodGet, path: "/log/tile/0/000.p/1"}).want(200)
	if got := o.serve(call{method: http.MethodGet, path: "/log/tile/entries/000.p/1"}).want(200); !strings.Contains(string(got.raw), "certificate-issued") {
		t.Errorf("got entries %q, want one that names its event", got.raw)
	}
	o.do(call{method: http.MethodPost, path: "/log/checkpoint"}).refused(405, "")
}

// TestAWithdrawalIsTold measures how soon a withdrawal that was answered shows:
// in the look-up and the status list with the next request, and in the log with
// the next checkpoint, which the publisher makes every second at the latest.
func TestAWithdrawalIsTold(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 3
	}
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		o := newOfficeOn(t, s)
		numbers := o.certifyMany(rounds, "2026-05-18")
		o.clock.set(t, "2026-05-19")
		o.publish()
		var looked, listed, logged []time.Duration
		for _, number := range numbers {
			place, size := o.place(number), o.logged().Size
			o.withdraw(number)
			start := time.Now() //nolint:forbidigo // measured, not decided by
			o.get("/v1/certificates/"+number, "").want(200).is("status", "withdrawn")
			looked = append(looked, time.Since(start)) //nolint:forbidigo // measured
			if !o.listed(credential.Revocation, place) {
				t.Fatalf("%s is withdrawn and not in the revocation list", number)
			}
			listed = append(listed, time.Since(start)) //nolint:forbidigo // measured
			o.publish()
			if got := o.logged().Size; got != size+1 {
				t.Fatalf("log: got %d entries after the withdrawal, want %d", got, size+1)
			}
			logged = append(logged, time.Since(start)) //nolint:forbidigo // measured
		}
		for name, all := range map[string][]time.Duration{"look-up": looked, "status list": listed, "checkpoint": logged} {
			slices.Sort(all)
			t.Logf("%s: told after %v at the median, %v at most, of %d", name, all[len(all)/2], all[len(all)-1], len(all))
		}
	})
}
