package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/certreg/certreg/registry"
)

// photoCommands keep the photos of people.
type photoCommands struct {
	Import photoImportCommand `cmd:"" help:"${help_photo_import}"`
}

// A photoImportCommand gives the people admitted to a sitting their photos from
// files named by ticket number, all of them or none.
type photoImportCommand struct {
	registerFlags
	DryRun  bool   `help:"${help_dry_run}"`
	JSON    bool   `name:"json" help:"${help_json}"`
	Sitting string `arg:"" help:"${help_sitting}"`
	Dir     string `arg:"" help:"${help_photo_dir}"`
}

// A photoReport is what the command tells, also as JSON.
type photoReport struct {
	Sitting   string       `json:"sitting"`
	Files     int          `json:"files"` // with a name of a photo
	New       int          `json:"new"`
	Replaced  int          `json:"replaced"`
	Unchanged int          `json:"unchanged"`
	Faults    []photoFault `json:"faults"`
	Without   []string     `json:"without"` // ticket numbers
	Ignored   []string     `json:"ignored"` // what is in the directory besides
	Written   bool         `json:"written"`
}

type photoFault struct {
	File   string `json:"file"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Run reads the directory, writes what is in it unless a file has a fault, and
// tells what became of each.
func (c *photoImportCommand) Run(ctx context.Context, p *program) error {
	return c.use(ctx, p, func(reg *register) error {
		files, ignored, err := photoFiles(c.Dir)
		if err != nil {
			return err
		}
		in := registry.PhotoImport{Sitting: c.Sitting, DryRun: c.DryRun}
		for _, name := range files {
			photo, err := readPhoto(c.Dir, name)
			if err != nil {
				return unreadable(err)
			}
			in.Photos = append(in.Photos, photo)
		}
		done, err := reg.ImportPhotos(ctx, p.operator(), in)
		if err != nil {
			return err
		}
		report := photoReport{
			Sitting: c.Sitting, Files: len(files), New: done.New, Replaced: done.Replaced, Unchanged: done.Unchanged,
			Faults: []photoFault{}, Without: append([]string{}, done.Without...), Ignored: ignored, Written: !c.DryRun && len(done.Faults) == 0,
		}
		for _, f := range done.Faults {
			report.Faults = append(report.Faults, photoFault{File: files[f.Index], Code: string(f.Code), Detail: f.Detail.In(p.lang)})
		}
		return c.tell(p, report)
	})
}

func (c *photoImportCommand) tell(p *program, r photoReport) error {
	if c.JSON {
		if err := p.writeJSON(r); err != nil {
			return err
		}
	} else {
		for _, f := range r.Faults {
			p.sayf(p.stdout, "%s: %s\n", f.File, f.Detail)
		}
		p.tell("文件 %d 个：新增 %d，替换 %d，未变 %d，有误 %d；没有照片的人员 %d 名；忽略的其他文件 %d 个",
			"files: %d; new %d, replaced %d, unchanged %d, with faults %d; people without a photo: %d; other files ignored: %d",
			r.Files, r.New, r.Replaced, r.Unchanged, len(r.Faults), len(r.Without), len(r.Ignored))
		if !r.Written {
			p.tell("没有写入任何照片。", "nothing was written")
		}
	}
	if len(r.Faults) > 0 {
		return errSaid
	}
	return nil
}

// photoFiles is the files of a directory that are named like photos, and
// whatever else is in it.
func photoFiles(dir string) (files, others []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, unreadable(err)
	}
	others = []string{}
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".jpg", ".jpeg", ".png":
			if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
				files = append(files, e.Name())
				continue
			}
		}
		others = append(others, e.Name())
	}
	return files, others, nil
}

// unreadable says which file cannot be read, and why.
func unreadable(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return fail("无法读取 %s：%v", "cannot read %s: %v", e.Path, e.Err)
	}
	return err
}

// readPhoto reads a file named by a ticket number, and no more of it than is
// needed to see that it is too large.
func readPhoto(dir, name string) (photo registry.TicketPhoto, err error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return registry.TicketPhoto{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	photo.Ticket = strings.TrimSuffix(name, filepath.Ext(name))
	photo.File, err = io.ReadAll(io.LimitReader(f, registry.MaxPhoto+1))
	return photo, err
}
