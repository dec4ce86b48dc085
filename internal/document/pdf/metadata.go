package pdf

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"math"
)

const producer = "certreg"

// xmp is the metadata packet, saying what the information dictionary says
// (ISO 19005-3 §6.6.3), and that the file is PDF/A-3a and PDF/UA-1. The latter
// has a schema that PDF/A does not know, so it must be described. Padding is
// left out: nobody may edit the packet in place.
func (m Metadata) xmp() []byte {
	created := m.Created.Format("2006-01-02T15:04:05-07:00")
	return fmt.Appendf(nil, `<?xpacket begin="%s" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li><rdf:li xml:lang="en">%s</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>%s</pdf:Producer>
<xmp:CreateDate>%s</xmp:CreateDate>
<xmp:ModifyDate>%s</xmp:ModifyDate>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
%s
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`, "\uFEFF", escape(m.Title), escape(m.TitleEN), escape(m.Author), escape(m.Language), producer, created, created,
		describedSchema)
}

// describedSchema is what ISO 19005-3 §6.6.2.3 wants to know of pdfuaid.
const describedSchema = `<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>`

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer does not fail
	return b.String()
}

// srgbProfile is the sRGB colour space (IEC 61966-2-1) as an ICC profile of
// version 4.2: primaries adapted to D50, and the transfer curve as a formula.
func srgbProfile() []byte {
	type element struct {
		tags string // the signatures that share it
		data []byte
	}
	elements := []element{
		{"desc", multiLocalized("sRGB IEC61966-2.1")},
		{"cprt", multiLocalized("No copyright, use freely")},
		{"wtpt", fixedArray("XYZ ", 0.9642, 1, 0.8249)},
		{"rXYZ", fixedArray("XYZ ", 0.4360747, 0.2225045, 0.0139322)},
		{"gXYZ", fixedArray("XYZ ", 0.3850649, 0.7168786, 0.0971045)},
		{"bXYZ", fixedArray("XYZ ", 0.1430804, 0.0606169, 0.7141733)},
		{"chad", fixedArray("sf32", 1.0478112, 0.0228866, -0.0501270, 0.0295424, 0.9904844, -0.0170491, -0.0092345, 0.0150436, 0.7521316)},
		{"rTRCgTRCbTRC", append([]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), fixedArray("", 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)...)},
	}
	const tagCount, header = 10, 128
	table := binary.BigEndian.AppendUint32(nil, tagCount)
	var body []byte
	for _, e := range elements {
		for tags := e.tags; tags != ""; tags = tags[4:] {
			table = append(table, tags[:4]...)
			table = binary.BigEndian.AppendUint32(table, uint32(header+4+12*tagCount+len(body)))
			table = binary.BigEndian.AppendUint32(table, uint32(len(e.data)))
		}
		body = append(body, e.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	profile := make([]byte, header, header+len(table)+len(body))
	binary.BigEndian.PutUint32(profile, uint32(cap(profile)))
	copy(profile[8:], "\x04\x20\x00\x00mntrRGB XYZ ")
	copy(profile[24:], "\x07\xD0\x00\x01\x00\x01") // 2000-01-01: a profile is not dated by its writing
	copy(profile[36:], "acsp")
	copy(profile[68:], fixedArray("", 0.9642, 1, 0.8249))
	return append(append(profile, table...), body...)
}

// fixedArray is numbers as s15Fixed16, after a type signature if there is one.
func fixedArray(kind string, values ...float64) []byte {
	var b []byte
	if kind != "" {
		b = append([]byte(kind), 0, 0, 0, 0)
	}
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	return b
}

// multiLocalized is a text of one language.
func multiLocalized(s string) []byte {
	b := []byte("mluc\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0CenUS")
	b = binary.BigEndian.AppendUint32(b, uint32(2*len(s)))
	b = binary.BigEndian.AppendUint32(b, 28)
	for i := range len(s) {
		b = append(b, 0, s[i])
	}
	return b
}
