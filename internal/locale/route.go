package locale

import "github.com/certreg/certreg/eligibility"

// Step says what a person does in a step of a route, and by which day.
func Step(s eligibility.Step) Text {
	switch s.Kind {
	case eligibility.TakeUpWork:
		return say("%s 起：从事本职业工作", "from %s: work in the occupation", s.From)
	case eligibility.Graduate:
		return say("%s：毕业并取得毕业证书", "%s: graduate and receive the diploma", s.On)
	case eligibility.Train:
		return say("%s 至 %s：完成 %d 级正规培训 %d 标准学时，取得结业证书", "%s to %s: complete the level %d course of %d standard hours, with its certificate", s.From, s.On, s.Level, s.Hours)
	case eligibility.Wait:
		return say("至 %s：继续工作，满足 %d 级条件 %s", "until %s: work on, for condition %[3]s of level %[2]d", s.On, s.Level, s.Condition)
	default:
		return say("%s：参加 %d 级考试（条件 %s），%s 取得证书", "%s: sit level %d under condition %s, certificate on %s", s.From, s.Level, s.Condition, s.On)
	}
}

// Assumption says what has to come true for a route or an earliest day, by its code.
func Assumption(code string) Text { return word(assumptions, code) }

var assumptions = map[string]Text{
	"open-spells-continue":               {ZH: "目前的工作不中断", EN: "present work goes on without a break"},
	"passes-first-time":                  {ZH: "考试一次通过", EN: "every examination is passed at the first attempt"},
	"graduates-on-time":                  {ZH: "按期毕业", EN: "graduation is on time"},
	"training-takes-no-time":             {ZH: "培训不另占时间", EN: "training takes no extra time"},
	"sittings-on-the-first-of-the-month": {ZH: "考试在考试月份的第一天", EN: "sittings are on the first day of their months"},
	"sittings-on-any-day":                {ZH: "任何一天都可以考试", EN: "there is a sitting on any day"},
}
