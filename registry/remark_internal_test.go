package registry

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestIdentityNumbersInTexts(t *testing.T) {
	tests := []struct {
		text string
		want bool
	}{
		{"11010519491231002X", true},
		{"身份证11010519491231002x号", true},
		{"证件号码：１１０１０５１９４９１２３１００２Ｘ。", true},
		{"110105 19491231 002X", true},
		{"110105-1949-1231-002 X", true},
		{"110105\u30001949 12\u200b31–002X 2026-11-22 核对", true},
		{"第 3 号 110105.19491231.002X", true},
		{"2026-11-22 110105491231002", true}, // the old form
		{"110105 491231 002", true},
		{"911124198108030024", true}, // of a foreign permanent resident
		{"学历证书经核查系伪造。", false},
		{"11010519491231002X1", true}, // a check character ends a number
		{"110105194912310021", false}, // the check digit is wrong
		{"110105194913310022", false}, // no such day
		{"990105194912310022", false}, // no such province
		{"110105*********002X", false},
		{"110105，19491231，002X", false},
		{"1110105491231002", false}, // 16 digits
		{"证书 2610012003200001，准考证 1001200326121220001", false},
		{"2026-11-22 至 2026-12-21，电话 139 1234 5678", false},
		{"统一社会信用代码 91350100M000100Y43", false},
		{"", false},
	}
	for _, tt := range tests {
		if got := citizenIDStands(tt.text); got != tt.want {
			t.Errorf("%q: got %v, want %v", tt.text, got, tt.want)
		}
	}
}

// However a number is grouped and whatever stands around it, it is found.
func TestGroupedIdentityNumbersAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`(1[1-5]|3[1-7]|44|65)[0-9]{4}(19[0-9]{2}|20[0-2][0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}`).Draw(t, "number")
		number += string(citizenCheck(number))
		if rapid.Bool().Draw(t, "old form") {
			number = number[:6] + number[8:17]
		}
		var b strings.Builder
		b.WriteString(rapid.StringMatching(`[经查核对，。]{0,4}`).Draw(t, "before"))
		for _, c := range number {
			b.WriteRune(c)
			b.WriteString(rapid.SampledFrom([]string{"", "", "", " ", "-", "\u3000", "–", "·", " - "}).Draw(t, "between"))
		}
		b.WriteString(rapid.StringMatching(`[经查核对，。]{0,4}`).Draw(t, "after"))
		if !citizenIDStands(b.String()) {
			t.Errorf("%q: got no number, want %s", b.String(), number)
		}
	})
}
