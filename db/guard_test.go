package db_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// issue enters one certificate with all that belongs to it.
func issue(t testing.TB, s *db.DB, n int) {
	t.Helper()
	write(t, s, func(w registry.Writer) error {
		ctx := t.Context()
		c := certificate(t, n)
		_, err := w.NextSerials(ctx, []string{"national-16/2026/11001001/3"}, 1)
		return errors.Join(
			err,
			w.InsertCertificates(ctx, []registry.Certificate{c}, uses(n)),
			w.InsertPrints(ctx, []registry.Print{{Certificate: c.Number, Paper: c.Paper, At: at, By: "clerk"}}),
			w.Append(ctx, []registry.Entry{{At: at, Action: registry.CertificateIssued, Kind: "certificate", Subject: string(c.Number), Body: centre, By: "clerk"}}, nil),
		)
	})
}

func change(n int, state registry.ChangeState) registry.StatusChange {
	return registry.StatusChange{
		ID: id(7, n), Certificate: "2611001001300001", Kind: registry.Withdraw, ReasonCode: "misconduct", Reason: "…",
		State: state, ProposedBy: "a", ProposedAt: at,
	}
}

// TestReferencesMustBeThere holds for one row and for one among many.
func TestReferencesMustBeThere(t *testing.T) {
	// copied is the certificate again, under another number and for others.
	copied := func(person, application, body string) string {
		return `INSERT INTO certificate (number, scheme, occupation, level, person, application, body, route, holder,
				issued_on, issued_at, code, paper, evidence, status_list, status_index, status, status_on, version)
			SELECT '2611001001300002', scheme, occupation, level, ` + person + `, ` + application + `, ` + body + `, route, holder,
				issued_on, issued_at, 'X', 'P9', evidence, 0, 99, 'cancelled', status_on, version
			FROM certificate`
	}
	second, theirs := "'"+id(4, 2)+"'", "'"+id(5, 2)+"'"
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		seed(t, s)
		admit(t, s, 1, 2)
		issue(t, s, 1)
		for _, statement := range []string{
			copied(second, "'x'", "body"),
			copied(second, theirs, "'x'"),
			copied("person", theirs, "body"),
			copied("'x'", "NULL", "body"),
			`INSERT INTO result_use (result, certificate) SELECT id, 'x' FROM result WHERE application = ` + theirs,
			`INSERT INTO result_use (result, certificate) VALUES ('x', '2611001001300001')`,
			`INSERT INTO result_use (result, certificate, amendment) SELECT id, '2611001001300001', 'x' FROM result WHERE application = ` + theirs,
			`INSERT INTO print (paper, certificate, reason, printed_at, printed_by)
			VALUES ('P8', '2611001001300001', '', '2026-10-20T00:00:00Z', 'x'), ('P9', 'x', '', '2026-10-20T00:00:00Z', 'x')`,
			`INSERT INTO log_entry (idx, certificate, event, leaf, secret) VALUES (0, 'x', '', '', '')`,
		} {
			if _, err := s.Raw().ExecContext(t.Context(), statement); err == nil {
				t.Errorf("%s: err = nil, want a refusal", statement)
			}
		}
		if _, err := s.Raw().ExecContext(t.Context(), copied(second, theirs, "body")); err != nil {
			t.Errorf("a certificate of the second application: err = %v, want none", err)
		}
	})
}

// amendment is the n-th of the result in theory of the first application.
func amendment(n, version int, state registry.ChangeState) registry.Amendment {
	m := registry.Amendment{
		ID: id(9, n), Result: id(6, 11), Kind: registry.Review, Reason: "…", Mark: registry.Scored, Raw: 8000, Deduction: 100, Final: 7900,
		State: state, ProposedBy: "a", ProposedAt: at, Version: version,
	}
	if state != registry.Proposed {
		m.DecidedBy, m.DecidedAt, m.Answer = "b", at, "yes"
	}
	return m
}

// refused is the statements that every engine, and one engine only, must refuse.
func refused(engine string) []string {
	shared := []string{
		`UPDATE journal SET action = 'nothing'`,
		`DELETE FROM journal`,
		`UPDATE journal_head SET seq = 0`,
		`DELETE FROM journal_head`,
		`UPDATE series SET last_serial = last_serial - 1`,
		`UPDATE series SET name = 'x'`,
		`DELETE FROM series`,
		`DELETE FROM certificate`,
		`UPDATE certificate SET number = '2611001001300009'`,
		`UPDATE certificate SET scheme = 'x'`,
		`UPDATE certificate SET occupation = 'x'`,
		`UPDATE certificate SET level = 1`,
		`UPDATE certificate SET person = '` + id(4, 2) + `'`,
		`UPDATE certificate SET application = '` + id(5, 2) + `'`,
		`UPDATE certificate SET application = NULL`,
		`UPDATE certificate SET body = '` + other + `'`,
		`UPDATE certificate SET route = 'legacy'`,
		`UPDATE certificate SET issued_on = '2020-01-01'`,
		`UPDATE certificate SET issued_at = '2020-01-01T00:00:00.000000Z'`,
		`UPDATE certificate SET code = 'x'`,
		`UPDATE certificate SET evidence = 'x'`,
		`UPDATE result_use SET certificate = 'x'`,
		`DELETE FROM result_use`,
		`UPDATE print SET reason = 'x'`,
		`DELETE FROM print`,
		`UPDATE replacement SET old_paper = 'P00000002'`,
		`UPDATE replacement SET new_version = 9`,
		`UPDATE replacement SET new_list = NULL, new_index = NULL`,
		`UPDATE replacement SET old_index = 131071`,
		`DELETE FROM replacement`,
		`DELETE FROM status_change`,
		`UPDATE status_change SET reason = 'x' WHERE state = 'refused'`,
		`UPDATE status_change SET certificate = 'x' WHERE state = 'proposed'`,
		`DELETE FROM result`,
		`UPDATE result SET final = 10000`,
		`DELETE FROM amendment`,
		`UPDATE amendment SET final = 10000 WHERE state = 'proposed'`,
		`UPDATE amendment SET version = 9 WHERE state = 'proposed'`,
		`UPDATE amendment SET state = 'proposed' WHERE state = 'refused'`,
		`UPDATE amendment SET answer = 'x' WHERE state = 'effective'`,
	}
	own := map[string][]string{
		"sqlite": {
			`REPLACE INTO journal SELECT seq, recorded_at, 'x', kind, subject, body, staff, role, api_key, origin, request, detail FROM journal`,
			`REPLACE INTO series (name, last_serial) VALUES ('national-16/2026/11001001/3', 1)`,
			`REPLACE INTO result_use (result, certificate) SELECT result, certificate FROM result_use`,
		},
		"postgres": {
			`DELETE FROM body`, `DELETE FROM person`, `DELETE FROM application`, // foreign keys elsewhere
			`TRUNCATE journal`, `TRUNCATE journal_head`, `TRUNCATE series`, `TRUNCATE certificate CASCADE`,
			`TRUNCATE result_use`, `TRUNCATE print CASCADE`, `TRUNCATE replacement`, `TRUNCATE status_change`, `TRUNCATE result CASCADE`, `TRUNCATE amendment CASCADE`,
		},
	}
	return append(own[engine], shared...)
}

func TestWhatIsWrittenStays(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		seed(t, s)
		admit(t, s, 1, 2)
		issue(t, s, 1)
		reprint(t, s, certificate(t, 1), "P00000101", 101)
		write(t, s, func(w registry.Writer) error {
			return errors.Join(
				w.InsertStatusChange(t.Context(), change(1, registry.Refused)), w.InsertStatusChange(t.Context(), change(2, registry.Proposed)),
				w.InsertAmendment(t.Context(), amendment(1, 3, registry.Refused)), w.InsertAmendment(t.Context(), amendment(2, 3, registry.Effective)),
				w.InsertAmendment(t.Context(), amendment(3, 4, registry.Proposed)),
			)
		})
		_, name, _ := strings.Cut(t.Name(), "/")
		for _, statement := range refused(name) {
			if _, err := s.Raw().ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "refused") {
				t.Errorf("%s: err = %v, want a refusal", statement, err)
			}
		}
		if _, err := s.Raw().ExecContext(t.Context(), `UPDATE certificate SET status = 'withdrawn', paper = 'P2'`); err != nil {
			t.Errorf("what may change of a certificate: %v", err)
		}
	})
}

// Nobody brings about what they proposed, and everybody may take it back.
func TestProposalsTakeTwoPeople(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		admit(t, s, 1, 2)
		issue(t, s, 1)
		step, m := change(1, registry.Proposed), amendment(1, 3, registry.Proposed)
		e := registry.Edition{Digest: "sha256:01", RuleSet: "csm-2027", Occupation: "csm", State: registry.EditionDraft, SubmittedBy: "a", SubmittedAt: at, Version: 1}
		write(t, s, func(w registry.Writer) error {
			return errors.Join(w.InsertStatusChange(ctx, step), w.InsertAmendment(ctx, m), w.InsertEdition(ctx, e))
		})
		step.State, step.On, step.DecidedBy, step.DecidedAt = registry.Effective, day(t, "2026-10-20"), step.ProposedBy, at
		m.State, m.DecidedBy, m.DecidedAt = registry.Effective, m.ProposedBy, at
		e.State, e.ReviewedBy, e.ReviewedAt = registry.EditionReviewed, e.SubmittedBy, at
		updates := map[string]func(registry.Writer) error{
			"status change": func(w registry.Writer) error { return w.UpdateStatusChange(ctx, step) },
			"amendment":     func(w registry.Writer) error { return w.UpdateAmendment(ctx, m) },
			"edition":       func(w registry.Writer) error { return w.UpdateEdition(ctx, e) },
		}
		for name, update := range updates {
			if err := s.Write(ctx, update); err == nil {
				t.Errorf("%s: came about by who proposed it", name)
			}
		}
		step.State, step.On, m.State, e.State = registry.Refused, civil.Date{}, registry.Refused, registry.EditionRefused
		for _, update := range updates {
			write(t, s, update)
		}
	})
}

// A duplicate writes what is there already.
type duplicate struct {
	name string
	f    func(*testing.T, registry.Writer) error
}

func duplicates() []duplicate {
	return []duplicate{
		{"body code", func(t *testing.T, w registry.Writer) error {
			return w.InsertBody(t.Context(), body(id(1, 9), nation, "/"+nation+"/"+id(1, 9)+"/", registry.ProvincialCentre, "11000000"))
		}},
		{"document", func(t *testing.T, w registry.Writer) error {
			p := person(1)
			p.ID = id(4, 99)
			return w.InsertPerson(t.Context(), p)
		}},
		{"live application", func(t *testing.T, w registry.Writer) error {
			a := application(t, 1)
			a.ID, a.Code, a.Ticket = id(5, 99), "APPL-99", "99"
			return w.InsertApplication(t.Context(), a)
		}},
		{"ticket number", func(t *testing.T, w registry.Writer) error {
			a := application(t, 3)
			a.Ticket = application(t, 1).Ticket
			return w.InsertApplication(t.Context(), a)
		}},
		{"amendment that waits", func(t *testing.T, w registry.Writer) error {
			return errors.Join(w.InsertAmendment(t.Context(), amendment(1, 3, registry.Proposed)), w.InsertAmendment(t.Context(), amendment(2, 3, registry.Proposed)))
		}},
		{"withdrawal that waits", func(t *testing.T, w registry.Writer) error {
			correction := change(3, registry.Proposed)
			correction.Kind = registry.Correct // does not stand in the way
			return errors.Join(
				w.InsertStatusChange(t.Context(), change(1, registry.Proposed)), w.InsertStatusChange(t.Context(), correction),
				w.InsertStatusChange(t.Context(), change(2, registry.Proposed)),
			)
		}},
		{"amendment in effect", func(t *testing.T, w registry.Writer) error {
			return errors.Join(w.InsertAmendment(t.Context(), amendment(1, 3, registry.Effective)), w.InsertAmendment(t.Context(), amendment(2, 3, registry.Effective)))
		}},
		{"result of a component", func(t *testing.T, w registry.Writer) error {
			r := result(1, "theory")
			r.ID = id(6, 99)
			return w.PutResults(t.Context(), []registry.Result{r})
		}},
		{"certificate number", func(t *testing.T, w registry.Writer) error {
			c := certificate(t, 2)
			c.Number = certificate(t, 1).Number
			return w.InsertCertificates(t.Context(), []registry.Certificate{c}, nil)
		}},
		{"verification code", func(t *testing.T, w registry.Writer) error {
			c := certificate(t, 2)
			c.Code = certificate(t, 1).Code
			return w.InsertCertificates(t.Context(), []registry.Certificate{c}, nil)
		}},
		{"certificate of an application", func(t *testing.T, w registry.Writer) error {
			c := certificate(t, 2)
			c.Application = certificate(t, 1).Application
			return w.InsertCertificates(t.Context(), []registry.Certificate{c}, nil)
		}},
		{"use of a result", func(t *testing.T, w registry.Writer) error {
			c := certificate(t, 2)
			u := uses(1)
			u[0].Certificate, u[1].Certificate = c.Number, c.Number
			return w.InsertCertificates(t.Context(), []registry.Certificate{c}, u)
		}},
		{"paper", func(t *testing.T, w registry.Writer) error {
			return w.InsertPrints(t.Context(), []registry.Print{{Certificate: certificate(t, 1).Number, Paper: "P00000001", At: at, By: "x"}})
		}},
		{"successor of a paper", func(t *testing.T, w registry.Writer) error {
			return w.InsertReplacement(t.Context(), certificate(t, 1), registry.Print{Certificate: certificate(t, 1).Number, Paper: "P00000102", Version: 3, Place: registry.Place{List: 1, Index: 102}, At: at, By: "x"})
		}},
		{"place in a status list", func(t *testing.T, w registry.Writer) error {
			c := certificate(t, 1)
			c.Paper, c.Place.Index = "P00000101", 101
			return w.InsertReplacement(t.Context(), c, registry.Print{Certificate: c.Number, Paper: "P00000102", Version: 3, Place: c.Place, At: at, By: "x"})
		}},
		{"idempotency key", func(t *testing.T, w registry.Writer) error {
			return w.SaveIdempotency(t.Context(), registry.IdempotencyRecord{Owner: "k", Key: "1", Result: []byte("{}"), At: at})
		}},
	}
}

func TestConstraints(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		seed(t, s)
		admit(t, s, 1, 2)
		issue(t, s, 1)
		reprint(t, s, certificate(t, 1), "P00000101", 101)
		write(t, s, func(w registry.Writer) error {
			return errors.Join(
				w.InsertPerson(t.Context(), person(3)),
				w.SaveIdempotency(t.Context(), registry.IdempotencyRecord{Owner: "k", Key: "1", Result: []byte("{}"), At: at}),
			)
		})
		for _, tt := range duplicates() {
			t.Run(tt.name, func(t *testing.T) {
				runs := 0
				err := s.Write(t.Context(), func(w registry.Writer) error {
					runs++
					return tt.f(t, w)
				})
				if code(err) != string(registry.AlreadyExists) || !errors.Is(err, registry.ErrConflict) || runs != 4 {
					t.Errorf("a second one: err = %v after %d runs, want AlreadyExists after 4", err, runs)
				}
			})
		}
	})
}
