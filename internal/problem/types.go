package problem

import "github.com/certreg/certreg/registry"

// A Type is a kind of problem, as its page and docs/problems.md describe it.
type Type struct {
	Code   registry.Code
	Status int
	Title  registry.Text
	Remedy registry.Text // what the caller can do
}

// Types lists every problem type, by code.
func Types() []Type {
	var all []Type
	for _, code := range registry.Codes() {
		t, _ := TypeOf(code)
		all = append(all, t)
	}
	return all
}

// TypeOf returns the problem type of a code, and whether there is one.
func TypeOf(code registry.Code) (Type, bool) {
	t, ok := types[code]
	return Type{Code: code, Status: statusOf(code), Title: t.title, Remedy: t.remedy}, ok
}

type texts struct{ title, remedy registry.Text }

func say(zhTitle, enTitle, zhRemedy, enRemedy string) texts {
	return texts{title: registry.Text{ZH: zhTitle, EN: enTitle}, remedy: registry.Text{ZH: zhRemedy, EN: enRemedy}}
}

// types has an entry for every code of the registry; a test holds it to that.
var types = map[registry.Code]texts{
	registry.InvalidInput: say("输入有误", "The input has faults",
		"按 errors 所列各处改正后重试。", "Correct the places that errors names, then try again."),
	registry.IdentityInText: say("文字中有身份证号码", "An identity number stands in a text",
		"理由、答复、用途等文字以明文保存，不得载有个人信息：删去 errors 所列各处的证件号码，也不要写姓名，然后重试。",
		"Reasons, answers, purposes and notes are kept in clear and must name nobody: take the number out of the places that errors names, leave out names too, then try again."),
	registry.Unauthenticated: say("需要有效的密钥", "A valid key is required",
		"以 Authorization: Bearer 发送有效的密钥；过期或已撤销的请重新申请。", "Send a key that is in force as Authorization: Bearer; ask for a new one if yours expired or was revoked."),
	registry.Forbidden: say("无权操作", "Not allowed",
		"请由角色允许的人员操作。", "Ask someone whose role allows it."),
	registry.VersionChanged: say("记录已被修改", "The record was changed",
		"重新读取记录，核对后以新的 ETag 重试。", "Read the record again, check it, and retry with its new ETag."),
	registry.AlreadyExists: say("记录已存在", "The record exists already",
		"读取已有的记录，不必再次录入。", "Read the existing record; it need not be entered again."),
	registry.IdempotencyReuse: say("幂等键已被使用", "The idempotency key was used before",
		"每项操作使用新的 Idempotency-Key；重试时请发送完全相同的请求。", "Use a new Idempotency-Key for each deed, and send exactly the same request when retrying."),

	registry.BodyNotFound: say("没有这个机构", "No such body",
		"核对机构标识，以及该机构是否在您的管辖范围内。", "Check the identifier, and that the body is within your reach."),
	registry.BodyCodeTaken: say("机构代码已被使用", "The institution code is taken",
		"核对机构代码；同一机构不必再次录入。", "Check the code; the same body is not entered twice."),
	registry.BodyMisplaced: say("上级机构不符", "The body does not fit there",
		"省级中心设在国家中心之下，鉴定所站设在省级中心之下。", "Put provinces under the national centre and centres under a province."),
	registry.KeyNotFound: say("没有这个密钥", "No such key",
		"核对密钥标识，以及所属机构是否在您的管辖范围内。", "Check the identifier, and that its body is within your reach."),
	registry.OccupationAbsent: say("没有这个职业", "No such occupation",
		"从 /v1/occupations 中选取职业。", "Choose one that /v1/occupations lists."),
	registry.EditionNotFound: say("没有这个版本", "No such edition",
		"从 /v1/editions 中选取版本。", "Choose one that /v1/editions lists."),
	registry.EditionExists: say("该版本已存在", "The edition exists already",
		"版本不可修改；如需更正，请以新的标识另出新版。", "Editions are superseded, never edited: enter a correction as another edition with an id of its own."),
	registry.EditionDecided: say("该版本已经审核", "The edition is reviewed already",
		"读取该版本的当前状态。", "Read what state the edition is in."),
	registry.EditionNotReviewed: say("该版本不能发布", "The edition cannot be published",
		"先由提交人以外的人员审核通过；已发布的版本不再发布。", "Have someone who did not submit it accept it first; what is published is not published again."),
	registry.EditionSamePerson: say("须由他人审核通过", "A second person must accept",
		"请提交人以外的人员审核；提交人可以拒绝，即撤回。", "Have someone review it who did not submit it; who submitted it can refuse it, which takes it back."),
	registry.LevelNotOpened: say("等级尚未开考", "The level is not open",
		"由国家中心先开考该等级，或另选等级和日期。", "Have the national centre open the level first, or choose another level or day."),

	registry.SeasonNotFound: say("没有这个考期", "No such season",
		"从 /v1/seasons 中选取考期。", "Choose one that /v1/seasons lists."),
	registry.SittingNotFound: say("没有这个考次", "No such sitting",
		"核对考次标识，以及鉴定站是否在您的管辖范围内。", "Check the identifier, and that its centre is within your reach."),
	registry.SittingFull: say("考次座位已满", "The sitting is full",
		"增加座位，或另选考次。", "Add seats, or choose another sitting."),
	registry.SittingTooSmall: say("座位数少于已准考人数", "Fewer seats than people admitted",
		"座位数不得少于已准考人数。", "Keep at least as many seats as people are admitted."),
	registry.SittingStarted: say("考次已有申报", "The sitting has applications",
		"已有申报的考次不能改期；请另设考次。", "A sitting that people applied for keeps its day; set up another one."),
	registry.DayOutOfSeason: say("日期不在考期内", "The day is outside the season",
		"在考期公布的考试日期内选取。", "Choose a day of the season's examination period."),

	registry.PersonNotFound: say("没有这个人员", "No such person",
		"核对人员标识；尚未登记的请先登记。", "Check the identifier; register the person first if that was not done."),
	registry.PersonNameDiffers: say("姓名与已登记的不符", "Another name is registered",
		"将姓名与证件核对；确需更正的，请更正已登记的姓名。", "Compare the name with the document; if the registered name is wrong, correct it there."),
	registry.DocumentInvalid: say("证件有误", "The document has a fault",
		"将号码与证件核对。", "Compare the number with the document."),

	registry.PersonSamePerson: say("须由他人确认", "A second person must confirm",
		"请更正人以外的人员核对证件后确认。", "Have someone who made none of the corrections compare the document and confirm."),
	registry.PersonClaimed: say("证件尚未核验", "The document was not seen yet",
		"准予此人已有的申报；或按证件登记人员，再为该人员申报。", "Admit the application they made, or register the person from the document and apply for that person."),
	registry.NothingToConfirm: say("没有待确认的更正", "Nothing to confirm",
		"读取人员登记的当前内容。", "Read what the person's record says."),
	registry.DocumentTaken: say("证件已登记", "The document is another person's",
		"将号码与证件核对；同一人登记两次的，请联系上级机构。", "Compare the number with the document; if one person was registered twice, tell the body above."),
	registry.PhotoNotFound: say("没有照片", "No photo",
		"该人员尚无照片，或照片已被删除。", "The person has no photo, or it was removed."),
	registry.PhotoTooLarge: say("照片文件过大", "The photo is too large",
		"缩小为二寸照（413 × 579 像素）并另存为 JPEG，不超过 50 KB。", "Scale it to 413 × 579 pixels and save it as JPEG, 50 KB at most."),
	registry.PhotoFormat: say("照片格式不符", "Not a format for photos",
		"另存为 RGB 色彩的静态 JPEG 或 PNG。", "Save it as JPEG or PNG, in RGB and not animated."),
	registry.PhotoDamaged: say("照片文件已损坏", "The photo is damaged",
		"重新导出照片；文件须完整，图像之后不得有其他内容。", "Export the photo again: the file must be whole, with nothing behind the picture."),
	registry.PhotoDimensions: say("照片尺寸不符", "The photo does not fit its frame",
		"裁剪为竖幅证件照，宽高比 3:5 至 9:10，每边 100 至 1200 像素。", "Cut it to an upright portrait, 3:5 to 9:10, of 100 to 1200 pixels a side."),
	registry.PhotoBackground: say("照片背景不是白色", "The background is not white",
		"使用白色背景的近期证件照（半年以内）。", "Use a recent portrait on a white background, not older than half a year."),

	registry.ApplicationNotFound: say("没有这份申报", "No such application",
		"核对申报标识，以及考点是否在您的管辖范围内。", "Check the identifier, and that its centre is within your reach."),
	registry.ApplicationNotEligible: say("不符合申报条件", "Not eligible",
		"decision 逐条说明原因、所缺内容和最早符合的日期。", "The decision says why, what is missing, and from which day the answer is yes."),
	registry.ApplicationExists: say("本考期已申报", "Applied already in this season",
		"使用已有的申报；如需更换考次，请先撤回。", "Use the existing application; withdraw it first to change the sitting."),
	registry.ApplicationClosed: say("申报已不能变更", "The application is closed",
		"读取申报的当前状态。", "Read how far the application has come."),
	registry.RegistrationClosed: say("不在报名时间内", "Registration is closed",
		"在公布的报名时间内申报。", "Apply within the announced period."),
	registry.SittingHeld: say("考次已举行", "The sitting was held",
		"另选尚未举行的考次。", "Choose a sitting that is still to come."),
	registry.RegisterOnHold: say("登记系统正在核对", "The register is on hold",
		"请稍后再试；一直如此的，请联系系统管理员。", "Try again later; if that goes on, tell the operator."),
	registry.NothingToSit: say("无需再考", "Nothing left to sit",
		"各科成绩均合格且在有效期内，可以核发证书。", "Every part is passed and in force; the certificate can be issued."),
	registry.NoGoverningEdition: say("没有有效的申报条件", "No edition is in force",
		"核对日期；非官方版本须指明其标识。", "Check the day; an unofficial edition must be asked for by its id."),

	registry.ResultConfirmed: say("成绩已确认", "The result is confirmed",
		"已确认的成绩不再改动；如需更正，请提出更正，由他人决定。", "A confirmed result no longer changes; propose an amendment for another person to decide."),
	registry.ResultBeforeSitting: say("尚未考试", "The sitting is still to come",
		"考试当日及以后登记成绩。", "Enter results on the day of the sitting or later."),
	registry.ResultsSamePerson: say("须由他人确认", "A second person must confirm",
		"请登记人以外的人员确认。", "Have someone confirm who did not enter the results."),
	registry.ResultNotFound: say("没有这项成绩", "No such result",
		"从考次的成绩列表中选取。", "Choose one that the sitting's list of results has."),
	registry.ResultNotConfirmed: say("成绩尚未确认", "The result is not confirmed",
		"确认前可直接重新登记成绩。", "Enter it again; that is possible until it is confirmed."),
	registry.ResultCertified: say("有效证书以此成绩为依据", "A certificate in force rests on the result",
		"先撤销或注销该证书，再决定更正。", "Withdraw or cancel the certificate, then decide the amendment."),
	registry.AmendmentNotFound: say("没有这项更正", "No such amendment",
		"从成绩的记录中选取更正。", "Choose one that the result's record lists."),
	registry.AmendmentWaiting: say("已有待决定的更正", "An amendment is waiting",
		"先决定已提出的更正。", "Have the amendment decided that was proposed before."),
	registry.AmendmentDecided: say("更正已有决定", "Decided already",
		"读取成绩的记录。", "Read the result's record."),
	registry.AmendmentSamePerson: say("须由他人决定", "A second person must decide",
		"请提出人和原登记人以外的人员决定；提出人可以拒绝，即撤回。", "Have someone decide who neither proposed it nor entered the result; who proposed it can refuse it, which takes it back."),

	registry.CertificateNotDue: say("尚不能发证", "No certificate is due",
		"按说明补齐后再核发。", "Do what the detail names, then issue again."),
	registry.CertificateNotFound: say("没有这个证书", "No such certificate",
		"核对编号，以及发证机构是否在您的管辖范围内。", "Check the number, and that the issuing body is within your reach."),
	registry.NeverIssued: say("从未签发", "Never issued",
		"将编号与证书核对；如无误，请警惕伪造。", "Compare the number with the certificate; if it is right, beware of a forgery."),
	registry.OutsideCoverage: say("不在收录范围", "Outside coverage",
		"本系统无法判断真伪，请联系发证机构。", "This register cannot tell; ask the issuing body."),
	registry.NumberUnreadable: say("证书编号无法识别", "The number cannot be read",
		"errors 指出有误的部分，请与证书核对。", "The errors name the parts that are wrong; compare them with the certificate."),
	registry.NumbersExhausted: say("证书编号已用尽", "No serials left",
		"请联系上级机构；该机构本年度该等级的顺序号已用完。", "Tell the body above: this body has used all serials of the year for this level."),
	registry.StatusUnchangeable: say("证书状态不能变更", "The status cannot change so",
		"读取证书的当前状态和待决定的变更。", "Read the certificate's status and any change that waits for its decision."),
	registry.StatusChangeNotFound: say("没有这项状态变更", "No such status change",
		"从证书记录中选取变更。", "Choose one that the certificate's record lists."),
	registry.StatusChangeDecided: say("状态变更已有决定", "Decided already",
		"读取证书记录。", "Read the certificate's record."),
	registry.NothingToCorrect: say("无可更正", "Nothing to correct",
		"先更正人员登记的姓名或证件，再提出更正证书。", "Correct the person's name or document first, then propose to correct the certificate."),
	registry.CorrectionOutdated: say("更正已过时", "The correction is outdated",
		"拒绝该项更正，核对人员登记后重新提出。", "Refuse it, check the person's record, and propose again."),
	registry.StatusListNotFound: say("没有这个状态列表", "No such status list",
		"核对凭证中状态列表的地址。", "Check the address of the status list in the credential."),
	registry.LinkNotFound: say("链接已失效", "The link is not in force",
		"请持证人重新生成链接。", "Ask the holder for another link."),
	registry.StatusSamePerson: say("须由他人同意", "A second person must accept",
		"请提出人以外的人员同意；提出人可以拒绝，即撤回。", "Have someone accept it who did not propose it; who proposed it can refuse it, which takes it back."),
	registry.WithdrawalWaiting: say("撤销正待决定", "A withdrawal is waiting",
		"先决定撤销：同意即撤销证书；拒绝或由提出人撤回后方可注销。", "Have the withdrawal decided first: accepted, it ends the certificate; once it is refused, or taken back by who proposed it, cancel again."),
}

// statusTitles are the titles of problems without a type of their own.
var statusTitles = map[int]registry.Text{
	400: {ZH: "请求无法读取", EN: "The request cannot be read"},
	401: {ZH: "需要有效的密钥", EN: "A valid key is required"},
	403: {ZH: "无权操作", EN: "Not allowed"},
	404: {ZH: "没有这个页面", EN: "Nothing here"},
	405: {ZH: "不支持的方法", EN: "Method not allowed"},
	409: {ZH: "目前不能办理", EN: "Not possible as things stand"},
	413: {ZH: "请求正文过大", EN: "The body is too large"},
	414: {ZH: "请求地址过长", EN: "The address is too long"},
	415: {ZH: "不支持的内容类型", EN: "Unsupported media type"},
	422: {ZH: "内容有误", EN: "Values are not acceptable"},
	428: {ZH: "需要 If-Match", EN: "If-Match is required"},
	429: {ZH: "请求过于频繁", EN: "Too many requests"},
	500: {ZH: "服务器内部错误", EN: "Internal server error"},
	503: {ZH: "服务暂不可用", EN: "Service unavailable"},
}
