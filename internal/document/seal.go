package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/document/pdf"
)

// The reasons [OpenSeal] gives.
var (
	ErrUnsealed = errors.New("document: the PDF bears no seal of a register")
	ErrAltered  = errors.New("document: the PDF is not as it was sealed")
)

// A Seal is what a register says of a whole file: that it is as the register
// made it. The credential within proves itself and nothing of the page around
// it, which anybody could draw anew; the seal proves the page. It needs no
// certificate, so every file can have one, and it is checked with the
// register's own keys. Readers of PDF pass over it.
type Seal struct {
	At        time.Time // to the second
	Signed    bool      // a signature of the body follows, see [Signer]
	Key       string    // names the key, without white space
	Signature []byte
}

const sealFormat = "certreg.seal/1"

// head is what of the seal is signed with the file.
func (s Seal) head() string {
	follows := "unsigned"
	if s.Signed {
		follows = "signed"
	}
	return sealFormat + " " + s.At.UTC().Format(time.RFC3339) + " " + follows
}

func (s Seal) String() string {
	return s.head() + " " + s.Key + " " + base64.RawURLEncoding.EncodeToString(s.Signature)
}

// parseSeal reads what String wrote, and nothing else.
func parseSeal(text string) (s Seal, ok bool) {
	fields := strings.Split(text, " ")
	if len(fields) != 5 {
		return Seal{}, false
	}
	at, badTime := time.Parse(time.RFC3339, fields[1])
	signature, badSignature := base64.RawURLEncoding.DecodeString(fields[4])
	s = Seal{At: at, Signed: fields[2] == "signed", Key: fields[3], Signature: signature}
	return s, badTime == nil && badSignature == nil && s.String() == text
}

// message is what the key signs.
func (s Seal) message(file []byte) []byte {
	return fmt.Appendf(nil, "%s\n%x\n", s.head(), sha256.Sum256(file))
}

// AddSeal seals a printed certificate; a signature of the body comes after.
// Sign is given the message and returns its signature; that of s is not looked
// at.
func AddSeal(file []byte, s Seal, sign func(message []byte) ([]byte, error)) ([]byte, error) {
	var err error
	if s.Signature, err = sign(s.message(file)); err != nil {
		return nil, fmt.Errorf("document: seal: %w", err)
	}
	return pdf.AddComment(file, s.String())
}

// OpenSeal reads the seal of a file and the message its signature is for:
// whether its key signed that is for the caller to say. It reports
// [ErrUnsealed]; [ErrAltered] if the file holds anything but what was sealed
// and, if the seal says so, a signature of the body that holds; or an error of
// package pdf for a file that cannot be read. Whose that signature is, is not
// looked at.
func OpenSeal(file []byte) (s Seal, message []byte, err error) {
	r, err := pdf.Read(file)
	if err != nil {
		return Seal{}, nil, err
	}
	sealed := file
	signature, cms, signed := r.Signature()
	if signed {
		before, found := pdf.CutUpdate(file)
		if !found || !isSigned(before, file, signature, cms) {
			return Seal{}, nil, ErrAltered
		}
		sealed = before
	}
	text, bare, found := pdf.CutComment(sealed)
	if !found {
		return Seal{}, nil, ErrUnsealed
	}
	s, ok := parseSeal(text)
	if !ok {
		return Seal{}, nil, ErrUnsealed
	}
	if s.Signed != signed {
		return Seal{}, nil, ErrAltered
	}
	return s, s.message(bare), nil
}

// isSigned says whether a file is what [Signer.Sign] makes of what was there
// before. It makes it again, with the signature that is there: that leaves no
// room for anything else.
func isSigned(before, file []byte, signature pdf.Signature, cms []byte) bool {
	again, err := pdf.AddSignature(before, signature, func(digest []byte) ([]byte, error) {
		return resign(cms, digest)
	})
	return err == nil && bytes.Equal(again, file)
}
