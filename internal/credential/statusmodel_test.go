package credential_test

import (
	"errors"
	"maps"
	"testing"

	"github.com/certreg/certreg/internal/credential"
	"github.com/certreg/certreg/internal/signing"
)

// W3C Bitstring Status List 1.0, §3: what is malformed by §2.1 is an error, for
// who issues and for who verifies.
func TestStatusEntriesAreHeldToTheirModel(t *testing.T) {
	did, signer := didKey(t)
	list := "https://a.cn/status/1"
	messages := func(n int) []any {
		out := make([]any, n)
		for i := range out {
			out[i] = map[string]any{"status": "0x" + string("0123456789abcdef"[i]), "message": "m"}
		}
		return out
	}
	tests := []struct {
		name   string
		change map[string]any // nil removes
		ok     bool
	}{
		{"as it should be", nil, true},
		{"without an id", map[string]any{"id": nil}, true},
		{"id of the list", map[string]any{"id": list}, false},
		{"no purpose", map[string]any{"statusPurpose": nil}, false},
		{"two purposes", map[string]any{"statusPurpose": []any{"revocation", "suspension"}}, false},
		{"no index", map[string]any{"statusListIndex": nil}, false},
		{"index is a number", map[string]any{"statusListIndex": 7}, false},
		{"index below zero", map[string]any{"statusListIndex": "-1"}, false},
		{"index with a zero in front", map[string]any{"statusListIndex": "07"}, false},
		{"index in words", map[string]any{"statusListIndex": "seven"}, false},
		{"no list", map[string]any{"statusListCredential": nil}, false},
		{"list is no address", map[string]any{"statusListCredential": "list 1"}, false},
		{"size 1", map[string]any{"statusSize": 1}, true},
		{"size 1 with messages", map[string]any{"statusSize": 1, "statusMessage": messages(2)}, true},
		{"size 2 with messages", map[string]any{"statusSize": 2, "statusMessage": messages(4)}, true},
		{"size 2 without messages", map[string]any{"statusSize": 2}, false},
		{"too few messages", map[string]any{"statusSize": 2, "statusMessage": messages(2)}, false},
		{"message without a value", map[string]any{"statusMessage": []any{map[string]any{"message": "m"}, map[string]any{"status": "0x1", "message": "m"}}}, false},
		{"value without a message", map[string]any{"statusMessage": []any{map[string]any{"status": "0x0"}, map[string]any{"status": "0x1", "message": "m"}}}, false},
		{"size 0", map[string]any{"statusSize": 0}, false},
		{"half a bit", map[string]any{"statusSize": 1.5}, false},
		{"size in a text", map[string]any{"statusSize": "1"}, false},
		{"size without end", map[string]any{"statusSize": 60}, false},
	}
	for _, tt := range tests {
		entry := map[string]any{
			"id": list + "#7", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
			"statusListIndex": "7", "statusListCredential": list,
		}
		maps.Copy(entry, tt.change)
		maps.DeleteFunc(entry, func(_ string, v any) bool { return v == nil })
		document := with(t, did, `"credentialStatus": `+mustJSON(t, entry))
		signed, err := credential.SignDocument(t.Context(), did, signer, document, credential.Options{At: signedAt})
		if (err == nil) != tt.ok || err != nil && !errors.Is(err, credential.ErrMalformed) {
			t.Errorf("%s: SignDocument: got %v, want ok %t", tt.name, err, tt.ok)
		}
		if err != nil {
			continue
		}
		if _, err := credential.Verify(signed, signing.DIDKeys{}, checked); err != nil {
			t.Errorf("%s: Verify: %v", tt.name, err)
		}
	}
}

// Kinds of status not known here are nobody's entry in a list.
func TestOtherKindsOfStatusAreNotRead(t *testing.T) {
	did, signer := didKey(t)
	document := with(t, did, `"credentialStatus": [{"type": "https://a.cn/#Status", "id": "https://a.cn/status/1"}]`)
	signed, err := credential.SignDocument(t.Context(), did, signer, document, credential.Options{At: signedAt})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := credential.Verify(signed, signing.DIDKeys{}, checked); err != nil || v.Status != nil {
		t.Errorf("Verify: got entries %v, %v, want none", v.Status, err)
	}
}
