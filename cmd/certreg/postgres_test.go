package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certreg/certreg/db/dbtest"
)

// The command line works on PostgreSQL as on SQLite, with the keys in a file.
func TestCommandsOnPostgres(t *testing.T) {
	dir := t.TempDir()
	env := []string{"LANG=en", "CERTREG_DB=" + dbtest.Postgres(t).URL, "CERTREG_DATA=" + dir, "CERTREG_KEYS=" + filepath.Join(dir, "keys.json")}
	var refused bytes.Buffer
	if code := run(t.Context(), []string{"body", "list"}, env, strings.NewReader(""), io.Discard, &refused); code != exitFailed || !strings.Contains(refused.String(), "there is no register in postgres://") {
		t.Errorf("an empty database: got exit code %d and %q, want %d and that there is no register", code, refused.String(), exitFailed)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 0 {
		t.Errorf("an empty database: got %v, %v, want no keys made", files, err)
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"migrate"}, "the schema is up to date: postgres://"},
		{[]string{"body", "add", "--kind", "national", "--code", "00000001", "--name", "鉴定中心"}, "added 00000001"},
		{[]string{"body", "list"}, "00000001  national  鉴定中心"},
		{[]string{"key", "create", "--body", "00000001", "--role", "national", "--subject", "chief"}, "crk_"},
		{[]string{"audit"}, "found 0 discrepancies"},
	} {
		var out, said bytes.Buffer
		code := run(t.Context(), tt.args, env, strings.NewReader(""), &out, &said)
		if code != exitDone || !strings.Contains(out.String(), tt.want) {
			t.Errorf("%v: got exit code %d and %q (%s), want %d and %q", tt.args, code, out.String(), said.String(), exitDone, tt.want)
		}
	}
}
