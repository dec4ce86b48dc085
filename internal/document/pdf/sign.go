package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"
)

// ErrSigned is what AddSignature reports for a file that has a form or a
// signature already.
var ErrSigned = errors.New("pdf: the file is signed already")

// A Signature is what the file says about its signature beside the signature.
type Signature struct {
	Name string    // of the signer, for readers to show
	At   time.Time // the time claimed
	Room int       // bytes to keep free for the signature
}

// AddSignature certifies a file (ISO 32000-1 §12.8): it adds an invisible
// signature field that allows no change after it, hashes all of the file but
// the signature itself, and puts in what sign makes of that SHA-256 digest, a
// detached CMS signature as PAdES wants it (ETSI EN 319 142-1).
func AddSignature(file []byte, s Signature, sign func(digest []byte) ([]byte, error)) ([]byte, error) {
	u, err := NewUpdate(file)
	if err != nil {
		return nil, err
	}
	if err := u.addField(s); err != nil {
		return nil, err
	}
	out := u.Bytes()
	hole := verbatim("<" + strings.Repeat("0", 2*s.Room) + ">")
	from := len(file) + bytes.Index(out[len(file):], []byte(hole))
	to := from + len(hole)
	byteRange := fixed(0, from, to, len(out)-to)
	at := len(file) + bytes.Index(out[len(file):], []byte(fixed(0, 0, 0, 0)))
	copy(out[at:], byteRange)

	digest := sha256.New()
	digest.Write(out[:from])
	digest.Write(out[to:])
	signature, err := sign(digest.Sum(nil))
	if err != nil {
		return nil, err
	}
	if len(signature) > s.Room {
		return nil, fmt.Errorf("pdf: a signature of %d bytes does not fit into %d", len(signature), s.Room)
	}
	copy(out[from+1:], fmt.Appendf(nil, "%X", signature))
	return out, nil
}

// Signature is what a file says of the signature that certifies it, as
// [AddSignature] wrote it, and that signature; found is false if there is none.
func (r *Reader) Signature() (s Signature, signature []byte, found bool) {
	root, err := r.Root()
	if err != nil {
		return Signature{}, nil, false
	}
	permissions, _ := r.Resolve(root["Perms"]).(Dict)
	d, found := r.Resolve(permissions["DocMDP"]).(Dict)
	name, _ := d["Name"].(String)
	at, _ := d["M"].(String)
	contents, _ := d["Contents"].(String)
	s = Signature{Name: DecodeText(name), At: parseDate(at), Room: len(contents)}
	return s, []byte(contents), found
}

// addField adds the signature dictionary with room for the signature, and the
// field that holds it.
func (u *Update) addField(s Signature) error {
	rootRef, ok := u.trailer["Root"].(Ref)
	if !ok {
		return fmt.Errorf("%w: no catalog", ErrMalformed)
	}
	root, err := u.Root()
	if err != nil {
		return err
	}
	if root["AcroForm"] != nil || root["Perms"] != nil {
		return ErrSigned
	}
	pageRef, page, err := u.firstPage()
	if err != nil {
		return err
	}
	signature := u.Add(Dict{
		"Type": Name("Sig"), "Filter": Name("Adobe.PPKLite"), "SubFilter": Name("ETSI.CAdES.detached"),
		"Name": Text(s.Name), "M": date(s.At),
		"ByteRange": fixed(0, 0, 0, 0), "Contents": verbatim("<" + strings.Repeat("0", 2*s.Room) + ">"),
		"Reference": Array{Dict{
			"Type": Name("SigRef"), "TransformMethod": Name("DocMDP"),
			"TransformParams": Dict{"Type": Name("TransformParams"), "P": 1, "V": Name("1.2")},
		}},
	})
	const printedAndLocked = printed | 128
	field := u.Add(Dict{
		"Type": Name("Annot"), "Subtype": Name("Widget"), "FT": Name("Sig"), "T": String("Signature1"),
		"V": signature, "P": pageRef, "F": printedAndLocked, "Rect": Array{0, 0, 0, 0},
	})
	page, root = maps.Clone(page), maps.Clone(root)
	annotations, _ := u.Resolve(page["Annots"]).(Array)
	page["Annots"] = append(annotations[:len(annotations):len(annotations)], field)
	u.Replace(pageRef, page)
	root["AcroForm"] = Dict{"Fields": Array{field}, "SigFlags": 3}
	root["Perms"] = Dict{"DocMDP": signature}
	u.Replace(rootRef, root)
	return nil
}
