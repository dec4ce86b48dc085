package registry

import (
	"context"
	"errors"
	"time"

	"github.com/certreg/certreg/internal/civil"
)

// A Lookup is what anyone may learn of a certificate by its number. It holds
// no more than is needed to compare it with the paper at hand, and nothing of
// the certificate when the name or the paper asked about is another, or when the
// register is on hold and knows nothing against it: see [Lookup.Verdict].
type Lookup struct {
	Number      Number
	Status      CertificateStatus
	StatusOn    civil.Date
	ReasonCode  string // of the last status change, "" for a valid certificate
	Occupation  string
	Level       int
	Body        Text // name of the issuing body
	IssuedOn    civil.Date
	Holder      string      // masked
	NameMatches *bool       // nil when no name was asked
	Paper       string      // serial of the print in force
	Asked       *AskedPaper // nil when none was asked about and there was one only
	OnHold      bool        // see [Registry.OnHold]
	DataAsOf    time.Time
}

// LookUp answers the public question whether a certificate is real. A name is
// compared exactly, see [FoldName]. What is not there is reported as
// [NeverIssued], [OutsideCoverage] (of a year this register does not hold) or
// [NumberUnreadable]; withdrawn and suspended certificates are answers. So is a
// number that a register on hold does not know: it may have been given since.
func (r *Registry) LookUp(ctx context.Context, q Query) (l Lookup, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		l, err = r.lookUp(ctx, rd, q)
		return err
	})
	return l, err
}

func (r *Registry) lookUp(ctx context.Context, rd Reader, q Query) (Lookup, error) {
	n := NormaliseNumber(q.Number)
	cert, err := rd.Certificate(ctx, n)
	if errors.Is(err, ErrNotFound) {
		return r.absent(n)
	}
	if err != nil {
		return Lookup{}, err
	}
	l, err := r.public(ctx, rd, cert)
	if err != nil {
		return Lookup{}, err
	}
	if q.Name != "" {
		matches := FoldName(q.Name) == FoldName(cert.Holder)
		l.NameMatches = &matches
	}
	l.Asked, err = r.asked(ctx, rd, cert, q)
	return l.told(), err
}

// LookUpCode answers by verification code, as a QR code carries it, what
// [Registry.LookUp] answers by number. The code stands on every paper of a
// certificate; version, which a QR code tells as well, says on which one, and 0
// that this is not known. It reports [NeverIssued] for a code that belongs to
// nothing here, [RegisterOnHold] if that cannot be said, and [NumberUnreadable]
// for a slip.
func (r *Registry) LookUpCode(ctx context.Context, code string, version int) (l Lookup, err error) {
	parsed, err := ParseCode(code)
	if err != nil {
		return Lookup{}, refuse(NumberUnreadable, Text{ZH: "验证码有误，请核对。", EN: "The verification code has a slip; compare it."})
	}
	err = r.store.Read(ctx, func(rd Reader) error {
		cert, err := rd.CertificateByCode(ctx, parsed)
		if errors.Is(err, ErrNotFound) {
			if err := r.OnHold(); err != nil {
				return err
			}
			return refuse(NeverIssued, Text{ZH: "本系统没有这个验证码的证书。", EN: "No certificate here has this verification code."})
		}
		if err != nil {
			return err
		}
		if l, err = r.public(ctx, rd, cert); err != nil {
			return err
		}
		l.Asked, err = r.asked(ctx, rd, cert, Query{Version: version})
		l = l.told()
		return err
	})
	return l, err
}

// told is what may be told of l: nothing of the certificate beside a name or a
// paper that differs, nor beside a status that a register on hold cannot vouch
// for. A paper that such a register does not know may have been printed since.
func (l Lookup) told() Lookup {
	if l.OnHold && l.Asked != nil && l.Asked.Standing == PaperDiffers {
		l.Asked = nil
	}
	told := Lookup{Number: l.Number, OnHold: l.OnHold, DataAsOf: l.DataAsOf}
	switch verdict := l.Verdict(); {
	case verdict == VerdictNameDiffers:
		told.NameMatches = l.NameMatches
	case verdict == VerdictPaperDiffers, verdict == VerdictSuperseded && l.OnHold:
		told.NameMatches, told.Asked = l.NameMatches, l.Asked
	case verdict != VerdictUnconfirmed:
		return l
	}
	return told
}

// public is what is told of a certificate.
func (r *Registry) public(ctx context.Context, rd Reader, cert Certificate) (Lookup, error) {
	body, err := rd.Body(ctx, cert.Body)
	if err != nil {
		return Lookup{}, err
	}
	l := Lookup{
		Number: cert.Number, Status: cert.Status, StatusOn: cert.StatusOn, Occupation: cert.Occupation, Level: cert.Level,
		Body: body.Name, IssuedOn: cert.IssuedOn, Holder: MaskName(cert.Holder), Paper: cert.Paper, OnHold: r.hold() != nil, DataAsOf: r.instant(),
	}
	if cert.Status == StatusValid {
		return l, nil
	}
	changes, err := rd.StatusChanges(ctx, cert.Number)
	var last time.Time
	for _, c := range changes {
		if c.State == Effective && transitions[c.Kind].to == cert.Status && !c.effectiveAt().Before(last) {
			l.ReasonCode, last = c.ReasonCode, c.effectiveAt()
		}
	}
	return l, err
}

// absent says which of four things it means that a number is not here.
func (r *Registry) absent(n Number) (Lookup, error) {
	l := Lookup{Number: n, OnHold: r.hold() != nil, DataAsOf: r.instant()}
	_, parts, err := ReadNumber(n)
	switch {
	case err != nil:
		return Lookup{}, err
	case numberYear(parts) < r.since:
		return Lookup{}, refuse(OutsideCoverage, say("本系统只收录 %d 年以后的证书，不能判断该证书真伪，请联系发证机构。", "This register holds certificates since %d only and cannot tell; ask the issuing body.", r.since))
	case l.OnHold:
		return l, nil
	}
	return Lookup{}, refuse(NeverIssued, Text{
		ZH: "本系统从未发出过这个编号的证书。请核对编号；如无误，请警惕伪造证书。",
		EN: "No certificate of this number was ever issued here. Check the number; if it is right, beware of a forgery.",
	})
}
