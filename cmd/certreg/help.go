package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"github.com/certreg/certreg/registry"
)

// help prints what a command is for and how it is used.
func (p *program) help(w io.Writer, node *kong.Node) {
	head := func(zh, en string) { p.sayf(w, "\n%s\n", registry.Text{ZH: zh, EN: en}.In(p.lang)) }
	p.sayf(w, "%s\n", node.Help)
	head("用法：", "Usage:")
	p.sayf(w, "  %s\n", synopsis(node))
	if len(node.Positional) > 0 {
		head("参数：", "Arguments:")
		p.columns(w, func(row func(a, b string)) {
			for _, arg := range node.Positional {
				row(arg.Summary(), arg.Help)
			}
		})
	}
	if len(node.Children) > 0 {
		head("命令：", "Commands:")
		p.columns(w, func(row func(a, b string)) { subcommands(node, "", row) })
	}
	head("选项：", "Flags:")
	p.columns(w, func(row func(a, b string)) {
		for _, group := range node.AllFlags(true) {
			for _, f := range group {
				row(p.flagSummary(f))
			}
		}
	})
}

// synopsis is the form of a command line.
func synopsis(node *kong.Node) string {
	words := []string{node.FullPath()}
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			if f.Required {
				words = append(words, f.Summary())
			}
		}
	}
	for _, arg := range node.Positional {
		words = append(words, arg.Summary())
	}
	if len(node.Children) > 0 {
		words = append(words, "<command>")
	}
	return strings.Join(append(words, "[flags]"), " ")
}

// subcommands tells the commands under a node that do something, with the
// first line of what they are for.
func subcommands(node *kong.Node, prefix string, row func(a, b string)) {
	for _, c := range node.Children {
		if len(c.Children) > 0 {
			subcommands(c, prefix+c.Name+" ", row)
			continue
		}
		first, _, _ := strings.Cut(c.Help, "\n")
		row(prefix+c.Name, first)
	}
}

// flagSummary is how a flag is written, and what it does.
func (p *program) flagSummary(f *kong.Flag) (form, meaning string) {
	form = "--" + f.Name
	if f.Short != 0 {
		form = fmt.Sprintf("-%c, --%s", f.Short, f.Name)
	}
	if !f.IsBool() {
		form += " " + f.FormatPlaceHolder()
	}
	meaning = f.Help
	if f.HasDefault && f.Default != "" && f.Default != "0" {
		meaning += registry.Text{ZH: "（默认 " + f.Default + "）", EN: " (default " + f.Default + ")"}.In(p.lang)
	}
	if f.Tag.Get("setting") != "" {
		meaning += " [" + variable(f.Name) + "]"
	}
	return form, meaning
}

// columns prints rows of two columns.
func (p *program) columns(w io.Writer, fill func(row func(a, b string))) {
	width := 0
	fill(func(a, _ string) { width = max(width, utf8.RuneCountInString(a)) })
	fill(func(a, b string) { p.sayf(w, "  %-*s  %s\n", width, a, b) })
}

// table prints rows of any number of columns to standard output.
func (p *program) table(fill func(row func(cells ...string))) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fill(func(cells ...string) { p.sayf(w, "%s\n", strings.Join(cells, "\t")) })
	return w.Flush()
}
