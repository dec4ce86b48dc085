package document

import (
	"errors"

	"github.com/certreg/certreg/internal/document/pdf"
)

// ErrNoCredential is what [Extract] reports for a PDF that carries none.
var ErrNoCredential = errors.New("document: the PDF carries no credential")

// Extract takes the credential and its log proof out of a PDF of any origin;
// proof is nil if there is none. What is printed on the page is not looked at:
// a reader must go by what the credential says, once verified, and not by the
// page around it. It reports [ErrNoCredential], or an error of package pdf for
// a file that cannot be read.
func Extract(file []byte) (credential, proof []byte, err error) {
	r, err := pdf.Read(file)
	if err != nil {
		return nil, nil, err
	}
	files, err := r.Attachments(CredentialFile, LogProofFile)
	if err != nil {
		return nil, nil, err
	}
	credential, ok := files[CredentialFile]
	if !ok {
		return nil, nil, ErrNoCredential
	}
	return credential, files[LogProofFile], nil
}
