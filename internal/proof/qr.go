package proof

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/registry"
)

// QR is the text of a certificate's QR code: the link to its look-up, which
// names the version so that an old paper is told from the one in force, and a
// signed statement of its standing for who reads it without a network. It
// reports [registry.RegisterOnHold].
func (o *Office) QR(ctx context.Context, cert registry.Certificate) (string, error) {
	if err := o.reg.OnHold(); err != nil {
		return "", err
	}
	at := o.now().UTC().Truncate(1e9)
	signer, err := o.keys.Signer(at)
	if err != nil {
		return "", err
	}
	return credential.EncodeQR(ctx, credential.QR{
		Link: fmt.Sprintf("%s/v/%s/%d", o.base, url.PathEscape(cert.Code), cert.Version), Number: string(cert.Number), Version: cert.Version,
		Standing: standings[cert.Status], AsOf: at,
	}, signer)
}

var standings = map[registry.CertificateStatus]credential.Standing{
	registry.StatusValid: credential.Valid, registry.StatusSuspended: credential.Suspended,
	registry.StatusWithdrawn: credential.Withdrawn, registry.StatusCancelled: credential.Cancelled,
}

func checkQR(text string, trust Trust) (Finding, error) {
	f := Finding{Kind: KindQR}
	if !strings.HasPrefix(text, trust.base+"/") {
		f.Verdict = Foreign
		return f, nil
	}
	q, suspect, err := credential.OpenQR(text, trust.base, trust.keys)
	if err != nil {
		return f.refused(err)
	}
	f.Verdict, f.AsOf = signed(suspect), q.AsOf
	f.Number, f.Version, f.Status = q.Number, q.Version, registry.CertificateStatus(q.Standing)
	return f, nil
}
