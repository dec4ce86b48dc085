package registry

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// codeAlphabet is Crockford's base 32; the check character is one of its 37.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"

// newCode makes a verification code: 80 random bits in Crockford's base 32,
// four groups of four, and Crockford's check character (mod 37). No official
// number has a check digit and all of them can be guessed; this one cannot.
func (r *Registry) newCode() (string, error) {
	raw := make([]byte, 10)
	if _, err := io.ReadFull(r.random, raw); err != nil {
		return "", fmt.Errorf("verification code: %w", err)
	}
	return formatCode(raw), nil
}

func formatCode(raw []byte) string {
	var out []byte
	bits, n, rest := 0, 0, 0
	for _, b := range raw {
		n = n<<8 | int(b)
		bits += 8
		rest = (rest*256 + int(b)) % 37
		for bits >= 5 {
			bits -= 5
			if len(out)%5 == 4 {
				out = append(out, '-')
			}
			out = append(out, codeAlphabet[n>>bits&31])
		}
		n &= 1<<bits - 1
	}
	return string(append(out, '-', codeAlphabet[rest]))
}

// errCode says that a text is no code of [Registry.newCode].
var errCode = errors.New("not a verification code")

// ParseCode gives a typed code its normal form: as Crockford asks, case and
// hyphens do not matter, O is read as 0, I and L as 1. It reports an error
// when the length or the check character is not right, so a slip of the hand is
// told from a code that does not exist.
func ParseCode(s string) (string, error) {
	s = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(s)))
	if len(s) != 17 {
		return "", errCode
	}
	raw := make([]byte, 0, 10)
	bits, n := 0, 0
	for _, c := range s[:16] {
		v := strings.IndexRune(codeAlphabet[:32], c)
		if v < 0 {
			return "", errCode
		}
		n = n<<5 | v
		bits += 5
		if bits >= 8 {
			bits -= 8
			raw = append(raw, byte(n>>bits))
		}
		n &= 1<<bits - 1
	}
	code := formatCode(raw)
	if strings.ReplaceAll(code, "-", "") != s {
		return "", errCode
	}
	return code, nil
}
