package registry

import (
	"context"
	"errors"
	"time"
)

// A BodyKind says what place a body has in the organisation: the ministry's
// appraisal centre leads the provincial guidance centres, which approve and
// lead the assessment centres (鉴定所、站).
type BodyKind string

// The kinds of body, from the top of the tree.
const (
	NationalCentre   BodyKind = "national"
	ProvincialCentre BodyKind = "province"
	AssessmentCentre BodyKind = "centre"
)

// parentKind is the kind of body that each kind stands under.
var parentKind = map[BodyKind]BodyKind{NationalCentre: "", ProvincialCentre: NationalCentre, AssessmentCentre: ProvincialCentre}

// A Body is an office that examines or supervises examinations.
type Body struct {
	ID        string
	Parent    string // identifier of the body above, "" at the top
	Path      string // identifiers from the top to this body, "/a/b/": subtree tests are prefix tests
	Kind      BodyKind
	Code      InstitutionCode
	Name      Text
	CreatedAt time.Time
	Version   int
}

// A BodyFilter chooses bodies: those under Scope, of Kind unless it is "".
type BodyFilter struct {
	Scope string
	Kind  BodyKind
	Page
}

// A NewBody is what must be told of a body to enter it.
type NewBody struct {
	Parent string // "" only for the national centre
	Kind   BodyKind
	Code   string // 8 digits
	Name   Text
}

// AddBody enters a body under its parent. It reports [InvalidInput],
// [BodyMisplaced] when kind and parent do not fit, [BodyCodeTaken].
func (r *Registry) AddBody(ctx context.Context, by Caller, in NewBody) (Body, error) {
	if err := by.may(manageBodies); err != nil {
		return Body{}, err
	}
	code, err := in.check()
	if err != nil {
		return Body{}, err
	}
	return write(ctx, r, by, func(c *change) (Body, error) {
		id, err := r.newID()
		if err != nil {
			return Body{}, err
		}
		b := Body{ID: id, Parent: in.Parent, Kind: in.Kind, Code: code, Name: in.Name, CreatedAt: c.at, Version: 1}
		if b.Path, err = c.place(ctx, b); err != nil {
			return Body{}, err
		}
		_, err = c.BodyByCode(ctx, code)
		switch {
		case err == nil:
			return Body{}, refuse(BodyCodeTaken, say("机构代码 %s 已被使用。", "Institution code %s is already used.", code))
		case !errors.Is(err, ErrNotFound):
			return Body{}, err
		}
		if err := c.InsertBody(ctx, b); err != nil {
			return Body{}, err
		}
		c.record(BodyAdded, "body", b.ID, b.ID, map[string]string{"code": string(code), "kind": string(b.Kind)})
		return b, nil
	})
}

func (in NewBody) check() (InstitutionCode, error) {
	var chk check
	_, known := parentKind[in.Kind]
	chk.that(known, "/kind", Text{ZH: "机构类别应为 national、province 或 centre。", EN: "Kind must be national, province or centre."})
	chk.name(in.Name)
	code, ok := ParseInstitutionCode(in.Code)
	chk.that(ok, "/code", Text{ZH: "机构代码为 8 位数字，第 5 位为 0 至 4。", EN: "The institution code has 8 digits, the fifth of them 0 to 4."})
	return code, chk.err()
}

// place gives b its path and refuses a place that does not fit its kind.
func (c *change) place(ctx context.Context, b Body) (string, error) {
	misplaced := refuse(BodyMisplaced, Text{
		ZH: "上级机构不符：省级中心应在国家中心之下，鉴定所站应在省级中心之下。",
		EN: "The parent does not fit: provinces stand under the national centre, centres under a province.",
	})
	if b.Parent == "" {
		if b.Kind != NationalCentre || c.by.Scope != "/" {
			return "", misplaced
		}
		return "/" + b.ID + "/", nil
	}
	parent, err := c.by.reach(ctx, c, b.Parent, BodyNotFound)
	if err != nil {
		return "", err
	}
	if parent.Kind != parentKind[b.Kind] {
		return "", misplaced
	}
	return parent.Path + b.ID + "/", nil
}

// RenameBody gives a body another name. version is the one the caller read.
// It reports [BodyNotFound], [InvalidInput], [VersionChanged].
func (r *Registry) RenameBody(ctx context.Context, by Caller, id string, version int, name Text) (Body, error) {
	if err := by.may(manageBodies); err != nil {
		return Body{}, err
	}
	var chk check
	chk.name(name)
	if err := chk.err(); err != nil {
		return Body{}, err
	}
	return write(ctx, r, by, func(c *change) (Body, error) {
		b, err := by.reach(ctx, c, id, BodyNotFound)
		if err != nil {
			return Body{}, err
		}
		if b.Version != version {
			return Body{}, Changed()
		}
		b.Name = name
		if err := c.UpdateBody(ctx, b); err != nil {
			return Body{}, err
		}
		b.Version++
		c.record(BodyRenamed, "body", b.ID, b.ID, nil)
		return b, nil
	})
}

// Body returns one body of the caller's subtree. It reports [BodyNotFound].
func (r *Registry) Body(ctx context.Context, by Caller, id string) (b Body, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		b, err = by.reach(ctx, rd, id, BodyNotFound)
		return err
	})
	return b, err
}

// Bodies lists the caller's subtree.
func (r *Registry) Bodies(ctx context.Context, by Caller, f BodyFilter) ([]Body, string, error) {
	f.Scope = by.Scope
	return list(ctx, r, f.Page, func(b Body) string { return b.ID }, func(rd Reader, p Page) ([]Body, error) {
		f.Page = p
		return rd.Bodies(ctx, f)
	})
}

// BodyName is the name of a body, which is public.
func (r *Registry) BodyName(ctx context.Context, id string) (name Text, err error) {
	err = r.store.Read(ctx, func(rd Reader) error {
		b, err := rd.Body(ctx, id)
		name = b.Name
		return err
	})
	return name, err
}
