package proof

import (
	"context"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
)

// Issue signs any credential whose issuer is this register's DID, as a VC API
// issuer does. It says nothing about certificates and is for test suites. It
// reports as [credential.SignDocument].
func (o *Office) Issue(ctx context.Context, document []byte) ([]byte, error) {
	at := o.now()
	signer, err := o.keys.Signer(at)
	if err != nil {
		return nil, err
	}
	return credential.SignDocument(ctx, o.did, signer, document, credential.Options{At: at})
}

// Examine checks a credential of this register's DID. It reports as [credential.Verify].
func (o *Office) Examine(document []byte) (credential.Verified, error) {
	return credential.Verify(document, signing.Directory{o.did: o.keys.Keys()}, o.now())
}
