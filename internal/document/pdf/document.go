package pdf

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/certreg/certreg/internal/document/truetype"
)

// A4 in millimetres.
const (
	Width  = 210.0
	Height = 297.0
)

const pointsPerMM = 72 / 25.4

// A Document is a file of A4 pages being written. Pages go out as they are
// added; fonts, attachments, bookmarks and metadata when it is closed.
type Document struct {
	w         *Writer
	pages     Ref
	shared    Ref // the resources of every page
	kids      Array
	structure structure
	bookmarks []bookmark
	fonts     []*Font
	attached  []Attachment
}

// Metadata says what a document is. Nothing in it is taken from the machine
// it is made on.
type Metadata struct {
	Title    string
	TitleEN  string // the same in English
	Author   string
	Language string // BCP 47
	Created  time.Time
}

// An Attachment is a file carried inside the document.
type Attachment struct {
	Name         string
	MediaType    string
	Description  string
	Relationship string // ISO 19005-3 Annex E: Source, Data, Alternative, Supplement, Unspecified
	Data         []byte
}

// NewDocument starts a document on w.
func NewDocument(w io.Writer) *Document {
	d := &Document{w: NewWriter(w)}
	d.pages, d.shared, d.structure = d.w.Reserve(), d.w.Reserve(), newStructure(d.w)
	return d
}

// Font makes a font usable on the document's pages.
func (d *Document) Font(face *truetype.Font) *Font {
	f := newFont(face, d.w.Reserve())
	d.fonts = append(d.fonts, f)
	return f
}

// JPEG embeds a JPEG image of three colour components.
func (d *Document) JPEG(data []byte, width, height int) Ref {
	return d.w.Add(&Stream{Data: data, Dict: Dict{
		"Type": Name("XObject"), "Subtype": Name("Image"), "Width": width, "Height": height,
		"ColorSpace": Name("DeviceRGB"), "BitsPerComponent": 8, "Filter": Name("DCTDecode"),
	}})
}

// Drawing embeds what was drawn on a page as a form other pages show with
// [Page.Show], so that an ornament is stored once.
func (d *Document) Drawing(p *Page) Ref {
	return d.w.Add(d.w.Deflated(Dict{
		"Type": Name("XObject"), "Subtype": Name("Form"), "Resources": d.resources(p),
		"BBox": Array{0, 0, Width * pointsPerMM, Height * pointsPerMM},
	}, p.content))
}

// AddPage writes a finished page. With a name it is listed in the bookmarks by
// that name.
func (d *Document) AddPage(p *Page, name string) {
	p.endMark()
	ref := d.w.Reserve()
	page := Dict{
		"Type": Name("Page"), "Parent": d.pages, "Resources": d.resources(p),
		"MediaBox": Array{0, 0, Width * pointsPerMM, Height * pointsPerMM},
		"Contents": d.w.Add(d.w.Deflated(Dict{}, p.content)), "Tabs": Name("S"),
	}
	if links := d.structure.addLinks(p.links); len(links) > 0 {
		page["Annots"] = links
	}
	page["StructParents"] = d.structure.addPage(&Element{Role: "Sect", kids: p.section.kids}, ref, p.marks)
	d.w.Put(ref, page)
	d.kids = append(d.kids, ref)
	if name != "" {
		d.bookmarks = append(d.bookmarks, bookmark{name, ref})
	}
}

// Attach adds a file to the document.
func (d *Document) Attach(a Attachment) { d.attached = append(d.attached, a) }

// Close writes what all pages share and ends the file.
func (d *Document) Close(m Metadata) error {
	for _, f := range d.fonts {
		if err := f.write(d.w); err != nil {
			return err
		}
	}
	d.w.Put(d.shared, Dict{"Font": d.fontNames()})
	d.w.Put(d.pages, Dict{"Type": Name("Pages"), "Kids": d.kids, "Count": len(d.kids)})
	catalog := Dict{
		"Type": Name("Catalog"), "Pages": d.pages, "Lang": Text(m.Language),
		"MarkInfo": Dict{"Marked": true}, "StructTreeRoot": d.structure.close(),
		"ViewerPreferences": Dict{"DisplayDocTitle": true},
		"Metadata":          d.w.Add(&Stream{Dict: Dict{"Type": Name("Metadata"), "Subtype": Name("XML")}, Data: m.xmp()}),
		"OutputIntents": Array{Dict{
			"Type": Name("OutputIntent"), "S": Name("GTS_PDFA1"), "OutputConditionIdentifier": String("sRGB"),
			"Info": String("sRGB IEC61966-2.1"), "DestOutputProfile": d.w.Add(d.w.Deflated(Dict{"N": 3}, srgbProfile())),
		}},
	}
	d.writeAttachments(catalog, m.Created)
	d.writeBookmarks(catalog)
	info := d.w.Add(Dict{
		"Title": Text(m.Title), "Author": Text(m.Author), "Producer": Text(producer),
		"CreationDate": date(m.Created), "ModDate": date(m.Created),
	})
	return d.w.Close(d.w.Add(catalog), info)
}

func (d *Document) writeAttachments(catalog Dict, modified time.Time) {
	if len(d.attached) == 0 {
		return
	}
	var names, associated Array
	for _, a := range d.attached {
		file := d.w.Deflated(Dict{
			"Type": Name("EmbeddedFile"), "Subtype": Name(a.MediaType),
			"Params": Dict{"Size": len(a.Data), "ModDate": date(modified)},
		}, a.Data)
		ref := d.w.Add(file)
		spec := d.w.Add(Dict{
			"Type": Name("Filespec"), "F": Text(a.Name), "UF": Text(a.Name), "Desc": Text(a.Description),
			"AFRelationship": Name(a.Relationship), "EF": Dict{"F": ref, "UF": ref},
		})
		names = append(names, Text(a.Name), spec)
		associated = append(associated, spec)
	}
	catalog["Names"] = Dict{"EmbeddedFiles": Dict{"Names": names}}
	catalog["AF"] = associated
}

// resources is what the content of a page may name. Names are object numbers,
// so they never clash.
func (d *Document) resources(p *Page) any {
	if len(p.objects) == 0 {
		return d.shared
	}
	shown := Dict{}
	for _, ref := range p.objects {
		shown[objectName(ref)] = ref
	}
	return Dict{"Font": d.fontNames(), "XObject": shown}
}

func (d *Document) fontNames() Dict {
	names := Dict{}
	for _, f := range d.fonts {
		names[objectName(f.ref)] = f.ref
	}
	return names
}

// objectName is what a content stream calls an object.
func objectName(ref Ref) string { return fmt.Sprintf("R%d", int(ref)) }

// date is a PDF date (ISO 32000-1 §7.9.4).
func date(t time.Time) String {
	hours, minutes, _ := strings.Cut(t.Format("20060102150405-07:00"), ":")
	return String("D:" + hours + "'" + minutes + "'")
}

// parseDate reads what date wrote; anything else is the zero time.
func parseDate(s String) time.Time {
	t, err := time.Parse("D:20060102150405-0700", strings.ReplaceAll(string(s), "'", ""))
	if err != nil {
		return time.Time{}
	}
	return t
}
