package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// A tool leaves the schema of a register in use alone; migrate upgrades it.
func TestToolsDoNotUpgrade(t *testing.T) {
	dir := t.TempDir()
	command := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := run(t.Context(), args, []string{"LANG=en", "CERTREG_DATA=" + dir}, strings.NewReader(""), &out, &out)
		return code, out.String()
	}
	if code, said := command("migrate"); code != exitDone {
		t.Fatalf("a new register: got exit code %d, want %d: %s", code, exitDone, said)
	}
	// As if the last migration came with this program. Applying it again may
	// fail, which here only shows that it is tried.
	store, err := sql.Open("sqlite", filepath.Join(dir, "register.db"))
	if err != nil {
		t.Fatal(err)
	}
	var last int
	err = store.QueryRowContext(t.Context(), `
		DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version) RETURNING version_id`).Scan(&last)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	code, said := command("audit")
	if want := "the schema is older than this program"; code != exitFailed || !strings.Contains(said, want) {
		t.Errorf("audit: got exit code %d and %q, want %d and %q", code, said, exitFailed, want)
	}
	code, said = command("body", "add", "--kind", "national", "--code", "00000001", "--name", "国家中心")
	if want := "the schema is older than this program"; code != exitFailed || !strings.Contains(said, want) {
		t.Errorf("body add: got exit code %d and %q, want %d and %q", code, said, exitFailed, want)
	}
	_, said = command("migrate")
	if done, tried := fmt.Sprintf("%04d_", last), fmt.Sprintf("version:%d)", last); !strings.Contains(said, done) && !strings.Contains(said, tried) {
		t.Errorf("migrate: got %q, want it to apply migration %d", said, last)
	}
}
