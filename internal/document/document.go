// Package document prints certificates: the A4 page as a PDF file that looks
// the same everywhere, carries its own proof, can be signed, and is the same
// bytes whenever it is printed again from the same record.
//
// It decides how a certificate looks and what may not stand on it. It does not
// know whether a certificate is valid, nor what its credential says.
package document

import (
	"fmt"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/internal/portrait"
)

// A Certificate is all that stands on the page, in the order of 人社鉴发〔2021〕1号
// as far as that names it. Empty fields that the norm wants printed become "--".
type Certificate struct {
	Wording     Wording
	Body        string     // 发证机构: the name as filed, branch included
	IssuedOn    civil.Date // 发证日期
	Holder      string     // 姓名
	IDKind      string     // 证件类型; may be empty
	IDNumber    string     // 证件号码, masked with asterisks; may be empty
	Occupation  string     // 职业名称
	Direction   string     // 工种/职业方向; may be empty
	Level       int        // 5 lowest to 1 highest
	LevelName   string     // what the occupation calls the level, 技师; may be empty
	Number      string     // 证书编号
	PaperSerial string     // 流水号 of the form; may be empty
	Photo       []byte     // as [portrait.Clean] makes it; may be empty
	QR          string     // what the QR code says; an https address is a link too
	LookUps     []LookUp   // where to look the certificate up, at most [MaxLookUps]
	Credential  []byte     // the verifiable credential, attached as [CredentialFile]; may be empty
	LogProof    []byte     // its proof of inclusion in the log, attached as [LogProofFile]; may be empty
}

// A LookUp is an address printed on the certificate.
type LookUp struct {
	Label   string // 证书查询
	LabelEN string // Certificate look-up
	Address string // at most [MaxAddress] characters
}

// What there is room for below the table: so many look-ups, a line each, with
// addresses of so many characters.
const (
	MaxLookUps = 3
	MaxAddress = 80
)

// A Problem is why a certificate cannot be printed. Codes are stable.
type Problem string

// The problems.
const (
	Missing          Problem = "missing"
	OutOfRange       Problem = "out-of-range"
	TooLong          Problem = "too-long"
	NoGlyph          Problem = "no-glyph"
	NotMasked        Problem = "not-masked"
	ForbiddenWording Problem = "forbidden-wording"
	HistoricTooLate  Problem = "historic-too-late"
	PhotoFormat      Problem = "photo-format"
)

// An Error names the field of a [Certificate] that cannot be printed. It never
// quotes the field, except for a character no font has and a word the norm
// forbids: those are in Detail.
type Error struct {
	Field   string // as in Certificate
	Problem Problem
	Detail  string
}

func (e *Error) Error() string {
	if e.Detail == "" {
		return fmt.Sprintf("document: %s: %s", e.Field, e.Problem)
	}
	return fmt.Sprintf("document: %s: %s: %s", e.Field, e.Problem, e.Detail)
}

// neutralSince is the first year whose certificates must be worded neutrally:
// outside the 2017 catalogue nobody issues 职业资格 any more.
const neutralSince = 2018

// maxText is the longest text a field of one or two lines can hold, in
// characters.
const maxText = 60

// field is one text of a certificate, for checks that concern them all.
type field struct {
	name     string
	text     string
	required bool
	max      int
}

func (c *Certificate) fields() []field {
	fields := []field{
		{"Wording.Title", c.Wording.Title, true, 24},
		{"Wording.TitleEN", c.Wording.TitleEN, true, 60},
		{"Wording.Text", c.Wording.Text, true, 160},
		{"Wording.TextEN", c.Wording.TextEN, true, 400},
		{"Body", c.Body, true, maxText},
		{"Holder", c.Holder, true, maxText},
		{"IDKind", c.IDKind, false, maxText},
		{"IDNumber", c.IDNumber, false, maxText},
		{"Occupation", c.Occupation, true, maxText},
		{"Direction", c.Direction, false, maxText},
		{"LevelName", c.LevelName, false, 20},
		{"Number", c.Number, true, 40},
		{"PaperSerial", c.PaperSerial, false, 40},
	}
	for _, l := range c.LookUps {
		fields = append(fields, field{"LookUps", l.Label, true, 20}, field{"LookUps", l.LabelEN, true, 40}, field{"LookUps", l.Address, true, MaxAddress})
	}
	return fields
}

// check reports the first reason not to print c. Whether the fonts have every
// character is the printer's to say.
func (c *Certificate) check() error {
	for _, f := range c.fields() {
		if f.required && strings.TrimSpace(f.text) == "" {
			return &Error{Field: f.name, Problem: Missing}
		}
		if n := len([]rune(f.text)); n > f.max {
			return &Error{Field: f.name, Problem: TooLong, Detail: fmt.Sprintf("%d characters, at most %d fit", n, f.max)}
		}
	}
	switch {
	case c.IssuedOn.IsZero():
		return &Error{Field: "IssuedOn", Problem: Missing}
	case c.Level < 1 || c.Level > 5:
		return &Error{Field: "Level", Problem: OutOfRange, Detail: "levels are 5 to 1"}
	case len(c.LookUps) > MaxLookUps:
		return &Error{Field: "LookUps", Problem: TooLong, Detail: fmt.Sprintf("at most %d addresses fit", MaxLookUps)}
	case c.IDNumber != "" && !strings.Contains(c.IDNumber, "*"):
		return &Error{Field: "IDNumber", Problem: NotMasked}
	case c.QR == "":
		return &Error{Field: "QR", Problem: Missing}
	case len(c.QR) > maxQR:
		return &Error{Field: "QR", Problem: TooLong, Detail: fmt.Sprintf("%d bytes, at most %d can be read from paper", len(c.QR), maxQR)}
	}
	if err := c.Wording.check(c.IssuedOn); err != nil {
		return err
	}
	if len(c.Photo) > 0 {
		if _, err := portrait.Measure(c.Photo); err != nil {
			return &Error{Field: "Photo", Problem: PhotoFormat}
		}
	}
	return nil
}

// issuedAt is the instant the file is dated with: the issue day begins, in
// China.
func (c *Certificate) issuedAt() time.Time {
	y, m, d := c.IssuedOn.YMD()
	return time.Date(y, m, d, 0, 0, 0, 0, time.FixedZone("UTC+8", 8*60*60))
}
