package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/demo"
)

// A demoCommand serves a demonstration register, which it makes the first time.
type demoCommand struct {
	Data string `setting:"plain" default:"certreg-data" placeholder:"DIR" help:"${help_demo_data}"`
	listenFlags
}

// contentsFile holds what the demonstration's visitor is told, keys included.
const contentsFile = "demo.json"

// demoLookUp is what certificates of the demonstration name beside its own
// address; a name that leads nowhere (RFC 2606).
const demoLookUp = "https://skills.example/certificates"

// Run makes the demonstration if it is not there, serves it and says how to look at it.
func (c *demoCommand) Run(ctx context.Context, p *program) error {
	l, err := c.listen(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // closed already, unless serving never began
	contents, err := c.contents(ctx, p)
	if err != nil {
		return err
	}
	flags := registerFlags{Data: c.Data}
	return flags.with(ctx, p, upToDate, func(reg *register) error {
		return c.serve(ctx, p, reg, proofFlags{LookUps: []string{demoLookUp}}.complete(c.Data), l, func(address string) {
			p.welcome(address, contents, reg.Today())
		})
	})
}

// contents is what the demonstration in the data directory holds.
func (c *demoCommand) contents(ctx context.Context, p *program) (demo.Contents, error) {
	data, err := os.ReadFile(filepath.Join(c.Data, contentsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return c.make(ctx, p)
	}
	if err != nil {
		return demo.Contents{}, fmt.Errorf("demonstration: %w", err)
	}
	var contents demo.Contents
	if err := json.Unmarshal(data, &contents); err != nil {
		return demo.Contents{}, fmt.Errorf("demonstration: %s: %w", contentsFile, err)
	}
	return contents, nil
}

// make makes the demonstration beside the data directory and then gives it its
// name, so that there is a whole one or none.
func (c *demoCommand) make(ctx context.Context, p *program) (demo.Contents, error) {
	if entries, err := os.ReadDir(c.Data); err == nil && len(entries) > 0 {
		return demo.Contents{}, fail("%[1]s 中已有其他内容，演示数据不会与之混合；请用 --data 另选目录。", "%[1]s holds something else, which the demonstration does not mix with; choose another directory with --data", c.Data)
	}
	p.sayf(p.stderr, "%s\n", say("正在生成演示数据……", "making the demonstration …").In(p.lang))
	parent, name := filepath.Split(filepath.Clean(c.Data))
	if err := os.MkdirAll(filepath.Join(parent, "."), 0o755); err != nil { //nolint:gosec // the directory of the user's choice, not of the data
		return demo.Contents{}, fmt.Errorf("demonstration: %w", err)
	}
	dir, err := os.MkdirTemp(parent, name+"-*")
	if err != nil {
		return demo.Contents{}, fmt.Errorf("demonstration: %w", err)
	}
	contents, err := fill(ctx, dir)
	if err == nil {
		_ = os.Remove(c.Data) // an empty directory; anything else makes the next step fail
		err = os.Rename(dir, filepath.Clean(c.Data))
	}
	if err != nil {
		return demo.Contents{}, errors.Join(err, os.RemoveAll(dir))
	}
	return contents, nil
}

// fill makes a demonstration in an empty directory.
func fill(ctx context.Context, dir string) (contents demo.Contents, err error) {
	store, _, err := registerFlags{Data: dir}.openStore(ctx, nil, upToDate)
	if err != nil {
		return demo.Contents{}, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	library, err := eligibility.Embedded()
	if err != nil {
		return demo.Contents{}, err
	}
	contents, err = demo.Load(ctx, demo.Config{Store: store, Library: library, Now: time.Now()})
	if err != nil {
		return demo.Contents{}, err
	}
	data, err := json.MarshalIndent(contents, "", "  ")
	if err != nil {
		return demo.Contents{}, err
	}
	return contents, os.WriteFile(filepath.Join(dir, contentsFile), append(data, '\n'), 0o600)
}

// welcome says where the demonstration is and how to look at it.
func (p *program) welcome(address string, d demo.Contents, today civil.Date) {
	p.tell("演示登记系统已运行（虚构数据）：", "the demonstration register is served (synthetic data):")
	p.tell("  网页      %s", "  pages          %s", address)
	p.tell("  申报条件  %s/check", "  am I eligible  %s/check", address)
	p.tell("  证书查询  %s/verify", "  look-up        %s/verify", address)
	if d.SupersededPaper != "" { // not in demonstrations made before papers were told apart
		p.tell("  旧版证书  %s/verify/%s?paper=%s", "  an old paper   %s/verify/%s?paper=%s", address, d.Corrected, d.SupersededPaper)
	}
	p.tell("  接口文档  %s/docs", "  API            %s/docs", address)
	p.tell("\n密钥：", "\nkeys:")
	token := ""
	_ = p.table(func(row func(...string)) { // printed to the same stream as the rest
		for _, k := range d.Keys {
			row("  "+string(k.Role), k.Subject, k.Token, k.Body.In(p.lang))
			if token == "" {
				token = k.Token
			}
		}
	})
	facts, err := demo.FourMonthsEarly(today)
	if err != nil {
		p.complain(err)
		return
	}
	p.tell("\n试一试：", "\ntry:")
	for _, line := range []string{
		fmt.Sprintf("curl -s %s/v1/certificates/%s", address, d.Valid),
		fmt.Sprintf("curl -sG %s/v1/certificates/%s --data-urlencode 'name=%s'", address, d.Valid, d.Holder),
		fmt.Sprintf("curl -s %s/v1/certificates/%s", address, d.Withdrawn),
		fmt.Sprintf(`curl -s %s/v1/eligibility -H 'Content-Type: application/json' -d '{"occupation":"%s","level":2,"facts":%s}'`, address, demo.Occupation, facts),
		fmt.Sprintf("curl -s %s/v1/sittings -H 'Authorization: Bearer %s'", address, token),
	} {
		p.sayf(p.stdout, "  %s\n", line)
	}
	p.tell("\n按 Ctrl+C 停止；再次运行保留数据。", "\nCtrl+C stops it; the data stays for the next run")
}
