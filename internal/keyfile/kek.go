package keyfile

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// The reasons a file of keys is not opened.
var (
	// ErrWrapped says that the file is wrapped, and no key-encryption key was given.
	ErrWrapped = errors.New("wrapped, and no key-encryption key was given")
	// ErrNotWrapped says that the file is in the clear though a key-encryption
	// key was given: whoever can write it could have put keys of their own there.
	ErrNotWrapped = errors.New("not wrapped, though a key-encryption key was given")
	// ErrOtherKEK says that the key-encryption key does not open the file.
	ErrOtherKEK = errors.New("wrapped under another key-encryption key, or altered")
)

// kekSize is the length of a key-encryption key in bytes: AES-256.
const kekSize = 32

// A KEK is a key-encryption key: it wraps files of keys, so that they may lie
// beside the register and its backups, and only the KEK elsewhere. A nil *KEK
// stands for files in the clear.
type KEK struct {
	id   string
	aead cipher.AEAD
}

// ParseKEK reads a key-encryption key: 32 random bytes in base64, as
// "openssl rand -base64 32" prints them. White space around it is passed over.
func ParseKEK(text string) (*KEK, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != kekSize {
		return nil, errors.New("a key-encryption key is 32 bytes in base64") // the cause would quote key material
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("key-encryption key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("key-encryption key: %w", err)
	}
	sum := sha256.Sum256(append([]byte("certreg-kek/1\n"), key...))
	return &KEK{id: hex.EncodeToString(sum[:4]), aead: aead}, nil
}

// ID names the key without telling it: 8 hexadecimal digits.
func (k *KEK) ID() string { return k.id }

// String keeps the key out of anything printed.
func (k *KEK) String() string { return k.id }

// wrappedFormat names the layout of a wrapped file; it is also the associated
// data under which the file is encrypted.
const wrappedFormat = "certreg-wrapped/1"

// A wrappedFile is a file of keys under a KEK: nonce and AES-256-GCM
// ciphertext of the file as it is in the clear.
type wrappedFile struct {
	Format string `json:"format"`
	KEK    string `json:"kek"`    // see [KEK.ID]
	Sealed string `json:"sealed"` // base64
}

// wrap returns the file as it is stored.
func (k *KEK) wrap(data []byte) ([]byte, error) {
	if k == nil {
		return data, nil
	}
	sealed := k.aead.Seal(nil, nil, data, []byte(wrappedFormat)) //nolint:gosec // this AEAD draws its nonces itself
	file, err := json.MarshalIndent(wrappedFile{wrappedFormat, k.id, base64.StdEncoding.EncodeToString(sealed)}, "", "  ")
	return append(file, '\n'), err
}

// unwrap returns the file as it is in the clear. It reports [ErrWrapped],
// [ErrNotWrapped] and [ErrOtherKEK].
func (k *KEK) unwrap(data []byte) ([]byte, error) {
	var file wrappedFile
	wrapped := json.Unmarshal(data, &file) == nil && file.Format == wrappedFormat
	switch {
	case k == nil && wrapped:
		return nil, fmt.Errorf("%w: it needs the one named %s", ErrWrapped, file.KEK)
	case k == nil:
		return data, nil
	case !wrapped:
		return nil, ErrNotWrapped
	}
	sealed, err := base64.StdEncoding.DecodeString(file.Sealed)
	var plain []byte
	if err == nil {
		plain, err = k.aead.Open(nil, nil, sealed, []byte(wrappedFormat))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: it needs the one named %s, %s was given", ErrOtherKEK, file.KEK, k.id)
	}
	return plain, nil
}
