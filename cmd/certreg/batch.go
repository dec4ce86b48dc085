package main

import (
	"context"
	"io"
	"time"

	"github.com/certreg/certreg/eligibility"
	"github.com/certreg/certreg/internal/batch"
)

const maxLine = 1 << 20 // bytes of one line or file of facts

// checkBatch answers every line of in with a line, and says how it went.
func (p *program) checkBatch(ctx context.Context, j *judge, in io.Reader) error {
	start := time.Now()
	total, err := batch.Run(ctx, batch.Config{
		Rules: func(q batch.Question) (*eligibility.RuleSet, error) {
			return j.rules(question{occupation: q.Occupation, level: q.Level, asOf: q.AsOf})
		},
		Level: j.level, AsOf: j.today, Lang: p.lang, MaxLine: maxLine,
	}, in, p.stdout)
	if err != nil {
		return err
	}
	took := time.Since(start).Seconds()
	p.sayf(p.stderr, "%s\n", say("%d 行，%d 行有误，%.2f 秒，每秒 %.0f 行", "%d lines, %d bad, %.2f s, %.0f lines/s",
		total.Read, total.Bad, took, float64(total.Read)/took).In(p.lang))
	return nil
}
