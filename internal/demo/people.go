package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// The names are made of the most frequent family and given names; the area
// codes (GB/T 2260) are of counties and districts that exist. No combination is
// meant to be anybody.
var (
	familyNames = []string{
		"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢",
		"韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "欧阳",
	}
	womensNames = []string{"芳", "娜", "敏", "静", "丽", "艳", "秀英", "桂兰", "雪梅", "婷", "玉华", "晓燕", "思远", "雨桐", "佳怡", "慧"}
	mensNames   = []string{"伟", "强", "磊", "军", "洋", "勇", "杰", "涛", "志强", "建国", "海波", "俊", "子轩", "文博", "宇", "晨"}
	areas       = []string{"320102", "320106", "320505", "320583", "321002", "340104", "330106", "440104", "440106", "440305", "440605", "450103"}
)

// A crowd makes synthetic people, the same ones for the same seed and days.
type crowd struct {
	random *rand.Rand
	serial int
}

// newCrowd returns a crowd of the one seed of the demonstration.
func newCrowd() *crowd {
	return &crowd{random: rand.New(rand.NewPCG(20070101, 4079907))} //nolint:gosec // the people must be the same every time
}

// person makes a person who is at least age years old on a day.
func (c *crowd) person(age int, on civil.Date) (registry.NewPerson, error) {
	c.serial++
	born := on.AddYears(-age - 1).AddDays(-c.random.IntN(3 * 365))
	year, month, day := born.YMD()
	order := 1 + c.random.IntN(998)
	given := mensNames
	if order%2 == 0 {
		given = womensNames
	}
	name := familyNames[c.serial%len(familyNames)] + given[c.random.IntN(len(given))]
	head := fmt.Sprintf("%s%04d%02d%02d%03d", areas[c.random.IntN(len(areas))], year, month, day, order)
	for _, check := range "0123456789X" {
		doc, err := registry.NewDocument(registry.CitizenID, head+string(check), on)
		if err == nil {
			return registry.NewPerson{Name: name, Document: doc}, nil
		}
	}
	return registry.NewPerson{}, fmt.Errorf("no check character fits %s", head)
}

// score makes a mark of from to 95 points, in halves.
func (c *crowd) score(from int) string {
	return registry.Score(from*100 + 50*c.random.IntN(2*(95-from)+1)).String()
}
