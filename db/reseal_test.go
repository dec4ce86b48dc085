package db_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/internal/vault"
	"github.com/certreg/certreg/registry"
)

func TestReseal(t *testing.T) {
	dbtest.Configs(t, func(t *testing.T, c db.Config) {
		keys, err := vault.NewKeyset()
		if err != nil {
			t.Fatal(err)
		}
		const people = 601 // more than a batch
		s := withKeys(t, c, keys)
		seed(t, s)
		admit(t, s, 1, people)
		claim := person(people + 1)
		claim.Document, claim.Claimed = person(7).Document, true
		write(t, s, func(w registry.Writer) error {
			return errors.Join(
				w.InsertPerson(t.Context(), claim),
				w.InsertCertificates(t.Context(), []registry.Certificate{certificate(t, 1)}, uses(1)),
				w.SaveIdempotency(t.Context(), registry.IdempotencyRecord{Owner: "k", Key: "1", Fingerprint: "f", Result: []byte(`{}`), At: at}),
				w.InsertStatusSecret(t.Context(), 1, []byte{1}),
				w.InsertPhoto(t.Context(), photo(1)),
				w.Append(t.Context(), nil, []registry.LogEntry{logEntry(1), logEntry(1)}),
			)
		})

		write(t, s, func(w registry.Writer) error {
			return w.InsertPrints(t.Context(), []registry.Print{{Certificate: certificate(t, 1).Number, Paper: certificate(t, 1).Paper, At: at, By: "clerk"}})
		})
		reprint(t, s, certificate(t, 1), "P00000101", 101)

		if err := keys.Rotate(); err != nil {
			t.Fatal(err)
		}
		s = withKeys(t, c, keys)
		if p := read(t, s, func(r registry.Reader) (registry.Person, error) {
			return r.PersonByDocument(t.Context(), person(7).Document)
		}); p.ID != person(7).ID {
			t.Errorf("person by document before Reseal: got %s, want %s", p.ID, person(7).ID)
		}
		const sealed = people*3 + 8
		reached := 0
		n, err := s.Reseal(t.Context(), func(done int) { reached = done })
		if err != nil || n != sealed || reached != sealed {
			t.Errorf("Reseal: got %d, %v, progress to %d, want %d", n, err, reached, sealed)
		}
		if n, err := s.Reseal(t.Context(), nil); err != nil || n != 0 {
			t.Errorf("second Reseal: got %d, %v, want nothing to do", n, err)
		}

		if err := keys.Retire(); err != nil {
			t.Fatal(err)
		}
		s = withKeys(t, c, keys)
		wantReadable(t, s, people)
		same(t, s, "claim", claim, func(r registry.Reader) (registry.Person, error) { return r.Person(t.Context(), claim.ID) })
	})
}

// wantReadable wants everything that was sealed before the rotation to open.
func wantReadable(t *testing.T, s *db.DB, people int) {
	t.Helper()
	for n := 1; n <= people; n += 100 {
		p := read(t, s, func(r registry.Reader) (registry.Person, error) {
			return r.PersonByDocument(t.Context(), person(n).Document)
		})
		if p.Name != person(n).Name || p.Version != 1 {
			t.Errorf("person %d after Retire: got version %d and name %q, want version 1 and %q", n, p.Version, p.Name, person(n).Name)
		}
		read(t, s, func(r registry.Reader) (registry.Application, error) { return r.Application(t.Context(), id(5, n)) })
	}
	cert := read(t, s, func(r registry.Reader) (registry.Certificate, error) {
		return r.Certificate(t.Context(), certificate(t, 1).Number)
	})
	same(t, s, "photo after Retire", photo(1), photoOf(t, 1))
	entries := read(t, s, func(r registry.Reader) ([]registry.LogEntry, error) { return r.LogEntries(t.Context(), cert.Number) })
	if len(entries) != 2 || string(entries[1].Record) != string(logEntry(1).Record) {
		t.Errorf("log entries after Retire: got %+v, want the two as they were", entries)
	}
	prints := read(t, s, func(r registry.Reader) ([]registry.Print, error) { return r.Prints(t.Context(), cert.Number) })
	if len(prints) != 2 || prints[0].Holder != person(1).Name {
		t.Errorf("prints after Retire: got %+v, want two as they were", prints)
	}
	if cert.Version != 2 || cert.Holder != person(1).Name {
		t.Errorf("certificate after Retire: got version %d, holder %q", cert.Version, cert.Holder)
	}
}

func logEntry(n int) registry.LogEntry {
	return registry.LogEntry{
		Number: registry.Number(fmt.Sprintf("26110010013%05d", n)), Event: registry.CertificateIssued,
		Leaf: []byte(`{"n":1}`), Record: []byte(`{"holder":"x"}`),
	}
}

func withKeys(t *testing.T, c db.Config, keys *vault.Keyset) *db.DB {
	t.Helper()
	v, err := keys.Vault()
	if err != nil {
		t.Fatal(err)
	}
	c.Vault = v
	return dbtest.Open(t, c)
}

func TestSealedColumnsShowNothing(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		seed(t, s)
		admit(t, s, 1, 1)
		write(t, s, func(w registry.Writer) error {
			return errors.Join(
				w.InsertCertificates(t.Context(), []registry.Certificate{certificate(t, 1)}, uses(1)),
				w.InsertPrints(t.Context(), []registry.Print{{Certificate: certificate(t, 1).Number, Paper: certificate(t, 1).Paper, At: at, By: "clerk"}}),
			)
		})
		reprint(t, s, certificate(t, 1), "P00000101", 101)
		secrets := []string{person(1).Name, person(1).Document.Number, "1990-03-07", "outcome"}
		for _, column := range []string{"person.identity", "person.document_index", "person.name_index", "certificate.holder", "replacement.old_holder", "application.facts", "application.explanation"} {
			table, name, _ := strings.Cut(column, ".")
			var value []byte
			if err := s.Raw().GetContext(t.Context(), &value, fmt.Sprintf("SELECT %s FROM %s", name, table)); err != nil {
				t.Fatal(err)
			}
			for _, secret := range secrets {
				if bytes.Contains(value, []byte(secret)) {
					t.Errorf("%s shows %q", column, secret)
				}
			}
		}
	})
}

func TestSealedValuesCannotBeSwapped(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		seed(t, s)
		admit(t, s, 1, 2)
		_, err := s.Raw().ExecContext(t.Context(), `
			UPDATE person SET identity = (SELECT identity FROM person WHERE id = $1) WHERE id = $2`, person(1).ID, person(2).ID)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Read(t.Context(), func(r registry.Reader) error {
			_, err := r.Person(t.Context(), person(2).ID)
			return err
		})
		if err == nil {
			t.Error("person with another's identity: read, want an error")
		}
	})
}
