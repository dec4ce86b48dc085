package credential

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/piprate/json-gold/ld"
)

// loader holds the bundled contexts, parsed as they are first used.
var loader contextLoader

// maxAlike is the most blank nodes with equal surroundings that a foreign
// document may have: naming them takes time exponential in their number.
const maxAlike = 6

// canonicalJSONLD writes a document in the canonical form of RDFC-1.0, by
// JSON-LD 1.1 expansion with the bundled contexts. What expansion would drop
// silently, and so leave unsigned, is an error. It reports [ErrMalformed].
func canonicalJSONLD(document map[string]any) ([]byte, error) {
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = &loader
	options.SafeMode = true
	options.Algorithm = ld.AlgorithmURDNA2015
	processor := ld.NewJsonLdProcessor()
	expanded, err := processor.Expand(inGraphs(ld.CloneDocument(document)), options)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if err := checkExpanded(expanded); err != nil {
		return nil, err
	}
	rdf, err := processor.ToRDF(expanded, options)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	dataset, ok := rdf.(*ld.RDFDataset)
	if !ok {
		return nil, fmt.Errorf("%w: JSON-LD gives no dataset", ErrMalformed)
	}
	quads, err := datasetQuads(dataset)
	if err != nil {
		return nil, err
	}
	canonical, err := canonicalQuads(quads)
	if !errors.Is(err, errAmbiguous) {
		return canonical, err
	}
	if n := alike(quads); n > maxAlike {
		return nil, fmt.Errorf("%w: %d blank nodes look alike, at most %d may", ErrMalformed, n, maxAlike)
	}
	options.Format = "application/n-quads"
	text, err := ld.NewJsonLdApi().Normalize(dataset, options)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return fmt.Append(nil, text), nil
}

// inGraphs puts each credential in a presentation into a graph of its own, in
// place, as the context says. json-gold does not when a term also has a context.
func inGraphs(value any) any {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			inGraphs(item)
		}
	case map[string]any:
		for _, item := range v {
			inGraphs(item)
		}
		types := slices.Concat(ld.Arrayify(v["type"]), ld.Arrayify(v["@type"]))
		credentials, ok := v["verifiableCredential"]
		if !ok || !slices.Contains(types, any("VerifiablePresentation")) {
			break
		}
		graphs := []any{}
		for _, c := range ld.Arrayify(credentials) {
			graphs = append(graphs, map[string]any{"@graph": []any{c}})
		}
		v["verifiableCredential"] = graphs
	}
	return value
}

// checkExpanded refuses relative identifiers and types: they become no
// statement, so nothing about their node would be signed.
func checkExpanded(value any) error {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if err := checkExpanded(item); err != nil {
				return err
			}
		}
	case map[string]any:
		if _, literal := v["@value"]; literal {
			return checkLiteral(v)
		}
		for key, item := range v {
			if key == "@id" || key == "@type" {
				if err := checkNames(key, item); err != nil {
					return err
				}
				continue
			}
			if err := checkExpanded(item); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkNames(key string, value any) error {
	names, ok := value.([]any)
	if !ok {
		names = []any{value}
	}
	for _, name := range names {
		text, ok := name.(string)
		if !ok {
			return fmt.Errorf("%w: %s is not a text", ErrMalformed, key)
		}
		if isBlank(text) {
			continue
		}
		if err := checkIRI(text); err != nil {
			return err
		}
	}
	return nil
}

func checkLiteral(v map[string]any) error {
	if datatype, ok := v["@type"].(string); ok && datatype != "@json" {
		if err := checkIRI(datatype); err != nil {
			return err
		}
	}
	return nil
}

// datasetQuads converts a dataset, each quad once.
func datasetQuads(dataset *ld.RDFDataset) ([]quad, error) {
	set := make(map[quad]struct{})
	for name, triples := range dataset.Graphs {
		graph := ""
		if name != "@default" {
			graph = resource(name)
		}
		for _, t := range triples {
			q := quad{subject: resource(t.Subject.GetValue()), predicate: resource(t.Predicate.GetValue()), graph: graph}
			if l, ok := t.Object.(ld.Literal); ok {
				if err := checkLiteralText(l.Value); err != nil {
					return nil, err
				}
				q.object = objectLiteral(l)
			} else {
				q.object = resource(t.Object.GetValue())
			}
			if strings.ContainsAny(q.subject+q.predicate+q.graph, "\\\" \n\r\t") {
				return nil, fmt.Errorf("%w: an address holds characters it cannot", ErrMalformed)
			}
			set[q] = struct{}{}
		}
	}
	quads := make([]quad, 0, len(set))
	for q := range maps.Keys(set) {
		quads = append(quads, q)
	}
	return quads, nil
}

// checkLiteralText allows line ends and tabs besides what [checkText] does.
func checkLiteralText(text string) error {
	return checkText(strings.NewReplacer("\n", "", "\r", "", "\t", "", "\u2028", "", "\u2029", "").Replace(text))
}

func resource(name string) string {
	if isBlank(name) {
		return name
	}
	return iri(name)
}

func objectLiteral(l ld.Literal) string {
	switch l.Datatype {
	case ld.XSDString:
		return literal(l.Value, "")
	case ld.RDFLangString:
		return literal(l.Value, "") + "@" + l.Language
	default:
		return literal(l.Value, l.Datatype)
	}
}

// alike counts the blank nodes that share their first degree hash with another.
func alike(quads []quad) int {
	count := make(map[string]int)
	for blank, about := range mentions(quads) {
		count[firstDegreeHash(blank, about)]++
	}
	n := 0
	for _, same := range count {
		if same > 1 {
			n += same
		}
	}
	return n
}
