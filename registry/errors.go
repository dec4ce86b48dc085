package registry

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/certreg/certreg/eligibility"
)

// Text is a text in the two languages of the register.
type Text = eligibility.Text

// The kinds of failure a caller can act on. Every [Code] is of one of them.
var (
	// ErrInvalid says that a value given is not acceptable in itself.
	ErrInvalid = errors.New("invalid")
	// ErrUnauthenticated says that the caller is not known.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrForbidden says that the caller's role does not cover the deed.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound says that what was named is not there, or not for this caller.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that the state of the register does not admit the deed.
	ErrConflict = errors.New("conflict")
	// ErrChanged says that the thing was changed since the caller read it.
	ErrChanged = errors.New("changed")
	// ErrUnavailable says that the register cannot do the deed at present.
	ErrUnavailable = errors.New("unavailable")
)

// A Code names one failure for machines. Codes are part of the API: they end
// the problem type URI and are never reused.
type Code string

// The codes, by subject.
const (
	InvalidInput     Code = "invalid-input"
	IdentityInText   Code = "identity-in-text"
	Unauthenticated  Code = "unauthenticated"
	Forbidden        Code = "forbidden"
	VersionChanged   Code = "version-changed"
	AlreadyExists    Code = "already-exists"
	IdempotencyReuse Code = "idempotency-key-reused"
	// RegisterOnHold says that the transparency log contradicts what was
	// published: see [Registry.OnHold].
	RegisterOnHold Code = "register-on-hold"

	BodyNotFound     Code = "body-not-found"
	BodyCodeTaken    Code = "body-code-taken"
	BodyMisplaced    Code = "body-misplaced"
	KeyNotFound      Code = "key-not-found"
	OccupationAbsent Code = "occupation-not-found"
	EditionNotFound  Code = "edition-not-found"
	LevelNotOpened   Code = "level-not-opened"

	SeasonNotFound  Code = "season-not-found"
	SittingNotFound Code = "sitting-not-found"
	SittingFull     Code = "sitting-full"
	SittingTooSmall Code = "sitting-too-small"
	SittingStarted  Code = "sitting-has-applications"
	SittingHeld     Code = "sitting-held"
	DayOutOfSeason  Code = "day-out-of-season"

	PersonNotFound    Code = "person-not-found"
	PersonNameDiffers Code = "person-name-differs"
	PersonSamePerson  Code = "person-same-person"
	PersonClaimed     Code = "person-claimed"
	NothingToConfirm  Code = "nothing-to-confirm"
	DocumentInvalid   Code = "document-invalid"
	DocumentTaken     Code = "document-taken"

	PhotoNotFound   Code = "photo-not-found"
	PhotoTooLarge   Code = "photo-too-large"
	PhotoFormat     Code = "photo-format"
	PhotoDamaged    Code = "photo-damaged"
	PhotoDimensions Code = "photo-dimensions"
	PhotoBackground Code = "photo-background"

	ApplicationNotFound    Code = "application-not-found"
	ApplicationNotEligible Code = "application-not-eligible"
	ApplicationExists      Code = "application-exists"
	ApplicationClosed      Code = "application-closed"
	RegistrationClosed     Code = "registration-closed"
	NothingToSit           Code = "nothing-to-sit"
	NoGoverningEdition     Code = "no-governing-edition"

	ResultConfirmed      Code = "result-confirmed"
	ResultBeforeSitting  Code = "result-before-sitting"
	ResultsSamePerson    Code = "results-same-person"
	ResultNotFound       Code = "result-not-found"
	ResultNotConfirmed   Code = "result-not-confirmed"
	ResultCertified      Code = "result-certified"
	AmendmentNotFound    Code = "amendment-not-found"
	AmendmentWaiting     Code = "amendment-waiting"
	AmendmentDecided     Code = "amendment-decided"
	AmendmentSamePerson  Code = "amendment-same-person"
	CertificateNotDue    Code = "certificate-not-due"
	CertificateNotFound  Code = "certificate-not-found"
	NeverIssued          Code = "certificate-never-issued"
	OutsideCoverage      Code = "certificate-outside-coverage"
	NumberUnreadable     Code = "certificate-number-unreadable"
	NumbersExhausted     Code = "numbers-exhausted"
	StatusUnchangeable   Code = "certificate-status-unchangeable"
	StatusChangeNotFound Code = "status-change-not-found"
	StatusChangeDecided  Code = "status-change-decided"
	StatusSamePerson     Code = "status-change-same-person"
	WithdrawalWaiting    Code = "withdrawal-waiting"
	NothingToCorrect     Code = "nothing-to-correct"
	CorrectionOutdated   Code = "correction-outdated"
	StatusListNotFound   Code = "status-list-not-found"
	LinkNotFound         Code = "link-not-found"

	EditionExists      Code = "edition-exists"
	EditionDecided     Code = "edition-decided"
	EditionNotReviewed Code = "edition-not-reviewed"
	EditionSamePerson  Code = "edition-same-person"
)

// kinds gives each code its kind. A code that is not here does not exist.
var kinds = map[Code]error{
	InvalidInput: ErrInvalid, IdentityInText: ErrInvalid, Unauthenticated: ErrUnauthenticated, Forbidden: ErrForbidden,
	VersionChanged: ErrChanged, AlreadyExists: ErrConflict, IdempotencyReuse: ErrInvalid, RegisterOnHold: ErrUnavailable,
	BodyNotFound: ErrNotFound, BodyCodeTaken: ErrConflict, BodyMisplaced: ErrConflict,
	KeyNotFound: ErrNotFound, OccupationAbsent: ErrNotFound, EditionNotFound: ErrNotFound, LevelNotOpened: ErrConflict,
	SeasonNotFound: ErrNotFound, SittingNotFound: ErrNotFound, SittingFull: ErrConflict,
	SittingTooSmall: ErrConflict, SittingStarted: ErrConflict, SittingHeld: ErrConflict, DayOutOfSeason: ErrInvalid,
	PersonNotFound: ErrNotFound, PersonNameDiffers: ErrConflict, PersonSamePerson: ErrConflict, PersonClaimed: ErrConflict, NothingToConfirm: ErrConflict,
	DocumentInvalid: ErrInvalid, DocumentTaken: ErrConflict,
	PhotoNotFound: ErrNotFound, PhotoTooLarge: ErrInvalid, PhotoFormat: ErrInvalid, PhotoDamaged: ErrInvalid, PhotoDimensions: ErrInvalid, PhotoBackground: ErrInvalid,
	ApplicationNotFound: ErrNotFound, ApplicationNotEligible: ErrConflict, ApplicationExists: ErrConflict,
	ApplicationClosed: ErrConflict, RegistrationClosed: ErrConflict, NothingToSit: ErrConflict, NoGoverningEdition: ErrConflict,
	ResultConfirmed: ErrConflict, ResultBeforeSitting: ErrConflict,
	ResultsSamePerson: ErrConflict, ResultNotFound: ErrNotFound, ResultNotConfirmed: ErrConflict, ResultCertified: ErrConflict,
	AmendmentNotFound: ErrNotFound, AmendmentWaiting: ErrConflict, AmendmentDecided: ErrConflict, AmendmentSamePerson: ErrConflict,
	CertificateNotDue: ErrConflict, CertificateNotFound: ErrNotFound, NeverIssued: ErrNotFound,
	OutsideCoverage: ErrNotFound, NumberUnreadable: ErrInvalid, NumbersExhausted: ErrConflict,
	StatusUnchangeable: ErrConflict, StatusChangeNotFound: ErrNotFound, StatusChangeDecided: ErrConflict, StatusSamePerson: ErrConflict, WithdrawalWaiting: ErrConflict,
	NothingToCorrect: ErrConflict, CorrectionOutdated: ErrConflict,
	StatusListNotFound: ErrNotFound, LinkNotFound: ErrNotFound,
	EditionExists: ErrConflict, EditionDecided: ErrConflict, EditionNotReviewed: ErrConflict, EditionSamePerson: ErrConflict,
}

// Kind is the kind of failure that c is, or nil for a code that does not exist.
func (c Code) Kind() error { return kinds[c] }

// Codes lists every code, sorted.
func Codes() []Code {
	codes := make([]Code, 0, len(kinds))
	for c := range kinds {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	return codes
}

// A Field is one value of the input that is not acceptable.
type Field struct {
	Pointer string // RFC 6901, into the input: "/document/number"
	Detail  Text
}

// An Error is a failure the caller caused and may be told about. Detail is
// written for that caller; what is for operators goes in Cause.
type Error struct {
	Code     Code
	Detail   Text
	Fields   []Field
	Decision []byte // the decision in JSON, for ApplicationNotEligible
	Cause    error
}

// Error is the English detail behind the code.
func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Detail.EN
	for _, f := range e.Fields {
		s += "; " + f.Pointer + ": " + f.Detail.EN
	}
	return s
}

// Unwrap lets both errors.Is(err, ErrConflict) and errors.Is(err, cause) hold.
func (e *Error) Unwrap() []error {
	errs := []error{e.Code.Kind()}
	if e.Cause != nil {
		errs = append(errs, e.Cause)
	}
	return errs
}

// refuse makes an Error with its detail in both languages.
func refuse(code Code, detail Text) *Error {
	return &Error{Code: code, Detail: detail}
}

// say formats a text in both languages from the same arguments.
func say(zh, en string, args ...any) Text {
	return Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// NotFound is the failure that nothing of this kind is there, as the store
// and the registry both report it. It never repeats what was searched for.
func NotFound(code Code) error {
	return refuse(code, notFoundDetails[code])
}

var notFoundDetails = map[Code]Text{
	BodyNotFound:         {ZH: "没有这个机构，或不在您的管辖范围内。", EN: "There is no such body within your reach."},
	KeyNotFound:          {ZH: "没有这个密钥，或不在您的管辖范围内。", EN: "There is no such key within your reach."},
	OccupationAbsent:     {ZH: "本登记系统没有这个职业。", EN: "This register does not know that occupation."},
	EditionNotFound:      {ZH: "没有这个版本的申报条件。", EN: "There is no such edition of the conditions."},
	SeasonNotFound:       {ZH: "没有这个考期。", EN: "There is no such season."},
	SittingNotFound:      {ZH: "没有这个考次，或不在您的管辖范围内。", EN: "There is no such sitting within your reach."},
	PersonNotFound:       {ZH: "没有这个人员，或不在您的管辖范围内。", EN: "There is no such person within your reach."},
	PhotoNotFound:        {ZH: "该人员没有照片。", EN: "The person has no photo."},
	ApplicationNotFound:  {ZH: "没有这份申报，或不在您的管辖范围内。", EN: "There is no such application within your reach."},
	ResultNotFound:       {ZH: "该考次没有这项成绩。", EN: "The sitting has no such result."},
	AmendmentNotFound:    {ZH: "该成绩没有这项更正。", EN: "The result has no such amendment."},
	CertificateNotFound:  {ZH: "没有这个证书，或不在您的管辖范围内。", EN: "There is no such certificate within your reach."},
	StatusListNotFound:   {ZH: "没有这个状态列表。", EN: "There is no such status list."},
	LinkNotFound:         {ZH: "链接不存在、已过期或已撤销。", EN: "The link does not exist, has expired or was revoked."},
	StatusChangeNotFound: {ZH: "该证书没有这项状态变更。", EN: "The certificate has no such status change."},
}

// Changed is the failure that a thing was changed since the caller read it.
func Changed() error {
	return refuse(VersionChanged, Text{ZH: "该记录已被他人修改，请重新读取后再试。", EN: "The record was changed by someone else; read it again and retry."})
}

// Exists is the failure that a row with the same key is there already and
// stays in the way after the operation was tried again.
func Exists(cause error) error {
	return &Error{Code: AlreadyExists, Detail: Text{ZH: "已存在相同的记录。", EN: "The same record exists already."}, Cause: cause}
}

// A check collects what is wrong with an input, so that all of it is told at once.
type check struct {
	fields   []Field
	personal []Field // texts in which an identity number stands
}

// that notes a fault at pointer unless ok.
func (c *check) that(ok bool, pointer string, detail Text) {
	if !ok {
		c.fields = append(c.fields, Field{Pointer: pointer, Detail: detail})
	}
}

// name asks for a name in Chinese at least, which credentials and papers can
// carry: without control characters, line ends and the mark of lost characters.
func (c *check) name(name Text) {
	c.that(strings.TrimSpace(name.ZH) != "", "/name/zh", Text{ZH: "请填写中文名称。", EN: "The Chinese name is required."})
	lost := Text{ZH: "名称不能含控制字符或乱码。", EN: "A name has no control characters and no lost ones."}
	c.that(!strings.ContainsFunc(name.ZH, unprintable), "/name/zh", lost)
	c.that(!strings.ContainsFunc(name.EN, unprintable), "/name/en", lost)
}

func unprintable(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}

// err is InvalidInput with every fault noted, or nil. When an identity number
// stands in a text, that comes first and is the code.
func (c *check) err() error {
	switch {
	case len(c.personal) > 0:
		return &Error{
			Code: IdentityInText, Detail: Text{ZH: "文字中不得有身份证号码。", EN: "No identity number may stand in a text."},
			Fields: slices.Concat(c.personal, c.fields),
		}
	case len(c.fields) == 0:
		return nil
	}
	return &Error{Code: InvalidInput, Detail: Text{ZH: "输入有误，请改正下列各处。", EN: "The input has faults; correct the places named."}, Fields: c.fields}
}
