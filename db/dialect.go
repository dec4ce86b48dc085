package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// A dialect is all that differs between the two engines. Queries are written
// once, in SQL both understand; anything that cannot be is a field here.
type dialect struct {
	name      string // as in the names of migration files
	goose     goose.Dialect
	params    int // parameters of one statement, at most
	open      func(ctx context.Context, url string) (write, read *pool, err error)
	unique    func(error) bool // a row with the same key is there
	contended func(error) bool // another transaction was in the way
	// in is the condition that a column is one of a list of texts, which is the
	// n-th argument, as list makes it: one statement for lists of any length.
	in   string // with %[1]s for the column and %[2]d for n
	list func([]string) any
	// carries: a statement can enter rows of other tables on its way, as WITH
	// entered AS (INSERT …), which saves the round trips of their own.
	carries bool
	// copy enters many rows faster than INSERT does; nil where nothing does.
	copy func(ctx context.Context, tx *sql.Tx, into string, n int, row func(i int) ([]any, error)) error
}

// The two sorts of transaction. Both engines take the same options; SQLite has
// no isolation levels and gives every transaction its own snapshot.
var (
	snapshot = &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
	writing  = &sql.TxOptions{}
)

func dialectOf(url string) (dialect, error) {
	switch scheme, _, _ := strings.Cut(url, ":"); scheme {
	case "sqlite":
		return sqliteDialect(), nil
	case "postgres", "postgresql":
		return postgresDialect(), nil
	}
	return dialect{}, errors.New("db: the URL must begin with sqlite: or postgres://") // not repeated: it may hold a password
}

func postgresDialect() dialect {
	return dialect{
		name:    "postgres",
		goose:   goose.DialectPostgres,
		params:  65535,
		in:      "%[1]s = ANY($%[2]d)",
		list:    func(texts []string) any { return pq.Array(texts) },
		open:    openPostgres,
		carries: true,
		copy:    copyPostgres,
		unique:  func(err error) bool { return pq.As(err, pqerror.UniqueViolation) != nil },
		// What a row refers to can be gone only because another transaction has
		// just deleted it, see [tx.RetirePhoto]; or the other way round.
		contended: func(err error) bool {
			return pq.As(err, pqerror.TRSerializationFailure, pqerror.TRDeadlockDetected, pqerror.LockNotAvailable, pqerror.ForeignKeyViolation) != nil
		},
	}
}

func sqliteDialect() dialect {
	return dialect{
		name:  "sqlite",
		goose: goose.DialectSQLite3,
		// It could be 32766, but the engine looks every $n up among all others
		// of the statement, and there is no round trip to save.
		params: 128,
		in:     "%[1]s IN (SELECT value FROM json_each($%[2]d))",
		list:   func(texts []string) any { return document[[]string]{append([]string{}, texts...)} },
		open:   openSQLite,
		unique: func(err error) bool {
			e, ok := errors.AsType[*sqlite.Error](err)
			return ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
		},
		contended: sqliteContended,
	}
}

func sqliteContended(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// openPostgres opens one pool for reading and writing. Nothing waits forever: a
// lock is waited for five seconds, as in SQLite, and a transaction that its
// program has forgotten ends after a minute. The context alone does not see to
// that, because a request to cancel can reach the server before the query does
// and is lost then. Other values may stand in the URL.
func openPostgres(ctx context.Context, databaseURL string) (write, read *pool, err error) {
	u, err := url.Parse(databaseURL)
	if err != nil {
		return nil, nil, errors.New("db: the postgres:// URL cannot be read") // the cause would quote its password
	}
	settings := u.Query()
	for name, value := range map[string]string{"lock_timeout": "5000", "idle_in_transaction_session_timeout": "60000"} {
		if !settings.Has(name) {
			settings.Set(name, value)
		}
	}
	u.RawQuery = settings.Encode()
	p, err := connect(ctx, "postgres", u.String(), 16)
	return p, p, err
}

// copyPostgres enters rows with COPY, whose rows the server neither parses as
// statements nor plans; into is the table with its columns.
func copyPostgres(ctx context.Context, tx *sql.Tx, into string, n int, row func(i int) ([]any, error)) (err error) {
	stmt, err := tx.PrepareContext(ctx, "COPY "+into+" FROM STDIN")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	for i := range n {
		values, err := row(i)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	_, err = stmt.ExecContext(ctx) // what is wrong with any row is told here
	return err
}

// openSQLite opens a file for one writer and several readers. In WAL mode
// readers and the writer do not wait for each other; with a single connection
// to write, writers of this process queue here rather than poll for the file's
// lock, and _txlock=immediate lets those of other processes queue at BEGIN.
//
// synchronous=FULL makes a commit outlast a loss of power, not only a crash of
// the program: a certificate that was printed must not be forgotten and its
// number given again.
func openSQLite(ctx context.Context, databaseURL string) (write, read *pool, err error) {
	path := strings.TrimPrefix(strings.TrimPrefix(databaseURL, "sqlite:"), "//")
	if path == "" {
		return nil, nil, errors.New("db: sqlite: needs the path of a file")
	}
	// SQLite would create the file for everybody to read.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + url.Values{
		"_dqs":    {"0"},
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(5000)", "foreign_keys(1)", "journal_mode(WAL)", "recursive_triggers(1)", "synchronous(FULL)"},
	}.Encode()
	if write, err = connectPatiently(ctx, dsn); err != nil {
		return nil, nil, err
	}
	if read, err = connect(ctx, "sqlite", dsn+"&_query_only=1", 8); err != nil {
		return nil, nil, errors.Join(err, write.close())
	}
	return write, read, nil
}

// connectPatiently opens the connection that writes. When several programs open
// a new file at once, each is to make it a WAL file and all but one are told at
// once that it is locked, whatever busy_timeout says: SQLite does not let those
// wait who already read. The one is done in a moment.
func connectPatiently(ctx context.Context, dsn string) (*pool, error) {
	patience := time.After(5 * time.Second)
	for {
		p, err := connect(ctx, "sqlite", dsn, 1)
		if err == nil || !sqliteContended(err) {
			return p, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-patience:
			return nil, err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// connect opens a pool of at most n connections and checks that one is to be had.
func connect(ctx context.Context, driver, dsn string, n int) (*pool, error) {
	db, err := sqlx.Open(driver, dsn)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect: %w", err), db.Close())
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return &pool{DB: db, statements: map[string]*sqlx.Stmt{}}, nil
}
