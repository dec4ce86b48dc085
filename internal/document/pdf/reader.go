package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Limits that no honest file meets, so that a hostile one costs little.
const (
	maxDepth    = 64      // of nested arrays and dictionaries
	maxFile     = 8 << 20 // bytes of a file
	maxInflated = 4 << 20 // bytes of all streams unpacked of one file
	maxValues   = 1 << 20 // objects of a file, nested ones included
)

// Errors of reading.
var (
	ErrNotPDF    = errors.New("pdf: not a PDF file")
	ErrEncrypted = errors.New("pdf: the file is encrypted")
	ErrMalformed = errors.New("pdf: malformed")
	ErrTooLarge  = errors.New("pdf: larger than is accepted, or unpacks to more")
)

// A Reader is the objects of a file. It finds them by reading the file from
// front to back, not by its cross-reference table, so that files other
// programs have rewritten or damaged are still read; of several objects with
// one number the last counts, as it does for an incremental update.
type Reader struct {
	objects map[Ref]any
	trailer Dict // the last one
	budget  int  // bytes that may still be inflated
	values  int  // objects, nested ones included, that may still be read
}

// Read reads all objects of a file.
func Read(data []byte) (*Reader, error) {
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return nil, ErrNotPDF
	}
	if len(data) > maxFile {
		return nil, ErrTooLarge
	}
	r := &Reader{objects: map[Ref]any{}, budget: maxInflated, values: maxValues}
	trailer := find(data, 0, "trailer")
	for at := 0; at < len(data); {
		if trailer < at {
			trailer = find(data, at, "trailer")
		}
		object := find(data, at, "obj")
		switch {
		case trailer < object:
			at = r.readTrailer(data, trailer+len("trailer"))
		case object < len(data):
			var err error
			if at, err = r.indirect(data, at, object); err != nil {
				return nil, err
			}
		default:
			at = len(data)
		}
	}
	if r.values < 0 {
		return nil, ErrTooLarge
	}
	if r.trailer == nil {
		return nil, fmt.Errorf("%w: no trailer", ErrMalformed)
	}
	if r.trailer["Encrypt"] != nil {
		return nil, ErrEncrypted
	}
	r.cutStreams()
	return r, nil
}

// cutStreams takes the line end before endstream off the streams whose length
// stands in another object.
func (r *Reader) cutStreams() {
	for _, object := range r.objects {
		s, ok := object.(*Stream)
		if !ok {
			continue
		}
		ref, isRef := s.Dict["Length"].(Ref)
		if n, ok := r.objects[ref].(int); isRef && ok && n >= 0 && n < len(s.Data) {
			s.Data = s.Data[:n]
		}
	}
}

func (r *Reader) parse(data []byte, at int) *parser {
	return &parser{data: data, at: at, values: &r.values}
}

// find is where a word next stands, or the end.
func find(data []byte, from int, word string) int {
	if i := bytes.Index(data[from:], []byte(word)); i >= 0 {
		return from + i
	}
	return len(data)
}

// readTrailer reads the dictionary after the keyword and returns where to go
// on.
func (r *Reader) readTrailer(data []byte, at int) int {
	p := r.parse(data, at)
	if d, ok := p.tryObject().(Dict); ok && d["Root"] != nil {
		r.trailer = d
	}
	return p.at
}

// indirect reads the object whose keyword obj stands at the given place, and
// returns where to go on. A keyword without numbers before it is skipped.
func (r *Reader) indirect(data []byte, from, keyword int) (int, error) {
	after := keyword + len("obj")
	ref, ok := header(data[from:keyword])
	if !ok {
		return after, nil
	}
	p := r.parse(data, after)
	object := p.tryObject()
	if d, ok := object.(Dict); ok && p.keyword("stream") {
		stream := &Stream{Dict: d, Data: p.streamData(d)}
		object = stream
		switch d["Type"] {
		case Name("XRef"):
			if d["Root"] != nil {
				r.trailer = d
			}
		case Name("ObjStm"):
			if err := r.unpack(stream); err != nil {
				return 0, err
			}
		}
	}
	r.objects[ref] = object
	return max(p.at, after), nil
}

// header reads the two numbers that end the given bytes.
func header(b []byte) (Ref, bool) {
	b = b[max(0, len(b)-32):]
	fields := bytes.FieldsFunc(b, func(c rune) bool { return c < 0x80 && isSpace(byte(c)) })
	if len(fields) < 2 {
		return 0, false
	}
	// A number may follow other bytes without a space, as in "endobj7 0 obj".
	digits := fields[len(fields)-2]
	digits = digits[bytes.LastIndexFunc(digits, func(c rune) bool { return c < '0' || c > '9' })+1:]
	number, err := strconv.ParseUint(string(digits), 10, 31)
	if err != nil {
		return 0, false
	}
	if _, err := strconv.ParseUint(string(fields[len(fields)-1]), 10, 16); err != nil {
		return 0, false
	}
	return Ref(number), true
}

// unpack reads the objects of an object stream (ISO 32000-1 §7.5.7).
func (r *Reader) unpack(s *Stream) error {
	data, err := r.Decode(s)
	if err != nil {
		return err
	}
	count, _ := s.Dict["N"].(int)
	first, _ := s.Dict["First"].(int)
	if first < 0 || first > len(data) {
		return fmt.Errorf("%w: object stream", ErrMalformed)
	}
	index := r.parse(data[:first], 0)
	for range min(count, first) {
		number, ok1 := index.tryObject().(int)
		offset, ok2 := index.tryObject().(int)
		if r.values < 0 {
			return ErrTooLarge
		}
		if !ok1 || !ok2 || number < 0 || number > math.MaxInt32 || offset < 0 || offset > len(data)-first {
			return fmt.Errorf("%w: object stream", ErrMalformed)
		}
		body := r.parse(data, first+offset)
		r.objects[Ref(number)] = body.tryObject()
		if r.budget -= body.at - first - offset; r.budget < 0 { // many numbers may share one place
			return ErrTooLarge
		}
	}
	return nil
}

// Root is the document catalog.
func (r *Reader) Root() (Dict, error) {
	root, ok := r.Resolve(r.trailer["Root"]).(Dict)
	if !ok {
		return nil, fmt.Errorf("%w: no catalog", ErrMalformed)
	}
	return root, nil
}

// Resolve follows a reference to its object; anything else is itself. A
// reference to a reference is followed no further.
func (r *Reader) Resolve(object any) any {
	if ref, ok := object.(Ref); ok {
		return r.objects[ref]
	}
	return object
}

// Decode is the data of a stream. It knows FlateDecode without predictor, and
// no filter. It reports ErrTooLarge when the file as a whole has unpacked to
// too much.
func (r *Reader) Decode(s *Stream) ([]byte, error) {
	filter := r.Resolve(s.Dict["Filter"])
	if list, ok := filter.(Array); ok && len(list) <= 1 {
		filter = nil
		if len(list) == 1 {
			filter = r.Resolve(list[0])
		}
	}
	switch {
	case filter == nil:
		return s.Data, nil
	case filter != Name("FlateDecode") || s.Dict["DecodeParms"] != nil:
		return nil, fmt.Errorf("%w: a stream filter that is not read here", ErrMalformed)
	}
	z, err := zlib.NewReader(bytes.NewReader(s.Data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	data, err := io.ReadAll(io.LimitReader(z, int64(r.budget)+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if r.budget -= len(data); r.budget < 0 {
		return nil, ErrTooLarge
	}
	return data, nil
}
