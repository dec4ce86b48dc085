package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// The table of README.md lists every setting, and no other.
func TestReadmeListsTheSettings(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(--[a-z-]+)` \\| `(CERTREG_[A-Z_]+)` \\|").FindAllStringSubmatch(string(readme), -1) {
		listed = append(listed, m[1]+" "+m[2])
	}
	var out, said bytes.Buffer
	if code := run(t.Context(), []string{"config", "--json"}, nil, strings.NewReader(""), &out, &said); code != exitDone {
		t.Fatalf("config: got exit code %d, want %d: %s", code, exitDone, said.String())
	}
	var settings []settingValue
	if err := json.Unmarshal(out.Bytes(), &settings); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, s := range settings {
		want = append(want, "--"+s.Name+" "+s.Variable)
	}
	slices.Sort(listed)
	slices.Sort(want)
	if !slices.Equal(listed, want) {
		t.Errorf("settings in README.md: got %v, want %v", listed, want)
	}
}

// The table of docs/design.md gives the reason of every direct dependency.
func TestDesignGivesTheReasonOfEveryDependency(t *testing.T) {
	design, err := os.ReadFile("../../docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(design), "\n## Dependencies\n")
	if !found {
		t.Fatal("docs/design.md has no section Dependencies")
	}
	data, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Require {
		name := strings.TrimPrefix(r.Mod.Path, "github.com/")
		if !r.Indirect && !strings.Contains(table, name) {
			t.Errorf("docs/design.md: no reason for %s", r.Mod.Path)
		}
	}
}
