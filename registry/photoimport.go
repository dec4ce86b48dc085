package registry

import (
	"bytes"
	"context"
	"errors"
)

// A TicketPhoto is the file of a photo of whoever has a ticket number.
type TicketPhoto struct {
	Ticket string
	File   []byte // JPEG or PNG
}

// A PhotoImport is the photos of people admitted to a sitting.
type PhotoImport struct {
	Sitting string
	Photos  []TicketPhoto
	DryRun  bool // only tell what would be done
}

// A PhotoReport is what became of an import, or would become of it.
type PhotoReport struct {
	New, Replaced, Unchanged int
	Without                  []string // ticket numbers of those who have no photo after it
	Faults                   []PhotoFault
}

// A PhotoFault is a photo that cannot be taken, and why.
type PhotoFault struct {
	Index int // in [PhotoImport.Photos]
	*Error
}

// ImportPhotos gives people admitted to a sitting their photos: all of them, or
// none if the report names a fault. Each photo is taken as by
// [Registry.PutPhoto]. It reports [SittingNotFound].
func (r *Registry) ImportPhotos(ctx context.Context, by Caller, in PhotoImport) (PhotoReport, error) {
	if err := by.may(register); err != nil {
		return PhotoReport{}, err
	}
	images := make([][]byte, len(in.Photos))
	refused := map[int]*Error{}
	for i, photo := range in.Photos {
		image, err := cleanPhoto(photo.File)
		if e, ok := errors.AsType[*Error](err); ok {
			refused[i] = e
		} else if err != nil {
			return PhotoReport{}, err
		}
		images[i] = image
	}
	sorted := func(rd Reader) (PhotoReport, []givenPhoto, error) {
		people, err := by.gallery(ctx, rd, in.Sitting)
		if err != nil {
			return PhotoReport{}, nil, err
		}
		return people.sort(ctx, rd, in.Photos, images, refused)
	}
	if in.DryRun {
		var report PhotoReport
		err := r.store.Read(ctx, func(rd Reader) (err error) {
			report, _, err = sorted(rd)
			return err
		})
		return report, err
	}
	return write(ctx, r, by, func(c *change) (PhotoReport, error) {
		report, given, err := sorted(c)
		if err != nil || len(report.Faults) > 0 {
			return report, err
		}
		for _, photo := range given {
			if _, err := c.putPhoto(ctx, photo.person, photo.had, photo.image); err != nil {
				return PhotoReport{}, err
			}
		}
		return report, nil
	})
}

// A gallery is the people admitted to a sitting, with the photos they have.
type gallery struct {
	roll   []Application
	person map[string]string // by ticket number
	photo  map[string]string // identifier, by person
}

func (c Caller) gallery(ctx context.Context, rd Reader, sitting string) (gallery, error) {
	s, err := c.sitting(ctx, rd, sitting)
	if err != nil {
		return gallery{}, err
	}
	g := gallery{person: map[string]string{}}
	if g.roll, err = rd.Roll(ctx, s.ID, nil); err != nil {
		return gallery{}, err
	}
	people := make([]string, len(g.roll))
	for i, a := range g.roll {
		g.person[a.Ticket], people[i] = a.Person, a.Person
	}
	g.photo, err = rd.PhotosOf(ctx, people)
	return g, err
}

// A givenPhoto is a photo that is new to the person it belongs to.
type givenPhoto struct {
	person Person
	had    Photo // ID "" for none
	image  []byte
}

// sort finds out whose photos these are and which of them are new, given the
// clean images and the files that were refused.
func (g gallery) sort(ctx context.Context, rd Reader, photos []TicketPhoto, images [][]byte, refused map[int]*Error) (PhotoReport, []givenPhoto, error) {
	var report PhotoReport
	var given []givenPhoto
	told := map[string]bool{}
	for i, photo := range photos {
		fault := refused[i]
		switch {
		case g.person[photo.Ticket] == "":
			fault = refuse(InvalidInput, Text{ZH: "该考次没有这个准考证号。", EN: "No one is admitted to this sitting under that ticket number."})
		case told[photo.Ticket]:
			fault = refuse(InvalidInput, Text{ZH: "该准考证号有两张照片。", EN: "There are two photos for this ticket number."})
		}
		told[photo.Ticket] = true
		if fault != nil {
			report.Faults = append(report.Faults, PhotoFault{i, fault})
			continue
		}
		photo, err := g.compare(ctx, rd, g.person[photo.Ticket], images[i])
		switch {
		case err != nil:
			return PhotoReport{}, nil, err
		case bytes.Equal(photo.had.Image, photo.image):
			report.Unchanged++
			continue
		case photo.had.ID != "":
			report.Replaced++
		default:
			report.New++
		}
		given = append(given, photo)
	}
	for _, a := range g.roll {
		if g.photo[a.Person] == "" && !told[a.Ticket] {
			report.Without = append(report.Without, a.Ticket)
		}
	}
	return report, given, nil
}

// compare puts an image beside the photo that a person has.
func (g gallery) compare(ctx context.Context, rd Reader, person string, image []byte) (givenPhoto, error) {
	photo := givenPhoto{image: image}
	var err error
	if photo.person, err = rd.Person(ctx, person); err != nil {
		return givenPhoto{}, err
	}
	if g.photo[person] != "" {
		photo.had, err = rd.Photo(ctx, person)
	}
	return photo, err
}
