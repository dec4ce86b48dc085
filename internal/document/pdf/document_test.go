package pdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// What ISO 19005-3 asks for beyond a sound file, as far as it can be told from
// the objects. The whole of it is for veraPDF to say, in package document.
func TestDocumentKeepsPDFA3(t *testing.T) {
	file := small(t, map[string]string{"a.json": "{}"})
	r, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	root, err := r.Root()
	if err != nil {
		t.Fatal(err)
	}
	if got := root["Lang"]; got != String("zh-CN") {
		t.Errorf("got language %v, want zh-CN", got)
	}
	id, _ := r.trailer["ID"].(Array)
	if len(id) != 2 || id[0] != id[1] || len(id[0].(String)) != 16 {
		t.Errorf("got file identifier %q, want 16 bytes twice", id)
	}
	metadata, _ := r.Resolve(root["Metadata"]).(*Stream)
	if metadata == nil || metadata.Dict["Filter"] != nil {
		t.Fatalf("got metadata %v, want a stream that is not compressed", metadata)
	}
	for _, want := range []string{"<pdfaid:part>3</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>"} {
		if !bytes.Contains(metadata.Data, []byte(want)) {
			t.Errorf("got metadata without %s", want)
		}
	}
	intents, _ := root["OutputIntents"].(Array)
	intent, _ := intents[0].(Dict)
	profile, _ := r.Resolve(intent["DestOutputProfile"]).(*Stream)
	if icc, err := r.Decode(profile); err != nil || !bytes.Equal(icc, srgbProfile()) {
		t.Errorf("got output intent %v, %v, want the sRGB profile", intent, err)
	}
	associated, _ := root["AF"].(Array)
	spec, _ := r.Resolve(associated[0]).(Dict)
	if spec["AFRelationship"] != Name("Data") || spec["F"] != String("a.json") || spec["UF"] != String("a.json") {
		t.Errorf("got file specification %v, want a.json as Data", spec)
	}
	for ref, object := range r.objects {
		d, _ := object.(Dict)
		if s, ok := object.(*Stream); ok {
			d = s.Dict
		}
		for _, key := range []string{"Encrypt", "SMask", "Group", "JS", "Launch", "ca", "CA"} {
			if d[key] != nil {
				t.Errorf("object %d has %s, which PDF/A-3 forbids or makes hard", ref, key)
			}
		}
	}
}

func TestMetadataEscapes(t *testing.T) {
	m := Metadata{Title: `<a & "b">`, TitleEN: "c & d", Author: "甲", Language: "zh-CN", Created: time.Unix(0, 0).UTC()}
	var packet struct {
		Titles []string `xml:"RDF>Description>title>Alt>li"`
		Dates  string   `xml:"RDF>Description>CreateDate"`
	}
	err := xml.Unmarshal(m.xmp(), &packet)
	if err != nil || !slices.Equal(packet.Titles, []string{m.Title, m.TitleEN}) || packet.Dates != "1970-01-01T00:00:00+00:00" {
		t.Errorf("got %+v, %v, want titles %s and %s", packet, err, m.Title, m.TitleEN)
	}
}

func TestColourProfileIsConsistent(t *testing.T) {
	p := srgbProfile()
	size := int(p[0])<<24 | int(p[1])<<16 | int(p[2])<<8 | int(p[3])
	if size != len(p) || string(p[36:40]) != "acsp" || string(p[16:20]) != "RGB " {
		t.Errorf("got size %d of %d, signature %s, space %s", size, len(p), p[36:40], p[16:20])
	}
}

func TestReservedObjectsMustBeWritten(t *testing.T) {
	w := NewWriter(&bytes.Buffer{})
	w.Reserve()
	if err := w.Close(1, 1); err == nil {
		t.Error("got no error for an object never written")
	}
}

var errDisk = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errDisk }

func TestWriteErrorsAreReported(t *testing.T) {
	d := NewDocument(fullDisk{})
	d.AddPage(&Page{}, "")
	if err := d.Close(Metadata{}); !errors.Is(err, errDisk) {
		t.Errorf("got error %v, want %v", err, errDisk)
	}
}

func TestAddSignatureRefusesASignatureTooLong(t *testing.T) {
	_, err := AddSignature(small(t, nil), Signature{Room: 4}, func([]byte) ([]byte, error) { return make([]byte, 5), nil })
	if err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("got error %v, want one of size", err)
	}
	if _, err := AddSignature(small(t, nil), Signature{Room: 4}, func([]byte) ([]byte, error) { return nil, errDisk }); !errors.Is(err, errDisk) {
		t.Errorf("got error %v, want the signer's", err)
	}
}
