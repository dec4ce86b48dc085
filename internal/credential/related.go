package credential

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/mr-tron/base58"
)

// A digest is the hash of a linked document, by the name of its algorithm.
type digest struct {
	algorithm string
	sum       []byte
}

// matches reports whether data has the digest.
func (d digest) matches(data []byte) bool {
	var sum []byte
	switch d.algorithm {
	case "sha256":
		s := sha256.Sum256(data)
		sum = s[:]
	case "sha384":
		s := sha512.Sum384(data)
		sum = s[:]
	}
	return len(sum) > 0 && bytes.Equal(sum, d.sum)
}

// parseSRI reads digests in the notation of W3C Subresource Integrity, of
// which at least one is SHA-256 or SHA-384; others are skipped, as that
// standard has it.
func parseSRI(text string) ([]digest, error) {
	var digests []digest
	for item := range strings.FieldsSeq(text) {
		item, _, _ = strings.Cut(item, "?")
		algorithm, encoded, ok := strings.Cut(item, "-")
		size := map[string]int{"sha256": sha256.Size, "sha384": sha512.Size384}[algorithm]
		if !ok || size == 0 {
			continue
		}
		sum, err := base64.StdEncoding.Strict().DecodeString(encoded)
		if err != nil || len(sum) != size {
			return nil, fmt.Errorf("digestSRI: not a %s", algorithm)
		}
		digests = append(digests, digest{algorithm, sum})
	}
	if len(digests) == 0 {
		return nil, errors.New("digestSRI: no SHA-256 or SHA-384")
	}
	return digests, nil
}

// parseMultibase reads base58btc or base64url.
func parseMultibase(text string) (raw []byte, err error) {
	err = errors.New("unknown multibase")
	switch {
	case len(text) > 128:
		err = errors.New("too long")
	case strings.HasPrefix(text, "z"):
		raw, err = base58.Decode(text[1:])
	case strings.HasPrefix(text, "u"):
		raw, err = base64.RawURLEncoding.Strict().DecodeString(text[1:])
	}
	if err != nil {
		return nil, fmt.Errorf("digestMultibase: %w", err)
	}
	return raw, nil
}

// parseDigest reads the digest of a related resource: a multihash (Data
// Integrity 1.0, §2.6) or, as the data model's own examples (§5.3) have it, a
// SHA-256 without the header that says so. Their lengths tell them apart.
func parseDigest(text string) (digest, error) {
	raw, err := parseMultibase(text)
	if err == nil && len(raw) == sha256.Size {
		return digest{"sha256", raw}, nil
	}
	return parseMultihash(text)
}

// parseMultihash reads a multibase multihash of SHA-256 or SHA-384.
func parseMultihash(text string) (digest, error) {
	raw, err := parseMultibase(text)
	if err != nil {
		return digest{}, err
	}
	for _, a := range []struct {
		name   string
		prefix []byte // multihash code and length
	}{
		{"sha256", []byte{0x12, sha256.Size}},
		{"sha384", []byte{0x20, sha512.Size384}},
	} {
		if sum, ok := bytes.CutPrefix(raw, a.prefix); ok && len(sum) == int(a.prefix[1]) {
			return digest{a.name, sum}, nil
		}
	}
	return digest{}, errors.New("digestMultibase: neither a SHA-256 nor a SHA-384 multihash")
}

// digestsOf reads every digest of a related resource.
func digestsOf(resource map[string]any) ([]digest, error) {
	var digests []digest
	if value, ok := resource["digestSRI"]; ok {
		text, _ := value.(string)
		sri, err := parseSRI(text)
		if err != nil {
			return nil, err
		}
		digests = append(digests, sri...)
	}
	if value, ok := resource["digestMultibase"]; ok {
		list, err := texts(value)
		if err != nil {
			return nil, fmt.Errorf("digestMultibase: %w", err)
		}
		for _, text := range list {
			d, err := parseDigest(text)
			if err != nil {
				return nil, err
			}
			digests = append(digests, d)
		}
	}
	if len(digests) == 0 {
		return nil, errors.New("neither digestSRI nor digestMultibase")
	}
	return digests, nil
}

func hasDigests(resource map[string]any) error {
	_, err := digestsOf(resource)
	return err
}

// checkRelated compares the related resources of a document that has passed
// checkModel with those whose bytes are at hand: the bundled contexts. Every
// digest must match. It reports [ErrRelatedResource], or [ErrMalformed] for an
// address named twice.
func checkRelated(document map[string]any) error {
	value, ok := document["relatedResource"]
	if !ok {
		return nil
	}
	resources, err := objectList(value)
	if err != nil {
		return fmt.Errorf("%w: relatedResource: %w", ErrMalformed, err)
	}
	seen := make(map[string]bool)
	for _, r := range resources {
		id, _ := r["id"].(string)
		if seen[id] {
			return fmt.Errorf("%w: relatedResource: %s named twice", ErrMalformed, id)
		}
		seen[id] = true
		data, ok := bundled(id)
		if !ok {
			continue
		}
		digests, err := digestsOf(r)
		if err != nil {
			return fmt.Errorf("%w: relatedResource: %w", ErrMalformed, err)
		}
		for _, d := range digests {
			if !d.matches(data) {
				return fmt.Errorf("%w: %s (%s)", ErrRelatedResource, id, d.algorithm)
			}
		}
	}
	return nil
}
