package registry

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/translog"
)

// A Record is what an entry of the transparency log commits to: a certificate
// as it stood after an event. The log holds a salted digest of it only; record
// and salt travel with the certificate, for whom its holder shows it to.
type Record struct {
	Number     Number            `json:"number"`
	Version    int               `json:"version"`
	Event      Action            `json:"event"`
	Status     CertificateStatus `json:"status"`
	StatusOn   civil.Date        `json:"statusOn"`
	Occupation string            `json:"occupation"`
	Level      int               `json:"level"`
	Body       InstitutionCode   `json:"body"`
	IssuedOn   civil.Date        `json:"issuedOn"`
	Holder     string            `json:"holder"`
	Paper      string            `json:"paper"`
	Evidence   string            `json:"evidence"`
	// Commitment is SHA-256(blind ‖ JSON) of what else the register holds of
	// the certificate, in small hexadecimal digits: see [remainder]. The blind
	// never leaves the register, so who is shown a record learns nothing from
	// it; an audit sees whether the register still says the same. Records
	// written before there were commitments have none.
	Commitment string `json:"commitment,omitempty"`
}

// A remainder is what a certificate is besides what its [Record] tells, in the
// form that records commit to: JSON, members in this order.
type remainder struct {
	Scheme      NumberScheme `json:"scheme"`
	Person      string       `json:"person"`
	Application string       `json:"application"`
	Route       Route        `json:"route"`
	Kind        DocumentKind `json:"documentKind"`
	Document    string       `json:"documentNumber"`
	Code        string       `json:"code"`
	Salt        []byte       `json:"salt"`
	List        int          `json:"statusList"`
	Index       int          `json:"statusIndex"`
}

// commit commits to what the record of the certificate does not tell.
func (c Certificate) commit(blind translog.Salt) (string, error) {
	data, err := json.Marshal(remainder{
		Scheme: c.Scheme, Person: c.Person, Application: c.Application, Route: c.Route,
		Kind: c.Document.Kind, Document: c.Document.Number, Code: c.Code, Salt: c.Salt, List: c.Place.List, Index: c.Place.Index,
	})
	if err != nil {
		return "", fmt.Errorf("commitment of %s: %w", c.Number, err)
	}
	return blind.Digest(data), nil
}

// A LogEntry is one entry of the transparency log with what it commits to.
type LogEntry struct {
	Index  int64 // position in the log, from 0; given by the store
	Number Number
	Event  Action
	Leaf   []byte        // as published, see [translog.Leaf]
	Salt   translog.Salt // kept sealed by the store
	Record []byte        // kept sealed by the store
	Blind  translog.Salt // of the record's commitment; kept sealed by the store, shown to nobody
}

// attest records an event of a certificate in the journal and, in the same
// transaction, in the transparency log. cert is as it stands after the event.
func (c *change) attest(ctx context.Context, action Action, cert Certificate, detail map[string]string) error {
	body, err := c.Body(ctx, cert.Body)
	if err != nil {
		return err
	}
	return c.attestOf(action, cert, body.Code, detail)
}

// attestOf is attest for a body whose code is known.
func (c *change) attestOf(action Action, cert Certificate, code InstitutionCode, detail map[string]string) error {
	if err := c.r.OnHold(); err != nil {
		return err
	}
	c.record(action, "certificate", string(cert.Number), cert.Body, detail)
	blind := translog.NewSalt()
	commitment, err := cert.commit(blind)
	if err != nil {
		return err
	}
	record, err := json.Marshal(Record{
		Number: cert.Number, Version: cert.Version, Event: action, Status: cert.Status, StatusOn: cert.StatusOn,
		Occupation: cert.Occupation, Level: cert.Level, Body: code, IssuedOn: cert.IssuedOn,
		Holder: cert.Holder, Paper: cert.Paper, Evidence: cert.Evidence, Commitment: commitment,
	})
	if err != nil {
		return fmt.Errorf("record of %s: %w", cert.Number, err)
	}
	salt := translog.NewSalt()
	leaf, err := translog.Leaf{Number: string(cert.Number), Event: string(action), At: c.at, Digest: salt.Digest(record)}.Encode()
	if err != nil {
		return fmt.Errorf("log entry of %s: %w", cert.Number, err)
	}
	c.leaves = append(c.leaves, LogEntry{Number: cert.Number, Event: action, Leaf: leaf, Salt: salt, Record: record, Blind: blind})
	return nil
}

// LogEntries returns what the log says about a certificate, oldest first. It
// is for whom the certificate may be shown to in full.
func (r *Registry) LogEntries(ctx context.Context, n Number) (entries []LogEntry, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		entries, err = rd.LogEntries(ctx, n)
		return err
	})
	return entries, err
}
