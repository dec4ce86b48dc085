package registry_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// rename corrects the name of a certificate's holder in the person's record.
func (w *world) rename(cert registry.Certificate, name string) registry.Person {
	w.t.Helper()
	p := must(w.t)(w.Person(w.t.Context(), w.clerk, cert.Person)).(registry.Person)
	return must(w.t)(w.CorrectPerson(w.t.Context(), w.clerk, p.ID, p.Version, registry.PersonCorrection{Name: name, ReasonCode: "name-changed"})).(registry.Person)
}

// proposeCorrection proposes the correction of a certificate as it stands.
func (w *world) proposeCorrection(n registry.Number) (registry.StatusChange, error) {
	w.t.Helper()
	rec := must(w.t)(w.CertificateRecord(w.t.Context(), w.chief, n)).(registry.CertificateRecord)
	rec, err := w.ChangeStatus(w.t.Context(), w.chief, registry.NewStatusChange{
		Certificate: n, Version: rec.Certificate.Version, Kind: registry.Correct, ReasonCode: "name-changed",
	})
	if err != nil {
		return registry.StatusChange{}, err
	}
	return rec.Changes[len(rec.Changes)-1], nil
}

func (w *world) decide(by registry.Caller, change registry.StatusChange, accept bool) (registry.CertificateRecord, error) {
	w.t.Helper()
	return w.DecideStatusChange(w.t.Context(), by, registry.StatusDecision{Certificate: change.Certificate, Change: change.ID, Accept: accept})
}

func TestCorrectionTakesTwoAndSupersedes(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert := certified(t, s)
		ctx := t.Context()
		_, err := w.proposeCorrection(cert.Number)
		wantCode(t, err, registry.NothingToCorrect)
		w.rename(cert, "测试改")
		change, err := w.proposeCorrection(cert.Number)
		if err != nil || change.State != registry.Proposed || change.PersonVersion != 2 {
			t.Fatalf("proposal = %+v, %v", change, err)
		}
		if now, err := w.CertificateRecord(ctx, w.chief, cert.Number); err != nil || now.Certificate.Holder != cert.Holder || now.Certificate.Version != 1 {
			t.Errorf("a proposal changed the certificate: %+v, %v", now.Certificate, err)
		}
		_, err = w.proposeCorrection(cert.Number)
		wantCode(t, err, registry.StatusUnchangeable)
		_, err = w.decide(w.chief, change, true)
		wantCode(t, err, registry.StatusSamePerson)
		_, err = w.decide(w.head, change, true)
		wantCode(t, err, registry.Forbidden)
		w.clock.set(t, "2026-05-02")
		rec, err := w.decide(w.deputy, change, true)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.decide(w.deputy, change, true)
		wantCode(t, err, registry.StatusChangeDecided)
		got := rec.Certificate
		if got.Holder != "测试改" || got.Version != 2 || got.Status != registry.StatusValid || got.StatusOn != cert.StatusOn ||
			got.Paper == cert.Paper || got.Place == cert.Place || slices.Equal(got.Salt, cert.Salt) || got.Code != cert.Code {
			t.Errorf("corrected = %+v\nbefore    = %+v", got, cert)
		}
		if p := rec.Prints; len(p) != 2 || p[0].Holder != cert.Holder || p[0].Version != 1 || p[1].Holder != got.Holder || p[1].Version != 2 || p[1].Place != got.Place {
			t.Errorf("prints = %+v", p)
		}
		wantAudited(t, w)
		wantNothingPersonal(t, w, cert.Holder, "测试改")
	})
}

// wantAudited wants an audit that finds nothing.
func wantAudited(t *testing.T, w *world) {
	t.Helper()
	report, err := w.Audit(t.Context(), w.auditor, nil)
	if err != nil || len(report.Discrepancies) != 0 {
		t.Errorf("Audit = %+v, %v", report.Discrepancies, err)
	}
}

// wantNothingPersonal wants corrections in the journal, and none of the texts.
func wantNothingPersonal(t *testing.T, w *world, texts ...string) {
	t.Helper()
	entries, _, err := w.Journal(t.Context(), w.auditor, registry.JournalFilter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[registry.Action]string{}
	for _, e := range entries {
		reasons[e.Action] = e.Detail["reasonCode"]
		for _, value := range e.Detail {
			if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(value, text) }) {
				t.Errorf("entry %d tells %q", e.Seq, value)
			}
		}
	}
	for _, action := range []registry.Action{registry.PersonCorrected, registry.CorrectionProposed, registry.CertificateCorrected} {
		if reasons[action] != "name-changed" {
			t.Errorf("the journal's %s has reason %q, want name-changed", action, reasons[action])
		}
	}
}

// passed is somebody who passed everything, before the certificate is issued.
func passed(t *testing.T, s *db.DB) (*world, registry.Sitting, registry.Application) {
	t.Helper()
	w := newWorld(t, s)
	sitting := w.sitting(3, "2026-04-18", 30)
	a := w.apply(sitting, true)
	w.clock.set(t, "2026-04-20")
	w.mark(sitting, "60", "60", a)
	return w, sitting, a
}

// No one person can pass a confirmed examination on to somebody else.
func TestNoCertificateBeforeACorrectionIsConfirmed(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, sitting, a := passed(t, s)
		ctx := t.Context()
		correct := func(by registry.Caller, version int, name string) {
			t.Helper()
			p, err := w.CorrectPerson(ctx, by, a.Person, version, registry.PersonCorrection{Name: name, ReasonCode: "entered-wrongly"})
			if err != nil || !slices.Contains(p.CorrectedBy, by.Subject) {
				t.Fatalf("corrected by %v, %v, want %s among them", p.CorrectedBy, err, by.Subject)
			}
		}
		confirm := func(by registry.Caller, version int, want registry.Code) {
			t.Helper()
			_, err := w.ConfirmPerson(ctx, by, a.Person, version)
			wantCode(t, err, want)
		}
		confirm(w.second, 1, registry.NothingToConfirm)
		correct(w.head, 1, "路人")
		_, _, err := w.IssueOne(ctx, w.head, a.ID)
		wantCode(t, err, registry.CertificateNotDue)
		done, err := w.IssueSitting(ctx, w.head, sitting.ID)
		if err != nil || len(done.Issued) != 0 || len(done.NotDue) != 1 || done.NotDue[0].Reason != registry.IdentityUnconfirmed {
			t.Errorf("IssueSitting = %+v, %v, want nothing issued: %s", done, err, registry.IdentityUnconfirmed)
		}
		confirm(w.head, 2, registry.PersonSamePerson)
		confirm(w.second, 1, registry.VersionChanged)
		confirm(w.stranger, 2, registry.PersonNotFound)
		confirm(w.auditor, 2, registry.Forbidden)
		correct(w.second, 2, "测试改") // whose word is not enough for what the head wrote
		confirm(w.head, 3, registry.PersonSamePerson)
		p, err := w.ConfirmPerson(ctx, w.clerk, a.Person, 3)
		if err != nil || p.Version != 3 || len(p.CorrectedBy) != 0 {
			t.Errorf("confirmed = %+v, %v", p, err)
		}
		confirm(w.clerk, 3, registry.NothingToConfirm)
		cert, created, err := w.IssueOne(ctx, w.head, a.ID)
		if err != nil || !created || cert.Holder != "测试改" {
			t.Errorf("issued %v to %q, %v, want to whom two confirmed", created, cert.Holder, err)
		}
		wantAudited(t, w)
	})
}

// Who knows a name and a number may read the person, and write nothing.
func TestShowingADocumentGivesReadingOnly(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx, p := t.Context(), w.person()
		in := registry.PersonCorrection{Name: "路人", ReasonCode: "other"}
		shown := func() (registry.Person, bool) {
			t.Helper()
			found, created, err := w.RegisterPerson(ctx, w.stranger, registry.NewPerson{Name: p.Name, Document: p.Document})
			if err != nil {
				t.Fatal(err)
			}
			return found, created
		}
		_, err := w.CorrectPerson(ctx, w.stranger, p.ID, 1, in)
		wantCode(t, err, registry.PersonNotFound)
		if found, created := shown(); created || found.ID != p.ID {
			t.Fatalf("shown %s, created %v, want %s", found.ID, created, p.ID)
		}
		for _, by := range []registry.Caller{w.stranger, w.neighbour} {
			if _, err := w.Person(ctx, by, p.ID); err != nil {
				t.Errorf("%s reads the person shown: %v", by.Subject, err)
			}
			_, err = w.CorrectPerson(ctx, by, p.ID, 1, in)
			wantCode(t, err, registry.Forbidden)
			_, err = w.ConfirmPerson(ctx, by, p.ID, 1)
			wantCode(t, err, registry.Forbidden)
			wantCode(t, w.RemovePhoto(ctx, by, p.ID, 1), registry.Forbidden)
		}
		entries, _, err := w.Journal(ctx, w.auditor, registry.JournalFilter{Action: registry.PersonShown})
		if err != nil || len(entries) != 1 || entries[0].Subject != p.ID || entries[0].Body != w.otherCentre.ID || entries[0].By != "stranger" {
			t.Errorf("journal: got %+v, %v, want who was shown the person", entries, err)
		}
		// Admitting the person is a ground to correct.
		sitting := must(t)(w.ScheduleSitting(ctx, w.stranger, registry.NewSitting{
			Season: w.season.ID, Body: w.otherCentre.ID, Level: 3, On: day(t, "2026-04-18"), Capacity: 30,
		})).(registry.Sitting)
		a := must(t)(w.Apply(ctx, w.stranger, registry.NewApplication{Person: p.ID, Sitting: sitting.ID, Facts: levelThree(t)})).(registry.Application)
		_, err = w.CorrectPerson(ctx, w.stranger, p.ID, 1, in)
		wantCode(t, err, registry.Forbidden)
		must(t)(w.Admit(ctx, w.stranger, a.ID, a.Version))
		for i, by := range []registry.Caller{w.stranger, w.clerk} {
			in.Name += "甲"
			if _, err := w.CorrectPerson(ctx, by, p.ID, i+1, in); err != nil {
				t.Errorf("%s corrects: %v", by.Subject, err)
			}
		}
		if p, err := w.ConfirmPerson(ctx, w.neighbour, p.ID, 3); err != nil || len(p.CorrectedBy) != 0 {
			t.Errorf("confirmed: got %+v, %v", p, err)
		}
	})
}

// Two people who correct the certificate have seen the record too.
func TestACorrectedCertificateConfirmsThePerson(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert := certified(t, s)
		w.rename(cert, "测试改")
		change := must(t)(w.proposeCorrection(cert.Number)).(registry.StatusChange)
		if _, err := w.decide(w.deputy, change, true); err != nil {
			t.Fatal(err)
		}
		p := must(t)(w.Person(t.Context(), w.clerk, cert.Person)).(registry.Person)
		if len(p.CorrectedBy) != 0 || p.Version != 2 {
			t.Errorf("person: got %+v, want version 2 and nothing waiting", p)
		}
		entries, _, err := w.Journal(t.Context(), w.auditor, registry.JournalFilter{Action: registry.PersonConfirmed})
		if err != nil || len(entries) != 1 || entries[0].By != "deputy" || entries[0].Subject != cert.Person {
			t.Errorf("journal: got %+v, %v, want the deputy's confirmation", entries, err)
		}
	})
}

func TestCorrectionsAreRefusedOrOutdated(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert := certified(t, s)
		w.rename(cert, "测试改")
		refused := must(t)(w.proposeCorrection(cert.Number)).(registry.StatusChange)
		rec, err := w.decide(w.deputy, refused, false)
		if err != nil || rec.Certificate.Paper != cert.Paper || rec.Certificate.Version != 1 || rec.Changes[0].State != registry.Refused {
			t.Fatalf("refused = %+v, %v", rec, err)
		}
		outdated := must(t)(w.proposeCorrection(cert.Number)).(registry.StatusChange)
		w.rename(cert, "测试又改")
		_, err = w.decide(w.deputy, outdated, true)
		wantCode(t, err, registry.CorrectionOutdated)
		if _, err = w.decide(w.deputy, outdated, false); err != nil {
			t.Fatal(err)
		}
		last := must(t)(w.proposeCorrection(cert.Number)).(registry.StatusChange)
		if _, err := w.ChangeStatus(t.Context(), w.chief, registry.NewStatusChange{
			Certificate: cert.Number, Version: 1, Kind: registry.Suspend, ReasonCode: "investigation", Reason: "核查",
		}); err != nil {
			t.Fatal(err)
		}
		_, err = w.decide(w.deputy, last, true)
		wantCode(t, err, registry.StatusUnchangeable)
		_, err = w.CertificateRecord(t.Context(), w.stranger, cert.Number)
		wantCode(t, err, registry.CertificateNotFound)
		wantAudited(t, w)
	})
}

func TestCorrectPerson(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		other, p := w.person(), w.person()
		correct := func(by registry.Caller, version int, in registry.PersonCorrection) (registry.Person, error) {
			return w.CorrectPerson(ctx, by, p.ID, version, in)
		}
		right := registry.Document{Kind: registry.CitizenID, Number: strings.ToLower(citizenNumber(901))} // of another birth date
		for name, tt := range map[string]struct {
			by      registry.Caller
			version int
			in      registry.PersonCorrection
			want    registry.Code
		}{
			"no reason":      {w.clerk, 1, registry.PersonCorrection{Name: "甲"}, registry.InvalidInput},
			"another reason": {w.clerk, 1, registry.PersonCorrection{Name: "甲", ReasonCode: "misconduct"}, registry.InvalidInput},
			"nothing":        {w.clerk, 1, registry.PersonCorrection{ReasonCode: "other"}, registry.InvalidInput},
			"blank name":     {w.clerk, 1, registry.PersonCorrection{Name: " ", ReasonCode: "other"}, registry.InvalidInput},
			"bad document":   {w.clerk, 1, registry.PersonCorrection{Document: registry.Document{Kind: registry.CitizenID, Number: "1"}, ReasonCode: "other"}, registry.DocumentInvalid},
			"taken":          {w.clerk, 1, registry.PersonCorrection{Document: other.Document, ReasonCode: "other"}, registry.DocumentTaken},
			"out of reach":   {w.stranger, 1, registry.PersonCorrection{Name: "甲", ReasonCode: "other"}, registry.PersonNotFound},
			"the same":       {w.clerk, 1, registry.PersonCorrection{Name: p.Name + " ", Document: p.Document, ReasonCode: "other"}, registry.InvalidInput},
			"auditor":        {w.auditor, 1, registry.PersonCorrection{Name: "甲", ReasonCode: "other"}, registry.Forbidden},
			"read before":    {w.clerk, 9, registry.PersonCorrection{Name: "甲", ReasonCode: "other"}, registry.VersionChanged},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := correct(tt.by, tt.version, tt.in)
				wantCode(t, err, tt.want)
			})
		}
		got, err := correct(w.clerk, 1, registry.PersonCorrection{Document: right, ReasonCode: "entered-wrongly"})
		if err != nil || got.Name != p.Name || got.Version != 2 || len(got.CorrectedBy) != 0 || got.Born == p.Born || got.Born != got.Document.Born() || got.Sex != got.Document.Sex() {
			t.Errorf("corrected = %+v, %v", got, err)
		}
		again, created, err := w.RegisterPerson(ctx, w.clerk, registry.NewPerson{Name: p.Name, Document: got.Document})
		if err != nil || created || again.ID != p.ID {
			t.Errorf("found by the corrected document: %s, created %v, %v, want %s", again.ID, created, err, p.ID)
		}
		got, err = correct(w.clerk, 2, registry.PersonCorrection{Name: "阿依古丽·买买提", Document: registry.Document{Kind: registry.Passport, Number: "e 1234567"}, ReasonCode: "document-changed"})
		if err != nil || got.Name != "阿依古丽·买买提" || got.Document.Number != "E1234567" || got.Born.IsZero() {
			t.Errorf("corrected = %+v, %v", got, err)
		}
	})
}

// Of corrections, reissues and withdrawals that meet, each certificate ends with
// one paper in force, and the status lists tell all others.
func TestParallelCorrectionsAndReissues(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		certs := w.issued(8)
		changes := make([]registry.StatusChange, len(certs))
		for i, cert := range certs {
			w.rename(cert, "测试改")
			changes[i] = must(t)(w.proposeCorrection(cert.Number)).(registry.StatusChange)
		}
		errs := parallel(3*len(certs), func(i int) error {
			cert, change := certs[i%len(certs)], changes[i%len(certs)]
			if i < len(certs) {
				_, err := w.Reissue(ctx, w.head, cert.Number, 1, "遗失")
				return err
			}
			_, err := w.decide([]registry.Caller{w.deputy, w.guide}[i/len(certs)-1], change, true)
			return err
		})
		for _, err := range errs {
			if e, ok := errors.AsType[*registry.Error](err); err != nil && (!ok || e.Code != registry.VersionChanged && e.Code != registry.StatusChangeDecided) {
				t.Errorf("err = %v, want the reissue's version changed or the correction decided", err)
			}
		}
		superseded, places := 0, map[int]bool{}
		for _, cert := range certs {
			rec := must(t)(w.CertificateRecord(ctx, w.chief, cert.Number)).(registry.CertificateRecord)
			last := rec.Prints[len(rec.Prints)-1]
			if rec.Certificate.Holder != "测试改" || last.Paper != rec.Certificate.Paper || last.Place != rec.Certificate.Place {
				t.Errorf("%s ends as %+v with %+v", cert.Number, rec.Certificate, last)
			}
			superseded += len(rec.Prints) - 1
			for _, p := range rec.Prints {
				places[p.Place.Index] = true
			}
		}
		list, err := w.StatusList(ctx, 1)
		if err != nil || len(list.Revoked) != superseded || len(places) != superseded+len(certs) {
			t.Errorf("%d places are revoked of %d, %v, want %d of %d", len(list.Revoked), len(places), err, superseded, superseded+len(certs))
		}
		wantAudited(t, w)
	})
}
