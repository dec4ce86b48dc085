package pdf

import "bytes"

// What stands at the end of a file and of each update.
const (
	startXref = "startxref\n"
	endOfFile = "%%EOF\n"
)

// AddComment adds a line that readers pass over. It stands after the trailer,
// where it moves nothing that is found by its place; ISO 19005 wants no more
// after the end of a file. The text must hold no line end.
func AddComment(file []byte, text string) ([]byte, error) {
	at := bytes.LastIndex(file, []byte(startXref))
	if at < 0 {
		return nil, ErrNotPDF
	}
	out := append(bytes.Clone(file[:at]), '%')
	out = append(append(out, text...), '\n')
	return append(out, file[at:]...), nil
}

// CutComment takes out what AddComment put in.
func CutComment(file []byte) (text string, rest []byte, found bool) {
	at := bytes.LastIndex(file, []byte(startXref))
	if at < 1 {
		return "", nil, false
	}
	from := bytes.LastIndexByte(file[:at-1], '\n') + 1
	if file[from] != '%' {
		return "", nil, false
	}
	return string(file[from+1 : at-1]), append(bytes.Clone(file[:from]), file[at:]...), true
}

// CutUpdate is a file without what was added to it last; found is false if
// nothing was.
func CutUpdate(file []byte) (before []byte, found bool) {
	at := bytes.LastIndex(bytes.TrimSuffix(file, []byte(endOfFile)), []byte(endOfFile))
	if at < 0 {
		return nil, false
	}
	return file[:at+len(endOfFile)], true
}
