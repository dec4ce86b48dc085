package registry

import (
	"context"
	"slices"

	"github.com/certreg/certreg/internal/civil"
)

// An OpenedLevel says that a level of an occupation is examined here, and
// since when. Being in the conditions is not enough: for this occupation only
// level 3 was opened for examination at first.
type OpenedLevel struct {
	Occupation string
	Level      int
	OpenedOn   civil.Date
}

// OpenLevel opens a level for examination; opening it again moves the day. It
// reports [OccupationAbsent], [InvalidInput] for a level without an exam scheme.
func (r *Registry) OpenLevel(ctx context.Context, by Caller, in OpenedLevel) (OpenedLevel, error) {
	if err := by.may(openLevels); err != nil {
		return OpenedLevel{}, err
	}
	schemes := r.Schemes(in.Occupation)
	if len(schemes) == 0 {
		return OpenedLevel{}, NotFound(OccupationAbsent)
	}
	var chk check
	chk.that(len(schemes[0].components(in.Level)) > 0, "/level", Text{ZH: "该职业没有这个等级的考核方案。", EN: "The occupation has no exam scheme for this level."})
	chk.that(!in.OpenedOn.IsZero(), "/openedOn", Text{ZH: "请填写开考日期。", EN: "The opening day is required."})
	if err := chk.err(); err != nil {
		return OpenedLevel{}, err
	}
	return write(ctx, r, by, func(c *change) (OpenedLevel, error) {
		if err := c.PutOpenedLevel(ctx, in); err != nil {
			return OpenedLevel{}, err
		}
		c.record(LevelOpened, "occupation", in.Occupation, "", map[string]string{"level": string(rune('0' + in.Level)), "on": in.OpenedOn.String()})
		return in, nil
	})
}

// OpenedLevels lists the levels of an occupation that are examined on a day:
// those the scheme opens from the start and those opened since.
func (r *Registry) OpenedLevels(ctx context.Context, occupation string) (levels []OpenedLevel, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		levels, err = r.openedLevels(ctx, rd, occupation)
		return err
	})
	return levels, err
}

func (r *Registry) openedLevels(ctx context.Context, rd Reader, occupation string) ([]OpenedLevel, error) {
	levels, err := rd.OpenedLevels(ctx, occupation)
	if err != nil {
		return nil, err
	}
	for _, s := range r.Schemes(occupation) {
		for _, l := range s.Opened {
			if s.Default && !slices.ContainsFunc(levels, func(o OpenedLevel) bool { return o.Level == l }) {
				levels = append(levels, OpenedLevel{Occupation: occupation, Level: l})
			}
		}
	}
	slices.SortFunc(levels, func(a, b OpenedLevel) int { return b.Level - a.Level })
	return levels, nil
}
