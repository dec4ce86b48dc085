// Package civil computes with calendar days as the law counts them: days and
// periods of years and months, with no clock and no time zone. Adding months
// clamps to the end of the month (Civil Code art. 202), which time.AddDate
// does not: 2016-02-29 plus six years is 2022-02-28.
//
// It does not know what day it is today; callers bring that.
package civil

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// A Date is one day of the Gregorian calendar, from 0001-01-01 to 9999-12-31.
// The zero Date is no day at all: unknown or not set. Dates compare with ==
// and order with [Date.Compare]; the zero Date sorts before every day.
type Date struct {
	n int32 // days since 0000-12-31, so that the zero value is no day
}

// lastDay is the number of 9999-12-31.
const lastDay = 3652059

// MinDate is the first day a [Date] can hold. Arithmetic stops there.
func MinDate() Date { return Date{1} }

// MaxDate is the last day a [Date] can hold. Arithmetic stops there.
func MaxDate() Date { return Date{lastDay} }

// errDate is what every malformed or impossible date text reports.
var errDate = errors.New("not a calendar date of the form YYYY-MM-DD")

// New returns the given day. It reports an error if there is no such day.
func New(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 || month < time.January || month > time.December || day < 1 || day > DaysIn(year, month) {
		return Date{}, fmt.Errorf("%04d-%02d-%02d: %w", year, int(month), day, errDate)
	}
	return fromYMD(year, int(month), day), nil
}

// Of returns the day t falls on in t's own location.
func Of(t time.Time) Date {
	y, m, d := t.Date()
	return fromYMD(y, int(m), d)
}

// ParseDate reads a day written YYYY-MM-DD. It reports an error for any other
// form and for days that do not exist.
func ParseDate(s string) (Date, error) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return Date{}, errDate
	}
	y, okY := digits(s[:4])
	m, okM := digits(s[5:7])
	d, okD := digits(s[8:])
	if !okY || !okM || !okD || y < 1 || m < 1 || m > 12 || d < 1 || d > DaysIn(y, time.Month(m)) {
		return Date{}, errDate
	}
	return fromYMD(y, m, d), nil
}

// digits reads s as a plain decimal number.
func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

// DaysIn returns the number of days in a month.
func DaysIn(year int, month time.Month) int {
	switch month {
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	default:
		return 31
	}
}

// fromYMD numbers a day that exists; years start in March so that the leap
// day is the last of its year.
func fromYMD(y, m, d int) Date {
	if m <= 2 {
		y--
		m += 12
	}
	return Date{int32(365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 306)}
}

// YMD returns the year, month and day of d; zeros for the zero Date.
func (d Date) YMD() (year int, month time.Month, day int) {
	if d.n == 0 {
		return 0, 0, 0
	}
	// Neri and Schneider, "Euclidean affine functions and applications to
	// calendar algorithms" (2022): years start in March, divisions become
	// multiplications.
	n := 4*(uint32(d.n)+305) + 3 // quarter days since 0000-03-01
	century := n / 146097
	p := 2939745 * uint64(n%146097|3)
	ofYear := uint32(p) / 2939745 / 4
	m := 2141*ofYear + 197913
	year, month, day = int(100*century+uint32(p>>32)), time.Month(m>>16), int(m&0xffff/2141+1)
	if ofYear >= 306 {
		return year + 1, month - 12, day
	}
	return year, month, day
}

// Year returns the calendar year of d, 0 for the zero Date.
func (d Date) Year() int {
	y, _, _ := d.YMD()
	return y
}

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d.n == 0 }

// Compare returns -1, 0 or +1 as d is before, the same as or after o.
func (d Date) Compare(o Date) int { return cmp.Compare(d.n, o.n) }

// Before reports whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.n < o.n }

// After reports whether d is a later day than o.
func (d Date) After(o Date) bool { return d.n > o.n }

// Days returns the number of days from o to d, negative if d is before o.
func (d Date) Days(o Date) int { return int(d.n) - int(o.n) }

// AddDays returns the day n days after d, stopping at the first and last days
// a Date can hold. The zero Date stays zero.
func (d Date) AddDays(n int) Date {
	if d.n == 0 {
		return d
	}
	return Date{int32(max(1, min(int64(d.n)+int64(n), lastDay)))}
}

// AddMonths returns the same day n months later, or the last day of that month
// if it is shorter. It stops as [Date.AddDays] does.
func (d Date) AddMonths(n int) Date {
	if d.n == 0 {
		return d
	}
	y, m, day := d.YMD()
	months := y*12 + int(m) - 1 + n
	switch {
	case months < 12:
		return Date{1}
	case months >= 10000*12:
		return Date{lastDay}
	}
	y, m = months/12, time.Month(months%12+1)
	return fromYMD(y, int(m), min(day, DaysIn(y, m)))
}

// AddYears returns the same day n years later; 29 February becomes the 28th in
// a common year. It stops as [Date.AddDays] does.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// Add returns d plus p, years and months taken as one step and clamped once.
func (d Date) Add(p Period) Date { return d.AddMonths(p.TotalMonths()) }

// Reached reports whether d plus p is on or before end, that is, whether the
// period p from d is complete at the start of end.
func (d Date) Reached(p Period, end Date) bool {
	// Most answers follow from the number of days alone: a month has 28 to 31
	// days, twelve of them 365 or 366.
	days := end.Days(d)
	if days < 365*p.Years+28*p.Months {
		return false
	}
	if days >= 366*p.Years+31*p.Months {
		return true
	}
	return !d.Add(p).After(end)
}

// FirstOfMonth returns the first day of d's month.
func (d Date) FirstOfMonth() Date {
	_, _, day := d.YMD()
	return d.AddDays(1 - day)
}

// LastOfMonth returns the last day of d's month.
func (d Date) LastOfMonth() Date {
	y, m, day := d.YMD()
	return d.AddDays(DaysIn(y, m) - day)
}

// FirstOfYear returns 1 January of d's year.
func (d Date) FirstOfYear() Date {
	if d.n == 0 {
		return d
	}
	return fromYMD(d.Year(), 1, 1)
}

// String returns d as YYYY-MM-DD, and "" for the zero Date.
func (d Date) String() string { return string(d.AppendText(nil)) }

// AppendText appends the form of [Date.String] to b.
func (d Date) AppendText(b []byte) []byte {
	if d.n == 0 {
		return b
	}
	y, m, day := d.YMD()
	return append(b,
		byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+int(m)/10), byte('0'+int(m)%10), '-',
		byte('0'+day/10), byte('0'+day%10))
}

// MarshalText implements [encoding.TextMarshaler].
func (d Date) MarshalText() ([]byte, error) { return d.AppendText(nil), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]; empty text is the zero
// Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Value implements [driver.Valuer]: the text form, NULL for the zero Date.
func (d Date) Value() (driver.Value, error) {
	if d.n == 0 {
		return nil, nil //nolint:nilnil // NULL is how database/sql spells "no value"
	}
	return d.String(), nil
}

// Scan reads a column into d: text, a time at midnight in any zone (as DATE
// columns arrive), or NULL.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case time.Time:
		*d = Of(v)
		return nil
	default:
		return fmt.Errorf("civil: cannot scan %T into a date", src)
	}
}
