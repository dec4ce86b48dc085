package db

import (
	"context"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// openColumns are those of an application that are not sealed.
const openColumns = `id, code, person, sitting, body, occupation, level, components, retake_of, status, reason, ticket,
	as_of, ruleset, ruleset_digest, facts_digest, outcome, condition, due_by, digest, applied_at, version`

const applicationColumns = openColumns + `, facts, explanation`

type applicationRow struct {
	ID            string                     `db:"id"`
	Code          string                     `db:"code"`
	Person        string                     `db:"person"`
	Sitting       string                     `db:"sitting"`
	Body          string                     `db:"body"`
	Occupation    string                     `db:"occupation"`
	Level         int                        `db:"level"`
	Components    document[[]string]         `db:"components"`
	RetakeOf      optional                   `db:"retake_of"`
	Status        registry.ApplicationStatus `db:"status"`
	Reason        string                     `db:"reason"`
	Ticket        optional                   `db:"ticket"`
	AsOf          civil.Date                 `db:"as_of"`
	RuleSet       string                     `db:"ruleset"`
	RuleSetDigest string                     `db:"ruleset_digest"`
	FactsDigest   string                     `db:"facts_digest"`
	Outcome       string                     `db:"outcome"`
	Condition     string                     `db:"condition"`
	DueBy         civil.Date                 `db:"due_by"`
	Digest        string                     `db:"digest"`
	AppliedAt     stamp                      `db:"applied_at"`
	Version       int                        `db:"version"`
	Facts         []byte                     `db:"facts"`
	Explanation   []byte                     `db:"explanation"`
}

// application is the whole application.
func (t *tx) application(r applicationRow) (registry.Application, error) {
	a := r.open()
	var err error
	if a.Decided.Facts, err = t.vault.Open(r.Facts, factsCell(r.ID)); err != nil {
		return registry.Application{}, wrap(err, "application "+r.ID)
	}
	if a.Decided.Explanation, err = t.vault.Open(r.Explanation, explanationCell(r.ID)); err != nil {
		return registry.Application{}, wrap(err, "application "+r.ID)
	}
	return a, nil
}

// open is what of an application is not sealed.
func (r applicationRow) open() registry.Application {
	return registry.Application{
		ID: r.ID, Code: r.Code, Person: r.Person, Sitting: r.Sitting, Body: r.Body, Occupation: r.Occupation, Level: r.Level,
		Components: r.Components.value, RetakeOf: string(r.RetakeOf), Status: r.Status, Reason: r.Reason, Ticket: string(r.Ticket),
		Decided: registry.Decided{
			AsOf: r.AsOf, RuleSet: r.RuleSet, RuleSetDigest: r.RuleSetDigest, FactsDigest: r.FactsDigest, Outcome: r.Outcome,
			Condition: r.Condition, DueBy: r.DueBy, Digest: r.Digest,
		},
		AppliedAt: r.AppliedAt.Time, Version: r.Version,
	}
}

// oneApplication reads the application that the rest of the query chooses.
func (t *tx) oneApplication(ctx context.Context, what, rest string, args ...any) (registry.Application, error) {
	var row applicationRow
	err := t.get(ctx, &row, `SELECT `+applicationColumns+` FROM application `+rest, args...)
	if err != nil {
		return registry.Application{}, found(err, registry.ApplicationNotFound, what)
	}
	return t.application(row)
}

// Application implements [registry.Reader].
func (t *tx) Application(ctx context.Context, id string) (registry.Application, error) {
	return t.oneApplication(ctx, "application "+id, `WHERE id = $1`, id)
}

// ApplicationByCode implements [registry.Reader].
func (t *tx) ApplicationByCode(ctx context.Context, code string) (registry.Application, error) {
	return t.oneApplication(ctx, "application by code", `WHERE code = $1`, code)
}

// LiveApplication implements [registry.Reader].
func (t *tx) LiveApplication(ctx context.Context, person, season string, level int) (registry.Application, error) {
	return t.oneApplication(ctx, "live application of person "+person,
		`WHERE person = $1 AND season = $2 AND level = $3 AND status IN ('submitted', 'admitted')`, person, season, level)
}

// Applications implements [registry.Reader].
func (t *tx) Applications(ctx context.Context, f registry.ApplicationFilter) ([]registry.Application, error) {
	var w where
	w.under("body", f.Scope)
	is(&w, "sitting", f.Sitting)
	is(&w, "person", f.Person)
	is(&w, "status", f.Status)
	var rows []applicationRow
	if err := t.all(ctx, &rows, `SELECT `+applicationColumns+` FROM application`+w.page("id", f.Page), w.args...); err != nil {
		return nil, wrap(err, "applications")
	}
	return opened(rows, t.application)
}

// Roll implements [registry.Reader].
func (t *tx) Roll(ctx context.Context, sitting string, tickets []string) ([]registry.Application, error) {
	var rows []applicationRow
	chosen, args := t.seats(sitting, tickets)
	if err := t.all(ctx, &rows, `SELECT `+openColumns+` FROM application a`+chosen+` ORDER BY a.ticket`, args...); err != nil {
		return nil, wrap(err, "roll of sitting "+sitting)
	}
	return each(rows, applicationRow.open), nil
}

type candidateRow struct {
	Application string                     `db:"id"`
	Body        string                     `db:"body"`
	Path        string                     `db:"path"`
	Code        registry.InstitutionCode   `db:"body_code"`
	Status      registry.ApplicationStatus `db:"status"`
	Components  document[[]string]         `db:"components"`
	Outcome     string                     `db:"outcome"`
	Person      string                     `db:"person"`
	Identity    []byte                     `db:"identity"`
	Corrected   bool                       `db:"corrected"`
	Photo       optional                   `db:"photo"`
	Certificate optional                   `db:"certificate"`
	InForce     optional                   `db:"in_force"`
}

// candidates chooses candidates by the application a. Each of the last three is
// one look at a unique index.
const candidates = `
	SELECT a.id, a.body, b.path, b.code AS body_code, a.status, a.components, a.outcome, a.person, p.identity, p.corrected_by <> '[]' AS corrected,
		(SELECT id FROM photo WHERE person = p.id AND ended_at IS NULL) AS photo,
		(SELECT number FROM certificate WHERE application = a.id) AS certificate,
		(SELECT number FROM certificate
			WHERE person = p.id AND occupation = a.occupation AND level = a.level AND status IN ('valid', 'suspended')) AS in_force
	FROM application a JOIN person p ON p.id = a.person JOIN body b ON b.id = a.body`

func (t *tx) candidate(r candidateRow) (registry.Candidate, error) {
	id, err := t.openIdentity(r.Identity, identityCell(r.Person))
	if err != nil {
		return registry.Candidate{}, wrap(err, "person "+r.Person)
	}
	return registry.Candidate{
		Application: r.Application, Body: r.Body, Path: r.Path, Code: r.Code, Status: r.Status, Components: r.Components.value, Outcome: r.Outcome,
		Person: r.Person, Name: id.Name, Document: registry.Document{Kind: id.Kind, Number: id.Number}, Corrected: r.Corrected,
		Photo: string(r.Photo), Certificate: registry.Number(r.Certificate), InForce: registry.Number(r.InForce),
	}, nil
}

// Candidates implements [registry.Reader].
func (t *tx) Candidates(ctx context.Context, sitting string) ([]registry.Candidate, error) {
	var rows []candidateRow
	chosen, args := t.seats(sitting, nil)
	if err := t.all(ctx, &rows, candidates+chosen+` ORDER BY a.ticket`, args...); err != nil {
		return nil, wrap(err, "candidates of sitting "+sitting)
	}
	return opened(rows, t.candidate)
}

// Candidate implements [registry.Reader].
func (t *tx) Candidate(ctx context.Context, application string) (registry.Candidate, error) {
	var row candidateRow
	if err := t.get(ctx, &row, candidates+` WHERE a.id = $1`, application); err != nil {
		return registry.Candidate{}, found(err, registry.ApplicationNotFound, "candidate of application "+application)
	}
	return t.candidate(row)
}

// seats is the condition on applications, as a, that are admitted to a sitting,
// under these ticket numbers when there are any.
func (t *tx) seats(sitting string, tickets []string) (where string, args []any) {
	where, args = ` WHERE a.sitting = $1 AND a.status = 'admitted'`, []any{sitting}
	if len(tickets) > 0 {
		condition, arg := t.oneOf("a.ticket", 2, tickets)
		where, args = where+` AND `+condition, append(args, arg)
	}
	return where, args
}

// opened converts rows whose sealed parts must open.
func opened[R, T any](rows []R, open func(R) (T, error)) ([]T, error) {
	list := make([]T, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = open(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// InsertApplication implements [registry.Writer].
func (t *tx) InsertApplication(ctx context.Context, a registry.Application) error {
	var season string
	err := t.get(ctx, &season, `SELECT season FROM sitting WHERE id = $1`, a.Sitting)
	if err != nil {
		return found(err, registry.SittingNotFound, "sitting "+a.Sitting)
	}
	facts, explanation, err := t.sealDecided(a)
	if err != nil {
		return wrap(err, "insert application "+a.ID)
	}
	d := a.Decided
	return wrap(t.insert(ctx, "application ("+applicationColumns+", season)", []any{
		a.ID, a.Code, a.Person, a.Sitting, a.Body, a.Occupation, a.Level,
		document[[]string]{a.Components},
		optional(a.RetakeOf),
		a.Status, a.Reason, optional(a.Ticket), d.AsOf, d.RuleSet, d.RuleSetDigest, d.FactsDigest, d.Outcome, d.Condition, d.DueBy, d.Digest,
		stamp{a.AppliedAt},
		a.Version, facts, explanation, season,
	}), "insert application "+a.ID)
}

// UpdateApplication implements [registry.Writer]. Who applied for what stays.
func (t *tx) UpdateApplication(ctx context.Context, a registry.Application) error {
	facts, explanation, err := t.sealDecided(a)
	if err != nil {
		return wrap(err, "update application "+a.ID)
	}
	d := a.Decided
	n, err := t.change(ctx, `
		UPDATE application
		SET components = $1, status = $2, reason = $3, ticket = $4, as_of = $5, ruleset = $6, ruleset_digest = $7,
			facts_digest = $8, outcome = $9, condition = $10, due_by = $11, facts = $12, explanation = $13, digest = $14,
			version = version + 1
		WHERE id = $15 AND version = $16`,
		document[[]string]{a.Components}, a.Status, a.Reason, optional(a.Ticket), d.AsOf, d.RuleSet, d.RuleSetDigest,
		d.FactsDigest, d.Outcome, d.Condition, d.DueBy, facts, explanation, d.Digest,
		a.ID, a.Version)
	return once(n, err, "application "+a.ID)
}

// sealDecided seals what a decision rests on and says.
func (t *tx) sealDecided(a registry.Application) (facts, explanation []byte, err error) {
	if facts, err = t.vault.Seal(a.Decided.Facts, factsCell(a.ID)); err != nil {
		return nil, nil, err
	}
	explanation, err = t.vault.Seal(a.Decided.Explanation, explanationCell(a.ID))
	return facts, explanation, err
}
