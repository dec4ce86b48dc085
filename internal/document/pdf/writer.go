package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
)

// A Writer writes a file object by object, so that a document of any length
// needs no more memory than its largest page. The first error sticks and is
// returned by Close.
type Writer struct {
	w       io.Writer
	digest  hash.Hash // of all bytes so far; becomes the file identifier
	offset  int
	offsets []int // by object number; 0 is not written yet
	buf     []byte
	zlib    *zlib.Writer // kept, as making one costs more than using it
	err     error
}

// NewWriter starts a file.
func NewWriter(w io.Writer) *Writer {
	p := &Writer{w: w, digest: sha256.New(), offsets: make([]int, 1)}
	p.write([]byte("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"))
	return p
}

func (w *Writer) write(b []byte) {
	if w.err != nil {
		return
	}
	w.digest.Write(b)
	w.offset += len(b)
	_, w.err = w.w.Write(b)
}

// Reserve is a number for an object that is to be Put later.
func (w *Writer) Reserve() Ref {
	w.offsets = append(w.offsets, 0)
	return Ref(len(w.offsets) - 1)
}

// Put writes a reserved object.
func (w *Writer) Put(ref Ref, object any) {
	w.offsets[ref] = w.offset
	w.buf = appendIndirect(w.buf[:0], ref, object)
	w.write(w.buf)
}

// Add writes an object under a new number.
func (w *Writer) Add(object any) Ref {
	ref := w.Reserve()
	w.Put(ref, object)
	return ref
}

// Deflated is a stream whose data is compressed.
func (w *Writer) Deflated(d Dict, data []byte) *Stream {
	var b bytes.Buffer
	if w.zlib == nil {
		w.zlib = zlib.NewWriter(&b)
	} else {
		w.zlib.Reset(&b)
	}
	_, _ = w.zlib.Write(data) // a bytes.Buffer does not fail
	_ = w.zlib.Close()
	d["Filter"] = Name("FlateDecode")
	return &Stream{Dict: d, Data: b.Bytes()}
}

// Close writes the cross-reference table and the trailer. The file identifier
// is made of the file's own bytes, so equal documents are equal files. It
// reports the first error of any write.
func (w *Writer) Close(root, info Ref) error {
	start := w.offset
	b := fmt.Appendf(nil, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets))
	for ref, offset := range w.offsets[1:] {
		if offset == 0 {
			return fmt.Errorf("pdf: object %d was reserved and never written", ref+1)
		}
		b = fmt.Appendf(b, "%010d 00000 n \n", offset)
	}
	id := String(w.digest.Sum(nil)[:16])
	b = appendTrailer(b, Dict{"Size": len(w.offsets), "Root": root, "Info": info, "ID": Array{id, id}}, start)
	w.write(b)
	return w.err
}

func appendIndirect(b []byte, ref Ref, object any) []byte {
	b = fmt.Appendf(b, "%d 0 obj\n", int(ref))
	b = appendObject(b, object)
	return append(b, "\nendobj\n"...)
}

func appendTrailer(b []byte, trailer Dict, xref int) []byte {
	b = append(b, "trailer\n"...)
	b = appendObject(b, trailer)
	return fmt.Appendf(b, "\nstartxref\n%d\n%%%%EOF\n", xref)
}
