package translog

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// A Policy says whose cosignatures make a checkpoint believable: the witnesses
// that are known and how many of them are enough. Its file is that of C2SP
// tlog-policy:
//
//	witness one witness.example.org/w1+1f0dd96d+BA… https://witness.example.org
//	witness two witness.example.com+6a5df0a1+BF… https://witness.example.com/cosign
//	group either 1 one two
//	quorum either
//
// The zero Policy knows no witness and asks for none.
type Policy struct {
	logs      []note.Verifier
	witnesses []policyWitness
	lines     []string // but for logs and addresses
	quorum    *voter   // nil asks for none
}

// A policyWitness is a line "witness NAME VKEY [URL]".
type policyWitness struct {
	name     string // within the policy
	verifier *cosignatureVerifier
	prefix   *url.URL // nil if not told
}

// A voter is a witness, or a group that votes when k of its members do.
type voter struct {
	witness *cosignatureVerifier // nil for a group
	k       int
	members []*voter
}

// votes reports whether the voter vouches for a checkpoint, given which
// witnesses do.
func (v *voter) votes(vouches func(*cosignatureVerifier) bool) bool {
	if v.witness != nil {
		return vouches(v.witness)
	}
	n := 0
	for _, m := range v.members {
		if m.votes(vouches) {
			n++
		}
	}
	return n >= v.k
}

// ParsePolicy reads a policy file. Witnesses whose keys are not Ed25519
// cosignature keys are refused, since their cosignatures could not be checked.
func ParsePolicy(text string) (Policy, error) {
	p := policyParser{voters: map[string]*voter{}}
	for i, line := range strings.Split(text, "\n") {
		words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := p.line(words); err != nil {
			return Policy{}, fmt.Errorf("witness policy, line %d: %w", i+1, err)
		}
	}
	if !p.decided {
		return Policy{}, errors.New("witness policy: no quorum line")
	}
	return p.Policy, nil
}

// A policyParser is a policy as far as it was read.
type policyParser struct {
	Policy
	voters  map[string]*voter // defined so far, by name
	decided bool
}

func (p *policyParser) line(words []string) error {
	switch n := len(words); {
	case words[0] == "log" && (n == 2 || n == 3):
		return p.log(words[1])
	case words[0] == "witness" && n == 3:
		return p.witness(words[1], words[2], "")
	case words[0] == "witness" && n == 4:
		return p.witness(words[1], words[2], words[3])
	case words[0] == "group" && n >= 4:
		return p.group(words[1], words[2], words[3:])
	case words[0] == "quorum" && n == 2:
		return p.decide(words[1])
	}
	return fmt.Errorf("%q is no line of a policy", strings.Join(words, " "))
}

func (p *policyParser) log(vkey string) error {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return fmt.Errorf("log key %q: %w", vkey, err)
	}
	p.logs = append(p.logs, v)
	return nil
}

func (p *policyParser) witness(name, vkey, address string) error {
	v, err := newCosignatureVerifier(vkey)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(p.witnesses, func(w policyWitness) bool { return w.verifier.key.Equal(v.key) }) {
		return fmt.Errorf("the key of witness %s stands twice", name)
	}
	w := policyWitness{name: name, verifier: v}
	if address != "" {
		if w.prefix, err = url.Parse(address); err != nil || w.prefix.Host == "" {
			return fmt.Errorf("the address of witness %s is no URL", name)
		}
	}
	p.witnesses = append(p.witnesses, w)
	p.lines = append(p.lines, "witness "+name+" "+vkey)
	return p.define(name, &voter{witness: v})
}

func (p *policyParser) group(name, threshold string, members []string) error {
	g := &voter{}
	for i, m := range members {
		v, known := p.voters[m]
		if !known || slices.Contains(members[:i], m) {
			return fmt.Errorf("%q in group %s is not defined before it, or stands twice", m, name)
		}
		g.members = append(g.members, v)
	}
	switch threshold {
	case "any":
		g.k = 1
	case "all":
		g.k = len(members)
	default:
		k, err := strconv.Atoi(threshold)
		if err != nil || k < 1 || k > len(members) {
			return fmt.Errorf("%q of %d members of group %s: want any, all or a number of them", threshold, len(members), name)
		}
		g.k = k
	}
	p.lines = append(p.lines, "group "+name+" "+threshold+" "+strings.Join(members, " "))
	return p.define(name, g)
}

func (p *policyParser) define(name string, v *voter) error {
	if _, known := p.voters[name]; known || name == noQuorum {
		return fmt.Errorf("the name %s is taken", name)
	}
	p.voters[name] = v
	return nil
}

// noQuorum is the name that asks for no cosignature.
const noQuorum = "none"

func (p *policyParser) decide(name string) error {
	v, known := p.voters[name]
	if p.decided || !known && name != noQuorum {
		return fmt.Errorf("quorum %s is not defined before it, or stands twice", name)
	}
	p.quorum, p.decided = v, true
	p.lines = append(p.lines, "quorum "+name)
	return nil
}

// String returns the policy as [ParsePolicy] reads it, without logs and
// addresses, which who checks a proof does not need; "" for the zero Policy.
func (p Policy) String() string {
	if len(p.lines) == 0 {
		return ""
	}
	return strings.Join(p.lines, "\n") + "\n"
}

// Knows reports whether the policy names any witness.
func (p Policy) Knows() bool { return len(p.witnesses) > 0 }

// Cosigners returns the key names of the policy's witnesses that cosigned the
// checkpoint, and whether they are enough. That the log itself signed it is for
// [Identity.Open] to see, unless the policy lists logs: then it must be one of
// these.
func (p Policy) Cosigners(msg []byte) (names []string, enough bool) {
	for _, w := range p.witnesses {
		if signed(msg, w.verifier) {
			names = append(names, w.verifier.name)
		}
	}
	listed := len(p.logs) == 0 || slices.ContainsFunc(p.logs, func(v note.Verifier) bool { return signed(msg, v) })
	return names, listed && (p.quorum == nil || p.quorum.votes(func(v *cosignatureVerifier) bool { return signed(msg, v) }))
}

// CosignedBefore reports whether a quorum of witnesses says that it cosigned
// the checkpoint before the instant. A policy that asks for none never says so.
func (p Policy) CosignedBefore(msg []byte, instant time.Time) bool {
	return p.quorum != nil && p.quorum.votes(func(v *cosignatureVerifier) bool {
		at, ok := v.cosigned(msg)
		return ok && at.Before(instant)
	})
}

// Witnesses returns clients of the policy's witnesses. Each must have an
// address, the submission prefix of C2SP tlog-witness.
func (p Policy) Witnesses(client *http.Client) ([]*Witness, error) {
	var all []*Witness
	for _, w := range p.witnesses {
		if w.prefix == nil {
			return nil, fmt.Errorf("witness %s has no address to be asked at", w.name)
		}
		all = append(all, newWitness(w.verifier, w.prefix, client))
	}
	return all, nil
}
