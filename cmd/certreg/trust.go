package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/certreg/certreg/internal/proof"
)

// A trustCommand prints what others need to check this register's proofs offline.
type trustCommand struct {
	Server string `required:"" placeholder:"URL" help:"${help_server}"`
}

// Run fetches and prints the trust file.
func (c *trustCommand) Run(ctx context.Context, p *program) error {
	trust, err := p.trust(ctx, "", c.Server)
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

// trust is what proofs are checked against: a trust file kept from before, or
// else what a server publishes now.
func (p *program) trust(ctx context.Context, file, server string) (proof.Trust, error) {
	var trust proof.Trust
	var data []byte
	var err error
	switch {
	case file != "":
		data, err = os.ReadFile(file)
	case server != "":
		data, err = p.ask(ctx, server, "/.well-known/certreg.json", nil)
	default:
		return trust, usage("核验文件须用 --trust 给出信任文件，或用 --server 给出登记系统网址。", "to check a file, give the trust file with --trust or the register's address with --server")
	}
	if err != nil {
		return trust, err
	}
	if err := json.Unmarshal(data, &trust); err != nil {
		return trust, fail("信任文件有误：%v", "the trust file has a fault: %v", err)
	}
	return trust, nil
}
