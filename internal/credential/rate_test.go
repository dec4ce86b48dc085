//go:build unix

package credential_test

import (
	"encoding/json"
	"syscall"
	"testing"
	"time"

	"github.com/certreg/certreg/internal/credential"
)

// cpuTime is what this process has computed so far: on a busy machine the
// clock on the wall compares nothing.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// perCore runs the operation and reports how many a core does in a second, and
// how often that is the rate of the reference, given in nanoseconds of CPU.
func perCore(b *testing.B, reference float64, operation func() error) {
	b.Helper()
	b.ReportAllocs()
	start := cpuTime(b)
	for b.Loop() {
		if err := operation(); err != nil {
			b.Fatal(err)
		}
	}
	own := float64(cpuTime(b)-start) / float64(b.N)
	b.ReportMetric(float64(time.Second)/own, "/s/core")
	b.ReportMetric(float64(time.Second)/reference, "js/s/core")
	b.ReportMetric(reference/own, "×js")
}

// BenchmarkBesideReference signs and verifies the same credential here (two
// proofs) and with the JavaScript reference library (one), in one run.
func BenchmarkBesideReference(b *testing.B) {
	r, c := newRegister(b, "register.example.cn"), sample(b)
	keys, signer := r.directory(b), r.signer(b)
	c.Status = nil // the reference would check the lists, too
	document := r.sign(b, c)
	var js struct{ Sign, Verify float64 }
	node(b, "rate.mjs", map[string]any{
		"documents": published(b, r, c, nil, signedAt.AddDate(1000, 0, 0)), "credential": json.RawMessage(document), "n": 300,
	}, &js)
	b.Run("sign", func(b *testing.B) {
		perCore(b, js.Sign, func() error {
			_, err := credential.Sign(b.Context(), r.issuer, signer, c, signedAt)
			return err
		})
	})
	b.Run("verify", func(b *testing.B) {
		perCore(b, js.Verify, func() error {
			_, err := credential.Verify(document, keys, checked)
			return err
		})
	})
}

// BenchmarkSignStatusList signs a whole list, as each change of one entry does.
func BenchmarkSignStatusList(b *testing.B) {
	r := newRegister(b, "register.example.cn")
	signer := r.signer(b)
	var l credential.StatusList
	for i := 0; i < credential.StatusListSize; i += 131 { // about one entry in a hundred
		l.Set(i, true)
	}
	for b.Loop() {
		if _, err := credential.SignStatusList(b.Context(), r.issuer, signer, page(b, &l)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSignForeign signs a document of another shape, through json-gold.
func BenchmarkSignForeign(b *testing.B) {
	did, signer := didKey(b)
	document := with(b, did, "")
	for b.Loop() {
		if _, err := credential.SignDocument(b.Context(), did, signer, document, credential.Options{At: signedAt}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkQR signs and opens the statement of a QR code.
func BenchmarkQR(b *testing.B) {
	r := newRegister(b, "register.example.cn")
	signer, keys := r.signer(b), r.keys.Keys()
	for b.Loop() {
		text, err := credential.EncodeQR(b.Context(), sampleQR(), signer)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := credential.OpenQR(text, r.issuer.Base, keys); err != nil {
			b.Fatal(err)
		}
	}
}
