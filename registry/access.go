package registry

import (
	"context"
	"slices"
	"strings"
)

// A Role says what the holder of an account or key may do within its body's subtree.
type Role string

// The roles, from the widest to the narrowest.
const (
	National      Role = "national"       // the ministry's appraisal centre
	Province      Role = "province"       // a provincial guidance centre
	CentreManager Role = "centre-manager" // head of an assessment centre
	CentreClerk   Role = "centre-clerk"   // staff of an assessment centre
	Auditor       Role = "auditor"        // reads everything in its subtree, changes nothing
)

// Roles lists every role.
func Roles() []Role { return []Role{National, Province, CentreManager, CentreClerk, Auditor} }

// A Caller is who asks for an operation. The zero Caller may do nothing.
type Caller struct {
	Key       string // identifier of the API key, "" for the operator's command line
	Subject   string // the person behind it: two keys of one person are one subject
	Role      Role
	Body      string // identifier of the body the caller works for
	Scope     string // Path of that body: everything under it is within reach
	From      string // network address, for the journal
	RequestID string // for the journal
}

// Operator is the caller of the register's own command line, which already
// holds the database and therefore may do what the national centre may.
func Operator(subject string) Caller {
	return Caller{Subject: subject, Role: National, Scope: "/", From: "local"}
}

// A permission is one group of operations.
type permission int

const (
	manageBodies permission = iota
	manageKeys
	openLevels
	manageSeasons
	manageSittings
	register // persons and applications
	admit
	enterResults
	confirmResults
	decideAmendments
	issue
	changeStatus
	reissue
	readJournal
	manageEditions
)

var permissions = map[Role][]permission{
	National:      {manageBodies, manageKeys, openLevels, manageSeasons, manageSittings, register, admit, enterResults, confirmResults, decideAmendments, issue, changeStatus, reissue, readJournal, manageEditions},
	Province:      {manageBodies, manageKeys, manageSittings, register, admit, enterResults, confirmResults, decideAmendments, issue, changeStatus, reissue, readJournal},
	CentreManager: {manageSittings, register, admit, enterResults, confirmResults, issue, reissue, readJournal},
	CentreClerk:   {register, admit, enterResults, confirmResults},
	Auditor:       {readJournal},
}

// may refuses what the caller's role does not cover. It reports [Forbidden].
func (c Caller) may(p permission) error {
	if slices.Contains(permissions[c.Role], p) {
		return nil
	}
	return refuse(Forbidden, Text{ZH: "您的角色无权进行此操作。", EN: "Your role may not do this."})
}

// reaches reports whether a body with this path is in the caller's subtree.
func (c Caller) reaches(path string) bool {
	return c.Scope != "" && strings.HasPrefix(path, c.Scope)
}

// reach returns the body if it is in the caller's subtree. What is outside is
// answered with code, like what does not exist: existence is not told.
func (c Caller) reach(ctx context.Context, rd Reader, body string, code Code) (Body, error) {
	b, err := rd.Body(ctx, body)
	if err != nil {
		return Body{}, err
	}
	if !c.reaches(b.Path) {
		return Body{}, NotFound(code)
	}
	return b, nil
}
