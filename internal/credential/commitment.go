package credential

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"
)

// A Commitment fixes the holder's ID number without telling it. ID numbers are
// few enough to try them all, so a plain digest would tell; here a random salt
// goes in that only the holder and the register have. Showing number and salt
// proves that the credential was issued to that number.
type Commitment [sha256.Size]byte

// A Disclosure is what the holder hands over to show the ID number.
type Disclosure struct {
	// IDNumber is the number in the register's normal form: for a citizen's
	// number 18 characters, X in capitals.
	IDNumber string `json:"idNumber"`
	// Salt is the secret of the commitment, 32 bytes.
	Salt []byte `json:"salt"`
}

const saltSize = 32

// NewSalt returns a salt for one version of a certificate.
func NewSalt() []byte {
	salt := make([]byte, saltSize)
	rand.Read(salt) // never fails: it stops the program instead
	return salt
}

// Commit commits to an ID number: HMAC-SHA-256 under the salt. It reports
// [ErrMalformed] for an empty number or a salt of the wrong length.
func Commit(d Disclosure) (Commitment, error) {
	if len(d.Salt) != saltSize || d.IDNumber == "" {
		return Commitment{}, fmt.Errorf("%w: disclosure needs an ID number and %d bytes of salt", ErrMalformed, saltSize)
	}
	mac := hmac.New(sha256.New, d.Salt)
	mac.Write([]byte("certreg/id-number/1\x00" + d.IDNumber))
	return Commitment(mac.Sum(nil)), nil
}

// Opens reports whether the disclosure is what was committed to. The
// commitment must come from a credential that [Verify] accepted.
func (c Commitment) Opens(d Disclosure) bool {
	got, err := Commit(d)
	return err == nil && subtle.ConstantTimeCompare(got[:], c[:]) == 1
}

const commitmentPrefix = "hmac-sha256$"

// String writes the commitment as an identityHash of Open Badges.
func (c Commitment) String() string { return commitmentPrefix + hex.EncodeToString(c[:]) }

// ParseCommitment reads what [Commitment.String] writes. It reports
// [ErrMalformed].
func ParseCommitment(text string) (Commitment, error) {
	encoded, ok := strings.CutPrefix(text, commitmentPrefix)
	raw, err := hex.DecodeString(encoded)
	if !ok || err != nil || len(raw) != sha256.Size {
		return Commitment{}, fmt.Errorf("%w: not a commitment", ErrMalformed)
	}
	return Commitment(raw), nil
}
