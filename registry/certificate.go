package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/civil"
)

// A Route says how a certificate was earned.
type Route string

// The routes.
const (
	RouteExam        Route = "exam"
	RouteCompetition Route = "competition"
	RouteLegacy      Route = "legacy" // entered from older records
)

// A Certificate is what a person was given for passing. Number, paper serial
// and version are three different things: the number stays for good, each
// print has its own paper serial, each change of content its own version.
type Certificate struct {
	Number      Number
	Scheme      NumberScheme
	Occupation  string
	Level       int
	Person      string
	Application string // the application that completed the examination
	Body        string // the issuing body
	Route       Route
	Holder      string   // name as printed; the store keeps it encrypted
	Document    Document // as at the time of issue; the store keeps it encrypted
	IssuedOn    civil.Date
	IssuedAt    time.Time
	Code        string // verification code, see [newCode]
	Paper       string // paper serial (流水号) of the print in force
	Evidence    string // digest of [Evidence]
	Salt        []byte // secret with which credentials commit to the document; the store keeps it encrypted
	Place       Place  // of the paper in force, in the published status lists
	Reprinted   bool   // the paper in force is not the first; told by the store
	Status      CertificateStatus
	StatusOn    civil.Date // since when the status holds
	Version     int
}

// inForce reports whether the certificate stands.
func (c Certificate) inForce() bool { return c.Status.inForce() }

// inForce reports whether a certificate of this status stands: a person holds
// one of a level of an occupation at most. A suspended one stands, since it may
// come back.
func (s CertificateStatus) inForce() bool { return s == StatusValid || s == StatusSuspended }

// A CertificateFilter chooses certificates of bodies under Scope; empty fields choose all.
type CertificateFilter struct {
	Scope      string
	Sitting    string
	Body       string
	Occupation string
	Level      int
	Status     CertificateStatus
	Page       // After is a number
}

// Evidence is everything that a certificate rests on. Its digest stands in the
// certificate, so that an audit can tell whether the register still says the same.
type Evidence struct {
	Occupation   string                `json:"occupation"`
	Level        int                   `json:"level"`
	Applications []EvidenceApplication `json:"applications"`
	Results      []EvidenceResult      `json:"results"`
}

// An EvidenceApplication names an application by its decision.
type EvidenceApplication struct {
	ID       string `json:"id"`
	Decision string `json:"decision"`
	RuleSet  string `json:"ruleset"`
	Facts    string `json:"facts"`
}

// An EvidenceResult names a result that passed.
type EvidenceResult struct {
	ID        string     `json:"id"`
	Amendment string     `json:"amendment,omitempty"` // by which it passed, if not as confirmed
	Component string     `json:"component"`
	Final     Score      `json:"final"`
	Sitting   string     `json:"sitting"`
	On        civil.Date `json:"on"`
}

// Digest is the SHA-256 of the evidence in JSON: fields in fixed order, lists by identifier.
func (e Evidence) Digest() (string, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("evidence: %w", err)
	}
	return digest(data), nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// evidence collects what a certificate over these passes rests on.
func evidence(occupation string, level int, passes []Attempt) Evidence {
	e := Evidence{Occupation: occupation, Level: level}
	for _, p := range passes {
		if !slices.Contains(e.Applications, p.Applied) {
			e.Applications = append(e.Applications, p.Applied)
		}
		e.Results = append(e.Results, EvidenceResult{ID: p.Result.ID, Amendment: p.Result.Amendment, Component: p.Result.Component, Final: p.Result.Final, Sitting: p.Sitting, On: p.On})
	}
	slices.SortFunc(e.Applications, func(a, b EvidenceApplication) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(e.Results, func(a, b EvidenceResult) int { return strings.Compare(a.ID, b.ID) })
	return e
}

// CertificateRecord is a certificate with all that belongs to it, as staff see it.
type CertificateRecord struct {
	Certificate Certificate
	Changes     []StatusChange
	Prints      []Print

	// DocumentDiffers tells that the person's record has another document than
	// the certificate, which two masked numbers need not show: see [Correct].
	DocumentDiffers bool
}

// CertificateRecord returns a certificate of the caller's subtree. It reports [CertificateNotFound].
func (r *Registry) CertificateRecord(ctx context.Context, by Caller, n Number) (rec CertificateRecord, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		rec, err = by.record(ctx, rd, n)
		return err
	})
	return rec, err
}

func (c Caller) record(ctx context.Context, rd Reader, n Number) (CertificateRecord, error) {
	cert, err := c.certificate(ctx, rd, n)
	if err != nil {
		return CertificateRecord{}, err
	}
	changes, err := rd.StatusChanges(ctx, n)
	if err != nil {
		return CertificateRecord{}, err
	}
	person, err := rd.Person(ctx, cert.Person)
	if err != nil {
		return CertificateRecord{}, err
	}
	prints, err := rd.Prints(ctx, n)
	return CertificateRecord{
		Certificate: cert, Changes: changes, Prints: prints, DocumentDiffers: cert.Document != person.Document,
	}, err
}

func (c Caller) certificate(ctx context.Context, rd Reader, n Number) (Certificate, error) {
	cert, err := rd.Certificate(ctx, n)
	if err != nil {
		return Certificate{}, err
	}
	if _, err := c.reach(ctx, rd, cert.Body, CertificateNotFound); err != nil {
		return Certificate{}, err
	}
	return cert, nil
}

// Certificates lists certificates of the caller's subtree, by number.
func (r *Registry) Certificates(ctx context.Context, by Caller, f CertificateFilter) ([]Certificate, string, error) {
	f.Scope = by.Scope
	return list(ctx, r, f.Page, func(c Certificate) string { return string(c.Number) }, func(rd Reader, p Page) ([]Certificate, error) {
		f.Page = p
		return rd.Certificates(ctx, f)
	})
}
