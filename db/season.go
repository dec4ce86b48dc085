package db

import (
	"context"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

const seasonColumns = `id, occupation, scheme, name_zh, name_en, registration_from, registration_until,
	examination_from, examination_until, cutoff_on, created_at, version`

type seasonRow struct {
	ID                string     `db:"id"`
	Occupation        string     `db:"occupation"`
	Scheme            string     `db:"scheme"`
	NameZH            string     `db:"name_zh"`
	NameEN            string     `db:"name_en"`
	RegistrationFrom  civil.Date `db:"registration_from"`
	RegistrationUntil civil.Date `db:"registration_until"`
	ExaminationFrom   civil.Date `db:"examination_from"`
	ExaminationUntil  civil.Date `db:"examination_until"`
	CutoffOn          civil.Date `db:"cutoff_on"`
	CreatedAt         stamp      `db:"created_at"`
	Version           int        `db:"version"`
}

func (r seasonRow) season() registry.Season {
	return registry.Season{
		ID: r.ID, Occupation: r.Occupation, Scheme: r.Scheme, Name: registry.Text{ZH: r.NameZH, EN: r.NameEN},
		Registration: registry.Days{From: r.RegistrationFrom, Until: r.RegistrationUntil},
		Examination:  registry.Days{From: r.ExaminationFrom, Until: r.ExaminationUntil},
		CutoffOn:     r.CutoffOn, CreatedAt: r.CreatedAt.Time, Version: r.Version,
	}
}

// Season implements [registry.Reader].
func (t *tx) Season(ctx context.Context, id string) (registry.Season, error) {
	var row seasonRow
	err := t.get(ctx, &row, `SELECT `+seasonColumns+` FROM season WHERE id = $1`, id)
	return row.season(), found(err, registry.SeasonNotFound, "season "+id)
}

// Seasons implements [registry.Reader].
func (t *tx) Seasons(ctx context.Context, f registry.SeasonFilter) ([]registry.Season, error) {
	var w where
	is(&w, "occupation", f.Occupation)
	var rows []seasonRow
	if err := t.all(ctx, &rows, `SELECT `+seasonColumns+` FROM season`+w.page("id", f.Page), w.args...); err != nil {
		return nil, wrap(err, "seasons")
	}
	return each(rows, seasonRow.season), nil
}

// InsertSeason implements [registry.Writer].
func (t *tx) InsertSeason(ctx context.Context, s registry.Season) error {
	return wrap(t.insert(ctx, "season ("+seasonColumns+")", []any{
		s.ID, s.Occupation, s.Scheme, s.Name.ZH, s.Name.EN, s.Registration.From, s.Registration.Until,
		s.Examination.From, s.Examination.Until, s.CutoffOn,
		stamp{s.CreatedAt},
		s.Version,
	}), "insert season "+s.ID)
}
