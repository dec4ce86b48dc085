package registry_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type vectors struct {
	CitizenID []struct {
		ID    string `json:"id"`
		Valid bool   `json:"expect_valid"`
		Note  string `json:"note"`
		Sex   string `json:"sex"`
	} `json:"citizen_id"`
}

func TestCitizenIDVectors(t *testing.T) {
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	sexes := map[registry.Sex]string{registry.Male: "M", registry.Female: "F"}
	for _, tt := range v.CitizenID {
		got, err := registry.NewDocument(registry.CitizenID, tt.ID, day(t, "2026-11-22"))
		if (err == nil) != tt.Valid {
			t.Errorf("%s (%s): err = %v, want valid = %v", tt.ID, tt.Note, err, tt.Valid)
		}
		if err == nil && sexes[got.Sex()] != tt.Sex {
			t.Errorf("%s: sex = %q, want %s", tt.ID, got.Sex(), tt.Sex)
		}
	}
}

func TestNewDocumentNormalises(t *testing.T) {
	tests := []struct {
		name, in, want string
		kind           registry.DocumentKind
	}{
		{"lower-case x", "11010519491231002x", "11010519491231002X", registry.CitizenID},
		{"full width", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", registry.CitizenID},
		{"spaces and hyphens", "110105 19491231-002X", "11010519491231002X", registry.CitizenID},
		{"dots from a scanner", "110105.19491231.002X", "11010519491231002X", registry.CitizenID},
		{"15 digits", "110105491231002", "11010519491231002X", registry.CitizenID},
		{"passport", " e1234-5678 ", "E12345678", registry.Passport},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := registry.NewDocument(tt.kind, tt.in, day(t, "2026-11-22"))
			if err != nil || got.Number != tt.want {
				t.Errorf("NewDocument(%q) = %q, %v, want %q", tt.in, got.Number, err, tt.want)
			}
		})
	}
}

func TestNewDocumentRefuses(t *testing.T) {
	tests := []struct {
		name, in string
		kind     registry.DocumentKind
	}{
		{"born tomorrow", "110101202611230019", registry.CitizenID},
		{"no such kind", "1", "library-card"},
		{"too short", "12", registry.Passport},
		{"letters", "11010519491231O02X", registry.CitizenID},
		{"empty", "", registry.CitizenID},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := registry.NewDocument(tt.kind, tt.in, day(t, "2026-11-22"))
			e, ok := errors.AsType[*registry.Error](err)
			if !ok || e.Code != registry.DocumentInvalid || len(e.Fields) != 1 {
				t.Errorf("err = %v, want document-invalid with one field", err)
			}
		})
	}
}

// Every wrong digit and every swap of neighbours is caught, as ISO 7064 promises.
func TestCitizenIDCatchesSlips(t *testing.T) {
	const good = "440524188001010014"
	for i := range good {
		for c := byte('0'); c <= '9'; c++ {
			bad := []byte(good)
			if bad[i] == c {
				continue
			}
			bad[i] = c
			if _, err := registry.NewDocument(registry.CitizenID, string(bad), day(t, "2026-11-22")); err == nil {
				t.Errorf("%s is accepted, one digit from %s", bad, good)
			}
		}
		if i > 0 && good[i-1] != good[i] {
			bad := []byte(good)
			bad[i-1], bad[i] = bad[i], bad[i-1]
			if _, err := registry.NewDocument(registry.CitizenID, string(bad), day(t, "2026-11-22")); err == nil {
				t.Errorf("%s is accepted, one swap from %s", bad, good)
			}
		}
	}
}

func TestMasked(t *testing.T) {
	tests := []struct {
		in   registry.Document
		want string
	}{
		{registry.Document{Kind: registry.CitizenID, Number: "11010519491231002X"}, "110105********002X"},
		{registry.Document{Kind: registry.Passport, Number: "E12345678"}, "*******78"},
		{registry.Document{Kind: registry.AnotherDocument, Number: "7"}, "7"},
	}
	for _, tt := range tests {
		if got := tt.in.Masked(); got != tt.want {
			t.Errorf("Masked() of a %s = %s, want %s", tt.in.Kind, got, tt.want)
		}
	}
}
