package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// A verifyCommand looks a certificate up, here or at a server, or checks what
// one carries: see [verifyCommand.check]. It is done when the certificate is
// valid and, if a name was given, that name is the holder's.
type verifyCommand struct {
	registerFlags
	Number string `arg:"" help:"${help_number}"`
	Name   string `placeholder:"NAME" help:"${help_name}"`
	Server string `placeholder:"URL" help:"${help_server}"`
	Trust  string `placeholder:"FILE" help:"${help_trust}"`
	JSON   bool   `name:"json" help:"${help_json}"`
}

// A verification is what a look-up tells, with the names of the API.
type verification struct {
	Number       registry.Number            `json:"number"`
	Status       registry.CertificateStatus `json:"status"`
	StatusOn     civil.Date                 `json:"statusOn"`
	StatusReason string                     `json:"statusReason,omitempty"`
	Level        int                        `json:"level"`
	IssuedBy     bodyName                   `json:"issuedBy"`
	IssuedOn     civil.Date                 `json:"issuedOn"`
	Holder       string                     `json:"holder"`
	NameMatches  *bool                      `json:"nameMatches,omitempty"`
	PaperSerial  string                     `json:"paperSerial,omitempty"`
	DataAsOf     time.Time                  `json:"dataAsOf"`
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
		v, err = c.ask(ctx, p)
	} else {
		err = c.use(ctx, p, func(reg *register) error {
			l, err := reg.LookUp(ctx, c.Number, c.Name)
			v = verification{
				Number: l.Number, Status: l.Status, StatusOn: l.StatusOn, StatusReason: l.ReasonCode, Level: l.Level,
				IssuedBy: bodyName(l.Body), IssuedOn: l.IssuedOn, Holder: l.Holder, NameMatches: l.NameMatches, PaperSerial: l.Paper, DataAsOf: l.DataAsOf,
			}
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
	if err == nil && (v.Status != registry.StatusValid || v.NameMatches != nil && !*v.NameMatches) {
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
	p.tell("%s：%s（%s 起）", "%s: %s (since %s)", v.Number, statusTexts[v.Status].In(p.lang), v.StatusOn)
	if v.StatusReason != "" {
		p.tell("理由代码：%s", "reason code: %s", v.StatusReason)
	}
	p.tell("等级：%d；发证日期：%s；持证人：%s", "level %d, issued on %s, holder %s", v.Level, v.IssuedOn, v.Holder)
	p.tell("发证机构：%s", "issued by %s", v.IssuedBy.in(p.lang))
	switch {
	case v.NameMatches == nil:
	case *v.NameMatches:
		p.tell("姓名相符。", "the name is the holder's")
	default:
		p.tell("姓名不符。", "the name is not the holder's")
	}
	p.tell("数据截至：%s", "data as of %s", v.DataAsOf.In(chinaTime()).Format(time.DateTime))
}

// askTimeout bounds how long a server may take to answer.
const askTimeout = 15 * time.Second

// ask looks the certificate up at a server.
func (c *verifyCommand) ask(ctx context.Context, p *program) (verification, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	address := strings.TrimSuffix(c.Server, "/") + "/v1/certificates/" + url.PathEscape(c.Number)
	if c.Name != "" {
		address += "?" + url.Values{"name": {c.Name}}.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || req.URL.Host == "" {
		return verification{}, usage("--server 应为网址，如 https://certreg.example。", "--server must be an address such as https://certreg.example")
	}
	req.Header.Set("Accept-Language", p.lang)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return verification{}, fail("无法连接 %s。", "cannot reach %s", c.Server) // the cause repeats the name asked for
	}
	defer func() { _ = resp.Body.Close() }() // only read from
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxLine))
	if err != nil {
		return verification{}, fmt.Errorf("answer of %s: %w", c.Server, err)
	}
	if resp.StatusCode != http.StatusOK {
		return verification{}, refusal(c.Server, resp.Status, body)
	}
	var v verification
	if err := json.Unmarshal(body, &v); err != nil {
		return verification{}, fmt.Errorf("answer of %s: %w", c.Server, err)
	}
	return v, nil
}

// refusal is the problem a server answered with, in the language it was asked in.
func refusal(server, status string, body []byte) error {
	var problem struct {
		Detail string `json:"detail"`
		Errors []struct {
			Detail string `json:"detail"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(body, &problem); err != nil || problem.Detail == "" {
		return fail("%[1]s 的回答：%[2]s。", "%[1]s answers: %[2]s", server, status)
	}
	text := problem.Detail
	for _, e := range problem.Errors {
		text += "\n  " + e.Detail
	}
	return fail("%[1]s", "%[1]s", text)
}
