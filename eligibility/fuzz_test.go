package eligibility_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

func FuzzParseFacts(f *testing.F) {
	for _, s := range applicants()[:4] {
		f.Add([]byte(s))
	}
	f.Add([]byte(`{"born":"1990-05","work":[{"from":"2015-08","occupation":"unknown"}],"student":[{"level":"unknown","field":"own","finalYear":true}],"evidence":[{"code":"x","accepted":false}],"partial":["work"]}`))
	f.Add([]byte(`{"work":[{"to":"2015-08-01","occupation":"related"}],"titles":[{"rank":"middle"}],"training":[{"level":"unknown","hours":1e2,"certificate":true}]}`))
	lib, err := eligibility.Embedded()
	if err != nil {
		f.Fatal(err)
	}
	asOf, err := civil.New(2026, 11, 21)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := eligibility.ParseFacts(data)
		if err != nil {
			if _, ok := errors.AsType[*eligibility.InputError](err); !ok {
				t.Errorf("got %v, want an InputError", err)
			}
			return
		}
		again, err := eligibility.ParseFacts(got.Canonical())
		if err != nil || again.Digest() != got.Digest() {
			t.Errorf("canonical form %s: got %v, read again %v", got.Canonical(), got.Digest(), err)
		}
		for _, r := range lib.RuleSets() {
			for _, l := range r.Levels() {
				d := r.Explain(l.Number, asOf, got)
				if o := r.Decide(l.Number, asOf, got); o != d.Outcome {
					t.Errorf("%s level %d: Decide got %s, Explain %s", r.ID(), l.Number, o, d.Outcome)
				}
				if b := d.AppendJSON(nil); !json.Valid(b) {
					t.Errorf("%s level %d: not JSON: %s", r.ID(), l.Number, b)
				}
			}
		}
	})
}

func FuzzParseRuleSet(f *testing.F) {
	f.Add([]byte(`{"format":"certreg.ruleset/1","id":"x","occupation":{"id":"o"},"levels":[{"level":5,"require":[{"kind":"age","atLeast":16}],"any":[{"id":"5.1","number":1,"during":"p","all":[{"kind":"any","of":[[{"kind":"title","rank":"junior","as":"c"}],[{"kind":"certificate","level":4,"heldFor":"P1Y","as":"c"}]]},{"kind":"work","measure":"cumulative","scope":"related","atLeast":"P1Y1M","since":"c"},{"kind":"engaged"},{"kind":"intends"},{"kind":"apprenticeship"},{"kind":"evidence","code":"x"},{"kind":"student","atLeast":"college"}]}]}],"periods":{"p":{"from":"2020-01-01","to":null}}}`))
	var people []*eligibility.Facts
	for _, s := range applicants() {
		people = append(people, facts(f, []byte(s)))
	}
	asOf, err := civil.New(2026, 11, 21)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := eligibility.ParseRuleSet(data)
		if err != nil {
			if _, ok := errors.AsType[*eligibility.InputError](err); !ok {
				t.Errorf("got %v, want an InputError", err)
			}
			return
		}
		again, err := eligibility.ParseRuleSet(r.Canonical())
		if err != nil || !bytes.Equal(again.Canonical(), r.Canonical()) {
			t.Errorf("canonical form: got %s, read again %v", r.Canonical(), err)
		}
		for _, l := range r.Levels() {
			for _, p := range people {
				if got, want := r.Decide(l.Number, asOf, p), r.Explain(l.Number, asOf, p).Outcome; got != want {
					t.Errorf("level %d: Decide got %s, Explain %s", l.Number, got, want)
				}
			}
		}
	})
}
