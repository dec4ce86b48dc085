package credential

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/piprate/json-gold/ld"
)

// The contexts that the register's own documents name.
const (
	contextVC     = "https://www.w3.org/ns/credentials/v2"
	contextOB     = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
	contextOBMore = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
)

//go:embed contexts/*.jsonld
var contextFiles embed.FS

// contextFile names the bundled copy of a context.
func contextFile(address string) (string, bool) {
	files := map[string]string{
		contextVC:     "credentials-v2.jsonld",
		contextOB:     "open-badges-3.0.3.jsonld",
		contextOBMore: "open-badges-extensions.jsonld",
		"https://www.w3.org/ns/credentials/undefined-terms/v2": "undefined-terms-v2.jsonld",
		"https://www.w3.org/ns/credentials/examples/v2":        "credentials-examples-v2.jsonld",
		"https://w3id.org/security/data-integrity/v2":          "data-integrity-v2.jsonld",
		"https://w3id.org/security/multikey/v1":                "multikey-v1.jsonld",
		"https://www.w3.org/ns/did/v1":                         "did-v1.jsonld",
	}
	name, ok := files[address]
	return name, ok
}

// bundled returns the bytes of the document published at the address, if it
// is one of the bundled contexts.
func bundled(address string) ([]byte, bool) {
	name, ok := contextFile(address)
	if !ok {
		return nil, false
	}
	data, err := contextFiles.ReadFile("contexts/" + name)
	return data, err == nil
}

// A contextLoader gives json-gold the bundled contexts and nothing else. Each
// is parsed once.
type contextLoader struct {
	mu     sync.Mutex
	parsed map[string]*ld.RemoteDocument
}

// LoadDocument implements [ld.DocumentLoader].
func (l *contextLoader) LoadDocument(address string) (*ld.RemoteDocument, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if doc, ok := l.parsed[address]; ok {
		return doc, nil
	}
	data, ok := bundled(address)
	if !ok {
		return nil, ld.NewJsonLdError(ld.LoadingDocumentFailed,
			fmt.Errorf("%w: context %s is not bundled, and nothing is fetched", ErrMalformed, address))
	}
	var content any
	if err := json.Unmarshal(data, &content); err != nil {
		return nil, ld.NewJsonLdError(ld.LoadingDocumentFailed, err)
	}
	doc := &ld.RemoteDocument{DocumentURL: address, Document: content}
	if l.parsed == nil {
		l.parsed = make(map[string]*ld.RemoteDocument)
	}
	l.parsed[address] = doc
	return doc, nil
}
