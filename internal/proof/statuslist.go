package proof

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/registry"
)

// listDay is how often a list is signed anew though nothing changed. It counts
// to the end of the next such day, so that a copy that was found to be current
// counts for a day at least, and an old one shown in its place for two at most.
const listDay = 24 * time.Hour

// A List is a signed status list as it is published.
type List struct {
	Credential []byte // Bitstring Status List credential
	ETag       string // changes when the content or the signing key does, and every day
}

func (o *Office) listAddress(p credential.Purpose, list int) string {
	return fmt.Sprintf("%s/status/%s/%d", o.base, p, list)
}

// StatusList is the status list of a number and purpose as of now. It reports
// [registry.StatusListNotFound] for a list that was not begun or a purpose
// that has none, and [registry.RegisterOnHold].
func (o *Office) StatusList(ctx context.Context, p credential.Purpose, list int) (List, error) {
	content, err := o.reg.StatusList(ctx, list)
	if err != nil {
		return List{}, err
	}
	set := content.Revoked
	switch p {
	case credential.Revocation:
	case credential.Suspension:
		set = content.Suspended
	default:
		return List{}, registry.NotFound(registry.StatusListNotFound)
	}
	var bits credential.StatusList
	for _, index := range set {
		bits.Set(index, true)
	}
	at := o.now()
	signer, err := o.keys.Signer(at)
	if err != nil {
		return List{}, err
	}
	encoded, err := bits.Encode()
	if err != nil {
		return List{}, err
	}
	until := at.UTC().Truncate(listDay).Add(2 * listDay)
	signed, err := credential.SignStatusList(ctx, o.issuer(), signer, credential.StatusPage{
		Address: o.listAddress(p, list), Purpose: p, Encoded: encoded, At: at, Until: until,
	})
	if err != nil {
		return List{}, err
	}
	sum := sha256.Sum256([]byte(signer.KeyID() + encoded + until.Format(time.RFC3339)))
	return List{Credential: signed, ETag: `"` + hex.EncodeToString(sum[:12]) + `"`}, nil
}
