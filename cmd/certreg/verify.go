package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// A verifyCommand looks a certificate up, here or at a server, or checks what
// one carries: see [verifyCommand.check]. It is done when the register's verdict
// is valid: a certificate that was printed again needs its paper serial.
type verifyCommand struct {
	registerFlags
	Number string `arg:"" help:"${help_number}"`
	Name   string `placeholder:"NAME" help:"${help_name}"`
	Paper  string `placeholder:"SERIAL" help:"${help_paper}"`
	Server string `placeholder:"URL" help:"${help_server}"`
	Trust  string `placeholder:"FILE" help:"${help_trust}"`
	JSON   bool   `name:"json" help:"${help_json}"`
}

// A verification is what a look-up tells, with the names of the API.
type verification struct {
	Number       registry.Number            `json:"number"`
	Verdict      registry.Verdict           `json:"verdict"`
	Status       registry.CertificateStatus `json:"status,omitempty"` // "" when nothing of the certificate is told
	StatusOn     civil.Date                 `json:"statusOn,omitzero"`
	StatusReason string                     `json:"statusReason,omitempty"`
	Level        int                        `json:"level,omitempty"`
	IssuedBy     bodyName                   `json:"issuedBy,omitzero"`
	IssuedOn     civil.Date                 `json:"issuedOn,omitzero"`
	Holder       string                     `json:"holder,omitempty"`
	NameMatches  *bool                      `json:"nameMatches,omitempty"`
	Paper        *askedPaper                `json:"paper,omitempty"`
	PaperSerial  string                     `json:"paperSerial,omitempty"`
	DataAsOf     time.Time                  `json:"dataAsOf"`
}

// An askedPaper is what the paper asked about is to the certificate.
type askedPaper struct {
	Standing     registry.PaperStanding `json:"standing"`
	Paper        string                 `json:"paperSerial,omitempty"`
	SupersededOn civil.Date             `json:"supersededOn,omitzero"`
	SupersededBy int                    `json:"supersededBy,omitempty"`
}

func newVerification(l registry.Lookup) verification {
	return verification{
		Number: l.Number, Verdict: l.Verdict(), Status: l.Status, StatusOn: l.StatusOn, StatusReason: l.ReasonCode, Level: l.Level,
		IssuedBy: bodyName(l.Body), IssuedOn: l.IssuedOn, Holder: l.Holder, NameMatches: l.NameMatches, Paper: (*askedPaper)(l.Asked),
		PaperSerial: l.Paper, DataAsOf: l.DataAsOf,
	}
}

// Run prints what the look-up tells.
func (c *verifyCommand) Run(ctx context.Context, p *program) error {
	data, given, err := c.evidence(p)
	if err != nil {
		return err
	}
	if given {
		return c.check(ctx, p, data)
	}
	var v verification
	if c.Server != "" {
		v, err = c.look(ctx, p)
	} else {
		err = c.vouch(ctx, p, func(reg *register) error {
			l, err := reg.LookUp(ctx, registry.Query{Number: c.Number, Name: c.Name, Paper: c.Paper})
			v = newVerification(l)
			return err
		})
	}
	if err != nil {
		return err
	}
	if c.JSON {
		err = p.writeJSON(v)
	} else {
		p.printVerification(v)
	}
	if err == nil && v.Verdict != registry.VerdictValid {
		return errSaid
	}
	return err
}

// statusTexts say what a status means to who holds the paper in hand.
var statusTexts = map[registry.CertificateStatus]registry.Text{
	registry.StatusValid:     {ZH: "有效", EN: "valid"},
	registry.StatusSuspended: {ZH: "暂停", EN: "suspended"},
	registry.StatusWithdrawn: {ZH: "已撤销", EN: "withdrawn"},
	registry.StatusCancelled: {ZH: "已注销", EN: "cancelled"},
}

func (p *program) printVerification(v verification) {
	words := verdictWords[v.Verdict].In(p.lang)
	switch {
	case v.Status == "":
		p.tell("%s：%s", "%s: %s", v.Number, words)
		if v.Paper != nil {
			p.printPaper(*v.Paper)
		}
		p.tell("数据截至：%s", "data as of %s", v.DataAsOf.In(chinaTime()).Format(time.DateTime))
		return
	case string(v.Verdict) == string(v.Status):
		p.tell("%s：%s（%s 起）", "%s: %s (since %s)", v.Number, words, v.StatusOn)
	default: // it is the paper that the verdict is about
		p.tell("%s：%s", "%s: %s", v.Number, words)
	}
	if v.StatusReason != "" {
		p.tell("理由代码：%s", "reason code: %s", v.StatusReason)
	}
	p.tell("等级：%d；发证日期：%s；持证人：%s", "level %d, issued on %s, holder %s", v.Level, v.IssuedOn, v.Holder)
	p.tell("发证机构：%s", "issued by %s", v.IssuedBy.in(p.lang))
	if v.NameMatches != nil {
		p.tell("姓名相符。", "the name is the holder's")
	}
	switch {
	case v.Paper == nil:
	case v.Paper.Standing == registry.PaperUntold:
		p.tell("该证书补发或更正过，只有流水号 %s 的一份是现行的。", "it was printed again, and only the paper %s is the one in force", v.PaperSerial)
	default:
		p.printPaper(*v.Paper)
	}
	p.tell("数据截至：%s", "data as of %s", v.DataAsOf.In(chinaTime()).Format(time.DateTime))
}

// printPaper says what the paper asked about is.
func (p *program) printPaper(a askedPaper) {
	switch a.Standing {
	case registry.PaperInForce:
		p.tell("流水号相符，是现行的一份。", "the paper is the one in force")
	case registry.PaperSuperseded:
		p.tell("这一份已于 %s 被第 %d 版取代，不再有效。", "this paper was superseded on %s by version %d: do not accept it", a.SupersededOn, a.SupersededBy)
	case registry.PaperDiffers, registry.PaperUntold: // the verdict says so
	}
}

// look looks the certificate up at a server.
func (c *verifyCommand) look(ctx context.Context, p *program) (verification, error) {
	path := "/v1/certificates/" + url.PathEscape(c.Number)
	asked := url.Values{}
	if c.Name != "" {
		asked.Set("name", c.Name)
	}
	if c.Paper != "" {
		asked.Set("paper", c.Paper)
	}
	if len(asked) > 0 {
		path += "?" + asked.Encode()
	}
	answer, err := p.ask(ctx, c.Server, path, nil)
	if err != nil {
		return verification{}, err
	}
	var v verification
	if err := json.Unmarshal(answer, &v); err != nil {
		return verification{}, fmt.Errorf("answer of %s: %w", c.Server, err)
	}
	return v, nil
}
