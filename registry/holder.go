package registry

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/civil"
)

// A HolderProof shows that someone holds a certificate: its verification code,
// which stands on the certificate only, and the holder's name or the last four
// characters of the ID number.
type HolderProof struct {
	Code string
	Name string
	Last string // last four characters of the document number
}

// A LinkField is a detail that a holder may choose to show.
type LinkField string

// The details a link can show, beside the status, which it always shows.
const (
	FieldName     LinkField = "name"     // in full
	FieldDocument LinkField = "document" // masked
	FieldResults  LinkField = "results"  // final scores
)

// LinkFields lists every detail a link can show.
func LinkFields() []LinkField { return []LinkField{FieldName, FieldDocument, FieldResults} }

// A Link is a holder's permission to see more of a certificate than a look-up
// tells, for one purpose and a limited time.
type Link struct {
	Code        string // random; part of the address
	Certificate Number
	Purpose     string // as the holder wrote it; shown to who opens the link
	Fields      []LinkField
	ExpiresOn   civil.Date // last day of use
	CreatedAt   time.Time
	RevokedAt   time.Time // zero: in force
	Uses        []LinkUse // newest first; filled in for the holder only
}

// A LinkUse is one opening of a link.
type LinkUse struct {
	At   time.Time
	From string // network address, shortened: its last part says nothing to the holder
}

// A NewLink is what a holder tells to make a link.
type NewLink struct {
	Purpose   string
	Fields    []LinkField
	ExpiresOn civil.Date
}

// maxLinkDays bounds the life of a link, as the CHSI reports do (180 days).
const maxLinkDays = 180

// A LinkView is what the opener of a link sees.
type LinkView struct {
	Lookup   Lookup
	Purpose  string
	Expires  civil.Date
	Name     string // "" unless chosen
	Document string // masked, "" unless chosen
	Results  []EvidenceResult
}

// HolderView is what a holder sees of the own certificate.
type HolderView struct {
	Certificate Certificate
	Lookup      Lookup
	Links       []Link
}

// holder returns the certificate that p proves to hold. Every failure is
// CertificateNotFound: which part was wrong is not told. On hold nobody is one:
// the certificate may be unknown, and what a holder decides would be lost.
func (r *Registry) holder(ctx context.Context, rd Reader, p HolderProof) (Certificate, error) {
	if err := r.OnHold(); err != nil {
		return Certificate{}, err
	}
	refused := NotFound(CertificateNotFound)
	code, err := ParseCode(p.Code)
	if err != nil {
		return Certificate{}, refused
	}
	cert, err := rd.CertificateByCode(ctx, code)
	if err != nil {
		return Certificate{}, err
	}
	number := cert.Document.Number
	last := strings.ToUpper(strings.TrimSpace(p.Last))
	named := p.Name != "" && FoldName(p.Name) == FoldName(cert.Holder)
	numbered := len(last) == 4 && len(number) > 4 && subtle.ConstantTimeCompare([]byte(number[len(number)-4:]), []byte(last)) == 1
	if !named && !numbered {
		return Certificate{}, refused
	}
	return cert, nil
}

// Holder returns a holder's own view. It reports [CertificateNotFound] for
// every proof that does not hold, [RegisterOnHold].
func (r *Registry) Holder(ctx context.Context, p HolderProof) (v HolderView, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		v = HolderView{}
		if v.Certificate, err = r.holder(ctx, rd, p); err != nil {
			return err
		}
		if v.Lookup, err = r.public(ctx, rd, v.Certificate); err != nil {
			return err
		}
		v.Links, err = rd.Links(ctx, v.Certificate.Number)
		return err
	})
	return v, err
}

// MakeLink makes a link for a holder. It reports [CertificateNotFound], [InvalidInput], [IdentityInText], [RegisterOnHold].
func (r *Registry) MakeLink(ctx context.Context, p HolderProof, from string, in NewLink) (Link, error) {
	today := r.Today()
	var chk check
	in.Purpose = chk.remark("/purpose", in.Purpose, 100)
	chk.that(in.Purpose != "", "/purpose", Text{ZH: "请填写用途（1 至 100 字）。", EN: "A purpose of 1 to 100 characters is required."})
	chk.that(!in.ExpiresOn.Before(today) && !in.ExpiresOn.After(today.AddDays(maxLinkDays)), "/expiresOn",
		say("有效期应为今天起 %d 天以内。", "The link must expire within %d days from today.", maxLinkDays))
	for _, f := range in.Fields {
		chk.that(slices.Contains(LinkFields(), f), "/fields", say("没有这个可选项：%s。", "There is no such field: %s.", f))
	}
	if err := chk.err(); err != nil {
		return Link{}, err
	}
	return write(ctx, r, Caller{Subject: "holder", From: from}, func(c *change) (Link, error) {
		cert, err := r.holder(ctx, c, p)
		if err != nil {
			return Link{}, err
		}
		code, err := r.newCode()
		if err != nil {
			return Link{}, err
		}
		l := Link{Code: code, Certificate: cert.Number, Purpose: in.Purpose, Fields: in.Fields, ExpiresOn: in.ExpiresOn, CreatedAt: c.at}
		if err := c.InsertLink(ctx, l); err != nil {
			return Link{}, err
		}
		c.record(LinkMade, "certificate", string(cert.Number), cert.Body, nil)
		return l, nil
	})
}

// RevokeLink ends a link at once. It reports [CertificateNotFound], [LinkNotFound], [RegisterOnHold].
func (r *Registry) RevokeLink(ctx context.Context, p HolderProof, from, code string) error {
	_, err := write(ctx, r, Caller{Subject: "holder", From: from}, func(c *change) (Link, error) {
		cert, err := r.holder(ctx, c, p)
		if err != nil {
			return Link{}, err
		}
		l, err := c.link(ctx, code)
		if err != nil || l.Certificate != cert.Number {
			return Link{}, NotFound(LinkNotFound)
		}
		if !l.RevokedAt.IsZero() {
			return l, nil
		}
		l.RevokedAt = c.at
		if err := c.RevokeLink(ctx, l.Code, c.at); err != nil {
			return Link{}, err
		}
		c.record(LinkRevoked, "certificate", string(cert.Number), cert.Body, nil)
		return l, nil
	})
	return err
}

func (c *change) link(ctx context.Context, code string) (Link, error) {
	code, err := ParseCode(code)
	if err != nil {
		return Link{}, NotFound(LinkNotFound)
	}
	return c.Link(ctx, code)
}

// OpenLink shows what a link shows and records that it was opened. It reports
// [LinkNotFound] for a link that does not exist, has expired or was revoked, and
// [RegisterOnHold], since the holder may have revoked it in the meantime.
func (r *Registry) OpenLink(ctx context.Context, code, from string) (LinkView, error) {
	if err := r.OnHold(); err != nil {
		return LinkView{}, err
	}
	return write(ctx, r, Caller{Subject: "public", From: from}, func(c *change) (LinkView, error) {
		l, err := c.link(ctx, code)
		if err != nil {
			return LinkView{}, err
		}
		if !l.RevokedAt.IsZero() || r.Today().After(l.ExpiresOn) {
			return LinkView{}, NotFound(LinkNotFound)
		}
		cert, err := c.Certificate(ctx, l.Certificate)
		if err != nil {
			return LinkView{}, err
		}
		v := LinkView{Purpose: l.Purpose, Expires: l.ExpiresOn}
		if v.Lookup, err = r.public(ctx, c, cert); err != nil {
			return LinkView{}, err
		}
		if err := v.reveal(ctx, c, cert, l.Fields); err != nil {
			return LinkView{}, err
		}
		return v, c.InsertLinkUse(ctx, l.Code, LinkUse{At: c.at, From: shortAddress(from)})
	})
}

// reveal fills in what the holder chose to show.
func (v *LinkView) reveal(ctx context.Context, rd Reader, cert Certificate, fields []LinkField) error {
	for _, f := range fields {
		switch f {
		case FieldName:
			v.Name = cert.Holder
		case FieldDocument:
			v.Document = cert.Document.Masked()
		case FieldResults:
			uses, err := rd.Uses(ctx, cert.Number)
			if err != nil {
				return err
			}
			for i, u := range uses {
				if !u.Amended {
					continue
				}
				now, err := resultNow(ctx, rd, u.Result.ID)
				if err != nil {
					return err
				}
				uses[i].Result = now.Result
			}
			v.Results = evidence(cert.Occupation, cert.Level, uses).Results
		}
	}
	return nil
}

// shortAddress drops the last part of a network address: enough to tell a
// stranger from the own network, too little to find a person.
func shortAddress(a string) string {
	if i := strings.LastIndexAny(a, ".:"); i > 0 {
		return a[:i+1] + "*"
	}
	return a
}
