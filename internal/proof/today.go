package proof

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/certreg/certreg/registry"
)

// Check is [Check] against this register, with what it answers now. It reports
// as that does and as [registry.Registry.Verify].
func (o *Office) Check(ctx context.Context, data []byte) (Finding, error) {
	f, err := Check(data, o.Trust(), o.now())
	if err != nil {
		return Finding{}, err
	}
	queries := f.Queries()
	if len(queries) == 0 {
		return f, nil
	}
	answers, err := o.reg.Verify(ctx, queries)
	if err != nil {
		return Finding{}, err
	}
	return f.Answered(receiptItems(answers)), nil
}

// Queries is what to ask the register about the certificates that were found,
// in their order: those that something of the register's vouches for.
func (f Finding) Queries() []registry.Query {
	if f.Number != "" {
		return []registry.Query{{Number: f.Number, Paper: f.Paper, Version: f.Version}}
	}
	queries := make([]registry.Query, len(f.Items))
	for i, item := range f.Items {
		queries[i] = registry.Query{Number: item.Number, Name: item.Name, Paper: item.Paper, Version: item.Version}
	}
	return queries
}

// Answered is the finding with the register's answers to its queries, and to
// others after them. What is authentic and carries one certificate is
// superseded when that is the register's verdict on it: a doubtful signature
// gains nothing by its paper being known, and a status says more. The lines of
// a receipt each have their own answer. Beside what is altered no yes is told:
// it is about a certificate that somebody put another page around.
func (f Finding) Answered(today []ReceiptItem) Finding {
	yes := func(item ReceiptItem) bool { return item.Verdict == registry.VerdictValid }
	if f.Verdict == Altered && slices.ContainsFunc(today, yes) {
		return f
	}
	f.Today = today
	if f.Verdict == Authentic && f.Number != "" && len(today) > 0 && today[0].Verdict == registry.VerdictSuperseded {
		f.Verdict = Superseded
	}
	return f
}

// answerWindow is how far the time of an answer may lie from that of its
// reader, whose clock may be slow or fast.
const answerWindow = 10 * time.Minute

// The reasons a receipt is not taken for the answer to a request.
var (
	ErrUnvouched = errors.New("not a receipt signed by a key of the register that counts")
	ErrNotAsked  = errors.New("a receipt that answers something else")
	ErrNotNow    = errors.New("a receipt of another time")
	ErrPutBack   = errors.New("a receipt of a smaller log than was seen before")
)

// Answer reads a receipt as the answer of now to the request. Anybody can hand
// on a genuine receipt, so it must repeat the nonce and every query, and be of
// this time, ten minutes more or less. A register whose log became smaller was
// put back to a time before, and has forgotten what was withdrawn since. It
// reports [ErrUnvouched], [ErrNotAsked], [ErrNotNow] or [ErrPutBack].
func (r Request) Answer(data []byte, trust Trust, now time.Time) ([]ReceiptItem, error) {
	f, err := Check(data, trust, now)
	if err != nil || f.Kind != KindReceipt || f.Verdict != Authentic {
		return nil, ErrUnvouched
	}
	var receipt Receipt
	if err := json.Unmarshal(data, &receipt); err != nil {
		return nil, ErrUnvouched
	}
	same := func(item ReceiptItem, q registry.Query) bool {
		return registry.Query{Number: item.Number, Name: item.Name, Paper: item.Paper, Version: item.Version} == q
	}
	switch {
	case receipt.Nonce != r.Nonce || !slices.EqualFunc(receipt.Items, r.Items, same):
		return nil, ErrNotAsked
	case now.Sub(receipt.At).Abs() > answerWindow:
		return nil, ErrNotNow
	case receipt.LogSize < r.LogSize:
		return nil, ErrPutBack
	}
	return receipt.Items, nil
}
