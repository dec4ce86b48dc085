package document

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/certreg/certreg/internal/document/pdf"
)

// Other programs write the same document quite differently: object streams,
// cross-reference streams, everything renumbered.
func TestExtractFromRewrittenFiles(t *testing.T) {
	c := sample()
	path, _ := printed(t, c)
	for _, options := range [][]string{
		{"--object-streams=generate"}, {"--linearize"}, {"--qdf", "--object-streams=disable"}, {"--compress-streams=n", "--decode-level=all"},
	} {
		out := filepath.Join(t.TempDir(), "out.pdf")
		tool(t, "qpdf", append(options, path, out)...)
		file, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		credential, proof, err := Extract(file)
		if err != nil || !bytes.Equal(credential, c.Credential) || !bytes.Equal(proof, c.LogProof) {
			t.Errorf("qpdf %v: got %q, %q, %v, want what was attached", options, credential, proof, err)
		}
	}
}

func TestExtractRefuses(t *testing.T) {
	c := sample()
	c.Credential = nil
	path, bare := printed(t, c)
	encrypted := filepath.Join(t.TempDir(), "encrypted.pdf")
	tool(t, "qpdf", "--encrypt", "", "owner", "256", "--", path, encrypted)
	locked, err := os.ReadFile(encrypted)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"no credential", bare, ErrNoCredential},
		{"encrypted", locked, pdf.ErrEncrypted},
		{"no PDF", []byte("{}"), pdf.ErrNotPDF},
		{"cut off", bare[:len(bare)/2], pdf.ErrMalformed},
	}
	for _, tt := range tests {
		if _, _, err := Extract(tt.file); !errors.Is(err, tt.want) {
			t.Errorf("%s: got error %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestExtractWithoutProof(t *testing.T) {
	c := sample()
	c.LogProof = nil
	_, file := printed(t, c)
	credential, proof, err := Extract(file)
	if err != nil || proof != nil || !bytes.Equal(credential, c.Credential) {
		t.Errorf("got %q, %q, %v, want the credential alone", credential, proof, err)
	}
}
