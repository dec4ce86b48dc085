package pdf

// An Element is a node of what a page says, apart from how it looks: what a
// screen reader reads out, in that order (ISO 32000-1 §14.7 and §14.8).
type Element struct {
	Role string // a standard structure type such as P, Table, TR, TH, TD, Figure or Link
	Alt  string // a figure in words
	kids []any  // *Element, mark and *link, in reading order
}

// A mark is the number of a stretch of a page's content.
type mark int

// A link is an annotation, and once written its number and its key in the
// parent tree.
type link struct {
	annotation Dict
	ref        Ref
	key        int
}

// Add adds an element at the end of e.
func (e *Element) Add(role string) *Element {
	kid := &Element{Role: role}
	e.kids = append(e.kids, kid)
	return kid
}

// A structure is the elements of a document being written. Those of a page go
// out with it; what stays is a number for each.
type structure struct {
	w        *Writer
	root     Ref
	document Ref
	sections Array
	parents  Array // by key: the elements a page's marks belong to, or the element of a link
}

func newStructure(w *Writer) structure {
	return structure{w: w, root: w.Reserve(), document: w.Reserve()}
}

// addLinks writes the links of a page.
func (s *structure) addLinks(links []*link) Array {
	var refs Array
	for _, l := range links {
		l.key = len(s.parents)
		s.parents = append(s.parents, nil) // until its element is written
		l.annotation["StructParent"] = l.key
		l.ref = s.w.Add(l.annotation)
		refs = append(refs, l.ref)
	}
	return refs
}

// addPage writes the elements of a page with so many marks, whose links are
// written, and returns its key in the parent tree.
func (s *structure) addPage(section *Element, page Ref, marks int) int {
	owners := make(Array, marks)
	s.sections = append(s.sections, s.write(section, s.document, page, owners))
	s.parents = append(s.parents, s.w.Add(owners))
	return len(s.parents) - 1
}

// write writes an element and all below it, and notes it as the owner of its
// marks and links.
func (s *structure) write(e *Element, parent, page Ref, owners Array) Ref {
	ref := s.w.Reserve()
	d := Dict{"S": Name(e.Role), "P": parent}
	var kids Array
	for _, kid := range e.kids {
		switch kid := kid.(type) {
		case *Element:
			kids = append(kids, s.write(kid, ref, page, owners))
		case mark:
			owners[kid] = ref
			d["Pg"] = page
			kids = append(kids, int(kid))
		case *link:
			s.parents[kid.key] = ref
			kids = append(kids, Dict{"Type": Name("OBJR"), "Obj": kid.ref, "Pg": page})
		}
	}
	d["K"] = kids
	if e.Alt != "" {
		d["Alt"] = Text(e.Alt)
	}
	if e.Role == "TH" {
		d["A"] = Dict{"O": Name("Table"), "Scope": Name("Row")}
	}
	s.w.Put(ref, d)
	return ref
}

// close writes what holds the pages' elements together.
func (s *structure) close() Ref {
	nums := make(Array, 0, 2*len(s.parents))
	for key, parent := range s.parents {
		nums = append(nums, key, parent)
	}
	s.w.Put(s.document, Dict{"S": Name("Document"), "P": s.root, "K": s.sections})
	s.w.Put(s.root, Dict{
		"Type": Name("StructTreeRoot"), "K": s.document,
		"ParentTree": s.w.Add(Dict{"Nums": nums}), "ParentTreeNextKey": len(s.parents),
	})
	return s.root
}
