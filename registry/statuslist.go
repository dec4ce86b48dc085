package registry

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
)

// statusListSize is the number of places of a status list, the least that W3C
// Bitstring Status List 1.0 allows.
const statusListSize = 1 << 17

// A Place is where a certificate stands in the published status lists: the
// same index in the revocation and in the suspension list of that number.
type Place struct {
	List  int // 1, 2, …
	Index int // 0..131071
}

// A StatusList is what a status list of one number must say.
type StatusList struct {
	List      int
	Revoked   []int // indexes of withdrawn and cancelled certificates
	Suspended []int
}

// placeSeries counts places in the status lists over the whole register.
const placeSeries = "status"

// places draws n places in the status lists. Places are counted within the
// transaction, from the serial first of their series on, so each is given once
// and none is lost, and then shuffled by a secret permutation of the list, so
// that neighbours in a list have nothing to do with each other and an index
// tells nothing about its certificate.
func (c *change) places(ctx context.Context, first, n int) ([]Place, error) {
	places := make([]Place, n)
	secrets := map[int][]byte{}
	for i := range places {
		place := first + i - 1
		list := place/statusListSize + 1
		secret, ok := secrets[list]
		if !ok {
			var err error
			if secret, err = c.statusSecret(ctx, list); err != nil {
				return nil, err
			}
			secrets[list] = secret
		}
		places[i] = Place{List: list, Index: shuffle(secret, place%statusListSize)}
	}
	return places, nil
}

// statusSecret is the secret of a list, made when the list begins. It never
// changes, so it is read once.
func (c *change) statusSecret(ctx context.Context, list int) ([]byte, error) {
	known, _ := c.r.statusSecrets.Load(list)
	if secret, ok := known.([]byte); ok {
		return secret, nil
	}
	secret, found, err := c.StatusSecret(ctx, list)
	if err != nil {
		return nil, err
	}
	if found {
		c.r.statusSecrets.Store(list, secret)
		return secret, nil
	}
	secret = make([]byte, 32)
	if _, err := io.ReadFull(c.r.random, secret); err != nil {
		return nil, fmt.Errorf("status list %d: %w", list, err)
	}
	return secret, c.InsertStatusSecret(ctx, list, secret)
}

// shuffle is a permutation of 0..131071 chosen by the secret: a Feistel
// network of 18 bits, walked until it falls into the 17 that are used.
func shuffle(secret []byte, x int) int {
	mac := hmac.New(sha256.New, secret)
	for {
		left, right := uint32(x>>9), uint32(x&0x1ff)
		for round := range byte(6) {
			mac.Reset()
			mac.Write([]byte{round, byte(right), byte(right >> 8)})
			left, right = right, left^binary.BigEndian.Uint32(mac.Sum(nil))&0x1ff
		}
		if x = int(left<<9 | right); x < statusListSize {
			return x
		}
	}
}

// StatusList returns what the status list of a number must say now. It reports
// [StatusListNotFound] for a number that no certificate was given, and
// [RegisterOnHold]: the list would lack what was withdrawn since.
func (r *Registry) StatusList(ctx context.Context, list int) (l StatusList, err error) {
	if err := r.OnHold(); err != nil {
		return StatusList{}, err
	}
	err = r.store.Read(ctx, func(rd Reader) error {
		l, err = rd.StatusList(ctx, list)
		return err
	})
	return l, err
}
