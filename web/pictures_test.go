package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestPictures takes the pictures of the documentation, with CERTREG_PICTURES=1.
func TestPictures(t *testing.T) {
	if os.Getenv("CERTREG_PICTURES") != "1" {
		t.Skip("set CERTREG_PICTURES=1 to take the pictures of the documentation")
	}
	s := newSite(t)
	desk, phone := manner{lang: "zh", width: 1280, script: true}, manner{lang: "zh", width: 360, script: true}
	english, dark := desk, phone
	english.lang, dark.dark = "en", true
	soon := map[string]string{"state": workSince("2024-02-01"), "step": "result", "go": "show"}
	for _, picture := range []struct {
		name   string
		manner manner
		height int64
		stop   stop
	}{
		{"home", desk, 700, stop{get: "/"}},
		{"check", english, 1180, stop{post: "/check", form: soon}},
		{"check-phone", phone, 780, stop{post: "/check", form: soon}},
		{"question-phone", phone, 780, stop{get: "/check"}},
		{"verify-phone", phone, 780, stop{get: "/verify/" + string(s.contents.Valid)}},
		{"withdrawn-phone", dark, 780, stop{get: "/verify/" + string(s.contents.Withdrawn)}},
		{"occupation", english, 980, stop{get: "/occupations/customer-service-manager"}},
	} {
		v := visit(t, s, picture.manner)
		scale := 1.0
		if picture.manner.width < 500 {
			scale = 2
		}
		v.call(chromedp.Call(v.ctx, emulation.SetScrollbarsHidden, emulation.SetScrollbarsHiddenParams{Hidden: true}))
		v.do(chromedp.EmulateViewport(int64(picture.manner.width), picture.height, chromedp.EmulateScale(scale)))
		v.reach(picture.stop)
		data, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("..", "docs", "pictures", picture.name+".png")
		if err := os.WriteFile(file, data, 0o644); err != nil { //nolint:gosec // a picture for everyone to see
			t.Fatal(err)
		}
		const limit = 200_000
		if len(data) > limit {
			t.Errorf("%s: got %d bytes, want %d or fewer", file, len(data), limit)
		}
	}
}

// TestIcons takes the icons for home screens from icon.svg, with CERTREG_PICTURES=1:
// to the edge in its colour, since systems cut them to shapes of their own.
func TestIcons(t *testing.T) {
	if os.Getenv("CERTREG_PICTURES") != "1" {
		t.Skip("set CERTREG_PICTURES=1 to take the icons for home screens")
	}
	icon, err := os.ReadFile("static/icon.svg")
	if err != nil {
		t.Fatal(err)
	}
	v := visit(t, newSite(t), manner{lang: "zh", width: 360, script: true})
	for _, size := range []int64{192, 512} {
		v.do(chromedp.Navigate("about:blank"), chromedp.EmulateViewport(size, size))
		ask[bool](v, `(document.body.innerHTML = %s, document.body.style = "margin: 0; padding: 12.5%%; background: #b93a2f", true)`, string(icon))
		data, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(fmt.Sprintf("static/icon%d.png", size), data, 0o644); err != nil { //nolint:gosec // a picture for everyone to see
			t.Fatal(err)
		}
	}
}
