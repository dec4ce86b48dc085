package registry

import (
	"context"
	"slices"
	"time"

	"github.com/certreg/certreg/internal/civil"
)

// A Sitting is one examination: one level, at one centre, on one day.
type Sitting struct {
	ID         string
	Season     string
	Scheme     string // exam scheme of the season; told by the store
	Body       string // the assessment centre
	Occupation string
	Level      int
	On         civil.Date
	Capacity   int // seats
	Applied    int // applications submitted and not yet decided; counted by the store
	Admitted   int // seats taken; counted by the store
	CreatedAt  time.Time
	Version    int
}

// A SittingFilter chooses sittings of bodies under Scope; empty fields choose all.
type SittingFilter struct {
	Scope      string
	Season     string
	Body       string
	Occupation string
	Level      int
	From       civil.Date // held on or after this day
	Page
}

// A NewSitting is what must be told to schedule a sitting.
type NewSitting struct {
	Season   string
	Body     string
	Level    int
	On       civil.Date
	Capacity int
}

// maxCapacity bounds the seats of one sitting: a ticket number has four digits for them.
const maxCapacity = 9999

// ScheduleSitting enters a sitting. It reports [SeasonNotFound],
// [BodyNotFound], [InvalidInput], [LevelNotOpened], [DayOutOfSeason].
func (r *Registry) ScheduleSitting(ctx context.Context, by Caller, in NewSitting) (Sitting, error) {
	if err := by.may(manageSittings); err != nil {
		return Sitting{}, err
	}
	if err := checkCapacity(in.Capacity); err != nil {
		return Sitting{}, err
	}
	return write(ctx, r, by, func(c *change) (Sitting, error) {
		season, err := c.Season(ctx, in.Season)
		if err != nil {
			return Sitting{}, err
		}
		body, err := by.reach(ctx, c, in.Body, BodyNotFound)
		if err != nil {
			return Sitting{}, err
		}
		var chk check
		chk.that(body.Kind == AssessmentCentre, "/body", Text{ZH: "考次只能设在鉴定所站。", EN: "Sittings are held at assessment centres only."})
		if err := chk.err(); err != nil {
			return Sitting{}, err
		}
		if err := r.admitsSitting(ctx, c, season, in); err != nil {
			return Sitting{}, err
		}
		id, err := r.newID()
		if err != nil {
			return Sitting{}, err
		}
		s := Sitting{
			ID: id, Season: season.ID, Body: body.ID, Occupation: season.Occupation, Level: in.Level,
			On: in.On, Capacity: in.Capacity, CreatedAt: c.at, Version: 1,
		}
		if err := c.InsertSitting(ctx, s); err != nil {
			return Sitting{}, err
		}
		c.record(SittingScheduled, "sitting", s.ID, s.Body, map[string]string{"on": s.On.String()})
		return s, nil
	})
}

func checkCapacity(n int) error {
	var chk check
	chk.that(n >= 1 && n <= maxCapacity, "/capacity", say("座位数应为 1 至 %d。", "Capacity must be 1 to %d.", maxCapacity))
	return chk.err()
}

// admitsSitting refuses levels that are not examined and days outside the season.
func (r *Registry) admitsSitting(ctx context.Context, rd Reader, season Season, in NewSitting) error {
	levels, err := r.openedLevels(ctx, rd, season.Occupation)
	if err != nil {
		return err
	}
	open := slices.ContainsFunc(levels, func(l OpenedLevel) bool { return l.Level == in.Level && !l.OpenedOn.After(in.On) })
	if !open {
		return refuse(LevelNotOpened, say("%d 级在该日尚未开考。", "Level %d is not opened for examination on that day.", in.Level))
	}
	return season.holds(in.On)
}

// holds refuses a day outside the examination period.
func (s Season) holds(day civil.Date) error {
	if s.Examination.Contain(day) {
		return nil
	}
	e := refuse(DayOutOfSeason, say("考试日期应在 %s 至 %s 之间。", "The day must be from %s to %s.", s.Examination.From, s.Examination.Until))
	e.Fields = []Field{{Pointer: "/day", Detail: e.Detail}}
	return e
}

// A SittingChange is what may be changed of a sitting; nil fields stay.
type SittingChange struct {
	ID       string
	Version  int
	On       *civil.Date
	Capacity *int
}

// ChangeSitting moves a sitting or changes its seats. It reports
// [SittingNotFound], [VersionChanged], [SittingStarted] for moving a sitting
// that people have applied for, [SittingTooSmall] for fewer seats than are taken.
func (r *Registry) ChangeSitting(ctx context.Context, by Caller, in SittingChange) (Sitting, error) {
	if err := by.may(manageSittings); err != nil {
		return Sitting{}, err
	}
	return write(ctx, r, by, func(c *change) (Sitting, error) {
		if _, err := by.sitting(ctx, c, in.ID); err != nil {
			return Sitting{}, err
		}
		// The lock keeps seats from being taken meanwhile.
		if err := c.LockSitting(ctx, in.ID); err != nil {
			return Sitting{}, err
		}
		s, err := c.Sitting(ctx, in.ID)
		if err != nil {
			return Sitting{}, err
		}
		if s.Version != in.Version {
			return Sitting{}, Changed()
		}
		if err := c.alterSitting(ctx, &s, in); err != nil {
			return Sitting{}, err
		}
		if err := c.UpdateSitting(ctx, s); err != nil {
			return Sitting{}, err
		}
		s.Version++
		c.record(SittingChanged, "sitting", s.ID, s.Body, map[string]string{"on": s.On.String()})
		return s, nil
	})
}

func (c *change) alterSitting(ctx context.Context, s *Sitting, in SittingChange) error {
	if in.On != nil && *in.On != s.On {
		if s.Applied+s.Admitted > 0 {
			return refuse(SittingStarted, Text{ZH: "该考次已有人申报，不能改期。", EN: "People have applied for this sitting; it cannot be moved."})
		}
		season, err := c.Season(ctx, s.Season)
		if err != nil {
			return err
		}
		if err := c.r.admitsSitting(ctx, c, season, NewSitting{Level: s.Level, On: *in.On}); err != nil {
			return err
		}
		s.On = *in.On
	}
	if in.Capacity != nil {
		if err := checkCapacity(*in.Capacity); err != nil {
			return err
		}
		if *in.Capacity < s.Admitted {
			return refuse(SittingTooSmall, say("已有 %d 人被准考，座位数不能更少。", "%d people are admitted; there cannot be fewer seats.", s.Admitted))
		}
		s.Capacity = *in.Capacity
	}
	return nil
}

// sitting returns a sitting within the caller's reach.
func (c Caller) sitting(ctx context.Context, rd Reader, id string) (Sitting, error) {
	s, err := rd.Sitting(ctx, id)
	if err != nil {
		return Sitting{}, err
	}
	if _, err := c.reach(ctx, rd, s.Body, SittingNotFound); err != nil {
		return Sitting{}, err
	}
	return s, nil
}

// Sitting returns one sitting of the caller's subtree. It reports [SittingNotFound].
func (r *Registry) Sitting(ctx context.Context, by Caller, id string) (s Sitting, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		s, err = by.sitting(ctx, rd, id)
		return err
	})
	return s, err
}

// Sittings lists sittings of the caller's subtree.
func (r *Registry) Sittings(ctx context.Context, by Caller, f SittingFilter) ([]Sitting, string, error) {
	f.Scope = by.Scope
	return list(ctx, r, f.Page, func(s Sitting) string { return s.ID }, func(rd Reader, p Page) ([]Sitting, error) {
		f.Page = p
		return rd.Sittings(ctx, f)
	})
}
