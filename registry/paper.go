package registry

import (
	"context"
	"fmt"
	"time"

	"github.com/certreg/certreg/internal/civil"
)

// A Print is one paper that was made of a certificate (流水号). A certificate
// has one paper in force; every earlier one is superseded.
type Print struct {
	Certificate Number
	Paper       string   // paper serial
	Version     int      // of the certificate when the paper was made, 1 for the first
	Holder      string   // name as printed; the store keeps it encrypted
	Document    Document // as printed; the store keeps it encrypted
	Place       Place    // of this paper's credentials in the published status lists
	Reason      string   // "" for the first, the reason code for one of a correction
	At          time.Time
	By          string
}

// Reissue makes a new print of a valid certificate: same number, new paper
// serial and place in the status lists, the paper before superseded. It
// reports [CertificateNotFound], [InvalidInput], [IdentityInText],
// [StatusUnchangeable] unless the certificate is valid, [VersionChanged].
func (r *Registry) Reissue(ctx context.Context, by Caller, n Number, version int, reason string) (CertificateRecord, error) {
	if err := by.may(reissue); err != nil {
		return CertificateRecord{}, err
	}
	reason, err := checkReason(reason)
	if err != nil {
		return CertificateRecord{}, err
	}
	return write(ctx, r, by, func(c *change) (CertificateRecord, error) {
		cert, err := c.lockedCertificate(ctx, n)
		if err != nil {
			return CertificateRecord{}, err
		}
		if cert.Version != version {
			return CertificateRecord{}, Changed()
		}
		if cert.Status != StatusValid {
			return CertificateRecord{}, unchangeable(cert.Status)
		}
		if cert, err = c.supersede(ctx, cert, cert, reason); err != nil {
			return CertificateRecord{}, err
		}
		if err := c.attest(ctx, CertificateReissued, cert, map[string]string{"paper": cert.Paper}); err != nil {
			return CertificateRecord{}, err
		}
		return by.record(ctx, c, n)
	})
}

// supersede makes a new paper, which says what next says, of a certificate that
// stood as before, and returns the certificate with it. What the paper before
// said is kept.
func (c *change) supersede(ctx context.Context, before, next Certificate, reason string) (Certificate, error) {
	first, err := c.NextSerials(ctx, []string{paperSeries, placeSeries}, 1)
	if err != nil {
		return Certificate{}, err
	}
	places, err := c.places(ctx, first[1], 1)
	if err != nil {
		return Certificate{}, err
	}
	next.Paper, next.Place, next.Reprinted = paper(first[0]), places[0], true
	if err := c.UpdateCertificate(ctx, next); err != nil {
		return Certificate{}, err
	}
	next.Version++
	err = c.InsertReplacement(ctx, before, Print{
		Certificate: next.Number, Paper: next.Paper, Version: next.Version, Holder: next.Holder, Document: next.Document,
		Place: next.Place, Reason: reason, At: c.at, By: c.by.Subject,
	})
	if err != nil {
		return Certificate{}, err
	}
	return next, c.show(ctx, next)
}

// paperSeries counts papers over the whole register.
const paperSeries = "paper"

// paper is the paper serial with this number: P and eight digits.
func paper(serial int) string { return fmt.Sprintf("P%08d", serial) }

// A PaperStanding says what a paper is to the certificate whose number it bears.
type PaperStanding string

// The standings of a paper. Only "in-force" is a yes.
const (
	PaperInForce    PaperStanding = "in-force"
	PaperSuperseded PaperStanding = "superseded" // it was; another has taken its place
	PaperDiffers    PaperStanding = "differs"    // no such paper was ever printed of the certificate
	PaperUntold     PaperStanding = "untold"     // the certificate was printed again, and which paper is at hand was not told
)

// PaperStandings lists every standing of a paper.
func PaperStandings() []PaperStanding {
	return []PaperStanding{PaperInForce, PaperSuperseded, PaperDiffers, PaperUntold}
}

// An AskedPaper is what a look-up tells of the paper it was asked about.
type AskedPaper struct {
	Standing     PaperStanding
	Paper        string     // its serial, "" when it differs or is untold
	SupersededOn civil.Date // zero unless superseded: the day its successor was made
	SupersededBy int        // version of the certificate that its successor prints, 0 likewise
}

// asked is the standing of the paper that q names by its serial or, as
// credentials and QR codes do, by the version of the certificate they were made
// of. It is nil when q names neither of a certificate with one paper.
func (r *Registry) asked(ctx context.Context, rd Reader, cert Certificate, q Query) (*AskedPaper, error) {
	if q.Paper == "" && q.Version == 0 {
		if cert.Reprinted {
			return &AskedPaper{Standing: PaperUntold}, nil
		}
		return nil, nil //nolint:nilnil // nothing was asked, and there is nothing to mix up
	}
	prints, err := rd.Prints(ctx, cert.Number)
	if err != nil {
		return nil, err
	}
	found := -1
	for i, p := range prints {
		if p.Paper == string(NormaliseNumber(q.Paper)) || q.Paper == "" && p.Version <= q.Version && q.Version <= cert.Version {
			found = i
		}
	}
	switch {
	case found < 0:
		return &AskedPaper{Standing: PaperDiffers}, nil
	case prints[found].Paper == cert.Paper:
		return &AskedPaper{Standing: PaperInForce, Paper: cert.Paper}, nil
	case found+1 == len(prints):
		return nil, fmt.Errorf("paper %s of %s is not in force and has no successor", prints[found].Paper, cert.Number)
	}
	next := prints[found+1]
	return &AskedPaper{Standing: PaperSuperseded, Paper: prints[found].Paper, SupersededOn: r.dayOf(next.At), SupersededBy: next.Version}, nil
}
