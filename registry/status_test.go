package registry_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// alter changes the status of a certificate as it stands, or proposes to.
func (w *world) alter(cert registry.Certificate, kind registry.StatusKind) (registry.StatusChange, error) {
	w.t.Helper()
	rec := must(w.t)(w.CertificateRecord(w.t.Context(), w.chief, cert.Number)).(registry.CertificateRecord)
	in := registry.NewStatusChange{Certificate: cert.Number, Version: rec.Certificate.Version, Kind: kind, ReasonCode: "other", Reason: "文件第1号"}
	if kind == registry.Correct {
		in.Reason = ""
	}
	rec, err := w.ChangeStatus(w.t.Context(), w.chief, in)
	if err != nil {
		return registry.StatusChange{}, err
	}
	return rec.Changes[len(rec.Changes)-1], nil
}

// contested is a certificate of which a withdrawal and a correction wait.
func contested(t *testing.T, s *db.DB) (w *world, cert registry.Certificate, withdrawal, correction registry.StatusChange) {
	t.Helper()
	w, cert = certified(t, s)
	w.rename(cert, "测试改")
	correction = must(t)(w.alter(cert, registry.Correct)).(registry.StatusChange)
	withdrawal = must(t)(w.alter(cert, registry.Withdraw)).(registry.StatusChange)
	return w, cert, withdrawal, correction
}

// wantEnd wants a certificate that ends in a status with so many papers. The
// place of every paper is revoked, but for the last one of a valid certificate.
func (w *world) wantEnd(n registry.Number, status registry.CertificateStatus, papers int) {
	w.t.Helper()
	rec := must(w.t)(w.CertificateRecord(w.t.Context(), w.chief, n)).(registry.CertificateRecord)
	list := must(w.t)(w.StatusList(w.t.Context(), 1)).(registry.StatusList)
	if rec.Certificate.Status != status || len(rec.Prints) != papers {
		w.t.Errorf("%s ends %s with %d papers, want %s with %d", n, rec.Certificate.Status, len(rec.Prints), status, papers)
	}
	for i, p := range rec.Prints {
		want := status != registry.StatusValid || i < len(rec.Prints)-1
		if got := slices.Contains(list.Revoked, p.Place.Index); got != want {
			w.t.Errorf("%s, paper %d: revoked %v, want %v", n, i+1, got, want)
		}
	}
}

// One withdrawal and one correction of all that are proposed at once wait.
func TestOneProposalWaits(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert := certified(t, s)
		w.rename(cert, "测试改")
		kinds := []registry.StatusKind{registry.Withdraw, registry.Correct, registry.Withdraw, registry.Correct, registry.Withdraw, registry.Correct}
		waiting := map[registry.StatusKind]int{}
		for i, err := range parallel(len(kinds), func(i int) error {
			_, err := w.alter(cert, kinds[i])
			return err
		}) {
			if err == nil {
				waiting[kinds[i]]++
				continue
			}
			wantCode(t, err, registry.StatusUnchangeable)
		}
		if waiting[registry.Withdraw] != 1 || waiting[registry.Correct] != 1 {
			t.Errorf("waiting: got %v, want one of each", waiting)
		}
	})
}

// A step is what somebody does while a withdrawal and a correction wait, and
// what it is refused with.
type step struct {
	do   string
	want registry.Code
}

// Whatever happens first to a certificate, its withdrawal can be decided while
// there is something to withdraw, and what waits is never decided along.
func TestProposalsThatMeet(t *testing.T) {
	tests := []struct {
		name   string
		steps  []step
		status registry.CertificateStatus
		papers int
	}{
		{"withdrawal first", []step{{"withdraw", ""}, {"correct", registry.StatusUnchangeable}, {"refuse correction", ""}}, registry.StatusWithdrawn, 1},
		{"correction first", []step{{"correct", ""}, {"withdraw", ""}}, registry.StatusWithdrawn, 2},
		{"correction refused", []step{{"refuse correction", ""}, {"withdraw", ""}}, registry.StatusWithdrawn, 1},
		{"withdrawal refused", []step{{"refuse withdrawal", ""}, {"correct", ""}}, registry.StatusValid, 2},
		{"suspended meanwhile", []step{{"suspend", ""}, {"correct", registry.StatusUnchangeable}, {"withdraw", ""}, {"correct", registry.StatusUnchangeable}}, registry.StatusWithdrawn, 1},
		{"suspended and lifted", []step{{"suspend", ""}, {"lift", ""}, {"correct", ""}, {"withdraw", ""}}, registry.StatusWithdrawn, 2},
		{"corrected, then suspended", []step{{"correct", ""}, {"suspend", ""}, {"withdraw", ""}}, registry.StatusWithdrawn, 2},
		{"printed again", []step{{"reissue", ""}, {"correct", ""}, {"reissue", ""}, {"withdraw", ""}}, registry.StatusWithdrawn, 4},
		{"cancelled meanwhile", []step{{"cancel", registry.WithdrawalWaiting}, {"withdraw", ""}, {"cancel", registry.StatusUnchangeable}}, registry.StatusWithdrawn, 1},
		{"cancelled while suspended", []step{{"suspend", ""}, {"cancel", registry.WithdrawalWaiting}, {"withdraw", ""}}, registry.StatusWithdrawn, 1},
		{"cancelled after the refusal", []step{{"refuse withdrawal", ""}, {"cancel", ""}, {"correct", registry.StatusUnchangeable}, {"refuse correction", ""}}, registry.StatusCancelled, 1},
		{"person changed since", []step{{"rename", ""}, {"correct", registry.CorrectionOutdated}, {"withdraw", ""}}, registry.StatusWithdrawn, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dbtest.Engines(t, func(t *testing.T, s *db.DB) {
				w, cert, withdrawal, correction := contested(t, s)
				deeds := map[string]func() error{
					"withdraw":          func() error { _, err := w.decide(w.deputy, withdrawal, true); return err },
					"correct":           func() error { _, err := w.decide(w.deputy, correction, true); return err },
					"refuse withdrawal": func() error { _, err := w.decide(w.deputy, withdrawal, false); return err },
					"refuse correction": func() error { _, err := w.decide(w.deputy, correction, false); return err },
					"suspend":           func() error { _, err := w.alter(cert, registry.Suspend); return err },
					"lift":              func() error { _, err := w.alter(cert, registry.Lift); return err },
					"cancel":            func() error { _, err := w.alter(cert, registry.Cancel); return err },
					"rename":            func() error { w.rename(cert, "测试又改"); return nil },
					"reissue": func() error {
						rec := must(t)(w.CertificateRecord(t.Context(), w.head, cert.Number)).(registry.CertificateRecord)
						_, err := w.Reissue(t.Context(), w.head, cert.Number, rec.Certificate.Version, "遗失")
						return err
					},
				}
				for _, step := range tt.steps {
					err := deeds[step.do]()
					if step.want != "" {
						wantCode(t, err, step.want)
					} else if err != nil {
						t.Fatalf("%s: %v", step.do, err)
					}
				}
				w.wantEnd(cert.Number, tt.status, tt.papers)
				wantAudited(t, w)
			})
		})
	}
}

// Who proposed a withdrawal or a correction may take it back, and not accept it.
func TestProposersTakeBack(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert, withdrawal, correction := contested(t, s)
		for change, action := range map[*registry.StatusChange]registry.Action{
			&withdrawal: registry.WithdrawalRefused, &correction: registry.CorrectionRefused,
		} {
			_, err := w.decide(w.chief, *change, true)
			wantCode(t, err, registry.StatusSamePerson)
			rec, err := w.decide(w.chief, *change, false)
			if err != nil || rec.Certificate.Version != 1 {
				t.Fatalf("taken back: got %+v, %v", rec, err)
			}
			i := slices.IndexFunc(rec.Changes, func(c registry.StatusChange) bool { return c.ID == change.ID })
			if got := rec.Changes[i]; got.State != registry.Refused || got.DecidedBy != "chief" || got.ProposedBy != "chief" {
				t.Errorf("taken back: got %+v, want it refused by the chief", got)
			}
			entries, _, err := w.Journal(t.Context(), w.auditor, registry.JournalFilter{Action: action})
			if err != nil || len(entries) != 1 || entries[0].By != "chief" || entries[0].Detail["change"] != change.ID {
				t.Errorf("journal: got %+v, %v, want the chief's %s", entries, err, action)
			}
			_, err = w.decide(w.deputy, *change, true)
			wantCode(t, err, registry.StatusChangeDecided)
			if _, err := w.alter(cert, change.Kind); err != nil {
				t.Errorf("proposed again: %v", err)
			}
		}
		wantAudited(t, w)
	})
}

// Of a cancellation and a proposed withdrawal that meet, one is refused.
func TestCancellingRacesWithWithdrawing(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		certs := w.issued(6)
		errs := parallel(2*len(certs), func(i int) error {
			_, err := w.alter(certs[i/2], []registry.StatusKind{registry.Withdraw, registry.Cancel}[i%2])
			return err
		})
		for i, cert := range certs {
			proposed, cancelled := errs[2*i], errs[2*i+1]
			rec := must(t)(w.CertificateRecord(t.Context(), w.chief, cert.Number)).(registry.CertificateRecord)
			switch {
			case proposed == nil && cancelled != nil && rec.Certificate.Status == registry.StatusValid:
				wantCode(t, cancelled, registry.WithdrawalWaiting)
			case proposed != nil && cancelled == nil && rec.Certificate.Status == registry.StatusCancelled:
				// Which of the two depends on whether it read the record before or after.
				if e, ok := errors.AsType[*registry.Error](proposed); !ok || e.Code != registry.StatusUnchangeable && e.Code != registry.VersionChanged {
					t.Errorf("%s: proposed: err = %v", cert.Number, proposed)
				}
			default:
				t.Errorf("%s is %s; proposed: %v, cancelled: %v; want one of them", cert.Number, rec.Certificate.Status, proposed, cancelled)
			}
		}
		wantAudited(t, w)
	})
}

// Of decisions that meet, each finds what the one before has done: nothing
// takes effect twice, and every certificate ends withdrawn, with the correction
// before or never.
func TestParallelDecisions(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		certs := w.issued(6)
		changes := make([][]registry.StatusChange, len(certs))
		for i, cert := range certs {
			w.rename(cert, "测试改")
			for _, kind := range []registry.StatusKind{registry.Correct, registry.Withdraw} {
				changes[i] = append(changes[i], must(t)(w.alter(cert, kind)).(registry.StatusChange))
			}
		}
		errs := parallel(4*len(certs), func(i int) error {
			of := i / len(certs)
			_, err := w.decide([]registry.Caller{w.deputy, w.guide}[of/2], changes[i%len(certs)][of%2], true)
			return err
		})
		for i, cert := range certs {
			done := [2]int{}
			for of := range 4 {
				err := errs[of*len(certs)+i]
				if err == nil {
					done[of%2]++
					continue
				}
				if e, ok := errors.AsType[*registry.Error](err); !ok || e.Code != registry.StatusChangeDecided && (of%2 == 1 || e.Code != registry.StatusUnchangeable) {
					t.Errorf("%s: err = %v", cert.Number, err)
				}
			}
			if done[0] > 1 || done[1] != 1 {
				t.Errorf("%s was corrected %d times and withdrawn %d times, want once at most and once", cert.Number, done[0], done[1])
			}
			w.wantEnd(cert.Number, registry.StatusWithdrawn, 1+done[0])
		}
		wantAudited(t, w)
	})
}
