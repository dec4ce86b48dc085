package proof

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/gowebpki/jcs"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/signing"
	"github.com/certreg/certreg/internal/translog"
	"github.com/certreg/certreg/registry"
)

// receiptFormat names the format of a [Receipt].
const receiptFormat = "certreg.receipt/1"

// A Receipt is the register's signed answer to an employer's check, to be
// filed and checked again years later: who asked what is for the employer to
// know, what was answered and when is for the register to stand by.
type Receipt struct {
	Format   string    `json:"format"`
	Register string    `json:"register"` // public address
	At       time.Time `json:"at"`
	LogSize  int64     `json:"logSize"` // entries of the log when it answered
	LogRoot  string    `json:"logRoot"` // root of that tree, base64
	// Checkpoint is the signed note of that tree with its cosignatures, ""
	// when none was published yet.
	Checkpoint string        `json:"checkpoint,omitempty"`
	Nonce      string        `json:"nonce,omitempty"` // as asked, so that the asker knows the answer for new
	Items      []ReceiptItem `json:"items"`
	Key        string        `json:"key"`                 // see [signing.KeyID]
	Sig        string        `json:"signature,omitempty"` // Ed25519 over the RFC 8785 form without this member, base64url
}

// A ReceiptItem answers one query. What is told beside the verdict is what a
// look-up tells.
type ReceiptItem struct {
	Number     string                     `json:"number"`            // as asked
	Name       string                     `json:"name,omitempty"`    // as asked
	Paper      string                     `json:"paper,omitempty"`   // serial, as asked
	Version    int                        `json:"version,omitempty"` // as asked
	Verdict    registry.Verdict           `json:"verdict"`
	Faults     []Fault                    `json:"faults,omitempty"` // of an unreadable number
	Status     registry.CertificateStatus `json:"status,omitempty"`
	StatusOn   civil.Date                 `json:"statusOn,omitzero"`
	Occupation string                     `json:"occupation,omitempty"`
	Level      int                        `json:"level,omitempty"`
	IssuedBy   string                     `json:"issuedBy,omitempty"`
	IssuedOn   civil.Date                 `json:"issuedOn,omitzero"`
	Holder     string                     `json:"holder,omitempty"` // masked

	// PaperStanding is what the paper asked about is, "" when none was asked
	// about and there was one only. Receipts of the form before this was told say
	// "valid" of a certificate even where it had several.
	PaperStanding registry.PaperStanding `json:"paperStanding,omitempty"`
	// SupersededOn is the day on which another paper took the place of the one
	// asked about, and SupersededBy the version of the certificate it prints.
	SupersededOn civil.Date `json:"supersededOn,omitzero"`
	SupersededBy int        `json:"supersededBy,omitempty"`
}

// A Fault is a part of a number that is wrong, in words.
type Fault struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// A Request asks for a [Receipt].
type Request struct {
	Items []registry.Query `json:"items"`
	Nonce string           `json:"nonce,omitempty"` // drawn by the asker, repeated by the receipt
	// LogSize is that of the largest log the asker has seen of the register; it
	// is not sent.
	LogSize int64 `json:"-"`
}

// Verify answers a request with a signed receipt. It reports as [registry.Registry.Verify].
func (o *Office) Verify(ctx context.Context, asked Request) (Receipt, error) {
	answers, err := o.reg.Verify(ctx, asked.Items)
	if err != nil {
		return Receipt{}, err
	}
	r := Receipt{Format: receiptFormat, Register: o.base, At: o.now().UTC().Truncate(time.Second), Nonce: asked.Nonce, Items: receiptItems(answers)}
	if err := o.logPosition(ctx, &r); err != nil {
		return Receipt{}, err
	}
	signer, err := o.keys.Signer(r.At)
	if err != nil {
		return Receipt{}, err
	}
	r.Key = signer.KeyID()
	message, err := r.message()
	if err != nil {
		return Receipt{}, err
	}
	sig, err := signer.Sign(ctx, message)
	if err != nil {
		return Receipt{}, fmt.Errorf("sign receipt: %w", err)
	}
	r.Sig = base64.RawURLEncoding.EncodeToString(sig)
	return r, nil
}

func receiptItems(answers []registry.Answer) []ReceiptItem {
	items := make([]ReceiptItem, len(answers))
	for i, a := range answers {
		items[i] = receiptItem(a)
	}
	return items
}

func receiptItem(a registry.Answer) ReceiptItem {
	item := ReceiptItem{Number: a.Query.Number, Name: a.Query.Name, Paper: a.Query.Paper, Version: a.Query.Version, Verdict: a.Verdict}
	for _, f := range a.Faults {
		item.Faults = append(item.Faults, Fault{ZH: f.ZH, EN: f.EN})
	}
	if l := a.Lookup; l != nil {
		item.Status, item.StatusOn, item.Occupation, item.Level = l.Status, l.StatusOn, l.Occupation, l.Level
		item.IssuedBy, item.IssuedOn, item.Holder = l.Body.ZH, l.IssuedOn, l.Holder
		if l.Asked != nil {
			item.PaperStanding, item.SupersededOn, item.SupersededBy = l.Asked.Standing, l.Asked.SupersededOn, l.Asked.SupersededBy
		}
	}
	return item
}

// published is the published checkpoint and its tree, or the empty tree when
// none was published yet.
func published(ctx context.Context, log translog.Reader, id translog.Identity) ([]byte, translog.Checkpoint, error) {
	note, err := log.Checkpoint(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, translog.Checkpoint{Origin: id.Origin(), Head: translog.Edge{}.Head()}, nil
	}
	if err != nil {
		return nil, translog.Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	tree, err := id.Open(note)
	return note, tree, err
}

// logPosition notes the published tree, if there is one yet.
func (o *Office) logPosition(ctx context.Context, r *Receipt) error {
	id, err := o.Identity()
	if err != nil {
		return err
	}
	note, tree, err := published(ctx, o.log, id)
	if err != nil {
		return err
	}
	r.LogSize, r.LogRoot, r.Checkpoint = tree.Size, tree.Root.String(), string(note)
	return nil
}

// message is what is signed: the receipt without its signature, in the form of RFC 8785.
func (r Receipt) message() ([]byte, error) {
	r.Sig = ""
	plain, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	message, err := jcs.Transform(plain)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	return message, nil
}

// wrote reports whether data says what the receipt says and nothing else: a
// member that was added, or stands twice, could be read for a signed one.
func (r Receipt) wrote(data []byte) bool {
	plain, err := json.Marshal(r)
	if err != nil {
		return false
	}
	mine, err := jcs.Transform(plain)
	if err != nil {
		return false
	}
	given, err := jcs.Transform(data)
	return err == nil && bytes.Equal(mine, given)
}

// Check reports whether the receipt is unaltered and was signed by a key that
// counted at its time; suspect tells that the key was lost later. It reports
// [ErrMalformed], [ErrAltered] or the signing package's reason.
func (r Receipt) Check(keys signing.Keys) (suspect bool, err error) {
	sig, err := base64.RawURLEncoding.DecodeString(r.Sig)
	if err != nil || r.Format != receiptFormat {
		return false, fmt.Errorf("%w: not a receipt", ErrMalformed)
	}
	key, err := keys.ByID(r.Key)
	if err != nil {
		return false, err
	}
	message, err := r.message()
	if err != nil {
		return false, err
	}
	if err := key.Verify(message, sig, r.At); errors.Is(err, signing.ErrBadSignature) {
		return false, fmt.Errorf("%w: %w", ErrAltered, err)
	} else if err != nil {
		return false, err
	}
	return key.Suspect(), nil
}
