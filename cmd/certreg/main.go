// Command certreg runs a register of vocational examinations and certificates:
// it serves it over HTTP, decides eligibility on the command line, and gives
// its operator the few tools that need the database itself. It is the only
// place that knows every package, the clock and the environment.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/registry"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// A program is what a command works with besides its flags.
type program struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	lang   string // "zh" or "en"
	now    func() time.Time
	values *values // of the settings, with where each came from
}

// run carries out one command line and returns the exit code. It is main
// without the process, so that tests can call it.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	vars := environment(env)
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, lang: language(args, vars), now: time.Now}
	err := p.dispatch(ctx, args, vars)
	switch usage, isUsage := errors.AsType[*usageError](err); {
	case err == nil, errors.Is(err, errHelp):
		return exitDone
	case isUsage:
		p.complain(usage)
		return exitUsage
	case errors.Is(err, errSaid):
		return exitFailed
	default:
		p.complain(err)
		return exitFailed
	}
}

// errSaid ends a command whose output has told already that it failed.
var errSaid = errors.New("failed")

// A failure is an error of the command line in the language of its user.
type failure struct {
	registry.Text
	cause error
}

func (f *failure) Error() string { return f.EN }

func (f *failure) Unwrap() error { return f.cause }

// fail makes a failure from one format per language over the same arguments.
func fail(zh, en string, args ...any) error {
	return &failure{Text: say(zh, en, args...)}
}

// say formats a text in both languages from the same arguments.
func say(zh, en string, args ...any) registry.Text {
	return registry.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// complain prints what went wrong: for what a user caused its text in the
// user's language, for anything else the chain of what was attempted.
func (p *program) complain(err error) {
	p.sayf(p.stderr, "certreg: %s\n", p.describe(err))
	if e, ok := errors.AsType[*registry.Error](err); ok {
		for _, f := range e.Fields {
			p.sayf(p.stderr, "  %s: %s\n", f.Pointer, f.Detail.In(p.lang))
		}
	}
}

// describe is the text of an error for the user.
func (p *program) describe(err error) string {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.In(p.lang)
	}
	if u, ok := errors.AsType[*usageError](err); ok {
		return u.In(p.lang)
	}
	if e, ok := errors.AsType[*registry.Error](err); ok {
		return e.Detail.In(p.lang)
	}
	if e, ok := errors.AsType[*eligibility.InputError](err); ok {
		return describeInput(e, p.lang)
	}
	return err.Error()
}

// describeInput is the text of a fault in a file, with its place.
func describeInput(e *eligibility.InputError, lang string) string {
	if e.Pointer == "" {
		return e.Message.In(lang)
	}
	return e.Pointer + ": " + e.Message.In(lang)
}

// sayf prints to one of the program's streams. A terminal that is gone cannot
// be told so, and output that matters is flushed and checked where it is made.
func (p *program) sayf(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, format, args...)
}

// tell prints a line to standard output in the user's language.
func (p *program) tell(zh, en string, args ...any) {
	p.sayf(p.stdout, "%s\n", say(zh, en, args...).In(p.lang))
}

// writeJSON prints v to standard output.
func (p *program) writeJSON(v any) error {
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
