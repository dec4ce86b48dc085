package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jmoiron/sqlx"

	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/internal/vault"
	"github.com/certreg/certreg/registry"
)

// A pool is connections with the statements prepared on them. PostgreSQL
// answers a prepared statement in one round trip and without planning it again.
type pool struct {
	*sqlx.DB
	mu         sync.RWMutex
	statements map[string]*sqlx.Stmt // by query
}

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, stmt := range p.statements {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, p.Close())...)
}

// prepared is the prepared form of a query, or nil.
func (p *pool) prepared(query string) *sqlx.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.statements[query]
}

// prepare keeps statements for later transactions. It runs outside of one:
// preparing needs a connection, and a transaction that waits for a second
// connection while others do the same would wait forever.
func (p *pool) prepare(ctx context.Context, queries []string) {
	for _, q := range queries {
		stmt, err := p.PreparexContext(ctx, q) //nolint:sqlclosecheck // closed with the pool
		if err != nil {
			return // the query works without
		}
		p.mu.Lock()
		if p.statements[q] == nil {
			p.statements[q], stmt = stmt, nil
		}
		p.mu.Unlock()
		if stmt != nil {
			_ = stmt.Close() // another transaction was faster
		}
	}
}

// longestKept is the longest query that is kept prepared, in bytes: long ones
// insert many rows, and their plans would fill the server's memory.
const longestKept = 4096

// A tx is one transaction. It implements [registry.Writer], and Reader with it.
type tx struct {
	*sqlx.Tx
	dialect dialect
	vault   *vault.Vault
	pool    *pool
	edges   *atomic.Pointer[translog.Edge] // of the log, as last extended by this program
	missed  []string                       // queries to prepare for the next transaction
	waiting []entering                     // rows to enter with the next statement
}

// An entering is rows to enter; into is the table with its columns.
type entering struct {
	into string
	rows [][]any
}

var _ registry.Writer = (*tx)(nil)

// run runs f in a transaction on p and commits if f returns nil.
func (d *DB) run(ctx context.Context, p *pool, options *sql.TxOptions, f func(*tx) error) error {
	t := &tx{dialect: d.dialect, vault: d.vault, pool: p, edges: &d.edges}
	if err := t.run(ctx, options, f); err != nil {
		return err
	}
	if len(t.missed) > 0 {
		p.prepare(ctx, t.missed)
	}
	return nil
}

func (t *tx) run(ctx context.Context, options *sql.TxOptions, f func(*tx) error) error {
	var err error
	if t.Tx, err = t.pool.BeginTxx(ctx, options); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = t.Rollback() }() // after a commit it does nothing; after a failure there is nothing to save
	if err := f(t); err != nil {
		return err
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// statement is the prepared form of query in this transaction, or nil. The end
// of the transaction closes it.
func (t *tx) statement(ctx context.Context, query string) *sqlx.Stmt {
	if len(query) > longestKept {
		return nil
	}
	stmt := t.pool.prepared(query)
	if stmt == nil {
		t.missed = append(t.missed, query)
		return nil
	}
	return t.StmtxContext(ctx, stmt)
}

// get reads one row into dst; it reports [sql.ErrNoRows] when there is none.
func (t *tx) get(ctx context.Context, dst any, query string, args ...any) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	if stmt := t.statement(ctx, query); stmt != nil { //nolint:sqlclosecheck // closed with the transaction
		return stmt.GetContext(ctx, dst, args...)
	}
	return t.GetContext(ctx, dst, query, args...)
}

// all reads every row into dst, a pointer to a slice.
func (t *tx) all(ctx context.Context, dst any, query string, args ...any) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	if stmt := t.statement(ctx, query); stmt != nil { //nolint:sqlclosecheck // closed with the transaction
		return stmt.SelectContext(ctx, dst, args...)
	}
	return t.SelectContext(ctx, dst, query, args...)
}

// exec runs a statement.
func (t *tx) exec(ctx context.Context, query string, args ...any) error {
	_, err := t.change(ctx, query, args...)
	return err
}

// change runs a statement and tells how many rows it changed.
func (t *tx) change(ctx context.Context, query string, args ...any) (int, error) {
	if err := t.flush(ctx); err != nil {
		return 0, err
	}
	var res sql.Result
	var err error
	if stmt := t.statement(ctx, query); stmt != nil {
		res, err = stmt.ExecContext(ctx, args...)
	} else {
		res, err = t.ExecContext(ctx, query, args...)
	}
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// insert enters rows; into is the table with its columns: "body (id, path)". Few
// rows wait for the next statement where the engine takes them with it, see
// [dialect.carries], and what is wrong with them is told then.
func (t *tx) insert(ctx context.Context, into string, rows ...[]any) error {
	return t.insertEach(ctx, into, len(rows), func(i int) ([]any, error) { return rows[i], nil })
}

// insertEach is insert for n rows that are made when they are sent: while many
// are copied, the server enters what it has.
func (t *tx) insertEach(ctx context.Context, into string, n int, row func(i int) ([]any, error)) error {
	if t.dialect.copy != nil && n >= fewestCopied {
		if err := t.flush(ctx); err != nil {
			return err
		}
		return t.dialect.copy(ctx, t.Tx.Tx, into, n, row)
	}
	rows := make([][]any, n)
	for i := range rows {
		var err error
		if rows[i], err = row(i); err != nil {
			return err
		}
	}
	if t.dialect.carries && n > 0 && n <= mostCarried {
		t.waiting = append(t.waiting, entering{into, rows})
		return nil
	}
	_, err := t.upsert(ctx, into, "", rows...)
	return err
}

// mostCarried is the number of rows up to which they wait: so there are few
// different texts, as with [tx.upsert].
const mostCarried = 4

// fewestCopied is the number of rows from which they go in by [dialect.copy]:
// beginning and ending it takes two more round trips.
const fewestCopied = 32

// carrying is a statement that changes rows, with the rows that wait: one round
// trip for all. The statement does not see them, so it must not need them, and
// what it locks is locked before they are entered: only what is locked last of
// all may carry.
func (t *tx) carrying(query string, args ...any) (string, []any) {
	if len(t.waiting) == 0 {
		return query, args
	}
	entries := make([]string, len(t.waiting))
	for i, e := range t.waiting {
		entries[i] = fmt.Sprintf("entered%d AS (INSERT INTO %s VALUES %s)", i, e.into, tuples(len(e.rows), len(e.rows[0]), len(args)))
		for _, row := range e.rows {
			args = append(args, row...)
		}
	}
	t.waiting = nil
	return "WITH " + strings.Join(entries, ", ") + " " + query, args
}

// flush enters the rows that wait.
func (t *tx) flush(ctx context.Context) error {
	if len(t.waiting) == 0 {
		return nil
	}
	last := t.waiting[len(t.waiting)-1]
	t.waiting = t.waiting[:len(t.waiting)-1]
	query, args := t.carrying("INSERT INTO "+last.into+" VALUES "+tuples(len(last.rows), len(last.rows[0]), 0), slices.Concat(last.rows...)...)
	return wrap(t.exec(ctx, query, args...), "enter rows")
}

// upsert enters rows with a closing clause, and tells how many were entered or
// changed. Many rows go in statements of a power of two each: so there are few
// different texts, and those worth it stay prepared.
func (t *tx) upsert(ctx context.Context, into, clause string, rows ...[]any) (int, error) {
	changed := 0
	for len(rows) > 0 {
		n := chunk(len(rows), t.dialect.params/len(rows[0]))
		args := make([]any, 0, n*len(rows[0]))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		c, err := t.change(ctx, "INSERT INTO "+into+" VALUES "+tuples(n, len(rows[0]), 0)+clause, args...)
		if err != nil {
			return 0, err
		}
		changed += c
		rows = rows[n:]
	}
	return changed, nil
}

// longestChunk is how many rows or values one statement takes at most.
const longestChunk = 1024

// chunk is the largest power of two that is at most n, limit and longestChunk.
func chunk(n, limit int) int {
	size := 1
	for size*2 <= min(n, limit, longestChunk) {
		size *= 2
	}
	return size
}

// tuples is n tuples of width placeholders, numbered on from after:
// "($1,$2),($3,$4)" after 0.
func tuples(n, width, after int) string {
	b := make([]byte, 0, n*width*6)
	for i := range n * width {
		switch {
		case i == 0:
			b = append(b, '(')
		case i%width == 0:
			b = append(b, "),("...)
		default:
			b = append(b, ',')
		}
		b = append(b, '$')
		b = strconv.AppendInt(b, int64(after+i+1), 10)
	}
	return string(append(b, ')'))
}

// oneOf is the condition that a column is one of a list of texts, and the
// argument for it, the n-th. A list of one is asked for most: it has a statement
// of its own, whose plan PostgreSQL keeps, while for lists it plans anew.
func (t *tx) oneOf(column string, n int, list []string) (condition string, arg any) {
	if len(list) == 1 {
		return fmt.Sprintf("%s = $%d", column, n), list[0]
	}
	return fmt.Sprintf(t.dialect.in, column, n), t.dialect.list(list)
}

// A where collects the conditions of a filter with their arguments.
type where struct {
	text string
	args []any
}

// and adds a condition; each ? in it stands for the next of args.
func (w *where) and(condition string, args ...any) {
	for _, arg := range args {
		w.args = append(w.args, arg)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(w.args)), 1)
	}
	if w.text == "" {
		w.text = " WHERE " + condition
	} else {
		w.text += " AND " + condition
	}
}

// is adds a condition that column has a value, unless that is the zero value.
func is[T comparable](w *where, column string, value T) {
	var none T
	if value != none {
		w.and(column+" = ?", value)
	}
}

// under adds the condition that the body named in column stands under scope,
// the path of a body. The scope "/" is everything, "" is nothing.
func (w *where) under(column, scope string) {
	switch scope {
	case "/":
	case "":
		w.and("1 = 0")
	default:
		w.and(column+" IN (SELECT id FROM body WHERE substr(path, 1, ?) = ?)", len(scope), scope)
	}
}

// page adds the part of a list that is asked for and returns the whole clause.
func (w *where) page(key string, p registry.Page) string {
	if p.After != "" {
		w.and(key+" > ?", p.After)
	}
	return w.order(key, p.Limit)
}

// order closes the clause; limit 0 is no limit.
func (w *where) order(key string, limit int) string {
	if limit <= 0 {
		return w.text + " ORDER BY " + key
	}
	w.args = append(w.args, limit)
	return w.text + " ORDER BY " + key + " LIMIT $" + strconv.Itoa(len(w.args))
}

// found gives an error of reading one row its meaning: nothing there, or a fault.
func found(err error, code registry.Code, what string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return registry.NotFound(code)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// once gives the outcome of an update of one version its meaning.
func once(changed int, err error, what string) error {
	switch {
	case err != nil:
		return fmt.Errorf("update %s: %w", what, err)
	case changed != 1:
		return registry.Changed()
	}
	return nil
}

// wrap says what was attempted when err is an error.
func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
