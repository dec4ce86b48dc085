package registry_test

import (
	"testing"

	"github.com/certreg/certreg/db"
	"github.com/certreg/certreg/db/dbtest"
	"github.com/certreg/certreg/registry"
)

// Names of bodies stand in credentials, which cannot carry every character.
func TestNamesOfBodiesCanBePrinted(t *testing.T) {
	dbtest.Engines(t, func(t *testing.T, s *db.DB) {
		w := newWorld(t, s)
		for name, bad := range map[string]registry.Text{
			"no Chinese":        {ZH: " ", EN: "Centre"},
			"control character": {ZH: "鉴定站\u0092", EN: "Centre"},
			"line end":          {ZH: "鉴定站", EN: "Centre\u2028"},
			"lost character":    {ZH: "鉴定站\ufffd", EN: "Centre"},
			"not UTF-8":         {ZH: "鉴定站", EN: "Centre\xff"},
		} {
			_, err := w.RenameBody(t.Context(), w.guide, w.centre.ID, w.centre.Version, bad)
			t.Run(name, func(t *testing.T) { wantCode(t, err, registry.InvalidInput) })
		}
		if _, err := w.RenameBody(t.Context(), w.guide, w.centre.ID, w.centre.Version, registry.Text{ZH: "南京第三职业技能鉴定站", EN: "Nanjing 3"}); err != nil {
			t.Error(err)
		}
	})
}
