package registry_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// reprinted is a certificate whose versions 1 to 3 had its first paper, 4 its
// second, for the first was lost, and 5 its third, with another name.
func reprinted(t *testing.T, s *db.DB) (w *world, first, last registry.Certificate) {
	t.Helper()
	w, first = certified(t, s)
	step := func(k registry.StatusKind, reason string, version int) {
		must(t)(w.ChangeStatus(t.Context(), w.chief, registry.NewStatusChange{Certificate: first.Number, Version: version, Kind: k, ReasonCode: reason, Reason: "文件第1号"}))
	}
	step(registry.Suspend, "investigation", 1)
	step(registry.Lift, "cleared", 2)
	w.clock.set(t, "2026-05-02")
	must(t)(w.Reissue(t.Context(), w.head, first.Number, 3, "遗失"))
	w.clock.set(t, "2026-06-01")
	w.rename(first, "测试改")
	change := must(t)(w.proposeCorrection(first.Number)).(registry.StatusChange)
	rec := must(t)(w.decide(w.deputy, change, true)).(registry.CertificateRecord)
	return w, first, rec.Certificate
}

func TestPapersAreToldApart(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, first, last := reprinted(t, s)
		second := must(t)(w.CertificateRecord(t.Context(), w.chief, first.Number)).(registry.CertificateRecord).Prints[1].Paper
		n, on := string(first.Number), func(s string) civil.Date { return day(t, s) }
		var none civil.Date
		for _, tt := range []struct {
			q    registry.Query
			want registry.Verdict
			on   civil.Date
			by   int
		}{
			{registry.Query{Number: n}, registry.VerdictUntold, none, 0},
			{registry.Query{Number: n, Name: last.Holder}, registry.VerdictUntold, none, 0},
			{registry.Query{Number: n, Name: first.Holder}, registry.VerdictNameDiffers, none, 0},
			{registry.Query{Number: n, Paper: last.Paper}, registry.VerdictValid, none, 0},
			{registry.Query{Number: n, Paper: " ｐ0000-0003 "}, registry.VerdictValid, none, 0},
			{registry.Query{Number: n, Paper: second}, registry.VerdictSuperseded, on("2026-06-01"), 5},
			{registry.Query{Number: n, Paper: first.Paper}, registry.VerdictSuperseded, on("2026-05-02"), 4},
			{registry.Query{Number: n, Paper: first.Paper, Version: 5}, registry.VerdictSuperseded, on("2026-05-02"), 4},
			{registry.Query{Number: n, Version: 1}, registry.VerdictSuperseded, on("2026-05-02"), 4},
			{registry.Query{Number: n, Version: 3}, registry.VerdictSuperseded, on("2026-05-02"), 4},
			{registry.Query{Number: n, Version: 4}, registry.VerdictSuperseded, on("2026-06-01"), 5},
			{registry.Query{Number: n, Version: 5}, registry.VerdictValid, none, 0},
			{registry.Query{Number: n, Version: 6}, registry.VerdictPaperDiffers, none, 0},
			{registry.Query{Number: n, Version: -1}, registry.VerdictPaperDiffers, none, 0},
			{registry.Query{Number: n, Paper: "P00000009"}, registry.VerdictPaperDiffers, none, 0},
			{registry.Query{Number: n, Name: first.Holder, Paper: first.Paper}, registry.VerdictNameDiffers, none, 0},
			{registry.Query{Number: n, Name: last.Holder, Paper: "P00000009"}, registry.VerdictPaperDiffers, none, 0},
			{registry.Query{Number: n, Name: last.Holder, Paper: last.Paper}, registry.VerdictValid, none, 0},
			{registry.Query{Number: "2610012003399999", Paper: first.Paper}, registry.VerdictNeverIssued, none, 0},
			{registry.Query{Number: "123", Paper: first.Paper}, registry.VerdictUnreadable, none, 0},
		} {
			wantAnswer(t, w, tt.q, tt.want, tt.on, tt.by)
		}
		must(t)(w.ChangeStatus(t.Context(), w.chief, registry.NewStatusChange{Certificate: first.Number, Version: 5, Kind: registry.Suspend, ReasonCode: "investigation", Reason: "核查"}))
		wantAnswer(t, w, registry.Query{Number: n, Paper: first.Paper}, registry.VerdictSuspended, on("2026-05-02"), 4)
		wantAnswer(t, w, registry.Query{Number: n, Paper: "P00000009"}, registry.VerdictPaperDiffers, none, 0)
		wantAnswer(t, w, registry.Query{Number: n, Name: first.Holder, Paper: first.Paper}, registry.VerdictNameDiffers, none, 0)
		wantAnswer(t, w, registry.Query{Number: n}, registry.VerdictSuspended, none, 0)
		list := must(t)(w.StatusList(t.Context(), 1)).(registry.StatusList)
		if len(list.Revoked) != 2 || len(list.Suspended) != 1 || list.Suspended[0] != last.Place.Index {
			t.Errorf("status list = %+v, want two papers revoked and %d suspended", list, last.Place.Index)
		}
		wantAudited(t, w)
	})
}

// wantAnswer asks one question and wants its verdict, and the day and version of a superseded paper.
func wantAnswer(t *testing.T, w *world, q registry.Query, want registry.Verdict, on civil.Date, by int) {
	t.Helper()
	answers, err := w.Verify(t.Context(), []registry.Query{q})
	if err != nil {
		t.Fatal(err)
	}
	a := answers[0]
	told := registry.AskedPaper{}
	if a.Lookup != nil && a.Lookup.Asked != nil {
		told = *a.Lookup.Asked
	}
	if a.Verdict != want || told.SupersededOn != on || told.SupersededBy != by {
		t.Errorf("%+v: got %s, superseded on %v by %d, want %s, %v, %d", q, a.Verdict, told.SupersededOn, told.SupersededBy, want, on, by)
	}
	if (want == registry.VerdictPaperDiffers || want == registry.VerdictNameDiffers) && a.Lookup != nil {
		t.Errorf("%+v: %s, and yet told: %+v", q, want, a.Lookup)
	}
	wantLookup(t, w, q, want)
}

// wantLookup asks the same as a look-up, which must come to the same and tell
// nothing of a certificate whose name or paper is another.
func wantLookup(t *testing.T, w *world, q registry.Query, want registry.Verdict) {
	t.Helper()
	l, err := w.LookUp(t.Context(), q)
	if want == registry.VerdictNeverIssued || want == registry.VerdictUnreadable {
		if err == nil {
			t.Errorf("look-up of %+v: got %+v, want %s", q, l, want)
		}
		return
	}
	if err != nil || l.Verdict() != want {
		t.Errorf("look-up of %+v: got %s, %v, want %s", q, l.Verdict(), err, want)
	}
	told := registry.Lookup{Number: l.Number, NameMatches: l.NameMatches, DataAsOf: l.DataAsOf}
	switch want {
	case registry.VerdictPaperDiffers:
		told.Asked = &registry.AskedPaper{Standing: registry.PaperDiffers}
	case registry.VerdictNameDiffers:
	default:
		return
	}
	if !reflect.DeepEqual(l, told) {
		t.Errorf("look-up of %+v: %s, and told %+v, want no more than %+v", q, want, l, told)
	}
}

// One precedence decides between all that can be so of a certificate at once.
func TestOneVerdictIsGiven(t *testing.T) {
	yes, no := true, false
	for _, name := range []*bool{nil, &yes, &no} {
		for _, status := range []registry.CertificateStatus{registry.StatusValid, registry.StatusSuspended, registry.StatusWithdrawn, registry.StatusCancelled} {
			for _, standing := range append(registry.PaperStandings(), "", "unheard-of") {
				l := registry.Lookup{Status: status, NameMatches: name}
				if standing != "" {
					l.Asked = &registry.AskedPaper{Standing: standing}
				}
				want := map[registry.PaperStanding]registry.Verdict{
					"": registry.VerdictValid, registry.PaperInForce: registry.VerdictValid, registry.PaperSuperseded: registry.VerdictSuperseded,
					registry.PaperUntold: registry.VerdictUntold, "unheard-of": registry.VerdictUntold,
				}[standing]
				switch {
				case name == &no:
					want = registry.VerdictNameDiffers
				case standing == registry.PaperDiffers:
					want = registry.VerdictPaperDiffers
				case status != registry.StatusValid:
					want = registry.Verdict(status)
				}
				if got := l.Verdict(); got != want {
					t.Errorf("%s, paper %q, name matches %v: got %s, want %s", status, standing, name != &no, got, want)
				}
			}
		}
	}
}

func TestCodesLeadToPapers(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w, cert := certified(t, s)
		ctx := t.Context()
		if l, err := w.LookUpCode(ctx, cert.Code, 0); err != nil || l.Asked != nil {
			t.Errorf("code of a certificate of one paper: %+v, %v", l.Asked, err)
		}
		must(t)(w.Reissue(ctx, w.head, cert.Number, 1, "遗失"))
		for version, want := range map[int]registry.PaperStanding{
			0: registry.PaperUntold, 1: registry.PaperSuperseded, 2: registry.PaperInForce, 3: registry.PaperDiffers,
		} {
			l, err := w.LookUpCode(ctx, cert.Code, version)
			if err != nil || l.Asked == nil || l.Asked.Standing != want || (want == registry.PaperSuperseded) != (l.Asked.Paper == cert.Paper) {
				t.Errorf("code and version %d: %+v, %v, want %s", version, l.Asked, err, want)
			}
		}
	})
}

// issued issues n certificates of one sitting.
func (w *world) issued(n int) []registry.Certificate {
	w.t.Helper()
	sitting := w.sitting(3, "2026-04-18", n)
	applications := make([]registry.Application, n)
	for i := range applications {
		applications[i] = w.apply(sitting, true)
	}
	w.clock.set(w.t, "2026-04-20")
	w.mark(sitting, "60", "60", applications...)
	done := must(w.t)(w.IssueSitting(w.t.Context(), w.head, sitting.ID)).(registry.Issuance)
	if len(done.Issued) != n {
		w.t.Fatal(fmt.Errorf("%d certificates issued, want %d", len(done.Issued), n))
	}
	return done.Issued
}
