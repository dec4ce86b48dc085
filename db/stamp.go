package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// A stamp is an instant as stored: in UTC, to the microsecond, and in SQLite as
// text of fixed width, so that the order of texts is the order of instants. The
// zero time is NULL.
type stamp struct{ time.Time }

const stampLayout = "2006-01-02T15:04:05.000000Z"

// Value implements [driver.Valuer].
func (s stamp) Value() (driver.Value, error) {
	if s.IsZero() {
		return nil, nil //nolint:nilnil // NULL is how database/sql spells "no value"
	}
	return s.UTC().Format(stampLayout), nil
}

// Scan implements [sql.Scanner].
func (s *stamp) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s = stamp{}
		return nil
	case time.Time:
		*s = stamp{v.UTC()}
		return nil
	case string:
		t, err := time.Parse(stampLayout, v)
		*s = stamp{t}
		return err
	}
	return fmt.Errorf("cannot read %T as an instant", src)
}

// An optional is a text whose "" is stored as NULL, which is not compared by
// unique constraints and foreign keys.
type optional string

// Value implements [driver.Valuer].
func (o optional) Value() (driver.Value, error) {
	if o == "" {
		return nil, nil //nolint:nilnil // NULL is how database/sql spells "no value"
	}
	return string(o), nil
}

// Scan implements [sql.Scanner].
func (o *optional) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*o = ""
	case string:
		*o = optional(v)
	case []byte:
		*o = optional(v)
	default:
		return fmt.Errorf("cannot read %T as a text", src)
	}
	return nil
}

// A document is a value stored as JSON text.
type document[T any] struct{ value T }

// Value implements [driver.Valuer].
func (d document[T]) Value() (driver.Value, error) {
	data, err := json.Marshal(d.value)
	return string(data), err
}

// Scan implements [sql.Scanner].
func (d *document[T]) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), &d.value)
	case []byte:
		return json.Unmarshal(v, &d.value)
	}
	return fmt.Errorf("cannot read %T as JSON", src)
}
