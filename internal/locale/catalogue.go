package locale

var outcomes = map[string]Text{
	"eligible":             {ZH: "符合申报条件", EN: "eligible"},
	"eligible-provisional": {ZH: "预审符合申报条件，须按期提交毕业证书", EN: "provisionally eligible; the diploma must be shown in time"},
	"needs-information":    {ZH: "资料不足，尚不能判断", EN: "more information is needed"},
	"not-yet":              {ZH: "时间未到，暂不符合申报条件", EN: "not yet eligible; only time is missing"},
	"not-eligible":         {ZH: "不符合申报条件", EN: "not eligible"},
}

var statuses = map[string]Text{
	"satisfied":      {ZH: "满足", EN: "met"},
	"unsatisfied":    {ZH: "不满足", EN: "not met"},
	"unknown":        {ZH: "不能确定", EN: "not known"},
	"not-applicable": {ZH: "当日不适用", EN: "does not apply on that day"},
}

var sections = map[string]Text{
	"born":           {ZH: "出生日期", EN: "date of birth"},
	"work":           {ZH: "工作经历", EN: "work"},
	"education":      {ZH: "学历", EN: "education"},
	"certificates":   {ZH: "已取得的证书", EN: "certificates held"},
	"training":       {ZH: "培训", EN: "training"},
	"titles":         {ZH: "专业技术职称", EN: "professional titles"},
	"student":        {ZH: "在读情况", EN: "present studies"},
	"apprenticeship": {ZH: "学徒期", EN: "apprenticeship"},
	"intends":        {ZH: "从业意向", EN: "declared intention"},
	"evidence":       {ZH: "其他证明", EN: "other evidence"},
}

var policies = map[string]Text{
	"run-any":                  {ZH: "任一段连续工作达到年限即可，不要求是目前这一段", EN: "any unbroken stretch counts, not only the present one"},
	"completes-on-anniversary": {ZH: "年限在周年日届满；该月无此日的，为月末日", EN: "a period is complete on its anniversary, or on the last day of a shorter month"},
	"year-365-month-30":        {ZH: "累计年限按一年 365 天、一个月 30 天计算", EN: "work that is added up counts 365 days a year and 30 a month"},
	"missing-day-month-end":    {ZH: "只知年月的日期，以月末日显示", EN: "a date known to the month only is shown as its last day"},
}

var ranks = map[string]Text{
	"national-standard": {ZH: "国家职业标准", EN: "national standard"},
	"provincial":        {ZH: "省级标准", EN: "provincial standard"},
	"unofficial":        {ZH: "非官方", EN: "unofficial"},
}

var schooling = map[string]Text{
	"":           {ZH: "学历不限", EN: "any schooling"},
	"secondary":  {ZH: "高中", EN: "secondary school"},
	"vocational": {ZH: "中专（技校、职高）", EN: "vocational school"},
	"college":    {ZH: "大学专科", EN: "college"},
	"bachelor":   {ZH: "大学本科", EN: "bachelor"},
	"master":     {ZH: "硕士研究生", EN: "master"},
	"doctorate":  {ZH: "博士研究生", EN: "doctorate"},
	"unknown":    {ZH: "学历未知", EN: "unknown schooling"},
}

var fields = map[string]Text{
	"own":     {ZH: "本专业", EN: "the major of the occupation"},
	"related": {ZH: "相关专业", EN: "a related major"},
	"other":   {ZH: "其他专业", EN: "another major"},
}

var programmes = map[string]Text{
	"technical-school": {ZH: "技工学校", EN: "technical school"},
	"senior-skills":    {ZH: "高级技能培养目标", EN: "training of senior skills"},
	"technician":       {ZH: "技师培养目标", EN: "training of technicians"},
	"evaluated":        {ZH: "经评估论证", EN: "an evaluated programme"},
}

var scopes = map[string]Text{
	"own":            {ZH: "本职业", EN: "the occupation"},
	"own-or-related": {ZH: "本职业或相关职业", EN: "the occupation or a related one"},
	"related":        {ZH: "相关职业", EN: "a related occupation"},
}

var titles = map[string]Text{
	"junior": {ZH: "初级职称", EN: "junior title"},
	"middle": {ZH: "中级职称", EN: "middle title"},
	"senior": {ZH: "高级职称", EN: "senior title"},
}
