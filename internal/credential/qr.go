package credential

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/signing"
)

// A Standing is what the register knew of a certificate at some instant.
type Standing string

// The standings a QR code can tell.
const (
	Valid      Standing = "valid"
	Suspended  Standing = "suspended"
	Withdrawn  Standing = "withdrawn"  // 撤销
	Cancelled  Standing = "cancelled"  // 注销
	Void       Standing = "void"       // never took effect
	Superseded Standing = "superseded" // by a later version
)

// standingCodes returns the standings as the QR code writes them.
func standingCodes() map[Standing]byte {
	return map[Standing]byte{Valid: 1, Suspended: 2, Withdrawn: 3, Cancelled: 4, Void: 5, Superseded: 6}
}

// A QR is the statement in a certificate's QR code. It names the certificate,
// so that a code copied to another paper shows itself, and no person. It says
// what was so, not what is: without asking the register it never proves that a
// certificate is valid now.
type QR struct {
	// Link is the register's page for the certificate, by verification code.
	Link    string
	Number  string
	Version int
	// Standing held at the instant AsOf, in whole seconds.
	Standing Standing
	AsOf     time.Time
}

// Layout of the statement, before the certificate number and the signature.
const (
	qrFormat  = 1
	qrKeyHint = 4
	qrHeader  = 1 + 1 + 1 + 4 + qrKeyHint // format, standing, version, instant, key
	qrNumber  = 64                        // longest number
)

// secure reports whether a link is safe to follow: https, or plain http to the
// very machine it is followed on, where demonstrations run.
func secure(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

// EncodeQR writes the text of the QR code: the link and, in its fragment,
// which a browser keeps to itself, the signed statement. It reports
// [ErrMalformed] for a statement that has no encoding.
func EncodeQR(ctx context.Context, q QR, signer signing.Signer) (string, error) {
	code, known := standingCodes()[q.Standing]
	seconds := q.AsOf.Unix()
	switch {
	case !secure(q.Link) || strings.Contains(q.Link, "#") || checkIRI(q.Link) != nil:
		return "", fmt.Errorf("%w: QR link is not a plain https address", ErrMalformed)
	case !known || q.Version < 1 || q.Version > 255 || seconds < 0 || seconds > 1<<32-1:
		return "", fmt.Errorf("%w: QR standing %q, version %d, instant %d", ErrMalformed, q.Standing, q.Version, seconds)
	case q.Number == "" || len(q.Number) > qrNumber || checkText(q.Number) != nil:
		return "", fmt.Errorf("%w: QR number of %d bytes", ErrMalformed, len(q.Number))
	}
	statement := []byte{qrFormat, code, byte(q.Version)}
	statement = binary.BigEndian.AppendUint32(statement, uint32(seconds))
	hint := keyHint(signer.Public())
	statement = append(statement, hint[:]...)
	statement = append(statement, q.Number...)
	signature, err := signer.Sign(ctx, qrMessage(q.Link, statement))
	if err != nil {
		return "", fmt.Errorf("sign QR of %s: %w", q.Number, err)
	}
	return q.Link + "#" + base64.RawURLEncoding.EncodeToString(append(statement, signature...)), nil
}

// OpenQR checks the text of a QR code offline. Its link must stand below base,
// the register's address, and the statement must be signed by one of the
// register's keys that counted at the instant it names. The flag tells that
// this key was lost later: see [signing.Key.Suspect].
//
// It reports [ErrMalformed] for a code of another form or of another site, and
// [ErrProof] with the signing package's reason for one that does not hold.
func OpenQR(text, base string, keys signing.Keys) (QR, bool, error) {
	link, fragment, _ := strings.Cut(text, "#")
	if !strings.HasPrefix(link, base+"/") {
		return QR{}, false, fmt.Errorf("%w: QR code does not lead to %s", ErrMalformed, base)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(fragment)
	if err != nil || len(raw) <= qrHeader+ed25519.SignatureSize || len(raw) > qrHeader+qrNumber+ed25519.SignatureSize {
		return QR{}, false, fmt.Errorf("%w: QR code holds no statement", ErrMalformed)
	}
	statement, signature := raw[:len(raw)-ed25519.SignatureSize], raw[len(raw)-ed25519.SignatureSize:]
	q, err := readQR(link, statement)
	if err != nil {
		return QR{}, false, err
	}
	err = signing.ErrUnknownKey
	for _, k := range keys {
		if hint := keyHint(k.Public); !bytes.Equal(hint[:], statement[qrHeader-qrKeyHint:qrHeader]) {
			continue
		}
		if err = k.Verify(qrMessage(link, statement), signature, q.AsOf); err == nil {
			return q, k.Suspect(), nil
		}
	}
	return QR{}, false, fmt.Errorf("QR code: %w: %w", ErrProof, err)
}

func readQR(link string, statement []byte) (QR, error) {
	q := QR{
		Link: link, Number: string(statement[qrHeader:]), Version: int(statement[2]),
		AsOf: time.Unix(int64(binary.BigEndian.Uint32(statement[3:])), 0).UTC(),
	}
	for standing, code := range standingCodes() {
		if code == statement[1] {
			q.Standing = standing
		}
	}
	if statement[0] != qrFormat || q.Standing == "" || q.Version == 0 {
		return QR{}, fmt.Errorf("%w: QR statement of unknown form", ErrMalformed)
	}
	return q, checkText(q.Number)
}

// qrMessage is what is signed: it begins as no other signed text of the
// register does, and binds the statement to its link.
func qrMessage(link string, statement []byte) []byte {
	return append([]byte("certreg/qr/1\n"+link+"\n"), statement...)
}

// keyHint finds the key among the register's few.
func keyHint(public ed25519.PublicKey) [qrKeyHint]byte {
	sum := sha256.Sum256(public)
	return [qrKeyHint]byte(sum[:])
}
