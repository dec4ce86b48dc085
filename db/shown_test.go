package db_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

func TestLinks(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		admit(t, s, 1, 1)
		issue(t, s, 1)
		number := certificate(t, 1).Number
		older := registry.Link{Code: "A", Certificate: number, Purpose: "应聘", Fields: []registry.LinkField{registry.FieldName}, ExpiresOn: day(t, "2026-09-01"), CreatedAt: at}
		newer := registry.Link{Code: "B", Certificate: number, Purpose: "落户", ExpiresOn: day(t, "2026-09-01"), CreatedAt: at.Add(time.Hour)}
		first, second := registry.LinkUse{At: at, From: "10.0.0.*"}, registry.LinkUse{At: at.Add(time.Minute), From: "10.0.1.*"}
		write(t, s, func(w registry.Writer) error {
			return errors.Join(
				w.InsertLink(ctx, older), w.InsertLink(ctx, newer), w.InsertLinkUse(ctx, "A", first), w.InsertLinkUse(ctx, "A", second), w.RevokeLink(ctx, "B", at),
			)
		})
		newer.RevokedAt = at
		same(t, s, "link", older, func(r registry.Reader) (registry.Link, error) { return r.Link(ctx, "A") })
		older.Uses = []registry.LinkUse{second, first}
		same(t, s, "links", []registry.Link{newer, older}, func(r registry.Reader) ([]registry.Link, error) { return r.Links(ctx, number) })
		err := s.Read(ctx, func(r registry.Reader) error { _, err := r.Link(ctx, "x"); return err })
		if code(err) != string(registry.LinkNotFound) {
			t.Errorf("no such link: err = %v, want LinkNotFound", err)
		}
	})
}

func TestEditions(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		e := registry.Edition{
			Digest: "sha256:01", RuleSet: "csm-2027", Occupation: "csm", Document: []byte(`{"id":"csm-2027"}`), State: registry.EditionDraft,
			SubmittedBy: "a", SubmittedAt: at, Version: 1,
		}
		write(t, s, func(w registry.Writer) error { return w.InsertEdition(ctx, e) })
		e.State, e.ReviewedBy, e.ReviewedAt, e.Note = registry.EditionReviewed, "b", at, "ok"
		update := func() error { return s.Write(ctx, func(w registry.Writer) error { return w.UpdateEdition(ctx, e) }) }
		if err := update(); err != nil {
			t.Fatal(err)
		}
		if err := update(); code(err) != string(registry.VersionChanged) {
			t.Errorf("second update from the same version: err = %v, want VersionChanged", err)
		}
		e.Version = 2
		same(t, s, "edition", e, func(r registry.Reader) (registry.Edition, error) { return r.Edition(ctx, e.Digest) })
		same(t, s, "reviewed editions", []registry.Edition{e}, func(r registry.Reader) ([]registry.Edition, error) { return r.Editions(ctx, registry.EditionReviewed) })
		same(t, s, "drafts", nil, func(r registry.Reader) ([]registry.Edition, error) { return r.Editions(ctx, registry.EditionDraft) })
		err := s.Read(ctx, func(r registry.Reader) error { _, err := r.Edition(ctx, "x"); return err })
		if code(err) != string(registry.EditionNotFound) {
			t.Errorf("no such edition: err = %v, want EditionNotFound", err)
		}
	})
}

func TestStatusLists(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		admit(t, s, 1, 4)
		for n := 1; n <= 4; n++ {
			issue(t, s, n)
		}
		write(t, s, func(w registry.Writer) error {
			errs := []error{w.InsertStatusSecret(ctx, 1, []byte("secret"))}
			for n, status := range map[int]registry.CertificateStatus{1: registry.StatusWithdrawn, 2: registry.StatusSuspended, 3: registry.StatusCancelled} {
				c := certificate(t, n)
				c.Status = status
				errs = append(errs, w.UpdateCertificate(ctx, c))
			}
			return errors.Join(errs...)
		})
		l := read(t, s, func(r registry.Reader) (registry.StatusList, error) { return r.StatusList(ctx, 1) })
		if !slices.Equal(l.Revoked, []int{1, 3}) || !slices.Equal(l.Suspended, []int{2}) {
			t.Errorf("status list: got %+v, want 1 and 3 revoked, 2 suspended", l)
		}
		suspended := certificate(t, 2)
		suspended.Status, suspended.Version = registry.StatusSuspended, 2
		reprint(t, s, suspended, "P00000102", 102)
		again := reprint(t, s, certificate(t, 4), "P00000104", 104)
		reprint(t, s, again, "P00000204", 204)
		l = read(t, s, func(r registry.Reader) (registry.StatusList, error) { return r.StatusList(ctx, 1) })
		if !slices.Equal(l.Revoked, []int{1, 2, 3, 4, 104}) || !slices.Equal(l.Suspended, []int{102}) {
			t.Errorf("status list after reprints: got %+v, want 1, 2, 3, 4 and 104 revoked, 102 suspended", l)
		}
		same(t, s, "secret", "secret", func(r registry.Reader) (string, error) {
			secret, _, err := r.StatusSecret(ctx, 1)
			return string(secret), err
		})
		err := s.Read(ctx, func(r registry.Reader) error {
			if _, found, err := r.StatusSecret(ctx, 2); found || err != nil {
				t.Errorf("secret of a list that was not begun: found %v, %v", found, err)
			}
			_, err := r.StatusList(ctx, 2)
			return err
		})
		if code(err) != string(registry.StatusListNotFound) {
			t.Errorf("a list that was not begun: err = %v, want StatusListNotFound", err)
		}
	})
}
