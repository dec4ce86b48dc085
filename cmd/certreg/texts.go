package main

import "github.com/certreg/certreg/registry"

// helpVars are the texts of the help in one language, as kong's variables.
func helpVars(lang string) map[string]string {
	vars := make(map[string]string, len(helpTexts))
	for name, text := range helpTexts {
		vars["help_"+name] = text.In(lang)
	}
	return vars
}

// helpTexts say what commands and flags are for, by name.
var helpTexts = map[string]registry.Text{
	"certreg": {ZH: "certreg 职业技能鉴定与证书登记系统。", EN: "certreg, a register of vocational examinations and certificates."},
	"help":    {ZH: "显示帮助", EN: "Show help"},
	"lang":    {ZH: "语言：zh 或 en（默认随系统，否则中文）", EN: "Language: zh or en (default: the system's, else Chinese)"},
	"json":    {ZH: "输出 JSON", EN: "Print JSON"},

	"data":            {ZH: "数据目录：内置数据库与加密密钥", EN: "Data directory: embedded database and encryption keys"},
	"db":              {ZH: "数据库：sqlite:文件 或 postgres://…（默认为数据目录中的 register.db）", EN: "Database: sqlite:FILE or postgres://… (default: register.db in the data directory)"},
	"keys":            {ZH: "个人信息加密密钥文件（默认为数据目录中的 vault.json）", EN: "File of the keys that personal data is encrypted under (default: vault.json in the data directory)"},
	"ruleset":         {ZH: "另外使用的申报条件规则集文件（可多次给出）", EN: "Rule set file to use besides the embedded ones (may be repeated)"},
	"covers_since":    {ZH: "收录证书的起始年份（0 表示不限）", EN: "First year whose certificates are held (0: all)"},
	"listen":          {ZH: "监听地址", EN: "Address to listen on"},
	"url":             {ZH: "对外公布的网址（默认为监听地址）", EN: "Public address of the register (default: the address listened on)"},
	"trusted_proxies": {ZH: "受信任的反向代理网段（CIDR，可多次给出）", EN: "Networks (CIDR) of trusted reverse proxies (may be repeated)"},

	"vc_api":          {ZH: "提供 VC API 供测试套件使用（任何人都可让其签名，勿用于正式系统）", EN: "Serve the VC API for test suites (anybody can have it sign: never on a real register)"},
	"signing_keys":    {ZH: "签名密钥文件：凭证、状态列表、回执与日志（默认为数据目录中的 signing.json）", EN: "File of the keys that credentials, status lists, receipts and the log are signed with (default: signing.json in the data directory)"},
	"log_mark":        {ZH: "已签署的最大日志的记录文件；不要随数据库一起恢复（默认为数据目录中的 log-mark）", EN: "File with the largest log ever signed, never restored with the database (default: log-mark in the data directory)"},
	"witnesses":       {ZH: "日志见证人及法定数的策略文件（C2SP tlog-policy）", EN: "Policy file that names the log's witnesses and how many of them are enough (C2SP tlog-policy)"},
	"pdf_certificate": {ZH: "PDF 电子签名证书（PEM，含证书链）", EN: "Certificate that PDFs are signed with (PEM, with its chain)"},
	"pdf_key":         {ZH: "PDF 电子签名私钥（PEM）", EN: "Private key that PDFs are signed with (PEM)"},
	"register_name":   {ZH: "登记系统名称，写入凭证", EN: "Name of the register, written into credentials"},

	"demo": {
		ZH: "建立并运行演示登记系统（数据在 ./certreg-data）\n\n首次运行时生成机构、考期、考次、虚构人员与证书；再次运行保留原有数据。",
		EN: "Create and serve a demonstration register (data in ./certreg-data)\n\nThe first run makes bodies, seasons, sittings, synthetic people and certificates; later runs keep the data.",
	},
	"demo_data":        {ZH: "演示数据目录", EN: "Directory of the demonstration"},
	"serve":            {ZH: "运行登记系统", EN: "Serve the register"},
	"migrate":          {ZH: "建立或升级数据库结构", EN: "Create or upgrade the database schema"},
	"check":            {ZH: "判断是否符合申报条件", EN: "Decide whether someone may sit an examination"},
	"facts":            {ZH: "事实文件（JSON）；- 或省略表示标准输入", EN: "File of facts (JSON); - or nothing means standard input"},
	"occupation":       {ZH: "职业（默认为规则集的职业，否则 customer-service-manager）", EN: "Occupation (default: that of the rule set, else customer-service-manager)"},
	"level":            {ZH: "等级 5–1；省略表示各等级", EN: "Level 5–1; all levels when left out"},
	"as_of":            {ZH: "判断日期（默认今天）", EN: "Day to decide on (default: today)"},
	"edition":          {ZH: "指定内置版本，而非当日适用的版本", EN: "Edition to decide by, instead of the one in force"},
	"check_rule":       {ZH: "改用该规则集文件", EN: "Decide by this rule set file instead"},
	"batch":            {ZH: "逐行读入 NDJSON，逐行输出结论", EN: "Read NDJSON line by line and answer each line"},
	"path":             {ZH: "从现有事实到某一等级的最快路径", EN: "Find the quickest way from today's facts to a level"},
	"path_level":       {ZH: "想取得的等级 5–1", EN: "Level wanted, 5–1"},
	"path_from":        {ZH: "从哪天开始（默认今天）", EN: "Day to begin (default: today)"},
	"path_hours":       {ZH: "每周培训学时（0 或省略：培训不占时间）", EN: "Hours of training a week (0 or none: training takes no time)"},
	"path_no_training": {ZH: "不参加培训", EN: "Leave courses out"},
	"path_sitting":     {ZH: "已公布的考试日期（可多次给出）", EN: "Announced examination day (may be repeated)"},
	"path_month":       {ZH: "考试月份，如 4,6,10,12（省略：任何一天）", EN: "Months of examinations, such as 4,6,10,12 (none: any day)"},
	"path_results":     {ZH: "考试后多少天发证", EN: "Days from the sitting to the certificate"},

	"rules":             {ZH: "检查申报条件规则集", EN: "Check editions of the conditions"},
	"rules_lint":        {ZH: "找出规则集中值得人看一眼的地方", EN: "Find what in an edition a person should look at"},
	"rules_test":        {ZH: "运行规则集旁的用例", EN: "Run the cases beside an edition"},
	"rules_mutate":      {ZH: "逐一放入小错误，看用例是否发现", EN: "Put small mistakes in and see whether the cases notice"},
	"rules_diff":        {ZH: "比较两个版本，并举出结论不同的最小申报人", EN: "Compare two editions, with the smallest applicants on whom they differ"},
	"rules_show":        {ZH: "输出规则集供领域专家核对签字", EN: "Print an edition for a domain expert to sign off"},
	"rules_html":        {ZH: "输出 HTML", EN: "Print HTML"},
	"rules_edition_one": {ZH: "内置版本的标识或规则集文件", EN: "Id of an embedded edition, or a rule set file"},
	"rules_population":  {ZH: "统计该文件中的申报人（check --batch 的输入格式）", EN: "Count over the applicants in this file (in the form check --batch reads)"},
	"rules_stored":      {ZH: "统计登记系统中已存的决定", EN: "Count over the decisions stored in the register"},
	"rules_edition":     {ZH: "内置版本的标识或规则集文件（省略：全部内置版本）", EN: "Id of an embedded edition, or a rule set file (none: every embedded edition)"},

	"verify": {
		ZH: "按编号查询证书，或离线核验证书文件\n\n参数为编号、文件（PDF、凭证、回执、日志证明）、- 或二维码文本。核验文件须给出 --trust 或 --server。",
		EN: "Look a certificate up by its number, or check a file offline\n\nThe argument is a number, a file (PDF, credential, receipt, log proof), - or the text of a QR code. Files need --trust or --server.",
	},
	"number": {ZH: "证书编号、文件、- 或二维码文本", EN: "Certificate number, file, - or text of a QR code"},
	"trust":  {ZH: "信任文件（见 certreg trust），用于离线核验", EN: "Trust file (see certreg trust), to check offline"},
	"name":   {ZH: "核对持证人姓名", EN: "Compare the holder's name"},
	"server": {ZH: "查询该网址的登记系统，而非本地数据库", EN: "Ask the register at this address instead of the database"},

	"key":         {ZH: "接口密钥", EN: "API keys"},
	"key_create":  {ZH: "签发接口密钥（密钥只显示一次）", EN: "Create an API key (its token is shown this once)"},
	"key_list":    {ZH: "列出接口密钥", EN: "List API keys"},
	"key_revoke":  {ZH: "撤销接口密钥", EN: "Revoke an API key"},
	"key_id":      {ZH: "密钥标识", EN: "Identifier of the key"},
	"key_body":    {ZH: "所属机构：标识或 8 位机构代码", EN: "Body: identifier or 8-digit institution code"},
	"key_role":    {ZH: "角色：national、province、centre-manager、centre-clerk 或 auditor", EN: "Role: national, province, centre-manager, centre-clerk or auditor"},
	"key_subject": {ZH: "使用人标识（同一人的多个密钥用同一标识）", EN: "Member of staff (the same for every key of one person)"},
	"key_expires": {ZH: "最后有效日期", EN: "Last day of use"},

	"body":         {ZH: "机构", EN: "Bodies"},
	"body_add":     {ZH: "登记机构", EN: "Add a body"},
	"body_list":    {ZH: "列出机构", EN: "List bodies"},
	"body_kind":    {ZH: "类别：national、province 或 centre", EN: "Kind: national, province or centre"},
	"body_code":    {ZH: "8 位机构代码", EN: "8-digit institution code"},
	"body_name":    {ZH: "中文名称", EN: "Chinese name"},
	"body_name_en": {ZH: "英文名称", EN: "English name"},
	"body_parent":  {ZH: "上级机构：标识或机构代码（国家中心无上级）", EN: "Body above: identifier or code (the national centre has none)"},

	"print":              {ZH: "把一个考次的有效证书打印为一个 PDF（每证一页）", EN: "Make one PDF of a sitting's valid certificates, a page each"},
	"sitting":            {ZH: "考次标识", EN: "Identifier of the sitting"},
	"output":             {ZH: "写入的文件", EN: "File to write"},
	"audit":              {ZH: "核查登记内容", EN: "Check the register against its own evidence"},
	"audit_certificates": {ZH: "逐一核对证书与其依据、编号与日志", EN: "Compare every certificate with its evidence, its series and the journal"},
	"audit_decisions":    {ZH: "按所存事实与规则集重新作出每个决定", EN: "Decide every stored decision again from its facts and rule set"},
	"vault":              {ZH: "个人信息的加密密钥", EN: "Keys that personal data is encrypted under"},
	"vault_rotate":       {ZH: "加入新密钥", EN: "Add fresh keys"},
	"vault_reseal":       {ZH: "用新密钥重新加密全部个人信息", EN: "Encrypt all personal data again with the newest keys"},
	"vault_retire":       {ZH: "删除不再使用的旧密钥", EN: "Drop older keys that nothing is encrypted under"},
	"signing":            {ZH: "凭证、回执与日志的签名密钥", EN: "Keys that credentials, receipts and the log are signed with"},
	"signing_list":       {ZH: "列出签名密钥", EN: "List the signing keys"},
	"signing_rotate":     {ZH: "增加一把以后启用的新密钥", EN: "Add a key that signs from later on"},
	"signing_compromise": {ZH: "声明一把密钥已失控", EN: "Declare a key lost to somebody else"},
	"signing_in":         {ZH: "多久以后启用", EN: "How long until it signs"},
	"signing_overlap":    {ZH: "此后旧密钥继续有效多久", EN: "How long the old keys go on after that"},
	"signing_id":         {ZH: "密钥标识", EN: "Identifier of the key"},
	"signing_from":       {ZH: "自何时起失控（如 2026-11-22T08:00:00+08:00）", EN: "Since when it may be lost (such as 2026-11-22T08:00:00+08:00)"},
	"log":                {ZH: "透明日志", EN: "The transparency log"},
	"log_verify":         {ZH: "通读一个登记系统的日志并重新计算", EN: "Read a register's whole log and compute it again"},
	"log_witnesses":      {ZH: "所要求的见证人与法定数（C2SP tlog-policy；默认按登记系统自己公布的）", EN: "Witnesses to require, and how many (C2SP tlog-policy; default: those the register names itself)"},
	"log_key":            {ZH: "显示日志的验证密钥，供见证人和其他审计程序使用", EN: "Print the log's verifier keys, for witnesses and other auditors"},
	"log_adopt":          {ZH: "重建“已签署的最大日志”的记录（须确认数据库为最新）", EN: "Make the mark of the largest log signed anew (be sure the database is the newest)"},
	"trust_command":      {ZH: "取得离线核验所需的信任文件", EN: "Fetch what is needed to check a register's proofs offline"},
	"config":             {ZH: "显示实际生效的设置及其来源", EN: "Print the effective settings and where each came from"},
	"version":            {ZH: "显示版本", EN: "Print the version"},
}
