package translog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// readMark returns the largest tree that was ever signed from its file: the
// text of the checkpoint, unsigned. It reports [fs.ErrNotExist].
func readMark(path, origin string) (Head, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Head{}, fmt.Errorf("high-water mark: %w", err)
	}
	mark, err := parseCheckpointText(string(data))
	if err != nil {
		return Head{}, fmt.Errorf("high-water mark %s: %w", path, err)
	}
	if mark.Origin != origin {
		return Head{}, fmt.Errorf("high-water mark %s: %w: it names %q, want %q", path, ErrOrigin, mark.Origin, origin)
	}
	return mark.Head, nil
}

// writeMark replaces the file, mode 0600, durably: after a crash it is the old
// one or the new one, whole.
func writeMark(path string, mark Checkpoint) error {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".mark-*") // mode 0600
	if err != nil {
		return fmt.Errorf("high-water mark: %w", err)
	}
	_, err = tmp.WriteString(mark.Text())
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		if rm := os.Remove(tmp.Name()); !errors.Is(rm, fs.ErrNotExist) {
			err = errors.Join(err, rm)
		}
		return fmt.Errorf("high-water mark: %w", err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("high-water mark: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("high-water mark: %w", err)
	}
	return nil
}
