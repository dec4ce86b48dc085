package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// verbs are the places of a format that are filled in.
var verbs = regexp.MustCompile(`%(\[\d+\])?[a-z]`)

func TestMessagesAreWholeInBothLanguages(t *testing.T) {
	messages, err := readMessages()
	if err != nil {
		t.Fatal(err)
	}
	for code, texts := range messages {
		zh, en := verbs.FindAllString(texts[0], -1), verbs.FindAllString(texts[1], -1)
		numbered := strings.Contains(texts[0]+texts[1], "%[")
		if len(zh) != len(en) || !numbered && !slices.Equal(zh, en) {
			t.Errorf("%s: got the places %q in Chinese and %q in English, want the same", code, zh, en)
		}
	}
}

// A use is a code in the program or a template; an open one is the beginning
// of several codes.
type use struct {
	code string
	open bool
}

// Every code that is used has its words, and no words are left that nobody uses.
func TestMessagesAreThoseUsed(t *testing.T) {
	messages, err := readMessages()
	if err != nil {
		t.Fatal(err)
	}
	uses := append(usesInTemplates(t), usesInGo(t)...)
	for _, u := range uses {
		_, there := messages[u.code]
		if !u.open && !there {
			t.Errorf("%s is used and has no words", u.code)
		}
	}
	for code := range messages {
		if !slices.ContainsFunc(uses, func(u use) bool { return u.code == code || u.open && strings.HasPrefix(code, u.code) }) {
			t.Errorf("%s has words that nobody uses", code)
		}
	}
}

func usesInTemplates(t *testing.T) []use {
	t.Helper()
	call := regexp.MustCompile(`\.T "([^"]+)"|printf "([a-z.-]+)%s`)
	files, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	var uses []use
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllStringSubmatch(string(text), -1) {
			uses = append(uses, use{code: m[1] + m[2], open: m[2] != ""})
		}
	}
	return uses
}

// usesInGo is every literal that looks like a code, and every "code." that
// something is added to.
func usesInGo(t *testing.T) []use {
	t.Helper()
	code := regexp.MustCompile(`^[a-z]+(\.[a-zA-Z0-9-]+)+$`)
	begin := regexp.MustCompile(`^[a-z]+(\.[a-z-]+)*\.(%[ds])?$`)
	messages, err := readMessages()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var uses []use
	for _, s := range sections { // the questions, their options and their lines
		uses = append(uses, use{s.name + ".", true}, use{"told." + s.name + ".", true})
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				return true
			}
			switch _, known := messages[text]; {
			case begin.MatchString(text):
				uses = append(uses, use{strings.TrimRight(text, "%ds"), true})
			case known:
				uses = append(uses, use{text, false})
			case code.MatchString(text) && isText(text):
				uses = append(uses, use{text, false})
			}
			return true
		})
	}
	return uses
}

// isText reports whether a dotted literal is meant as a code, not as a file.
func isText(s string) bool {
	for _, ext := range []string{".html", ".json", ".css", ".js", ".svg", ".csv", ".ico", ".txt"} {
		if strings.HasSuffix(s, ext) {
			return false
		}
	}
	return true
}
