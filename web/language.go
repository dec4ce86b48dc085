package web

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"

	"github.com/certreg/certreg/internal/problem"
)

//go:embed messages/*.json
var messageFiles embed.FS

// A catalogue is every text of the pages by its code, in Chinese and English.
// What the rules and the register say has its texts there, not here.
type catalogue map[string][2]string

// in returns the text of a code in a language, formatted with args. An unknown
// code is an error, so that no page is shown without its words.
func (c catalogue) in(lang, code string, args ...any) (string, error) {
	texts, ok := c[code]
	if !ok {
		return "", fmt.Errorf("no message %q", code)
	}
	text := texts[0]
	if lang == "en" {
		text = texts[1]
	}
	if len(args) == 0 {
		return text, nil
	}
	return fmt.Sprintf(text, args...), nil
}

func readMessages() (catalogue, error) {
	names, err := fs.Glob(messageFiles, "messages/*.json")
	if err != nil {
		return nil, err
	}
	all := catalogue{}
	for _, name := range names {
		data, err := messageFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var some map[string][2]string
		if err := json.Unmarshal(data, &some); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for code, texts := range some {
			if _, twice := all[code]; twice {
				return nil, fmt.Errorf("%s: %q is defined twice", name, code)
			}
			if texts[0] == "" || texts[1] == "" {
				return nil, fmt.Errorf("%s: %q lacks a language", name, code)
			}
			all[code] = texts
		}
	}
	if len(all) == 0 {
		return nil, errors.New("no messages")
	}
	return all, nil
}

// languageCookie remembers which language a reader chose.
const languageCookie = "lang"

// language is the language a request is answered in: the one it asks for, else
// the one chosen earlier, else the one the browser prefers, "zh" or "en".
func language(r *http.Request) string {
	asked := r.URL.Query().Get("lang")
	if r.PostForm != nil && r.PostForm.Has("lang") {
		asked = r.PostForm.Get("lang")
	}
	if asked == "zh" || asked == "en" {
		return asked
	}
	if c, err := r.Cookie(languageCookie); err == nil && (c.Value == "zh" || c.Value == "en") {
		return c.Value
	}
	return problem.Language(r.Header.Get("Accept-Language"))
}

// remember keeps the language a request explicitly asks for.
func (s *Server) remember(w http.ResponseWriter, r *http.Request, lang string) {
	if !r.URL.Query().Has("lang") && !r.PostForm.Has("lang") {
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure where the register is reached by HTTPS; it may also be served plainly on one machine
		Name: languageCookie, Value: lang, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.public != nil && s.public.Scheme == "https",
	})
}
