package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/certreg/certreg/registry"
)

// A grammar is the command line: its commands and the flags of all of them.
type grammar struct {
	Help helpFlag `short:"h" help:"${help_help}"`
	Lang string   `setting:"plain" default:"" enum:"zh,en," placeholder:"zh|en" help:"${help_lang}"`

	Demo    demoCommand     `cmd:"" help:"${help_demo}"`
	Serve   serveCommand    `cmd:"" help:"${help_serve}"`
	Migrate migrateCommand  `cmd:"" help:"${help_migrate}"`
	Check   checkCommand    `cmd:"" help:"${help_check}"`
	Path    pathCommand     `cmd:"" help:"${help_path}"`
	Rules   rulesCommands   `cmd:"" help:"${help_rules}"`
	Verify  verifyCommand   `cmd:"" help:"${help_verify}"`
	Key     keyCommands     `cmd:"" help:"${help_key}"`
	Body    bodyCommands    `cmd:"" help:"${help_body}"`
	Photo   photoCommands   `cmd:"" help:"${help_photo}"`
	Print   printCommand    `cmd:"" help:"${help_print}"`
	Audit   auditCommands   `cmd:"" help:"${help_audit}"`
	Vault   vaultCommands   `cmd:"" help:"${help_vault}"`
	Signing signingCommands `cmd:"" help:"${help_signing}"`
	Log     logCommands     `cmd:"" help:"${help_log}"`
	Trust   trustCommand    `cmd:"" help:"${help_trust_command}"`
	Config  configCommand   `cmd:"" help:"${help_config}"`
	Version versionCommand  `cmd:"" help:"${help_version}"`
}

// dispatch reads the command line and runs the command it names. What is
// wrong with the line is a [usageError].
func (p *program) dispatch(ctx context.Context, args []string, vars map[string]string) error {
	p.values = &values{vars: vars, from: map[string]string{}}
	var g grammar
	parser, err := kong.New(&g, kong.Name("certreg"), kong.Description("${help_certreg}"), kong.Vars(helpVars(p.lang)),
		kong.NoDefaultHelp(), kong.Resolvers(p.values), kong.Bind(p), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		return fmt.Errorf("command line: %w", err)
	}
	if len(args) == 0 {
		p.help(p.stderr, parser.Model.Node)
		return usage("请给出命令。", "a command is required")
	}
	kctx, err := parser.Parse(args)
	if err != nil {
		if _, known := errors.AsType[*usageError](err); known || errors.Is(err, errHelp) {
			return err
		}
		return misused(err)
	}
	return kctx.Run(kctx)
}

// A usageError is a command line or environment that cannot be understood.
type usageError struct{ registry.Text }

func (e *usageError) Error() string { return e.EN }

// usage makes a usageError from one format per language over the same arguments.
func usage(zh, en string, args ...any) error {
	return &usageError{say(zh, en, args...)}
}

// errHelp ends a command line that asked for help and got it.
var errHelp = errors.New("help was asked for")

// A helpFlag prints help on the command it stands at.
type helpFlag bool

// BeforeReset is called by kong when the flag was given, before anything is checked.
func (helpFlag) BeforeReset(p *program, kctx *kong.Context) error {
	node := kctx.Selected()
	for _, path := range kctx.Path { // also the last of a group of commands
		if n := path.Node(); n != nil {
			node = n
		}
	}
	p.help(p.stdout, node)
	return errHelp
}

// misused turns kong's account of a faulty command line, which is English
// only, into one for both languages, with the way to help.
func misused(err error) error {
	en := strings.TrimSuffix(err.Error(), "?")
	zh := en
	for _, t := range kongTexts {
		zh = t.en.ReplaceAllString(zh, t.zh)
	}
	command := ""
	if parse, ok := errors.AsType[*kong.ParseError](err); ok && parse.Context != nil {
		if node := parse.Context.Selected(); node != nil {
			command = " " + node.Path()
		}
	}
	return usage("%[1]s。\n用法：certreg%[3]s --help", "%[2]s\nUsage: certreg%[3]s --help", zh, en, command)
}

// kongTexts are the phrases kong's errors are made of, in Chinese.
var kongTexts = []struct {
	en *regexp.Regexp
	zh string
}{
	{regexp.MustCompile(`^unknown flag (\S+?)(,|$)`), "没有选项 $1$2"},
	{regexp.MustCompile(`^unexpected argument (\S+?)(,|$)`), "多余的参数或没有该命令：$1$2"},
	{regexp.MustCompile(`^unexpected flag argument`), "该选项不带值："},
	{regexp.MustCompile(`, did you mean one of (.+)$`), "，是否为 $1 之一"},
	{regexp.MustCompile(`, did you mean (.+)$`), "，是否为 $1"},
	{regexp.MustCompile(`^missing flags: `), "缺少选项："},
	{regexp.MustCompile(`^missing positional arguments `), "缺少参数："},
	{regexp.MustCompile(`^expected one of `), "应给出下列之一："},
	{regexp.MustCompile(`^expected "`), `应给出 "`},
	{regexp.MustCompile(`^(\S+) must be one of (.+) but got (".*")$`), "$1 应为 $2 之一，而不是 $3"},
	{regexp.MustCompile(`^(--\S+) and (--\S+) can't be used together$`), "$1 与 $2 不能同时使用"},
	{regexp.MustCompile(`: missing value, `), "：缺少值，"},
	{regexp.MustCompile(`: expected a valid (?:\d+ bit )?int but got `), "：应为整数，而不是 "},
	{regexp.MustCompile(`: expected string value but got .*$`), "：缺少值"},
	{regexp.MustCompile(`: not a calendar date of the form YYYY-MM-DD$`), "：应为日期 YYYY-MM-DD"},
}

// nearest is the candidate that is the fewest changes away from word.
func nearest(word string, candidates []string) string {
	best, distance := "", len(word)+len(candidates)*100
	for _, c := range candidates {
		if d := editDistance(word, c); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// editDistance is the number of bytes to insert, delete or replace between a and b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
