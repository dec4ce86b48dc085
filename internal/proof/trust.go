package proof

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
)

// The reasons a proof is not accepted, beside those of the packages that know
// its parts.
var (
	ErrMalformed = errors.New("not a proof of this register's making")
	ErrAltered   = errors.New("altered since it was signed")
)

// trustFormat names the format of a [Trust] file.
const trustFormat = "certreg.trust/1"

// A Trust is what must be known of a register to check its proofs offline. It
// is published at /.well-known/certreg.json and worth keeping from a time when
// one was sure to speak with the right register.
type Trust struct {
	base     string
	did      string
	keys     signing.Keys
	identity translog.Identity
	policy   translog.Policy
}

type trustFile struct {
	Format    string          `json:"format"`
	Base      string          `json:"base"`
	Origin    string          `json:"origin"` // of the log
	DID       json.RawMessage `json:"did"`
	Keys      []trustKey      `json:"keys"`
	Witnesses string          `json:"witnesses,omitempty"` // see [translog.ParsePolicy]
}

// A trustKey is a key with the time in which it counts, which a DID document
// has no words for.
type trustKey struct {
	ID            string    `json:"id"`
	NotBefore     time.Time `json:"notBefore"`
	NotAfter      time.Time `json:"notAfter,omitzero"`
	CompromisedAt time.Time `json:"compromisedAt,omitzero"`
}

// Trust is what others need to check this register's proofs.
func (o *Office) Trust() Trust {
	id, err := o.Identity()
	if err != nil { // every key was lost since: nobody's log is to be believed
		id = translog.Identity{}
	}
	return Trust{base: o.base, did: o.did, keys: o.keys.Keys(), identity: id, policy: o.policy}
}

// Base is the public address of the register that is trusted.
func (t Trust) Base() string { return t.base }

// Identity is what is trusted of the register's log.
func (t Trust) Identity() translog.Identity { return t.identity }

// Policy is who cosigns the register's log, as it says itself.
func (t Trust) Policy() translog.Policy { return t.policy }

// MarshalJSON writes the trust file.
func (t Trust) MarshalJSON() ([]byte, error) {
	did, err := signing.Document(t.did, t.keys)
	if err != nil {
		return nil, err
	}
	f := trustFile{Format: trustFormat, Base: t.base, Origin: t.identity.Origin(), DID: did, Witnesses: t.policy.String()}
	for _, k := range t.keys {
		f.Keys = append(f.Keys, trustKey{ID: k.ID(), NotBefore: k.NotBefore, NotAfter: k.NotAfter, CompromisedAt: k.CompromisedAt})
	}
	return json.Marshal(f)
}

// UnmarshalJSON reads a trust file. It reports [ErrMalformed].
func (t *Trust) UnmarshalJSON(data []byte) error {
	var f trustFile
	if err := json.Unmarshal(data, &f); err != nil || f.Format != trustFormat {
		return fmt.Errorf("%w: no trust file", ErrMalformed)
	}
	address, err := url.Parse(f.Base)
	if err != nil || address.Host == "" {
		return fmt.Errorf("%w: no trust file", ErrMalformed)
	}
	did, err := signing.WebDID(address.Host)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	keys := make(signing.Keys, len(f.Keys))
	for i, k := range f.Keys {
		public, err := signing.ParseKeyID(k.ID)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		keys[i] = signing.Key{Public: public, NotBefore: k.NotBefore, NotAfter: k.NotAfter, CompromisedAt: k.CompromisedAt}
	}
	id, err := identity(f.Origin, keys)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	var policy translog.Policy
	if f.Witnesses != "" {
		if policy, err = translog.ParsePolicy(f.Witnesses); err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
	}
	*t = Trust{base: f.Base, did: did, keys: keys, identity: id, policy: policy}
	return nil
}
