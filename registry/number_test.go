package registry_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/certreg/certreg/registry"
)

func TestReadNumber(t *testing.T) {
	tests := []struct {
		in     string
		scheme registry.NumberScheme
		parts  []string
	}{
		{"0810012003300001", registry.National16, []string{"08", "10012003", "3", "00001"}},
		{"Y000123000001195000001", registry.Skill22, []string{"Y", "0001", "23", "000001", "19", "5", "000001"}},
	}
	for _, tt := range tests {
		scheme, parts, err := registry.ReadNumber(registry.NormaliseNumber(tt.in))
		if err != nil || scheme != tt.scheme || len(parts) != len(tt.parts) {
			t.Fatalf("ReadNumber(%s) = %s, %v, %v", tt.in, scheme, parts, err)
		}
		for i, p := range parts {
			if p.Value != tt.parts[i] {
				t.Errorf("ReadNumber(%s) part %s = %s, want %s", tt.in, p.Name, p.Value, tt.parts[i])
			}
		}
	}
}

func TestReadNumberNamesWhatIsWrong(t *testing.T) {
	tests := []struct {
		name, in string
		faults   int
	}{
		{"too short", "123", 1},
		{"level 6", "0810012003600001", 1},
		{"serial 0 and kind 9", "0810019003300000", 2},
		{"letter in the year", "A810012003300001", 1},
		{"category", "Q000123000001195000001", 1},
		{"province", "Y000199000001195000001", 1},
		{"not ASCII", "０８１００１２００３３００００号", 1},
		{"empty", "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := registry.ReadNumber(registry.NormaliseNumber(tt.in))
			e, ok := errors.AsType[*registry.Error](err)
			if !ok || e.Code != registry.NumberUnreadable || len(e.Fields) != tt.faults {
				t.Errorf("err = %v, want certificate-number-unreadable with %d faults", err, tt.faults)
			}
		})
	}
}

func TestNormaliseNumber(t *testing.T) {
	for _, in := range []string{"0810012003300001", "0810 0120 0330 0001", "０８１００１２００３３００００１", " 0810-0120-0330-0001\t"} {
		if got := registry.NormaliseNumber(in); got != "0810012003300001" {
			t.Errorf("NormaliseNumber(%q) = %q", in, got)
		}
	}
}

func TestScore(t *testing.T) {
	for in, want := range map[string]registry.Score{"0": 0, "59.5": 5950, "60": 6000, "100": 10000, "99.99": 9999, "7.05": 705} {
		got, err := registry.ParseScore(in)
		if err != nil || got != want || got.String() != in {
			t.Errorf("ParseScore(%q) = %d (%s), %v, want %d", in, got, got, err, want)
		}
	}
	for _, in := range []string{"", "100.01", "101", "-1", "5.", ".5", "1.234", "6e1", "NaN", "０", "60 ", "1000"} {
		if got, err := registry.ParseScore(in); err == nil {
			t.Errorf("ParseScore(%q) = %d, want an error", in, got)
		}
	}
}

func TestParseCode(t *testing.T) {
	const code = "0123-4567-89AB-CDEF"
	seen := 0
	for _, check := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U" {
		if got, err := registry.ParseCode(code + "-" + string(check)); err == nil {
			seen++
			if want := code + "-" + string(check); got != want {
				t.Errorf("ParseCode = %s, want %s", got, want)
			}
			for _, slip := range []string{"0128" + got[4:], "0" + got, got[1:]} {
				if _, err := registry.ParseCode(slip); err == nil {
					t.Errorf("the slip %s is accepted", slip)
				}
			}
			if folded, err := registry.ParseCode("o" + strings.ToLower(got[1:])); err != nil || folded != got {
				t.Errorf("ParseCode of the lower-case form with o for 0 = %s, %v", folded, err)
			}
		}
	}
	if seen != 1 {
		t.Errorf("%d check characters fit, want 1", seen)
	}
}
