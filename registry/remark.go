package registry

import (
	"strings"
	"unicode/utf8"
)

// A remark is a text that somebody writes for the file: the reason of a change,
// the answer to a proposal, the purpose of a link. Remarks are kept in clear and
// shown to whoever may read the record, so they name nobody. Names cannot be
// told from other words; identity numbers can, and are refused.

// longestRemark is how many characters most remarks may have.
const longestRemark = 500

// remark takes a remark as it is kept, without spaces around it. It notes one
// of more than longest characters, and one in which an identity number stands.
func (c *check) remark(pointer, s string, longest int) string {
	s = strings.TrimSpace(s)
	c.that(utf8.RuneCountInString(s) <= longest, pointer, say("不超过 %d 字。", "There are %d characters at most.", longest))
	if citizenIDStands(s) {
		c.personal = append(c.personal, Field{Pointer: pointer, Detail: Text{
			ZH: "文字中有身份证号码，请删去。", EN: "An identity number stands in this text; take it out.",
		}})
	}
	return s
}

// reason takes a remark that must be given.
func (c *check) reason(s string) string {
	s = c.remark("/reason", s, longestRemark)
	c.that(s != "", "/reason", Text{ZH: "请填写理由（1 至 500 字）。", EN: "A reason of 1 to 500 characters is required."})
	return s
}

// noRemark asks that a correction come without one: what was wrong about a
// person, or is right, can hardly be said without naming the person.
func (c *check) noRemark(s string) {
	c.that(strings.TrimSpace(s) == "", "/reason", Text{ZH: "更正不填文字，以理由代码说明。", EN: "A correction takes no text: its reason code says why."})
}

// checkReason takes a reason that is all the text there is.
func checkReason(s string) (string, error) {
	var chk check
	s = chk.reason(s)
	return s, chk.err()
}

// checkAnswer takes what is said with a decision, which may be nothing.
func checkAnswer(pointer, s string, longest int) (string, error) {
	var chk check
	s = chk.remark(pointer, s, longest)
	return s, chk.err()
}
