package db_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// photo is the n-th photo of the n-th person; the store does not look at what is in it.
func photo(n int) registry.Photo {
	return registry.Photo{ID: id(8, n), Person: id(4, n), Image: bytes.Repeat([]byte("picture "), 1000), At: at}
}

// show enters a photo of the n-th person, and the n-th certificate with it.
func show(t *testing.T, s *db.DB, n int) {
	t.Helper()
	write(t, s, func(w registry.Writer) error { return w.InsertPhoto(t.Context(), photo(n)) })
	issue(t, s, n)
	write(t, s, func(w registry.Writer) error {
		return w.InsertPhotoUses(t.Context(), []registry.PhotoUse{{Paper: certificate(t, n).Paper, Photo: photo(n).ID}})
	})
}

// none wants that there is no such photo.
func none(t *testing.T, s *db.DB, what string, f func(registry.Reader) (registry.Photo, error)) {
	t.Helper()
	err := s.Read(t.Context(), func(r registry.Reader) error {
		_, err := f(r)
		return err
	})
	if code(err) != string(registry.PhotoNotFound) {
		t.Errorf("%s: err = %v, want %s", what, err, registry.PhotoNotFound)
	}
}

func photoOf(t *testing.T, n int) func(registry.Reader) (registry.Photo, error) {
	return func(r registry.Reader) (registry.Photo, error) { return r.Photo(t.Context(), person(n).ID) }
}

func photoOn(t *testing.T, n int) func(registry.Reader) (registry.Photo, error) {
	return func(r registry.Reader) (registry.Photo, error) {
		return r.PhotoOnPaper(t.Context(), certificate(t, n).Paper)
	}
}

func photosOf(t *testing.T, people ...string) func(registry.Reader) (map[string]string, error) {
	return func(r registry.Reader) (map[string]string, error) { return r.PhotosOf(t.Context(), people) }
}

func TestPhotos(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		seed(t, s)
		admit(t, s, 1, 2)
		none(t, s, "photo before", photoOf(t, 1))
		show(t, s, 1)
		same(t, s, "photo", photo(1), photoOf(t, 1))
		same(t, s, "photo on paper", photo(1), photoOn(t, 1))
		same(t, s, "photos", map[string]string{id(4, 1): id(8, 1)}, photosOf(t, id(4, 1), id(4, 2), "x"))
		same(t, s, "photo of a candidate", id(8, 1), func(r registry.Reader) (string, error) {
			cand, err := r.Candidate(t.Context(), id(5, 1))
			return cand.Photo, err
		})
		same(t, s, "photos of nobody", map[string]string{}, photosOf(t))

		write(t, s, func(w registry.Writer) error { return w.InsertPhoto(t.Context(), photo(2)) })
		second := photo(1)
		second.ID = id(8, 3)
		write(t, s, func(w registry.Writer) error {
			return errors.Join(w.RetirePhoto(t.Context(), photo(1).ID, at), w.InsertPhoto(t.Context(), second), w.RetirePhoto(t.Context(), photo(2).ID, at))
		})
		same(t, s, "new photo", second, photoOf(t, 1))
		same(t, s, "photo on the old paper", photo(1), photoOn(t, 1))
		none(t, s, "retired photo", photoOf(t, 2))
		if n := count(t, s, "photo"); n != 2 {
			t.Errorf("photos kept: got %d, want the new one and the one on paper", n)
		}
		err := s.Write(t.Context(), func(w registry.Writer) error { return w.RetirePhoto(t.Context(), photo(1).ID, at) })
		if !errors.Is(err, registry.ErrChanged) {
			t.Errorf("retire again: err = %v, want ErrChanged", err)
		}
		err = s.Write(t.Context(), func(w registry.Writer) error { return w.InsertPhoto(t.Context(), photo(1)) })
		if code(err) != string(registry.AlreadyExists) {
			t.Errorf("second photo: err = %v, want AlreadyExists", err)
		}
	})
}

func count(t *testing.T, s *db.DB, table string) (n int) {
	t.Helper()
	if err := s.Raw().GetContext(t.Context(), &n, `SELECT COUNT(*) FROM `+table); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPhotosAreSealed(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		seed(t, s)
		admit(t, s, 1, 2)
		write(t, s, func(w registry.Writer) error {
			return errors.Join(w.InsertPhoto(t.Context(), photo(1)), w.InsertPhoto(t.Context(), photo(2)))
		})
		var sealed []byte
		if err := s.Raw().GetContext(t.Context(), &sealed, `SELECT image FROM photo WHERE id = $1`, photo(1).ID); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(sealed, []byte("picture")) {
			t.Error("photo.image shows the picture")
		}
		if _, err := s.Raw().ExecContext(t.Context(), `UPDATE photo SET image = $1 WHERE id = $2`, sealed, photo(2).ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Read(t.Context(), func(r registry.Reader) error { _, err := photoOf(t, 2)(r); return err }); err == nil {
			t.Error("another's photo: read, want an error")
		}
	})
}

func TestWhatAPaperShowsStays(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		seed(t, s)
		admit(t, s, 1, 2)
		show(t, s, 1)
		write(t, s, func(w registry.Writer) error {
			return errors.Join(w.RetirePhoto(t.Context(), photo(1).ID, at), w.InsertPhoto(t.Context(), photo(2)))
		})
		statements := []string{
			`UPDATE photo SET id = 'x' WHERE id = '` + id(8, 2) + `'`,
			`UPDATE photo SET person = '` + id(4, 1) + `' WHERE id = '` + id(8, 2) + `'`,
			`UPDATE photo SET put_at = '2020-01-01T00:00:00.000000Z'`,
			`UPDATE photo SET ended_at = NULL WHERE id = '` + id(8, 1) + `'`,
			`UPDATE photo_use SET photo = '` + id(8, 2) + `'`,
			`DELETE FROM photo_use`,
		}
		if _, engine, _ := strings.Cut(t.Name(), "/"); engine == "postgres" {
			statements = append(statements, `TRUNCATE photo_use`, `TRUNCATE photo CASCADE`)
		}
		for _, statement := range statements {
			if _, err := s.Raw().ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "refused") {
				t.Errorf("%s: err = %v, want a refusal", statement, err)
			}
		}
		for _, statement := range []string{`DELETE FROM photo WHERE id = '` + id(8, 1) + `'`, `INSERT INTO photo_use (paper, photo) VALUES ('P1', 'x')`} {
			if _, err := s.Raw().ExecContext(t.Context(), statement); err == nil {
				t.Errorf("%s: err = nil, want a refusal", statement)
			}
		}
	})
}

// TestPhotoTakenAwayWhilePrinted retires a photo in one transaction while
// another makes a paper that shows it: whichever comes second runs again and
// finds what the first did.
func TestPhotoTakenAwayWhilePrinted(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		seed(t, s)
		const people = 12
		admit(t, s, 1, people)
		for n := range people {
			n++
			write(t, s, func(w registry.Writer) error { return w.InsertPhoto(t.Context(), photo(n)) })
			issue(t, s, n)
			paper, second := certificate(t, n).Paper, photo(n)
			second.ID = id(8, 100+n)
			done := make(chan error, 2)
			go func() {
				done <- s.Write(t.Context(), func(w registry.Writer) error {
					if err := w.RetirePhoto(t.Context(), photo(n).ID, at); err != nil {
						return err
					}
					return w.InsertPhoto(t.Context(), second)
				})
			}()
			go func() {
				done <- s.Write(t.Context(), func(w registry.Writer) error {
					now, err := w.PhotosOf(t.Context(), []string{person(n).ID})
					if err != nil {
						return err
					}
					return w.InsertPhotoUses(t.Context(), []registry.PhotoUse{{Paper: paper, Photo: now[person(n).ID]}})
				})
			}()
			if err := errors.Join(<-done, <-done); err != nil {
				t.Errorf("at the same time: %v", err)
			}
			if shown := read(t, s, photoOn(t, n)); shown.ID != photo(n).ID && shown.ID != second.ID {
				t.Errorf("the paper shows %s, want the first photo or the second", shown.ID)
			}
		}
	})
}
