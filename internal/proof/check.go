package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/document"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// A Kind is a kind of thing that can be checked without the register.
type Kind string

// The kinds.
const (
	KindPDF        Kind = "pdf"
	KindCredential Kind = "credential"
	KindReceipt    Kind = "receipt"
	KindLogProof   Kind = "log-proof"
	KindQR         Kind = "qr"
)

// A Verdict is what a check without the register can say. None of them says
// that a certificate is valid today: only the register can.
type Verdict string

// The verdicts.
const (
	Authentic Verdict = "authentic" // as the register signed it
	Doubtful  Verdict = "doubtful"  // signed by a key that was lost later: ask the register
	Altered   Verdict = "altered"   // its signature does not hold, is not there, or is of when its key was lost
	Foreign   Verdict = "foreign"   // not of the register that is trusted
	// Superseded is authentic, and the register says that another paper has taken
	// the place of this one, and nothing worse of the certificate: see [Finding.Answered].
	Superseded Verdict = "superseded"
)

// A Finding is the outcome of a check.
type Finding struct {
	Kind    Kind      `json:"kind"`
	Verdict Verdict   `json:"verdict"`
	Reason  string    `json:"reason,omitempty"` // why not, in English, for the technically minded
	AsOf    time.Time `json:"asOf,omitzero"`    // the state told is of this instant
	Logged  bool      `json:"logged"`           // a log proof bears it out
	// Witnesses cosigned the log it names, of those in the trust file;
	// Witnessed tells that they are as many as it asks for.
	Witnesses []string `json:"witnesses,omitempty"`
	Witnessed bool     `json:"witnessed,omitempty"`
	// LogSize is how many entries that log has, 0 if no key that counts signed it.
	LogSize int64 `json:"-"`

	Number   string                     `json:"number,omitempty"`
	Version  int                        `json:"version,omitempty"`
	Paper    string                     `json:"paper,omitempty"`  // serial, where a log proof tells it
	Status   registry.CertificateStatus `json:"status,omitempty"` // as of AsOf
	Title    string                     `json:"title,omitempty"`
	IssuedBy string                     `json:"issuedBy,omitempty"`
	IssuedOn civil.Date                 `json:"issuedOn,omitzero"`
	Holder   string                     `json:"holder,omitempty"`
	Items    []ReceiptItem              `json:"items,omitempty"` // of a receipt

	// Today is what the register answers to [Finding.Queries], nil unless it was
	// asked: see [Finding.Answered].
	Today []ReceiptItem `json:"today,omitempty"`
}

// Check checks a PDF, a credential, a receipt, a log proof or the text of a QR
// code, offline, against the register that is trusted. It reports
// [ErrMalformed] for anything else.
func Check(data []byte, trust Trust, now time.Time) (Finding, error) {
	if bytes.HasPrefix(data, []byte("%PDF-")) {
		return checkPDF(data, trust, now)
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	switch {
	case bytes.HasPrefix(data, []byte("http://")), bytes.HasPrefix(data, []byte("https://")):
		return checkQR(string(data), trust)
	}
	var head struct {
		Format string `json:"format"`
		Type   any    `json:"type"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return Finding{}, fmt.Errorf("%w: neither a PDF, nor JSON, nor an address", ErrMalformed)
	}
	switch {
	case head.Format == receiptFormat:
		return checkReceipt(data, trust)
	case head.Format == logProofFormat:
		return checkLogProof(data, trust)
	case head.Type != nil:
		return checkCredential(KindCredential, data, nil, trust, now)
	}
	return Finding{}, fmt.Errorf("%w: JSON of an unknown kind", ErrMalformed)
}

// checkPDF checks the credential within and, as that says nothing of the page
// around it, the seal of the whole file.
func checkPDF(data []byte, trust Trust, now time.Time) (Finding, error) {
	cred, logProof, err := document.Extract(data)
	if err != nil {
		return Finding{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	f, err := checkCredential(KindPDF, cred, logProof, trust, now)
	if err != nil || f.Verdict != Authentic && f.Verdict != Doubtful {
		return f, err
	}
	suspect, err := unseal(data, trust.keys)
	if err != nil {
		return f.around(err), nil
	}
	if suspect {
		f.Verdict = Doubtful // the log bears out the credential, not the page
	}
	return f, nil
}

// signed is the verdict on what a key of the register signed; suspect tells
// that it was lost later.
func signed(suspect bool) Verdict {
	if suspect {
		return Doubtful
	}
	return Authentic
}

// checkCredential checks a credential and, if it comes with one, its log proof.
func checkCredential(kind Kind, data, logProof []byte, trust Trust, now time.Time) (Finding, error) {
	f := Finding{Kind: kind}
	verified, err := credential.Verify(data, signing.Directory{trust.did: trust.keys}, now)
	if err != nil {
		return f.refused(err)
	}
	statement, err := credential.ReadBadge(data)
	if err != nil {
		return f.refused(err)
	}
	if verified.Issuer != trust.did || statement.Issuer != trust.did {
		f.Verdict = Foreign
		return f, nil
	}
	f.Verdict, f.AsOf = signed(verified.Suspect()), verified.Proofs[0].Created
	f.Number, f.Version, f.Title = statement.Number, statement.Version, statement.Title.String()
	f.IssuedBy, f.IssuedOn, f.Holder = statement.IssuedBy, statement.IssuedOn, statement.Holder
	if logProof == nil {
		return f, nil
	}
	return f.withLog(logProof, trust)
}

// withLog adds what the log says, which must be about the same certificate and version.
func (f Finding) withLog(data []byte, trust Trust) (Finding, error) {
	var p LogProof
	if err := json.Unmarshal(data, &p); err != nil {
		return f.refused(fmt.Errorf("%w: log proof", ErrAltered))
	}
	record, suspect, err := trust.verify(p)
	switch {
	case err != nil:
		return f.refused(err)
	case suspect:
		return f, nil // who has the lost key can make such a log: it bears nothing out
	case string(record.Number) != f.Number, record.Version != f.Version, record.Holder != f.Holder, record.IssuedOn != f.IssuedOn:
		return f.refused(fmt.Errorf("%w: the log proof is of another record", ErrAltered))
	}
	f.Logged, f.Status, f.Paper = true, record.Status, record.Paper
	if f.Verdict == Doubtful {
		f.Verdict = Authentic // the log bears it out: it was made before the key was lost
	}
	return f.witnessed(p.checkpoint(), trust), nil
}

// witnessed adds who cosigned a checkpoint of the log, and the log's size.
func (f Finding) witnessed(checkpoint string, trust Trust) Finding {
	if tree, err := trust.identity.Open([]byte(checkpoint)); err == nil {
		f.LogSize = tree.Size
	}
	names, enough := trust.policy.Cosigners([]byte(checkpoint))
	f.Witnesses, f.Witnessed = names, enough && len(names) > 0
	return f
}

// around is the finding for a file that is altered around a credential that
// holds. Which paper of which certificate that is of is told, so that it can be
// looked up, and nothing of what it says.
func (f Finding) around(err error) Finding {
	return Finding{Kind: f.Kind, Verdict: Altered, Reason: err.Error(), Number: f.Number, Version: f.Version, Paper: f.Paper}
}

// refused is the finding for something whose proof does not hold, or the error
// of something that is no proof at all.
func (f Finding) refused(err error) (Finding, error) {
	switch {
	case errors.Is(err, signing.ErrUnknownKey):
		return Finding{Kind: f.Kind, Verdict: Foreign, Reason: err.Error()}, nil
	case errors.Is(err, ErrMalformed):
		return Finding{}, err
	}
	return Finding{Kind: f.Kind, Verdict: Altered, Reason: err.Error()}, nil
}

func checkReceipt(data []byte, trust Trust) (Finding, error) {
	f := Finding{Kind: KindReceipt}
	var r Receipt
	if err := json.Unmarshal(data, &r); err != nil || !r.wrote(data) {
		return f.refused(fmt.Errorf("%w: not as a receipt is written", ErrAltered))
	}
	if r.Register != trust.base {
		f.Verdict = Foreign
		return f, nil
	}
	suspect, err := r.Check(trust.keys)
	if err != nil {
		return f.refused(err)
	}
	f.Verdict, f.AsOf, f.Items = signed(suspect), r.At, r.Items
	if r.Checkpoint == "" {
		return f, nil
	}
	tree, err := trust.identity.Open([]byte(r.Checkpoint))
	switch {
	case errors.Is(err, translog.ErrUnsigned):
		return f, nil // by a key that was lost since: the receipt stands by itself
	case err != nil:
		return f.refused(err)
	case tree.Size != r.LogSize || tree.Root.String() != r.LogRoot:
		return f.refused(fmt.Errorf("%w: the checkpoint is of another tree", ErrAltered))
	}
	return f.witnessed(r.Checkpoint, trust), nil
}

func checkLogProof(data []byte, trust Trust) (Finding, error) {
	f := Finding{Kind: KindLogProof}
	var p LogProof
	if err := json.Unmarshal(data, &p); err != nil {
		return Finding{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	record, suspect, err := trust.verify(p)
	if err != nil {
		return f.refused(err)
	}
	f.Verdict, f.Logged = signed(suspect), !suspect
	f.Number, f.Version, f.Paper, f.Status = string(record.Number), record.Version, record.Paper, record.Status
	f.IssuedOn, f.Holder = record.IssuedOn, record.Holder
	return f.witnessed(p.checkpoint(), trust), nil
}
