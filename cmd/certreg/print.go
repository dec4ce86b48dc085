package main

import (
	"context"
	"fmt"
	"os"

	"github.com/schollz/progressbar/v3"

	"github.com/certreg/certreg/registry"
)

// A printCommand makes one PDF of the valid certificates of a sitting, a page
// each, to be printed on paper.
type printCommand struct {
	registerFlags
	proofFlags
	URL     string `name:"url" setting:"plain" required:"" placeholder:"URL" help:"${help_url}"`
	Sitting string `arg:"" help:"${help_sitting}"`
	Output  string `short:"o" required:"" placeholder:"FILE" help:"${help_output}"`
}

// Run writes the file; one that cannot be finished is removed.
func (c *printCommand) Run(ctx context.Context, p *program) error {
	return c.vouch(ctx, p, func(reg *register) error {
		office, err := c.proofFlags.complete(c.Data).office(ctx, p, reg, c.URL, "")
		if err != nil {
			return err
		}
		certs, err := reg.printable(ctx, p.operator(), c.Sitting)
		if err != nil {
			return err
		}
		out, err := os.Create(c.Output)
		if err != nil {
			return fail("无法写入 %s：%v", "cannot write %s: %v", c.Output, err)
		}
		bar := progressbar.NewOptions(len(certs), progressbar.OptionSetWriter(p.stderr), progressbar.OptionShowCount(), progressbar.OptionSetDescription(say("制证", "print").In(p.lang)))
		err = office.Pages(ctx, out, certs, func(done int) { _ = bar.Set(done) }) // a bar that cannot be drawn stops nothing
		p.sayf(p.stderr, "\n")
		if closing := out.Close(); err == nil {
			err = closing
		}
		if err != nil {
			_ = os.Remove(c.Output) // half a file would be taken for a whole one
			return fmt.Errorf("print: %w", err)
		}
		p.tell("%[2]s：%[1]d 页", "%[2]s: %[1]d pages", len(certs), c.Output)
		return nil
	})
}

// printable is the valid certificates that a sitting gave, by number.
func (r *register) printable(ctx context.Context, by registry.Caller, sitting string) ([]registry.Certificate, error) {
	if _, err := r.Sitting(ctx, by, sitting); err != nil {
		return nil, err
	}
	var all []registry.Certificate
	for f := (registry.CertificateFilter{Sitting: sitting, Status: registry.StatusValid, Page: registry.Page{Limit: registry.MaxPage}}); ; {
		certs, next, err := r.Certificates(ctx, by, f)
		if err != nil {
			return nil, err
		}
		all = append(all, certs...)
		if f.After = next; next == "" {
			break
		}
	}
	if len(all) == 0 {
		return nil, fail("该考次没有有效证书。", "the sitting has no valid certificates")
	}
	return all, nil
}
