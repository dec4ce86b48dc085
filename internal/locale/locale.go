// Package locale says in Chinese and in English what the program keeps as
// codes and amounts: outcomes, clauses and what was found for them. It is the
// one place of that prose, for the command line and for pages. It decides
// nothing and knows nothing of how its texts are shown.
package locale

import (
	"fmt"
	"strings"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
)

// Text is a text in the two languages.
type Text = eligibility.Text

// say formats a text in both languages from the same arguments.
func say(zh, en string, args ...any) Text {
	return Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// merge formats a text from a format and texts of each language.
func merge(zh, en string, parts ...Text) Text {
	zhArgs, enArgs := make([]any, len(parts)), make([]any, len(parts))
	for i, p := range parts {
		zhArgs[i], enArgs[i] = p.ZH, p.EN
	}
	return Text{ZH: fmt.Sprintf(zh, zhArgs...), EN: fmt.Sprintf(en, enArgs...)}
}

// word is the text of a code in a catalogue; a code that is not there, such as
// one that an edition of its own uses, speaks for itself.
func word(catalogue map[string]Text, code string) Text {
	if t, ok := catalogue[code]; ok {
		return t
	}
	return Text{ZH: code, EN: code}
}

// join puts texts in a row.
func join(parts []Text, zh, en string) Text {
	zhs, ens := make([]string, len(parts)), make([]string, len(parts))
	for i, p := range parts {
		zhs[i], ens[i] = p.ZH, p.EN
	}
	return Text{ZH: strings.Join(zhs, zh), EN: strings.Join(ens, en)}
}

// words is the texts of several codes in a row, as alternatives.
func words(catalogue map[string]Text, codes []string) Text {
	parts := make([]Text, len(codes))
	for i, c := range codes {
		parts[i] = word(catalogue, c)
	}
	return join(parts, "或", " or ")
}

// Outcome says what an outcome means.
func Outcome(o eligibility.Outcome) Text { return word(outcomes, o.String()) }

// Status says how a clause or condition stands.
func Status(s eligibility.Status) Text { return word(statuses, s.String()) }

// Section names a section of the facts.
func Section(code string) Text { return word(sections, code) }

// Policy says which reading of the published text a code of
// [eligibility.Decision.Policies] stands for.
func Policy(code string) Text {
	var days int
	if n, err := fmt.Sscanf(code, "gap-%d-days", &days); n == 1 && err == nil {
		if days == 0 {
			return Text{ZH: "工作须首尾相接，中断一天即不连续", EN: "a gap of a single day ends continuous work"}
		}
		return say("两段工作之间相隔不超过 %d 天视为连续", "spells at most %d days apart count as continuous", days)
	}
	return word(policies, code)
}

// Rank says how binding an edition is.
func Rank(r eligibility.Rank) Text { return word(ranks, r.String()) }

// Period is a length of time in words.
func Period(p civil.Period) Text {
	var parts []Text
	if p.Years > 0 {
		parts = append(parts, say("%d 年", plural(p.Years, "%d year"), p.Years))
	}
	if p.Months > 0 || p.Years == 0 {
		parts = append(parts, say("%d 个月", plural(p.Months, "%d month"), p.Months))
	}
	return join(parts, " ", " ")
}

// plural is an English format for n things.
func plural(n int, one string) string {
	if n == 1 {
		return one
	}
	return one + "s"
}
