package civil

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatalf("ParseDate(%q): %v", s, err)
	}
	return d
}

func period(t testing.TB, s string) Period {
	t.Helper()
	p, err := ParsePeriod(s)
	if err != nil {
		t.Fatalf("ParsePeriod(%q): %v", s, err)
	}
	return p
}

func TestAddClampsToTheEndOfTheMonth(t *testing.T) {
	for _, tt := range []struct{ from, add, want string }{
		{"2016-02-29", "P6Y", "2022-02-28"},
		{"2016-02-29", "P4Y", "2020-02-29"},
		{"2015-08-31", "P6M", "2016-02-29"},
		{"2014-08-31", "P6M", "2015-02-28"},
		{"2015-08-01", "P6Y", "2021-08-01"},
		{"2015-12-31", "P2M", "2016-02-29"},
		{"2016-02-29", "P1Y6M", "2017-08-29"},
		{"2021-01-31", "P1M", "2021-02-28"},
		{"9999-01-01", "P1Y", "9999-12-31"},
	} {
		if got := date(t, tt.from).Add(period(t, tt.add)).String(); got != tt.want {
			t.Errorf("%s + %s: got %s, want %s", tt.from, tt.add, got, tt.want)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, s := range []string{"", "2021-02-29", "1900-02-29", "2021-13-01", "2021-00-10", "2021-01-00", "2021-04-31", "0000-01-01", "2021-1-01", "2021/01/01", "+021-01-01", "2021-01-01T00:00:00Z", "２０２１-01-01"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q): got %s, want an error", s, d)
		}
	}
}

func TestParsePeriod(t *testing.T) {
	for s, want := range map[string]Period{"P3Y": {Years: 3}, "P6M": {Months: 6}, "P3Y6M": {Years: 3, Months: 6}, "P12M": {Months: 12}, "P0M": {}} {
		got, err := ParsePeriod(s)
		if err != nil || got != want || got.String() != s {
			t.Errorf("ParsePeriod(%q): got %v (%s), %v, want %v", s, got, got, err, want)
		}
	}
	for _, s := range []string{"", "P", "3Y", "P3", "PY", "P3D", "P3Y6", "P6M3Y", "P-3Y", "P3Y6M1D", "PT3M", "P3.5Y", "P99999Y", "p3y"} {
		if got, err := ParsePeriod(s); err == nil {
			t.Errorf("ParsePeriod(%q): got %v, want an error", s, got)
		}
	}
}

func TestCalendarAgreesWithTime(t *testing.T) {
	day := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := int32(1); n <= lastDay; n += 17 {
		tm := day.AddDate(0, 0, int(n)-1)
		d := Date{n}
		y, m, dd := d.YMD()
		if wy, wm, wd := tm.Date(); y != wy || m != wm || dd != wd {
			t.Fatalf("day %d: got %d-%d-%d, want %d-%d-%d", n, y, m, dd, wy, wm, wd)
		}
		if Of(tm) != d {
			t.Fatalf("Of(%s): got %s, want %s", tm, Of(tm), d)
		}
	}
	if got, want := MaxDate().String(), "9999-12-31"; got != want {
		t.Errorf("MaxDate: got %s, want %s", got, want)
	}
}

func anyDate(t *rapid.T, name string) Date {
	return Date{rapid.Int32Range(1, lastDay).Draw(t, name)}
}

func TestDateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := anyDate(t, "d"), Date{rapid.Int32Range(600000, 900000).Draw(t, "e")}
		if back, err := ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("ParseDate(%s): got %s, %v", d, back, err)
		}
		p := Period{rapid.IntRange(0, 50).Draw(t, "years"), rapid.IntRange(0, 30).Draw(t, "months")}
		end := e.AddDays(rapid.IntRange(-10, 20000).Draw(t, "days"))
		if got, want := e.Reached(p, end), !e.Add(p).After(end); got != want {
			t.Fatalf("%s.Reached(%s, %s): got %v, want %v", e, p, end, got, want)
		}
		near := e.Add(p)
		if !e.Reached(p, near) || (!p.IsZero() && e.Reached(p, near.AddDays(-1))) {
			t.Fatalf("%s + %s is not reached exactly on %s", e, p, near)
		}
		if b := Between(e, end); end.After(e) && (e.Add(b).After(end) || !e.AddMonths(b.TotalMonths()+1).After(end)) {
			t.Fatalf("Between(%s, %s): got %s", e, end, b)
		}
		if first, last := d.FirstOfMonth(), d.LastOfMonth(); first.After(d) || d.After(last) || first.Add(Period{Months: 1}) != last.AddDays(1) && last != MaxDate() {
			t.Fatalf("month of %s: got %s to %s", d, first, last)
		}
	})
}

func TestScanAndValue(t *testing.T) {
	want := date(t, "2026-11-21")
	for _, src := range []any{"2026-11-21", []byte("2026-11-21"), time.Date(2026, 11, 21, 0, 0, 0, 0, time.FixedZone("", 8*3600))} {
		var got Date
		if err := got.Scan(src); err != nil || got != want {
			t.Errorf("Scan(%v): got %s, %v, want %s", src, got, err, want)
		}
	}
	got := want
	if err := got.Scan(nil); err != nil || !got.IsZero() {
		t.Errorf("Scan(nil): got %s, %v, want no day", got, err)
	}
	if err := got.Scan(3); err == nil {
		t.Error("Scan(3): got no error")
	}
	if v, err := want.Value(); err != nil || v != "2026-11-21" {
		t.Errorf("Value: got %v, %v", v, err)
	}
	if v, err := (Date{}).Value(); err != nil || v != nil {
		t.Errorf("Value of no day: got %v, %v, want NULL", v, err)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2016-02-29", "2015-08-31", "9999-12-31", "0001-01-01", "2021-02-29", "2021-13-01", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			return
		}
		if d.String() != s {
			t.Errorf("ParseDate(%q).String(): got %q", s, d.String())
		}
		if want, err := time.Parse(time.DateOnly, s); err != nil || Of(want) != d {
			t.Errorf("ParseDate(%q): got %s, time.Parse says %s, %v", s, d, want, err)
		}
	})
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"P3Y", "P6M", "P3Y6M", "P12M", "P0M", "P3D"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePeriod(s)
		if err != nil {
			return
		}
		if back, err := ParsePeriod(p.String()); err != nil || back != p {
			t.Errorf("ParsePeriod(%q): got %v, reread as %v, %v", s, p, back, err)
		}
	})
}
