package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// askTimeout bounds how long a server may take to answer.
const askTimeout = 15 * time.Second

// ask asks a register at its public address, with a JSON body or none, and
// returns what it answers. A refusal is told in its own words. Neither the path,
// which may hold a name, nor the body is told in errors.
func (p *program) ask(ctx context.Context, server, path string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(server, "/")+path, bytes.NewReader(body))
	if err != nil || req.URL.Host == "" {
		return nil, usage("--server 应为网址，如 https://certreg.example。", "--server must be an address such as https://certreg.example")
	}
	req.Header.Set("Accept-Language", p.lang)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fail("无法连接 %s。", "cannot reach %s", server) // the cause repeats the path
	}
	defer func() { _ = resp.Body.Close() }() // only read from
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxEvidence))
	if err != nil {
		return nil, fmt.Errorf("answer of %s: %w", server, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, refusal(server, resp.Status, answer)
	}
	return answer, nil
}

// refusal is the problem a server answered with, in the language it was asked in.
func refusal(server, status string, body []byte) error {
	var problem struct {
		Detail string `json:"detail"`
		Errors []struct {
			Detail string `json:"detail"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(body, &problem); err != nil || problem.Detail == "" {
		return fail("%[1]s 的回答：%[2]s。", "%[1]s answers: %[2]s", server, status)
	}
	text := problem.Detail
	for _, e := range problem.Errors {
		text += "\n  " + e.Detail
	}
	return fail("%[1]s", "%[1]s", text)
}
