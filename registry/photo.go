package registry

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/certreg/certreg/internal/portrait"
)

// A Photo is a portrait of a person, as certificates print it. A person has one
// at most. Earlier ones are kept only if a paper shows them: a paper says what
// it said when it was made, so it shows the photo its holder had then, for good.
type Photo struct {
	ID     string
	Person string
	Image  []byte // JPEG, as [portrait.Clean] makes it; the store keeps it encrypted
	At     time.Time
}

// A PhotoUse says which photo a paper shows.
type PhotoUse struct{ Paper, Photo string }

// MaxPhoto is how large the file of a photo may be, in bytes.
const MaxPhoto = portrait.MaxBytes

// PutPhoto gives a person a photo, a JPEG or PNG file, in place of the one they
// had; created tells that they had none. version is that of the person. The
// photo is drawn anew: nothing of the file but its pixels is kept. Papers show
// it from the next one on. Giving the same photo again changes nothing. It
// reports [PersonNotFound], [Forbidden] as [Registry.CorrectPerson],
// [VersionChanged], and for files that no certificate can show [PhotoTooLarge], [PhotoFormat], [PhotoDamaged], [PhotoDimensions],
// [PhotoBackground].
func (r *Registry) PutPhoto(ctx context.Context, by Caller, person string, version int, file []byte) (p Person, created bool, err error) {
	if err := by.may(register); err != nil {
		return Person{}, false, err
	}
	image, err := cleanPhoto(file)
	if err != nil {
		return Person{}, false, err
	}
	done, err := write(ctx, r, by, func(c *change) (made[Person], error) {
		p, had, err := by.pictured(ctx, c, person)
		if err != nil {
			return made[Person]{}, err
		}
		if err := c.mayCorrect(ctx, p); err != nil {
			return made[Person]{}, err
		}
		if bytes.Equal(had.Image, image) {
			return made[Person]{p, false}, nil
		}
		if p.Version != version {
			return made[Person]{}, Changed()
		}
		p, err = c.putPhoto(ctx, p, had, image)
		return made[Person]{p, had.ID == ""}, err
	})
	return done.Thing, done.Created, err
}

// RemovePhoto takes the photo of a person away; if no paper shows it, it is
// erased. version is that of the person. Where there is no photo nothing
// changes. It reports [PersonNotFound], [Forbidden] as
// [Registry.CorrectPerson], [VersionChanged].
func (r *Registry) RemovePhoto(ctx context.Context, by Caller, person string, version int) error {
	if err := by.may(register); err != nil {
		return err
	}
	_, err := write(ctx, r, by, func(c *change) (Person, error) {
		p, had, err := by.pictured(ctx, c, person)
		if err != nil {
			return Person{}, err
		}
		if err := c.mayCorrect(ctx, p); err != nil || had.ID == "" {
			return p, err
		}
		if p.Version != version {
			return Person{}, Changed()
		}
		if err := c.UpdatePerson(ctx, p); err != nil {
			return Person{}, err
		}
		p.Version++
		c.record(PhotoRemoved, "person", p.ID, p.Body, map[string]string{"photo": had.ID})
		return p, c.RetirePhoto(ctx, had.ID, c.at)
	})
	return err
}

// Photo returns the photo of a person of the caller's subtree, and the person
// whose version it has. It reports [PersonNotFound], [PhotoNotFound].
func (r *Registry) Photo(ctx context.Context, by Caller, person string) (photo Photo, p Person, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		if p, photo, err = by.pictured(ctx, rd, person); err == nil && photo.ID == "" {
			err = NotFound(PhotoNotFound)
		}
		return err
	})
	return photo, p, err
}

// PaperPhoto returns the photo on the paper in force of a certificate, nil if it
// shows none. It is for whoever has been shown the certificate.
func (r *Registry) PaperPhoto(ctx context.Context, cert Certificate) (image []byte, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		photo, err := rd.PhotoOnPaper(ctx, cert.Paper)
		image = photo.Image
		return unlessAbsent(err)
	})
	return image, err
}

// pictured is a person within reach, with the photo they have; its ID is "" for none.
func (c Caller) pictured(ctx context.Context, rd Reader, id string) (Person, Photo, error) {
	p, err := c.person(ctx, rd, id)
	if err != nil {
		return Person{}, Photo{}, err
	}
	photo, err := rd.Photo(ctx, p.ID)
	return p, photo, unlessAbsent(err)
}

// unlessAbsent is err unless it says that there is no photo.
func unlessAbsent(err error) error {
	if e, ok := errors.AsType[*Error](err); ok && e.Code == PhotoNotFound {
		return nil
	}
	return err
}

// putPhoto gives a person a clean photo in place of the one they had.
func (c *change) putPhoto(ctx context.Context, p Person, had Photo, image []byte) (Person, error) {
	id, err := c.r.newID()
	if err != nil {
		return Person{}, err
	}
	// Writing the person first makes those who change the same one take turns.
	if err := c.UpdatePerson(ctx, p); err != nil {
		return Person{}, err
	}
	p.Version++
	if had.ID != "" {
		if err := c.RetirePhoto(ctx, had.ID, c.at); err != nil {
			return Person{}, err
		}
	}
	c.record(PhotoPut, "person", p.ID, p.Body, map[string]string{"photo": id})
	return p, c.InsertPhoto(ctx, Photo{ID: id, Person: p.ID, Image: image, At: c.at})
}

// inheritPhoto gives a person who has no photo that of a claim, which it leaves without.
func (c *change) inheritPhoto(ctx context.Context, claim, known Person) error {
	photo, err := c.Photo(ctx, claim.ID)
	if err != nil {
		return unlessAbsent(err)
	}
	if err := c.RetirePhoto(ctx, photo.ID, c.at); err != nil {
		return err
	}
	had, err := c.Photo(ctx, known.ID)
	if had.ID != "" || unlessAbsent(err) != nil {
		return err
	}
	_, err = c.putPhoto(ctx, known, had, photo.Image)
	return err
}

// show notes that a paper shows the photo, if its holder has one.
func (c *change) show(ctx context.Context, cert Certificate) error {
	photos, err := c.PhotosOf(ctx, []string{cert.Person})
	if err != nil || photos[cert.Person] == "" {
		return err
	}
	return c.InsertPhotoUses(ctx, []PhotoUse{{Paper: cert.Paper, Photo: photos[cert.Person]}})
}

// cleanPhoto makes a photo of a file, or refuses it with what is wrong.
func cleanPhoto(file []byte) ([]byte, error) {
	image, err := portrait.Clean(file)
	if e, ok := errors.AsType[*portrait.Error](err); ok {
		return nil, photoRefusals[e.Problem]
	}
	return image, err
}

// photoRefusals has an entry for every problem; a test holds it to that.
var photoRefusals = map[portrait.Problem]*Error{
	portrait.TooLarge: refuse(PhotoTooLarge, Text{
		ZH: "照片文件不得超过 50 KB。", EN: "The file of a photo must not exceed 50 KB.",
	}),
	portrait.Format: refuse(PhotoFormat, Text{
		ZH: "照片应为 JPEG 或 PNG 文件，不能是动画或印刷色（CMYK）。", EN: "A photo is a JPEG or PNG file, neither animated nor in the colours of print (CMYK).",
	}),
	portrait.Damaged: refuse(PhotoDamaged, Text{
		ZH: "照片文件不完整、已损坏，或图像之后还有其他内容。", EN: "The file is cut off or damaged, or something follows the picture.",
	}),
	portrait.Dimensions: refuse(PhotoDimensions, Text{
		ZH: "照片应为竖幅，宽高比 3:5 至 9:10，每边 100 至 1200 像素（二寸照为 413 × 579）。", EN: "A photo is upright, 3:5 to 9:10, of 100 to 1200 pixels a side (413 × 579 is usual).",
	}),
	portrait.Background: refuse(PhotoBackground, Text{
		ZH: "照片背景应为白色。", EN: "The background of a photo is white.",
	}),
}
