package api

import (
	"bytes"
	"context"
	"strings"

	"github.com/certreg/certreg/internal/credential"
)

// revalidate lets caches keep an answer and asks them to ask again each time.
const revalidate = "public, no-cache"

// GetDidDocument serves GET /.well-known/did.json.
func (s *server) GetDidDocument(context.Context, GetDidDocumentRequestObject) (GetDidDocumentResponseObject, error) {
	document, err := s.office.DIDDocument()
	if err != nil {
		return nil, err
	}
	return GetDidDocument200ApplicationDidPlusJSONResponse{Body: document, Headers: GetDidDocument200ResponseHeaders{CacheControl: revalidate}}, nil
}

// GetTrust serves GET /.well-known/certreg.json.
func (s *server) GetTrust(context.Context, GetTrustRequestObject) (GetTrustResponseObject, error) {
	return GetTrust200JSONResponse{Body: s.office.Trust(), Headers: GetTrust200ResponseHeaders{CacheControl: revalidate}}, nil
}

// GetStatusList serves GET /status/{purpose}/{list}.
func (s *server) GetStatusList(ctx context.Context, in GetStatusListRequestObject) (GetStatusListResponseObject, error) {
	list, err := s.office.StatusList(ctx, credential.Purpose(in.Purpose), in.List)
	if err != nil {
		return nil, err
	}
	if held(in.Params.IfNoneMatch, list.ETag) {
		return GetStatusList304Response{Headers: GetStatusList304ResponseHeaders{ETag: list.ETag, CacheControl: revalidate}}, nil
	}
	return GetStatusList200ApplicationvcResponse{
		Body: bytes.NewReader(list.Credential), ContentLength: int64(len(list.Credential)),
		Headers: GetStatusList200ResponseHeaders{ETag: list.ETag, CacheControl: revalidate},
	}, nil
}

// held reports whether If-None-Match names what has this entity tag
// (RFC 9110 §13.1.2).
func held(ifNoneMatch, etag string) bool {
	for tag := range strings.SplitSeq(ifNoneMatch, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
