package document

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"io"

	"github.com/certreg/certreg/internal/document/pdf"
	"github.com/certreg/certreg/internal/document/truetype"
	"github.com/certreg/certreg/internal/portrait"
)

// The names of what a certificate carries.
const (
	CredentialFile = "credential.vc.json" //nolint:gosec // G101: the name of a file, not a secret
	LogProofFile   = "log-proof.json"
)

// A Printer prints certificates. It holds the fonts, some 15 MB, and is safe
// for concurrent use.
type Printer struct{ sans, kai *truetype.Font }

// NewPrinter unpacks and reads the fonts, which takes a moment: keep the
// printer. It fails only if the program was built with damaged fonts.
func NewPrinter() (*Printer, error) {
	sans, err := loadFont(sansFile)
	if err != nil {
		return nil, err
	}
	kai, err := loadFont(kaiFile)
	if err != nil {
		return nil, err
	}
	return &Printer{sans: sans, kai: kai}, nil
}

// Print is the certificate as a PDF file with its credential and log proof
// attached. Equal certificates give equal bytes. It reports an [*Error] for
// what cannot be printed.
func (p *Printer) Print(c Certificate) ([]byte, error) {
	if err := p.check(&c); err != nil {
		return nil, err
	}
	var file bytes.Buffer
	job := p.start(&file)
	if err := job.add(&c, ""); err != nil {
		return nil, err
	}
	if len(c.Credential) > 0 {
		job.doc.Attach(pdf.Attachment{
			Name: CredentialFile, MediaType: "application/vc", Relationship: "Source",
			Description: "可验证凭证 Verifiable credential", Data: c.Credential,
		})
	}
	if len(c.LogProof) > 0 {
		job.doc.Attach(pdf.Attachment{
			Name: LogProofFile, MediaType: "application/json", Relationship: "Supplement",
			Description: "日志证明 Proof of inclusion in the log", Data: c.LogProof,
		})
	}
	if err := job.finish(&c, " "+c.Number); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}

// PrintAll writes one file with a page for each certificate, to be printed on
// paper: it carries no attachments, which belong to one holder each. Progress
// is told the number of pages done after each. All certificates are checked
// before anything is written; after that only ctx and w can stop it.
func (p *Printer) PrintAll(ctx context.Context, w io.Writer, certs []Certificate, progress func(done int)) error {
	if len(certs) == 0 {
		return &Error{Field: "certs", Problem: Missing}
	}
	for i := range certs {
		if err := p.check(&certs[i]); err != nil {
			return fmt.Errorf("certificate %d of %d: %w", i+1, len(certs), err)
		}
	}
	job := p.start(w)
	for i := range certs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := job.add(&certs[i], certs[i].Number+" "+certs[i].Holder); err != nil {
			return fmt.Errorf("certificate %d of %d: %w", i+1, len(certs), err)
		}
		progress(i + 1)
	}
	return job.finish(&certs[0], fmt.Sprintf(" × %d", len(certs)))
}

// check reports the first reason not to print c.
func (p *Printer) check(c *Certificate) error {
	if err := c.check(); err != nil {
		return err
	}
	return p.checkGlyphs(c.fields())
}

// A job is one file being printed.
type job struct {
	doc       *pdf.Document
	kai, sans typeface
	ornament  ornaments
}

func (p *Printer) start(w io.Writer) *job {
	doc := pdf.NewDocument(w)
	kai, sans := doc.Font(p.kai), doc.Font(p.sans)
	return &job{doc: doc, kai: typeface{kai, sans}, sans: typeface{sans, kai}, ornament: drawOrnaments(doc)}
}

// A figure is an image in the file, with its size in pixels; the zero figure is none.
type figure struct {
	ref  pdf.Ref
	size image.Point
}

// add prints a page, listed among the bookmarks if it is given one.
func (j *job) add(c *Certificate, bookmark string) error {
	var photo figure
	if len(c.Photo) > 0 {
		size, err := portrait.Measure(c.Photo)
		if err != nil {
			return err
		}
		photo = figure{ref: j.doc.JPEG(c.Photo, size.X, size.Y), size: size}
	}
	s := &sheet{page: &pdf.Page{}, kai: j.kai, sans: j.sans, ornament: j.ornament}
	if err := s.lay(c, photo); err != nil {
		return err
	}
	j.doc.AddPage(s.page, bookmark)
	return nil
}

// finish ends the file, dated with the issue of its first certificate and
// titled like it.
func (j *job) finish(first *Certificate, suffix string) error {
	return j.doc.Close(pdf.Metadata{
		Title: first.Wording.Title + suffix, TitleEN: first.Wording.TitleEN + suffix,
		Author: first.Body, Language: "zh-CN", Created: first.issuedAt(),
	})
}
