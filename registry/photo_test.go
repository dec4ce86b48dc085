package registry_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"maps"
	"slices"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/portrait"
	"github.com/certreg/certreg/internal/portrait/portraittest"
	"github.com/certreg/certreg/registry"
)

// kept is a drawn photo of a shade, as the register keeps it.
func kept(t testing.TB, shade uint8) []byte {
	t.Helper()
	return must(t)(portrait.Clean(portraittest.JPEG(t, shade))).([]byte)
}

// picture gives a person a photo in the version they have.
func (w *world) picture(person string, shade uint8) {
	w.t.Helper()
	p := must(w.t)(w.Person(w.t.Context(), w.clerk, person)).(registry.Person)
	if _, _, err := w.PutPhoto(w.t.Context(), w.clerk, person, p.Version, portraittest.JPEG(w.t, shade)); err != nil {
		w.t.Fatal(err)
	}
}

// printed is the photo on the paper in force of a certificate.
func (w *world) printed(n registry.Number) []byte {
	w.t.Helper()
	rec := must(w.t)(w.CertificateRecord(w.t.Context(), w.chief, n)).(registry.CertificateRecord)
	return must(w.t)(w.PaperPhoto(w.t.Context(), rec.Certificate)).([]byte)
}

func TestPhotoOfAPerson(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		p := w.person()
		_, _, err := w.Photo(ctx, w.clerk, p.ID)
		wantCode(t, err, registry.PhotoNotFound)
		steps := []struct {
			name    string
			version int
			shade   uint8
			created bool
			want    int // version after
			code    registry.Code
		}{
			{"first", 1, 90, true, 2, ""},
			{"again, as a retry sends it", 1, 90, false, 2, ""},
			{"another, unseen", 1, 120, false, 2, registry.VersionChanged},
			{"another", 2, 120, false, 3, ""},
		}
		for _, step := range steps {
			q, created, err := w.PutPhoto(ctx, w.clerk, p.ID, step.version, portraittest.JPEG(t, step.shade))
			switch {
			case step.code != "":
				wantCode(t, err, step.code)
			case err != nil || created != step.created || q.Version != step.want:
				t.Errorf("%s: got version %d, created %t, %v, want %d, %t", step.name, q.Version, created, err, step.want, step.created)
			}
		}
		photo, q, err := w.Photo(ctx, w.auditor, p.ID)
		if err != nil || !bytes.Equal(photo.Image, kept(t, 120)) || q.Version != 3 {
			t.Errorf("Photo: got %d bytes, version %d, %v", len(photo.Image), q.Version, err)
		}

		wantCode(t, w.RemovePhoto(ctx, w.clerk, p.ID, 2), registry.VersionChanged)
		for range 2 {
			if err := w.RemovePhoto(ctx, w.clerk, p.ID, 3); err != nil {
				t.Errorf("RemovePhoto: %v", err)
			}
		}
		_, _, err = w.Photo(ctx, w.clerk, p.ID)
		wantCode(t, err, registry.PhotoNotFound)
		w.wantJournal(p.ID, registry.PhotoPut, registry.PhotoPut, registry.PhotoRemoved)
	})
}

// wantJournal wants these entries about the photos of a person, without a word of what is on them.
func (w *world) wantJournal(person string, want ...registry.Action) {
	w.t.Helper()
	entries, _, err := w.Journal(w.t.Context(), w.chief, registry.JournalFilter{Kind: "person", Subject: person, Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	var got []registry.Action
	for _, e := range entries[1:] { // after its registration
		got = append(got, e.Action)
		if keys := slices.Collect(maps.Keys(e.Detail)); !slices.Equal(keys, []string{"photo"}) || len(e.Detail["photo"]) != 36 {
			w.t.Errorf("detail of %s: got %v, want the identifier of the photo", e.Action, e.Detail)
		}
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("journal: got %v, want %v", got, want)
	}
}

func TestPhotosThatNoCertificateCanShow(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		p := w.person()
		photo := portraittest.JPEG(t, 90)
		for name, tt := range map[string]struct {
			file []byte
			want registry.Code
		}{
			"nothing":   {nil, registry.PhotoFormat},
			"text":      {[]byte("photo"), registry.PhotoFormat},
			"51 KB":     {append(bytes.Clone(photo), make([]byte, 51<<10)...), registry.PhotoTooLarge},
			"cut off":   {photo[:len(photo)/2], registry.PhotoDamaged},
			"and a ZIP": {append(bytes.Clone(photo), "PK\x03\x04"...), registry.PhotoDamaged},
			"1 × 1":     {portraittest.EncodePNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), registry.PhotoDimensions},
			"on blue":   {portraittest.EncodeJPEG(t, portraittest.Figure(90, color.RGBA{60, 120, 200, 255})), registry.PhotoBackground},
		} {
			_, _, err := w.PutPhoto(t.Context(), w.clerk, p.ID, p.Version, tt.file)
			wantCode(t, err, tt.want)
			if e, ok := errors.AsType[*registry.Error](err); !ok || e.Detail.ZH == "" || e.Detail.EN == "" {
				t.Errorf("%s: got detail %+v, want both languages", name, e)
			}
		}
		w.wantJournal(p.ID)
	})
}

func TestPhotosAreForThoseWhoReachThePerson(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		p := w.person()
		file := portraittest.JPEG(t, 90)
		put := func(c registry.Caller) error { _, _, err := w.PutPhoto(ctx, c, p.ID, p.Version, file); return err }
		get := func(c registry.Caller) error { _, _, err := w.Photo(ctx, c, p.ID); return err }
		remove := func(c registry.Caller) error { return w.RemovePhoto(ctx, c, p.ID, p.Version) }
		wantCode(t, put(w.stranger), registry.PersonNotFound)
		wantCode(t, put(w.auditor), registry.Forbidden)
		wantCode(t, put(registry.Caller{}), registry.Forbidden)
		if err := put(w.head); err != nil {
			t.Errorf("the head of the centre: %v", err)
		}
		wantCode(t, get(w.stranger), registry.PersonNotFound)
		wantCode(t, get(registry.Caller{}), registry.PersonNotFound)
		wantCode(t, remove(w.stranger), registry.PersonNotFound)
		wantCode(t, remove(w.auditor), registry.Forbidden)
		if err := get(w.guide); err != nil {
			t.Errorf("the province: %v", err)
		}
	})
}

// A paper shows the photo its holder had when it was made, whatever comes after.
func TestPapersShowThePhotoOfTheirDay(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		with, without := w.apply(sitting, true), w.apply(sitting, true)
		w.picture(with.Person, 90)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "61.5", "88", with, without)
		issued := must(t)(w.IssueSitting(ctx, w.head, sitting.ID)).(registry.Issuance).Issued
		first, second := issued[0].Number, issued[1].Number
		want := func(when string, n registry.Number, image []byte) {
			t.Helper()
			if got := w.printed(n); !bytes.Equal(got, image) {
				t.Errorf("%s: got a photo of %d bytes on the paper of %s, want %d", when, len(got), n, len(image))
			}
		}
		want("when issued", first, kept(t, 90))
		want("when issued", second, nil)

		w.picture(with.Person, 120)
		w.picture(without.Person, 60)
		want("after another photo", first, kept(t, 90))
		want("after a first photo", second, nil)
		must(t)(w.Reissue(ctx, w.head, first, 1, "遗失"))
		must(t)(w.Reissue(ctx, w.head, second, 1, "遗失"))
		want("reissued", first, kept(t, 120))
		want("reissued", second, kept(t, 60))

		p := must(t)(w.Person(ctx, w.clerk, with.Person)).(registry.Person)
		if err := w.RemovePhoto(ctx, w.clerk, p.ID, p.Version); err != nil {
			t.Fatal(err)
		}
		want("after the photo was removed", first, kept(t, 120))
		must(t)(w.Reissue(ctx, w.head, first, 2, "遗失"))
		want("reissued without", first, nil)
	})
}

// A photo given to who applied without an account goes over to the person they
// turn out to be, unless that one has a photo already.
func TestPhotoOfAClaim(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		for _, tt := range []struct {
			name      string
			had, want uint8
		}{{"no photo", 0, 90}, {"a photo", 120, 120}} {
			known := w.person()
			if tt.had != 0 {
				w.picture(known.ID, tt.had)
			}
			a := w.applySelf(sitting, known.Name, known.Document.Number)
			w.picture(a.Person, 90)
			if got := must(t)(w.Admit(ctx, w.clerk, a.ID, a.Version)).(registry.Application); got.Person != known.ID {
				t.Fatalf("%s: admitted person %s, want %s", tt.name, got.Person, known.ID)
			}
			if photo, _, err := w.Photo(ctx, w.clerk, known.ID); err != nil || !bytes.Equal(photo.Image, kept(t, tt.want)) {
				t.Errorf("known with %s: got another photo (%v), want shade %d", tt.name, err, tt.want)
			}
		}
	})
}

// The log, which is public, tells nothing of photos.
func TestPhotosAreNotInTheLog(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		sitting := w.sitting(3, "2026-04-18", 30)
		a := w.apply(sitting, true)
		w.picture(a.Person, 90)
		w.clock.set(t, "2026-04-20")
		w.mark(sitting, "61.5", "88", a)
		cert, _, err := w.IssueOne(t.Context(), w.head, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		photo, _, err := w.Photo(t.Context(), w.clerk, a.Person)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Read(t.Context(), func(r registry.Reader) error {
			entries, err := r.LogEntries(t.Context(), cert.Number)
			for _, e := range entries {
				if told := append(slices.Clone(e.Leaf), e.Record...); bytes.Contains(told, []byte("photo")) || bytes.Contains(told, []byte(photo.ID)) {
					t.Errorf("%s tells of the photo: %s", e.Event, told)
				}
			}
			if len(entries) != 1 {
				t.Errorf("log entries: got %d, want 1", len(entries))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestEveryPortraitProblemIsRefused(t *testing.T) {
	for _, problem := range portrait.Problems() {
		if code := registry.Code("photo-" + string(problem)); !errors.Is(code.Kind(), registry.ErrInvalid) {
			t.Errorf("%s: got kind %v, want ErrInvalid", code, code.Kind())
		}
	}
}
