package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/certreg/certreg/internal/document"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// lastHistoric is the last year in which certificates spoke in the name of the
// state: since 2018 their wording is neutral, whoever issues them.
const lastHistoric = 2017

// Document is the certificate as a PDF that carries its credential and its log
// proof, sealed by the register. It shows the photo of the paper in force. It
// reports [document.Error] for what cannot be printed and
// [registry.RegisterOnHold]. A certificate whose last event was not published in
// the log yet is printed without a log proof.
func (o *Office) Document(ctx context.Context, cert registry.Certificate) ([]byte, error) {
	page, err := o.page(ctx, cert)
	if err != nil {
		return nil, err
	}
	if page.Credential, err = o.Credential(ctx, cert); err != nil {
		return nil, err
	}
	proof, err := o.LogProof(ctx, cert)
	switch {
	case err == nil:
		if page.LogProof, err = json.Marshal(proof); err != nil {
			return nil, fmt.Errorf("log proof of %s: %w", cert.Number, err)
		}
	case !errors.Is(err, translog.ErrUnpublished) && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	printer, err := o.printer()
	if err != nil {
		return nil, err
	}
	pdf, err := printer.Print(page)
	if err != nil {
		return nil, err
	}
	return o.seal(ctx, pdf)
}

// seal seals a printed certificate with the register's key, so that its page
// can be checked offline like its credential, and has the body sign it if it
// has a certificate for that.
func (o *Office) seal(ctx context.Context, pdf []byte) ([]byte, error) {
	at := o.now()
	signer, err := o.keys.Signer(at)
	if err != nil {
		return nil, err
	}
	seal := document.Seal{At: at, Signed: o.signer != nil, Key: signer.KeyID()}
	pdf, err = document.AddSeal(pdf, seal, func(message []byte) ([]byte, error) { return signer.Sign(ctx, message) })
	if err != nil || o.signer == nil {
		return pdf, err
	}
	return o.signer.Sign(pdf, at)
}

// unseal reports whether a PDF is as the register sealed it. The flag tells
// that the key was lost later.
func unseal(pdf []byte, keys signing.Keys) (suspect bool, err error) {
	seal, message, err := document.OpenSeal(pdf)
	if err != nil {
		return false, err
	}
	key, err := keys.ByID(seal.Key)
	if err != nil {
		return false, err
	}
	return key.Suspect(), key.Verify(message, seal.Signature, seal.At)
}

// Pages writes one PDF with a page for each certificate, to be printed on
// paper. progress may be nil. It reports as [Office.Document].
func (o *Office) Pages(ctx context.Context, w io.Writer, certs []registry.Certificate, progress func(done int)) error {
	pages := make([]document.Certificate, len(certs))
	for i, cert := range certs {
		var err error
		if pages[i], err = o.page(ctx, cert); err != nil {
			return err
		}
	}
	printer, err := o.printer()
	if err != nil {
		return err
	}
	if progress == nil {
		progress = func(int) {}
	}
	return printer.PrintAll(ctx, w, pages, progress)
}

// page is what stands on a certificate.
func (o *Office) page(ctx context.Context, cert registry.Certificate) (document.Certificate, error) {
	t, err := o.titles(ctx, cert)
	if err != nil {
		return document.Certificate{}, err
	}
	body, err := o.reg.BodyName(ctx, cert.Body)
	if err != nil {
		return document.Certificate{}, err
	}
	qr, err := o.QR(ctx, cert)
	if err != nil {
		return document.Certificate{}, err
	}
	photo, err := o.reg.PaperPhoto(ctx, cert)
	if err != nil {
		return document.Certificate{}, err
	}
	wording := document.NeutralWording()
	if cert.IssuedOn.Year() <= lastHistoric && cert.Route == registry.RouteLegacy {
		wording = document.HistoricWording()
	}
	return document.Certificate{
		Wording: wording, Body: body.ZH, IssuedOn: cert.IssuedOn, Holder: cert.Holder,
		IDKind: documentNames[cert.Document.Kind], IDNumber: cert.Document.Masked(), Occupation: t.occupation.Name.ZH,
		Level: cert.Level, Number: string(cert.Number), PaperSerial: cert.Paper, QR: qr, Photo: photo,
		LookUps: o.lookUps,
	}, nil
}

// documentNames is how certificates name the kinds of document.
var documentNames = map[registry.DocumentKind]string{
	registry.CitizenID: "居民身份证", registry.SoldierCard: "士兵证", registry.OfficerCard: "军官证",
	registry.PoliceCard: "警官证", registry.Passport: "护照", registry.AnotherDocument: "其他证件",
}
