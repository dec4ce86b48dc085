package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/civil"
	"github.com/certreg/certreg/registry"
)

// A seat is one candidate of a sitting while the story is told.
type seat struct {
	fate        fate
	person      registry.NewPerson
	facts       *eligibility.Facts
	application registry.Application
	retakeOf    *seat // whose facts and person are used again
	failed      int   // index of the component that retakes, fails, misses or cheats concern
}

// A sitting is one exam while the story is told.
type sitting struct {
	exam
	term   term
	on     civil.Date
	staff  office
	body   registry.Body
	id     string
	seats  []*seat
	issued []registry.Certificate
}

// plan lays out everything that happens after the bodies were founded.
func (s *story) plan() error {
	s.seasons = make([]registry.Season, len(s.terms))
	for _, level := range []int{2, 1} {
		s.at(s.terms[0].registration.From.AddDays(-30), 10, level, "opening a level", func(ctx context.Context) error {
			_, err := s.reg.OpenLevel(ctx, s.staff[nationalCentre.head], registry.OpenedLevel{Occupation: Occupation, Level: level, OpenedOn: s.reg.Today()})
			return err
		})
	}
	for i, t := range s.terms {
		s.at(t.registration.From.AddDays(-10), 9, 30, "announcing a season", func(ctx context.Context) (err error) {
			s.seasons[i], err = s.reg.AnnounceSeason(ctx, s.staff[nationalCentre.head], registry.NewSeason{
				Occupation: Occupation, Name: t.name, Registration: t.registration, Examination: t.examination,
			})
			return err
		})
	}
	var sittings []*sitting
	for _, e := range exams {
		sit := &sitting{exam: e, term: s.terms[len(s.terms)-1+e.season], staff: centres[e.centre], body: s.centres[e.centre]}
		sit.on = sit.term.examination.From.AddDays([]int{0, 1, 7}[e.centre])
		sittings = append(sittings, sit)
		if err := s.planSitting(sit, sittings); err != nil {
			return err
		}
	}
	s.planFates(sittings)
	return nil
}

// planSitting lays out one sitting, from its announcement to its certificates.
func (s *story) planSitting(sit *sitting, earlier []*sitting) error {
	s.at(sit.term.registration.From.AddDays(-4), 11, sit.centre, "scheduling a sitting", func(ctx context.Context) error {
		made, err := s.reg.ScheduleSitting(ctx, s.staff[sit.staff.head], registry.NewSitting{
			Season: s.seasons[len(s.terms)-1+sit.season].ID, Body: sit.body.ID, Level: sit.level, On: sit.on, Capacity: 30,
		})
		sit.id = made.ID
		return err
	})
	for i, c := range sit.candidates {
		st := &seat{fate: c.fate, failed: i % 2}
		applies := s.applyDay(sit, i)
		career := careers[c.condition]
		var err error
		if st.person, err = s.crowd.person(career.age(), applies); err != nil {
			return err
		}
		born := st.person.Document.Born()
		if st.facts, err = career.facts(born, applies, sit.level); err != nil {
			return fmt.Errorf("condition %s: %w", c.condition, err)
		}
		s.planSeat(sit, st, applies, i)
	}
	for _, st := range retakers(sit, earlier) {
		again := &seat{fate: passes, person: st.person, retakeOf: st}
		if sit.reached == announced {
			again.fate = admitted
		}
		s.planSeat(sit, again, s.applyDay(sit, 2), 40+len(sit.seats))
	}
	s.planResults(sit)
	return nil
}

// retakers are the seats of the sittings before this one at the same centre
// and level that still have a component to pass.
func retakers(sit *sitting, earlier []*sitting) []*seat {
	var found []*seat
	for _, e := range slices.Backward(earlier) {
		if e == sit || e.centre != sit.centre || e.level != sit.level {
			continue
		}
		for _, st := range e.seats {
			if st.fate == retakes {
				found = append(found, st)
			}
		}
		break
	}
	return found
}

// applyDay spreads the candidates of a sitting over its registration, as far
// as it has come.
func (s *story) applyDay(sit *sitting, i int) civil.Date {
	last := earlier(sit.term.registration.Until, s.today.AddDays(-2))
	return last.AddDays(-(i * 5) % 17)
}

// planSeat lays out an application and what the centre does about it.
func (s *story) planSeat(sit *sitting, st *seat, applies civil.Date, i int) {
	clerk := sit.staff.clerks[i%2]
	sit.seats = append(sit.seats, st)
	s.at(applies, 9+i%8, 7*i%60, "applying", func(ctx context.Context) error {
		person, _, err := s.reg.RegisterPerson(ctx, s.staff[clerk], st.person)
		if err != nil {
			return err
		}
		if i%3 != 2 && st.retakeOf == nil { // some have no photo
			if err := s.photograph(ctx, s.staff[clerk], person, i); err != nil {
				return err
			}
		}
		in := registry.NewApplication{Person: person.ID, Sitting: sit.id, Facts: st.facts}
		if st.retakeOf != nil {
			in.RetakeOf = st.retakeOf.application.ID
		}
		st.application, err = s.reg.Apply(ctx, s.staff[clerk], in)
		return err
	})
	if st.fate == waits {
		return
	}
	decided := earlier(applies.AddDays(3), s.today.AddDays(-1))
	s.at(decided, 17, i, "deciding on an application", func(ctx context.Context) (err error) {
		a := st.application
		switch st.fate {
		case rejected:
			st.application, err = s.reg.Reject(ctx, s.staff[sit.staff.head], a.ID, a.Version, "所交毕业证书复印件无法辨认，请重新提交。")
		case withdraws:
			st.application, err = s.reg.WithdrawApplication(ctx, s.staff[clerk], a.ID, a.Version, "本人因出差申请取消。")
		default:
			st.application, err = s.reg.Admit(ctx, s.staff[clerk], a.ID, a.Version)
		}
		return err
	})
}

// planResults lays out how far the results of a sitting have come.
func (s *story) planResults(sit *sitting) {
	if sit.reached >= entered {
		s.at(sit.on.AddDays(2), 14, sit.centre, "entering results", func(ctx context.Context) error {
			_, err := s.reg.EnterResults(ctx, s.staff[sit.staff.clerks[0]], sit.id, s.results(sit))
			return err
		})
	}
	if sit.reached >= confirmed {
		s.at(sit.on.AddDays(6), 15, sit.centre, "confirming results", func(ctx context.Context) error {
			by := s.staff[sit.staff.clerks[1]]
			sheet, err := s.reg.ResultsOfSitting(ctx, by, sit.id, "")
			if err == nil {
				_, err = s.reg.ConfirmResults(ctx, by, registry.Confirming{Sitting: sit.id, Read: sheet.Tag})
			}
			return err
		})
	}
	if sit.reached >= issued {
		s.at(sit.on.AddDays(lastStep), 10, sit.centre, "issuing certificates", func(ctx context.Context) error {
			done, err := s.reg.IssueSitting(ctx, s.staff[sit.staff.head], sit.id)
			sit.issued = done.Issued
			return err
		})
	}
}

// results is the results of everyone admitted to a sitting.
func (s *story) results(sit *sitting) []registry.Entered {
	var lines []registry.Entered
	for _, st := range sit.seats {
		if st.application.Status != registry.Admitted {
			continue
		}
		for i, component := range st.application.Components {
			lines = append(lines, s.result(st, component, i == st.failed))
		}
	}
	return lines
}

// result is one result; special marks the component that a fate concerns.
func (s *story) result(st *seat, component string, special bool) registry.Entered {
	line := registry.Entered{Ticket: st.application.Ticket, Component: component, Raw: s.crowd.score(60)}
	switch {
	case !special:
	case st.fate == retakes, st.fate == fails:
		line.Raw = "59"
	case st.fate == misses:
		line.Raw, line.Absent = "", true
	case st.fate == cheats:
		line.Void, line.Reason = true, "考试中使用通讯工具，经监考人员当场记录。"
	case s.crowd.random.IntN(9) == 0:
		line.Raw, line.Deduction, line.Reason = "82", "10", "交卷信号发出后继续答题。"
	}
	return line
}

// planFates lays out what becomes of some certificates afterwards, and notes
// those that a visitor is shown.
func (s *story) planFates(sittings []*sitting) {
	first, suzhouFirst, two, one := sittings[0], sittings[1], sittings[2], sittings[4]
	head, second := s.staff[nationalCentre.head], s.staff[deputy]
	s.at(s.today.AddDays(-30), 10, 0, "proposing a withdrawal", func(ctx context.Context) error {
		cert := first.issued[1]
		s.contents.Withdrawn = cert.Number
		return s.change(ctx, head, cert.Number, registry.Withdraw, "false-documents", "经原单位核实，所交工作年限证明系伪造。")
	})
	s.at(s.today.AddDays(-25), 16, 0, "deciding on a withdrawal", func(ctx context.Context) error {
		rec, err := s.reg.CertificateRecord(ctx, second, s.contents.Withdrawn)
		if err != nil {
			return err
		}
		_, err = s.reg.DecideStatusChange(ctx, second, registry.StatusDecision{
			Certificate: rec.Certificate.Number, Change: rec.Changes[0].ID, Accept: true, Answer: "已听取本人陈述，同意撤销。",
		})
		return err
	})
	s.at(s.today.AddDays(-22), 11, 0, "cancelling", func(ctx context.Context) error {
		return s.change(ctx, s.staff[provinces[guangdong].head], one.issued[1].Number, registry.Cancel, "holder-request", "持证人书面申请注销。")
	})
	s.at(s.today.AddDays(-21), 9, 0, "suspending for a while", func(ctx context.Context) error {
		return s.change(ctx, s.staff[provinces[jiangsu].head], first.issued[3].Number, registry.Suspend, "investigation", "收到举报，核查期间暂停。")
	})
	s.at(s.today.AddDays(-19), 9, 0, "lifting a suspension", func(ctx context.Context) error {
		return s.change(ctx, s.staff[provinces[jiangsu].head], first.issued[3].Number, registry.Lift, "cleared", "经核查，举报不实。")
	})
	s.at(s.today.AddDays(-12), 9, 20, "reissuing", func(ctx context.Context) error {
		s.contents.Reissued = suzhouFirst.issued[0].Number
		_, err := s.reg.Reissue(ctx, s.staff[suzhouFirst.staff.head], s.contents.Reissued, suzhouFirst.issued[0].Version, "原件遗失，已登记挂失。")
		return err
	})
	s.planCorrection(suzhouFirst)
	s.at(s.today.AddDays(-6), 15, 40, "suspending", func(ctx context.Context) error {
		s.contents.Suspended = two.issued[0].Number
		return s.change(ctx, s.staff[provinces[guangdong].head], s.contents.Suspended, registry.Suspend, "investigation", "申报材料正在复核。")
	})
	s.at(s.today.AddDays(-1), 18, 0, "choosing what to show", func(context.Context) error {
		s.contents.Valid, s.contents.Holder = first.issued[0].Number, first.issued[0].Holder
		return nil
	})
}

// planCorrection lays out the correction of a name that was entered wrongly:
// of the person first, and then of the certificate, by two people.
func (s *story) planCorrection(sit *sitting) {
	head, second := s.staff[provinces[jiangsu].head], s.staff[deputy]
	s.at(s.today.AddDays(-11), 10, 0, "correcting a person", func(ctx context.Context) error {
		clerk, cert := s.staff[sit.staff.clerks[0]], sit.issued[1]
		person, err := s.reg.Person(ctx, clerk, cert.Person)
		if err != nil {
			return err
		}
		s.contents.Corrected, s.contents.SupersededPaper = cert.Number, cert.Paper
		_, err = s.reg.CorrectPerson(ctx, clerk, person.ID, person.Version, registry.PersonCorrection{Name: respelt(person.Name), ReasonCode: "entered-wrongly"})
		return err
	})
	s.at(s.today.AddDays(-10), 14, 0, "proposing a correction", func(ctx context.Context) error {
		return s.change(ctx, head, s.contents.Corrected, registry.Correct, "entered-wrongly", "")
	})
	s.at(s.today.AddDays(-9), 9, 30, "deciding on a correction", func(ctx context.Context) error {
		rec, err := s.reg.CertificateRecord(ctx, second, s.contents.Corrected)
		if err != nil {
			return err
		}
		_, err = s.reg.DecideStatusChange(ctx, second, registry.StatusDecision{
			Certificate: rec.Certificate.Number, Change: rec.Changes[0].ID, Accept: true,
		})
		return err
	})
}

// respelt is a name with another last character of the same sound or shape.
func respelt(name string) string {
	runes := []rune(name)
	last := '玮'
	if runes[len(runes)-1] == last {
		last = '炜'
	}
	return string(runes[:len(runes)-1]) + string(last)
}

// change changes the status of a certificate as it stands.
func (s *story) change(ctx context.Context, by registry.Caller, n registry.Number, kind registry.StatusKind, code, reason string) error {
	rec, err := s.reg.CertificateRecord(ctx, by, n)
	if err != nil {
		return err
	}
	_, err = s.reg.ChangeStatus(ctx, by, registry.NewStatusChange{
		Certificate: n, Version: rec.Certificate.Version, Kind: kind, ReasonCode: code, Reason: reason,
	})
	return err
}
