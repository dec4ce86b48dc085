package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/certreg/certreg/eligibility"
)

// Redecide replaces the facts of an application and decides again: to correct
// them before admission, or to show the diploma that a provisional decision
// waits for. It reports [ApplicationClosed], [ApplicationNotEligible].
func (r *Registry) Redecide(ctx context.Context, by Caller, id string, version int, facts *eligibility.Facts) (Application, error) {
	if err := by.may(register); err != nil {
		return Application{}, err
	}
	return r.alter(ctx, by, id, version, func(c *change, a *Application) error {
		provisional := a.Decided.Outcome == eligibility.EligibleProvisional.String()
		if a.Status != Submitted && (a.Status != Admitted || !provisional) {
			return a.Status.closed()
		}
		if !a.Decided.DueBy.IsZero() && r.Today().After(a.Decided.DueBy) {
			return refuse(ApplicationClosed, say("毕业证书应于 %s 前提交，期限已过。", "The diploma was due by %s.", a.Decided.DueBy))
		}
		used, err := c.used(ctx, *a)
		if err != nil {
			return err
		}
		if used {
			return a.Status.closed()
		}
		person, err := c.Person(ctx, a.Person)
		if err != nil {
			return err
		}
		if err := person.fits(facts); err != nil {
			return err
		}
		asOf := a.Decided.AsOf
		if provisional {
			asOf = r.Today()
		}
		decided, err := c.decide(ctx, a.Occupation, a.Level, asOf, facts)
		if err != nil {
			return err
		}
		a.Decided = decided
		c.record(ApplicationRedecided, "application", a.ID, a.Body, decided.detail())
		return nil
	})
}

// used reports whether a certificate rests on a result of the application, and
// so on its decision.
func (c *change) used(ctx context.Context, a Application) (bool, error) {
	results, err := c.ResultsOfApplication(ctx, a.ID)
	if err != nil {
		return false, err
	}
	attempts, err := c.Attempts(ctx, []string{a.Person}, a.Occupation, a.Level)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(results, func(res Result) bool {
		free := slices.ContainsFunc(attempts[a.Person], func(t Attempt) bool { return t.Result.ID == res.ID })
		return res.Confirmed() && !free
	}), nil
}

// WithdrawApplication ends an application that was not decided or sat yet. It
// reports [ApplicationNotFound], [InvalidInput], [IdentityInText],
// [ApplicationClosed], [VersionChanged].
func (r *Registry) WithdrawApplication(ctx context.Context, by Caller, id string, version int, reason string) (Application, error) {
	return r.end(ctx, by, register, id, version, reason, Withdrawn, ApplicationWithdrawn)
}

// Reject refuses an application, with the reason that the applicant is told.
// It reports as [Registry.WithdrawApplication].
func (r *Registry) Reject(ctx context.Context, by Caller, id string, version int, reason string) (Application, error) {
	return r.end(ctx, by, admit, id, version, reason, Rejected, ApplicationRejected)
}

func (r *Registry) end(ctx context.Context, by Caller, p permission, id string, version int, reason string, to ApplicationStatus, action Action) (Application, error) {
	if err := by.may(p); err != nil {
		return Application{}, err
	}
	reason, err := checkReason(reason)
	if err != nil {
		return Application{}, err
	}
	return r.alter(ctx, by, id, version, func(c *change, a *Application) error {
		// The lock keeps results from being entered meanwhile.
		if err := c.LockSitting(ctx, a.Sitting); err != nil {
			return err
		}
		results, err := c.ResultsOfApplication(ctx, a.ID)
		if err != nil {
			return err
		}
		if (a.Status != Submitted && a.Status != Admitted) || len(results) > 0 {
			return a.Status.closed()
		}
		a.Status, a.Reason = to, reason
		c.record(action, "application", a.ID, a.Body, nil)
		return nil
	})
}

func (s ApplicationStatus) closed() error {
	return refuse(ApplicationClosed, say("申报的状态为 %s，不能再作此变更。", "The application is %s; this can no longer be changed.", s))
}

// Admit gives an application its seat and ticket number. The centre has seen the
// applicant's document: who applied without an account is from here on the
// person it belongs to. It reports [ApplicationClosed], [SittingFull],
// [VersionChanged], [NothingToSit], and what is found only now of such an
// applicant: [PersonNameDiffers], [ApplicationExists], [InvalidInput].
func (r *Registry) Admit(ctx context.Context, by Caller, id string, version int) (Application, error) {
	if err := by.may(admit); err != nil {
		return Application{}, err
	}
	return r.alter(ctx, by, id, version, func(c *change, a *Application) error {
		if a.Status != Submitted {
			return a.Status.closed()
		}
		// The lock makes two clerks who admit to the last seat take turns.
		if err := c.LockSitting(ctx, a.Sitting); err != nil {
			return err
		}
		sitting, err := c.Sitting(ctx, a.Sitting)
		if err != nil {
			return err
		}
		if err := r.upcoming(sitting); err != nil {
			return err
		}
		if sitting.Admitted >= sitting.Capacity {
			return refuse(SittingFull, say("座位已满（%d）。", "All %d seats are taken.", sitting.Capacity))
		}
		if err := c.identify(ctx, a, sitting); err != nil {
			return err
		}
		if a.Ticket, err = c.nextTicket(ctx, sitting); err != nil {
			return err
		}
		// Results of an earlier sitting may have been confirmed since the application.
		season, err := c.Season(ctx, sitting.Season)
		if err != nil {
			return err
		}
		if a.Components, err = c.toSit(ctx, a.Person, sitting, r.schemes[season.Scheme]); err != nil {
			return err
		}
		a.Status = Admitted
		c.record(ApplicationAdmitted, "application", a.ID, a.Body, map[string]string{"ticket": a.Ticket})
		return nil
	})
}

// nextTicket makes a ticket number: institution code, day of the sitting,
// level, and a serial that runs through all sittings of that centre, day and level.
func (c *change) nextTicket(ctx context.Context, s Sitting) (string, error) {
	body, err := c.Body(ctx, s.Body)
	if err != nil {
		return "", err
	}
	prefix := fmt.Sprintf("%s%s%d", body.Code, strings.ReplaceAll(s.On.String(), "-", "")[2:], s.Level)
	n, err := c.NextSerials(ctx, []string{"ticket/" + prefix}, 1)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s%04d", prefix, n[0]), nil
}
