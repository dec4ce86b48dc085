package translog

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Checkpoint says that the log named Origin has the Head (C2SP
// tlog-checkpoint). Published checkpoints are signed notes with this text.
type Checkpoint struct {
	// Origin names the log: its URL without scheme and closing slash, such as
	// "register.example.cn/log".
	Origin string
	Head
}

// Text returns the body of the note, three lines.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// parseCheckpointText reads the body of a note. Extension lines, which nobody
// can audit, are passed over.
func parseCheckpointText(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" || lines[len(lines)-1] != "" {
		return Checkpoint{}, errors.New("checkpoint: want origin, size and root, each on a line")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("checkpoint: %q is not a size", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		return Checkpoint{}, errors.New("checkpoint: third line is not a root hash")
	}
	return Checkpoint{Origin: lines[0], Head: Head{Size: size, Root: root}}, nil
}

// peek reads a checkpoint without asking who signed it: for the register's own
// storage, and for what is verified afterwards.
func peek(msg []byte) (Checkpoint, error) {
	text, _, ok := strings.Cut(string(msg), "\n\n")
	if !ok {
		return Checkpoint{}, errors.New("checkpoint: not a signed note")
	}
	return parseCheckpointText(text + "\n")
}

// A Signer signs checkpoints with one Ed25519 key, in memory or elsewhere.
type Signer interface {
	Public() ed25519.PublicKey
	// Sign returns the 64-byte PureEd25519 signature of message.
	Sign(ctx context.Context, message []byte) ([]byte, error)
}

// Sign returns the checkpoint as a note signed by every signer under the
// origin's name; during a change of keys, these are the old and the new one.
func (c Checkpoint) Sign(ctx context.Context, signers ...Signer) ([]byte, error) {
	if len(signers) == 0 {
		return nil, errors.New("checkpoint: no key to sign with")
	}
	var as []note.Signer
	for _, s := range signers {
		verifier, err := newVerifier(c.Origin, s.Public())
		if err != nil {
			return nil, err
		}
		as = append(as, noteSigner{verifier, ctx, s})
	}
	msg, err := note.Sign(&note.Note{Text: c.Text()}, as...)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint %d: %w", c.Size, err)
	}
	return msg, nil
}

// A noteSigner is a Signer as package note wants it, for the length of one
// call. Name and key hash are those of its verifier.
type noteSigner struct {
	note.Verifier
	ctx    context.Context
	signer Signer
}

func (s noteSigner) Sign(msg []byte) ([]byte, error) { return s.signer.Sign(s.ctx, msg) }

// newVerifier returns the verifier of an Ed25519 key under a name (C2SP
// signed-note, signature type 0x01).
func newVerifier(name string, key ed25519.PublicKey) (note.Verifier, error) {
	vkey, err := note.NewEd25519VerifierKey(name, key)
	if err != nil {
		return nil, fmt.Errorf("log key of %q: %w", name, err)
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fmt.Errorf("log key of %q: %w", name, err)
	}
	return verifier, nil
}

// An Identity is what must be known of a log to believe it: its origin and the
// keys that may sign for it, old ones included as long as what they signed
// shall count. Keys that were lost to somebody else are left out.
type Identity struct {
	origin    string
	keys      []string
	verifiers []note.Verifier
}

// NewIdentity returns the identity of the log named origin with the keys.
func NewIdentity(origin string, keys ...ed25519.PublicKey) (Identity, error) {
	var text strings.Builder
	for _, key := range keys {
		vkey, err := note.NewEd25519VerifierKey(origin, key)
		if err != nil {
			return Identity{}, fmt.Errorf("log key of %q: %w", origin, err)
		}
		text.WriteString(vkey + "\n")
	}
	return ParseIdentity(text.String())
}

// ParseIdentity reads verifier keys as C2SP signed-note spells them, one on a
// line and all of one name, which is the origin. Empty lines are passed over.
func ParseIdentity(text string) (Identity, error) {
	var id Identity
	for _, vkey := range strings.Fields(text) {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return Identity{}, fmt.Errorf("log key %q: %w", vkey, err)
		}
		if id.origin != "" && id.origin != verifier.Name() {
			return Identity{}, fmt.Errorf("log keys of %q and of %q: want those of one log", id.origin, verifier.Name())
		}
		if slices.Contains(id.keys, vkey) {
			continue
		}
		id.origin = verifier.Name()
		id.keys = append(id.keys, vkey)
		id.verifiers = append(id.verifiers, verifier)
	}
	if len(id.keys) == 0 {
		return Identity{}, errors.New("no log key")
	}
	return id, nil
}

// Origin returns the name of the log.
func (id Identity) Origin() string { return id.origin }

// String returns the keys as [ParseIdentity] reads them.
func (id Identity) String() string { return strings.Join(id.keys, "\n") + "\n" }

// Open checks that a checkpoint is of this log and signed with one of its
// keys, and returns it. Signatures of others, such as witnesses, are passed
// over. It reports [ErrOrigin] and [ErrUnsigned].
func (id Identity) Open(msg []byte) (Checkpoint, error) {
	n, err := note.Open(msg, note.VerifierList(id.verifiers...))
	if err != nil {
		if c, peekErr := peek(msg); peekErr == nil && c.Origin != id.origin {
			return Checkpoint{}, fmt.Errorf("%w: it names %q, want %q", ErrOrigin, c.Origin, id.origin)
		}
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrUnsigned, err)
	}
	c, err := parseCheckpointText(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != id.origin {
		return Checkpoint{}, fmt.Errorf("%w: it names %q, want %q", ErrOrigin, c.Origin, id.origin)
	}
	return c, nil
}
