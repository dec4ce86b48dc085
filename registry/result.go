package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Score is a mark in hundredths of a point: "59.5" is 5950. The scale ends at 100 points.
type Score int

// ParseScore reads "0" to "100" with up to two decimals.
func ParseScore(s string) (Score, error) {
	whole, part, _ := strings.Cut(s, ".")
	if !digits(whole) || len(whole) > 3 || len(part) > 2 || (part != "" && !digits(part)) || strings.HasSuffix(s, ".") {
		return 0, fmt.Errorf("score %q is no number from 0 to 100 with up to two decimals", s)
	}
	n, err := strconv.Atoi(whole + (part + "00")[:2])
	if err != nil || n > 10000 {
		return 0, fmt.Errorf("score %q is no number from 0 to 100 with up to two decimals", s)
	}
	return Score(n), nil
}

// String is the score in points, without needless decimals.
func (s Score) String() string {
	text := fmt.Sprintf("%d.%02d", s/100, s%100)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// MarshalText gives the score in points.
func (s Score) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the score in points.
func (s *Score) UnmarshalText(text []byte) (err error) {
	*s, err = ParseScore(string(text))
	return err
}

// A Mark says what a result is made of.
type Mark string

// The marks. Absent counts as 0 but stays told apart from a 0 that was earned.
const (
	Scored Mark = "scored"
	Absent Mark = "absent"
	Void   Mark = "void" // annulled, for instance for cheating
)

// A Result is one person's result in one component of a sitting.
type Result struct {
	ID          string
	Application string
	Ticket      string // ticket number of the application; told by the store
	Component   string
	Mark        Mark
	Raw         Score // as marked
	Deduction   Score // taken off, for instance for writing on after the signal
	Final       Score // Raw less Deduction, not below 0; 0 when absent or void
	Reason      string
	EnteredBy   string
	EnteredAt   time.Time
	ConfirmedBy string // another person; "" while not confirmed
	ConfirmedAt time.Time
	Amendment   string    // identifier of the amendment that gave it its value, or ""
	AmendedAt   time.Time // when that took effect
	Version     int
}

// Confirmed reports whether a second person has confirmed the result.
func (r Result) Confirmed() bool { return r.ConfirmedBy != "" }

// Passed reports whether the result is confirmed and reaches the pass mark.
func (r Result) Passed(passMark Score) bool {
	return r.Confirmed() && r.Mark == Scored && r.Final >= passMark
}

// settledAt is when the result became what it is.
func (r Result) settledAt() time.Time {
	if r.Amendment != "" {
		return r.AmendedAt
	}
	return r.ConfirmedAt
}

// An Entered is one line of results as a clerk enters it. Score texts stay
// text until they are checked, so that a fault can be named at its place.
type Entered struct {
	Ticket    string
	Component string
	Raw       string
	Deduction string // "" is 0
	Absent    bool
	Void      bool
	Reason    string // required with Void or Deduction
}

// EnterResults enters or corrects results of a sitting, all or none. Results
// that a second person has confirmed cannot be changed, see
// [Registry.ProposeAmendment]. It reports
// [SittingNotFound], [ResultBeforeSitting], [InvalidInput] or [IdentityInText]
// with a pointer for each fault, [ResultConfirmed].
func (r *Registry) EnterResults(ctx context.Context, by Caller, sitting string, in []Entered) ([]Result, error) {
	if err := by.may(enterResults); err != nil {
		return nil, err
	}
	return write(ctx, r, by, func(c *change) ([]Result, error) {
		s, err := by.sitting(ctx, c, sitting)
		if err != nil {
			return nil, err
		}
		if r.Today().Before(s.On) {
			return nil, refuse(ResultBeforeSitting, say("考试日期为 %s，尚不能登记成绩。", "The sitting is on %s; results cannot be entered before.", s.On))
		}
		if err := c.LockSitting(ctx, s.ID); err != nil {
			return nil, err
		}
		tickets := make([]string, len(in))
		for i, line := range in {
			tickets[i] = line.Ticket
		}
		roll, err := c.roll(ctx, s.ID, tickets)
		if err != nil {
			return nil, err
		}
		season, err := c.Season(ctx, s.Season)
		if err != nil {
			return nil, err
		}
		results, err := c.checkResults(roll, in, r.schemes[season.Scheme].MaxScore)
		if err != nil {
			return nil, err
		}
		if err := c.PutResults(ctx, results); err != nil {
			return nil, err
		}
		for _, res := range results {
			c.record(ResultEntered, "result", res.ID, s.Body, map[string]string{"application": res.Application, "component": res.Component, "mark": string(res.Mark), "final": res.Final.String()})
		}
		return results, nil
	})
}

// A seat is an admitted application with the results it has so far. The
// application may come from [Reader.Roll], without what its decision rests on.
type seat struct {
	application Application
	results     map[string]Result // by component
}

// roll is the seats of a sitting by ticket number, or of these tickets only
// when there are any.
func (c *change) roll(ctx context.Context, sitting string, tickets []string) (map[string]seat, error) {
	admitted, err := c.Roll(ctx, sitting, tickets)
	if err != nil {
		return nil, err
	}
	results, err := c.ResultsOfSitting(ctx, sitting, tickets)
	if err != nil {
		return nil, err
	}
	roll := make(map[string]seat, len(admitted))
	for _, a := range admitted {
		roll[a.Ticket] = seat{application: a, results: map[string]Result{}}
	}
	for _, res := range results {
		roll[res.Ticket].results[res.Component] = res
	}
	return roll, nil
}

// checkResults turns lines into results, or says what is wrong with each.
func (c *change) checkResults(roll map[string]seat, in []Entered, maxScore Score) ([]Result, error) {
	var chk check
	chk.that(len(in) > 0 && len(in) <= 5000, "/results", Text{ZH: "一次可登记 1 至 5000 条成绩。", EN: "Give 1 to 5000 results at a time."})
	results := make([]Result, 0, len(in))
	seen := make(map[[2]string]bool, len(in))
	for i, line := range in {
		at := "/results/" + strconv.Itoa(i)
		s, ok := roll[line.Ticket]
		chk.that(ok, at+"/ticketNumber", Text{ZH: "该考次没有这个准考证号。", EN: "No one is admitted to this sitting under that ticket number."})
		if !ok {
			continue
		}
		key := [2]string{line.Ticket, line.Component}
		chk.that(!seen[key], at, Text{ZH: "同一考生同一科目重复。", EN: "The same candidate and component stand here twice."})
		seen[key] = true
		sits := slices.Contains(s.application.Components, line.Component)
		chk.that(sits, at+"/component", Text{ZH: "该考生未报考此科目。", EN: "The candidate did not apply for this component."})
		old, had := s.results[line.Component]
		if had && old.Confirmed() {
			return nil, refuse(ResultConfirmed, say("准考证号 %s 的 %s 成绩已经确认，不能更改。", "The result of ticket %s in %s is confirmed and cannot be changed.", line.Ticket, line.Component))
		}
		res := line.result(&chk, at, maxScore)
		res.Application, res.Ticket, res.EnteredBy, res.EnteredAt = s.application.ID, line.Ticket, c.by.Subject, c.at
		res.ID, res.Version = old.ID, old.Version+1
		if !had {
			id, err := c.r.newID()
			if err != nil {
				return nil, err
			}
			res.ID = id
		}
		results = append(results, res)
	}
	return results, chk.err()
}

// result reads one line; faults are noted in chk under the pointer at.
func (e Entered) result(chk *check, at string, maxScore Score) Result {
	res := Result{Component: e.Component, Mark: Scored, Reason: chk.remark(at+"/reason", e.Reason, longestRemark)}
	chk.that(!e.Absent || !e.Void, at+"/absent", Text{ZH: "缺考与作废不能同时填写。", EN: "A result is absent or void, not both."})
	bad := Text{ZH: "分数应为 0 至 100，最多两位小数。", EN: "A score is a number from 0 to 100 with up to two decimals."}
	switch {
	case e.Absent:
		res.Mark = Absent
		chk.that(e.Raw == "" && e.Deduction == "", at+"/raw", Text{ZH: "缺考者不填分数。", EN: "An absent candidate has no score."})
		return res
	case e.Void:
		res.Mark = Void
		chk.that(res.Reason != "", at+"/reason", Text{ZH: "成绩作废须填写理由。", EN: "A void result needs a reason."})
		if e.Raw == "" {
			return res
		}
	}
	raw, err := ParseScore(e.Raw)
	chk.that(err == nil && raw <= maxScore, at+"/raw", bad)
	res.Raw = raw
	if e.Deduction != "" {
		d, err := ParseScore(e.Deduction)
		chk.that(err == nil, at+"/deduction", bad)
		chk.that(err != nil || d == 0 || res.Reason != "", at+"/reason", Text{ZH: "扣分须填写理由。", EN: "A deduction needs a reason."})
		res.Deduction = d
	}
	if res.Mark == Scored {
		res.Final = max(res.Raw-res.Deduction, 0)
	}
	return res
}

// A Confirming says what to confirm.
type Confirming struct {
	Sitting   string
	Component string // "" for all
	Read      string // the Tag of the [ResultSheet] that was read: nothing else is confirmed
}

// A Confirmation says what a confirming run did.
type Confirmation struct {
	Confirmed int
	Own       int // left, because the caller entered them
	Missing   int // admitted components without a result yet
}

// ConfirmResults confirms what others entered for a sitting, exactly as the
// caller read it. Nothing a person entered is confirmed by the same person; if
// there is nothing else to confirm it reports [ResultsSamePerson]. It reports
// [VersionChanged] when results were entered or confirmed since they were read.
func (r *Registry) ConfirmResults(ctx context.Context, by Caller, in Confirming) (Confirmation, error) {
	if err := by.may(confirmResults); err != nil {
		return Confirmation{}, err
	}
	return write(ctx, r, by, func(c *change) (Confirmation, error) {
		s, err := by.sitting(ctx, c, in.Sitting)
		if err != nil {
			return Confirmation{}, err
		}
		if err := r.examines(s, in.Component); err != nil {
			return Confirmation{}, err
		}
		if err := c.LockSitting(ctx, s.ID); err != nil {
			return Confirmation{}, err
		}
		roll, err := c.roll(ctx, s.ID, nil)
		if err != nil {
			return Confirmation{}, err
		}
		var results []Result
		for _, ticket := range sortedKeys(roll) {
			for _, component := range sortedKeys(roll[ticket].results) {
				results = append(results, roll[ticket].results[component])
			}
		}
		if sheetOf(results, in.Component).Tag != in.Read {
			return Confirmation{}, Changed()
		}
		done, confirmed := c.confirm(roll, in.Component)
		if len(confirmed) == 0 && done.Own > 0 {
			return Confirmation{}, refuse(ResultsSamePerson, Text{ZH: "成绩须由登记人以外的人确认。", EN: "Results are confirmed by someone other than who entered them."})
		}
		if err := c.PutResults(ctx, confirmed); err != nil {
			return Confirmation{}, err
		}
		for _, res := range confirmed {
			c.record(ResultConfirmedBy, "result", res.ID, s.Body, map[string]string{"application": res.Application, "component": res.Component, "final": res.Final.String(), "mark": string(res.Mark)})
		}
		return done, nil
	})
}

// examines refuses a component that a sitting's level does not have; "" is all of them.
func (r *Registry) examines(s Sitting, component string) error {
	var chk check
	known := component == "" || slices.Contains(r.schemes[s.Scheme].components(s.Level), component)
	chk.that(known, "/component", Text{ZH: "该等级没有这个科目。", EN: "The level has no such component."})
	return chk.err()
}

// confirm marks what the caller may confirm, in the order of ticket numbers.
func (c *change) confirm(roll map[string]seat, component string) (Confirmation, []Result) {
	var done Confirmation
	var confirmed []Result
	for _, ticket := range sortedKeys(roll) {
		s := roll[ticket]
		for _, id := range s.application.Components {
			res, ok := s.results[id]
			switch {
			case component != "" && id != component, ok && res.Confirmed():
			case !ok:
				done.Missing++
			case res.EnteredBy == c.by.Subject:
				done.Own++
			default:
				res.ConfirmedBy, res.ConfirmedAt = c.by.Subject, c.at
				res.Version++
				confirmed = append(confirmed, res)
			}
		}
	}
	done.Confirmed = len(confirmed)
	return done, confirmed
}

// A ResultSheet is the results of a sitting as somebody reads them.
type ResultSheet struct {
	Results []Result // by ticket number and component
	Tag     string   // another one as soon as any of them is another
}

// ResultsOfSitting reads the results of a sitting in the caller's subtree, in
// one component or in all when component is "". It reports [SittingNotFound],
// and [InvalidInput] for a component that the level does not have.
func (r *Registry) ResultsOfSitting(ctx context.Context, by Caller, sitting, component string) (sheet ResultSheet, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		s, err := by.sitting(ctx, rd, sitting)
		if err != nil {
			return err
		}
		if err := r.examines(s, component); err != nil {
			return err
		}
		results, err := rd.ResultsOfSitting(ctx, s.ID, nil)
		sheet = sheetOf(results, component)
		return err
	})
	return sheet, err
}

// sheetOf is the sheet of all results of a sitting, or of one component.
func sheetOf(results []Result, component string) ResultSheet {
	if component != "" {
		results = slices.DeleteFunc(results, func(res Result) bool { return res.Component != component })
	}
	h := sha256.New()
	for _, res := range results {
		fmt.Fprintf(h, "%s %d\n", res.ID, res.Version)
	}
	return ResultSheet{Results: results, Tag: hex.EncodeToString(h.Sum(nil)[:16])}
}

// ResultsOfApplication lists the results of an application in the caller's
// subtree. It reports [ApplicationNotFound].
func (r *Registry) ResultsOfApplication(ctx context.Context, by Caller, application string) (results []Result, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		a, err := by.application(ctx, rd, application)
		if err != nil {
			return err
		}
		results, err = rd.ResultsOfApplication(ctx, a.ID)
		return err
	})
	return results, err
}
