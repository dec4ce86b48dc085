package credential

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits on documents from strangers.
const (
	maxDocument = 1 << 20 // bytes
	maxDepth    = 64
)

// parseStrict reads one JSON object without guessing: a name given twice, text
// that is not Unicode and a number that a float64 cannot hold are refused
// (I-JSON, RFC 7493), because readers differ in what they make of them. It
// reports [ErrMalformed].
func parseStrict(document []byte) (map[string]any, error) {
	if len(document) > maxDocument {
		return nil, fmt.Errorf("%w: %d bytes, at most %d are read", ErrMalformed, len(document), maxDocument)
	}
	if !utf8.Valid(document) {
		return nil, fmt.Errorf("%w: not UTF-8", ErrMalformed)
	}
	dec := json.NewDecoder(bytes.NewReader(document))
	dec.UseNumber()
	value, err := parseValue(dec, 0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: more than one JSON value", ErrMalformed)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%w: not a JSON object", ErrMalformed)
	}
	return object, nil
}

func parseValue(dec *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return parseObject(dec, depth+1)
		}
		return parseArray(dec, depth+1)
	case json.Number:
		return parseNumber(string(t))
	case string:
		return parseText(t)
	default:
		return t, nil
	}
}

func parseObject(dec *json.Decoder, depth int) (any, error) {
	object := make(map[string]any)
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, err
		}
		text, _ := token.(string)
		name, err := parseText(text)
		if err != nil {
			return nil, err
		}
		if _, twice := object[name]; twice {
			return nil, fmt.Errorf("name %q given twice", name)
		}
		if object[name], err = parseValue(dec, depth); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return object, err
}

func parseArray(dec *json.Decoder, depth int) (any, error) {
	array := []any{}
	for dec.More() {
		value, err := parseValue(dec, depth)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := dec.Token()
	return array, err
}

// parseText refuses the replacement character, which encoding/json puts where
// a surrogate stands alone.
func parseText(text string) (string, error) {
	if strings.ContainsRune(text, utf8.RuneError) {
		return "", errors.New("text holds a lone surrogate or U+FFFD")
	}
	return text, nil
}

func parseNumber(text string) (float64, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || significant(text) != significant(strconv.FormatFloat(f, 'e', -1, 64)) {
		return 0, fmt.Errorf("number %.40s is not exact", text)
	}
	return f, nil
}

// significant returns the digits of a JSON number that carry its value.
func significant(number string) string {
	mantissa, _, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(number, "-")), "e")
	return strings.Trim(strings.Replace(mantissa, ".", "", 1), "0")
}
