package api

import (
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/certreg/certreg/registry"
)

// faultTexts says what a keyword of JSON Schema has against a value. The value
// itself is never repeated.
var faultTexts = map[string]registry.Text{
	"":           {ZH: "无法读取。", EN: "This cannot be read."},
	"type":       {ZH: "类型不符。", EN: "This is of the wrong type."},
	"nullable":   {ZH: "不能为 null。", EN: "This must not be null."},
	"properties": {ZH: "没有这个字段。", EN: "There is no such member."},
	"required":   {ZH: "缺少此项。", EN: "This is missing."},
	"pattern":    {ZH: "格式不符。", EN: "This does not have the form asked for."},
	"oneOf":      {ZH: "不在允许的取值之内。", EN: "This is not one of the values allowed."},
}

// formatTexts says what a format asks for.
var formatTexts = map[string]registry.Text{
	"date": {ZH: "应为存在的日期，形如 2026-11-21。", EN: "This must be a day that exists, such as 2026-11-21."},
}

// faultText says what a keyword has against a value, with the limit it sets.
func faultText(keyword string, schema *openapi3.Schema) registry.Text {
	limit := func(zh, en string, n any) registry.Text {
		return registry.Text{ZH: fmt.Sprintf(zh, n), EN: fmt.Sprintf(en, n)}
	}
	switch keyword {
	case "minLength":
		return limit("不得少于 %d 个字符。", "This needs at least %d characters.", schema.MinLength)
	case "maxLength":
		return limit("不得超过 %d 个字符。", "This must not exceed %d characters.", *schema.MaxLength)
	case "minItems":
		return limit("不得少于 %d 项。", "This needs at least %d items.", schema.MinItems)
	case "maxItems":
		return limit("不得超过 %d 项。", "This must not exceed %d items.", *schema.MaxItems)
	case "minProperties":
		return limit("至少填写 %d 项。", "This needs at least %d members.", schema.MinProps)
	case "minimum":
		return limit("不得小于 %v。", "This must be at least %v.", *schema.Min)
	case "maximum":
		return limit("不得大于 %v。", "This must be at most %v.", *schema.Max)
	case "uniqueItems":
		return registry.Text{ZH: "各项不得重复。", EN: "The items must differ."}
	case "enum":
		var values []string
		for _, v := range schema.Enum {
			values = append(values, fmt.Sprint(v))
		}
		return limit("应为以下之一：%s。", "This must be one of: %s.", strings.Join(values, ", "))
	case "format":
		if t, ok := formatTexts[schema.Format]; ok {
			return t
		}
	}
	if t, ok := faultTexts[keyword]; ok {
		return t
	}
	return faultTexts["pattern"]
}
