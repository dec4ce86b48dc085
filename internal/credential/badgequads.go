package credential

import (
	"slices"
	"strconv"
)

// The vocabularies that the bundled contexts map the members of our own
// documents to.
const (
	rdfType     = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
	schemaName  = "<https://schema.org/name>"
	vocabVC     = "https://www.w3.org/2018/credentials#"
	vocabOB     = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
	vocabSec    = "https://w3id.org/security#"
	vocabStatus = "https://www.w3.org/ns/credentials/status#"
	xsdDateTime = "http://www.w3.org/2001/XMLSchema#dateTime"
	xsdAnyURI   = "https://www.w3.org/2001/XMLSchema#anyURI" // so written in the Open Badges context
	xsdBoolean  = "https://www.w3.org/2001/XMLSchema#boolean"

	typeRefresh = "https://purl.imsglobal.org/spec/vccr/v1p0/context.json#1EdTechCredentialRefresh"
)

// A graph gathers the quads of a document of known shape. The first text or
// address that could not be written plainly is kept as its error.
type graph struct {
	quads  []quad
	blanks int
	err    error
}

// node returns the term of an addressed node.
func (g *graph) node(id string) string {
	if err := checkIRI(id); err != nil && g.err == nil {
		g.err = err
	}
	return iri(id)
}

// blank returns the term of a node without an address.
func (g *graph) blank() string {
	g.blanks++
	return "_:b" + strconv.Itoa(g.blanks)
}

// link adds a statement about two nodes.
func (g *graph) link(subject, predicate, object string) {
	g.quads = append(g.quads, quad{subject: subject, predicate: predicate, object: object})
}

// text adds a statement that a node has a text of the datatype.
func (g *graph) text(subject, predicate, value, datatype string) {
	if err := checkText(value); err != nil && g.err == nil {
		g.err = err
	}
	g.link(subject, predicate, literal(value, datatype))
}

// canonical returns the canonical N-Quads of what was gathered.
func (g *graph) canonical() ([]byte, error) {
	if g.err != nil {
		return nil, g.err
	}
	return canonicalQuads(g.quads)
}

// canonical writes the document, without its proofs, as JSON-LD expansion
// under its contexts and RDFC-1.0 do; a property test holds it to that.
func (b badge) canonical() ([]byte, error) {
	g := &graph{quads: make([]quad, 0, 64)}
	id := g.node(b.ID)
	g.link(id, rdfType, iri(vocabVC+"VerifiableCredential"))
	g.link(id, rdfType, iri(vocabOB+"OpenBadgeCredential"))
	g.text(id, schemaName, b.Name, "")
	g.text(id, iri(vocabVC+"validFrom"), b.ValidFrom, xsdDateTime)
	g.link(id, iri(vocabVC+"issuer"), g.profile(b.Issuer))
	g.link(id, iri(vocabVC+"credentialSubject"), g.subject(b.Subject))
	for _, s := range b.Status {
		g.link(id, iri(vocabVC+"credentialStatus"), g.status(s))
	}
	for _, e := range b.Evidence {
		node := g.node(e.ID)
		g.link(id, iri(vocabVC+"evidence"), node)
		g.link(node, rdfType, iri(vocabOB+"Evidence"))
		g.text(node, schemaName, e.Name, "")
		g.text(node, iri(vocabSec+"digestMultibase"), e.Digest, vocabSec+"multibase")
	}
	if b.Refresh != nil {
		node := g.node(b.Refresh.ID)
		g.link(id, iri(vocabVC+"refreshService"), node)
		g.link(node, rdfType, iri(typeRefresh))
	}
	return g.canonical()
}

func (g *graph) profile(p profile) string {
	node := g.node(p.ID)
	g.link(node, rdfType, iri(vocabOB+"Profile"))
	g.text(node, schemaName, p.Name, "")
	if p.URL != "" {
		g.text(node, "<https://schema.org/url>", p.URL, xsdAnyURI)
	}
	return node
}

func (g *graph) subject(s badgeSubject) string {
	node := g.blank()
	g.link(node, rdfType, iri(vocabOB+"AchievementSubject"))
	g.text(node, iri(vocabOB+"licenseNumber"), s.LicenseNumber, "")
	g.link(node, iri(vocabOB+"achievement"), g.achievement(s.Achievement))
	g.link(node, iri(vocabOB+"source"), g.profile(s.Source))
	for _, i := range s.Identifier {
		id := g.blank()
		g.link(node, iri(vocabOB+"identifier"), id)
		g.link(id, rdfType, iri(vocabOB+"IdentityObject"))
		g.text(id, iri(vocabOB+"hashed"), strconv.FormatBool(i.Hashed), xsdBoolean)
		g.text(id, iri(vocabOB+"identityHash"), i.Hash, "")
		g.text(id, iri(vocabOB+"identityType"), i.Kind, "")
	}
	for _, r := range s.Result {
		res := g.blank()
		g.link(node, iri(vocabOB+"result"), res)
		g.link(res, rdfType, iri(vocabOB+"Result"))
		g.text(res, iri(vocabOB+"resultDescription"), r.ResultDescription, xsdAnyURI)
		g.text(res, "<https://schema.org/value>", r.Value, "")
	}
	return node
}

func (g *graph) achievement(a achievement) string {
	node := g.node(a.ID)
	g.link(node, rdfType, iri(vocabOB+"Achievement"))
	g.text(node, schemaName, a.Name, "")
	g.text(node, "<https://schema.org/description>", a.Description, "")
	g.text(node, iri(vocabOB+"achievementType"), a.AchievementType, "")
	g.text(node, iri(vocabOB+"humanCode"), a.HumanCode, "")
	if a.Specialization != "" {
		g.text(node, iri(vocabOB+"specialization"), a.Specialization, "")
	}
	criteria := g.node(a.Criteria.ID)
	g.link(node, iri(vocabOB+"Criteria"), criteria)
	g.text(criteria, iri(vocabOB+"narrative"), a.Criteria.Narrative, "")
	for _, r := range a.ResultDescription {
		d := g.node(r.ID)
		g.link(node, iri(vocabOB+"resultDescription"), d)
		g.link(d, rdfType, iri(vocabOB+"ResultDescription"))
		g.text(d, schemaName, r.Name, "")
		g.text(d, iri(vocabOB+"resultType"), r.ResultType, "")
	}
	return node
}

func (g *graph) status(s statusMember) string {
	node := g.node(s.ID)
	g.link(node, rdfType, iri(vocabStatus+statusEntryType))
	g.link(node, iri(vocabStatus+"statusListCredential"), g.node(s.List))
	g.text(node, iri(vocabStatus+"statusListIndex"), s.Index, "")
	g.text(node, iri(vocabStatus+"statusPurpose"), s.Purpose, "")
	return node
}

// fixedTypes reports whether contexts and types are those for which
// [badge.canonical] writes its quads. The members below have theirs fixed too.
func (b badge) fixedTypes() bool {
	want := newBadge(Issuer{}, Certificate{})
	same := slices.Equal(b.Context, want.Context) && slices.Equal(b.Type, want.Type) &&
		slices.Equal(b.Issuer.Type, want.Issuer.Type) && slices.Equal(b.Subject.Type, want.Subject.Type) &&
		slices.Equal(b.Subject.Source.Type, want.Subject.Source.Type) &&
		slices.Equal(b.Subject.Achievement.Type, want.Subject.Achievement.Type) &&
		(b.Refresh == nil || b.Refresh.Type == "1EdTechCredentialRefresh")
	for _, i := range b.Subject.Identifier {
		same = same && i.Type == "IdentityObject"
	}
	for _, r := range b.Subject.Result {
		same = same && slices.Equal(r.Type, want.Subject.Result[0].Type)
	}
	for _, r := range b.Subject.Achievement.ResultDescription {
		same = same && slices.Equal(r.Type, want.Subject.Achievement.ResultDescription[0].Type)
	}
	for _, s := range b.Status {
		same = same && s.Type == statusEntryType
	}
	for _, e := range b.Evidence {
		same = same && slices.Equal(e.Type, []string{"Evidence"})
	}
	return same
}
