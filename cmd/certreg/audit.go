package main

import (
	"context"

	"github.com/schollz/progressbar/v3"

	"github.com/certreg/certreg/registry"
)

// auditCommands check the register against itself.
type auditCommands struct {
	Certificates auditCertificatesCommand `cmd:"" default:"withargs" help:"${help_audit_certificates}"`
	Decisions    auditDecisionsCommand    `cmd:"" help:"${help_audit_decisions}"`
}

type auditCertificatesCommand struct {
	registerFlags
	JSON bool `name:"json" help:"${help_json}"`
}

// Run audits the certificates.
func (c *auditCertificatesCommand) Run(ctx context.Context, p *program) error {
	return c.use(ctx, p, func(reg *register) error {
		return p.audit(c.JSON, func(progress func(int)) (registry.AuditReport, error) {
			return reg.Audit(ctx, p.operator(), progress)
		})
	})
}

type auditDecisionsCommand struct {
	registerFlags
	JSON bool `name:"json" help:"${help_json}"`
}

// Run audits the decisions.
func (c *auditDecisionsCommand) Run(ctx context.Context, p *program) error {
	return c.use(ctx, p, func(reg *register) error {
		return p.audit(c.JSON, func(progress func(int)) (registry.AuditReport, error) {
			return reg.AuditDecisions(ctx, p.operator(), progress)
		})
	})
}

// audit runs an audit with its progress on standard error, and prints what it
// found. It fails when it found anything.
func (p *program) audit(asJSON bool, run func(progress func(done int)) (registry.AuditReport, error)) error {
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(p.stderr), progressbar.OptionShowCount(),
		progressbar.OptionSetDescription(say("核查", "audit").In(p.lang)), progressbar.OptionSpinnerType(14),
		progressbar.OptionSetSpinnerChangeInterval(0)) // its goroutine races with the bar (seen in v3.19.1)
	report, err := run(func(done int) { _ = bar.Set(done) }) // a bar that cannot be drawn stops no audit
	p.sayf(p.stderr, "\n")
	if err != nil {
		return err
	}
	if asJSON {
		err = p.writeJSON(newAuditResult(report, p.lang))
	} else {
		for _, d := range report.Discrepancies {
			p.sayf(p.stdout, "%s %s%s: %s\n", d.Kind, d.Certificate, d.Application, d.Detail.In(p.lang))
		}
		p.tell("核查证书 %d 个、决定 %d 个，发现 %d 处不符。", "audited %d certificates and %d decisions, found %d discrepancies",
			report.Certificates, report.Decisions, len(report.Discrepancies))
	}
	if err == nil && len(report.Discrepancies) > 0 {
		return errSaid
	}
	return err
}

// An auditResult is a report in JSON.
type auditResult struct {
	Certificates  int                `json:"certificates"`
	Decisions     int                `json:"decisions"`
	Discrepancies []auditDiscrepancy `json:"discrepancies"`
}

type auditDiscrepancy struct {
	Kind        string          `json:"kind"`
	Certificate registry.Number `json:"certificate,omitempty"`
	Application string          `json:"application,omitempty"`
	Detail      string          `json:"detail"`
}

func newAuditResult(r registry.AuditReport, lang string) auditResult {
	out := auditResult{Certificates: r.Certificates, Decisions: r.Decisions, Discrepancies: []auditDiscrepancy{}}
	for _, d := range r.Discrepancies {
		out.Discrepancies = append(out.Discrepancies, auditDiscrepancy{d.Kind, d.Certificate, d.Application, d.Detail.In(lang)})
	}
	return out
}
