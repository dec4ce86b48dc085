package registry

import (
	"testing"

	"github.com/certreg/certreg/internal/translog"
)

// Records from before there were commitments vouch for what they tell, those
// since for everything, and only with their own blind.
func TestRecordsWithAndWithoutCommitment(t *testing.T) {
	cert := Certificate{Number: "2510012003300001", Version: 2, Holder: "张伟", Document: Document{Kind: Passport, Number: "E00000001"}, Code: "ABCD"}
	blind := translog.Salt{1}
	commitment, err := cert.commit(blind)
	if err != nil {
		t.Fatal(err)
	}
	record := Record{Number: cert.Number, Version: 2, Holder: "张伟", Body: "10012003"}
	since := record
	since.Commitment = commitment
	other, elsewhere, renamed := cert, cert, cert
	other.Document.Number = "E00000002"
	elsewhere.Place.Index++
	renamed.Holder = "张玮"
	for _, tt := range []struct {
		name   string
		cert   Certificate
		record Record
		blind  translog.Salt
		want   int // parts that differ
	}{
		{"as it was", cert, since, blind, 0},
		{"another document", other, since, blind, 1},
		{"another place", elsewhere, since, blind, 1},
		{"another blind", cert, since, translog.Salt{2}, 1},
		{"another holder", renamed, since, blind, 1},
		{"an old record as it was", cert, record, translog.Salt{}, 0},
		{"an old record, another holder", renamed, record, translog.Salt{}, 1},
		{"no record", cert, Record{}, translog.Salt{}, 4},
	} {
		parts, err := tt.cert.parts(tt.record, tt.blind, "10012003")
		if err != nil || len(parts) != tt.want {
			t.Errorf("%s: got %v, %v, want %d parts", tt.name, parts, err, tt.want)
		}
	}
}
