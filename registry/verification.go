package registry

import (
	"context"
	"errors"
	"strconv"

	"github.com/certreg/certreg/internal/civil"
)

// A Query is one certificate that is asked about, with what its paper, file or
// QR code says. Everything but the number may be left out.
type Query struct {
	Number  string `json:"number"`
	Name    string `json:"name,omitempty"`    // of the holder
	Paper   string `json:"paper,omitempty"`   // serial of the paper
	Version int    `json:"version,omitempty"` // of the certificate, as files and QR codes tell it; not looked at when Paper is told
}

// A Verdict answers one query in a word.
type Verdict string

// The verdicts. Only "valid" is a yes.
const (
	VerdictValid       Verdict = "valid"
	VerdictSuspended   Verdict = "suspended"
	VerdictWithdrawn   Verdict = "withdrawn"
	VerdictCancelled   Verdict = "cancelled"
	VerdictNeverIssued Verdict = "never-issued"
	VerdictOutside     Verdict = "outside-coverage"
	VerdictNameDiffers Verdict = "name-differs"
	VerdictUnreadable  Verdict = "unreadable"
	// VerdictSuperseded says that the paper asked about is not the one in force
	// any more, and the certificate valid as far as the register can vouch for it.
	VerdictSuperseded Verdict = "superseded"
	// VerdictPaperDiffers says that no such paper was ever printed of the certificate.
	VerdictPaperDiffers Verdict = "paper-differs"
	// VerdictUntold says that the certificate is valid, was printed more than
	// once, and that which of its papers is asked about was not told.
	VerdictUntold Verdict = "untold"
	// VerdictUnconfirmed says that the register is on hold and so cannot vouch
	// for a yes, nor for that it knows of everything: see [Registry.OnHold].
	VerdictUnconfirmed Verdict = "unconfirmed"
)

// Verdicts lists every verdict.
func Verdicts() []Verdict {
	return []Verdict{
		VerdictValid, VerdictSuspended, VerdictWithdrawn, VerdictCancelled, VerdictSuperseded, VerdictUntold, VerdictUnconfirmed,
		VerdictNeverIssued, VerdictOutside, VerdictNameDiffers, VerdictPaperDiffers, VerdictUnreadable,
	}
}

// An Answer is the verdict on one query with what supports it.
type Answer struct {
	Query    Query
	Verdict  Verdict
	Faults   []Text     // of an unreadable number: each part that is wrong
	Lookup   *Lookup    // nil when nothing is told: not here, name or paper differ, or unconfirmed
	StatusOn civil.Date // since when the status holds
}

// MaxQueries is the most that is asked at once.
const MaxQueries = 10000

// Verify answers many queries on one state of the register, each as
// [Lookup.Verdict] does. It reports [InvalidInput] for no queries or too many.
func (r *Registry) Verify(ctx context.Context, queries []Query) (answers []Answer, err error) {
	var chk check
	chk.that(len(queries) > 0 && len(queries) <= MaxQueries, "/items", say("一次可核验 1 至 %d 条。", "Ask about 1 to %d certificates at a time.", MaxQueries))
	for i, q := range queries {
		chk.that(len(q.Number) <= 100 && len(q.Name) <= 400 && len(q.Paper) <= 100, "/items/"+strconv.Itoa(i), Text{ZH: "内容过长。", EN: "Too long."})
	}
	if err := chk.err(); err != nil {
		return nil, err
	}
	err = r.store.Read(ctx, func(rd Reader) error {
		answers = make([]Answer, len(queries))
		for i, q := range queries {
			if answers[i], err = r.verify(ctx, rd, q); err != nil {
				return err
			}
		}
		return nil
	})
	return answers, err
}

// absences is what it means for a query that a look-up finds nothing.
var absences = map[Code]Verdict{NeverIssued: VerdictNeverIssued, OutsideCoverage: VerdictOutside, NumberUnreadable: VerdictUnreadable}

func (r *Registry) verify(ctx context.Context, rd Reader, q Query) (Answer, error) {
	a := Answer{Query: q}
	l, err := r.lookUp(ctx, rd, q)
	if e, ok := errors.AsType[*Error](err); ok && absences[e.Code] != "" {
		a.Verdict = absences[e.Code]
		for _, f := range e.Fields {
			a.Faults = append(a.Faults, f.Detail)
		}
		return a, nil
	}
	if err != nil {
		return Answer{}, err
	}
	switch a.Verdict = l.Verdict(); a.Verdict {
	case VerdictNameDiffers, VerdictPaperDiffers, VerdictUnconfirmed:
	default:
		a.StatusOn, a.Lookup = l.StatusOn, &l
	}
	return a, nil
}

// Verdict is the look-up in a word. Of several that hold it is the first of:
// the name differs, no such paper was printed, the status unless it is valid,
// the paper is superseded, the register is on hold, the paper is untold. Nothing
// of the status or the paper is told beside the first two; a superseded paper is
// told beside a status. What only a later event could have made true, a name that
// was corrected or a paper that was printed since, no register on hold denies.
func (l Lookup) Verdict() Verdict {
	var standing PaperStanding
	if l.Asked != nil {
		standing = l.Asked.Standing
	}
	switch {
	case l.NameMatches != nil && !*l.NameMatches && l.OnHold:
		return VerdictUnconfirmed
	case l.NameMatches != nil && !*l.NameMatches:
		return VerdictNameDiffers
	case standing == PaperDiffers && !l.OnHold:
		return VerdictPaperDiffers
	case l.Status != StatusValid && (l.Status != "" || !l.OnHold):
		return Verdict(l.Status)
	case standing == PaperSuperseded:
		return VerdictSuperseded
	case l.OnHold:
		return VerdictUnconfirmed
	case standing == "" || standing == PaperInForce:
		return VerdictValid
	}
	return VerdictUntold
}
