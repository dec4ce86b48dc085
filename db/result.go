package db

import (
	"context"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// resultColumns are read as r, a and m, the aliases of result, application and
// the amendment by which the result counts.
const resultColumns = `r.id, r.application, a.ticket, r.component, COALESCE(m.mark, r.mark) AS mark, COALESCE(m.raw, r.raw) AS raw,
	COALESCE(m.deduction, r.deduction) AS deduction, COALESCE(m.final, r.final) AS final, COALESCE(m.reason, r.reason) AS reason,
	r.entered_by, r.entered_at, r.confirmed_by, r.confirmed_at, m.id AS amendment, m.decided_at AS amended_at,
	COALESCE(m.version, r.version) AS version`

// What m is joined by.
const (
	// asItCounts is the amendment that took effect last, if any did.
	asItCounts = ` LEFT JOIN amendment m ON m.result = r.id AND m.state = 'effective'
		AND NOT EXISTS (SELECT 1 FROM amendment n WHERE n.result = r.id AND n.state = 'effective' AND n.version > m.version) `
	// asConfirmed is none.
	asConfirmed = ` LEFT JOIN amendment m ON 1 = 0 `
	// asUsed is the one that a use of the result, u, names.
	asUsed = ` LEFT JOIN amendment m ON m.id = u.amendment `
)

type resultRow struct {
	ID          string         `db:"id"`
	Application string         `db:"application"`
	Ticket      optional       `db:"ticket"`
	Component   string         `db:"component"`
	Mark        registry.Mark  `db:"mark"`
	Raw         registry.Score `db:"raw"`
	Deduction   registry.Score `db:"deduction"`
	Final       registry.Score `db:"final"`
	Reason      string         `db:"reason"`
	EnteredBy   string         `db:"entered_by"`
	EnteredAt   stamp          `db:"entered_at"`
	ConfirmedBy string         `db:"confirmed_by"`
	ConfirmedAt stamp          `db:"confirmed_at"`
	Amendment   optional       `db:"amendment"`
	AmendedAt   stamp          `db:"amended_at"`
	Version     int            `db:"version"`
}

func (r resultRow) result() registry.Result {
	return registry.Result{
		ID: r.ID, Application: r.Application, Ticket: string(r.Ticket), Component: r.Component, Mark: r.Mark, Raw: r.Raw, Deduction: r.Deduction,
		Final: r.Final, Reason: r.Reason, EnteredBy: r.EnteredBy, EnteredAt: r.EnteredAt.Time,
		ConfirmedBy: r.ConfirmedBy, ConfirmedAt: r.ConfirmedAt.Time, Amendment: string(r.Amendment), AmendedAt: r.AmendedAt.Time, Version: r.Version,
	}
}

// An attemptRow is a result with the application, person and sitting it belongs to.
type attemptRow struct {
	resultRow
	Decision string     `db:"digest"`
	RuleSet  string     `db:"ruleset_digest"`
	Facts    string     `db:"facts_digest"`
	Person   string     `db:"person"`
	Sitting  string     `db:"sitting"`
	HeldOn   civil.Date `db:"held_on"`
	Amended  bool       `db:"amended"`
}

// attemptColumns are those of a but for the result's own.
const attemptColumns = `a.digest, a.ruleset_digest, a.facts_digest, a.person, a.sitting, s.held_on`

func (r attemptRow) attempt() registry.Attempt {
	return registry.Attempt{
		Result:  r.result(),
		Applied: registry.EvidenceApplication{ID: r.Application, Decision: r.Decision, RuleSet: r.RuleSet, Facts: r.Facts},
		Person:  r.Person, Sitting: r.Sitting, On: r.HeldOn, Amended: r.Amended,
	}
}

// ResultsOfApplication implements [registry.Reader], in the order of components.
func (t *tx) ResultsOfApplication(ctx context.Context, application string) ([]registry.Result, error) {
	var rows []resultRow
	err := t.all(ctx, &rows, `
		SELECT `+resultColumns+`
		FROM application a JOIN result r ON r.application = a.id`+asItCounts+`
		WHERE r.application = $1
		ORDER BY r.component`, application)
	if err != nil {
		return nil, wrap(err, "results of application "+application)
	}
	return each(rows, resultRow.result), nil
}

// ResultsOfSitting implements [registry.Reader], in the order of ticket numbers and components.
func (t *tx) ResultsOfSitting(ctx context.Context, sitting string, tickets []string) ([]registry.Result, error) {
	var rows []resultRow
	chosen, args := t.seats(sitting, tickets)
	err := t.all(ctx, &rows, `
		SELECT `+resultColumns+`
		FROM application a JOIN result r ON r.application = a.id`+asItCounts+chosen+`
		ORDER BY a.ticket, r.component`, args...)
	if err != nil {
		return nil, wrap(err, "results of sitting "+sitting)
	}
	return each(rows, resultRow.result), nil
}

// Attempts implements [registry.Reader].
func (t *tx) Attempts(ctx context.Context, people []string, occupation string, level int) (map[string][]registry.Attempt, error) {
	rows := make([]attemptRow, 0, 2*len(people))
	chosen, arg := t.oneOf("a.person", 3, people)
	err := t.all(ctx, &rows, `
		SELECT r.id, r.application, r.component, COALESCE(m.mark, r.mark) AS mark, COALESCE(m.final, r.final) AS final,
			r.confirmed_by, r.confirmed_at, m.id AS amendment, m.decided_at AS amended_at, `+attemptColumns+`
		FROM application a
		JOIN result r ON r.application = a.id
		JOIN sitting s ON s.id = a.sitting`+asItCounts+`
		WHERE a.occupation = $1 AND a.level = $2 AND `+chosen+`
			AND NOT EXISTS (SELECT 1 FROM result_use u WHERE u.result = r.id)
		ORDER BY s.held_on, r.id`, occupation, level, arg)
	if err != nil {
		return nil, wrap(err, "attempts")
	}
	attempts := make(map[string][]registry.Attempt, len(people))
	for _, r := range rows {
		attempts[r.Person] = append(attempts[r.Person], r.attempt())
	}
	return attempts, nil
}

// ConfirmedResult implements [registry.Reader].
func (t *tx) ConfirmedResult(ctx context.Context, id string) (registry.Result, error) {
	var row resultRow
	err := t.get(ctx, &row, `
		SELECT `+resultColumns+`
		FROM application a JOIN result r ON r.application = a.id`+asConfirmed+`
		WHERE r.id = $1`, id)
	return row.result(), found(err, registry.ResultNotFound, "result "+id)
}

// PutResults implements [registry.Writer]. Corrections go in as one upsert: it
// changes a row only where the stored version is the one before and nobody has
// confirmed it, and fewer rows changed than given means that one was not so.
func (t *tx) PutResults(ctx context.Context, results []registry.Result) error {
	var first, later [][]any
	var known []string
	for _, r := range results {
		row := []any{
			r.ID, r.Application, r.Component, r.Mark, r.Raw, r.Deduction, r.Final, r.Reason,
			r.EnteredBy,
			stamp{r.EnteredAt},
			r.ConfirmedBy,
			stamp{r.ConfirmedAt},
			r.Version,
		}
		if r.Version == 1 {
			first = append(first, row)
		} else {
			later = append(later, row)
			known = append(known, r.ID)
		}
	}
	const into = `result (id, application, component, mark, raw, deduction, final, reason,
		entered_by, entered_at, confirmed_by, confirmed_at, version)`
	if err := t.insert(ctx, into, first...); err != nil {
		return wrap(err, "insert results")
	}
	if len(later) == 0 {
		return nil
	}
	var there int
	chosen, arg := t.oneOf("id", 1, known)
	if err := t.get(ctx, &there, `SELECT COUNT(*) FROM result WHERE `+chosen, arg); err != nil {
		return wrap(err, "results to change")
	}
	if there != len(later) {
		return registry.Changed() // an upsert would enter what is not there
	}
	n, err := t.upsert(ctx, into, `
		ON CONFLICT (id) DO UPDATE
		SET mark = excluded.mark, raw = excluded.raw, deduction = excluded.deduction, final = excluded.final,
			reason = excluded.reason, entered_by = excluded.entered_by, entered_at = excluded.entered_at,
			confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at, version = excluded.version
		WHERE result.version = excluded.version - 1 AND result.confirmed_by = ''
			AND result.application = excluded.application AND result.component = excluded.component`, later...)
	if err != nil {
		return wrap(err, "change results")
	}
	if n != len(later) {
		return registry.Changed()
	}
	return nil
}
