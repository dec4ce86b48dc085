package registry

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"github.com/certreg/certreg/internal/civil"
)

// A Person is someone who applies for an examination. Name and document are
// personal data: the store keeps them encrypted, apart from everything else.
type Person struct {
	ID        string
	Name      string
	Document  Document
	Born      civil.Date // zero: not told
	Sex       Sex
	Body      string // identifier of the body that registered the person
	Claimed   bool   // as the person told it: no body has seen the document yet
	CreatedAt time.Time
	Version   int // counts changes of name, document and photo

	// CorrectedBy is the subjects who corrected the record since somebody else
	// last confirmed it; while there are any, no certificate is issued.
	CorrectedBy []string
}

// A NewPerson is what must be told to register a person.
type NewPerson struct {
	Name     string
	Document Document // as typed; normalised by [NewDocument]
	Born     civil.Date
	Sex      Sex
}

// RegisterPerson enters a person, or returns the one entered earlier with the
// same document and name; created tells which. It reports [InvalidInput],
// [DocumentInvalid], and [PersonNameDiffers] when the document belongs to a
// person of another name (which is not told).
func (r *Registry) RegisterPerson(ctx context.Context, by Caller, in NewPerson) (p Person, created bool, err error) {
	if err := by.may(register); err != nil {
		return Person{}, false, err
	}
	if in, err = r.checkPerson(in); err != nil {
		return Person{}, false, err
	}
	done, err := write(ctx, r, by, func(c *change) (made[Person], error) {
		p, created, err := c.enterPerson(ctx, in, by.Body)
		return made[Person]{p, created}, err
	})
	return done.Thing, done.Created, err
}

// enterPerson enters a checked person for a body, or finds the one entered earlier.
func (c *change) enterPerson(ctx context.Context, in NewPerson, body string) (p Person, created bool, err error) {
	known, err := c.PersonByDocument(ctx, in.Document)
	if err == nil {
		if FoldName(known.Name) != FoldName(in.Name) {
			return Person{}, false, nameDiffers()
		}
		if body == "" || body == known.Body {
			return known, false, nil
		}
		return known, false, c.putReach(ctx, known.ID, body)
	}
	if !errors.Is(err, ErrNotFound) {
		return Person{}, false, err
	}
	id, err := c.r.newID()
	if err != nil {
		return Person{}, false, err
	}
	p = Person{ID: id, Name: in.Name, Document: in.Document, Born: in.Born, Sex: in.Sex, Body: body, CreatedAt: c.at, Version: 1}
	if err := c.InsertPerson(ctx, p); err != nil {
		return Person{}, false, err
	}
	c.record(PersonRegistered, "person", p.ID, body, nil)
	return p, true, nil
}

// putReach lets a body read a person whose document it has seen, which the
// journal tells.
func (c *change) putReach(ctx context.Context, person, body string) error {
	c.record(PersonShown, "person", person, body, nil)
	return c.PutPersonReach(ctx, person, body)
}

func nameDiffers() error {
	return refuse(PersonNameDiffers, Text{
		ZH: "该证件号码已登记在另一姓名下，请核对姓名与证件。",
		EN: "This document is registered under another name; compare name and document.",
	})
}

// checkPerson normalises what was typed and fills in what a citizen ID number
// tells; what contradicts it is refused.
func (r *Registry) checkPerson(in NewPerson) (NewPerson, error) {
	var chk check
	in.Name = tidyName(in.Name)
	chk.that(validName(in.Name), "/name", Text{ZH: "请填写姓名（1 至 100 个字符，不含控制字符）。", EN: "A name of 1 to 100 characters is required, without control characters."})
	chk.that(in.Sex == SexUnknown || in.Sex == Male || in.Sex == Female, "/sex", Text{ZH: "性别应为 male 或 female。", EN: "Sex must be male or female."})
	doc, err := NewDocument(in.Document.Kind, in.Document.Number, r.Today())
	if err != nil {
		return NewPerson{}, err
	}
	in.Document = doc
	if doc.Kind == CitizenID {
		chk.that(in.Born.IsZero() || in.Born == doc.Born(), "/born", Text{ZH: "出生日期与身份证号码不符。", EN: "The birth date differs from the one in the ID number."})
		chk.that(in.Sex == SexUnknown || in.Sex == doc.Sex(), "/sex", Text{ZH: "性别与身份证号码不符。", EN: "The sex differs from the one in the ID number."})
		in.Born, in.Sex = doc.Born(), doc.Sex()
	}
	chk.that(!in.Born.After(r.Today()), "/born", Text{ZH: "出生日期不能晚于今天。", EN: "The birth date cannot be in the future."})
	return in, chk.err()
}

// A PersonCorrection is what is wrong about a person, and why it is corrected.
type PersonCorrection struct {
	Name       string   // "" stays
	Document   Document // as typed; the zero Document stays
	ReasonCode string   // one of [PersonReasons]
}

// PersonReasons lists the reason codes of a correction of a person. There is no
// text beside them: it would tell the journal what was wrong.
func PersonReasons() []string { return transitions[Correct].reasons }

// CorrectPerson corrects the name or the document of a person. version is the
// one the caller read. Certificates stay as they are until they are corrected,
// see [Correct]. Once the person was admitted to a sitting, the correction waits
// for [Registry.ConfirmPerson]: passes must not change hands by one person's
// word. Who may read a person after showing the document may not correct it yet:
// that is for the body that registered the person, one that admitted an
// application of theirs, and those above. It reports [PersonNotFound],
// [Forbidden], [InvalidInput], also for what the record says already,
// [DocumentInvalid], [DocumentTaken] when the document is another person's,
// [VersionChanged].
func (r *Registry) CorrectPerson(ctx context.Context, by Caller, id string, version int, in PersonCorrection) (Person, error) {
	if err := by.may(register); err != nil {
		return Person{}, err
	}
	var chk check
	chk.that(slices.Contains(PersonReasons(), in.ReasonCode), "/reasonCode",
		say("理由代码应为以下之一：%s。", "The reason code must be one of: %s.", strings.Join(PersonReasons(), ", ")))
	chk.that(in.Name != "" || in.Document != (Document{}), "/name", Text{ZH: "请填写要更正的姓名或证件。", EN: "Tell the name or the document that is right."})
	if err := chk.err(); err != nil {
		return Person{}, err
	}
	return write(ctx, r, by, func(c *change) (Person, error) {
		p, err := by.person(ctx, c, id)
		if err != nil {
			return Person{}, err
		}
		if err := c.mayCorrect(ctx, p); err != nil {
			return Person{}, err
		}
		if p.Version != version {
			return Person{}, Changed()
		}
		if p, err = c.corrected(ctx, p, in); err != nil {
			return Person{}, err
		}
		admitted, err := c.Applications(ctx, ApplicationFilter{Scope: "/", Person: p.ID, Status: Admitted, Page: Page{Limit: 1}})
		if err != nil {
			return Person{}, err
		}
		if len(admitted) > 0 && !slices.Contains(p.CorrectedBy, by.Subject) {
			p.CorrectedBy = append(p.CorrectedBy, by.Subject)
		}
		if err := c.UpdatePerson(ctx, p); err != nil {
			return Person{}, err
		}
		p.Version++
		c.record(PersonCorrected, "person", p.ID, p.Body, map[string]string{"reasonCode": in.ReasonCode})
		return p, nil
	})
}

// mayCorrect refuses callers of bodies that neither registered the person nor
// admitted an application of theirs, nor stand above one that did.
func (c *change) mayCorrect(ctx context.Context, p Person) error {
	path := "/" // of who was registered by the operator
	if p.Body != "" {
		b, err := c.Body(ctx, p.Body)
		if err != nil {
			return err
		}
		path = b.Path
	}
	if c.by.reaches(path) {
		return nil
	}
	admitted, err := c.Applications(ctx, ApplicationFilter{Scope: c.by.Scope, Person: p.ID, Status: Admitted, Page: Page{Limit: 1}})
	if err == nil && len(admitted) == 0 {
		err = refuse(Forbidden, Text{
			ZH: "人员登记只能由登记该人员或曾准予其参加考试的机构及其上级更正和确认。",
			EN: "A person's record is corrected and confirmed by the body that registered the person, one that admitted them, or one above.",
		})
	}
	return err
}

// corrected is the person as corrected, held to what new persons are held to.
func (c *change) corrected(ctx context.Context, p Person, in PersonCorrection) (Person, error) {
	next := NewPerson{Name: p.Name, Document: p.Document, Born: p.Born, Sex: p.Sex}
	if in.Name != "" {
		next.Name = in.Name
	}
	if in.Document != (Document{}) {
		next.Document = in.Document
	}
	if next.Document.Kind == CitizenID {
		next.Born, next.Sex = civil.Date{}, SexUnknown // the number tells them
	}
	next, err := c.r.checkPerson(next)
	if err != nil {
		return Person{}, err
	}
	var chk check
	chk.that(next.Name != p.Name || next.Document != p.Document, "/name", Text{ZH: "与现有登记相同，无需更正。", EN: "This is what the record says already; there is nothing to correct."})
	if err := chk.err(); err != nil {
		return Person{}, err
	}
	if next.Document != p.Document && !p.Claimed {
		_, err := c.PersonByDocument(ctx, next.Document)
		if err == nil {
			return Person{}, refuse(DocumentTaken, Text{ZH: "该证件已登记在另一人员名下。", EN: "The document is registered as another person's."})
		}
		if !errors.Is(err, ErrNotFound) {
			return Person{}, err
		}
	}
	p.Name, p.Document, p.Born, p.Sex = next.Name, next.Document, next.Born, next.Sex
	return p, nil
}

// ConfirmPerson confirms a corrected record as the caller read it, which is the
// version; the version stays, since the record says what it said. It reports
// [PersonNotFound], [Forbidden] as [Registry.CorrectPerson], [VersionChanged],
// [NothingToConfirm], and [PersonSamePerson] when the caller made one of the corrections that wait.
func (r *Registry) ConfirmPerson(ctx context.Context, by Caller, id string, version int) (Person, error) {
	if err := by.may(register); err != nil {
		return Person{}, err
	}
	return write(ctx, r, by, func(c *change) (Person, error) {
		p, err := by.person(ctx, c, id)
		if err != nil {
			return Person{}, err
		}
		if err := c.mayCorrect(ctx, p); err != nil {
			return Person{}, err
		}
		switch {
		case p.Version != version:
			return Person{}, Changed()
		case len(p.CorrectedBy) == 0:
			return Person{}, refuse(NothingToConfirm, Text{ZH: "该人员登记没有待确认的更正。", EN: "No correction of this person waits for confirmation."})
		case slices.Contains(p.CorrectedBy, by.Subject):
			return Person{}, refuse(PersonSamePerson, Text{ZH: "人员更正须由更正人以外的人确认。", EN: "A correction of a person is confirmed by someone other than who made it."})
		}
		err = c.confirmPerson(ctx, &p)
		return p, err
	})
}

// confirmPerson ends the wait of a corrected record.
func (c *change) confirmPerson(ctx context.Context, p *Person) error {
	p.CorrectedBy = nil
	c.record(PersonConfirmed, "person", p.ID, p.Body, nil)
	return c.ConfirmPerson(ctx, p.ID, p.Version)
}

// Person returns a person whom the caller's subtree registered or who applied
// there. It reports [PersonNotFound].
func (r *Registry) Person(ctx context.Context, by Caller, id string) (p Person, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		p, err = by.person(ctx, rd, id)
		return err
	})
	return p, err
}

func (c Caller) person(ctx context.Context, rd Reader, id string) (Person, error) {
	known, err := rd.PersonWithin(ctx, id, c.Scope)
	if err != nil {
		return Person{}, err
	}
	if !known {
		return Person{}, NotFound(PersonNotFound)
	}
	return rd.Person(ctx, id)
}

// tidyName is a name as it is kept and printed: composed (NFC), trimmed, inner
// white space single, and the middle dots of transliterated names all U+00B7.
func tidyName(s string) string {
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	return strings.NewReplacer("•", "·", "・", "·", "‧", "·", "．", "·").Replace(s)
}

func validName(s string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= 100 && !strings.ContainsFunc(s, unprintable)
}

// FoldName is the form in which names are compared: width, case, spaces and
// the kind of middle dot do not matter, every other character does. Names are
// never compared loosely: namesakes and homophones are other people.
func FoldName(s string) string {
	s = strings.ToLower(width.Fold.String(tidyName(norm.NFKC.String(s))))
	return strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), "・", "·")
}

// MaskName is a name as the public may see it: the family name, and a star for
// each further character (张*, 欧阳**).
func MaskName(name string) string {
	runes := []rune(tidyName(name))
	if len(runes) == 0 {
		return ""
	}
	keep := 1
	if len(runes) > 2 && strings.Contains(compoundSurnames, " "+string(runes[:2])+" ") {
		keep = 2
	}
	return string(runes[:keep]) + strings.Repeat("*", min(len(runes)-keep, 8))
}

// compoundSurnames are the family names of two characters in use.
const compoundSurnames = " 欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 端木 百里 呼延 南宫 独孤 宇文 长孙 轩辕 钟离 闻人 申屠 太史 澹台 公冶 宗政 濮阳 淳于 单于 公羊 赫连 闾丘 拓跋 万俟 第五 "
