package registry

import (
	"context"
	"time"
)

// An Action names what a journal entry records.
type Action string

// The actions. Like problem codes they are never reused.
const (
	BodyAdded               Action = "body-added"
	BodyRenamed             Action = "body-renamed"
	KeyCreated              Action = "key-created"
	KeyRevoked              Action = "key-revoked"
	LevelOpened             Action = "level-opened"
	SeasonAnnounced         Action = "season-announced"
	SittingScheduled        Action = "sitting-scheduled"
	SittingChanged          Action = "sitting-changed"
	PersonRegistered        Action = "person-registered"
	PersonShown             Action = "person-shown" // to another body, which has seen the document
	PersonCorrected         Action = "person-corrected"
	PhotoPut                Action = "photo-put"
	PhotoRemoved            Action = "photo-removed"
	PersonConfirmed         Action = "person-confirmed"
	ApplicationSubmitted    Action = "application-submitted"
	ApplicationRedecided    Action = "application-redecided"
	ApplicationWithdrawn    Action = "application-withdrawn"
	ApplicationAdmitted     Action = "application-admitted"
	ApplicationRejected     Action = "application-rejected"
	ResultEntered           Action = "result-entered"
	ResultConfirmedBy       Action = "result-confirmed"
	ResultAmendmentProposed Action = "result-amendment-proposed"
	ResultAmendmentRefused  Action = "result-amendment-refused"
	ResultAmended           Action = "result-amended"
	CertificateIssued       Action = "certificate-issued"
	CertificateReissued     Action = "certificate-reissued"
	CertificateSuspended    Action = "certificate-suspended"
	CertificateRestored     Action = "certificate-restored"
	WithdrawalProposed      Action = "certificate-withdrawal-proposed"
	WithdrawalRefused       Action = "certificate-withdrawal-refused"
	CertificateWithdrawn    Action = "certificate-withdrawn"
	CertificateCancelled    Action = "certificate-cancelled"
	CorrectionProposed      Action = "certificate-correction-proposed"
	CorrectionRefused       Action = "certificate-correction-refused"
	CertificateCorrected    Action = "certificate-corrected"
	LinkMade                Action = "link-made"
	LinkRevoked             Action = "link-revoked"
	EditionSubmitted        Action = "edition-submitted"
	EditionReviewedBy       Action = "edition-reviewed"
	EditionScheduledFrom    Action = "edition-scheduled"
)

// An Entry is one line of the journal: the append-only account of every
// change, written in the transaction of the change itself. It holds no name
// and no document number.
type Entry struct {
	Seq       int64 // 1, 2, 3 … without gaps; given by the store
	At        time.Time
	Action    Action
	Kind      string // of the subject: "certificate", "application", …
	Subject   string // its identifier or certificate number
	Body      string // body it belongs to, "" when it is nobody's
	By        string // the member of staff
	Role      Role
	Key       string
	From      string
	RequestID string
	Detail    map[string]string
}

// A JournalFilter chooses entries of bodies under Scope; empty fields choose all.
type JournalFilter struct {
	Scope   string
	Kind    string
	Subject string
	Action  Action
	After   int64 // entries after this one
	Limit   int
}

// Journal lists journal entries of the caller's subtree, oldest first. Entries
// that belong to no body are for callers at the top of the tree. next is the
// number to go on after, or 0.
func (r *Registry) Journal(ctx context.Context, by Caller, f JournalFilter) (entries []Entry, next int64, err error) {
	if err := by.may(readJournal); err != nil {
		return nil, 0, err
	}
	f.Scope = by.Scope
	f.Limit = Page{Limit: f.Limit}.valid().Limit
	more := f
	more.Limit++
	err = r.store.Read(ctx, func(rd Reader) error {
		entries, err = rd.Journal(ctx, more)
		return err
	})
	if len(entries) > f.Limit {
		entries = entries[:f.Limit]
		next = entries[f.Limit-1].Seq
	}
	return entries, next, err
}
