package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/registry"
)

// maxEvidence is the largest file that is checked, in bytes.
const maxEvidence = 16 << 20

// evidence is what the argument names when it is no number: the content of a
// file, of standard input, or the text of a QR code.
func (c *verifyCommand) evidence(p *program) (data []byte, found bool, err error) {
	if strings.HasPrefix(c.Number, "https://") || strings.HasPrefix(c.Number, "http://") {
		return []byte(c.Number), true, nil
	}
	in := p.stdin
	if c.Number != "-" {
		file, err := os.Open(c.Number)
		if err != nil && namesFile(c.Number) {
			return nil, false, fail("无法打开 %s：%v", "cannot open %s: %v", c.Number, errors.Unwrap(err))
		}
		if err != nil {
			return nil, false, nil
		}
		defer func() { _ = file.Close() }() // only read from
		in = file
	}
	data, err = io.ReadAll(io.LimitReader(in, maxEvidence+1))
	if err == nil && len(data) > maxEvidence {
		err = fail("文件超过 %d MB。", "the file is larger than %d MB", maxEvidence>>20)
	}
	return data, true, err
}

// namesFile says whether an argument can only be meant as a file, not as a number.
func namesFile(arg string) bool {
	switch strings.ToLower(filepath.Ext(arg)) {
	case ".pdf", ".json", ".txt":
		return true
	}
	return strings.ContainsRune(arg, '/') || strings.ContainsRune(arg, filepath.Separator)
}

// check checks a PDF, credential, receipt, log proof or QR text and, when a
// server is given, asks that what it answers now. It is done when what was
// checked is authentic and neither it nor the server tells of a certificate
// that is not valid, or of a superseded paper.
func (c *verifyCommand) check(ctx context.Context, p *program, data []byte) error {
	trust, err := p.trust(ctx, c.Trust, c.Server)
	if err != nil {
		return err
	}
	f, err := proof.Check(data, trust, p.now())
	if errors.Is(err, proof.ErrMalformed) {
		return fail("无法识别：既不是证书 PDF、凭证、回执、日志证明，也不是二维码文本。", "this is no PDF of a certificate, credential, receipt, log proof or QR text")
	}
	if err != nil {
		return err
	}
	found, err := c.compare(f)
	if err == nil && c.Server != "" {
		found.Finding, err = c.today(ctx, p, f, trust)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		err = p.writeJSON(found)
	} else {
		p.printFinding(found.Finding, trust)
		p.printComparison(found)
	}
	if err == nil && !sound(found) {
		return errSaid
	}
	return err
}

// sound says whether what was checked is authentic, is of the name and paper
// given and tells of no certificate that is not valid, then or now.
func sound(f comparison) bool {
	differs := func(matches *bool) bool { return matches != nil && !*matches }
	if f.Verdict != proof.Authentic || differs(f.NameMatches) || differs(f.PaperMatches) || f.Status != "" && f.Status != registry.StatusValid {
		return false
	}
	no := func(item proof.ReceiptItem) bool { return item.Verdict != registry.VerdictValid }
	return !slices.ContainsFunc(f.Items, no) && !slices.ContainsFunc(f.Today, no)
}

// today asks the server about the certificates of a finding. The answer is a
// receipt, which is held to the same trust as what was found.
func (c *verifyCommand) today(ctx context.Context, p *program, f proof.Finding, trust proof.Trust) (proof.Finding, error) {
	request := proof.Request{Items: f.Queries(), Nonce: rand.Text(), LogSize: f.LogSize}
	if len(request.Items) == 0 {
		return f, nil
	}
	if f.Number != "" {
		request.Items[0].Name = c.Name
		if c.Paper != "" { // beside the paper that the file is of
			request.Items = append(request.Items, registry.Query{Number: f.Number, Name: c.Name, Paper: c.Paper})
		}
	}
	body, err := json.Marshal(request)
	if err != nil {
		return proof.Finding{}, err
	}
	answer, err := p.ask(ctx, c.Server, "/v1/verifications", body)
	if err != nil {
		return proof.Finding{}, err
	}
	items, err := request.Answer(answer, trust, p.now())
	switch {
	case errors.Is(err, proof.ErrNotAsked):
		return proof.Finding{}, fail("%[1]s 的回答是另一次查询的回执。", "%[1]s answers with the receipt of another request", c.Server)
	case errors.Is(err, proof.ErrNotNow):
		return proof.Finding{}, fail("%[1]s 的回答与本机时间相差超过 10 分钟；请先核对本机时间。", "%[1]s answers as of a time more than 10 minutes from this machine's clock; see whether that is right", c.Server)
	case errors.Is(err, proof.ErrPutBack):
		return proof.Finding{}, fail("%[1]s 的日志比这份文件所证明的还小：登记系统可能被恢复到了以前的状态，此后的撤销等变动不在其中，请勿采信其回答。", "the log of %[1]s is smaller than the one this file proves: the register may have been put back to a time before, without what was withdrawn since; do not go by its answer", c.Server)
	case err != nil:
		return proof.Finding{}, fail("%[1]s 的回答不是所信任的登记系统签发的。", "the answer of %[1]s is not signed by the register that is trusted", c.Server)
	}
	return f.Answered(items), nil
}

// A comparison is what was found beside the name and the paper serial given.
type comparison struct {
	proof.Finding
	NameMatches  *bool `json:"nameMatches,omitempty"`
	PaperMatches *bool `json:"paperMatches,omitempty"`
}

// compare holds what was found to the name and paper serial that were given.
// What the file does not tell only the register can compare.
func (c *verifyCommand) compare(f proof.Finding) (comparison, error) {
	found := comparison{Finding: f}
	if c.Name == "" && c.Paper == "" || f.Verdict == proof.Altered || f.Verdict == proof.Foreign {
		return found, nil
	}
	if f.Number == "" {
		return found, usage("回执自己写明姓名和流水号，不能与 --name、--paper 比对。", "a receipt has its own names and serials: it goes without --name and --paper")
	}
	if c.Server == "" && (c.Name != "" && f.Holder == "" || c.Paper != "" && f.Paper == "") {
		return found, usage("文件没有写明所要比对的内容，请用 --server 联网核对。", "the file does not tell what is to be compared: ask the register with --server")
	}
	if c.Name != "" && f.Holder != "" {
		found.NameMatches = new(registry.FoldName(c.Name) == registry.FoldName(f.Holder))
	}
	if c.Paper != "" && f.Paper != "" {
		found.PaperMatches = new(string(registry.NormaliseNumber(c.Paper)) == f.Paper)
	}
	return found, nil
}

// printComparison says how the name and the serial compare.
func (p *program) printComparison(found comparison) {
	for _, c := range []struct {
		matches *bool
		yes, no registry.Text
	}{
		{found.NameMatches, registry.Text{ZH: "姓名相符。", EN: "the name is the holder's"}, registry.Text{ZH: "姓名与文件所载不符。", EN: "the name is not the one in the file"}},
		{found.PaperMatches, registry.Text{ZH: "流水号与文件相符。", EN: "the paper serial is that of the file"}, registry.Text{ZH: "流水号与文件所载不符。", EN: "the paper serial is not that of the file"}},
	} {
		if c.matches != nil && *c.matches {
			p.tell("%[1]s", "%[1]s", c.yes.In(p.lang))
		} else if c.matches != nil {
			p.tell("%[1]s", "%[1]s", c.no.In(p.lang))
		}
	}
}

// verdictTexts say what a verdict means.
var verdictTexts = map[proof.Verdict]registry.Text{
	proof.Authentic:  {ZH: "签名有效，内容未经改动", EN: "the signature holds, nothing was altered"},
	proof.Superseded: {ZH: "签名有效，但这一份已被取代，不再有效", EN: "the signature holds, and yet this paper was superseded: do not accept it"},
	proof.Doubtful:   {ZH: "存疑：签名密钥后来失控，请联网查询", EN: "doubtful: the key it was signed with was lost later; ask the register"},
	proof.Altered:    {ZH: "签名不成立：内容被改动，或没有签名，或签名时密钥已经失控", EN: "the signature does not hold: altered, not signed, or signed when the key was lost"},
	proof.Foreign:    {ZH: "不是该登记系统签发的", EN: "not signed by this register"},
}

func (p *program) printFinding(f proof.Finding, trust proof.Trust) {
	p.tell("%s：%s", "%s: %s", f.Kind, verdictTexts[f.Verdict].In(p.lang))
	p.tell("登记系统：%s", "register: %s", trust.Base())
	if f.Verdict == proof.Altered || f.Verdict == proof.Foreign {
		if f.Number != "" {
			p.tell("所附凭证完好，编号 %s；页面不可信，请联网查询。", "the credential within is sound, of %s, the page is not to be trusted: look it up", f.Number)
		}
		if f.Reason != "" {
			p.tell("技术原因：%s", "reason: %s", f.Reason)
		}
		p.printToday(f.Today)
		return
	}
	if f.Number != "" {
		p.tell("证书编号 %s（第 %d 版）", "certificate %s, version %d", f.Number, f.Version)
	}
	if f.Holder != "" {
		p.tell("持证人 %s；%s 发证；%s", "holder %s, issued on %s %s", f.Holder, f.IssuedOn, f.Title)
	}
	for _, item := range f.Items {
		p.sayf(p.stdout, "  %s %s %s\n", item.Number, item.Name, verdictWords[item.Verdict].In(p.lang))
	}
	if f.Logged {
		p.tell("透明日志中有此记录。", "the transparency log bears it out")
	}
	if len(f.Witnesses) > 0 {
		p.tell("日志见证人：%s", "the log was witnessed by %s", strings.Join(f.Witnesses, ", "))
	}
	if fromLog := f.Logged || f.Kind == proof.KindReceipt; fromLog && trust.Policy().Knows() && !f.Witnessed {
		p.tell("日志见证不足：少于信任文件所要求的。", "the log was not witnessed by as many as the trust file asks for")
	}
	if f.Status != "" {
		p.tell("所载状态：%s", "status told: %s", statusTexts[f.Status].In(p.lang))
	}
	p.printToday(f.Today)
	if f.Today == nil && !f.AsOf.IsZero() {
		p.tell("截至 %s；此后是否撤销或被新版取代，离线无从得知，请联网查询。", "as of %s; whether it was withdrawn or superseded since cannot be told offline: look it up", f.AsOf.In(chinaTime()).Format(time.DateTime))
	}
}

// printToday says what the register answers now, if it was asked.
func (p *program) printToday(items []proof.ReceiptItem) {
	if items == nil {
		return
	}
	p.tell("登记系统现在的回答：", "the register answers now:")
	for _, item := range items {
		p.sayf(p.stdout, "  %s %s %s\n", item.Number, item.Name, verdictWords[item.Verdict].In(p.lang))
		if item.SupersededBy != 0 {
			p.printPaper(askedPaper{Standing: registry.PaperSuperseded, SupersededOn: item.SupersededOn, SupersededBy: item.SupersededBy})
		}
	}
}

// verdictWords are the verdicts of a receipt.
var verdictWords = map[registry.Verdict]registry.Text{
	registry.VerdictValid:        {ZH: "有效", EN: "valid"},
	registry.VerdictSuspended:    {ZH: "暂停", EN: "suspended"},
	registry.VerdictWithdrawn:    {ZH: "已撤销", EN: "withdrawn"},
	registry.VerdictCancelled:    {ZH: "已注销", EN: "cancelled"},
	registry.VerdictSuperseded:   {ZH: "已被取代", EN: "superseded"},
	registry.VerdictUntold:       {ZH: "有效，但未给出流水号，不知手中是否现行的一份（可用 --paper 给出）", EN: "valid, and which paper it is was not told: give its serial with --paper"},
	registry.VerdictUnconfirmed:  {ZH: "暂不能确认：登记系统正在核对自己的记录，请稍后再查", EN: "cannot be confirmed now: the register is checking its own records; ask again later"},
	registry.VerdictPaperDiffers: {ZH: "该证书没有这个流水号", EN: "no such paper was ever printed of this certificate"},
	registry.VerdictNeverIssued:  {ZH: "从未发出", EN: "never issued here"},
	registry.VerdictOutside:      {ZH: "不在收录范围", EN: "outside the years covered"},
	registry.VerdictNameDiffers:  {ZH: "登记的现行姓名不是所给的姓名", EN: "the name registered now is not the one given"},
	registry.VerdictUnreadable:   {ZH: "编号无法识别", EN: "the number cannot be read"},
}
