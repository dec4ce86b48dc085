package registry

import (
	"context"
	"time"

	"github.com/certreg/certreg/internal/civil"
)

// A Days is a run of days, both ends included.
type Days struct {
	From  civil.Date
	Until civil.Date
}

// Contain reports whether d is one of the days.
func (p Days) Contain(d civil.Date) bool { return !d.Before(p.From) && !d.After(p.Until) }

func (p Days) valid() bool { return !p.From.IsZero() && !p.Until.IsZero() && !p.Until.Before(p.From) }

// A Season is an announced examination period of an occupation.
type Season struct {
	ID           string
	Occupation   string
	Scheme       string // identifier of the exam scheme
	Name         Text
	Registration Days       // when applications are taken
	Examination  Days       // when sittings are held
	CutoffOn     civil.Date // day on which conditions must be met; zero: the day of the application
	CreatedAt    time.Time
	Version      int
}

// A SeasonFilter chooses seasons, of an occupation unless it is "".
type SeasonFilter struct {
	Occupation string
	Page
}

// A NewSeason is what must be told to announce a season. Scheme "" takes the
// occupation's default.
type NewSeason struct {
	Occupation   string
	Scheme       string
	Name         Text
	Registration Days
	Examination  Days
	CutoffOn     civil.Date
}

// AnnounceSeason enters a season. It reports [OccupationAbsent], [InvalidInput].
func (r *Registry) AnnounceSeason(ctx context.Context, by Caller, in NewSeason) (Season, error) {
	if err := by.may(manageSeasons); err != nil {
		return Season{}, err
	}
	schemes := r.Schemes(in.Occupation)
	if len(schemes) == 0 {
		return Season{}, NotFound(OccupationAbsent)
	}
	if in.Scheme == "" {
		in.Scheme = schemes[0].ID
	}
	if err := r.checkSeason(in); err != nil {
		return Season{}, err
	}
	return write(ctx, r, by, func(c *change) (Season, error) {
		id, err := r.newID()
		if err != nil {
			return Season{}, err
		}
		s := Season{
			ID: id, Occupation: in.Occupation, Scheme: in.Scheme, Name: in.Name, Registration: in.Registration,
			Examination: in.Examination, CutoffOn: in.CutoffOn, CreatedAt: c.at, Version: 1,
		}
		if err := c.InsertSeason(ctx, s); err != nil {
			return Season{}, err
		}
		c.record(SeasonAnnounced, "season", s.ID, "", nil)
		return s, nil
	})
}

func (r *Registry) checkSeason(in NewSeason) error {
	var chk check
	scheme, ok := r.schemes[in.Scheme]
	chk.that(ok && scheme.Occupation == in.Occupation, "/scheme", Text{ZH: "该职业没有这个考核方案。", EN: "The occupation has no such exam scheme."})
	chk.name(in.Name)
	order := Text{ZH: "请填写起止日期，且截止日期不早于开始日期。", EN: "Both days are required, and the last must not be before the first."}
	chk.that(in.Registration.valid(), "/registration", order)
	chk.that(in.Examination.valid(), "/examination", order)
	chk.that(!in.Examination.From.Before(in.Registration.From), "/examination/from", Text{ZH: "考试不能早于报名开始。", EN: "Examinations cannot begin before registration does."})
	return chk.err()
}

// Season returns one season. It reports [SeasonNotFound].
func (r *Registry) Season(ctx context.Context, id string) (s Season, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		s, err = rd.Season(ctx, id)
		return err
	})
	return s, err
}

// Seasons lists seasons in the order they were announced. They are public.
func (r *Registry) Seasons(ctx context.Context, f SeasonFilter) ([]Season, string, error) {
	return list(ctx, r, f.Page, func(s Season) string { return s.ID }, func(rd Reader, p Page) ([]Season, error) {
		f.Page = p
		return rd.Seasons(ctx, f)
	})
}
