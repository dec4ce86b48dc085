package demo

import (
	"github.com/certreg/certreg/registry"
)

// A fate is how far somebody comes in a sitting.
type fate int

const (
	passes  fate = iota
	retakes      // fails one component, and sits it again at the next sitting of that centre
	fails        // fails one component
	misses       // is absent from one component
	cheats       // has one component declared void
	waits        // has applied and is not decided on
	admitted
	rejected
	withdraws
)

// A progress is how far the results of a sitting have come.
type progress int

const (
	announced progress = iota // not held yet
	entered                   // results wait for a second person
	confirmed                 // certificates can be issued
	issued
)

// A candidate applies under a condition of the edition csm-2007.
type candidate struct {
	condition string
	fate      fate
}

// An exam is one sitting of the demonstration.
type exam struct {
	season     int // 0 is the season that takes applications now, -1 the last one held
	centre     int // index into centres
	level      int
	reached    progress
	candidates []candidate
}

// exams are the sittings, the earliest first. Every state of the chain is among them.
var exams = []exam{
	{season: -4, centre: nanjing, level: 3, reached: issued, candidates: []candidate{
		{"3.3", passes},
		{"3.1", passes},
		{"3.4", passes},
		{"3.3", passes},
		{"3.2", passes},
		{"3.5", passes},
		{"3.1", retakes},
		{"3.3", passes},
		{"3.4", misses},
		{"3.3", passes},
		{"3.1", passes},
	}},
	{season: -3, centre: suzhou, level: 3, reached: issued, candidates: []candidate{
		{"3.1", passes},
		{"3.3", passes},
		{"3.5", cheats},
		{"3.3", passes},
		{"3.2", passes},
		{"3.4", passes},
		{"3.3", retakes},
		{"3.1", passes},
		{"3.3", fails},
	}},
	{season: -3, centre: guangzhou, level: 2, reached: issued, candidates: []candidate{
		{"2.6", passes}, {"2.4", passes}, {"2.1", passes}, {"2.2", retakes}, {"2.7", passes}, {"2.3", misses},
	}},
	{season: -2, centre: nanjing, level: 2, reached: issued, candidates: []candidate{
		{"2.4", passes}, {"2.2", passes}, {"2.6", fails}, {"2.7", passes}, {"2.1", withdraws}, {"2.3", passes},
	}},
	{season: -2, centre: guangzhou, level: 1, reached: issued, candidates: []candidate{
		{"1.1", passes}, {"1.2", passes}, {"1.4", fails}, {"1.3", passes},
	}},
	{season: -2, centre: suzhou, level: 3, reached: issued, candidates: []candidate{{"3.3", passes}, {"3.4", passes}}},
	{season: -1, centre: suzhou, level: 3, reached: confirmed, candidates: []candidate{
		{"3.3", passes}, {"3.1", passes}, {"3.4", passes}, {"3.3", passes}, {"3.5", fails}, {"3.2", passes}, {"3.3", rejected}, {"3.1", passes},
	}},
	{season: -1, centre: nanjing, level: 3, reached: entered, candidates: []candidate{
		{"3.1", passes}, {"3.3", passes}, {"3.3", fails}, {"3.4", passes}, {"3.2", misses}, {"3.5", passes}, {"3.1", passes},
	}},
	{season: -1, centre: guangzhou, level: 3, reached: issued, candidates: []candidate{
		{"3.3", passes}, {"3.4", passes}, {"3.1", passes}, {"3.3", passes}, {"3.5", fails}, {"3.3", passes},
	}},
	{season: 0, centre: nanjing, level: 3, candidates: []candidate{
		{"3.3", waits}, {"3.1", admitted}, {"3.4", admitted}, {"3.3", waits}, {"3.5", rejected}, {"3.2", admitted}, {"3.3", withdraws}, {"3.1", waits},
	}},
	{season: 0, centre: nanjing, level: 2, candidates: []candidate{
		{"2.6", waits}, {"2.4", admitted}, {"2.2", admitted}, {"2.7", waits},
	}},
	{season: 0, centre: suzhou, level: 3, candidates: []candidate{{"3.3", waits}, {"3.1", waits}, {"3.4", admitted}}},
	{season: 0, centre: guangzhou, level: 2, candidates: []candidate{{"2.4", waits}, {"2.3", admitted}}},
	{season: 0, centre: guangzhou, level: 1, candidates: []candidate{{"1.2", admitted}, {"1.4", waits}, {"1.1", waits}}},
}

// The bodies, by their place in the tables.
const (
	jiangsu = iota
	guangdong
)

const (
	nanjing = iota
	suzhou
	guangzhou
)

// An office is a body of the demonstration with its staff: who heads it and,
// at a centre, who enters and who confirms results.
type office struct {
	parent int // of a centre: index into provinces
	code   string
	name   registry.Text
	head   string
	clerks []string
}

var nationalCentre = office{code: "00000001", name: registry.Text{ZH: "职业技能鉴定中心（演示）", EN: "Appraisal Centre (demonstration)"}, head: "zhou.min"}

// deputy is the second member of national staff, who decides what the first proposes.
const deputy = "he.jun"

var provinces = []office{
	jiangsu:   {code: "10000001", name: registry.Text{ZH: "江苏省职业技能鉴定指导中心（演示）", EN: "Jiangsu Guidance Centre (demonstration)"}, head: "gu.lan"},
	guangdong: {code: "19000001", name: registry.Text{ZH: "广东省职业技能鉴定指导中心（演示）", EN: "Guangdong Guidance Centre (demonstration)"}, head: "liang.wei"},
}

var centres = []office{
	nanjing:   {parent: jiangsu, code: "10012003", name: registry.Text{ZH: "南京第三职业技能鉴定站（演示）", EN: "Nanjing Centre No. 3 (demonstration)"}, head: "shen.tao", clerks: []string{"xu.jing", "qian.bo"}},
	suzhou:    {parent: jiangsu, code: "10052001", name: registry.Text{ZH: "苏州第一职业技能鉴定站（演示）", EN: "Suzhou Centre No. 1 (demonstration)"}, head: "lu.yan", clerks: []string{"fan.hui", "jin.lei"}},
	guangzhou: {parent: guangdong, code: "19012005", name: registry.Text{ZH: "广州第五职业技能鉴定站（演示）", EN: "Guangzhou Centre No. 5 (demonstration)"}, head: "pan.ying", clerks: []string{"ou.kai", "mo.ting"}},
}
