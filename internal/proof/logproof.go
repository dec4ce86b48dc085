package proof

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// logProofFormat names the format of a [LogProof].
const logProofFormat = "certreg.log-proof/1"

// A LogProof shows what the transparency log says about a paper of a
// certificate and that it says it: every event with the record it commits to
// and its place in a signed tree. It can be checked by whoever knows the log's
// keys. Those of before told of the papers before as well, and hold.
type LogProof struct {
	Format string        `json:"format"`
	Number string        `json:"number"`
	Events []LoggedEvent `json:"events"` // oldest first
}

// A LoggedEvent is one event with its proof.
type LoggedEvent struct {
	Proof  translog.Proof  `json:"proof"`
	Salt   translog.Salt   `json:"salt"`
	Record json.RawMessage `json:"record"` // see [registry.Record]
}

// LogProof is the proof of all that the log says about the paper of a
// certificate, from the event that made it to the version that cert is: an
// event in between would make the proof, and a file with it, of another version
// than the credential made of cert. Of the papers before it tells
// nothing: who is shown a corrected certificate does not read the former name.
// It reports [translog.ErrUnpublished] for about a second after an event, and
// [registry.RegisterOnHold], since later events may be missing.
func (o *Office) LogProof(ctx context.Context, cert registry.Certificate) (LogProof, error) {
	if err := o.reg.OnHold(); err != nil {
		return LogProof{}, err
	}
	entries, err := o.reg.LogEntries(ctx, cert.Number)
	if err != nil {
		return LogProof{}, err
	}
	p := LogProof{Format: logProofFormat, Number: string(cert.Number)}
	for _, e := range entries {
		var record registry.Record
		if err := json.Unmarshal(e.Record, &record); err != nil {
			return LogProof{}, fmt.Errorf("log proof of %s: entry %d is not as it is written", cert.Number, e.Index) // the cause would quote it
		}
		if record.Paper != cert.Paper || record.Version > cert.Version {
			continue
		}
		proof, err := translog.Prove(ctx, o.log, e.Index)
		if err != nil {
			return LogProof{}, fmt.Errorf("log proof of %s: %w", cert.Number, err)
		}
		p.Events = append(p.Events, LoggedEvent{Proof: proof, Salt: e.Salt, Record: e.Record})
	}
	return p, nil
}

// Verify checks every event against the log's identity and returns what the
// last one says, with the tree that vouches for it.
func (p LogProof) Verify(id translog.Identity) (registry.Record, translog.Checkpoint, error) {
	var record registry.Record
	var tree translog.Checkpoint
	if p.Format != logProofFormat || len(p.Events) == 0 {
		return record, tree, fmt.Errorf("%w: not a log proof", ErrMalformed)
	}
	last := int64(-1)
	for _, e := range p.Events {
		leaf, checkpoint, err := e.Proof.Verify(id)
		if err != nil {
			return record, tree, err
		}
		if leaf.Digest != e.Salt.Digest(e.Record) || leaf.Number != p.Number || e.Proof.Index <= last {
			return record, tree, fmt.Errorf("%w: an event is not what the log committed to", ErrAltered)
		}
		record = registry.Record{}
		if err := json.Unmarshal(e.Record, &record); err != nil || string(record.Number) != p.Number {
			return record, tree, fmt.Errorf("%w: a record cannot be read", ErrMalformed)
		}
		last, tree = e.Proof.Index, checkpoint
	}
	return record, tree, nil
}

// checkpoint is the signed tree that vouches for the last event.
func (p LogProof) checkpoint() string { return p.Events[len(p.Events)-1].Proof.Checkpoint }

// verify checks the proof against the log that is trusted. suspect tells that
// its checkpoints were signed with a key that was lost later, and that no
// quorum of witnesses cosigned them before that.
func (t Trust) verify(p LogProof) (record registry.Record, suspect bool, err error) {
	record, _, err = p.Verify(t.identity)
	if !errors.Is(err, translog.ErrUnsigned) {
		return record, false, err
	}
	for _, k := range t.keys {
		if !k.Suspect() {
			continue
		}
		lost, idErr := translog.NewIdentity(t.identity.Origin(), k.Public)
		if idErr != nil {
			return record, false, idErr
		}
		if record, _, lostErr := p.Verify(lost); lostErr == nil {
			late := func(e LoggedEvent) bool { return !t.policy.CosignedBefore([]byte(e.Proof.Checkpoint), k.CompromisedAt) }
			return record, slices.ContainsFunc(p.Events, late), nil
		}
	}
	return record, false, err
}

// identity is the identity of a log whose checkpoints are signed with keys.
// What lost keys signed does not count.
func identity(origin string, keys signing.Keys) (translog.Identity, error) {
	var public []ed25519.PublicKey
	for _, k := range keys {
		if !k.Suspect() {
			public = append(public, slices.Clone(k.Public))
		}
	}
	return translog.NewIdentity(origin, public...)
}
