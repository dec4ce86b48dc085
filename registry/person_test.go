package registry_test

import (
	"testing"

	"github.com/certreg/certreg/registry"
)

func TestMaskName(t *testing.T) {
	tests := []struct{ in, want string }{
		{"张三", "张*"},
		{"张小三", "张**"},
		{"欧阳小明", "欧阳**"},
		{"欧阳", "欧*"},
		{"买买提·吐尔逊", "买******"},
		{"𠮷野家", "𠮷**"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := registry.MaskName(tt.in); got != tt.want {
			t.Errorf("MaskName(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestFoldName(t *testing.T) {
	tests := []struct {
		a, b string
		same bool
	}{
		{"张三", " 张 三 ", true},
		{"Li Lei", "ＬＩ　ＬＥＩ", true},
		{"买买提·吐尔逊", "买买提•吐尔逊", true},
		{"买买提・吐尔逊", "买买提·吐尔逊", true},
		{"张三", "张叁", false},
		{"张三", "章三", false},
		{"张三", "张三丰", false},
		{"é", "e\u0301", true},
	}
	for _, tt := range tests {
		if got := registry.FoldName(tt.a) == registry.FoldName(tt.b); got != tt.same {
			t.Errorf("%q and %q: same = %v, want %v", tt.a, tt.b, got, tt.same)
		}
	}
}
