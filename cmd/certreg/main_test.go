package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/certreg/certreg/internal/civil"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"certreg": main})
}

// TestScripts runs the command line as users type it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("LANG", "en_US.UTF-8")
			env.Setenv("USER", "tester")
			env.Values[started{}] = new(func())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start":   start,
			"stop":    stop,
			"request": request,
			"capture": capture,
			"day":     day,
			"paste":   paste,
			"alter":   alter,
			"replay":  replay,
			"witness": startWitness,
			"append":  appendLines,
		},
	})
}

// started is the key of the function that stops the server started last.
type started struct{}

// stop interrupts the server started last, which must end well: stop.
func stop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: stop")
	}
	(*ts.Value(started{}).(*func()))()
}

// start runs a serving command in the background, sets URL to the address it
// tells, and keeps what it prints in the files served.out and served.log. It
// is interrupted by stop or at the end of the script, and must then end well.
func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: start command [args...]")
	}
	log, err := os.Create(ts.MkAbs("served.log"))
	ts.Check(err)
	path, err := exec.LookPath(filepath.Join(strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator))[0], args[0]))
	ts.Check(err)
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir, cmd.Stderr = ts.MkAbs("."), log
	for _, name := range []string{"LANG", "USER", "HOME", "PATH", "TMPDIR"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	if file := ts.Getenv("CERTREG_KEK_FILE"); file != "" {
		cmd.Env = append(cmd.Env, "CERTREG_KEK_FILE="+file)
	}
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	end := sync.OnceFunc(func() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
		for range lines { // until the output ends
		}
		if err := cmd.Wait(); err != nil {
			ts.Fatalf("%s ends with %v", args[0], err)
		}
		ts.Check(log.Close())
	})
	*ts.Value(started{}).(*func()) = end
	ts.Defer(end)
	ts.Check(os.WriteFile(ts.MkAbs("served.out"), []byte(told(ts, lines)), 0o600))
}

// told collects what a server prints until it has printed nothing for a
// moment after its address.
func told(ts *testscript.TestScript, lines <-chan string) string {
	var all strings.Builder
	limit := time.After(time.Minute)
	var quiet <-chan time.Time
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				log, _ := os.ReadFile(ts.MkAbs("served.log"))
				ts.Fatalf("the server ended: %s", log)
			}
			all.WriteString(line + "\n")
			if address := regexp.MustCompile(`http://[0-9.:]+`).FindString(line); address != "" && quiet == nil {
				ts.Setenv("URL", address)
				quiet = time.After(0)
			}
			if quiet != nil {
				quiet = time.After(500 * time.Millisecond)
			}
		case <-quiet:
			return all.String()
		case <-limit:
			ts.Fatalf("no address within a minute; told: %s", all.String())
		}
	}
}

// request sends a request: request STATUS METHOD PATH [BODYFILE] [Name:value]...
// Variables in the body file are expanded. The answer is kept in the file
// answer, its entity tag in the variable ETAG.
func request(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: request status method path [bodyfile] [Name:value]...")
	}
	var body io.Reader
	req := args[3:]
	if len(req) > 0 && !strings.Contains(req[0], ":") {
		body = strings.NewReader(os.Expand(ts.ReadFile(req[0]), ts.Getenv))
		req = req[1:]
	}
	r, err := http.NewRequest(args[1], ts.Getenv("URL")+args[2], body)
	ts.Check(err)
	r.Header.Set("Accept-Language", "en")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, header := range req {
		name, value, _ := strings.Cut(header, ":")
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if got := strconv.Itoa(resp.StatusCode); got != args[0] {
		ts.Fatalf("%s %s: got %s, want %s: %s", args[1], args[2], got, args[0], answer)
	}
	ts.Check(os.WriteFile(ts.MkAbs("answer"), answer, 0o600))
	ts.Setenv("ETAG", resp.Header.Get("ETag"))
}

// capture sets a variable to the first group of an expression in a file:
// capture VAR FILE REGEXP.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: capture var file regexp")
	}
	found := regexp.MustCompile(args[2]).FindStringSubmatch(ts.ReadFile(args[1]))
	if len(found) != 2 {
		ts.Fatalf("%s does not match %s: %s", args[1], args[2], ts.ReadFile(args[1]))
	}
	ts.Setenv(args[0], found[1])
}

// day sets a variable to a day as far from today: day VAR MONTHS DAYS.
func day(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: day var months days")
	}
	months, err := strconv.Atoi(args[1])
	ts.Check(err)
	days, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Setenv(args[0], civil.Of(time.Now().In(chinaTime())).AddMonths(months).AddDays(days).String())
}

// paste runs the curl lines of a file as a shell would, and keeps what they
// print in the file answer: paste FILE COUNT.
func paste(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: paste file count")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CERTREG_TEST_REQUIRE") == "1" {
			ts.Fatalf("curl: %v", err)
		}
		ts.Logf("no curl: the lines are not tried")
		ts.Check(os.WriteFile(ts.MkAbs("answer"), nil, 0o600))
		return
	}
	var script []string
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if command := strings.TrimSpace(line); strings.HasPrefix(command, "curl ") {
			script = append(script, command+" --fail-with-body")
		}
	}
	if got := fmt.Sprint(len(script)); got != args[1] {
		ts.Fatalf("%s has %s curl lines, want %s", args[0], got, args[1])
	}
	out, err := exec.Command("sh", "-ec", strings.Join(script, "\n")).CombinedOutput()
	if err != nil {
		ts.Fatalf("%v: %s", err, out)
	}
	ts.Check(os.WriteFile(ts.MkAbs("answer"), out, 0o600))
}

// alter replaces a text in a file: alter FILE OLD NEW.
func alter(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: alter file old new")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not contain %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o600))
}

// replay starts a server, at $REPLAY, that answers everything with one file: replay FILE.
func replay(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: replay file")
	}
	answer := ts.ReadFile(args[0])
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, answer) // the reader may be gone
	}))
	ts.Defer(server.Close)
	ts.Setenv("REPLAY", server.URL)
}

// appendLines adds lines to a file: append FILE LINE...
func appendLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: append file line...")
	}
	text, err := os.ReadFile(ts.MkAbs(args[0]))
	if !errors.Is(err, fs.ErrNotExist) {
		ts.Check(err)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(string(text)+strings.Join(args[1:], "\n")+"\n"), 0o600))
}
