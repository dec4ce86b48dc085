package registry

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// A certificate is corrected to what its holder's record says now, so the
// person is corrected first ([Registry.CorrectPerson]) and a proposal quotes no
// personal data. It is bound to the version of the person that the proposer saw.

// prints reports whether the certificate says who the person is.
func (c Certificate) prints(p Person) bool { return c.Holder == p.Name && c.Document == p.Document }

// correctable is the version of the person to which a certificate can be
// corrected. It reports [NothingToCorrect].
func (c *change) correctable(ctx context.Context, cert Certificate) (int, error) {
	person, err := c.Person(ctx, cert.Person)
	if err != nil {
		return 0, err
	}
	if cert.prints(person) {
		return 0, refuse(NothingToCorrect, Text{
			ZH: "证书所载姓名和证件与人员登记一致。", EN: "The certificate says what the person's record says.",
		})
	}
	return person.Version, nil
}

// correct gives the certificate its holder's present name and document on a
// new paper. The commitment to the document gets a new secret: who was told the
// one of before must not be able to try numbers against the new commitment.
func (c *change) correct(ctx context.Context, sc StatusChange, cert Certificate) error {
	person, err := c.Person(ctx, cert.Person)
	if err != nil {
		return err
	}
	if person.Version != sc.PersonVersion {
		return refuse(CorrectionOutdated, Text{
			ZH: "提出更正后人员登记又有改动，请予拒绝并重新提出。", EN: "The person's record was changed since the proposal; refuse it and propose again.",
		})
	}
	next := cert
	next.Holder, next.Document = person.Name, person.Document
	if next.Salt, err = c.r.newSalt(); err != nil {
		return err
	}
	// Who accepts has seen the person's record, as who confirms it would.
	if len(person.CorrectedBy) > 0 && !slices.Contains(person.CorrectedBy, c.by.Subject) {
		if err := c.confirmPerson(ctx, &person); err != nil {
			return err
		}
	}
	if next, err = c.supersede(ctx, cert, next, sc.ReasonCode); err != nil {
		return err
	}
	return c.attest(ctx, CertificateCorrected, next, map[string]string{"change": sc.ID, "reasonCode": sc.ReasonCode, "paper": next.Paper})
}

// newSalt makes the secret with which credentials commit to a document number.
func (r *Registry) newSalt() ([]byte, error) {
	salt := make([]byte, 32)
	if _, err := io.ReadFull(r.random, salt); err != nil {
		return nil, fmt.Errorf("salt: %w", err)
	}
	return salt, nil
}
