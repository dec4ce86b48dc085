package api

import (
	"bytes"
	"context"
)

// GetPhoto serves GET /v1/persons/{personId}/photo.
func (s *server) GetPhoto(ctx context.Context, in GetPhotoRequestObject) (GetPhotoResponseObject, error) {
	photo, p, err := s.reg.Photo(ctx, callerOf(ctx), in.PersonId)
	if err != nil {
		return nil, err
	}
	return GetPhoto200ImagejpegResponse{
		Body: bytes.NewReader(photo.Image), ContentLength: int64(len(photo.Image)), Headers: GetPhoto200ResponseHeaders{ETag: etag(p.Version)},
	}, nil
}

// PutPhoto serves PUT /v1/persons/{personId}/photo. What the media type says of
// the file does not matter: its content is looked at.
func (s *server) PutPhoto(ctx context.Context, in PutPhotoRequestObject) (PutPhotoResponseObject, error) {
	p, created, err := s.reg.PutPhoto(ctx, callerOf(ctx), in.PersonId, version(in.Params.IfMatch), uploadOf(ctx).data)
	if err != nil {
		return nil, err
	}
	if created {
		return PutPhoto201Response{Headers: PutPhoto201ResponseHeaders{ETag: etag(p.Version)}}, nil
	}
	return PutPhoto204Response{Headers: PutPhoto204ResponseHeaders{ETag: etag(p.Version)}}, nil
}

// RemovePhoto serves DELETE /v1/persons/{personId}/photo.
func (s *server) RemovePhoto(ctx context.Context, in RemovePhotoRequestObject) (RemovePhotoResponseObject, error) {
	if err := s.reg.RemovePhoto(ctx, callerOf(ctx), in.PersonId, version(in.Params.IfMatch)); err != nil {
		return nil, err
	}
	return RemovePhoto204Response{}, nil
}
