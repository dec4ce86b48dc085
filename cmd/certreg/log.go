package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/schollz/progressbar/v3"

	"github.com/certreg/certreg/internal/translog"
)

// logCommands look after the transparency log.
type logCommands struct {
	Verify logVerifyCommand `cmd:"" help:"${help_log_verify}"`
	Adopt  logAdoptCommand  `cmd:"" help:"${help_log_adopt}"`
}

// A logVerifyCommand reads a whole log over HTTP, as anybody may, and computes
// it again.
type logVerifyCommand struct {
	Server string `required:"" placeholder:"URL" help:"${help_server}"`
	Trust  string `placeholder:"FILE" help:"${help_trust}"`
	JSON   bool   `name:"json" help:"${help_json}"`
}

// Run verifies the log and prints its checkpoint.
func (c *logVerifyCommand) Run(ctx context.Context, p *program) error {
	trust, err := (&verifyCommand{Trust: c.Trust, Server: c.Server}).trusted(ctx)
	if err != nil {
		return err
	}
	prefix, err := url.Parse(strings.TrimSuffix(c.Server, "/") + "/log")
	if err != nil {
		return usage("--server 应为网址，如 https://certreg.example。", "--server must be an address such as https://certreg.example")
	}
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(p.stderr), progressbar.OptionShowCount(), progressbar.OptionSetDescription(say("日志", "log").In(p.lang)))
	auditor := translog.Auditor{
		Reader: translog.NewClient(prefix, http.DefaultClient), Identity: trust.Identity(),
		Progress: func(done, _ int64) { _ = bar.Set64(done) }, // a bar that cannot be drawn stops no audit
	}
	tree, err := auditor.Verify(ctx)
	p.sayf(p.stderr, "\n")
	if errors.Is(err, translog.ErrInconsistent) || errors.Is(err, translog.ErrUnsigned) || errors.Is(err, translog.ErrOrigin) {
		return fail("日志不可信：%v", "the log is not to be trusted: %v", err)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return p.writeJSON(struct {
			Origin string `json:"origin"`
			Size   int64  `json:"size"`
			Root   string `json:"root"`
		}{tree.Origin, tree.Size, tree.Root.String()})
	}
	p.tell("日志 %s 完整：%d 条，根 %s", "log %s is whole: %d entries, root %s", tree.Origin, tree.Size, tree.Root)
	return nil
}

// A logAdoptCommand starts the mark of the largest log signed anew.
type logAdoptCommand struct {
	registerFlags
	proofFlags
	Trust string `required:"" placeholder:"FILE" help:"${help_trust}"`
}

// Run adopts the published checkpoint, for whose being the newest the caller vouches.
func (c *logAdoptCommand) Run(ctx context.Context, p *program) error {
	trust, err := (&verifyCommand{Trust: c.Trust}).trusted(ctx)
	if err != nil {
		return err
	}
	return c.use(ctx, p, func(reg *register) error {
		proofs := c.proofFlags.complete(c.Data)
		if err := os.MkdirAll(filepath.Dir(proofs.LogMark), 0o700); err != nil { // a further server may have no data of its own yet
			return err
		}
		publisher := translog.NewPublisher(trust.Identity().Origin(), reg.store.Log(), nil, proofs.LogMark)
		if err := publisher.Adopt(ctx, trust.Identity()); err != nil {
			return fail("不能采用：%v", "cannot adopt it: %v", err)
		}
		p.tell("已采用现有检查点；%s 已建立。", "the published checkpoint is adopted; %s is made", proofs.LogMark)
		return nil
	})
}

// A trustCommand prints what others need to check this register's proofs offline.
type trustCommand struct {
	Server string `required:"" placeholder:"URL" help:"${help_server}"`
}

// Run fetches and prints the trust file.
func (c *trustCommand) Run(ctx context.Context, p *program) error {
	trust, err := (&verifyCommand{Server: c.Server}).trusted(ctx)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(trust, "", "  ")
	if err != nil {
		return err
	}
	p.sayf(p.stdout, "%s\n", data)
	return nil
}
