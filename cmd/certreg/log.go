package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/certreg/certreg/internal/translog"
)

// logCommands look after the transparency log.
type logCommands struct {
	Verify logVerifyCommand `cmd:"" help:"${help_log_verify}"`
	Key    logKeyCommand    `cmd:"" help:"${help_log_key}"`
	Adopt  logAdoptCommand  `cmd:"" help:"${help_log_adopt}"`
}

// A logVerifyCommand reads a whole log over HTTP, as anybody may, and computes
// it again.
type logVerifyCommand struct {
	Server    string `required:"" placeholder:"URL" help:"${help_server}"`
	Trust     string `placeholder:"FILE" help:"${help_trust}"`
	Witnesses string `placeholder:"FILE" help:"${help_log_witnesses}"`
	JSON      bool   `name:"json" help:"${help_json}"`
}

// A verifiedLog is a log that was found whole, with the names of the API.
type verifiedLog struct {
	Origin    string   `json:"origin"`
	Size      int64    `json:"size"`
	Root      string   `json:"root"`
	Witnesses []string `json:"witnesses"` // that cosigned it, of those known
	Witnessed bool     `json:"witnessed"` // they are enough
}

// Run verifies the log and prints its checkpoint. It is done when the log is
// whole and as many witnesses cosigned it as the policy asks for.
func (c *logVerifyCommand) Run(ctx context.Context, p *program) error {
	trust, err := p.trust(ctx, c.Trust, c.Server)
	if err != nil {
		return err
	}
	policy := trust.Policy()
	if c.Witnesses != "" {
		if policy, err = readPolicy(c.Witnesses); err != nil {
			return err
		}
	}
	prefix, err := url.Parse(strings.TrimSuffix(c.Server, "/") + "/log")
	if err != nil {
		return usage("--server 应为网址，如 https://certreg.example。", "--server must be an address such as https://certreg.example")
	}
	reader := translog.NewClient(prefix, http.DefaultClient)
	seen, err := witnessed(ctx, reader, policy)
	if err != nil {
		return err
	}
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(p.stderr), progressbar.OptionShowCount(), progressbar.OptionSetDescription(say("日志", "log").In(p.lang)))
	auditor := translog.Auditor{
		Reader: pinned{reader, seen}, Identity: trust.Identity(),
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
	names, enough := policy.Cosigners(seen)
	return p.printLog(verifiedLog{tree.Origin, tree.Size, tree.Root.String(), append([]string{}, names...), enough}, c.JSON)
}

func (p *program) printLog(l verifiedLog, asJSON bool) error {
	if asJSON {
		if err := p.writeJSON(l); err != nil {
			return err
		}
	} else {
		p.tell("日志 %s 完整：%d 条，根 %s", "log %s is whole: %d entries, root %s", l.Origin, l.Size, l.Root)
		if len(l.Witnesses) > 0 {
			p.tell("见证人：%s", "witnessed by %s", strings.Join(l.Witnesses, ", "))
		}
	}
	if !l.Witnessed {
		return fail("见证不足：联署的见证人少于策略所要求的。", "not witnessed: fewer witnesses cosigned it than the policy asks for")
	}
	return nil
}

// A pinned reads a log as of one of its checkpoints.
type pinned struct {
	translog.Reader
	checkpoint []byte
}

// Checkpoint implements [translog.Reader].
func (r pinned) Checkpoint(context.Context) ([]byte, error) { return r.checkpoint, nil }

// The time for cosignatures to arrive: a checkpoint is published before it has
// any, and replaced when something changes.
const (
	cosignatureWait  = 5 * time.Second
	cosignatureEvery = 100 * time.Millisecond
)

// witnessed is the published checkpoint as soon as it has the cosignatures that
// the policy asks for, or the last one seen when that takes too long.
func witnessed(ctx context.Context, r translog.Reader, policy translog.Policy) ([]byte, error) {
	limit := time.After(cosignatureWait)
	for {
		checkpoint, err := r.Checkpoint(ctx)
		if err != nil {
			return nil, err
		}
		if _, enough := policy.Cosigners(checkpoint); enough {
			return checkpoint, nil
		}
		select {
		case <-time.After(cosignatureEvery):
		case <-limit:
			return checkpoint, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// A logKeyCommand prints the keys of a log as witnesses and other auditors want them.
type logKeyCommand struct {
	Server string `placeholder:"URL" help:"${help_server}"`
	Trust  string `placeholder:"FILE" help:"${help_trust}"`
}

// Run prints a verifier key (C2SP signed-note) for each key that may sign.
func (c *logKeyCommand) Run(ctx context.Context, p *program) error {
	trust, err := p.trust(ctx, c.Trust, c.Server)
	if err != nil {
		return err
	}
	p.sayf(p.stdout, "%s", trust.Identity())
	return nil
}

// A logAdoptCommand starts the mark of the largest log signed anew.
type logAdoptCommand struct {
	registerFlags
	Trust string `required:"" placeholder:"FILE" help:"${help_trust}"`
}

// Run adopts the published checkpoint, for whose being the newest the caller vouches.
func (c *logAdoptCommand) Run(ctx context.Context, p *program) error {
	trust, err := p.trust(ctx, c.Trust, "")
	if err != nil {
		return err
	}
	return c.use(ctx, p, func(reg *register) error {
		if err := os.MkdirAll(filepath.Dir(reg.mark), 0o700); err != nil { // a further server may have no data of its own yet
			return err
		}
		publisher := translog.NewPublisher(trust.Identity().Origin(), reg.store.Log(), nil, reg.mark)
		if err := publisher.Adopt(ctx, trust.Identity()); err != nil {
			return fail("不能采用：%v", "cannot adopt it: %v", err)
		}
		p.tell("已采用现有检查点；%s 已建立。", "the published checkpoint is adopted; %s is made", reg.mark)
		return nil
	})
}
