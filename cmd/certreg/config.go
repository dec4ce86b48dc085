package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// A registerFlags says which register a command works on.
type registerFlags struct {
	// Data is the directory of the embedded database and of the keys that
	// personal data is encrypted under.
	Data string `setting:"plain" default:"certreg-data" placeholder:"DIR" help:"${help_data}"`
	// DB is where the register is kept: sqlite:FILE or postgres://…; empty
	// means register.db in Data.
	DB string `name:"db" setting:"secret" placeholder:"URL" help:"${help_db}"`
	// Keys is the file of the encryption keys; empty means vault.json in Data.
	Keys string `setting:"plain" placeholder:"FILE" help:"${help_keys}"`
	// Ruleset are editions of the conditions besides the embedded ones.
	Ruleset []string `setting:"plain" placeholder:"FILE" help:"${help_ruleset}"`
	// CoversSince is the first year whose certificates the register holds.
	CoversSince int `setting:"plain" default:"0" placeholder:"YEAR" help:"${help_covers_since}"`
	// LogMark is the file with the largest log ever signed, kept where a backup
	// of the database does not overwrite it; empty means log-mark in Data.
	LogMark string `setting:"plain" placeholder:"FILE" help:"${help_log_mark}"`
	kekFlags
}

// A listenFlags says where a server listens and what it calls itself.
type listenFlags struct {
	// Listen is the address of the HTTP server.
	Listen string `setting:"plain" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"${help_listen}"`
	// URL is the public address of the register, which look-ups tell; empty
	// means http:// and the address listened on.
	URL string `name:"url" setting:"plain" placeholder:"URL" help:"${help_url}"`
	// TrustedProxies are the networks (CIDR) of the proxies whose
	// X-Forwarded-For is believed.
	TrustedProxies []string `setting:"plain" placeholder:"CIDR" help:"${help_trusted_proxies}"`
	// VCAPI serves /credentials/issue, /credentials/verify and
	// /presentations/verify, so that test suites of the W3C can be run. Whoever
	// reaches the server can have it sign.
	VCAPI bool `name:"vc-api" setting:"plain" help:"${help_vc_api}"`
	// NoOffline has phones keep no page for a time without network, and forget
	// the one they have.
	NoOffline bool `setting:"plain" help:"${help_no_offline}"`
}

// environment reads KEY=value pairs.
func environment(env []string) map[string]string {
	vars := make(map[string]string, len(env))
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		vars[name] = value
	}
	return vars
}

// language is the language to speak: what --lang says, else CERTREG_LANG, else
// English where the system's locale is English, else Chinese. It is needed
// before the command line is read, to say what is wrong with it.
func language(args []string, vars map[string]string) string {
	for i, arg := range args {
		value, found := strings.CutPrefix(arg, "--lang=")
		if arg == "--lang" && i+1 < len(args) {
			value, found = args[i+1], true
		}
		if found {
			return known(value)
		}
	}
	if v, ok := vars["CERTREG_LANG"]; ok {
		return known(v)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := vars[name]; v != "" {
			return known(v[:min(len(v), 2)])
		}
	}
	return "zh"
}

// known is the language to use for a language asked for.
func known(lang string) string {
	if lang == "en" {
		return "en"
	}
	return "zh"
}

// A values resolves the flags that are settings from the environment, and
// remembers where each value came from.
type values struct {
	vars map[string]string
	from map[string]string // by flag: the variable it was read from
}

// settingPrefix begins the name of every variable.
const settingPrefix = "CERTREG_"

// variable is the environment variable of a setting: --covers-since is CERTREG_COVERS_SINCE.
func variable(flag string) string {
	return settingPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Validate implements [kong.Resolver]: it refuses variables that set nothing,
// since a setting that is misspelt would silently not hold.
func (v *values) Validate(app *kong.Application) error {
	accepted := map[string]bool{}
	for _, f := range settings(app.Node) {
		accepted[variable(f.Name)] = true
		if f.Tag.Get("setting") == "secret" {
			accepted[variable(f.Name)+"_FILE"] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.vars)) {
		if !strings.HasPrefix(name, settingPrefix) || strings.HasPrefix(name, settingPrefix+"TEST_") || accepted[name] {
			continue
		}
		best := nearest(name, slices.Sorted(maps.Keys(accepted)))
		return usage("不认识环境变量 %[1]s；最接近的是 %[2]s。", "unknown environment variable %[1]s; the nearest is %[2]s", name, best)
	}
	return nil
}

// Resolve implements [kong.Resolver]: it gives the value that the environment
// has for a setting, or nil.
func (v *values) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	kind := flag.Tag.Get("setting")
	if kind == "" {
		return nil, nil
	}
	name := variable(flag.Name)
	value, ok := v.vars[name]
	file, fromFile := v.vars[name+"_FILE"]
	switch {
	case ok && fromFile && kind == "secret":
		return nil, usage("%[1]s 与 %[1]s_FILE 不能同时设置。", "%[1]s and %[1]s_FILE cannot both be set", name)
	case ok:
		v.from[flag.Name] = name
		return value, nil
	case fromFile && kind == "secret":
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, usage("%s_FILE：%v", "%s_FILE: %v", name, errors.Unwrap(err))
		}
		v.from[flag.Name] = name + "_FILE"
		return string(bytes.TrimSpace(data)), nil
	}
	return nil, nil
}

// settings are the flags of a command and everything under it that can come
// from the environment, each once.
func settings(node *kong.Node) []*kong.Flag {
	var found []*kong.Flag
	for _, f := range node.Flags {
		if f.Tag.Get("setting") != "" {
			found = append(found, f)
		}
	}
	for _, child := range node.Children {
		for _, f := range settings(child) {
			if !slices.ContainsFunc(found, func(o *kong.Flag) bool { return o.Name == f.Name }) {
				found = append(found, f)
			}
		}
	}
	return found
}

// A configCommand prints the settings that a server would run with.
type configCommand struct {
	registerFlags
	listenFlags
	proofFlags
	JSON bool `name:"json" help:"${help_json}"`
}

// A settingValue is one line of what "config" prints.
type settingValue struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	Source   string `json:"source"` // "default", "flag", or the variable
	Variable string `json:"variable"`
}

// Run prints every setting, its effective value and where it came from.
// Secrets are masked.
func (c *configCommand) Run(p *program, kctx *kong.Context) error {
	c.registerFlags = c.registerFlags.complete()
	c.proofFlags = c.proofFlags.complete(c.Data)
	effective := map[string]string{
		"lang": p.lang, "data": c.Data, "db": masked(c.DB), "keys": c.Keys, "ruleset": strings.Join(c.Ruleset, ","),
		"kek": hidden(c.KEK), "covers-since": fmt.Sprint(c.CoversSince), "listen": c.Listen, "url": c.URL,
		"trusted-proxies": strings.Join(c.TrustedProxies, ","), "signing-keys": c.SigningKeys, "log-mark": c.LogMark, "witnesses": c.Witnesses,
		"pdf-certificate": c.PDFCertificate, "pdf-key": c.PDFKey, "register-name": c.RegisterName, "look-ups": strings.Join(c.LookUps, ","), "vc-api": fmt.Sprint(c.VCAPI),
		"no-offline": fmt.Sprint(c.NoOffline),
	}
	onLine := map[string]bool{}
	for _, path := range kctx.Path {
		if path.Flag != nil && !path.Resolved {
			onLine[path.Flag.Name] = true
		}
	}
	var lines []settingValue
	for _, f := range append(settings(kctx.Model.Node)[:1:1], settings(kctx.Selected())...) {
		line := settingValue{Name: f.Name, Value: effective[f.Name], Source: "default", Variable: variable(f.Name)}
		if from, ok := p.values.from[f.Name]; ok {
			line.Source = from
		}
		if onLine[f.Name] {
			line.Source = "flag"
		}
		lines = append(lines, line)
	}
	if c.JSON {
		return p.writeJSON(lines)
	}
	return p.table(func(row func(...string)) {
		for _, l := range lines {
			row(l.Variable, l.Value, l.Source)
		}
	})
}

// hidden says only whether there is a secret.
func hidden(secret string) string {
	if secret == "" {
		return ""
	}
	return "********"
}

// masked is a database address without its password.
func masked(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		return u.Redacted()
	}
	return address
}
