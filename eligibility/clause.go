package eligibility

// A Clause is one test of a condition. The set of kinds is closed: [Work],
// [Education], [Certificate], [Training], [Title], [Student], [Age],
// [Engaged], [Intends], [Apprenticeship], [Evidence] and [Any].
type Clause interface {
	testable

	// Kind returns the code of the clause kind.
	Kind() string

	// sections returns the sections of the facts the clause reads.
	sections() sections

	// report says how the clause stands on e.on, reading what is unknown at
	// its worst: its status, from which day it will hold if it does not, and
	// what is required, there and missing. A clause that names its fact sets
	// the day in e.anchors, and in e.coming the day it will have.
	report(e *evaluation, found *ClauseFinding)
}

// A clauseKind is how one kind of clause is read.
type clauseKind struct {
	name string
	read func(*value) (Clause, error)
}

// kinds returns the kinds of clause. It is a function because a kind may
// contain others.
func kinds() []clauseKind {
	return []clauseKind{
		{"work", readWork},
		{"education", readEducation},
		{"certificate", readCertificate},
		{"training", readTraining},
		{"title", readTitle},
		{"student", readStudent},
		{"age", readAge},
		{"engaged", readEngaged},
		{"intends", readIntends},
		{"apprenticeship", readApprenticeship},
		{"evidence", readEvidence},
		{"any", readAny},
	}
}

// Kinds returns the codes of the clause kinds.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}
