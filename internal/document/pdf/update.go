package pdf

import (
	"bytes"
	"fmt"
	"strconv"
)

// An Update adds objects to a file without touching a byte of it (ISO 32000-1
// §7.5.6). It takes files with a cross-reference table, as [Writer] writes
// them.
type Update struct {
	*Reader

	file    []byte
	prev    int // where the file's own cross-reference table begins
	next    Ref
	refs    []Ref
	objects []any
}

// NewUpdate reads a file to be added to.
func NewUpdate(file []byte) (*Update, error) {
	r, err := Read(file)
	if err != nil {
		return nil, err
	}
	const keyword = "startxref"
	at := bytes.LastIndex(file, []byte(keyword))
	if at < 0 {
		return nil, fmt.Errorf("%w: no startxref", ErrMalformed)
	}
	p := &parser{data: file, at: at + len(keyword)}
	prev, ok := p.tryObject().(int)
	if !ok || prev < 0 || prev > at || !bytes.HasPrefix(file[prev:], []byte("xref")) {
		return nil, fmt.Errorf("%w: no cross-reference table", ErrMalformed)
	}
	size, ok := r.trailer["Size"].(int)
	if !ok || size < 1 {
		return nil, fmt.Errorf("%w: no size in the trailer", ErrMalformed)
	}
	return &Update{Reader: r, file: file, prev: prev, next: Ref(size)}, nil
}

// Add adds an object.
func (u *Update) Add(object any) Ref {
	ref := u.next
	u.next++
	u.Replace(ref, object)
	return ref
}

// Replace gives an object a new value.
func (u *Update) Replace(ref Ref, object any) {
	u.refs = append(u.refs, ref)
	u.objects = append(u.objects, object)
}

// Bytes is the file with what was added.
func (u *Update) Bytes() []byte {
	out := bytes.Clone(u.file)
	entries := []byte("xref\n")
	for i, ref := range u.refs {
		entries = fmt.Appendf(entries, "%d 1\n%010d 00000 n \n", int(ref), len(out))
		out = appendIndirect(out, ref, u.objects[i])
	}
	start := len(out)
	out = append(out, entries...)
	trailer := Dict{"Size": int(u.next), "Prev": u.prev}
	for _, key := range []string{"Root", "Info", "ID"} {
		if v := u.trailer[key]; v != nil {
			trailer[key] = v
		}
	}
	return appendTrailer(out, trailer, start)
}

// firstPage is the reference and dictionary of the first page.
func (u *Update) firstPage() (Ref, Dict, error) {
	root, err := u.Root()
	if err != nil {
		return 0, nil, err
	}
	object := root["Pages"]
	for range maxDepth {
		ref, _ := object.(Ref)
		node, _ := u.Resolve(object).(Dict)
		if node["Type"] == Name("Page") && ref != 0 {
			return ref, node, nil
		}
		kids, _ := u.Resolve(node["Kids"]).(Array)
		if len(kids) == 0 {
			break
		}
		object = kids[0]
	}
	return 0, nil, fmt.Errorf("%w: no page", ErrMalformed)
}

// fixed writes numbers at a fixed width, to be filled in later.
func fixed(numbers ...int) verbatim {
	b := []byte("[")
	for _, n := range numbers {
		digits := strconv.Itoa(n)
		b = append(b, bytes.Repeat([]byte(" "), 11-len(digits))...)
		b = append(b, digits...)
	}
	return verbatim(append(b, " ]"...))
}
