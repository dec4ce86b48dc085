package db

import (
	"context"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

const certificateColumns = `number, scheme, occupation, level, person, application, body, route, holder,
	issued_on, issued_at, code, paper, evidence, status_list, status_index, status, status_on, version`

// certificates is the certificates with the place of their paper in force, which
// is the certificate's own place as long as the first paper is.
const certificates = `SELECT number, scheme, occupation, level, person, application, body, route, holder,
	issued_on, issued_at, code, paper, evidence, COALESCE(new_list, status_list) AS status_list,
	COALESCE(new_index, status_index) AS status_index, new_paper IS NOT NULL AS reprinted, status, status_on, version
	FROM certificate LEFT JOIN replacement ON new_paper = paper `

type certificateRow struct {
	Number      registry.Number            `db:"number"`
	Scheme      registry.NumberScheme      `db:"scheme"`
	Occupation  string                     `db:"occupation"`
	Level       int                        `db:"level"`
	Person      string                     `db:"person"`
	Application optional                   `db:"application"`
	Body        string                     `db:"body"`
	Route       registry.Route             `db:"route"`
	Holder      []byte                     `db:"holder"`
	IssuedOn    civil.Date                 `db:"issued_on"`
	IssuedAt    stamp                      `db:"issued_at"`
	Code        string                     `db:"code"`
	Paper       string                     `db:"paper"`
	Evidence    string                     `db:"evidence"`
	StatusList  int                        `db:"status_list"`
	StatusIndex int                        `db:"status_index"`
	Reprinted   bool                       `db:"reprinted"`
	Status      registry.CertificateStatus `db:"status"`
	StatusOn    civil.Date                 `db:"status_on"`
	Version     int                        `db:"version"`
}

func (t *tx) certificate(r certificateRow) (registry.Certificate, error) {
	holder, err := t.openIdentity(r.Holder, holderCell(r.Number))
	if err != nil {
		return registry.Certificate{}, wrap(err, "certificate "+string(r.Number))
	}
	return registry.Certificate{
		Number: r.Number, Scheme: r.Scheme, Occupation: r.Occupation, Level: r.Level, Person: r.Person,
		Application: string(r.Application), Body: r.Body, Route: r.Route, Holder: holder.Name,
		Document: registry.Document{Kind: holder.Kind, Number: holder.Number}, IssuedOn: r.IssuedOn, IssuedAt: r.IssuedAt.Time,
		Code: r.Code, Paper: r.Paper, Evidence: r.Evidence, Salt: holder.Salt,
		Place: registry.Place{List: r.StatusList, Index: r.StatusIndex}, Reprinted: r.Reprinted, Status: r.Status, StatusOn: r.StatusOn, Version: r.Version,
	}, nil
}

func (t *tx) sealHolder(c registry.Certificate) ([]byte, error) {
	return t.sealIdentity(identity{Name: c.Holder, Kind: c.Document.Kind, Number: c.Document.Number, Salt: c.Salt}, holderCell(c.Number))
}

// oneCertificate reads the certificate that the rest of the query chooses.
func (t *tx) oneCertificate(ctx context.Context, what, rest string, args ...any) (registry.Certificate, error) {
	var row certificateRow
	err := t.get(ctx, &row, certificates+rest, args...)
	if err != nil {
		return registry.Certificate{}, found(err, registry.CertificateNotFound, what)
	}
	return t.certificate(row)
}

// Certificate implements [registry.Reader].
func (t *tx) Certificate(ctx context.Context, n registry.Number) (registry.Certificate, error) {
	return t.oneCertificate(ctx, "certificate "+string(n), `WHERE number = $1`, n)
}

// CertificateByCode implements [registry.Reader].
func (t *tx) CertificateByCode(ctx context.Context, code string) (registry.Certificate, error) {
	return t.oneCertificate(ctx, "certificate by code", `WHERE code = $1`, code)
}

// CertificateOfApplication implements [registry.Reader].
func (t *tx) CertificateOfApplication(ctx context.Context, application string) (registry.Certificate, error) {
	return t.oneCertificate(ctx, "certificate of application "+application, `WHERE application = $1`, application)
}

// CertificateOfResult implements [registry.Reader].
func (t *tx) CertificateOfResult(ctx context.Context, result string) (registry.Certificate, error) {
	return t.oneCertificate(ctx, "certificate of result "+result, `WHERE number = (SELECT certificate FROM result_use WHERE result = $1)`, result)
}

// Certificates implements [registry.Reader].
func (t *tx) Certificates(ctx context.Context, f registry.CertificateFilter) ([]registry.Certificate, error) {
	w := chosen(f)
	var rows []certificateRow
	if err := t.all(ctx, &rows, certificates+w.page("number", f.Page), w.args...); err != nil {
		return nil, wrap(err, "certificates")
	}
	return opened(rows, t.certificate)
}

// CertificateNumbers implements [registry.Reader].
func (t *tx) CertificateNumbers(ctx context.Context, f registry.CertificateFilter) ([]registry.Number, error) {
	w := chosen(f)
	var numbers []registry.Number
	err := t.all(ctx, &numbers, `SELECT number FROM certificate`+w.page("number", f.Page), w.args...)
	return numbers, wrap(err, "numbers of certificates")
}

// chosen is the condition of a filter.
func chosen(f registry.CertificateFilter) where {
	var w where
	w.under("body", f.Scope)
	is(&w, "body", f.Body)
	is(&w, "occupation", f.Occupation)
	is(&w, "level", f.Level)
	is(&w, "status", f.Status)
	if f.Sitting != "" {
		w.and("application IN (SELECT id FROM application WHERE sitting = ?)", f.Sitting)
	}
	return w
}

// CertificateInForce implements [registry.Reader].
func (t *tx) CertificateInForce(ctx context.Context, person, occupation string, level int) (registry.Certificate, error) {
	return t.oneCertificate(ctx, "certificate in force of person "+person,
		`WHERE person = $1 AND occupation = $2 AND level = $3 AND status IN ('valid', 'suspended')`, person, occupation, level)
}

// Uses implements [registry.Reader], in the order of results.
func (t *tx) Uses(ctx context.Context, n registry.Number) ([]registry.Attempt, error) {
	var rows []attemptRow
	err := t.all(ctx, &rows, `
		SELECT `+resultColumns+`, `+attemptColumns+`,
			EXISTS (SELECT 1 FROM amendment n
				WHERE n.result = r.id AND n.state = 'effective' AND n.version > COALESCE(m.version, r.version)) AS amended
		FROM result_use u
		JOIN result r ON r.id = u.result
		JOIN application a ON a.id = r.application
		JOIN sitting s ON s.id = a.sitting`+asUsed+`
		WHERE u.certificate = $1
		ORDER BY r.id`, n)
	if err != nil {
		return nil, wrap(err, "uses of certificate "+string(n))
	}
	return each(rows, attemptRow.attempt), nil
}

// InsertCertificates implements [registry.Writer].
func (t *tx) InsertCertificates(ctx context.Context, certs []registry.Certificate, uses []registry.Use) error {
	err := t.insertEach(ctx, "certificate ("+certificateColumns+")", len(certs), func(i int) ([]any, error) {
		c := certs[i]
		holder, err := t.sealHolder(c)
		return []any{
			c.Number, c.Scheme, c.Occupation, c.Level, c.Person, optional(c.Application), c.Body, c.Route, holder,
			c.IssuedOn,
			stamp{c.IssuedAt},
			c.Code, c.Paper, c.Evidence, c.Place.List, c.Place.Index, c.Status, c.StatusOn, c.Version,
		}, err
	})
	if err != nil {
		return wrap(err, "insert certificates")
	}
	return wrap(t.insertEach(ctx, "result_use (result, certificate, amendment)", len(uses), func(i int) ([]any, error) {
		return []any{uses[i].Result, uses[i].Certificate, optional(uses[i].Amendment)}, nil
	}), "insert uses of results")
}

// UpdateCertificate implements [registry.Writer]. It writes what may change of a
// certificate: the printed name and document, the paper in force, the status.
// The place of a paper is written with the paper.
func (t *tx) UpdateCertificate(ctx context.Context, c registry.Certificate) error {
	holder, err := t.sealHolder(c)
	if err != nil {
		return wrap(err, "update certificate "+string(c.Number))
	}
	n, err := t.change(ctx, `
		UPDATE certificate
		SET holder = $1, paper = $2, status = $3, status_on = $4, version = version + 1
		WHERE number = $5 AND version = $6`,
		holder, c.Paper, c.Status, c.StatusOn, c.Number, c.Version)
	return once(n, err, "certificate "+string(c.Number))
}

// LockCertificate implements [registry.Writer]: writing to a row locks it in
// both engines, and everything in it stays.
func (t *tx) LockCertificate(ctx context.Context, n registry.Number) error {
	rows, err := t.change(ctx, `UPDATE certificate SET version = version WHERE number = $1`, n)
	if err == nil && rows == 0 {
		return registry.NotFound(registry.CertificateNotFound)
	}
	return wrap(err, "lock certificate "+string(n))
}
