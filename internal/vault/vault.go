// Package vault keeps personal data unreadable in the database: it encrypts
// single values so that each can be read in its own place only, and computes
// keyed indexes by which an encrypted value is found again without being
// readable. The keys are a [Keyset], which can be rotated.
//
// It does not know what it encrypts or where that is stored.
package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// A Cell is the place of one value in the database. A value sealed for one
// cell does not open in another, so values cannot be swapped between rows.
type Cell struct {
	Table  string
	Column string
	Row    string // the row's key
}

// associated is the cell as associated data. Table and Column are names in the
// schema and hold no slash, so two cells never read the same.
func (c Cell) associated() []byte {
	return []byte(c.Table + "/" + c.Column + "/" + c.Row)
}

// A Vault seals and opens values with the keys of one [Keyset]. It is safe for
// concurrent use.
type Vault struct {
	aead    tink.AEAD
	primary uint32 // identifier of the key that seals
	prfs    *prf.Set
}

// Vault returns a vault over the keys as they are now.
func (k *Keyset) Vault() (*Vault, error) {
	a, err := aead.New(k.seal)
	if err != nil {
		return nil, fmt.Errorf("vault: sealing keys: %w", err)
	}
	set, err := prf.NewPRFSet(k.index)
	if err != nil {
		return nil, fmt.Errorf("vault: index keys: %w", err)
	}
	return &Vault{aead: a, primary: k.seal.KeysetInfo().PrimaryKeyId, prfs: set}, nil
}

// Seal encrypts plain for one cell, with AES-256-GCM under the primary key.
func (v *Vault) Seal(plain []byte, c Cell) ([]byte, error) {
	sealed, err := v.aead.Encrypt(plain, c.associated())
	if err != nil {
		return nil, fmt.Errorf("seal %s.%s: %w", c.Table, c.Column, err)
	}
	return sealed, nil
}

// Open decrypts what [Vault.Seal] made for the same cell under any key of the
// keyset. It reports an error for everything else, without saying what it was.
func (v *Vault) Open(sealed []byte, c Cell) ([]byte, error) {
	plain, err := v.aead.Decrypt(sealed, c.associated())
	if err != nil {
		return nil, fmt.Errorf("open %s.%s: %w", c.Table, c.Column, errSealed)
	}
	return plain, nil
}

// errSealed is all that is told of a value that does not open.
var errSealed = errors.New("the value was not sealed for this place with a key of this keyset")

// tinkPrefix is the first byte of a ciphertext that names its key in the next
// four (Tink's output prefix, https://developers.google.com/tink/wire-format).
const tinkPrefix = 1

// Stale reports whether sealed was made with another key than the primary, so
// that sealing it again would make older keys needless.
func (v *Vault) Stale(sealed []byte) bool {
	return len(sealed) < 5 || sealed[0] != tinkPrefix || binary.BigEndian.Uint32(sealed[1:5]) != v.primary
}

// indexLength is the length of an index value in bytes.
const indexLength = 32

// Index is the index value to store for value: HMAC-SHA-256 under the primary
// key. Equal values of one column have equal indexes; the same value in two
// columns does not.
func (v *Vault) Index(column, value string) ([]byte, error) {
	index, err := v.prfs.ComputePrimaryPRF([]byte(column+"/"+value), indexLength)
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", column, err)
	}
	return index, nil
}

// Indexes is every index value under which value may be stored, one for each
// key, since rows keep the index of the key they were written with until they
// are sealed again.
func (v *Vault) Indexes(column, value string) ([][]byte, error) {
	var indexes [][]byte
	for _, p := range v.prfs.PRFs {
		index, err := p.ComputePRF([]byte(column+"/"+value), indexLength)
		if err != nil {
			return nil, fmt.Errorf("index %s: %w", column, err)
		}
		indexes = append(indexes, index)
	}
	slices.SortFunc(indexes, slices.Compare[[]byte])
	return indexes, nil
}
