package registry

import (
	"context"
	"fmt"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// A Discrepancy is something in the register that does not carry itself.
type Discrepancy struct {
	Certificate Number // "" when it concerns no single certificate
	Application string // "" likewise
	Kind        string // code: "number-gap", "number-out-of-series", "not-in-journal", "journal-without-certificate", "unreadable", "evidence-differs", "log-differs", "papers-differ", "status-list-differs", "result-failed", "decision-differs"
	Detail      Text
}

// An AuditReport is what an audit looked at and what it found.
type AuditReport struct {
	Certificates  int
	Decisions     int
	Discrepancies []Discrepancy
}

// Audit walks every certificate of the caller's subtree and compares it with
// its evidence, its series and the journal. progress is called with the number
// of certificates done; it may be nil.
func (r *Registry) Audit(ctx context.Context, by Caller, progress func(done int)) (AuditReport, error) {
	var report AuditReport
	if err := by.may(readJournal); err != nil {
		return report, err
	}
	err := r.store.Read(ctx, func(rd Reader) error {
		report = AuditReport{}
		journalled, err := journalledNumbers(ctx, rd, by.Scope)
		if err != nil {
			return err
		}
		walk := walk{journalled: journalled, counts: map[string]int{}, lists: map[int]StatusList{}}
		f := CertificateFilter{Scope: by.Scope, Page: Page{Limit: MaxPage}}
		for {
			numbers, err := rd.CertificateNumbers(ctx, f)
			if err != nil {
				return err
			}
			for _, n := range numbers {
				if err := report.certificate(ctx, r, rd, n, walk); err != nil {
					return err
				}
			}
			if progress != nil {
				progress(report.Certificates)
			}
			if len(numbers) < MaxPage {
				break
			}
			f.After = string(numbers[len(numbers)-1])
		}
		for n := range journalled {
			report.add(Discrepancy{Certificate: n, Kind: "journal-without-certificate", Detail: say("日志记载发出过 %s，但登记中没有。", "The journal says %s was issued, but the register has no such certificate.", n)})
		}
		return report.series(ctx, rd, walk.counts, strings.Count(by.Scope, "/") <= 2)
	})
	return report, err
}

// A walk is what an audit knows on its way through the certificates.
type walk struct {
	journalled map[Number]bool    // what the journal says was issued and was not met yet
	counts     map[string]int     // certificates met, by series
	lists      map[int]StatusList // status lists read
}

func (p *AuditReport) add(d Discrepancy) { p.Discrepancies = append(p.Discrepancies, d) }

// journalledNumbers is the certificate numbers that the journal says were issued.
func journalledNumbers(ctx context.Context, rd Reader, scope string) (map[Number]bool, error) {
	numbers := map[Number]bool{}
	f := JournalFilter{Scope: scope, Action: CertificateIssued, Limit: 1000}
	for {
		entries, err := rd.Journal(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			numbers[Number(e.Subject)] = true
		}
		if len(entries) < f.Limit {
			return numbers, nil
		}
		f.After = entries[len(entries)-1].Seq
	}
}

// certificate checks one certificate and strikes it off the journalled.
func (p *AuditReport) certificate(ctx context.Context, r *Registry, rd Reader, n Number, w walk) error {
	p.Certificates++
	if !w.journalled[n] {
		p.add(Discrepancy{Certificate: n, Kind: "not-in-journal", Detail: say("日志中没有 %s 的发证记录。", "The journal has no entry for the issue of %s.", n)})
	}
	delete(w.journalled, n)
	cert, err := rd.Certificate(ctx, n)
	if err != nil {
		return p.unreadable(ctx, n)
	}
	if cert.Scheme == National16 {
		_, parts, unreadable := ReadNumber(cert.Number)
		if unreadable != nil {
			p.add(Discrepancy{Certificate: cert.Number, Kind: "number-out-of-series", Detail: say("编号 %s 不合编号规则。", "The number %s does not follow its scheme.", cert.Number)})
			return nil //nolint:nilerr // it is a finding of the audit, not a failure of it
		}
		w.counts[fmt.Sprintf("%s/%d/%s/%s", cert.Scheme, numberYear(parts), parts[1].Value, parts[2].Value)]++
	}
	if err := p.log(ctx, rd, cert, w.lists); err != nil || cert.Route != RouteExam {
		return err
	}
	uses, err := rd.Uses(ctx, cert.Number)
	if err != nil {
		return err
	}
	if err := p.amended(ctx, r, rd, cert, uses); err != nil {
		return err
	}
	return p.evidence(ctx, rd, cert, uses)
}

// amended finds results that a certificate in force rests on and that are no
// passes since they were amended; see [Registry.DecideAmendment].
func (p *AuditReport) amended(ctx context.Context, r *Registry, rd Reader, cert Certificate, uses []Attempt) error {
	for _, u := range uses {
		if !u.Amended || !cert.inForce() {
			continue
		}
		sitting, err := rd.Sitting(ctx, u.Sitting)
		if err != nil {
			return err
		}
		now, err := resultNow(ctx, rd, u.Result.ID)
		if err != nil {
			return err
		}
		if !now.Result.Passed(r.schemes[sitting.Scheme].PassMark) {
			p.add(Discrepancy{Certificate: cert.Number, Kind: "result-failed", Detail: say("%s 有效，但所依据的成绩经更正已不合格。", "%s is in force, but a result it rests on was amended and is no longer passed.", cert.Number)})
		}
	}
	return nil
}

// evidence recomputes what the certificate rests on. Applications are read
// whole, so that what is sealed of them is opened.
func (p *AuditReport) evidence(ctx context.Context, rd Reader, cert Certificate, uses []Attempt) error {
	for _, u := range uses {
		if _, err := rd.Application(ctx, u.Result.Application); err != nil {
			return err
		}
	}
	now, err := evidence(cert.Occupation, cert.Level, uses).Digest()
	if err != nil {
		return err
	}
	if now != cert.Evidence {
		p.add(Discrepancy{Certificate: cert.Number, Kind: "evidence-differs", Detail: say("%s 所依据的申报或成绩与发证时不同。", "What %s rests on is not what it was when it was issued.", cert.Number)})
	}
	return nil
}

// series compares how many numbers of each series are in the register with the last one given.
// In a part of the register only the series met there can be compared.
func (p *AuditReport) series(ctx context.Context, rd Reader, counts map[string]int, whole bool) error {
	last, err := rd.Serials(ctx, string(National16)+"/")
	if err != nil {
		return err
	}
	if whole {
		for name := range last {
			counts[name] += 0 // a series whose certificates are all gone is compared as well
		}
	}
	for _, name := range sortedKeys(counts) {
		if counts[name] != last[name] {
			p.add(Discrepancy{Kind: "number-gap", Detail: say("系列 %s 已发出 %d 号，登记中有 %d 个证书。", "Series %s has given %d numbers, the register has %d certificates.", name, last[name], counts[name])})
		}
	}
	return nil
}

// AuditDecisions replays every stored decision of the caller's subtree from
// its stored facts and rule set, and reports those that do not come out the
// same to the byte.
func (r *Registry) AuditDecisions(ctx context.Context, by Caller, progress func(done int)) (AuditReport, error) {
	var report AuditReport
	if err := by.may(readJournal); err != nil {
		return report, err
	}
	err := r.store.Read(ctx, func(rd Reader) error {
		report = AuditReport{}
		rules, err := r.rulesNow(ctx, rd)
		if err != nil {
			return err
		}
		return eachApplication(ctx, rd, by.Scope, func(a Application) error {
			report.Decisions++
			if fault := rules.replay(a); fault != (Text{}) {
				report.add(Discrepancy{Application: a.ID, Kind: "decision-differs", Detail: fault})
			}
			if progress != nil && report.Decisions%MaxPage == 0 {
				progress(report.Decisions)
			}
			return nil
		})
	})
	if progress != nil {
		progress(report.Decisions)
	}
	return report, err
}

// replay decides again and says what differs, or nothing.
func (r Rules) replay(a Application) Text {
	d := a.Decided
	rules, ok := r.ByDigest(d.RuleSetDigest)
	if !ok {
		return say("没有摘要为 %s 的规则集。", "There is no rule set with the digest %s.", d.RuleSetDigest)
	}
	facts, err := eligibility.ParseFacts(d.Facts)
	if err != nil || facts.Digest() != d.FactsDigest {
		return Text{ZH: "所存事实与其摘要不符。", EN: "The stored facts do not fit their digest."}
	}
	if digest(d.Explanation) != d.Digest {
		return Text{ZH: "所存决定与其摘要不符。", EN: "The stored decision does not fit its digest."}
	}
	again := rules.Explain(a.Level, d.AsOf, facts)
	if digest(again.AppendJSON(nil)) != d.Digest {
		return Text{ZH: "重新计算的决定与所存决定不同。", EN: "Deciding again does not give the stored decision."}
	}
	return Text{}
}

// A Decision is a stored decision as a population of applicants is made of it.
type Decision struct {
	Level int
	AsOf  civil.Date
	Facts *eligibility.Facts
}

// Decisions goes through the stored decisions on an occupation in the caller's
// subtree, in the order the applications were made.
func (r *Registry) Decisions(ctx context.Context, by Caller, occupation string, f func(Decision) error) error {
	if err := by.may(readJournal); err != nil {
		return err
	}
	return r.store.Read(ctx, func(rd Reader) error {
		return eachApplication(ctx, rd, by.Scope, func(a Application) error {
			if a.Occupation != occupation {
				return nil
			}
			facts, err := eligibility.ParseFacts(a.Decided.Facts)
			if err != nil {
				return fmt.Errorf("facts of application %s: %w", a.ID, err)
			}
			return f(Decision{Level: a.Level, AsOf: a.Decided.AsOf, Facts: facts})
		})
	})
}

// eachApplication goes through all applications to bodies under scope.
func eachApplication(ctx context.Context, rd Reader, scope string, f func(Application) error) error {
	for filter := (ApplicationFilter{Scope: scope, Page: Page{Limit: MaxPage}}); ; {
		applications, err := rd.Applications(ctx, filter)
		if err != nil {
			return err
		}
		for _, a := range applications {
			if err := f(a); err != nil {
				return err
			}
		}
		if len(applications) < MaxPage {
			return nil
		}
		filter.After = applications[len(applications)-1].ID
	}
}
