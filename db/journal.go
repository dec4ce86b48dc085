package db

import (
	"context"
	"strings"

	"github.com/certreg/certreg/registry"
)

const journalColumns = "seq, recorded_at, action, kind, subject, body, staff, role, api_key, origin, request, detail"

type journalRow struct {
	Seq        int64                       `db:"seq"`
	RecordedAt stamp                       `db:"recorded_at"`
	Action     registry.Action             `db:"action"`
	Kind       string                      `db:"kind"`
	Subject    string                      `db:"subject"`
	Body       string                      `db:"body"`
	Staff      string                      `db:"staff"`
	Role       registry.Role               `db:"role"`
	APIKey     string                      `db:"api_key"`
	Origin     string                      `db:"origin"`
	Request    string                      `db:"request"`
	Detail     document[map[string]string] `db:"detail"`
}

func (r journalRow) entry() registry.Entry {
	return registry.Entry{
		Seq: r.Seq, At: r.RecordedAt.Time, Action: r.Action, Kind: r.Kind, Subject: r.Subject, Body: r.Body, By: r.Staff,
		Role: r.Role, Key: r.APIKey, From: r.Origin, RequestID: r.Request, Detail: r.Detail.value,
	}
}

// Journal implements [registry.Reader]. Entries that belong to no body are for
// whoever stands at the top of the tree.
func (t *tx) Journal(ctx context.Context, f registry.JournalFilter) ([]registry.Entry, error) {
	var w where
	if top := strings.Count(f.Scope, "/") == 2; top {
		w.and("(body = '' OR body IN (SELECT id FROM body WHERE substr(path, 1, ?) = ?))", len(f.Scope), f.Scope)
	} else {
		w.under("body", f.Scope)
	}
	is(&w, "kind", f.Kind)
	is(&w, "subject", f.Subject)
	is(&w, "action", f.Action)
	w.and("seq > ?", f.After)
	var rows []journalRow
	if err := t.all(ctx, &rows, `SELECT `+journalColumns+` FROM journal`+w.order("seq", f.Limit), w.args...); err != nil {
		return nil, wrap(err, "journal")
	}
	return each(rows, journalRow.entry), nil
}

// Append implements [registry.Writer]. Both heads are held until the transaction
// ends, so the log has the order of commits, without gaps, and numbers of the
// journal become visible in their order. The journal's head, which every writer
// needs, is taken when all else is entered but what is appended: nobody who holds
// it waits for another.
func (t *tx) Append(ctx context.Context, entries []registry.Entry, leaves []registry.LogEntry) error {
	var grown growth
	var err error
	if len(leaves) > 0 {
		if grown, err = t.grow(ctx, leaves); err != nil {
			return wrap(err, "head of the log")
		}
	}
	if len(entries) > 0 {
		if err := t.appendJournal(ctx, entries); err != nil {
			return wrap(err, "append to journal")
		}
	}
	return wrap(t.appendLog(ctx, leaves, grown), "append to log")
}

func (t *tx) appendJournal(ctx context.Context, entries []registry.Entry) error {
	var last int64
	err := t.get(ctx, &last, `UPDATE journal_head SET seq = seq + $1 WHERE id = 1 RETURNING seq`, len(entries))
	if err != nil {
		return err
	}
	first := last - int64(len(entries)) + 1
	return t.insertEach(ctx, "journal ("+journalColumns+")", len(entries), func(i int) ([]any, error) {
		e := entries[i]
		return []any{
			first + int64(i),
			stamp{e.At},
			e.Action, e.Kind, e.Subject, e.Body, e.By, e.Role, e.Key, e.From, e.RequestID,
			document[map[string]string]{e.Detail},
		}, nil
	})
}
