package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/certreg/certreg/internal/civil"
)

// everyManner runs a journey in both languages, on a phone and at a desk, with
// and without JavaScript.
func everyManner(t *testing.T, journey func(v *visitor, s site)) {
	t.Helper()
	for _, m := range manners() {
		t.Run(m.String(), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			journey(visit(t, s, m), s)
		})
	}
}

// next sends the form of the page.
func (v *visitor) next() { v.t.Helper(); v.press(v.say("继续", "Continue")) }

// answerYes answers that there is something to tell.
func (v *visitor) answer(known string) { v.t.Helper(); v.choose("known", known); v.next() }

// finish ends a list of entries.
func (v *visitor) finish() { v.t.Helper(); v.choose("more", "no"); v.next() }

// An applicant who is short of three years of work learns the day and the
// condition, and corrects an answer.
func TestApplicantLearnsTheDay(t *testing.T) {
	everyManner(t, func(v *visitor, _ site) {
		v.open("/")
		v.press(v.say("查一查我能否申报", "Check if I can apply"))
		v.wantHeading("我能申报吗？", "Can I apply?")
		v.next()
		v.wantHeading("我能申报吗？", "Can I apply?")
		if got := ask[int](v, `document.querySelectorAll(".error-summary a").length`); got != 1 {
			v.t.Errorf("a form without an answer: got %d faults, want 1", got)
		}
		v.choose("level", "2")
		v.next()

		v.wantHeading("您有毕业证书吗？", "Do you hold a diploma?")
		v.answer("yes")
		v.choose("level", "bachelor")
		v.choose("field", "related")
		v.date("awarded", "2015", "7", "")
		v.next()
		v.wantHeading("您的毕业证书", "Your diplomas")
		v.finish()

		v.wantHeading("您有职业资格证书吗？", "Do you hold a vocational certificate?")
		v.answer("yes")
		v.choose("level", "3")
		v.choose("occupation", "own")
		v.date("issued", "2022", "6", "1")
		v.next()
		v.finish()

		v.wantHeading("您从事过这个职业或相关职业吗？", "Have you worked in this occupation, or a related one?")
		v.answer("yes")
		v.choose("occupation", "own")
		v.date("from", "2024", "13", "1")
		v.choose("to", "now")
		v.next()
		if got, want := ask[string](v, `document.querySelector("#from .error").innerText`), v.say("月份应为 1 至 12", "the month is 1 to 12"); !strings.Contains(got, want) {
			v.t.Errorf("month 13: got %q, want %q in it", got, want)
		}
		ask[bool](v, `(document.getElementById("from-m").value = "", true)`)
		v.fill("from-m", "2")
		v.next()
		v.finish()

		v.wantHeading("您参加过这个职业的正规培训吗？", "Have you taken formal training for this occupation?")
		v.answer("no")

		v.wantHeading("核对您的回答", "Check your answers")
		v.press(v.say("看结论", "See the answer"))
		v.wantHeading("您从2028年2月1日起可以申报二级", "You can apply for level\u00a02 from 1\u00a0February 2028")
		v.wantText(v.say("届时符合申报条件第 5 项", "you will meet condition 5"))

		v.addsTheCourse()
	})
}

// addsTheCourse corrects an answer: with the course the day comes a year sooner,
// under another condition.
func (v *visitor) addsTheCourse() {
	v.t.Helper()
	v.press(v.say("‹ 返回上一步", "‹ Back"))
	v.wantHeading("核对您的回答", "Check your answers")
	v.leave(func() { v.click(`document.querySelector("button[value='change:training']")`) })
	v.answer("yes")
	v.choose("level", "2")
	v.fill("hours", "１４０") // full-width digits
	v.date("completed", "2025", "5", "20")
	v.choose("certificate", "yes")
	v.next()
	v.finish()
	v.press(v.say("看结论", "See the answer"))
	v.wantHeading("您从2027年2月1日起可以申报二级", "You can apply for level\u00a02 from 1\u00a0February 2027")
	v.wantText(v.say("届时符合申报条件第 6 项", "you will meet condition 6"))
	v.wantText(v.say("其他版本的说法不同", "Another edition says otherwise"))

	// The language can be changed here without losing anything.
	v.press(v.say("English", "中文"))
	v.lang = map[string]string{"zh": "en", "en": "zh"}[v.lang]
	v.wantHeading("您从2027年2月1日起可以申报二级", "You can apply for level\u00a02 from 1\u00a0February 2027")

	if v.script {
		link := ask[string](v, `document.getElementById("link").getAttribute("href")`)
		v.leave(func() { v.open("/about") })
		v.leave(func() { v.open(link) })
		v.wantHeading("您从2027年2月1日起可以申报二级", "You can apply for level\u00a02 from 1\u00a0February 2027")
	}
}

// wantText fails unless the text is on the page.
func (v *visitor) wantText(want string) {
	v.t.Helper()
	if got := ask[string](v, `document.querySelector("main").innerText`); !strings.Contains(got, want) {
		v.t.Errorf("%s at %q: got no %q on the page: %s", v.manner, v.heading(), want, got)
	}
}

// An applicant who is eligible applies with the same facts and follows the
// application by its code.
func TestApplicantApplies(t *testing.T) {
	everyManner(t, func(v *visitor, _ site) {
		v.open("/check")
		v.choose("level", "3")
		v.next()
		v.answer("yes")
		v.choose("level", "college")
		v.choose("field", "unknown")
		v.choose("programme", "none")
		v.choose("awarded", "unknown")
		v.next()
		v.finish()
		v.wantHeading("您从事过这个职业或相关职业吗？", "Have you worked in this occupation, or a related one?")
		v.answer("yes")
		v.choose("occupation", "own")
		v.date("from", "2020", "3", "")
		v.choose("to", "now")
		v.next()
		v.finish()
		v.leaveTo("核对您的回答", "Check your answers")
		v.press(v.say("看结论", "See the answer"))
		v.wantHeading("您现在可以申报三级", "You can apply for level\u00a03 now")

		v.press(v.say("报名", "Apply"))
		v.wantHeading("报名", "Apply")
		v.fill("name", "测试考生")
		v.fill("number", "11010519491231002x")
		v.press(v.say("提交申报", "Send the application"))
		v.wantText(v.say("请确认承诺", "Confirm the declaration"))
		v.choose("truth", "yes")
		v.press(v.say("提交申报", "Send the application"))
		v.wantHeading("申报已提交", "Your application is in")
		code := ask[string](v, `document.querySelector(".big").innerText`)
		v.press(v.say("查看申报进度", "Follow the application"))
		v.wantHeading("您的申报", "Your application")

		v.open("/application")
		v.fill("code", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
		v.press(v.say("查询", "Look up"))
		v.wantHeading("您的申报", "Your application")
		v.wantText(v.say("等待考点核对材料", "Waiting for the centre"))
		if address := ask[string](v, `location.href`); strings.Contains(address, code) {
			v.t.Errorf("the code is in the address %s", address)
		}
	})
}

// leaveTo goes on until the page with the heading, answering that nothing else is known.
func (v *visitor) leaveTo(zh, en string) {
	v.t.Helper()
	for range 5 {
		if v.heading() == v.say(zh, en) {
			return
		}
		v.answer("no")
	}
	v.wantHeading(zh, en)
}

// An employer verifies one certificate, with the name, then a forged one, then many.
func TestEmployerVerifies(t *testing.T) {
	everyManner(t, func(v *visitor, s site) {
		valid, withdrawn := string(s.contents.Valid), string(s.contents.Withdrawn)
		v.open("/")
		v.fill("number", valid[:4]+" "+valid[4:])
		v.press(v.say("核验", "Verify"))
		v.wantHeading("有效", "Valid")
		v.wantText("certs.example.org")
		v.fill("name", s.contents.Holder)
		v.press(v.say("核对", "Compare"))
		v.wantText(v.say("姓名与登记一致", "The name is the registered one"))
		if address := ask[string](v, `decodeURI(location.href)`); strings.Contains(address, s.contents.Holder) {
			v.t.Errorf("the name is in the address %s", address)
		}
		v.press(v.say("核验另一张证书", "Verify another certificate"))
		v.fill("number", valid)
		v.fill("name", "王小明")
		v.press(v.say("核验", "Verify"))
		v.wantHeading("姓名不符", "Another name")
		v.open("/verify/" + withdrawn)
		v.wantHeading("已撤销", "Withdrawn")
		v.open("/verify/" + string(s.contents.Suspended))
		v.wantHeading("已暂停", "Suspended")
		v.open("/verify/" + valid[:11] + "99999")
		v.wantHeading("从未发出", "Never issued")
		v.open("/verify/0510012003300001")
		v.wantHeading("不能判断", "Cannot tell")
		v.open("/verify/12345")
		v.wantHeading("编号有误", "Not a certificate number")

		v.open("/verify")
		v.press(v.say("一次核验多张证书", "Verify many at once"))
		v.fill("list", valid+","+s.contents.Holder+"\r"+withdrawn+"\r"+valid[:11]+"99999,王小明")
		v.press(v.say("全部核验", "Verify all"))
		v.wantHeading("3 张证书的核验结果", "Answers for 3 certificates")
		rows := ask[string](v, `[...document.querySelectorAll("tbody .tag")].map((e) => e.innerText).join(" ")`)
		if want := v.say("有效 已撤销 从未发出", "Valid Withdrawn Never issued"); rows != want {
			v.t.Errorf("many: got %q, want %q", rows, want)
		}
	})
}

// A scanned code leads to the same answer as the number.
func TestScannedCode(t *testing.T) {
	s := newSite(t)
	body := get(t, s, "/v/"+s.certificate(s.contents.Valid).Code, 200)
	for _, want := range []string{string(s.contents.Valid), "有效", "certs.example.org"} {
		if !strings.Contains(body, want) {
			t.Errorf("got no %q in the answer to the code", want)
		}
	}
	if body := get(t, s, "/v/AAAA-AAAA-AAAA-AAAA-0", 422); !strings.Contains(body, "验证码有误") {
		t.Error("a code with a slip: got no word of that")
	}
}

// A day that a later examination asks for changes the answer.
func TestDecideForAnotherDay(t *testing.T) {
	s := newSite(t)
	v := visit(t, s, manner{lang: "zh", width: 1280, script: false})
	v.post("/check", map[string]string{"state": workSince("2024-02-01"), "step": "answers", "go": "change:day"})
	v.wantHeading("按哪一天判断？", "")
	later := civil.Of(now.Add(3 * 365 * 24 * time.Hour)).String()
	for i, part := range []string{"y", "m", "d"} {
		ask[bool](v, `(document.getElementById(%s).value = "", true)`, "day-"+part)
		v.fill("day-"+part, strings.Split(later, "-")[i])
	}
	v.next()
	v.press("看结论")
	v.wantText("2029年11月20日")
}

// The browser's own way back leads to the question before, as it was filled in.
func TestBrowserGoesBack(t *testing.T) {
	v := visit(t, newSite(t), manner{lang: "zh", width: 360, script: true})
	v.open("/check")
	v.choose("level", "2")
	v.next()
	v.wantHeading("您有毕业证书吗？", "")
	v.answer("no")
	v.wantHeading("您有职业资格证书吗？", "")
	v.back("您有毕业证书吗？")
	v.back("我能申报吗？")
	if !ask[bool](v, `document.getElementById("level-2").checked`) {
		t.Error("the level is no longer chosen")
	}
}

// back presses the browser's back button and waits for the page with a heading.
func (v *visitor) back(heading string) {
	v.t.Helper()
	ask[bool](v, `(history.back(), true)`)
	for range 200 {
		got, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.querySelector("h1")?.innerText ?? ""`))
		if err == nil && got == heading {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	v.t.Fatalf("back from %q does not lead to %q", v.heading(), heading)
}
