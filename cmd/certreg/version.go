package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/certreg/certreg"
)

// A versionCommand prints the version.
type versionCommand struct {
	JSON bool `name:"json" help:"${help_json}"`
}

// Run prints the version of the program, of its toolchain and of its source.
func (c *versionCommand) Run(p *program) error {
	v := struct {
		Version  string `json:"version"`
		Go       string `json:"go"`
		Platform string `json:"platform"`
		Revision string `json:"revision,omitempty"`
	}{Version: certreg.Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v.Revision = s.Value
			}
		}
	}
	if c.JSON {
		return p.writeJSON(v)
	}
	_, err := fmt.Fprintf(p.stdout, "certreg %s %s %s %s\n", v.Version, v.Go, v.Platform, v.Revision)
	return err
}
