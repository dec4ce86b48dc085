package db_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/vault"
	"github.com/certreg/certreg/registry"
)

// A crashing program is this test program started again with these variables.
const (
	crashURL  = "CERTREG_CRASH_URL"
	crashKeys = "CERTREG_CRASH_KEYS"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(crashURL); url != "" {
		if err := issueUntilKilled(context.Background(), url, os.Getenv(crashKeys)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// office opens the registry at noon, China time, of a day.
func office(s *db.DB, day string) (*registry.Registry, error) {
	library, err := eligibility.Embedded()
	if err != nil {
		return nil, err
	}
	noon, err := time.Parse(time.RFC3339, day+"T12:00:00+08:00")
	if err != nil {
		return nil, err
	}
	return registry.New(registry.Config{Store: s, Library: library, Now: func() time.Time { return noon }})
}

// issueUntilKilled issues certificates one by one from two hands, of which the
// second does the later half of what the first does too, and prints each number
// as soon as it is promised.
func issueUntilKilled(ctx context.Context, url, keyFile string) error {
	keys, err := vault.Load(keyFile, nil)
	if err != nil {
		return err
	}
	v, err := keys.Vault()
	if err != nil {
		return err
	}
	s, err := db.Open(ctx, db.Config{URL: url, Vault: v})
	if err != nil {
		return err
	}
	r, err := office(s, "2026-04-20")
	if err != nil {
		return err
	}
	by := registry.Operator("head")
	waiting, err := notIssued(ctx, r, by)
	if err != nil {
		return err
	}
	hands := make([]error, 2)
	var all sync.WaitGroup
	for i := range hands {
		all.Go(func() {
			for _, a := range waiting[i*len(waiting)/2:] {
				cert, _, err := r.IssueOne(ctx, by, a.ID)
				if err != nil {
					hands[i] = err
					return
				}
				fmt.Println(cert.Number)
			}
		})
	}
	all.Wait()
	return errors.Join(errors.Join(hands...), s.Close())
}

func notIssued(ctx context.Context, r *registry.Registry, by registry.Caller) ([]registry.Application, error) {
	done := map[string]bool{}
	for next := ""; ; {
		certs, after, err := r.Certificates(ctx, by, registry.CertificateFilter{Page: registry.Page{After: next, Limit: registry.MaxPage}})
		if err != nil {
			return nil, err
		}
		for _, c := range certs {
			done[c.Application] = true
		}
		if next = after; next == "" {
			break
		}
	}
	var waiting []registry.Application
	for next := ""; ; {
		list, after, err := r.Applications(ctx, by, registry.ApplicationFilter{Page: registry.Page{After: next, Limit: registry.MaxPage}})
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			if !done[a.ID] {
				waiting = append(waiting, a)
			}
		}
		if next = after; next == "" {
			return waiting, nil
		}
	}
}

// passed lets people apply, sit and pass: everything up to the certificate.
func passed(t *testing.T, s *db.DB, sittings, seats int) {
	t.Helper()
	ctx := t.Context()
	early, err := office(s, "2026-03-02")
	if err != nil {
		t.Fatal(err)
	}
	late, err := office(s, "2026-04-20")
	if err != nil {
		t.Fatal(err)
	}
	clerk, head := registry.Operator("clerk"), registry.Operator("head")
	centre, season := announced(t, early, clerk)
	facts, err := eligibility.ParseFacts([]byte(`{"education":[{"level":"college","field":"related","awarded":"2015-07-01"}],"work":[],"certificates":[],"training":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	for i := range sittings {
		day := civil.Of(time.Date(2026, 4, 1+i%18, 0, 0, 0, 0, time.UTC))
		sitting, err := early.ScheduleSitting(ctx, clerk, registry.NewSitting{Season: season.ID, Body: centre.ID, Level: 3, On: day, Capacity: seats})
		if err != nil {
			t.Fatal(err)
		}
		var marks []registry.Entered
		for k := range seats {
			p, _, err := early.RegisterPerson(ctx, clerk, registry.NewPerson{
				Name: fmt.Sprintf("测试%d", i*seats+k), Document: registry.Document{Kind: registry.Passport, Number: fmt.Sprintf("E%08d", i*seats+k)},
			})
			if err != nil {
				t.Fatal(err)
			}
			a, err := early.Apply(ctx, clerk, registry.NewApplication{Person: p.ID, Sitting: sitting.ID, Facts: facts})
			if err == nil {
				a, err = early.Admit(ctx, clerk, a.ID, a.Version)
			}
			if err != nil {
				t.Fatal(err)
			}
			marks = append(marks, registry.Entered{Ticket: a.Ticket, Component: "theory", Raw: "61"}, registry.Entered{Ticket: a.Ticket, Component: "skills", Raw: "60"})
		}
		_, err = late.EnterResults(ctx, clerk, sitting.ID, marks)
		var sheet registry.ResultSheet
		if err == nil {
			sheet, err = late.ResultsOfSitting(ctx, head, sitting.ID, "")
		}
		if err == nil {
			_, err = late.ConfirmResults(ctx, head, registry.Confirming{Sitting: sitting.ID, Read: sheet.Tag})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// announced enters bodies and a season.
func announced(t *testing.T, r *registry.Registry, by registry.Caller) (centre registry.Body, season registry.Season) {
	t.Helper()
	parent := ""
	for _, b := range []registry.NewBody{
		{Kind: registry.NationalCentre, Code: "00000001"}, {Kind: registry.ProvincialCentre, Code: "10000001"}, {Kind: registry.AssessmentCentre, Code: "10012003"},
	} {
		b.Parent, b.Name = parent, registry.Text{ZH: "机构", EN: "Body"}
		var err error
		if centre, err = r.AddBody(t.Context(), by, b); err != nil {
			t.Fatal(err)
		}
		parent = centre.ID
	}
	season, err := r.AnnounceSeason(t.Context(), by, registry.NewSeason{
		Occupation: "customer-service-manager", Name: registry.Text{ZH: "考期"},
		Registration: registry.Days{From: day(t, "2026-03-01"), Until: day(t, "2026-03-31")},
		Examination:  registry.Days{From: day(t, "2026-04-01"), Until: day(t, "2026-04-30")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return centre, season
}

// TestKilledProgramsLeaveAWholeRegister kills a program that issues
// certificates with SIGKILL at random points: what it promised is there,
// numbers have neither gaps nor doubles, and journal and register agree.
func TestKilledProgramsLeaveAWholeRegister(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		const rounds, sittings, seats = 5, 12, 25
		keys, err := vault.NewKeyset()
		if err != nil {
			t.Fatal(err)
		}
		keyFile := filepath.Join(t.TempDir(), "keys.json")
		if err := keys.Create(keyFile, nil); err != nil {
			t.Fatal(err)
		}
		if c.Vault, err = keys.Vault(); err != nil {
			t.Fatal(err)
		}
		s := dbtest.Open(t, c)
		passed(t, s, sittings, seats)
		promised := map[string]bool{}
		for round := range rounds {
			before := len(promised)
			killed := issueAndKill(t, c.URL, keyFile, 1+rand.IntN(sittings*seats/rounds*3/2), promised)
			t.Logf("round %d: %d certificates promised, killed: %v", round, len(promised)-before, killed)
			wantWhole(t, c, promised)
		}
	})
}

// issueAndKill starts the program and kills it a random moment after it has
// promised n certificates. It reports whether the program was still running.
func issueAndKill(t *testing.T, url, keyFile string, n int, promised map[string]bool) bool {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), crashURL+"="+url, crashKeys+"="+keyFile)
	var faults strings.Builder
	child.Stderr = &faults
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for seen := 0; lines.Scan(); seen++ {
		promised[lines.Text()] = true
		if seen == n {
			time.AfterFunc(time.Duration(rand.IntN(4000))*time.Microsecond, func() { _ = child.Process.Kill() })
		}
	}
	err = child.Wait()
	if faults.Len() > 0 {
		t.Fatalf("the program that issues: %s", faults.String())
	}
	return err != nil
}

// wantWhole opens the register as after a restart and looks for any damage.
func wantWhole(t *testing.T, c db.Config, promised map[string]bool) {
	t.Helper()
	s, err := db.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	r, err := office(s, "2026-04-20")
	if err != nil {
		t.Fatal(err)
	}
	report, err := r.Audit(t.Context(), registry.Operator("auditor"), nil)
	if err != nil || len(report.Discrepancies) > 0 {
		t.Errorf("audit: got %+v, %v, want no discrepancy", report.Discrepancies, err)
	}
	if report.Certificates < len(promised) {
		t.Errorf("certificates: got %d, want the %d that were promised at least", report.Certificates, len(promised))
	}
	serials := read(t, s, func(r registry.Reader) (map[string]int, error) { return r.Serials(t.Context(), "") })
	if serials["paper"] != report.Certificates {
		t.Errorf("papers given: got %d, want %d", serials["paper"], report.Certificates)
	}
	for number := range promised {
		read(t, s, func(r registry.Reader) (registry.Certificate, error) {
			return r.Certificate(t.Context(), registry.Number(number))
		})
	}
	entries := read(t, s, func(r registry.Reader) ([]registry.Entry, error) {
		return r.Journal(t.Context(), registry.JournalFilter{Scope: "/"})
	})
	issued := 0
	for i, e := range entries {
		if e.Seq != int64(i+1) {
			t.Fatalf("journal entry at place %d: got number %d", i+1, e.Seq)
		}
		if e.Action == registry.CertificateIssued {
			issued++
		}
	}
	if issued != report.Certificates {
		t.Errorf("issues in the journal: got %d, want %d", issued, report.Certificates)
	}
}
