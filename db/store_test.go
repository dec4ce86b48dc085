package db_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// same compares one value as written with the same as read.
func same[T any](t *testing.T, s *db.DB, name string, want T, f func(registry.Reader) (T, error)) {
	t.Helper()
	got := read(t, s, f)
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(civil.Date{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: got the second, want the first:\n%s", name, diff)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		key := registry.Key{ID: id(8, 1), Hash: []byte{1, 2, 255}, Body: centre, Role: registry.CentreClerk, Subject: "李", CreatedAt: at, ExpiresOn: day(t, "2027-01-01")}
		level := registry.OpenedLevel{Occupation: "csm", Level: 3, OpenedOn: day(t, "2009-01-01")}
		entry := registry.Entry{At: at, Action: registry.CertificateIssued, Kind: "certificate", Subject: "n", Body: centre, By: "a", Role: registry.National, Key: "k", From: "::1", RequestID: "r", Detail: map[string]string{"a": "一"}}
		record := registry.IdempotencyRecord{Owner: "k", Key: "1", Fingerprint: "f", Result: []byte(`{"a":1}`), At: at}
		p := person(1)
		p.Born, p.CorrectedBy = day(t, "1990-03-07"), []string{"李", "王"}
		app := application(t, 1)
		app.Decided.DueBy = day(t, "2026-12-31")
		write(t, s, func(w registry.Writer) error {
			return errors.Join(
				w.InsertKey(ctx, key), w.PutOpenedLevel(ctx, registry.OpenedLevel{Occupation: "csm", Level: 3, OpenedOn: at2(t)}), w.PutOpenedLevel(ctx, level),
				w.InsertPerson(ctx, p), w.InsertApplication(ctx, app), w.Append(ctx, []registry.Entry{entry}, nil), w.SaveIdempotency(ctx, record),
			)
		})
		entry.Seq = 1
		sat := sittingOn(t, sitting, "2026-10-12")
		sat.Admitted = 1
		same(t, s, "body", body(nation, "", "/"+nation+"/", registry.NationalCentre, "00000000"), func(r registry.Reader) (registry.Body, error) { return r.Body(ctx, nation) })
		same(t, s, "body by code", nation, func(r registry.Reader) (string, error) { b, err := r.BodyByCode(ctx, "00000000"); return b.ID, err })
		same(t, s, "key", key, func(r registry.Reader) (registry.Key, error) { return r.Key(ctx, key.ID) })
		same(t, s, "opened levels", []registry.OpenedLevel{level}, func(r registry.Reader) ([]registry.OpenedLevel, error) { return r.OpenedLevels(ctx, "csm") })
		same(t, s, "season", season, func(r registry.Reader) (string, error) { x, err := r.Season(ctx, season); return x.ID, err })
		same(t, s, "sitting", sat, func(r registry.Reader) (registry.Sitting, error) { return r.Sitting(ctx, sitting) })
		same(t, s, "person", p, func(r registry.Reader) (registry.Person, error) { return r.Person(ctx, p.ID) })
		same(t, s, "person by document", p, func(r registry.Reader) (registry.Person, error) { return r.PersonByDocument(ctx, p.Document) })
		same(t, s, "application", app, func(r registry.Reader) (registry.Application, error) { return r.Application(ctx, app.ID) })
		same(t, s, "application by code", app, func(r registry.Reader) (registry.Application, error) { return r.ApplicationByCode(ctx, app.Code) })
		same(t, s, "live application", app, func(r registry.Reader) (registry.Application, error) { return r.LiveApplication(ctx, p.ID, season, 3) })
		same(t, s, "journal", []registry.Entry{entry}, func(r registry.Reader) ([]registry.Entry, error) {
			return r.Journal(ctx, registry.JournalFilter{Scope: "/", Limit: 10})
		})
		same(t, s, "idempotency record", record, func(r registry.Reader) (registry.IdempotencyRecord, error) {
			rec, found, err := r.IdempotencyRecord(ctx, "k", "1")
			if !found {
				t.Error("idempotency record: not found")
			}
			return rec, err
		})
	})
}

func TestWhatIsIssuedIsRead(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		admit(t, s, 1, 1)
		cert := certificate(t, 1)
		print := registry.Print{
			Certificate: cert.Number, Paper: cert.Paper, Version: 1, Holder: cert.Holder, Document: cert.Document, Place: cert.Place, At: at, By: "a",
		}
		sc := change(1, registry.Effective)
		sc.On, sc.DecidedBy, sc.DecidedAt, sc.Answer, sc.PersonVersion = day(t, "2026-08-02"), "b", at, "yes", 3
		write(t, s, func(w registry.Writer) error {
			return errors.Join(
				w.InsertCertificates(ctx, []registry.Certificate{cert}, uses(1)), w.InsertPrints(ctx, []registry.Print{print}), w.InsertStatusChange(ctx, sc),
			)
		})
		results := []registry.Result{confirmed(result(1, "skills")), confirmed(result(1, "theory"))}
		same(t, s, "confirmed result", results[1], func(r registry.Reader) (registry.Result, error) { return r.ConfirmedResult(ctx, results[1].ID) })
		same(t, s, "certificate of result", cert, func(r registry.Reader) (registry.Certificate, error) {
			return r.CertificateOfResult(ctx, results[1].ID)
		})
		same(t, s, "results of application", results, func(r registry.Reader) ([]registry.Result, error) { return r.ResultsOfApplication(ctx, id(5, 1)) })
		same(t, s, "results of sitting", results, func(r registry.Reader) ([]registry.Result, error) { return r.ResultsOfSitting(ctx, sitting, nil) })
		same(t, s, "certificate", cert, func(r registry.Reader) (registry.Certificate, error) { return r.Certificate(ctx, cert.Number) })
		same(t, s, "certificate by code", cert, func(r registry.Reader) (registry.Certificate, error) { return r.CertificateByCode(ctx, cert.Code) })
		same(t, s, "certificate of application", cert, func(r registry.Reader) (registry.Certificate, error) {
			return r.CertificateOfApplication(ctx, id(5, 1))
		})
		same(t, s, "certificate in force", cert, func(r registry.Reader) (registry.Certificate, error) {
			return r.CertificateInForce(ctx, id(4, 1), "csm", 3)
		})
		cand := registry.Candidate{
			Application: id(5, 1), Body: centre, Path: "/" + nation + "/" + province + "/" + centre + "/", Code: "11001001", Status: registry.Admitted, Components: []string{"theory", "skills"}, Outcome: "eligible",
			Person: id(4, 1), Name: person(1).Name, Document: person(1).Document, Certificate: cert.Number, InForce: cert.Number,
		}
		same(t, s, "candidate", cand, func(r registry.Reader) (registry.Candidate, error) { return r.Candidate(ctx, cand.Application) })
		same(t, s, "candidates", []registry.Candidate{cand}, func(r registry.Reader) ([]registry.Candidate, error) { return r.Candidates(ctx, sitting) })
		same(t, s, "uses", []registry.Attempt{
			{Result: confirmed(result(1, "theory")), Applied: applied(1), Person: id(4, 1), Sitting: sitting, On: day(t, "2026-10-12")},
			{Result: confirmed(result(1, "skills")), Applied: applied(1), Person: id(4, 1), Sitting: sitting, On: day(t, "2026-10-12")},
		}, func(r registry.Reader) ([]registry.Attempt, error) { return r.Uses(ctx, cert.Number) })
		same(t, s, "prints", []registry.Print{print}, func(r registry.Reader) ([]registry.Print, error) { return r.Prints(ctx, cert.Number) })
		before := cert
		cert.Holder, cert.Document.Number, cert.Salt = "王改", "E77777777", []byte{4}
		cert.Place, cert.Paper = registry.Place{List: 2, Index: 7}, "P00000101"
		next := registry.Print{
			Certificate: cert.Number, Paper: cert.Paper, Version: 2, Holder: cert.Holder, Document: cert.Document, Place: cert.Place, Reason: "wrong", At: at, By: "b",
		}
		write(t, s, func(w registry.Writer) error {
			return errors.Join(w.UpdateCertificate(ctx, cert), w.InsertReplacement(ctx, before, next))
		})
		cert.Version++
		cert.Reprinted = true
		same(t, s, "corrected certificate", cert, func(r registry.Reader) (registry.Certificate, error) { return r.Certificate(ctx, cert.Number) })
		same(t, s, "prints after a correction", []registry.Print{print, next}, func(r registry.Reader) ([]registry.Print, error) { return r.Prints(ctx, cert.Number) })
		same(t, s, "status change", sc, func(r registry.Reader) (registry.StatusChange, error) { return r.StatusChange(ctx, cert.Number, sc.ID) })
		same(t, s, "status changes", []registry.StatusChange{sc}, func(r registry.Reader) ([]registry.StatusChange, error) { return r.StatusChanges(ctx, cert.Number) })
	})
}

// applied is what the results of the n-th application were made under.
func applied(n int) registry.EvidenceApplication {
	return registry.EvidenceApplication{ID: id(5, n), Decision: "sha256:cc", RuleSet: "sha256:aa", Facts: "sha256:bb"}
}

func at2(t *testing.T) civil.Date { return day(t, "2008-08-08") }

// Rows may wait for a later statement, see insert; nobody notices.
func TestWhatIsWrittenIsSeenAtOnce(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		write(t, s, func(w registry.Writer) error {
			err := w.InsertPerson(ctx, person(1))
			if got, readErr := w.Person(ctx, id(4, 1)); got.Name != person(1).Name {
				t.Errorf("a person just entered: got %q, %v, want %q", got.Name, readErr, person(1).Name)
			}
			changed := person(1)
			changed.Name = "王改"
			return errors.Join(err, w.InsertPerson(ctx, person(2)), w.UpdatePerson(ctx, changed))
		})
		for n, want := range map[int]string{1: "王改", 2: person(2).Name} {
			if got := read(t, s, func(r registry.Reader) (registry.Person, error) { return r.Person(ctx, id(4, n)) }); got.Name != want {
				t.Errorf("person %d: got %q, want %q", n, got.Name, want)
			}
		}
		err := s.Write(ctx, func(w registry.Writer) error { return w.InsertPerson(ctx, person(2)) })
		if code(err) != string(registry.AlreadyExists) {
			t.Errorf("a person again, and nothing after: err = %v, want %s", err, registry.AlreadyExists)
		}
	})
}

func TestWhatIsNotThere(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		tests := []struct {
			want registry.Code
			f    func(registry.Writer) error
		}{
			{registry.BodyNotFound, func(w registry.Writer) error { _, err := w.Body(ctx, "x"); return err }},
			{registry.BodyNotFound, func(w registry.Writer) error { _, err := w.BodyByCode(ctx, "x"); return err }},
			{registry.KeyNotFound, func(w registry.Writer) error { _, err := w.Key(ctx, "x"); return err }},
			{registry.KeyNotFound, func(w registry.Writer) error { return w.RevokeKey(ctx, "x", at) }},
			{registry.SeasonNotFound, func(w registry.Writer) error { _, err := w.Season(ctx, "x"); return err }},
			{registry.SittingNotFound, func(w registry.Writer) error { _, err := w.Sitting(ctx, "x"); return err }},
			{registry.SittingNotFound, func(w registry.Writer) error { return w.LockSitting(ctx, "x") }},
			{registry.SittingNotFound, func(w registry.Writer) error { return w.InsertApplication(ctx, application(t, 1)) }},
			{registry.ApplicationNotFound, func(w registry.Writer) error { _, err := w.LockSittingOf(ctx, "x"); return err }},
			{registry.PersonNotFound, func(w registry.Writer) error { _, err := w.Person(ctx, "x"); return err }},
			{registry.ApplicationNotFound, func(w registry.Writer) error { _, err := w.Candidate(ctx, "x"); return err }},
			{registry.PersonNotFound, func(w registry.Writer) error { _, err := w.PersonByDocument(ctx, person(1).Document); return err }},
			{registry.ApplicationNotFound, func(w registry.Writer) error { _, err := w.Application(ctx, "x"); return err }},
			{registry.ApplicationNotFound, func(w registry.Writer) error { _, err := w.ApplicationByCode(ctx, "x"); return err }},
			{registry.ApplicationNotFound, func(w registry.Writer) error { _, err := w.LiveApplication(ctx, "x", "y", 3); return err }},
			{registry.CertificateNotFound, func(w registry.Writer) error { _, err := w.Certificate(ctx, "x"); return err }},
			{registry.CertificateNotFound, func(w registry.Writer) error { return w.LockCertificate(ctx, "x") }},
			{registry.CertificateNotFound, func(w registry.Writer) error { _, err := w.CertificateByCode(ctx, "x"); return err }},
			{registry.CertificateNotFound, func(w registry.Writer) error { _, err := w.CertificateOfApplication(ctx, "x"); return err }},
			{registry.CertificateNotFound, func(w registry.Writer) error { _, err := w.CertificateInForce(ctx, "x", "csm", 3); return err }},
			{registry.StatusChangeNotFound, func(w registry.Writer) error { _, err := w.StatusChange(ctx, "x", "y"); return err }},
		}
		for i, tt := range tests {
			err := s.Write(ctx, tt.f)
			if code(err) != string(tt.want) || !errors.Is(err, registry.ErrNotFound) {
				t.Errorf("case %d: err = %v, want %s", i, err, tt.want)
			}
		}
		err := s.Read(ctx, func(r registry.Reader) error {
			bodies, err1 := r.Bodies(ctx, registry.BodyFilter{Scope: "/"})
			attempts, err2 := r.Attempts(ctx, nil, "csm", 3)
			certs, err3 := r.Candidates(ctx, "x")
			_, found, err4 := r.IdempotencyRecord(ctx, "x", "y")
			within, err5 := r.PersonWithin(ctx, "x", "/")
			if len(bodies)+len(attempts)+len(certs) > 0 || found || within {
				t.Errorf("an empty register: got %v, %v, %v, %v, %v, want nothing", bodies, attempts, certs, found, within)
			}
			return errors.Join(err1, err2, err3, err4, err5)
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestUpdatesDetectLostUpdates(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		admit(t, s, 1, 2)
		issue(t, s, 1)
		write(t, s, func(w registry.Writer) error { return w.InsertStatusChange(ctx, change(1, registry.Proposed)) })
		settled := change(1, registry.Refused)
		settled.DecidedBy, settled.DecidedAt = "b", at
		renamed := body(centre, province, "/"+nation+"/"+province+"/"+centre+"/", registry.AssessmentCentre, "11001001")
		renamed.Name.EN = "Another"
		married := person(1)
		married.Name, married.CorrectedBy = "张小1", []string{"clerk"}
		tests := []struct {
			name string
			f    func(registry.Writer) error
		}{
			{"body", func(w registry.Writer) error { return w.UpdateBody(ctx, renamed) }},
			{"sitting", func(w registry.Writer) error { return w.UpdateSitting(ctx, sittingOn(t, sitting, "2026-10-13")) }},
			{"person", func(w registry.Writer) error { return w.UpdatePerson(ctx, married) }},
			{"confirmation", func(w registry.Writer) error { return w.ConfirmPerson(ctx, married.ID, 2) }},
			{"application", func(w registry.Writer) error { return w.UpdateApplication(ctx, application(t, 2)) }},
			{"certificate", func(w registry.Writer) error { return w.UpdateCertificate(ctx, certificate(t, 1)) }},
			{"status change", func(w registry.Writer) error { return w.UpdateStatusChange(ctx, settled) }},
		}
		for _, tt := range tests {
			if err := s.Write(ctx, tt.f); err != nil {
				t.Errorf("%s: first update: %v", tt.name, err)
			}
			if err := s.Write(ctx, tt.f); code(err) != string(registry.VersionChanged) {
				t.Errorf("%s: second update from the same version: err = %v, want VersionChanged", tt.name, err)
			}
		}
		same(t, s, "renamed body", "Another 2", func(r registry.Reader) (string, error) {
			b, err := r.Body(ctx, centre)
			return b.Name.EN + " " + string(rune('0'+b.Version)), err
		})
		married.Version, married.CorrectedBy = 2, nil
		same(t, s, "renamed and confirmed person", married, func(r registry.Reader) (registry.Person, error) { return r.PersonByDocument(ctx, married.Document) })
	})
}

// TestAmendedResults reads a result as it counts, as it was confirmed, and as it
// was when a certificate was issued.
func TestAmendedResults(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		admit(t, s, 1, 1)
		before, used, now := confirmed(result(1, "theory")), amendment(1, 3, registry.Effective), amendment(3, 4, registry.Effective)
		amendments := []registry.Amendment{used, amendment(2, 4, registry.Refused), now}
		now.Raw, now.Final = 8100, 8000
		amendments[2] = now
		write(t, s, func(w registry.Writer) error {
			for _, m := range amendments {
				waits := m
				waits.State, waits.DecidedBy, waits.DecidedAt, waits.Answer = registry.Proposed, "", time.Time{}, ""
				if err := errors.Join(w.InsertAmendment(ctx, waits), w.UpdateAmendment(ctx, m)); err != nil {
					return err
				}
			}
			if err := w.UpdateAmendment(ctx, now); !errors.Is(err, registry.ErrChanged) {
				t.Errorf("deciding again: err = %v, want changed", err)
			}
			return w.InsertCertificates(ctx, []registry.Certificate{certificate(t, 1)}, []registry.Use{{Certificate: certificate(t, 1).Number, Result: before.ID, Amendment: used.ID}})
		})
		as := func(m registry.Amendment) registry.Result {
			r := before
			r.Mark, r.Raw, r.Deduction, r.Final, r.Reason = m.Mark, m.Raw, m.Deduction, m.Final, m.Reason
			r.Amendment, r.AmendedAt, r.Version = m.ID, m.DecidedAt, m.Version
			return r
		}
		same(t, s, "amendments", amendments, func(r registry.Reader) ([]registry.Amendment, error) { return r.Amendments(ctx, before.ID) })
		same(t, s, "confirmed result", before, func(r registry.Reader) (registry.Result, error) { return r.ConfirmedResult(ctx, before.ID) })
		same(t, s, "result in use", registry.Attempt{Result: as(used), Applied: applied(1), Person: id(4, 1), Sitting: sitting, On: day(t, "2026-10-12"), Amended: true}, func(r registry.Reader) (registry.Attempt, error) {
			uses, err := r.Uses(ctx, certificate(t, 1).Number)
			return uses[0], err
		})
		for name, list := range map[string]func(registry.Reader) ([]registry.Result, error){
			"of application": func(r registry.Reader) ([]registry.Result, error) { return r.ResultsOfApplication(ctx, id(5, 1)) },
			"of sitting":     func(r registry.Reader) ([]registry.Result, error) { return r.ResultsOfSitting(ctx, sitting, nil) },
			"of a ticket": func(r registry.Reader) ([]registry.Result, error) {
				return r.ResultsOfSitting(ctx, sitting, []string{ticket(1)})
			},
		} {
			same(t, s, "results "+name, as(now), func(r registry.Reader) (registry.Result, error) {
				results, err := list(r)
				i := slices.IndexFunc(results, func(res registry.Result) bool { return res.Component == "theory" })
				return results[max(i, 0)], err
			})
		}
	})
}

// TestClaims enters a claim to somebody's document and settles it.
func TestClaims(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		known, claim := person(1), person(2)
		claim.Document, claim.Claimed = known.Document, true
		app := application(t, 2)
		write(t, s, func(w registry.Writer) error {
			return errors.Join(w.InsertPerson(ctx, claim), w.InsertPerson(ctx, known), w.InsertApplication(ctx, app))
		})
		same(t, s, "claim", claim, func(r registry.Reader) (registry.Person, error) { return r.Person(ctx, claim.ID) })
		same(t, s, "person by document", known, func(r registry.Reader) (registry.Person, error) { return r.PersonByDocument(ctx, known.Document) })
		err := s.Write(ctx, func(w registry.Writer) error { return w.ReplaceClaim(ctx, app.ID, known.ID, claim.ID) })
		if !errors.Is(err, registry.ErrChanged) {
			t.Errorf("replacing who is no claim: err = %v, want changed", err)
		}
		write(t, s, func(w registry.Writer) error { return w.ReplaceClaim(ctx, app.ID, claim.ID, known.ID) })
		app.Person = known.ID
		same(t, s, "application", app, func(r registry.Reader) (registry.Application, error) { return r.Application(ctx, app.ID) })
		err = s.Read(ctx, func(r registry.Reader) error {
			_, err := r.Person(ctx, claim.ID)
			return err
		})
		if !errors.Is(err, registry.ErrNotFound) {
			t.Errorf("the claim: err = %v, want not found", err)
		}
	})
}

func TestPutResults(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		write(t, s, func(w registry.Writer) error {
			return errors.Join(w.InsertPerson(ctx, person(1)), w.InsertApplication(ctx, application(t, 1)), w.PutResults(ctx, []registry.Result{result(1, "theory")}))
		})
		put := func(results ...registry.Result) error {
			return s.Write(ctx, func(w registry.Writer) error { return w.PutResults(ctx, results) })
		}
		corrected := result(1, "theory")
		corrected.Raw, corrected.Version = 8000, 2
		if err := put(result(1, "skills"), corrected); err != nil {
			t.Fatalf("a new one and a correction: %v", err)
		}
		if err := put(corrected); code(err) != string(registry.VersionChanged) {
			t.Errorf("the same correction again: err = %v, want VersionChanged", err)
		}
		absent := confirmed(corrected)
		absent.ID = id(6, 99)
		if err := put(absent); code(err) != string(registry.VersionChanged) {
			t.Errorf("a correction of what is not there: err = %v, want VersionChanged", err)
		}
		done := confirmed(corrected)
		if err := put(done); err != nil {
			t.Fatalf("confirmation: %v", err)
		}
		late := done
		late.Raw, late.Version = 9000, done.Version+1
		if err := put(confirmed(result(1, "skills")), late); code(err) != string(registry.VersionChanged) {
			t.Errorf("a change after confirmation: err = %v, want VersionChanged", err)
		}
		same(t, s, "results", []registry.Result{result(1, "skills"), done}, func(r registry.Reader) ([]registry.Result, error) { return r.ResultsOfApplication(ctx, id(5, 1)) })
	})
}

func TestFailedWritesLeaveNothing(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		ctx := t.Context()
		seed(t, s)
		broken := errors.New("broken")
		half := func(end func()) func(registry.Writer) error {
			return func(w registry.Writer) error {
				if _, err := w.NextSerials(ctx, []string{"s"}, 5); err != nil {
					return err
				}
				if err := errors.Join(w.InsertPerson(ctx, person(1)), w.Append(ctx, []registry.Entry{{At: at}}, nil)); err != nil {
					return err
				}
				end()
				return broken
			}
		}
		if err := s.Write(ctx, half(func() {})); !errors.Is(err, broken) {
			t.Errorf("Write: err = %v, want that of f", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = s.Write(ctx, half(func() { panic("f") }))
		}()
		cut, cancel := context.WithCancel(ctx)
		if err := s.Write(cut, half(cancel)); !errors.Is(err, broken) && !errors.Is(err, context.Canceled) {
			t.Errorf("Write with a canceled context: err = %v", err)
		}
		write(t, s, func(w registry.Writer) error {
			first, err := w.NextSerials(ctx, []string{"t", "s"}, 1)
			if !slices.Equal(first, []int{1, 1}) {
				t.Errorf("serials after failures: got %v, want 1 of each", first)
			}
			entries, err2 := w.Journal(ctx, registry.JournalFilter{Scope: "/"})
			if len(entries) != 0 {
				t.Errorf("journal after failures: got %d entries, want none", len(entries))
			}
			return errors.Join(err, err2)
		})
	})
}

func TestDeadlinesAreToldAsSuch(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		seed(t, s)
		lock := func(ctx context.Context, then func()) error {
			return s.Write(ctx, func(w registry.Writer) error {
				err := w.LockSitting(ctx, sitting)
				then()
				return err
			})
		}
		err := lock(t.Context(), func() {
			soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := lock(soon, func() {}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("waiting for a lock: err = %v, want DeadlineExceeded", err)
			}
		})
		if err != nil {
			t.Error(err)
		}
	})
}
