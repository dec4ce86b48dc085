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
	receipt, err := s.office.Verify(ctx, queries)
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
	number, err := t.Column("证书编号", "证书号", "编号", "number")
	if err != nil {
		return nil, unfitTable(err)
	}
	name, _ := t.Column("姓名", "name") // may be missing, like the next
	paper, _ := t.Column("流水码", "流水号", "证书流水号", "paper", "paperserial")
	return represent(t.Rows, func(r sheet.Row) registry.Query {
		return registry.Query{Number: r.Cell(number), Name: r.Cell(name), Paper: r.Cell(paper)}
	}), nil
}

// unfitTable says what is wrong with a table, and at which line.
func unfitTable(err error) error {
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
