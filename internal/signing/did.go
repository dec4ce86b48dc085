package signing

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// WebDID returns the did:web identifier of a register at the host, which may
// carry a port ("register.example.cn" or "localhost:8080").
func WebDID(host string) (string, error) {
	name, port, hasPort := strings.Cut(strings.ToLower(host), ":")
	if !dnsName(name) || hasPort && !digits(port) {
		return "", fmt.Errorf("did:web: %q is not a host name with an optional port", host)
	}
	if hasPort {
		name += "%3A" + port
	}
	return "did:web:" + name, nil
}

func dnsName(s string) bool {
	return s != "" && s[0] != '.' && s[0] != '-' && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-.") == ""
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// KeyDID returns the did:key identifier of a key, which needs no publishing
// and is meant for tests.
func KeyDID(keyID string) string { return "did:key:" + keyID }

// VerificationMethod is the DID URL that names the key in proofs.
func VerificationMethod(did, keyID string) string { return did + "#" + keyID }

// didDocument is a DID document as far as it is used here: W3C DID Core 1.0
// with Multikey verification methods (Controlled Identifiers 1.0).
type didDocument struct {
	Context            []string             `json:"@context"`
	ID                 string               `json:"id"`
	VerificationMethod []verificationMethod `json:"verificationMethod"`
	AssertionMethod    []string             `json:"assertionMethod"`
}

type verificationMethod struct {
	ID         string    `json:"id"`
	Type       string    `json:"type"`
	Controller string    `json:"controller"`
	PublicKey  string    `json:"publicKeyMultibase"`
	Expires    time.Time `json:"expires,omitzero"`
	Revoked    time.Time `json:"revoked,omitzero"`
}

// Document writes the DID document of the keys.
//
// Retired keys stay listed and carry no "expires": by that term's definition
// verifiers would refuse what such a key signed while it was active. A
// compromised key stays listed as "revoked" but may assert nothing any more,
// because a stranger's verifier cannot tell a back-dated signature; holders of
// older credentials fetch a freshly signed one.
func Document(did string, keys Keys) ([]byte, error) {
	doc := didDocument{
		Context: []string{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"},
		ID:      did,
	}
	for _, k := range keys {
		vm := verificationMethod{
			ID: VerificationMethod(did, k.ID()), Type: "Multikey", Controller: did,
			PublicKey: k.ID(), Revoked: k.CompromisedAt,
		}
		doc.VerificationMethod = append(doc.VerificationMethod, vm)
		if !k.Suspect() {
			doc.AssertionMethod = append(doc.AssertionMethod, vm.ID)
		}
	}
	data, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("DID document of %s: %w", did, err)
	}
	return append(data, '\n'), nil
}

// ParseDocument reads a DID document written by [Document], or by another
// register in the same terms. It returns the DID and those keys that may
// assert or are revoked. A DID document does not say from when on a key
// signed, so NotBefore is zero.
func ParseDocument(data []byte) (string, Keys, error) {
	var doc didDocument
	if err := json.Unmarshal(data, &doc); err != nil {
		return "", nil, fmt.Errorf("DID document: %w", err)
	}
	if !strings.HasPrefix(doc.ID, "did:") {
		return "", nil, errors.New("DID document: no DID in id")
	}
	var keys Keys
	for _, vm := range doc.VerificationMethod {
		asserts := slices.Contains(doc.AssertionMethod, vm.ID)
		if vm.Type != "Multikey" || vm.Controller != doc.ID || !asserts && vm.Revoked.IsZero() {
			continue
		}
		public, err := ParseKeyID(vm.PublicKey)
		if err != nil {
			return "", nil, fmt.Errorf("DID document: key %s: %w", vm.ID, err)
		}
		if vm.ID != VerificationMethod(doc.ID, vm.PublicKey) {
			return "", nil, fmt.Errorf("DID document: key %s: name and key differ", vm.ID)
		}
		keys = append(keys, Key{Public: public, NotAfter: vm.Expires, CompromisedAt: vm.Revoked})
	}
	if len(keys) == 0 {
		return "", nil, errors.New("DID document: no Ed25519 Multikey that may assert")
	}
	return doc.ID, keys, nil
}

// A Directory knows the keys of some DIDs, and needs no network for it.
type Directory map[string]Keys

// Key returns the key that a verification method names. It reports
// [ErrUnknownKey].
func (d Directory) Key(verificationMethod string) (Key, error) {
	did, id, ok := strings.Cut(verificationMethod, "#")
	if !ok {
		return Key{}, fmt.Errorf("%w: %s names no key of a DID", ErrUnknownKey, verificationMethod)
	}
	return d[did].ByID(id)
}

// DIDKeys resolves did:key verification methods, whose key is their name.
// Anybody can make such a DID: what verifies against one is unaltered, not
// issued by somebody known.
type DIDKeys struct{}

// Key returns the key that a did:key verification method spells. It reports
// [ErrUnknownKey].
func (DIDKeys) Key(verificationMethod string) (Key, error) {
	did, id, _ := strings.Cut(verificationMethod, "#")
	if did != KeyDID(id) {
		return Key{}, fmt.Errorf("%w: %s is not a did:key", ErrUnknownKey, verificationMethod)
	}
	public, err := ParseKeyID(id)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %s: %w", ErrUnknownKey, verificationMethod, err)
	}
	return Key{Public: public}, nil
}
