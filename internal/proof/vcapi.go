package proof

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/registry"
)

// Issue signs any credential whose issuer is this register's DID or the did:key
// of its signing key, as a VC API issuer does: as JSON (eddsa-jcs-2022), or by
// its meaning (eddsa-rdfc-2022). It says nothing about certificates and is for
// test suites. It reports as [credential.SignDocument].
func (o *Office) Issue(ctx context.Context, document []byte, asJSON bool) ([]byte, error) {
	at := o.now()
	signer, err := o.keys.Signer(at)
	if err != nil {
		return nil, err
	}
	return credential.SignDocument(ctx, o.did, signer, document, credential.Options{At: at, JSON: asJSON})
}

// An Examination is what was looked at in what is accepted.
type Examination struct {
	Status  bool     // its status lists, all of them this register's
	Foreign []string // status lists of others, which are not fetched
}

// Examine checks a credential of this register's DID or of any did:key, that
// each of its proofs was made for what is expected, and its places in this
// register's status lists. Since anybody can make a did:key, an answer says no
// more of such a credential than that it is unaltered. It reports as
// [credential.Verify] and [credential.Expectation.MetBy],
// [credential.ErrStatus], and [credential.ErrMalformed] for a status list that
// was never begun.
func (o *Office) Examine(ctx context.Context, document []byte, e credential.Expectation) (Examination, error) {
	v, err := credential.Verify(document, o.suiteKeys(), o.now())
	if err != nil {
		return Examination{}, err
	}
	if err := e.MetBy(v.Proofs); err != nil {
		return Examination{}, err
	}
	return o.examineStatus(ctx, v.Status)
}

// ExaminePresentation checks a presentation and the credentials in it as
// Examine does; what is expected is asked of the presentation's own proofs. It
// reports as [credential.VerifyPresentation] and Examine.
func (o *Office) ExaminePresentation(ctx context.Context, document []byte, e credential.Expectation) (Examination, error) {
	p, err := credential.VerifyPresentation(document, o.suiteKeys(), o.now())
	if err != nil {
		return Examination{}, err
	}
	if err := e.MetBy(p.Proofs); err != nil {
		return Examination{}, err
	}
	var entries []credential.StatusEntry
	for _, v := range p.Credentials {
		entries = append(entries, v.Status...)
	}
	return o.examineStatus(ctx, entries)
}

func (o *Office) examineStatus(ctx context.Context, entries []credential.StatusEntry) (Examination, error) {
	var x Examination
	for _, entry := range entries {
		list, ok := o.ownList(entry)
		if !ok {
			x.Foreign = append(x.Foreign, entry.List)
			continue
		}
		if err := o.counts(ctx, entry, list); err != nil {
			return Examination{}, err
		}
	}
	x.Status = len(entries) > 0 && x.Foreign == nil
	return x, nil
}

// ownList returns the number of the list of this register that the entry names.
func (o *Office) ownList(e credential.StatusEntry) (int, bool) {
	list, err := strconv.Atoi(e.List[strings.LastIndexByte(e.List, '/')+1:])
	return list, err == nil && e.List == o.listAddress(e.Purpose, list)
}

// counts reports [credential.ErrStatus] if the register has set the entry.
func (o *Office) counts(ctx context.Context, e credential.StatusEntry, list int) error {
	if e.Index >= credential.StatusListSize {
		return fmt.Errorf("%w: status index %d lies outside the list", credential.ErrMalformed, e.Index)
	}
	content, err := o.reg.StatusList(ctx, list)
	switch {
	case errors.Is(err, registry.ErrNotFound):
		return fmt.Errorf("%w: no status list %s", credential.ErrMalformed, e.List)
	case err != nil:
		return err
	}
	set := map[credential.Purpose][]int{credential.Revocation: content.Revoked, credential.Suspension: content.Suspended}
	if slices.Contains(set[e.Purpose], e.Index) {
		return fmt.Errorf("%w: %s", credential.ErrStatus, e.Purpose)
	}
	return nil
}

// suiteKeys are the keys of the register and, for what test suites sign
// themselves, those that did:key names spell.
type suiteKeys struct{ own signing.Directory }

func (o *Office) suiteKeys() suiteKeys { return suiteKeys{signing.Directory{o.did: o.keys.Keys()}} }

// Key implements [credential.Resolver].
func (k suiteKeys) Key(verificationMethod string) (signing.Key, error) {
	if strings.HasPrefix(verificationMethod, "did:key:") {
		return signing.DIDKeys{}.Key(verificationMethod)
	}
	return k.own.Key(verificationMethod)
}
