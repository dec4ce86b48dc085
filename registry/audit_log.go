package registry

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/certreg/certreg/internal/translog"
)

// unreadable notes that something of a certificate cannot be read. A fault of
// the database rather than of what is in it ends the audit soon enough.
func (p *AuditReport) unreadable(ctx context.Context, n Number) error {
	p.add(Discrepancy{Certificate: n, Kind: "unreadable", Detail: say("登记中的 %s 或其日志条目无法读出，可能被改动。", "%s or its log entries cannot be read from the register; they may have been altered.", n)})
	return ctx.Err()
}

// log compares the certificate with what the transparency log committed to.
// Whether the log itself is whole is for its own auditor, see package translog.
func (p *AuditReport) log(ctx context.Context, rd Reader, cert Certificate, lists map[int]StatusList) error {
	entries, err := rd.LogEntries(ctx, cert.Number)
	if err != nil {
		return p.unreadable(ctx, cert.Number)
	}
	differs := func(parts ...Text) {
		p.add(Discrepancy{Certificate: cert.Number, Kind: "log-differs", Detail: saying(parts, cert.Number)})
	}
	var last Record
	var blind translog.Salt
	var papers []Print
	for i, e := range entries {
		leaf, err := translog.ParseLeaf(e.Leaf)
		if err != nil || leaf.Digest != e.Salt.Digest(e.Record) || leaf.Number != string(cert.Number) {
			differs(Text{ZH: "日志条目", EN: "entries of the log"})
			return nil //nolint:nilerr // it is a finding of the audit, not a failure of it
		}
		last, blind = Record{}, e.Blind
		if err := json.Unmarshal(e.Record, &last); err != nil {
			return p.unreadable(ctx, cert.Number)
		}
		if len(papers) == 0 || papers[len(papers)-1].Paper != last.Paper {
			papers = append(papers, Print{Paper: last.Paper, Version: last.Version, Holder: last.Holder})
		}
		if i == 0 && last.Event == CertificateIssued && !leaf.At.Equal(cert.IssuedAt) {
			differs(Text{ZH: "发证时间", EN: "time of issue"})
		}
	}
	body, err := rd.Body(ctx, cert.Body)
	if err != nil {
		return p.unreadable(ctx, cert.Number)
	}
	parts, err := cert.parts(last, blind, body.Code)
	if err != nil {
		return err
	}
	if len(parts) > 0 {
		differs(parts...)
		return nil
	}
	return p.papers(ctx, rd, cert, papers, lists)
}

// saying names the parts of a certificate that are not what the log says.
func saying(parts []Text, n Number) Text {
	var zh, en []string
	for _, t := range parts {
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return say("%[1]s 的现状与透明日志所载不同：%[2]s。", "What %[1]s is now is not what the transparency log says: %[3]s.",
		n, strings.Join(zh, "、"), strings.Join(en, ", "))
}

// parts are those of the certificate that are not what its last record says.
func (c Certificate) parts(r Record, blind translog.Salt, code InstitutionCode) ([]Text, error) {
	var differ []Text
	same := func(ok bool, zh, en string) {
		if !ok {
			differ = append(differ, Text{ZH: zh, EN: en})
		}
	}
	same(r.Number == c.Number, "编号", "number")
	same(r.Version == c.Version, "版本", "version")
	same(r.Status == c.Status, "状态", "status")
	same(r.StatusOn == c.StatusOn, "状态日期", "day of the status")
	same(r.Occupation == c.Occupation, "职业", "occupation")
	same(r.Level == c.Level, "等级", "level")
	same(r.Body == code, "发证机构", "issuing body")
	same(r.IssuedOn == c.IssuedOn, "发证日期", "day of issue")
	same(r.Holder == c.Holder, "持证人", "holder")
	same(r.Paper == c.Paper, "流水号", "paper serial")
	same(r.Evidence == c.Evidence, "依据", "evidence")
	if r.Commitment == "" {
		return differ, nil
	}
	commitment, err := c.commit(blind)
	same(r.Commitment == commitment, "证件、人员、申报、途径、验证码或状态列表位置", "document, person, application, route, verification code or place in the status lists")
	return differ, err
}
