package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// watch runs the server until its standard input ends, which is when the test
// program does, however it ends; then it removes everything. $1 is the server's
// program, $2 its directory.
const watch = `
"$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
	-c max_connections=200 -c shared_buffers=64MB >"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"
`

// A server is a PostgreSQL that tests may make databases on.
type server struct {
	url  *url.URL
	life io.WriteCloser // held as long as the server is to live; nil for one of others
}

// startServer starts a private PostgreSQL that listens on a socket in a
// directory of its own. Nothing of it outlives the test program.
func startServer() (*server, error) {
	initdb, err := program("initdb")
	if err != nil {
		return nil, err
	}
	attributes, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "certreg-pg-")
	if err != nil {
		return nil, err
	}
	if c := attributes.Credential; c != nil {
		if err := os.Chown(dir, int(c.Uid), int(c.Gid)); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	create := exec.Command(initdb, "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	create.SysProcAttr, create.Dir = attributes, dir
	if out, err := create.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(dir))
	}
	keeper := exec.Command("/bin/sh", "-c", watch, "sh", filepath.Join(filepath.Dir(initdb), "postgres"), dir)
	keeper.SysProcAttr, keeper.Dir = attributes, dir
	// The pipe is never closed here: the kernel does so when this program ends.
	life, err := keeper.StdinPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := keeper.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	at := &url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{"host": {dir}, "sslmode": {"disable"}}.Encode()}
	return &server{url: at, life: life}, ready(at)
}

// program finds a program of PostgreSQL, the newest where there are several.
func program(name string) (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err == nil && len(found) > 0 {
		return found[len(found)-1], nil
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("no server named by CERTREG_TEST_POSTGRES and no PostgreSQL installed: %w", err)
	}
	return path, nil
}

// unprivileged is how the server is run: PostgreSQL refuses to run as root. It
// is in a session of its own, so that it is stopped in order even when the
// terminal stops the tests.
func unprivileged() (*syscall.SysProcAttr, error) {
	attributes := &syscall.SysProcAttr{Setsid: true}
	if os.Geteuid() != 0 {
		return attributes, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attributes, nil
}

// ready waits until the server answers.
func ready(at *url.URL) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, err := sql.Open("postgres", at.String())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	for {
		err := conn.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the private server does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
