package api

import (
	"context"

	"github.com/certreg/certreg/registry"
)

func newKey(k registry.Key) Key {
	return Key{
		Id: k.ID, Body: k.Body, Role: Role(k.Role), Subject: k.Subject,
		CreatedAt: k.CreatedAt, ExpiresOn: k.ExpiresOn, RevokedAt: k.RevokedAt,
	}
}

// ListKeys serves GET /v1/keys.
func (s *server) ListKeys(ctx context.Context, in ListKeysRequestObject) (ListKeysResponseObject, error) {
	keys, next, err := s.reg.Keys(ctx, callerOf(ctx), page(in.Params.After, in.Params.Limit))
	if err != nil {
		return nil, err
	}
	return ListKeys200JSONResponse{Items: represent(keys, newKey), Next: next}, nil
}

// CreateKey serves POST /v1/keys.
func (s *server) CreateKey(ctx context.Context, in CreateKeyRequestObject) (CreateKeyResponseObject, error) {
	k, token, err := s.reg.CreateKey(ctx, callerOf(ctx), registry.NewKey{
		Body: in.Body.Body, Role: registry.Role(in.Body.Role), Subject: in.Body.Subject, ExpiresOn: in.Body.ExpiresOn,
	})
	if err != nil {
		return nil, err
	}
	return CreateKey201JSONResponse{Key: newKey(k), Token: token}, nil
}

// RevokeKey serves DELETE /v1/keys/{keyId}.
func (s *server) RevokeKey(ctx context.Context, in RevokeKeyRequestObject) (RevokeKeyResponseObject, error) {
	if err := s.reg.RevokeKey(ctx, callerOf(ctx), in.KeyId); err != nil {
		return nil, err
	}
	return RevokeKey204Response{}, nil
}
