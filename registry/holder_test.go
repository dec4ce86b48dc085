package registry_test

import (
	"slices"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// certified is a world with one certificate, issued on 2026-04-20.
func certified(t *testing.T, s *db.DB) (*world, registry.Certificate) {
	t.Helper()
	w := newWorld(t, s)
	sitting := w.sitting(3, "2026-04-18", 30)
	a := w.apply(sitting, true)
	w.clock.set(t, "2026-04-20")
	w.mark(sitting, "61.5", "88", a)
	cert, _, err := w.IssueOne(t.Context(), w.head, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return w, cert
}

func TestHolderLinks(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert := certified(t, s)
		ctx := t.Context()
		proof := registry.HolderProof{Code: cert.Code, Name: "测试1"}
		for name, wrong := range map[string]registry.HolderProof{
			"no second proof": {Code: cert.Code},
			"wrong name":      {Code: cert.Code, Name: "测试2"},
			"wrong last four": {Code: cert.Code, Last: "0000"},
			"no code":         {Name: "测试1"},
			"wrong code":      {Code: "0000-0000-0000-0000-0", Name: "测试1"},
		} {
			_, err := w.Holder(ctx, wrong)
			if err == nil {
				t.Errorf("%s: let in", name)
				continue
			}
			wantCode(t, err, registry.CertificateNotFound)
		}
		if _, err := w.Holder(ctx, registry.HolderProof{Code: cert.Code, Last: citizenNumber(1)[14:]}); err != nil {
			t.Errorf("by the last four: %v", err)
		}
		link, err := w.MakeLink(ctx, proof, "192.0.2.7", registry.NewLink{
			Purpose: "应聘", Fields: []registry.LinkField{registry.FieldName, registry.FieldResults}, ExpiresOn: day(t, "2026-05-20"),
		})
		if err != nil {
			t.Fatal(err)
		}
		view, err := w.OpenLink(ctx, link.Code, "198.51.100.23")
		if err != nil || view.Name != "测试1" || view.Document != "" || len(view.Results) != 2 || view.Lookup.Status != registry.StatusValid {
			t.Errorf("OpenLink = %+v, %v", view, err)
		}
		held, err := w.Holder(ctx, proof)
		if err != nil || len(held.Links) != 1 || len(held.Links[0].Uses) != 1 || held.Links[0].Uses[0].From != "198.51.100.*" {
			t.Errorf("Holder = %+v, %v", held.Links, err)
		}
		w.clock.set(t, "2026-05-21")
		_, err = w.OpenLink(ctx, link.Code, "")
		wantCode(t, err, registry.LinkNotFound)
		w.clock.set(t, "2026-05-20")
		if err := w.RevokeLink(ctx, proof, "", link.Code); err != nil {
			t.Fatal(err)
		}
		_, err = w.OpenLink(ctx, link.Code, "")
		wantCode(t, err, registry.LinkNotFound)
		_, err = w.MakeLink(ctx, proof, "", registry.NewLink{Purpose: "", Fields: []registry.LinkField{"salary"}, ExpiresOn: day(t, "2027-05-20")})
		wantCode(t, err, registry.InvalidInput)
	})
}

func TestStatusLifeCycle(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert := certified(t, s)
		ctx := t.Context()
		step := func(k registry.StatusKind, reason string, version int) (registry.CertificateRecord, error) {
			return w.ChangeStatus(ctx, w.chief, registry.NewStatusChange{Certificate: cert.Number, Version: version, Kind: k, ReasonCode: reason, Reason: "文件第1号"})
		}
		_, err := step(registry.Lift, "cleared", 1)
		wantCode(t, err, registry.StatusUnchangeable)
		_, err = step(registry.Suspend, "because", 1)
		wantCode(t, err, registry.InvalidInput)
		rec, err := step(registry.Suspend, "investigation", 1)
		if err != nil || rec.Certificate.Status != registry.StatusSuspended || rec.Certificate.Version != 2 {
			t.Fatalf("suspend = %+v, %v", rec, err)
		}
		_, err = step(registry.Lift, "cleared", 1)
		wantCode(t, err, registry.VersionChanged)
		_, err = w.Reissue(ctx, w.head, cert.Number, 2, "遗失")
		wantCode(t, err, registry.StatusUnchangeable)
		if _, err = step(registry.Lift, "cleared", 2); err != nil {
			t.Fatal(err)
		}
		rec, err = w.Reissue(ctx, w.head, cert.Number, 3, "遗失")
		if err != nil || len(rec.Prints) != 2 || rec.Certificate.Paper == cert.Paper || rec.Certificate.Number != cert.Number {
			t.Fatalf("reissue = %+v, %v", rec, err)
		}
		if rec, err = step(registry.Cancel, "holder-request", 4); err != nil || rec.Certificate.Status != registry.StatusCancelled {
			t.Fatalf("cancel = %+v, %v", rec, err)
		}
		entries, err := w.LogEntries(ctx, cert.Number)
		if err != nil || len(entries) != 5 {
			t.Errorf("%d log entries, %v, want 5: issued, suspended, restored, reissued, cancelled", len(entries), err)
		}
		list, err := w.StatusList(ctx, cert.Place.List)
		want := []int{cert.Place.Index, rec.Certificate.Place.Index} // of the superseded paper, and of the cancelled certificate
		slices.Sort(want)
		if err != nil || !slices.Equal(list.Revoked, want) || len(list.Suspended) != 0 {
			t.Errorf("StatusList = %+v, %v, want %v revoked", list, err, want)
		}
	})
}
