package pdf

// A bookmark names a page.
type bookmark struct {
	title string
	page  Ref
}

// writeBookmarks writes the outline (ISO 32000-1 §12.3.3), flat, and has
// readers open with it.
func (d *Document) writeBookmarks(catalog Dict) {
	if len(d.bookmarks) == 0 {
		return
	}
	outline := d.w.Reserve()
	first := outline + 1 // the items follow in order
	last := outline + Ref(len(d.bookmarks))
	for i, b := range d.bookmarks {
		item := Dict{"Title": Text(b.title), "Parent": outline, "Dest": Array{b.page, Name("Fit")}}
		ref := first + Ref(i)
		if ref > first {
			item["Prev"] = ref - 1
		}
		if ref < last {
			item["Next"] = ref + 1
		}
		d.w.Add(item)
	}
	d.w.Put(outline, Dict{"Type": Name("Outlines"), "First": first, "Last": last, "Count": len(d.bookmarks)})
	catalog["Outlines"], catalog["PageMode"] = outline, Name("UseOutlines")
}
