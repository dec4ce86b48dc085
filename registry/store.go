package registry

import (
	"context"
	"time"
)

// A Store holds the register.
//
// Every read method reports the subject's …NotFound [Error] for one thing that
// is not there, and an empty list for many. Lists come in the order of their
// identifiers and honour Page. Update methods write the whole row where the
// version is still the one given and then add one to it; otherwise they report
// [VersionChanged].
type Store interface {
	// Read runs f on one consistent state.
	Read(ctx context.Context, f func(Reader) error) error

	// Write runs f in a transaction and commits if f returns nil. Nothing f did
	// is visible before that. When another transaction gets in the way (a
	// serialization failure, or a row with the same key that it has just
	// written), f is run again on the new state, so f must not have effects
	// elsewhere; when that does not help it reports [AlreadyExists].
	Write(ctx context.Context, f func(Writer) error) error
}

// A Reader reads one consistent state of the register.
type Reader interface {
	Body(ctx context.Context, id string) (Body, error)
	BodyByCode(ctx context.Context, code InstitutionCode) (Body, error)
	Bodies(ctx context.Context, f BodyFilter) ([]Body, error)

	Key(ctx context.Context, id string) (Key, error)
	Keys(ctx context.Context, f KeyFilter) ([]Key, error)

	OpenedLevels(ctx context.Context, occupation string) ([]OpenedLevel, error)

	Season(ctx context.Context, id string) (Season, error)
	Seasons(ctx context.Context, f SeasonFilter) ([]Season, error)

	// Sitting and Sittings also count applications and seats taken.
	Sitting(ctx context.Context, id string) (Sitting, error)
	Sittings(ctx context.Context, f SittingFilter) ([]Sitting, error)

	Person(ctx context.Context, id string) (Person, error)
	// PersonByDocument never finds a claim.
	PersonByDocument(ctx context.Context, d Document) (Person, error)
	// PersonWithin reports whether a body under scope registered the person, was
	// shown the person's document, or has an application of theirs.
	PersonWithin(ctx context.Context, id, scope string) (bool, error)

	// Photo is the photo that a person has now.
	Photo(ctx context.Context, person string) (Photo, error)
	// PhotosOf is the identifiers of the photos that people have now, by person.
	PhotosOf(ctx context.Context, people []string) (map[string]string, error)
	// PhotoOnPaper is the photo that a paper shows.
	PhotoOnPaper(ctx context.Context, paper string) (Photo, error)

	Application(ctx context.Context, id string) (Application, error)
	ApplicationByCode(ctx context.Context, code string) (Application, error)
	Applications(ctx context.Context, f ApplicationFilter) ([]Application, error)
	// Roll is the admitted applications of a sitting by ticket number, only these
	// when there are any, without the facts and explanations of their decisions,
	// which are large and sealed.
	Roll(ctx context.Context, sitting string, tickets []string) ([]Application, error)
	// Candidates is the candidates that Roll gives the applications of, Candidate
	// one, admitted or not.
	Candidates(ctx context.Context, sitting string) ([]Candidate, error)
	Candidate(ctx context.Context, application string) (Candidate, error)
	// LiveApplication is a person's submitted or admitted application for a level in a season.
	LiveApplication(ctx context.Context, person, season string, level int) (Application, error)

	// Results come as they count: with the amendment that took effect last.
	ResultsOfApplication(ctx context.Context, application string) ([]Result, error)
	// ResultsOfSitting is in the order of ticket numbers and components.
	// ResultsOfSitting is the results of the applications that Roll gives.
	ResultsOfSitting(ctx context.Context, sitting string, tickets []string) ([]Result, error)
	// ConfirmedResult is a result as it was entered and confirmed.
	ConfirmedResult(ctx context.Context, id string) (Result, error)
	// Amendments is the amendments of a result, the oldest first.
	Amendments(ctx context.Context, result string) ([]Amendment, error)
	// Attempts is the results of people for a level of an occupation, confirmed or
	// not, that no certificate rests on, by person, in the order of their
	// sittings' days. Of a result it gives what tells whether it counts: not the
	// ticket, the score before deductions, remarks, version and who entered it.
	Attempts(ctx context.Context, people []string, occupation string, level int) (map[string][]Attempt, error)

	Certificate(ctx context.Context, n Number) (Certificate, error)
	CertificateByCode(ctx context.Context, code string) (Certificate, error)
	CertificateOfApplication(ctx context.Context, application string) (Certificate, error)
	// CertificateOfResult is the certificate that rests on a result.
	CertificateOfResult(ctx context.Context, result string) (Certificate, error)
	Certificates(ctx context.Context, f CertificateFilter) ([]Certificate, error)
	// CertificateNumbers is the numbers of what Certificates gives, also of
	// those that cannot be read.
	CertificateNumbers(ctx context.Context, f CertificateFilter) ([]Number, error)
	// CertificateInForce is the certificate in force that a person holds for a level of an occupation.
	CertificateInForce(ctx context.Context, person, occupation string, level int) (Certificate, error)
	// Uses is the results a certificate rests on, as they were when it was issued.
	Uses(ctx context.Context, n Number) ([]Attempt, error)
	// Serials is the last serial given in every series whose name begins with prefix.
	Serials(ctx context.Context, prefix string) (map[string]int, error)

	// Prints is the papers of a certificate, oldest first.
	Prints(ctx context.Context, n Number) ([]Print, error)
	StatusChange(ctx context.Context, n Number, id string) (StatusChange, error)
	StatusChanges(ctx context.Context, n Number) ([]StatusChange, error)

	Journal(ctx context.Context, f JournalFilter) ([]Entry, error)
	// LogEntries is what the transparency log says about a certificate, oldest first.
	LogEntries(ctx context.Context, n Number) ([]LogEntry, error)

	// StatusList reports StatusListNotFound for a list that was not begun.
	StatusList(ctx context.Context, list int) (StatusList, error)
	// StatusSecret is the secret of a status list, if the list was begun.
	StatusSecret(ctx context.Context, list int) ([]byte, bool, error)

	Link(ctx context.Context, code string) (Link, error)
	// Links is the links of a certificate, newest first, with their uses.
	Links(ctx context.Context, n Number) ([]Link, error)

	Edition(ctx context.Context, digest string) (Edition, error)
	// Editions is the editions in a state, of every state when it is "", in the order they were submitted.
	Editions(ctx context.Context, state EditionState) ([]Edition, error)

	// IdempotencyRecord finds what an operation left for its retries.
	IdempotencyRecord(ctx context.Context, owner, key string) (IdempotencyRecord, bool, error)
}

// A Writer changes the register within one transaction.
type Writer interface {
	Reader

	InsertBody(ctx context.Context, b Body) error
	UpdateBody(ctx context.Context, b Body) error

	InsertKey(ctx context.Context, k Key) error
	RevokeKey(ctx context.Context, id string, at time.Time) error

	// PutOpenedLevel inserts or replaces the day on which a level was opened.
	PutOpenedLevel(ctx context.Context, l OpenedLevel) error
	InsertSeason(ctx context.Context, s Season) error
	InsertSitting(ctx context.Context, s Sitting) error
	UpdateSitting(ctx context.Context, s Sitting) error
	// LockSitting makes other transactions that lock the same sitting wait
	// until this one ends.
	LockSitting(ctx context.Context, id string) error
	// LockSittingOf is LockSitting for the sitting of an application. It returns
	// the sitting without its counts, which may be older than the lock.
	LockSittingOf(ctx context.Context, application string) (Sitting, error)

	InsertPerson(ctx context.Context, p Person) error
	UpdatePerson(ctx context.Context, p Person) error
	// ConfirmPerson leaves a person at version without corrections that wait. The
	// version stays. It reports VersionChanged when there are none.
	ConfirmPerson(ctx context.Context, id string, version int) error
	// PutPersonReach notes that a body was shown the person's document.
	PutPersonReach(ctx context.Context, person, body string) error

	// InsertPhoto enters the photo of a person who has none.
	InsertPhoto(ctx context.Context, p Photo) error
	// RetirePhoto takes a photo away from its person. It is erased unless a paper shows it.
	RetirePhoto(ctx context.Context, id string, at time.Time) error
	// InsertPhotoUses says which photos papers show, for good.
	InsertPhotoUses(ctx context.Context, uses []PhotoUse) error

	InsertApplication(ctx context.Context, a Application) error
	// ReplaceClaim makes an application that of a person instead of a claim, and
	// deletes the claim unless it has other applications. The version of the application stays.
	ReplaceClaim(ctx context.Context, application, claim, person string) error
	UpdateApplication(ctx context.Context, a Application) error

	// PutResults inserts results of version 1 and updates the others where the
	// stored version is one less than the given one and not confirmed.
	PutResults(ctx context.Context, results []Result) error

	InsertAmendment(ctx context.Context, m Amendment) error
	// UpdateAmendment decides a proposed amendment; it reports VersionChanged for
	// one that is decided.
	UpdateAmendment(ctx context.Context, m Amendment) error

	// NextSerials takes n serials of each of some series, which begin at 1, and
	// returns the first of each. Serials taken in a transaction that fails are
	// given again.
	NextSerials(ctx context.Context, series []string, n int) (first []int, err error)
	// InsertCertificates enters certificates with the results they rest on.
	// Numbers, codes and uses of results are unique for good.
	InsertCertificates(ctx context.Context, certs []Certificate, uses []Use) error
	UpdateCertificate(ctx context.Context, c Certificate) error
	// LockCertificate makes other transactions that lock or update the same
	// certificate wait until this one ends.
	LockCertificate(ctx context.Context, n Number) error
	// InsertPrints enters first papers. What they say and their places are those
	// of their certificates.
	InsertPrints(ctx context.Context, prints []Print) error
	// InsertReplacement enters a paper that supersedes the one in force before,
	// and keeps what that one said. A paper is superseded once.
	InsertReplacement(ctx context.Context, before Certificate, p Print) error
	InsertStatusChange(ctx context.Context, s StatusChange) error
	UpdateStatusChange(ctx context.Context, s StatusChange) error

	InsertStatusSecret(ctx context.Context, list int, secret []byte) error

	InsertLink(ctx context.Context, l Link) error
	RevokeLink(ctx context.Context, code string, at time.Time) error
	InsertLinkUse(ctx context.Context, code string, u LinkUse) error

	InsertEdition(ctx context.Context, e Edition) error
	UpdateEdition(ctx context.Context, e Edition) error

	// Append adds entries in order to the journal, numbering them on from the
	// last, and leaves to the transparency log, its tiles and its head.
	Append(ctx context.Context, entries []Entry, leaves []LogEntry) error
	SaveIdempotency(ctx context.Context, r IdempotencyRecord) error
	DeleteIdempotency(ctx context.Context, owner, key string) error
	// DeleteIdempotencyBefore removes up to limit results that were kept before
	// an instant, the oldest first, and returns how many.
	DeleteIdempotencyBefore(ctx context.Context, at time.Time, limit int) (int, error)
}
