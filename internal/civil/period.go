package civil

import (
	"errors"
	"strconv"
)

// A Period is a length of time in years and months, as thresholds are
// written. The two are kept apart, since rules that count days give a year
// 365 and a month 30.
type Period struct {
	Years, Months int
}

// maxPeriod bounds each number of a period; no rule of any trade needs more.
const maxPeriod = 9999

var errPeriod = errors.New("not a period of years and months such as P3Y6M")

// ParsePeriod reads an ISO 8601 duration of years and months: P3Y, P6M, P3Y6M.
// It reports an error for any other form, weeks and days among them.
func ParsePeriod(s string) (Period, error) {
	var p Period
	if len(s) < 3 || s[0] != 'P' {
		return p, errPeriod
	}
	rest := s[1:]
	for _, part := range []struct {
		unit byte
		to   *int
	}{{'Y', &p.Years}, {'M', &p.Months}} {
		i := 0
		for i < len(rest) && rest[i] >= '0' && rest[i] <= '9' {
			i++
		}
		if i == len(rest) || rest[i] != part.unit {
			continue
		}
		n, ok := digits(rest[:i])
		if i == 0 || i > 4 || !ok || n > maxPeriod {
			return Period{}, errPeriod
		}
		*part.to = n
		rest = rest[i+1:]
	}
	if rest != "" {
		return Period{}, errPeriod
	}
	return p, nil
}

// Between returns the whole years and months from one day to a later one: the
// longest normalised p with from.Add(p) not after to. It is zero if to is not
// after from.
func Between(from, to Date) Period {
	if from.IsZero() || !to.After(from) {
		return Period{}
	}
	y1, m1, d1 := from.YMD()
	y2, m2, d2 := to.YMD()
	months := (y2-y1)*12 + int(m2) - int(m1)
	if d1 > d2 && d2 < DaysIn(y2, m2) {
		months--
	}
	return Months(months)
}

// Months returns the period of n months in years and months; zero for n < 0.
func Months(n int) Period {
	n = max(n, 0)
	return Period{Years: n / 12, Months: n % 12}
}

// TotalMonths returns the length of p in months.
func (p Period) TotalMonths() int { return 12*p.Years + p.Months }

// IsZero reports whether p has no length.
func (p Period) IsZero() bool { return p == Period{} }

// String returns p in ISO 8601 form, "P0M" for no time at all.
func (p Period) String() string { return string(p.AppendText(nil)) }

// AppendText appends the form of [Period.String] to b.
func (p Period) AppendText(b []byte) []byte {
	b = append(b, 'P')
	if p.Years != 0 {
		b = append(strconv.AppendInt(b, int64(p.Years), 10), 'Y')
	}
	if p.Months != 0 || p.Years == 0 {
		b = append(strconv.AppendInt(b, int64(p.Months), 10), 'M')
	}
	return b
}

// MarshalText implements [encoding.TextMarshaler].
func (p Period) MarshalText() ([]byte, error) { return p.AppendText(nil), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (p *Period) UnmarshalText(text []byte) error {
	parsed, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
