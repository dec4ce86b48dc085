package registry

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/civil"
)

// A Key lets a program act for a member of staff. The secret itself is not kept.
type Key struct {
	ID        string
	Hash      []byte // SHA-256 of the secret, which has 256 random bits
	Body      string
	Role      Role
	Subject   string // the member of staff: "second person" rules compare subjects
	CreatedAt time.Time
	ExpiresOn civil.Date // last day of use; zero: does not expire
	RevokedAt time.Time  // zero: not revoked
}

// A KeyFilter chooses keys of bodies under Scope.
type KeyFilter struct {
	Scope string
	Page
}

// A NewKey is what must be told to make a key.
type NewKey struct {
	Body      string
	Role      Role
	Subject   string
	ExpiresOn civil.Date
}

// roleOf says which roles a body of each kind can give.
var roleOf = map[BodyKind][]Role{
	NationalCentre:   {National, Auditor},
	ProvincialCentre: {Province, Auditor},
	AssessmentCentre: {CentreManager, CentreClerk, Auditor},
}

// CreateKey makes a key and returns it with its token, which is shown this once
// only. It reports [InvalidInput] (a role that the body's kind does not give),
// [BodyNotFound], [Forbidden].
func (r *Registry) CreateKey(ctx context.Context, by Caller, in NewKey) (Key, string, error) {
	if err := by.may(manageKeys); err != nil {
		return Key{}, "", err
	}
	var chk check
	chk.that(slices.Contains(Roles(), in.Role), "/role", Text{ZH: "没有这个角色。", EN: "There is no such role."})
	subject := FoldName(in.Subject) // one person is one subject, however it is typed
	chk.that(subject != "" && len(subject) <= 100, "/subject", Text{ZH: "请填写使用人标识（1 至 100 字节）。", EN: "The subject is required (1 to 100 bytes)."})
	chk.that(in.ExpiresOn.IsZero() || !in.ExpiresOn.Before(r.Today()), "/expiresOn", Text{ZH: "最后有效日期不能早于今天。", EN: "The last day of use cannot be in the past."})
	if err := chk.err(); err != nil {
		return Key{}, "", err
	}
	secret := make([]byte, 32)
	if _, err := io.ReadFull(r.random, secret); err != nil {
		return Key{}, "", fmt.Errorf("new key: %w", err)
	}
	text := base64.RawURLEncoding.EncodeToString(secret)
	hash := sha256.Sum256([]byte(text))
	key, err := write(ctx, r, by, func(c *change) (Key, error) {
		b, err := by.reach(ctx, c, in.Body, BodyNotFound)
		if err != nil {
			return Key{}, err
		}
		if !slices.Contains(roleOf[b.Kind], in.Role) {
			chk.that(false, "/role", say("%s 级机构不能使用角色 %s。", "A body of kind %s cannot give the role %s.", b.Kind, in.Role))
			return Key{}, chk.err()
		}
		id, err := r.newID()
		if err != nil {
			return Key{}, err
		}
		k := Key{ID: id, Hash: hash[:], Body: b.ID, Role: in.Role, Subject: subject, CreatedAt: c.at, ExpiresOn: in.ExpiresOn}
		if err := c.InsertKey(ctx, k); err != nil {
			return Key{}, err
		}
		c.record(KeyCreated, "key", k.ID, b.ID, map[string]string{"role": string(k.Role), "subject": k.Subject})
		return k, nil
	})
	if err != nil || Replayed(ctx) {
		return key, "", err // a retry finds the key, but its token was for the first answer only
	}
	return key, tokenPrefix + strings.ReplaceAll(key.ID, "-", "") + "_" + text, nil
}

const tokenPrefix = "crk_"

// Authenticate returns who a token speaks for. It reports [Unauthenticated]
// for every token that is not in force, without saying why.
func (r *Registry) Authenticate(ctx context.Context, token string) (Caller, error) {
	refused := refuse(Unauthenticated, Text{ZH: "密钥无效、已过期或已撤销。", EN: "The key is not valid, has expired or was revoked."})
	id, secret, ok := splitToken(token)
	if !ok {
		return Caller{}, refused
	}
	var caller Caller
	err := r.store.Read(ctx, func(rd Reader) error {
		k, err := rd.Key(ctx, id)
		if errors.Is(err, ErrNotFound) {
			return refused
		}
		if err != nil {
			return err
		}
		hash := sha256.Sum256([]byte(secret))
		expired := !k.ExpiresOn.IsZero() && r.Today().After(k.ExpiresOn)
		if subtle.ConstantTimeCompare(hash[:], k.Hash) != 1 || !k.RevokedAt.IsZero() || expired {
			return refused
		}
		b, err := rd.Body(ctx, k.Body)
		if err != nil {
			return err
		}
		caller = Caller{Key: k.ID, Subject: k.Subject, Role: k.Role, Body: b.ID, Scope: b.Path}
		return nil
	})
	return caller, err
}

// splitToken takes a token apart into the key's identifier and the secret.
func splitToken(token string) (id, secret string, ok bool) {
	rest, ok := strings.CutPrefix(token, tokenPrefix)
	if !ok {
		return "", "", false
	}
	id, secret, ok = strings.Cut(rest, "_")
	if !ok || len(id) != 32 || len(secret) != 43 {
		return "", "", false
	}
	return id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:], secret, true
}

// RevokeKey ends a key at once. Revoking it again changes nothing. It reports [KeyNotFound].
func (r *Registry) RevokeKey(ctx context.Context, by Caller, id string) error {
	if err := by.may(manageKeys); err != nil {
		return err
	}
	_, err := write(ctx, r, by, func(c *change) (Key, error) {
		k, err := c.Key(ctx, id)
		if err != nil {
			return Key{}, err
		}
		if _, err := by.reach(ctx, c, k.Body, KeyNotFound); err != nil {
			return Key{}, err
		}
		if !k.RevokedAt.IsZero() {
			return k, nil
		}
		k.RevokedAt = c.at
		if err := c.RevokeKey(ctx, k.ID, c.at); err != nil {
			return Key{}, err
		}
		c.record(KeyRevoked, "key", k.ID, k.Body, nil)
		return k, nil
	})
	return err
}

// Keys lists the keys of the caller's subtree.
func (r *Registry) Keys(ctx context.Context, by Caller, p Page) ([]Key, string, error) {
	if err := by.may(manageKeys); err != nil {
		return nil, "", err
	}
	return list(ctx, r, p, func(k Key) string { return k.ID }, func(rd Reader, p Page) ([]Key, error) {
		return rd.Keys(ctx, KeyFilter{Scope: by.Scope, Page: p})
	})
}
