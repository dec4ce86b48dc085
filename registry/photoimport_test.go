package registry_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/portrait/portraittest"
	"github.com/certreg/certreg/registry"
)

func TestImportPhotos(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		ctx := t.Context()
		sitting := w.sitting(3, "2026-04-18", 30)
		var seats []registry.Application
		for range 5 {
			seats = append(seats, w.apply(sitting, true))
		}
		w.picture(seats[1].Person, 120)
		w.picture(seats[2].Person, 60)
		w.picture(seats[3].Person, 30)
		in := registry.PhotoImport{Sitting: sitting.ID, Photos: []registry.TicketPhoto{
			{Ticket: seats[0].Ticket, File: portraittest.JPEG(t, 90)},
			{Ticket: seats[1].Ticket, File: portraittest.JPEG(t, 90)},
			{Ticket: seats[2].Ticket, File: portraittest.JPEG(t, 60)},
		}}
		imported := func(in registry.PhotoImport, want registry.PhotoReport) []registry.PhotoFault {
			t.Helper()
			got := must(t)(w.ImportPhotos(ctx, w.clerk, in)).(registry.PhotoReport)
			if got.New != want.New || got.Replaced != want.Replaced || got.Unchanged != want.Unchanged || !slices.Equal(got.Without, want.Without) {
				t.Errorf("got %+v, want %+v", got, want)
			}
			return got.Faults
		}
		has := func(seat int, shade uint8) {
			t.Helper()
			photo, _, err := w.Photo(ctx, w.clerk, seats[seat].Person)
			if shade == 0 {
				wantCode(t, err, registry.PhotoNotFound)
			} else if !bytes.Equal(photo.Image, kept(t, shade)) {
				t.Errorf("seat %d: got another photo (%v), want shade %d", seat, err, shade)
			}
		}

		bad := in
		bad.Photos = append(slices.Clone(in.Photos),
			registry.TicketPhoto{Ticket: "999", File: portraittest.JPEG(t, 90)},
			registry.TicketPhoto{Ticket: seats[4].Ticket, File: portraittest.JPEG(t, 90)[:2000]},
			registry.TicketPhoto{Ticket: seats[0].Ticket, File: portraittest.JPEG(t, 30)})
		var faults []string
		for _, f := range imported(bad, registry.PhotoReport{New: 1, Replaced: 1, Unchanged: 1}) {
			faults = append(faults, bad.Photos[f.Index].Ticket+" "+string(f.Code))
		}
		if want := []string{"999 invalid-input", seats[4].Ticket + " photo-damaged", seats[0].Ticket + " invalid-input"}; !slices.Equal(faults, want) {
			t.Errorf("faults: got %q, want %q", faults, want)
		}
		has(0, 0)
		has(1, 120)

		want := registry.PhotoReport{New: 1, Replaced: 1, Unchanged: 1, Without: []string{seats[4].Ticket}}
		dry := in
		dry.DryRun = true
		imported(dry, want)
		has(0, 0)
		imported(in, want)
		has(0, 90)
		has(1, 90)
		has(2, 60)
		has(3, 30)
		imported(in, registry.PhotoReport{Unchanged: 3, Without: want.Without})

		_, err := w.ImportPhotos(ctx, w.stranger, in)
		wantCode(t, err, registry.SittingNotFound)
		_, err = w.ImportPhotos(ctx, w.auditor, in)
		wantCode(t, err, registry.Forbidden)
	})
}
