package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/certreg/certreg/registry"
)

// TestAnAmendedResultIsTold follows an application of which a result was amended.
func TestAnAmendedResultIsTold(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	one, other := registry.Operator("one"), registry.Operator("other")
	applications, _, err := s.registry.Applications(ctx, one, registry.ApplicationFilter{Status: registry.Admitted, Page: registry.Page{Limit: registry.MaxPage}})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range applications {
		results, err := s.registry.ResultsOfApplication(ctx, one, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(results, func(r registry.Result) bool { return r.Confirmed() && r.Mark == registry.Scored && r.Final < 6000 })
		if i < 0 {
			continue
		}
		rec, err := s.registry.ProposeAmendment(ctx, one, registry.NewAmendment{
			Sitting: a.Sitting, Result: results[i].ID, Version: results[i].Version, Kind: registry.Review, Reason: "复核发现漏计。", Raw: "87.5",
		})
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{"code": {a.Code}}
		if body := post(t, s, "/application", http.StatusOK, form); strings.Contains(body, "更正") {
			t.Error("the page tells of an amendment that is not decided")
		}
		_, err = s.registry.DecideAmendment(ctx, other, registry.AmendmentDecision{Sitting: a.Sitting, Result: results[i].ID, Amendment: rec.Amendments[0].ID, Accept: true})
		if err != nil {
			t.Fatal(err)
		}
		body := post(t, s, "/application", http.StatusOK, form)
		if !strings.Contains(body, "87.5") || !strings.Contains(body, "2026年11月21日 更正") || strings.Contains(body, "漏计") {
			t.Errorf("got %s, want 87.5, amended on the day, without the reason for the file", body)
		}
		form.Set("lang", "en")
		if body := post(t, s, "/application", http.StatusOK, form); !strings.Contains(body, "amended on 21") {
			t.Errorf("got %s, want the same in English", body)
		}
		return
	}
	t.Fatal("nobody has failed")
}
