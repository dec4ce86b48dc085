package translog_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/certreg/certreg/internal/translog"
)

// newPublisher returns a publisher of the store that signs with the signers
// and keeps its mark in the file.
func newPublisher(s translog.Store, mark string, signers ...signer) *translog.Publisher {
	as := make([]translog.Signer, len(signers))
	for i, signer := range signers {
		as[i] = signer
	}
	return translog.NewPublisher(origin, s, func() ([]translog.Signer, error) { return as, nil }, mark)
}

// published opens the checkpoint of the store.
func published(t *testing.T, s *memStore, id translog.Identity) translog.Checkpoint {
	t.Helper()
	msg, err := s.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := id.Open(msg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustPublish(t *testing.T, p *translog.Publisher) {
	t.Helper()
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestPublishFollowsTheLog(t *testing.T) {
	s, mark := newStore(), filepath.Join(t.TempDir(), "mark")
	id := identity(t, newSigner(1))
	p := newPublisher(s, mark, newSigner(1))
	for i := range 5 {
		s.append(t, entries(t, i*200, (i+1)*200)...)
		mustPublish(t, p)
		if got := published(t, s, id); got.Head != s.head || got.Origin != origin {
			t.Errorf("checkpoint: got %v, want %v of %s", got, s.head, origin)
		}
	}
	info, err := os.Stat(mark)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode of the mark: got %#o, want 0600", got)
	}
	files, err := os.ReadDir(filepath.Dir(mark))
	if err != nil || len(files) != 1 {
		t.Errorf("directory of the mark: got %v, %v, want the mark alone", files, err)
	}
}

func TestAnEmptyLogIsPublished(t *testing.T) {
	s := newStore()
	p := newPublisher(s, filepath.Join(t.TempDir(), "mark"), newSigner(1))
	for range 2 {
		mustPublish(t, p)
	}
	if got := published(t, s, identity(t, newSigner(1))); got.Size != 0 || got.Head != s.head {
		t.Errorf("checkpoint: got %v, want the empty tree %v", got, s.head)
	}
}

// A backup is restored: nothing is signed until the log has its entries again,
// and never if it gets others.
func TestRestoredBackupIsNotPublished(t *testing.T) {
	s, mark := newLog(t, 300), filepath.Join(t.TempDir(), "mark")
	s.checkpoint = nil
	mustPublish(t, newPublisher(s, mark, newSigner(1)))
	backup := s.clone()
	s.append(t, entries(t, 300, 700)...)
	mustPublish(t, newPublisher(s, mark, newSigner(1)))
	want := s.head

	refused := func(store *memStore, reason error) {
		t.Helper()
		before := string(store.checkpoint)
		if got := newPublisher(store, mark, newSigner(1)).Publish(t.Context()); !errors.Is(got, reason) {
			t.Errorf("Publish at %d: got %v, want %v", store.head.Size, got, reason)
		}
		if string(store.checkpoint) != before {
			t.Errorf("Publish at %d: a checkpoint was stored", store.head.Size)
		}
	}
	refused(backup, translog.ErrShrunk)

	forked := backup.clone()
	forked.append(t, entries(t, 1000, 1350)...)
	refused(forked, translog.ErrShrunk)
	forked.append(t, entries(t, 1350, 1400)...)
	refused(forked, translog.ErrInconsistent) // as large as was signed
	forked.append(t, entries(t, 1400, 1900)...)
	refused(forked, translog.ErrInconsistent) // larger

	backup.append(t, entries(t, 300, 700)...) // replayed from the journal
	if backup.head != want {
		t.Fatalf("replayed head: got %v, want %v", backup.head, want)
	}
	mustPublish(t, newPublisher(backup, mark, newSigner(1)))
	backup.append(t, entries(t, 700, 701)...)
	mustPublish(t, newPublisher(backup, mark, newSigner(1)))
}

func TestAlteredTilesAreNotSigned(t *testing.T) {
	s, mark := newLog(t, 300), filepath.Join(t.TempDir(), "mark")
	s.checkpoint = nil
	p := newPublisher(s, mark, newSigner(1))
	mustPublish(t, p)
	s.append(t, entries(t, 300, 310)...)
	s.tiles[[2]int64{0, 1}][0] ^= 1
	if got := p.Publish(t.Context()); !errors.Is(got, translog.ErrInconsistent) {
		t.Errorf("Publish: got %v, want %v", got, translog.ErrInconsistent)
	}
}

func TestLostMarkIsAdoptedByAPerson(t *testing.T) {
	s, mark := newLog(t, 300), filepath.Join(t.TempDir(), "mark")
	p := newPublisher(s, mark, newSigner(1))
	id := identity(t, newSigner(1))
	if got := p.Publish(t.Context()); !errors.Is(got, translog.ErrNoMark) {
		t.Fatalf("Publish without a mark: got %v, want %v", got, translog.ErrNoMark)
	}
	if got := p.Adopt(t.Context(), identity(t, newSigner(2))); !errors.Is(got, translog.ErrUnsigned) {
		t.Errorf("Adopt with another key: got %v, want %v", got, translog.ErrUnsigned)
	}
	if err := p.Adopt(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	mustPublish(t, p)
	if err := p.Adopt(t.Context(), id); err == nil {
		t.Error("Adopt with a mark: got no error")
	}
}

func TestUnreadableMarkStopsPublishing(t *testing.T) {
	for name, text := range map[string]string{
		"empty":       "",
		"half":        origin + "\n30",
		"not a size":  origin + "\n-1\n" + strings.Repeat("A", 43) + "=\n",
		"another log": "other.example.cn/log\n1\n" + strings.Repeat("A", 43) + "=\n",
	} {
		mark := filepath.Join(t.TempDir(), "mark")
		if err := os.WriteFile(mark, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := newLog(t, 10)
		p := newPublisher(s, mark, newSigner(1))
		if err := p.Publish(t.Context()); err == nil {
			t.Errorf("%s: got no error", name)
		}
		if err := p.Adopt(t.Context(), identity(t, newSigner(1))); err == nil {
			t.Errorf("%s: adopted over it", name)
		}
	}
}

// During an overlap both keys sign; who knows either is served, before and
// after, and the change shows without a new entry.
func TestKeyRotation(t *testing.T) {
	s, mark := newStore(), filepath.Join(t.TempDir(), "mark")
	s.append(t, entries(t, 0, 10)...)
	old, fresh := newSigner(1), newSigner(2)
	accepted := func(keys ...signer) bool {
		_, err := identity(t, keys...).Open(s.checkpoint)
		if err != nil && !errors.Is(err, translog.ErrUnsigned) {
			t.Fatal(err)
		}
		return err == nil
	}
	for _, phase := range []struct {
		signers                []signer
		wantOld, wantNew, both bool
	}{
		{[]signer{old}, true, false, true},
		{[]signer{fresh, old}, true, true, true},
		{[]signer{fresh}, false, true, true},
	} {
		mustPublish(t, newPublisher(s, mark, phase.signers...))
		if got := accepted(old); got != phase.wantOld {
			t.Errorf("%d keys: old key accepted: got %t, want %t", len(phase.signers), got, phase.wantOld)
		}
		if got := accepted(fresh); got != phase.wantNew {
			t.Errorf("%d keys: new key accepted: got %t, want %t", len(phase.signers), got, phase.wantNew)
		}
		if got := accepted(old, fresh); got != phase.both {
			t.Errorf("%d keys: either key accepted: got %t, want %t", len(phase.signers), got, phase.both)
		}
	}
}

// A failingSigner is a token that was pulled out.
type failingSigner struct{ signer }

func (failingSigner) Sign(context.Context, []byte) ([]byte, error) {
	return nil, errors.New("no token")
}

// The mark is written before the signature leaves; a crash between the two
// only means that the tree is signed later.
func TestCrashBetweenMarkAndCheckpoint(t *testing.T) {
	s, mark := newLog(t, 300), filepath.Join(t.TempDir(), "mark")
	s.checkpoint = nil
	failing := func() ([]translog.Signer, error) { return []translog.Signer{failingSigner{newSigner(1)}}, nil }
	if err := translog.NewPublisher(origin, s, failing, mark).Publish(t.Context()); err == nil {
		t.Fatal("Publish: got no error")
	}
	if _, err := s.Checkpoint(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("checkpoint: got %v, want none", err)
	}
	mustPublish(t, newPublisher(s, mark, newSigner(1)))
}

func TestRunPublishesWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := newStore()
		p := newPublisher(s, filepath.Join(t.TempDir(), "mark"), newSigner(1))
		id := identity(t, newSigner(1))
		tick := make(chan time.Time)
		var attempts atomic.Int64
		done := make(chan struct{})
		go func() {
			defer close(done)
			p.Run(ctx, tick, func(err error) {
				attempts.Add(1)
				if err != nil {
					t.Errorf("Run: %v", err)
				}
			})
		}()
		for i := range 1000 { // 100 changes a second, each notified
			s.append(t, entries(t, i, i+1)...)
			p.Notify()
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(time.Second)
		if got := published(t, s, id).Head; got != s.head {
			t.Errorf("a second after the last change: got %v, want %v", got, s.head)
		}
		if got := attempts.Load(); got < 50 || got > 110 {
			t.Errorf("attempts in ten seconds: got %d, want about 100", got)
		}
		s.append(t, entries(t, 1000, 1001)...) // by another process
		tick <- start
		synctest.Wait()
		if got := published(t, s, id).Head; got != s.head {
			t.Errorf("after a tick: got %v, want %v", got, s.head)
		}
		cancel()
		<-done
	})
}

func TestIdentity(t *testing.T) {
	id := identity(t, newSigner(1), newSigner(2), newSigner(1))
	back, err := translog.ParseIdentity(id.String())
	if err != nil {
		t.Fatal(err)
	}
	if back.String() != id.String() || back.Origin() != origin || strings.Count(id.String(), "\n") != 2 {
		t.Errorf("ParseIdentity: got %q, want %q with two keys", back, id)
	}
	other, err := translog.NewIdentity("other.example.cn", newSigner(1).Public())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing": "\n", "no key": "example", "two logs": id.String() + other.String(),
		"another hash": strings.Replace(other.String(), "other", "third", 1),
	} {
		if got, err := translog.ParseIdentity(text); err == nil {
			t.Errorf("%s: got %v, want an error", name, got)
		}
	}
	if _, err := translog.NewIdentity("with space", newSigner(1).Public()); err == nil {
		t.Error("origin with a space: got an identity, want an error")
	}
	if _, err := translog.NewIdentity(origin, ed25519.PublicKey("short")); err == nil {
		t.Error("short key: got an identity, want an error")
	}
}

// A check finds what publishing would, before it and without it.
func TestCheckChangesNothing(t *testing.T) {
	s, mark := newStore(), filepath.Join(t.TempDir(), "mark")
	p := newPublisher(s, mark, newSigner(1))
	check := func(when string, want error) {
		t.Helper()
		before, _ := os.ReadFile(mark)
		if err := p.Check(t.Context()); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", when, err, want)
		}
		if after, _ := os.ReadFile(mark); string(after) != string(before) {
			t.Errorf("%s: got mark %q, want it as before: %q", when, after, before)
		}
	}
	check("nothing was published", nil)
	s.append(t, entries(t, 0, 10)...)
	mustPublish(t, p)
	check("published", nil)
	s.append(t, entries(t, 10, 20)...)
	check("not published yet", nil)
	mustPublish(t, p)
	old := newStore()
	old.append(t, entries(t, 0, 10)...)
	mustPublish(t, newPublisher(old, filepath.Join(t.TempDir(), "mark"), newSigner(1)))
	p.Store = old
	check("an old log", translog.ErrShrunk)
	p.Store = s
	if err := os.Remove(mark); err != nil {
		t.Fatal(err)
	}
	check("no mark", translog.ErrNoMark)
}
