package registry_test

import (
	"errors"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// What belongs to another body is answered like what does not exist.
func TestOutOfReachIsNotFound(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		a := w.apply(sitting, true)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "60", "60", a)
		cert, _, err := w.IssueOne(ctx, w.head, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		deeds := map[string]struct {
			do   func() error
			want registry.Code
		}{
			"body":        {func() error { _, err := w.Body(ctx, w.stranger, w.centre.ID); return err }, registry.BodyNotFound},
			"sitting":     {func() error { _, err := w.Sitting(ctx, w.stranger, sitting.ID); return err }, registry.SittingNotFound},
			"person":      {func() error { _, err := w.Person(ctx, w.stranger, a.Person); return err }, registry.PersonNotFound},
			"application": {func() error { _, err := w.Application(ctx, w.stranger, a.ID); return err }, registry.ApplicationNotFound},
			"admit":       {func() error { _, err := w.Admit(ctx, w.stranger, a.ID, a.Version); return err }, registry.ApplicationNotFound},
			"results":     {func() error { _, err := w.ResultsOfSitting(ctx, w.stranger, sitting.ID, ""); return err }, registry.SittingNotFound},
			"issue":       {func() error { _, err := w.IssueSitting(ctx, w.stranger, sitting.ID); return err }, registry.SittingNotFound},
			"certificate": {func() error { _, err := w.CertificateRecord(ctx, w.stranger, cert.Number); return err }, registry.CertificateNotFound},
			"reissue":     {func() error { _, err := w.Reissue(ctx, w.stranger, cert.Number, 1, "遗失"); return err }, registry.CertificateNotFound},
			"no such id":  {func() error { _, err := w.Application(ctx, w.head, "nonsense"); return err }, registry.ApplicationNotFound},
			"key for another's body": {func() error {
				_, _, err := w.CreateKey(ctx, w.neighbour, registry.NewKey{Body: w.centre.ID, Role: registry.CentreClerk, Subject: "x"})
				return err
			}, registry.BodyNotFound},
		}
		for name, deed := range deeds {
			t.Run(name, func(t *testing.T) { wantCode(t, deed.do(), deed.want) })
		}
		for name, list := range map[string]func() (int, error){
			"sittings": func() (int, error) {
				l, _, err := w.Sittings(ctx, w.stranger, registry.SittingFilter{})
				return len(l), err
			},
			"applications": func() (int, error) {
				l, _, err := w.Applications(ctx, w.stranger, registry.ApplicationFilter{})
				return len(l), err
			},
			"certificates": func() (int, error) {
				l, _, err := w.Certificates(ctx, w.stranger, registry.CertificateFilter{})
				return len(l), err
			},
		} {
			if n, err := list(); err != nil || n != 0 {
				t.Errorf("a stranger lists %d %s, %v", n, name, err)
			}
		}
	})
}

func TestRolesDoWhatIsTheirs(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		deeds := []struct {
			name string
			do   func(registry.Caller) error
			may  []registry.Caller
			not  []registry.Caller
		}{
			{
				"issue", func(c registry.Caller) error { _, err := w.IssueSitting(ctx, c, sitting.ID); return err },
				[]registry.Caller{w.head, w.chief},
				[]registry.Caller{w.clerk, w.auditor, {}},
			},
			{"open a level", func(c registry.Caller) error {
				_, err := w.OpenLevel(ctx, c, registry.OpenedLevel{Occupation: occupation, Level: 2, OpenedOn: day(t, "2026-01-01")})
				return err
			}, []registry.Caller{w.chief}, []registry.Caller{w.head, w.auditor, w.clerk}},
			{"register", func(c registry.Caller) error {
				_, _, err := w.RegisterPerson(ctx, c, registry.NewPerson{Name: "测试", Document: registry.Document{Kind: registry.Passport, Number: "E12345678"}})
				return err
			}, []registry.Caller{w.clerk, w.head}, []registry.Caller{w.auditor, {}}},
			{
				"keys", func(c registry.Caller) error { _, _, err := w.Keys(ctx, c, registry.Page{}); return err },
				[]registry.Caller{w.chief, w.guide},
				[]registry.Caller{w.head, w.clerk, w.auditor},
			},
			{
				"journal", func(c registry.Caller) error { _, _, err := w.Journal(ctx, c, registry.JournalFilter{}); return err },
				[]registry.Caller{w.auditor, w.head},
				[]registry.Caller{w.clerk, {}},
			},
		}
		for _, d := range deeds {
			for _, c := range d.may {
				if err := d.do(c); err != nil {
					t.Errorf("%s may not %s: %v", c.Subject, d.name, err)
				}
			}
			for _, c := range d.not {
				if err := d.do(c); !errors.Is(err, registry.ErrForbidden) {
					t.Errorf("%q may %s: %v", c.Subject, d.name, err)
				}
			}
		}
	})
}

func TestKeysEnd(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		key, token, err := w.CreateKey(ctx, w.guide, registry.NewKey{Body: w.centre.ID, Role: registry.CentreClerk, Subject: "x", ExpiresOn: day(t, "2026-03-31")})
		if err != nil {
			t.Fatal(err)
		}
		for name, bad := range map[string]string{"empty": "", "cut": token[:len(token)-1], "other secret": token[:len(token)-1] + "!", "prefix": "x" + token} {
			if _, err := w.Authenticate(ctx, bad); !errors.Is(err, registry.ErrUnauthenticated) {
				t.Errorf("%s: err = %v, want unauthenticated", name, err)
			}
		}
		w.clock.set(t, "2026-03-31")
		if _, err := w.Authenticate(ctx, token); err != nil {
			t.Errorf("on its last day: %v", err)
		}
		w.clock.set(t, "2026-04-01")
		if _, err := w.Authenticate(ctx, token); !errors.Is(err, registry.ErrUnauthenticated) {
			t.Errorf("after its last day: %v", err)
		}
		w.clock.set(t, "2026-03-31")
		if err := w.RevokeKey(ctx, w.guide, key.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Authenticate(ctx, token); !errors.Is(err, registry.ErrUnauthenticated) {
			t.Errorf("revoked: %v", err)
		}
		_, _, err = w.CreateKey(ctx, w.guide, registry.NewKey{Body: w.centre.ID, Role: registry.National, Subject: "x"})
		wantCode(t, err, registry.InvalidInput)
	})
}
