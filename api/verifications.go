package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/certreg/certreg/internal/problem"
	"github.com/certreg/certreg/internal/proof"
	"github.com/certreg/certreg/internal/sheet"
	"github.com/certreg/certreg/registry"
)

// VerifyCertificates serves POST /v1/verifications.
func (s *server) VerifyCertificates(ctx context.Context, in VerifyCertificatesRequestObject) (VerifyCertificatesResponseObject, error) {
	queries, err := queriesOf(in.JSONBody, uploadOf(ctx))
	if err != nil {
		return nil, err
	}
	asked := proof.Request{Items: queries}
	if in.JSONBody != nil {
		asked.Nonce = in.JSONBody.Nonce
	}
	receipt, err := s.office.Verify(ctx, asked)
	if err != nil {
		return nil, err
	}
	return VerifyCertificates200JSONResponse(receipt), nil
}

// queriesOf reads what is asked from JSON or from a table.
func queriesOf(asked *VerificationRequest, table upload) ([]registry.Query, error) {
	if asked != nil {
		return represent(asked.Items, func(i VerificationItem) registry.Query {
			return registry.Query{Number: i.Number, Name: i.Name, Paper: i.Paper, Version: i.Version}
		}), nil
	}
	read := sheet.XLSX
	if table.media == "text/csv" {
		read = sheet.CSV
	}
	t, err := read(table.data, registry.MaxQueries)
	if err != nil {
		return nil, unfitTable(err)
	}
	list, err := t.Certificates()
	if err != nil {
		return nil, unfitTable(err)
	}
	return represent(list, func(c sheet.Certificate) registry.Query {
		return registry.Query{Number: c.Number, Name: c.Name, Paper: c.Paper}
	}), nil
}

// unfitColumn says which column of a table cannot be read, and what it may be
// called. It reports false when no column is at fault.
func unfitColumn(err error) (*registry.Error, bool) {
	e, ok := errors.AsType[*sheet.Error](err)
	if !ok || e.Column == "" {
		return nil, false
	}
	text := registry.Text{
		ZH: fmt.Sprintf("不认识“%s”一列。可用的列是证书编号、姓名、流水号，请删去其他列。", e.Column),
		EN: fmt.Sprintf("The column %q is not known. The columns are number, name and paper; leave out any other.", e.Column),
	}
	if errors.Is(err, sheet.ErrSameColumn) {
		text = registry.Text{
			ZH: fmt.Sprintf("“%s”一列与另一列含义相同，请只保留一列。", e.Column),
			EN: fmt.Sprintf("The column %q means the same as another; keep one of them.", e.Column),
		}
	}
	return &registry.Error{Code: registry.InvalidInput, Detail: text, Cause: err}, true
}

// unfitTable says what is wrong with a table, and at which line.
func unfitTable(err error) error {
	if refused, ok := unfitColumn(err); ok {
		return refused
	}
	texts := []struct {
		reason error
		status int
		text   registry.Text
	}{
		{sheet.ErrTooLong, http.StatusUnprocessableEntity, registry.Text{
			ZH: fmt.Sprintf("一次最多核验 %d 条。", registry.MaxQueries), EN: fmt.Sprintf("Ask about %d certificates at most.", registry.MaxQueries),
		}},
		{sheet.ErrNoColumn, http.StatusUnprocessableEntity, registry.Text{
			ZH: "首行应写明各列名称，并有“证书编号”一列。", EN: "The first line must name the columns, and one of them number.",
		}},
		{sheet.ErrRounded, http.StatusUnprocessableEntity, registry.Text{
			ZH: "证书编号以数值保存，末位数字已丢失；请将该列设为文本格式后重新填写。", EN: "A certificate number was stored as a quantity and lost its last digits; format the column as text and enter it again.",
		}},
		{sheet.ErrUnreadable, http.StatusBadRequest, registry.Text{ZH: "表格无法读取。", EN: "The table cannot be read."}},
	}
	for _, t := range texts {
		if !errors.Is(err, t.reason) {
			continue
		}
		if e, ok := errors.AsType[*sheet.Error](err); ok && e.Line > 0 {
			t.text = registry.Text{ZH: fmt.Sprintf("第 %d 行：%s", e.Line, t.text.ZH), EN: fmt.Sprintf("Line %d: %s", e.Line, t.text.EN)}
		}
		return &problem.StatusError{Status: t.status, Detail: t.text}
	}
	return err
}

// CheckProof serves POST /v1/verifications/check.
func (s *server) CheckProof(ctx context.Context, _ CheckProofRequestObject) (CheckProofResponseObject, error) {
	finding, err := s.office.Check(ctx, uploadOf(ctx).data)
	if errors.Is(err, proof.ErrMalformed) {
		return nil, &problem.StatusError{Status: http.StatusUnprocessableEntity, Detail: registry.Text{
			ZH: "不是可核验的文件；可核验 PDF 证书、电子凭证、核验回执、日志证明和二维码内容。",
			EN: "This is nothing that can be checked; PDF certificates, credentials, receipts, log proofs and the text of QR codes can.",
		}}
	}
	if err != nil {
		return nil, err
	}
	return CheckProof200JSONResponse(finding), nil
}
