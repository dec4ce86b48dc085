package db

import (
	"context"
	"time"

	"github.com/certreg/certreg/registry"
)

const photoColumns = "id, person, image, put_at"

type photoRow struct {
	ID     string `db:"id"`
	Person string `db:"person"`
	Image  []byte `db:"image"`
	PutAt  stamp  `db:"put_at"`
}

// onePhoto reads the photo that the rest of the query chooses.
func (t *tx) onePhoto(ctx context.Context, what, rest, arg string) (registry.Photo, error) {
	var row photoRow
	if err := t.get(ctx, &row, `SELECT `+photoColumns+` FROM photo `+rest, arg); err != nil {
		return registry.Photo{}, found(err, registry.PhotoNotFound, what)
	}
	image, err := t.vault.Open(row.Image, imageCell(row.ID))
	if err != nil {
		return registry.Photo{}, wrap(err, "photo "+row.ID)
	}
	return registry.Photo{ID: row.ID, Person: row.Person, Image: image, At: row.PutAt.Time}, nil
}

// Photo implements [registry.Reader].
func (t *tx) Photo(ctx context.Context, person string) (registry.Photo, error) {
	return t.onePhoto(ctx, "photo of person "+person, `WHERE person = $1 AND ended_at IS NULL`, person)
}

// PhotoOnPaper implements [registry.Reader].
func (t *tx) PhotoOnPaper(ctx context.Context, paper string) (registry.Photo, error) {
	return t.onePhoto(ctx, "photo on paper "+paper, `WHERE id = (SELECT photo FROM photo_use WHERE paper = $1)`, paper)
}

// PhotosOf implements [registry.Reader].
func (t *tx) PhotosOf(ctx context.Context, people []string) (map[string]string, error) {
	var rows []photoRow
	chosen, arg := t.oneOf("person", 1, people)
	err := t.all(ctx, &rows, `SELECT id, person FROM photo WHERE ended_at IS NULL AND `+chosen, arg)
	if err != nil {
		return nil, wrap(err, "photos of people")
	}
	photos := make(map[string]string, len(rows))
	for _, r := range rows {
		photos[r.Person] = r.ID
	}
	return photos, nil
}

// InsertPhoto implements [registry.Writer].
func (t *tx) InsertPhoto(ctx context.Context, p registry.Photo) error {
	sealed, err := t.vault.Seal(p.Image, imageCell(p.ID))
	if err != nil {
		return wrap(err, "insert photo "+p.ID)
	}
	return wrap(t.insert(ctx, "photo ("+photoColumns+")", []any{p.ID, p.Person, sealed, stamp{p.At}}), "insert photo "+p.ID)
}

// RetirePhoto implements [registry.Writer]. Where a paper that shows the photo
// is being entered meanwhile, the reference between them makes one of the two
// transactions run again.
func (t *tx) RetirePhoto(ctx context.Context, id string, at time.Time) error {
	erased, err := t.change(ctx, `
		DELETE FROM photo
		WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM photo_use WHERE photo = $1)`, id)
	if err != nil || erased == 1 {
		return wrap(err, "erase photo "+id)
	}
	n, err := t.change(ctx, `UPDATE photo SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL`, stamp{at}, id)
	return once(n, err, "photo "+id)
}

// InsertPhotoUses implements [registry.Writer].
func (t *tx) InsertPhotoUses(ctx context.Context, uses []registry.PhotoUse) error {
	rows := make([][]any, len(uses))
	for i, u := range uses {
		rows[i] = []any{u.Paper, u.Photo}
	}
	return wrap(t.insert(ctx, "photo_use (paper, photo)", rows...), "insert photo uses")
}
