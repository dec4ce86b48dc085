package credential

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// A quad is an RDF statement. Its terms are in N-Quads notation: "<…>" an IRI,
// "\"…" a literal, "_:…" a blank node; graph is empty in the default graph.
type quad struct {
	subject, predicate, object, graph string
}

// errAmbiguous means that some blank nodes look alike to their neighbours and
// canonical labels for them need the costly half of RDFC-1.0.
var errAmbiguous = errors.New("blank nodes with equal first degree hashes")

// canonicalQuads writes a set of quads in the canonical form of W3C RDF Dataset
// Canonicalization (RDFC-1.0, §4.4) for the case that every blank node is told
// apart by its own quads (Hash First Degree Quads, §4.6). It reports
// [errAmbiguous] otherwise.
func canonicalQuads(quads []quad) ([]byte, error) {
	labels, err := canonicalLabels(quads)
	if err != nil {
		return nil, err
	}
	lines := make([]string, len(quads))
	size := 0
	for i, q := range quads {
		lines[i] = q.line(func(blank string) string { return labels[blank] })
		size += len(lines[i])
	}
	slices.Sort(lines)
	out := make([]byte, 0, size)
	for _, line := range slices.Compact(lines) {
		out = append(out, line...)
	}
	return out, nil
}

// canonicalLabels names the blank nodes _:c14n0, _:c14n1 … in the order of
// their first degree hashes.
func canonicalLabels(quads []quad) (map[string]string, error) {
	type node struct{ blank, hash string }
	byNode := mentions(quads)
	nodes := make([]node, 0, len(byNode))
	for blank, about := range byNode {
		nodes = append(nodes, node{blank, firstDegreeHash(blank, about)})
	}
	slices.SortFunc(nodes, func(a, b node) int { return cmp.Compare(a.hash, b.hash) })
	labels := make(map[string]string, len(nodes))
	for i, n := range nodes {
		if i > 0 && nodes[i-1].hash == n.hash {
			return nil, errAmbiguous
		}
		labels[n.blank] = "_:c14n" + strconv.Itoa(i)
	}
	return labels, nil
}

// mentions lists for each blank node the quads it occurs in.
func mentions(quads []quad) map[string][]quad {
	byNode := make(map[string][]quad)
	for _, q := range quads {
		for i, t := range [...]string{q.subject, q.object, q.graph} {
			again := i > 0 && t == q.subject || i > 1 && t == q.object
			if isBlank(t) && !again {
				byNode[t] = append(byNode[t], q)
			}
		}
	}
	return byNode
}

func firstDegreeHash(blank string, about []quad) string {
	lines := make([]string, len(about))
	for i, q := range about {
		lines[i] = q.line(func(other string) string {
			if other == blank {
				return "_:a"
			}
			return "_:z"
		})
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, line := range lines {
		h.Write([]byte(line))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// line writes the quad as one line of N-Quads, blank nodes named by label.
func (q quad) line(label func(string) string) string {
	name := func(term string) string {
		if isBlank(term) {
			return label(term)
		}
		return term
	}
	s, o := name(q.subject), name(q.object)
	if q.graph == "" {
		return s + " " + q.predicate + " " + o + " .\n"
	}
	return s + " " + q.predicate + " " + o + " " + name(q.graph) + " .\n"
}

func isBlank(term string) bool { return strings.HasPrefix(term, "_:") }

// iri writes an IRI term.
func iri(value string) string { return "<" + value + ">" }

// literal writes a literal term. The datatype is an IRI, or empty for a plain
// string. Control characters other than line ends and tabs do not occur: see
// [checkText].
func literal(value, datatype string) string {
	if strings.ContainsAny(value, "\\\"\n\r\t") {
		value = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(value)
	}
	if datatype == "" {
		return `"` + value + `"`
	}
	return `"` + value + `"^^<` + datatype + ">"
}
