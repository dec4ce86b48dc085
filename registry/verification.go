package registry

import (
	"context"
	"errors"
	"strconv"

	"github.com/certreg/certreg/internal/civil"
)

// A Query is one certificate an employer asks about.
type Query struct {
	Number string
	Name   string // "" when only the number is asked
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
)

// An Answer is the verdict on one query with what supports it.
type Answer struct {
	Query    Query
	Verdict  Verdict
	Faults   []Text     // of an unreadable number: each part that is wrong
	Lookup   *Lookup    // nil when nothing is told: not here, or the name differs
	StatusOn civil.Date // since when the status holds
}

// MaxQueries is the most that is asked at once.
const MaxQueries = 10000

// Verify answers many queries on one state of the register. Nothing about a
// certificate is told when the name given with its number is another. It
// reports [InvalidInput] for no queries or too many.
func (r *Registry) Verify(ctx context.Context, queries []Query) (answers []Answer, err error) {
	var chk check
	chk.that(len(queries) > 0 && len(queries) <= MaxQueries, "/items", say("一次可核验 1 至 %d 条。", "Ask about 1 to %d certificates at a time.", MaxQueries))
	for i, q := range queries {
		chk.that(len(q.Number) <= 100 && len(q.Name) <= 400, "/items/"+strconv.Itoa(i), Text{ZH: "内容过长。", EN: "Too long."})
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
	l, err := r.lookUp(ctx, rd, NormaliseNumber(q.Number), q.Name)
	if e, ok := errors.AsType[*Error](err); ok && absences[e.Code] != "" {
		a.Verdict = absences[e.Code]
		for _, f := range e.Fields {
			a.Faults = append(a.Faults, f.Detail)
		}
		return a, nil
	}
	switch {
	case err != nil:
		return Answer{}, err
	case l.NameMatches != nil && !*l.NameMatches:
		a.Verdict = VerdictNameDiffers
		return a, nil
	}
	a.Verdict, a.StatusOn, a.Lookup = Verdict(l.Status), l.StatusOn, &l
	return a, nil
}
