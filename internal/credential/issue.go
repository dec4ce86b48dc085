package credential

import (
	"context"
	"fmt"
	"time"

	"github.com/certreg/certreg/internal/signing"
)

// Sign returns the credential of a certificate: JSON in canonical form (RFC
// 8785) with a proof set of eddsa-rdfc-2022 and eddsa-jcs-2022, made at the
// instant. The bytes depend on nothing but the arguments.
func Sign(ctx context.Context, issuer Issuer, signer signing.Signer, c Certificate, at time.Time) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("credential of %s: %w: %w", c.Number, ErrMalformed, err)
	}
	b := newBadge(issuer, c)
	quads, err := b.canonical()
	if err != nil {
		return nil, fmt.Errorf("credential of %s: %w", c.Number, err)
	}
	json, err := marshal(b)
	if err != nil {
		return nil, fmt.Errorf("credential of %s: %w", c.Number, err)
	}
	if b.Proof, err = signDocument(ctx, issuer, signer, at, b.Context, quads, json); err != nil {
		return nil, fmt.Errorf("credential of %s: %w", c.Number, err)
	}
	return marshal(b)
}
