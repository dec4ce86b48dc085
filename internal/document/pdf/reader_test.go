package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestObjectsSurviveWritingAndReading(t *testing.T) {
	for _, want := range []any{
		true, false, 0, -17, 0.125, Name("A B#/é"), String("plain (with) \\ brackets"), String("\x00\xFF\n"),
		Text("欧阳𠮷"),
		Array{1, Name("X"), Ref(7), Array{}},
		Dict{"K": Dict{"L": Array{1, 2.5}}, "N": Name("V")},
		Ref(12),
	} {
		p := &parser{data: appendObject(nil, want)}
		got := p.tryObject()
		if a, ok := got.(Array); ok && a == nil {
			got = Array{}
		}
		if diff := cmp.Diff(fmt.Sprintf("%#v", want), strings.ReplaceAll(fmt.Sprintf("%#v", got), "pdf.Array(nil)", "pdf.Array{}")); diff != "" {
			t.Errorf("%#v (-want +got):\n%s", want, diff)
		}
	}
}

func TestStringsOfOtherWriters(t *testing.T) {
	tests := []struct {
		source string
		want   any
	}{
		{`(a\)b\\c\(d)`, String(`a)b\c(d`)},
		{`(nested (brackets) here)`, String("nested (brackets) here")},
		{`(\101\7\n\r\t\b\f\q)`, String("A\x07\n\r\t\b\fq")},
		{"(over\\\r\nlines)", String("overlines")},
		{"<48 65 6C6c 6F7>", String("Hellop")},
		{"% comment\n 12", 12},
		{"/A#20B", Name("A B")},
		{"12 0 R", Ref(12)},
		{"12 0 obj", 12},
		{"+.5", 0.5},
		{"null", nil},
	}
	for _, tt := range tests {
		if got := (&parser{data: []byte(tt.source)}).tryObject(); got != tt.want {
			t.Errorf("%s: got %#v, want %#v", tt.source, got, tt.want)
		}
	}
}

func TestDecodeText(t *testing.T) {
	for source, want := range map[String]string{
		Text("龘𪛗 a"): "龘𪛗 a", "plain": "plain", "\xEF\xBB\xBF欧阳": "欧阳", "\xFE\xFF\x00": "",
	} {
		if got := DecodeText(source); got != want {
			t.Errorf("%q: got %q, want %q", source, got, want)
		}
	}
}

// small is a document with one page and the given attachments.
func small(t testing.TB, attached map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	d := NewDocument(&b)
	page := &Page{}
	page.Box(10, 10, 20, 20)
	d.AddPage(page, "")
	for name, data := range attached {
		d.Attach(Attachment{Name: name, MediaType: "text/plain", Relationship: "Data", Data: []byte(data)})
	}
	if err := d.Close(Metadata{Title: "t", Language: "zh-CN", Created: time.Unix(0, 0).UTC()}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAttachments(t *testing.T) {
	file := small(t, map[string]string{"one.txt": "eins", "zwei.txt": "two endstream endobj 3 0 obj"})
	r, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Attachments("one.txt", "zwei.txt", "three.txt")
	want := map[string][]byte{"one.txt": []byte("eins"), "zwei.txt": []byte("two endstream endobj 3 0 obj")}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("got error %v (-want +got):\n%s", err, diff)
	}
}

// An update may replace an attachment; the later one counts.
func TestLaterObjectsCount(t *testing.T) {
	u, err := NewUpdate(small(t, map[string]string{"a": "old"}))
	if err != nil {
		t.Fatal(err)
	}
	for ref, object := range u.Reader.objects {
		if s, ok := object.(*Stream); ok && s.Dict["Type"] == Name("EmbeddedFile") {
			u.Replace(ref, &Stream{Dict: Dict{"Type": Name("EmbeddedFile")}, Data: []byte("new")})
		}
	}
	r, err := Read(u.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Attachments("a")
	if err != nil || string(got["a"]) != "new" {
		t.Errorf("got %q, %v, want new", got["a"], err)
	}
}

// deflated is object 2, a stream, as text.
func deflated(d Dict, data string) string {
	return string(appendIndirect(nil, 2, NewWriter(io.Discard).Deflated(d, []byte(data))))
}

func TestHostileFiles(t *testing.T) {
	const head, tail = "%PDF-1.7\n", "trailer\n<</Root 1 0 R>>\n"
	embedded := func(filter string) string {
		return "1 0 obj <</AF [<</F (a) /EF <</F 2 0 R>>>>]>> endobj\n" + filter + tail
	}
	bomb := deflated(Dict{}, strings.Repeat("\x00", maxInflated+1))
	loop := "1 0 obj <</Names <</EmbeddedFiles 3 0 R>>>> endobj 3 0 obj <</Kids [3 0 R 4 0 R]>> endobj 4 0 obj <</Kids [3 0 R]>> endobj\n"
	shared := "1 0 obj <<>> endobj\n" + deflated(Dict{"Type": Name("ObjStm"), "N": 20000, "First": 8 * 20000},
		strings.Repeat("7 00000 ", 20000)+"("+strings.Repeat("0", 10000)+")")
	tests := []struct {
		name, file string
		want       error // nil: read, and no attachment found
	}{
		{"empty", "", ErrNotPDF},
		{"text", "hello", ErrNotPDF},
		{"header alone", head, ErrMalformed},
		{"no catalog", head + tail, ErrMalformed},
		{"encrypted", head + "1 0 obj <<>> endobj trailer <</Root 1 0 R /Encrypt 2 0 R>>", ErrEncrypted},
		{"catalog is itself", head + "1 0 obj 1 0 R endobj\n" + tail, ErrMalformed},
		{"deep array", head + "1 0 obj " + strings.Repeat("[", 1<<20) + "\n" + tail, ErrMalformed},
		{"deep dictionary", head + "1 0 obj " + strings.Repeat("<</A", 1<<18) + "\n" + tail, nil},
		{"name tree in a circle", head + loop + tail, nil},
		{"deflate bomb", head + embedded(bomb), ErrTooLarge},
		{"unknown filter", head + embedded("2 0 obj <</Filter /LZWDecode/Length 1>>\nstream\nx\nendstream endobj\n"), ErrMalformed},
		{"damaged deflate", head + embedded("2 0 obj <</Filter /FlateDecode/Length 1>>\nstream\nx\nendstream endobj\n"), ErrMalformed},
		{"objects sharing a place", head + shared + tail, ErrTooLarge},
		{"object stream index too long", head + deflated(Dict{"Type": Name("ObjStm"), "N": 1, "First": 99}, "1 0 <<>>") + tail, ErrMalformed},
		{"huge file", head + strings.Repeat(" ", maxFile), ErrTooLarge},
		{"many small objects", head + "1 0 obj [" + strings.Repeat("0 ", maxValues) + "] endobj\n" + tail, ErrTooLarge},
		{"unclosed string", head + "1 0 obj (" + tail, ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			var got map[string][]byte
			r, err := Read([]byte(tt.file))
			if err == nil {
				got, err = r.Attachments("a")
			}
			if !errors.Is(err, tt.want) || len(got) > 0 {
				t.Errorf("got %d attachments, error %v, want %v", len(got), err, tt.want)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(small(f, map[string]string{"a": "data"}))
	f.Add([]byte("%PDF-1.7\n1 0 obj<</Names<</EmbeddedFiles<</Kids[2 0 R]>>>>>>endobj\ntrailer<</Root 1 0 R>>"))
	f.Add([]byte("%PDF-1.7\n" + deflated(Dict{"Type": Name("ObjStm"), "N": 1, "First": 4}, "1 0 <</AF[(\\1\\\r\n)]>>") + "trailer<</Root 1 0 R>>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read(data)
		if err != nil {
			return
		}
		files, err := r.Attachments("a")
		if err != nil && len(files) > 0 {
			t.Errorf("got files and error %v", err)
		}
		_, _, _ = r.Signature()
		if u, err := NewUpdate(data); err == nil {
			_, _, _ = u.firstPage()
			if _, err := Read(u.Bytes()); err != nil {
				t.Errorf("a file that was read is not after an empty update: %v", err)
			}
		}
	})
}
