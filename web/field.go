package web

import "strings"

// A Field is one question of a form: a line of text, or a group of inputs
// with a common question.
type Field struct {
	Name    string
	Kind    string // of the input: "text", "file", "textarea", or in a group "radio", "checkbox", "date"
	Label   string
	Hint    string
	Error   string
	Value   string
	Heading bool // the label is the heading of the page
	Options []Option
	Date    []DatePart

	Class, InputMode, Autocomplete, Accept string
	Rows                                   int
	input                                  string // name the options are sent under, if not Name
}

// Group reports whether the field has several inputs.
func (f Field) Group() bool { return len(f.Options) > 0 || len(f.Date) > 0 }

// Input is the name the options are sent under.
func (f Field) Input() string {
	if f.input != "" {
		return f.input
	}
	return f.Name
}

// Described lists the ids of the texts that explain the field.
func (f Field) Described() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// An Option is one answer to choose.
type Option struct {
	Value, Label, Hint string
	Chosen             bool
	Apart              bool // set off from those above: "don't know"
}

// A DatePart is the year, month or day of a date field.
type DatePart struct{ Name, Class, Label, Value, Autocomplete string }

// A Fault is one thing to correct in a form, named at its top.
type Fault struct {
	Heading string // of the list of faults
	Field   string // the field it is in, "" for none
	Text    string
}

// faults lists the errors of fields for the top of the page.
func (p *page) faults(fields ...Field) []Fault {
	var all []Fault
	for _, f := range fields {
		if f.Error != "" {
			at := f.Name
			switch {
			case len(f.Date) > 0:
				at = f.Date[0].Name
			case len(f.Options) > 0:
				at = f.Name + "-" + f.Options[0].Value
			}
			all = append(all, Fault{Heading: p.say("form.faults"), Field: at, Text: f.Error})
		}
	}
	return all
}
