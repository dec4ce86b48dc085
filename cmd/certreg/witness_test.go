package main

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/translog/translogtest"
)

// startWitness starts a witness of the log that a trust file tells of, until the
// script ends, and adds its line to a policy file: witness NAME TRUST POLICY.
func startWitness(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: witness name trust policy")
	}
	var trust proof.Trust
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &trust))
	_, key, err := ed25519.GenerateKey(nil)
	ts.Check(err)
	w := &translogtest.Witness{Name: args[0] + ".example", Key: key, Log: trust.Identity(), At: time.Now()}
	server := httptest.NewServer(w)
	ts.Defer(server.Close)
	file, err := os.OpenFile(ts.MkAbs(args[2]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	ts.Check(err)
	_, err = fmt.Fprintf(file, "witness %s %s %s\n", args[0], w.VerifierKey(), server.URL)
	ts.Check(err)
	ts.Check(file.Close())
}
