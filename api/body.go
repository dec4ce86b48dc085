package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/registry"
)

const (
	mediaJSON  = "application/json"
	mediaLines = "application/x-ndjson" // read by its operation, as it comes
)

// An upload is a request body as it came.
type upload struct {
	media string // without parameters
	data  []byte
}

type uploadKey struct{}

// uploadOf returns the body of the request, for operations that take more than JSON.
func uploadOf(ctx context.Context) upload {
	body, _ := ctx.Value(uploadKey{}).(upload)
	return body
}

// readBody returns the body of a request that has one. It reports 415 for a
// media type that is not among content, 413, and 400 for what claims to be JSON
// and is not one value in UTF-8 without repeated members.
func readBody(w http.ResponseWriter, r *http.Request, content openapi3.Content, limit int64) (upload, error) {
	media, err := mediaOf(r.Header, content)
	if err != nil || media == mediaLines {
		return upload{media: media}, err
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return upload{}, &problem.StatusError{Status: http.StatusRequestEntityTooLarge, Detail: registry.Text{
			ZH: fmt.Sprintf("请求正文不得超过 %d 字节。", e.Limit), EN: fmt.Sprintf("The body must not exceed %d bytes.", e.Limit),
		}}
	}
	switch {
	case err != nil:
		return upload{}, unreadableBody("请求正文没有完整到达。", "The body did not arrive whole.")
	case len(data) == 0:
		return upload{}, unreadableBody("缺少请求正文。", "The body is missing.")
	case media == mediaJSON:
		err = checkJSON(data)
	}
	return upload{media: media, data: data}, err
}

// mediaOf is the media type of a body, which must be among content, not
// compressed, and if it is JSON in UTF-8.
func mediaOf(h http.Header, content openapi3.Content) (string, error) {
	taken := strings.Join(slices.Sorted(maps.Keys(content)), ", ")
	refused := &problem.StatusError{Status: http.StatusUnsupportedMediaType, Detail: registry.Text{
		ZH: fmt.Sprintf("请求正文应为 %s（JSON 须为 UTF-8，不压缩）。", taken), EN: fmt.Sprintf("The body must be %s (JSON in UTF-8), not compressed.", taken),
	}}
	if h.Get("Content-Encoding") != "" || len(h.Values("Content-Type")) != 1 {
		return "", refused
	}
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || content[media] == nil || (media == mediaJSON && charset != "" && !strings.EqualFold(charset, "utf-8")) {
		return "", refused
	}
	return media, nil
}

func unreadableBody(zh, en string, fields ...problem.Fault) error {
	return &problem.StatusError{Status: http.StatusBadRequest, Detail: registry.Text{ZH: zh, EN: en}, Fields: fields}
}

// checkJSON refuses what encoding/json would quietly put up with: repeated
// members (it takes the last), bytes that are no UTF-8 and half surrogate pairs
// (it writes U+FFFD for them), and anything after the value. U+0000 is refused
// because no database column takes it.
func checkJSON(data []byte) error {
	if !utf8.Valid(data) {
		return unreadableBody("请求正文不是 UTF-8。", "The body is not UTF-8.")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := (&scanner{dec}).value("", 0); err != nil {
		if _, ok := errors.AsType[*problem.StatusError](err); ok {
			return err
		}
		at := dec.InputOffset()
		return unreadableBody(fmt.Sprintf("请求正文不是有效的 JSON（第 %d 字节附近）。", at), fmt.Sprintf("The body is not JSON (near byte %d).", at))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return unreadableBody("JSON 之后还有其他内容。", "Something follows the JSON value.")
	}
	return nil
}

// maxDepth is how deep a body may be nested; the deepest the contract knows has 5.
const maxDepth = 32

type scanner struct{ dec *json.Decoder }

// value reads one value, which stands at pointer.
func (s *scanner) value(pointer string, depth int) error {
	token, err := s.dec.Token()
	if err != nil {
		return err
	}
	if depth > maxDepth {
		return unreadableBody("JSON 嵌套过深。", "The JSON is nested too deep.")
	}
	switch v := token.(type) {
	case string:
		return checkText(v, pointer)
	case json.Delim:
		if v == '{' {
			err = s.object(pointer, depth)
		} else {
			err = s.array(pointer, depth)
		}
		if err == nil {
			_, err = s.dec.Token() // the closing delimiter
		}
	}
	return err
}

func (s *scanner) object(pointer string, depth int) error {
	seen := map[string]bool{}
	for s.dec.More() {
		token, err := s.dec.Token()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok {
			return errors.New("member name expected")
		}
		at := pointer + "/" + escapePointer(name)
		if err := checkText(name, at); err != nil {
			return err
		}
		if seen[name] {
			return unreadableBody("请求正文有重复的字段。", "The body has a member twice.",
				problem.Fault{Pointer: clip(at), Detail: registry.Text{ZH: "字段重复。", EN: "This member stands here twice."}})
		}
		seen[name] = true
		if err := s.value(at, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *scanner) array(pointer string, depth int) error {
	for i := 0; s.dec.More(); i++ {
		if err := s.value(pointer+"/"+strconv.Itoa(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func checkText(s, pointer string) error {
	if strings.ContainsAny(s, "\x00\ufffd") {
		return unreadableBody("请求正文含有无法读取的字符。", "The body has characters that cannot be read.",
			problem.Fault{Pointer: clip(pointer), Detail: registry.Text{ZH: "含有空字符或乱码。", EN: "This has a NUL or a broken character."}})
	}
	return nil
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// escapePointer makes a member name a reference token (RFC 6901).
func escapePointer(name string) string { return pointerEscapes.Replace(name) }

// clip keeps what is told back to a length that an answer can carry.
func clip(s string) string {
	const most = 200
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
